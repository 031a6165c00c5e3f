internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Drafting
internal import Identity
internal import Negotiation
internal import NodeLogic
internal import Redline
internal import Verification
internal import Wording

/// `syngraph blame PROVISION`
struct BlameVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "blame",
        abstract: "Say who wrote which words: which instrument brought them, and which entry of a draft.",
        discussion: """
            Examples:

              syngraph blame article-4
              syngraph blame article-4 --draft 1f2e3d4c --language en --json

            Of the text in force, each run of words is shown with the instrument that brought it and who committed to \
            that; where this home has the draft that it was frozen from, with the party that wrote it and the entry. \
            With --draft the words of the draft are shown, of every wording that is open too.
            """)

    @Argument(help: "The provision.") var provision: String
    @Option(name: .long, help: ArgumentHelp("The words of this draft.", valueName: "id")) var draft: String?
    @Option(
        name: .long,
        help: ArgumentHelp("The only language to show.", discussion: "Default: all.", valueName: "language"))
    var language: String?
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    /// Words of a text, and what text it is.
    private struct Part {
        let language: Identifier
        /// The name of an alternative; nil for the provision's own text.
        let alternative: OperationName?
        let words: [WrittenWords]
    }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let desk = try await homeOptions.withDoor { try await DraftDesk(home, through: $0) }
        let founding = desk.findings.contents.ledger.instruments[desk.findings.contents.roadmap]
        let all = founding?.languages ?? []
        let languages = all.filter { language == nil || $0.string == language }
        guard !languages.isEmpty || all.isEmpty else {
            throw Complaint.usage("the roadmap is not written in that language; it has \(Quoting.list(all))")
        }
        let parts =
            try draft.map { typed throws(Complaint) in try partsOfDraft(desk.opened(typed).draft, languages) }
            ?? partsInForce(desk, languages)
        let book = Phrasebook.here(desk.findings)
        if wantsJSON {
            voice.result(.array(parts.map { json($0, book) }))
        } else {
            for part in parts { speak(part, desk, book, voice) }
        }
        return .holds
    }

    private func partsOfDraft(_ draft: Draft, _ languages: [Identifier]) throws(Complaint) -> [Part] {
        var draft = draft
        draft.indexTexts()
        let outcomes = Outcomes(of: draft)
        guard
            let found = DraftReading(of: draft, outcomes).provisions.first(where: { $0.identifier.string == provision })
        else {
            throw Complaint(
                .noSuchFile, "no-such-provision", "the draft has no \(terminalSafe(provision))",
                hint: "syngraph rolling --draft names them all")
        }
        let open = Set(draft.openBrackets().all)
        return languages.flatMap { language -> [Part] in
            let own = Part(
                language: language, alternative: nil,
                words: found.texts[language].map { Blame.words(of: $0, in: draft) } ?? [])
            let brackets = draft.allBrackets().filter { bracket in
                guard open.contains(bracket.name), case .text(let text) = bracket.subject,
                    let place = outcomes.place(of: text)
                else { return false }
                return place.node == found.node && place.language == language
            }
            return [own]
                + brackets.flatMap(\.alternatives).compactMap { alternative -> Part? in
                    guard case .added(let name) = alternative else { return nil }
                    return Part(
                        language: language, alternative: name, words: Blame.words(ofAlternative: name, in: draft))
                }
        }
    }

    private func partsInForce(_ desk: DraftDesk, _ languages: [Identifier]) throws(Complaint) -> [Part] {
        let evaluation = desk.findings.evaluation
        guard let name = Identifier(provision), evaluation.provisionInForce(name) != nil else {
            throw Complaint(
                .noSuchFile, "no-such-provision", "no provision \(terminalSafe(provision)) is in force in this home",
                hint: "syngraph show names them all")
        }
        return languages.map { language in
            let words = Blame.inForce(name, language, by: evaluation) { desk.origin(of: $0)?.draft }
            return Part(language: language, alternative: nil, words: words)
        }
    }

    // MARK: Saying it

    private func speak(_ part: Part, _ desk: DraftDesk, _ book: Phrasebook, _ voice: CommandVoice) {
        let other = part.alternative.map { ", the wording \($0.text())" } ?? ""
        voice.result(voice.marked("\(provision) (\(part.language))\(other)", .heading))
        for words in part.words {
            voice.result(voice.paragraph("“\(terminalSafe(words.text))”", indent: 2))
            voice.result(voice.marked(voice.paragraph(origin(of: words, desk, book), indent: 4, hanging: 6), .faint))
        }
        voice.result()
    }

    private func origin(of words: WrittenWords, _ desk: DraftDesk, _ book: Phrasebook) -> String {
        let written = words.entry.map { entry in
            let time = desk.drafts.all.lazy.compactMap { $0.times[entry] }.first
            return "\(words.party?.string ?? "somebody") in entry \(Quoting.short(entry))"
                + (time.map { ", \(Timestamp.text($0))" } ?? "")
        }
        guard let id = words.instrument else { return written ?? "as the draft was opened on it" }
        let committed = book.evaluation.partiesCommitted(to: id)
        let consent = committed.isEmpty ? "" : ", to which \(Quoting.list(committed)) committed"
        return "\(book.name(id))\(consent)" + (written.map { "; written by \($0)" } ?? "")
    }

    private func json(_ part: Part, _ book: Phrasebook) -> JSONValue {
        .object([
            ("provision", .string(provision)), ("language", .string(part.language.string)),
            ("alternative", part.alternative.map { .string($0.text()) } ?? .null),
            (
                "words",
                .array(
                    part.words.map { words in
                        .object([
                            ("text", .string(words.text)),
                            ("party", words.party.map { .string($0.string) } ?? .null),
                            ("entry", words.entry.map { .string($0.hex) } ?? .null),
                            ("instrument", words.instrument.map { .string($0.hex) } ?? .null),
                            (
                                "committed",
                                FindingsJSON.names(
                                    words.instrument.map { book.evaluation.partiesCommitted(to: $0) } ?? [])
                            ),
                        ])
                    })
            ),
        ])
    }
}
