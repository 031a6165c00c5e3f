internal import ArgumentParser
internal import CanonicalEncoding
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft set DRAFT PROVISION`
struct DraftSet: Verb {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set what a provision says beside its words.",
        discussion: """
            Examples:

              syngraph draft set 3fa92b1c article-9 --number 10 --heading en="Liaison offices"
              syngraph draft set 3fa92b1c article-9 --attribute applies-from=2030-01-31

            Where two set it at once, apart, both values stand, and both are shown. An empty value, as in --number "", \
            empties the field.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @Option(name: .long, help: "Its number, as in 4bis.") var number: String?
    @Option(name: .long, help: ArgumentHelp("A heading; once for each language.", valueName: "lang=text"))
    var heading: [String] = []
    @Option(name: .long, help: "What it is: article, paragraph, …") var kind: String?
    @Option(name: .customLong("class"), help: "Whose consent it needs: its class.") var provisionClass: String?
    @Option(name: .long, help: "What it is called, of one that was added.") var identifier: String?
    @Option(
        name: .long,
        help: ArgumentHelp("An attribute; true, false and whole numbers are such.", valueName: "name=value"))
    var attribute: [String] = []
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let fields = try fields()
        guard !fields.isEmpty else {
            throw Complaint.usage("say what is to be set", hint: "see `syngraph draft set --help`")
        }
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            for (field, value) in fields {
                if case .heading(let language) = field { _ = try draft.language(language.string) }
                let reading = draft.reading(of: field, of: node)
                if reading?.isContested == false, reading?.values.first ?? .null == value { continue }
                guard draft.perform(.set(node, field, value)) != nil else {
                    throw Complaint.doesNothing("only a provision that was added in this draft can be renamed")
                }
            }
            let count = Quoting.count(draft.openOperationCount, "field")
            return DraftDeed(sentence: "set \(count) of \(draft.shownName(of: node))")
        }
        speak(written, voice)
        return .holds
    }

    private func fields() throws(Complaint) -> [(NodeField, CanonicalValue)] {
        var fields: [(NodeField, CanonicalValue)] = []
        if let kind { fields.append((.kind, try Typed.identifier(kind, "kind").value)) }
        if let provisionClass { fields.append((.provisionClass, try Typed.identifier(provisionClass, "class").value)) }
        if let identifier { fields.append((.identifier, try Typed.identifier(identifier, "provision").value)) }
        if let number { fields.append((.number, try Self.text(number))) }
        for item in heading {
            let (name, words) = try Self.parts(item, "en=Liaison offices")
            fields.append((.heading(language: name), try Self.text(words)))
        }
        for item in attribute {
            let (name, words) = try Self.parts(item, "applies-from=2030-01-31")
            fields.append((.attribute(name), try Self.value(words)))
        }
        return fields
    }

    private static func parts(_ item: String, _ example: String) throws(Complaint) -> (Identifier, String) {
        guard let equals = item.firstIndex(of: "="), let name = Identifier(String(item[..<equals])) else {
            throw .usage("\(Typed.shown(item)) is no name and value, as in \(example)")
        }
        return (name, String(item[item.index(after: equals)...]))
    }

    private static func text(_ words: String) throws(Complaint) -> CanonicalValue {
        guard !words.isEmpty else { return .null }
        try Typed.checkSignable(words)
        return .text(words)
    }

    private static func value(_ words: String) throws(Complaint) -> CanonicalValue {
        if words == "true" || words == "false" { return .bool(words == "true") }
        if let number = Int64(words), String(number) == words { return .integer(number) }
        return try text(words)
    }
}
