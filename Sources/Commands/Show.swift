internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// `syngraph show`
struct Show: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Read the text in force, or an instrument with what it changes.",
        discussion: """
            Examples:

              syngraph show
              syngraph show article-4 --language ko
              syngraph show --as-of 2030-01-01
              syngraph show --instrument 9a8b7c6d --in agreement.syngraph
            """)

    @Argument(help: "A provision, shown with all it contains; default: everything.") var provision: String?
    @Option(name: .long, help: ArgumentHelp("Show this instrument, with its redline.", valueName: "id"))
    var instrument: String?
    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp("Say what applies on this day by the dates in the text.", valueName: "day"))
    var asOf: String?
    @OptionGroup var source: RoadmapSource
    @OptionGroup var languageOption: LanguageOption
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if provision != nil, instrument != nil { throw Complaint.usage("show a provision or an instrument, not both") }
        if asOf != nil, instrument != nil {
            throw Complaint.usage("--as-of is asked of the text, not of an instrument")
        }
        let day = try asOf.map { typed throws(Complaint) in try Typed.day(typed) }
        let prefix = try instrument.map { typed throws(Complaint) in try IDPrefix(typed) }
        let findings = try await source.findings()
        let founding = findings.contents.ledger.instruments[findings.contents.roadmap]
        let language = try languageOption.chosen(among: founding?.languages ?? [])
        let book = Phrasebook(findings, language: language)
        if let prefix {
            let id = try prefix.resolve(
                among: findings.contents.ledger.instruments.keys, noun: "instrument", place: source.place)
            try show(id, book, voice)
        } else {
            try showText(findings, book, language, day, voice)
        }
        return .holds
    }

    // MARK: The text in force

    private func showText(
        _ findings: VerificationReport.Findings, _ book: Phrasebook, _ language: Identifier?, _ day: Day?,
        _ voice: CommandVoice
    ) throws(Complaint) {
        let tree = ProvisionTree(findings.evaluation.textInForce)
        var entries = tree.entries
        if let provision {
            guard let asked = Identifier(provision), let subtree = tree.entries(from: asked) else {
                throw Complaint(
                    .noSuchFile, "no-such-provision", "no such provision is in force \(source.place)",
                    hint: "syngraph show names them all")
            }
            entries = subtree
        }
        if wantsJSON {
            voice.result(.object([("provisions", .array(entries.map { json($0.provision, book, tree, day) }))]))
            return
        }
        guard !entries.isEmpty else { return voice.result("nothing is in force yet") }
        // A correction stands with the article that it corrects.
        entries = entries.filter { $0.depth == 0 || Correction($0.provision.content) == nil }
        for (entry, previous) in zip(entries, [nil] + entries.map(Optional.some)) {
            let isFirstReserved =
                entry.provision.content.reserved != nil
                && previous.map { $0.provision.content.reserved == nil } ?? false
            if isFirstReserved { voice.result("who decides, and under which keys\n") }
            voice.result(text(entry, book, language, voice))
            if let day, let remark = remark(entry, tree, day) {
                let indent = 2 * min(entry.depth, 8)
                voice.result(
                    voice.paragraph(voice.marked(remark, .waiting), indent: indent, hanging: indent + 2) + "\n")
            }
        }
        if day != nil {
            voice.talk(
                voice.paragraph(
                    "these dates are words of the text, and no clock decides: whether a day has come, and what that "
                        + "changes, is for the parties to say"))
        }
    }

    /// What can be said of one day; nil of what names none, neither itself nor in what contains it.
    private func remark(_ entry: ProvisionTree.Entry, _ tree: ProvisionTree, _ day: Day) -> String? {
        guard let (source, applicability) = tree.applicability(of: entry.provision, on: day) else { return nil }
        let whose = source == entry.provision.id ? "" : "as \(source) does: "
        return whose + applicability.words(on: day)
    }

    private func text(
        _ entry: ProvisionTree.Entry, _ book: Phrasebook, _ language: Identifier?, _ voice: CommandVoice
    ) -> String {
        let content = entry.provision.content
        let indent = 2 * min(entry.depth, 8)
        let number = content.number.map { terminalSafe($0.string) }
        let heading = content.heading.map { terminalSafe($0.text(in: language).string) }
        let label = [number, heading].compactMap { $0 }.joined(separator: " ")
        let since = "since \(book.name(entry.provision.version.id))"
        var lines = [
            String(repeating: " ", count: indent)
                + voice.marked(label.isEmpty ? entry.provision.id.string : label, .heading),
            voice.paragraph(
                voice.marked(label.isEmpty ? since : "\(entry.provision.id), \(since)", .faint), indent: indent),
        ]
        let corrections = book.evaluation.corrected(entry.provision)
        if let words = content.text {
            let redline = RedlinedText(
                from: words.text(in: language).string, to: (corrections.text ?? words).text(in: language).string)
            lines.append(
                redline.isUnchanged
                    ? wrapped(words.text(in: language).string, columns: voice.columns, indent: indent)
                    : redline.terminal(colour: voice.isColoured, columns: voice.columns, indent: indent))
            if let language, words.byLanguage[language] == nil {
                lines.append(String(repeating: " ", count: indent) + "(not written in \(language))")
            }
        }
        for found in corrections.corrections where language == nil || found.correction.language == language {
            lines.append(voice.paragraph(book.sentence(for: found), indent: indent + 2, hanging: indent + 4))
        }
        if let reserved = content.reserved {
            lines += reserved.lines.map { voice.paragraph($0, indent: indent + 2, hanging: indent + 4) }
        } else {
            for (name, value) in content.attributes.sorted(by: { $0.key < $1.key }) {
                let attribute = "\(name): \(Quoting.readable(value))"
                lines.append(voice.paragraph(attribute, indent: indent + 2, hanging: indent + 4))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func json(
        _ provision: ProvisionInForce, _ book: Phrasebook, _ tree: ProvisionTree, _ day: Day?
    ) -> JSONValue {
        let content = provision.content
        let (corrected, corrections) = book.evaluation.corrected(provision)
        return .object([
            ("id", .string(provision.id.string)), ("version", .string(provision.version.id.hex)),
            ("kind", .string(content.kind.string)), ("class", .string(content.provisionClass.string)),
            ("parent", content.parent.map { .string($0.string) } ?? .null),
            ("number", content.number.map { .string($0.string) } ?? .null),
            ("heading", FindingsJSON.words(content.heading)), ("text", FindingsJSON.words(content.text)),
            (
                "attributes",
                .object(content.attributes.keys.sorted().map { ($0.string, JSONValue(content.attributes[$0]!)) })
            ),
            ("corrected", corrections.isEmpty ? .null : FindingsJSON.words(corrected)),
            (
                "corrections",
                .array(
                    corrections.map {
                        .object([
                            ("id", .string($0.provision.id.string)), ("version", .string($0.provision.version.id.hex)),
                            ("language", .string($0.correction.language.string)),
                            ("misprint", .string($0.correction.misprint.string)),
                            ("reads", .string($0.correction.reads.string)), ("fate", .string($0.fate.rawValue)),
                        ])
                    })
            ),
            ("applies", day.map { json(tree.applicability(of: provision, on: $0), on: $0) } ?? .null),
        ])
    }

    private func json(_ applicability: (source: Identifier, Applicability)?, on day: Day) -> JSONValue {
        guard let (source, applicability) = applicability else { return .null }
        let word =
            switch applicability.on(day) {
            case .applies: "applies"
            case .notYet: "notYet"
            case .noLonger: "noLonger"
            case .hangs: "hangs"
            }
        return .object([
            ("on", .string(day.description)), ("word", .string(word)), ("by", .string(source.string)),
            ("words", .string(applicability.words)),
        ])
    }

    // MARK: An instrument

    private func show(_ id: InstrumentID, _ book: Phrasebook, _ voice: CommandVoice) throws(Complaint) {
        let instrument = book.ledger.instruments[id]!
        guard book.evaluation.instrument(id) != nil else {
            throw Complaint(
                .notSo, "awaiting-records",
                "\(book.name(id)) cannot be shown yet: "
                    + (book.state(of: id)?.sentence ?? "it names records that are not here"),
                hint: "syngraph inspect shows its bytes")
        }
        let only = languageOption.language.flatMap(Identifier.init)
        let changes = SealPreview.changes(of: instrument, only, in: book)
        if wantsJSON { return voice.result(json(instrument, changes, book)) }
        let state = book.state(of: id)!
        let proposer = "proposed in the name of \(instrument.proposer)"
        voice.result(voice.paragraph("\(book.name(id)), \(proposer): \(state.sentence)"))
        voice.result(labelled("fingerprint", Quoting.fingerprint(id), columns: voice.columns))
        if state.next != nil { voice.result(labelled("next", state.summary, columns: voice.columns)) }
        voice.result()
        for change in changes {
            voice.result(change.terminal(colour: voice.isColoured, columns: voice.columns) + "\n")
        }
        voice.result(voice.marked("whose consent it needs", .heading))
        for need in book.needs(of: id) { voice.result(voice.paragraph("- \(need)", indent: 2, hanging: 4)) }
    }

    private func json(_ instrument: Instrument, _ changes: [ProvisionRedline], _ book: Phrasebook) -> JSONValue {
        .object([
            ("id", .string(instrument.id.hex)), ("fingerprint", .string(Quoting.fingerprint(instrument.id))),
            ("titles", FindingsJSON.words(instrument.title)), ("proposer", .string(instrument.proposer.string)),
            ("state", book.evaluation.state(of: instrument.id).map { .string($0.rawValue) } ?? .null),
            ("changes", .array(changes.map(json))),
            ("needs", .array(book.needs(of: instrument.id).map { .string($0) })),
        ])
    }

    private func json(_ change: ProvisionRedline) -> JSONValue {
        .object([
            ("provision", .string(change.provision.string)), ("fate", .string(change.fate.rawValue)),
            ("facts", .array(change.facts.map { .string($0) })),
            (
                "words",
                .array(
                    change.words.map { words in
                        .object([
                            ("field", .string(words.field)), ("language", .string(words.language.string)),
                            ("segments", .array(words.redline.segments.map(json))),
                        ])
                    })
            ),
        ])
    }

    private func json(_ segment: RedlinedText.Segment) -> JSONValue {
        let fate =
            switch segment {
            case .kept: "kept"
            case .deleted: "deleted"
            case .inserted: "inserted"
            }
        return .object([("fate", .string(fate)), ("text", .string(segment.text))])
    }
}

/// The text in force in reading order: siblings by order key, then by id; the constitution last.
struct ProvisionTree {
    struct Entry {
        let provision: ProvisionInForce
        let depth: Int
    }

    let entries: [Entry]
    private let byID: [Identifier: ProvisionInForce]

    init(_ text: [ProvisionInForce]) {
        byID = Dictionary(uniqueKeysWithValues: text.map { ($0.id, $0) })
        let ids = Set(text.map(\.id))
        let words = text.filter { !ReservedProvision.isReserved($0.id) }
        // A parent that is not there, which an instrument in force cannot leave behind, would hide its children.
        let children = Dictionary(grouping: words) { $0.content.parent.flatMap { ids.contains($0) ? $0 : nil } }
        var entries: [Entry] = []
        func visit(_ parent: Identifier?, depth: Int) {
            for child in (children[parent] ?? []).sorted(by: Self.isBefore) {
                entries.append(Entry(provision: child, depth: depth))
                if depth < AgreementLimits.provisionDepth { visit(child.id, depth: depth + 1) }
            }
        }
        visit(nil, depth: 0)
        entries += text.filter { ReservedProvision.isReserved($0.id) }.map { Entry(provision: $0, depth: 0) }
        self.entries = entries
    }

    /// A provision and all it contains; nil if it is not there.
    func entries(from id: Identifier) -> [Entry]? {
        guard let place = entries.firstIndex(where: { $0.provision.id == id }) else { return nil }
        let top = entries[place].depth
        let contained = entries[(place + 1)...].prefix { $0.depth > top }
        return ([entries[place]] + contained).map { Entry(provision: $0.provision, depth: $0.depth - top) }
    }

    /// By which provision's words this one applies or not: of itself and what contains it the first that does not
    /// apply on the day, or else itself; nil if none of them names a date or an event.
    func applicability(of provision: ProvisionInForce, on day: Day) -> (source: Identifier, Applicability)? {
        var found: (source: Identifier, Applicability)?
        var place: ProvisionInForce? = provision
        var depth = 0
        while let current = place, depth <= AgreementLimits.provisionDepth {
            if let applicability = Applicability(current.content) {
                if applicability.on(day) != .applies { return (current.id, applicability) }
                found = found ?? (current.id, applicability)
            }
            place = current.content.parent.flatMap { byID[$0] }
            depth += 1
        }
        return found
    }

    private static func isBefore(_ one: ProvisionInForce, _ other: ProvisionInForce) -> Bool {
        one.content.order == other.content.order
            ? one.id < other.id : one.content.order.lexicographicallyPrecedes(other.content.order)
    }
}
