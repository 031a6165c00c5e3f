internal import Agreement
internal import ArgumentParser
internal import Charters
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// `syngraph concord [TEXT]`
struct ConcordVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "concord",
        abstract: "Lay the languages of the text side by side: what one has and another has not.",
        discussion: """
            Examples:

              syngraph concord
              syngraph concord 9a8b7c6d --in agreement.syngraph
              syngraph concord --charter treaty.yaml --json

            Looked for are texts that are missing or empty in a language, paragraphs and items of lists that are, and \
            figures: numbers in the digits of any script, shares, dates. Numbers in words are not read. It points out, \
            and never decides. The text is named as for `diff`: `in-force`, the id of an instrument, `before` and an id, or \
            `draft` and an id.
            """)

    @Argument(help: ArgumentHelp("The text; default: the one in force.", valueName: "text")) var texts: [String] = []
    @Option(name: .long, help: ArgumentHelp("Read this charter instead, without cards.", valueName: "file"))
    var charter: String?
    @OptionGroup var source: RoadmapSource
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if let charter {
            guard texts.isEmpty, source.bundle == nil else {
                throw Complaint.usage("name a charter or a text of the roadmap, not both")
            }
            switch Charter.readText(try CharterFiles.text(of: charter)) {
            case .failure(let faults): return CharterFiles.speak(faults, in: charter, voice)
            case .success(let text): speak(LanguageComparison(of: text), text.languages, of: charter, voice)
            }
            return .holds
        }
        let choice = try choice()
        let desk = choice.isDraft ? try await source.desk() : nil
        let findings = if let desk { desk.findings } else { try await source.findings() }
        let book = Phrasebook(findings)
        let languages = book.ledger.instruments[findings.contents.roadmap]?.languages ?? []
        var text = try choice.text(in: book, source, desk)
        if let provision = choice.provision { text = text.narrowed(to: provision) }
        speak(LanguageComparison(of: text, in: languages), languages, of: choice.words, voice)
        return .holds
    }

    private func choice() throws(Complaint) -> TextChoice {
        guard !texts.isEmpty else { return .inForce }
        var words = texts[...]
        let choice = try TextChoice(&words)
        guard let further = words.first else { return choice }
        throw .usage("one text is looked at, and this is more: \(Typed.shown(further))")
    }

    private func speak(
        _ comparison: LanguageComparison, _ languages: [Identifier], of text: String, _ voice: CommandVoice
    ) {
        if wantsJSON { return voice.result(json(comparison, languages, of: text)) }
        var last: Identifier?
        for finding in comparison.findings {
            if finding.provision != last { voice.result(voice.marked(finding.provision.string, .heading)) }
            last = finding.provision
            voice.result(voice.paragraph(finding.words, indent: 2, hanging: 4))
        }
        let provisions = Quoting.count(comparison.provisionCount, "provision")
        let found = comparison.findings.isEmpty ? "nothing" : Quoting.count(comparison.findings.count, "difference")
        voice.result(
            voice.paragraph("\(provisions) with words in \(Quoting.list(languages)): \(found) to point out"))
        voice.talk(voice.paragraph(LanguageComparison.limits))
    }

    private func json(
        _ comparison: LanguageComparison, _ languages: [Identifier], of text: String
    ) -> JSONValue {
        .object([
            ("text", .string(text)), ("languages", FindingsJSON.names(languages)),
            ("provisions", .number(comparison.provisionCount)),
            (
                "findings",
                .array(
                    comparison.findings.map { found in
                        .object([
                            ("provision", .string(found.provision.string)), ("field", .string(found.field.rawValue)),
                            ("kind", .string(found.finding.kind.rawValue)),
                            ("subject", .string(found.finding.subject)),
                            (
                                "counts",
                                .object(
                                    found.finding.counts.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
                            ),
                            ("message", .string(found.words)),
                        ])
                    })
            ),
            ("notRead", .string(LanguageComparison.limits)),
        ])
    }
}

extension LanguageComparison {
    fileprivate init(of charter: CharterText) {
        let contents = charter.provisions.compactMap { change in change.content.map { (change.provision, $0) } }
        self.init(
            of: RoadmapText(
                contents: Dictionary(contents) { first, _ in first }, authors: [:], author: charter.languages[0]),
            in: charter.languages)
    }
}
