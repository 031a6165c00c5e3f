internal import ArgumentParser
internal import CanonicalEncoding
internal import Charters
internal import Foundation
internal import Identity
internal import Redline
internal import Wording

/// `syngraph charter`
struct CharterVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charter", abstract: "Make a charter to go on writing.", subcommands: [CharterFrom.self])
}

/// `syngraph charter from TREATY…`
struct CharterFrom: Verb {
    static let configuration = CommandConfiguration(
        commandName: "from",
        abstract: "Make a charter with the text of a treaty, and say everything that was done to the text.",
        discussion: """
            Examples:

              syngraph charter from treaty.json --parties EAST,WEST --out treaty.yaml
              syngraph charter from en=treaty-en.txt fr=treaty-fr.txt --parties EAST,WEST --out treaty.yaml

            A file is plain text of one language, cut at its headings; or JSON, with `articles` in several languages \
            or `units` of one. A language that the file does not say stands before its name, or at its end as in \
            treaty-fr.txt. Articles become provisions, parts contain them. Letters are brought to NFC, what cannot be \
            signed is taken out, `\(TreatyImport.placeholder)` stands where a language has no words; nothing else is \
            changed, and all of it is said.
            """)

    @Argument(help: ArgumentHelp("The files: FILE or LANGUAGE=FILE.", valueName: "treaty")) var treaties: [String]
    @Option(name: .long, help: ArgumentHelp("Who will found it, the proposer first.", valueName: "A,B,…"))
    var parties: String
    @Option(name: .long, help: ArgumentHelp("Where the charter goes; - for standard output.", valueName: "file"))
    var out: String
    @Option(name: .customLong("class"), help: ArgumentHelp("The class of all provisions.", valueName: "class"))
    var provisionClass: String = "text"
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        try OutputPath.check(out, json: wantsJSON)
        let parties = try names(parties)
        guard let provisionClass = Identifier(provisionClass) else {
            throw Complaint.usage("\(Typed.shown(provisionClass)) is no name of a class")
        }
        let imported = try TreatyFiles.read(treaties, parties: parties, provisionClass: provisionClass)
        try FileWriting.write(Array(imported.charter.utf8), to: out)
        speak(imported, voice)
        return .holds
    }

    private func names(_ typed: String) throws(Complaint) -> [Identifier] {
        var names: [Identifier] = []
        for item in typed.split(separator: ",") {
            let name = String(item.trimmingCharacters(in: .whitespaces))
            guard let party = Identifier(name) else { throw .usage("\(Typed.shown(name)) is no name of a party") }
            guard !names.contains(party) else { throw .usage("the party \(party) is named twice") }
            names.append(party)
        }
        guard !names.isEmpty else { throw .usage("name the parties, as in --parties EAST,WEST") }
        return names
    }

    private func speak(_ imported: TreatyImport, _ voice: CommandVoice) {
        if wantsJSON { return voice.result(json(imported)) }
        let say: (String) -> Void = { out == "-" ? voice.talk($0) : voice.result($0) }
        for note in imported.notes {
            say(voice.paragraph(TreatyFiles.sentence(note), hanging: 2))
        }
        let provisions = Quoting.count(imported.provisionCount, "provision")
        let articles = Quoting.count(imported.articleCount, "article")
        say(
            voice.paragraph(
                "\(terminalSafe(out)): \(provisions), \(articles) of them, in \(Quoting.list(imported.languages)); "
                    + "\(Quoting.count(imported.notes.count, "remark"))"))
        for language in imported.languages {
            guard let counts = imported.counts[language] else { continue }
            say(voice.paragraph("\(language): \(words(counts))", indent: 2, hanging: 6))
        }
        voice.talk(
            voice.paragraph(
                "next: write standings and rules into it; `syngraph concord --charter` lays its languages side by side")
        )
    }

    private func words(_ counts: TreatyImport.Counts) -> String {
        var parts = ["\(counts.read) characters read, \(counts.written) written"]
        if counts.blank > 0 { parts.append("\(counts.blank) of white space at the ends of texts dropped") }
        if counts.removed > 0 { parts.append("\(counts.removed) taken out") }
        if counts.composed != 0 { parts.append("\(counts.composed) fewer in NFC") }
        if counts.added > 0 { parts.append("\(counts.added) added") }
        return parts.joined(separator: ", ")
    }

    private func json(_ imported: TreatyImport) -> JSONValue {
        .object([
            ("file", .string(out)), ("languages", FindingsJSON.names(imported.languages)),
            ("provisions", .number(imported.provisionCount)), ("articles", .number(imported.articleCount)),
            (
                "remarks",
                .array(
                    imported.notes.map { note in
                        .object([
                            ("provision", note.provision.map { .string($0) } ?? .null),
                            ("language", note.language.map { .string($0) } ?? .null),
                            ("kind", .string(note.kind.rawValue)), ("message", .string(note.message)),
                        ])
                    })
            ),
            (
                "characters",
                .object(
                    imported.languages.compactMap { language in
                        imported.counts[language].map { (language.string, json($0)) }
                    })
            ),
        ])
    }

    private func json(_ counts: TreatyImport.Counts) -> JSONValue {
        .object([
            ("read", .number(counts.read)), ("written", .number(counts.written)), ("blank", .number(counts.blank)),
            ("removed", .number(counts.removed)), ("composed", .number(counts.composed)),
            ("added", .number(counts.added)),
        ])
    }
}
