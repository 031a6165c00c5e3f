internal import Agreement
internal import ArgumentParser
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// `syngraph diff A B`
struct Diff: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Lay two texts side by side, and mark what went and what came.",
        discussion: """
            Examples:

              syngraph diff in-force 9a8b7c6d
              syngraph diff before 9a8b7c6d in-force@article-4 --language ko
              syngraph diff 1f2e3d4c 9a8b7c6d --json --in agreement.syngraph
              syngraph diff in-force draft 5a6b7c8d --markdown | pandoc -f markdown -o redline.docx

            A text is `in-force`; the id of an instrument, for the text as that makes it on what it is built on; \
            `before` and the id, for the text as it found it; or `draft` and the id of a draft, for what that reads, \
            perhaps `at` and an entry, for what it read then. `@PROVISION` behind either takes one provision of both, \
            with all it contains. Words are compared as bytes, by word, and by character in scripts that do not space \
            their words. With --markdown pandoc makes tracked changes of them, with the parties as their authors.
            """)

    @Argument(help: ArgumentHelp("The two texts, the old one first.", valueName: "text")) var texts: [String]
    @Flag(name: .long, help: "Print Markdown, for pandoc to make a document with tracked changes of.")
    var markdown = false
    @Flag(name: .long, help: "Show what is the same in both, too.")
    var whole = false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Whose changes they are, in Markdown.", discussion: "Default: those of each provision its proposer's.",
            valueName: "name"))
    var author: String?
    @Option(
        name: .long,
        help: ArgumentHelp("The only language to compare.", discussion: "Default: all.", valueName: "language"))
    var language: String?
    @OptionGroup var source: RoadmapSource
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if markdown, wantsJSON { throw Complaint.usage("--markdown or --json, not both") }
        if author != nil, !markdown { throw Complaint.usage("--author is for --markdown") }
        let (old, new) = try choices()
        let desk = old.isDraft || new.isDraft ? try await source.desk() : nil
        let findings = if let desk { desk.findings } else { try await source.findings() }
        let book = Phrasebook(findings)
        let languages = try languages(of: book.ledger.instruments[findings.contents.roadmap])
        let comparison = TextComparison(
            from: try text(old, besides: new, book, desk), to: try text(new, besides: old, book, desk),
            language: language == nil ? nil : languages[0], whole: whole)
        if wantsJSON {
            voice.result(.array(comparison.provisions.flatMap(Self.json)))
        } else if markdown {
            let date = Timestamp.text(Surroundings.current.now())
            let spoken = languages.filter { language in
                comparison.provisions.contains { $0.words.contains { $0.language == language } }
            }
            voice.result(comparison.markdown(in: spoken, author: author, date: date))
        } else {
            speak(comparison, voice)
        }
        return .holds
    }

    /// The two texts that were named.
    private func choices() throws(Complaint) -> (old: TextChoice, new: TextChoice) {
        var words = texts[...]
        let old = try TextChoice(&words)
        let new = try TextChoice(&words)
        guard words.isEmpty else {
            throw .usage("two texts are compared, and this is more: \(Typed.shown(words.first!))")
        }
        if let one = old.provision, let other = new.provision, one != other {
            throw .usage("one provision is compared with itself, and these are two: \(one) and \(other)")
        }
        return (old, new)
    }

    /// A provision that is named with one of the texts is meant of both.
    private func text(
        _ choice: TextChoice, besides other: TextChoice, _ book: Phrasebook, _ desk: DraftDesk?
    ) throws(Complaint) -> RoadmapText {
        var text = try choice.text(in: book, source, desk, besides: other)
        if desk != nil { text = text.withoutReserved }
        guard let provision = choice.provision ?? other.provision else { return text }
        let part = text.narrowed(to: provision)
        guard !part.contents.isEmpty || choice.provision == nil else {
            throw Complaint(
                .noSuchFile, "no-such-provision", "there is no \(provision) in \(choice.words.split(separator: "@")[0])"
            )
        }
        return part
    }

    /// The languages to compare: the founding's, in its order, or the one that was asked for.
    private func languages(of founding: Instrument?) throws(Complaint) -> [Identifier] {
        let languages = founding?.languages ?? []
        guard let language else { return languages }
        guard let found = languages.first(where: { $0.string == language }) else {
            throw .usage("the roadmap is not written in that language; it has \(Quoting.list(languages))")
        }
        return [found]
    }

    private func speak(_ comparison: TextComparison, _ voice: CommandVoice) {
        for provision in comparison.provisions {
            voice.result(
                provision.terminal(
                    colour: voice.isColoured, columns: voice.columns, indent: 2 * min(provision.depth, 8), whole: whole)
                    + "\n")
        }
        let differing = comparison.differing
        guard !differing.isEmpty else { return voice.result("the two texts are the same, byte for byte") }
        func count(_ fate: ComparedProvision.Fate, _ noun: String) -> String? {
            let count = differing.count { $0.fate == fate }
            return count == 0 ? nil : "\(count) \(noun)"
        }
        let moved = differing.count { $0.move != nil }
        let counts = [
            count(.added, "new"), count(.amended, "changed"), count(.repealed, "repealed"),
            moved == 0 ? nil : "\(moved) moved",
        ].compactMap { $0 }
        voice.result(
            voice.paragraph(
                "\(Quoting.count(differing.count, "provision")) \(differing.count == 1 ? "differs" : "differ"): \(counts.joined(separator: ", "))"
            ))
    }
}

// MARK: - JSON

extension Diff {
    /// An item for each language of a provision, and one for a provision without words.
    fileprivate static func json(_ provision: ComparedProvision) -> [JSONValue] {
        guard !provision.words.isEmpty else { return [json(provision, nil)] }
        return provision.words.filter { provision.isShown(in: $0) }.map { json(provision, $0) }
    }

    private static func json(_ provision: ComparedProvision, _ words: ComparedProvision.LanguageWords?) -> JSONValue {
        .object([
            ("provision", .string(provision.id.string)),
            ("language", words.map { .string($0.language.string) } ?? .null),
            ("segments", .array(words?.text.segments.map(json) ?? [])),
            ("fate", .string(provision.fate.rawValue)),
            ("number", .array(provision.number.segments.map(json))),
            ("heading", .array(words?.heading.segments.map(json) ?? [])),
            ("moved", provision.move.map { .object([("from", json($0.from)), ("to", json($0.to))]) } ?? .null),
            ("facts", .array(provision.facts.map { .string($0) })),
            ("author", .string(provision.author.string)),
            ("coarse", .bool(words.map { $0.heading.isCoarse || $0.text.isCoarse } ?? false)),
        ])
    }

    private static func json(_ place: Move.Place) -> JSONValue {
        .object([
            ("parent", place.parent.map { .string($0.string) } ?? .null),
            ("after", place.after.map { .string($0.string) } ?? .null),
        ])
    }

    private static func json(_ segment: RedlinedText.Segment) -> JSONValue {
        let kind =
            switch segment {
            case .kept: "same"
            case .deleted: "deleted"
            case .inserted: "inserted"
            }
        return .object([("text", .string(segment.text)), ("kind", .string(kind))])
    }
}

extension ComparedProvision {
    /// Whether there is something to be said of it in a language: its words differ there, or something that goes for
    /// all languages does.
    fileprivate func isShown(in words: LanguageWords) -> Bool {
        !words.isUnchanged || fate == .same || move != nil || !facts.isEmpty || !number.isUnchanged
    }
}
