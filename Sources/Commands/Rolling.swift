internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Drafting
internal import Identity
internal import Negotiation
internal import NodeLogic
internal import Redline
internal import Verification
internal import Wording

/// `syngraph rolling [PROVISION]`
struct Rolling: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Read the rolling text: what is agreed, and in brackets, with names, what is not.",
        discussion: """
            Examples:

              syngraph rolling
              syngraph rolling article-4 --language en
              syngraph rolling --draft 1f2e3d4c --open
              syngraph rolling --counts --json

            Open drafts, and instruments that are not in force, are laid over the text in force. With --draft only that \
            draft is shown, on the text that it was opened on. Under a text stand the names of its brackets, by which \
            positions are taken and choices made.
            """)

    @Argument(help: "A provision, shown with all it contains; default: everything.") var provision: String?
    @Option(name: .long, help: ArgumentHelp("Show this draft alone.", valueName: "id")) var draft: String?
    @Option(
        name: .long,
        help: ArgumentHelp("The only language to show.", discussion: "Default: all.", valueName: "language"))
    var language: String?
    @Flag(name: .long, help: "Show only provisions in which a bracket is open.") var open = false
    @Flag(name: .long, help: "Say only how many brackets are open: in all, by provision, by party.") var counts = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let desk = try await homeOptions.withDoor { try await DraftDesk(home, through: $0) }
        let founding = desk.findings.contents.ledger.instruments[desk.findings.contents.roadmap]
        let languages = try languages(of: founding)
        let (rolling, brackets) = try rolling(desk, founding?.languages ?? [])
        let provisions = try chosen(from: rolling)
        if counts {
            speakCounts(rolling, voice)
        } else if wantsJSON {
            voice.result(.array(provisions.flatMap { json($0, languages) }))
        } else {
            for provision in provisions { speak(provision, rolling, brackets, languages, voice) }
            speakCounts(rolling, voice)
        }
        return .holds
    }

    private func languages(of founding: Instrument?) throws(Complaint) -> [Identifier] {
        let languages = founding?.languages ?? []
        guard let language else { return languages }
        guard let found = languages.first(where: { $0.string == language }) else {
            throw .usage("the roadmap is not written in that language; it has \(Quoting.list(languages))")
        }
        return [found]
    }

    /// The text, and the drafts' brackets by name.
    private func rolling(
        _ desk: DraftDesk, _ languages: [Identifier]
    ) throws(Complaint) -> (RollingText, [OperationName: ShownBracket]) {
        if let draft {
            let opened = try desk.opened(draft)
            let settled = SettledInForce(of: opened.draft, openedOn: opened.base, desk.findings.evaluation)
            return (
                RollingText(of: opened.draft, taking: settled.outcomes), ShownBracket.all(in: [opened.draft])
            )
        }
        let evaluation = desk.findings.evaluation
        let opened = desk.open
        let settled = opened.map { SettledInForce(of: $0.draft, openedOn: $0.base, evaluation).outcomes }
        let drafts = opened.map(\.draft)
        let instruments = evaluation.instrumentIDs.compactMap { id -> OpenInstrument? in
            guard let instrument = evaluation.instrument(id), !instrument.isFounding, evaluation.end(of: id) == nil,
                [.unsealed, .sealed, .conditional].contains(evaluation.state(of: id))
            else { return nil }
            let committed = evaluation.partiesCommitted(to: id)
            return OpenInstrument(
                changes: changes(of: instrument, besides: opened, evaluation),
                parties: committed.isEmpty ? [instrument.proposer] : committed)
        }
        let rolling = RollingText(
            over: evaluation.contentsInForce, drafts: drafts,
            taking: settled.reduce(into: [:]) { $0.merge($1) { one, _ in one } }, instruments: instruments,
            languages: languages)
        return (rolling, ShownBracket.all(in: drafts))
    }

    /// What an instrument would write, without what a draft that is shown says already: its words are among the draft's,
    /// for some choice of its proposer.
    private func changes(
        of instrument: Instrument, besides drafts: [OpenedDraft], _ evaluation: Evaluation
    ) -> [Instrument.Change] {
        guard let origin = drafts.first(where: { instrument.frozenFrom.contains($0.record.id) }) else {
            return instrument.changes
        }
        let differing = FrozenOrigin(of: instrument, in: origin.draft, openedOn: origin.base, evaluation).differing
        return instrument.changes.filter { differing.contains($0.provision) }
    }

    private func chosen(from rolling: RollingText) throws(Complaint) -> [RollingText.Provision] {
        var provisions = rolling.provisions
        if let provision {
            guard let first = provisions.firstIndex(where: { $0.identifier.string == provision }) else {
                throw Complaint(
                    .noSuchFile, "no-such-provision", "there is no \(terminalSafe(provision)) in the rolling text",
                    hint: "syngraph rolling names them all")
            }
            let depth = provisions[first].depth
            let end = provisions[(first + 1)...].firstIndex { $0.depth <= depth } ?? provisions.endIndex
            provisions = Array(provisions[first..<end])
        }
        return open ? provisions.filter { $0.openBrackets > 0 } : provisions
    }
}

// MARK: - For a person

extension Rolling {
    private func speak(
        _ provision: RollingText.Provision, _ rolling: RollingText, _ brackets: [OperationName: ShownBracket],
        _ languages: [Identifier], _ voice: CommandVoice
    ) {
        let indent = 2 * min(provision.depth, 8)
        let words = provision.words.filter { languages.contains($0.language) }
        let heading = words.first?.heading.notation ?? ""
        let label = [provision.number.notation, heading].filter { !$0.isEmpty }.map { terminalSafe($0) }
            .joined(separator: " ")
        let struck = provision.isStruck ? ", struck" : ""
        voice.result(
            String(repeating: " ", count: indent)
                + voice.marked(label.isEmpty ? provision.identifier.string : label, .heading)
                + voice.marked(label.isEmpty ? struck : " (\(provision.identifier)\(struck))", .faint))
        for words in words where !words.text.pieces.isEmpty {
            let language = languages.count > 1 ? "\(words.language): " : ""
            voice.result(voice.paragraph(language + terminalSafe(words.text.notation), indent: indent + 2))
            for name in words.text.marks.flatMap({ rolling.brackets[$0].names }) {
                guard let bracket = brackets[name] else { continue }
                voice.result(
                    voice.marked(voice.paragraph(bracket.words, indent: indent + 4, hanging: indent + 6), .faint))
            }
        }
        for reservation in provision.reservations {
            let kind = reservation.kind == .adReferendum ? "agrees ad referendum" : "reserves its position"
            let scrutiny = reservation.kind == .scrutiny ? "has a scrutiny reservation" : kind
            var about = ""
            if case .bracket(let name) = reservation.subject { about = " on bracket \(name.text())" }
            let why = reservation.words.map { ": \(terminalSafe($0.text(in: languages.first).string))" } ?? ""
            voice.result(
                voice.paragraph(
                    "\(reservation.party) \(scrutiny)\(about)\(why)", indent: indent + 2, hanging: indent + 4))
        }
        voice.result()
    }

    private func speakCounts(_ rolling: RollingText, _ voice: CommandVoice) {
        let byParty = rolling.openByParty.sorted { $0.key < $1.key }
        if wantsJSON {
            return voice.result(
                .object([
                    ("open", .number(rolling.openCount)),
                    (
                        "byProvision",
                        .array(
                            rolling.openByProvision.map {
                                .object([("provision", .string($0.provision.string)), ("open", .number($0.count))])
                            })
                    ),
                    (
                        "byParty",
                        .array(
                            byParty.map {
                                .object([("party", .string($0.key.string)), ("open", .number($0.value))])
                            })
                    ),
                ]))
        }
        guard rolling.openCount > 0 else { return voice.result("clean text: no bracket is open") }
        voice.result(
            "\(Quoting.count(rolling.openCount, "bracket")) open: "
                + Quoting.list(byParty.map { "\($0.key) \($0.value)" }))
        guard counts else { return }
        for (provision, count) in rolling.openByProvision { voice.result("  \(provision): \(count)") }
    }
}

extension BracketedText {
    /// The marks of all brackets, as they open, each once.
    fileprivate var marks: [Int] {
        var seen: Set<Int> = []
        return allMarks.filter { seen.insert($0).inserted }
    }

    private var allMarks: [Int] {
        brackets.flatMap { bracket in
            (bracket.mark.map { [$0] } ?? []) + bracket.alternatives.flatMap(\.text.allMarks)
        }
    }
}

/// A bracket under its name, with its alternatives as they are named.
struct ShownBracket {
    let words: String

    static func all(in drafts: [Draft]) -> [OperationName: ShownBracket] {
        var shown: [OperationName: ShownBracket] = [:]
        for var draft in drafts {
            draft.indexTexts()
            var wordings = Wordings(draft, Outcomes(of: draft))
            for bracket in draft.allBrackets() where bracket.isOpen {
                shown[bracket.name] = ShownBracket(bracket, &wordings)
            }
        }
        return shown
    }

    private init(_ bracket: DraftBracket, _ wordings: inout Wordings) {
        let name = bracket.name.text()
        if let followed = bracket.follows {
            words = "\(name) follows \(followed.text())"
            return
        }
        var number = 0
        let alternatives = bracket.alternatives.compactMap { alternative -> String? in
            let holders = bracket.positions.filter { $0.value.contains(alternative) }.keys.sorted()
            let held = holders.isEmpty ? "" : " (\(holders.map(\.string).joined(separator: ", ")))"
            switch alternative {
            case .standing: return "in \(wordings.wording(of: alternative, in: bracket).shown)\(held)"
            case .nothing: return holders.isEmpty ? nil : "out\(held)"
            case .added:
                number += 1
                return "\(number) \(wordings.wording(of: alternative, in: bracket).shown)\(held)"
            }
        }
        words = "\(name) by \(bracket.introducer): " + alternatives.joined(separator: "; ")
    }
}

// MARK: - For a program

extension Rolling {
    private func json(_ provision: RollingText.Provision, _ languages: [Identifier]) -> [JSONValue] {
        provision.words.filter { languages.contains($0.language) }.map { words in
            .object([
                ("provision", .string(provision.identifier.string)), ("language", .string(words.language.string)),
                ("segments", .array(words.text.segments.map(json))), ("brackets", .number(words.openBrackets)),
            ])
        }
    }

    private func json(_ segment: RollingSegment) -> JSONValue {
        .object([
            ("text", .string(segment.text)), ("kind", .string(segment.kind.rawValue)),
            ("parties", .array(segment.parties.map { .string($0) })),
        ])
    }
}
