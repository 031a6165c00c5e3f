internal import ArgumentParser
internal import CanonicalEncoding
internal import Cryptography
internal import Drafting
internal import Identity
internal import Negotiation
internal import NodeLogic
internal import Redline
internal import Wording

/// `syngraph draft show DRAFT`
struct DraftShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a draft with its brackets, notes and reservations, as of now or the past.",
        discussion: """
            Examples:

              syngraph draft show 3fa92b1c
              syngraph draft show 3fa92b1c article-4 --at 9d0f77aa
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "One provision, with what is beneath it; default: all.") var provision: String?
    @Option(
        name: .long,
        help: ArgumentHelp("As these entries, with all that their writers had seen, make it.", valueName: "entry,…"))
    var at: String?
    @Option(name: .long, help: ArgumentHelp("Only this language.", valueName: "language")) var language: String?
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let desk = try await homeOptions.withDoor { try await DraftDesk(home, through: $0) }
        let record = try desk.record(options.draft)
        let draft = try desk.draft(record, asOf: at?.split(separator: ",").map(String.init) ?? [])
        let languages = try language.map { typed throws(Complaint) in [try draft.language(typed)] }
        let view = DraftView(draft, languages: languages ?? draft.opening.languages)
        let nodes = try nodes(of: draft, record)
        if wantsJSON {
            voice.result(view.json(nodes, of: record))
        } else {
            voice.result(view.text(nodes, of: record, voice))
        }
        return .holds
    }

    private func nodes(of draft: Draft, _ record: DraftOnRecord) throws(Complaint) -> [DraftNode] {
        let all = draft.documentOrder
        guard let provision else { return all }
        let node = try draft.node(provision, in: record)
        let start = all.firstIndex { $0.name == node }!
        return [all[start]] + all[(start + 1)...].prefix { $0.depth > all[start].depth }
    }
}

/// A draft as it is shown: the same facts for a person and for a program.
struct DraftView {
    let draft: Draft
    let languages: [Identifier]
    private let brackets: [TextName: [DraftBracket]]
    private let notes: [DraftNote]
    private let notesByNode: [NodeName: [DraftNote]]
    private let reservations: [NodeName: [DraftReservation]]
    /// By alternative, the text that its bracket is in.
    private let hosts: [OperationName: TextName]
    private let shared: [Identifier: [NodeName]]

    init(_ draft: Draft, languages: [Identifier]) {
        self.draft = draft
        self.languages = languages
        shared = draft.sharedIdentifiers
        let all = draft.allBrackets()
        var (hosts, subjects) = ([OperationName: TextName](), [OperationName: DraftBracket.Subject]())
        for bracket in all {
            subjects[bracket.name] = bracket.subject
            guard case .text(let text) = bracket.subject else { continue }
            for case .added(let name) in bracket.alternatives { hosts[name] = text }
        }
        self.hosts = hosts
        var brackets: [TextName: [DraftBracket]] = [:]
        for bracket in all {
            guard case .text(let text) = bracket.subject, let root = Self.nodeText(around: text, hosts) else {
                continue
            }
            brackets[root, default: []].append(bracket)
        }
        self.brackets = brackets
        notes = draft.allNotes
        notesByNode = Dictionary(grouping: notes.filter { Self.node(of: $0, hosts) != nil }) {
            Self.node(of: $0, hosts)!
        }
        var reservations: [NodeName: [DraftReservation]] = [:]
        for reservation in draft.allReservations {
            guard let node = Self.subject(reservation, hosts, subjects) else { continue }
            reservations[node, default: []].append(reservation)
        }
        self.reservations = reservations
    }

    /// The text of a node in which that of an alternative stands, through as many brackets as it takes.
    private static func nodeText(around name: TextName, _ hosts: [OperationName: TextName]) -> TextName? {
        var name = name
        while case .alternative(let alternative) = name {
            guard let found = hosts[alternative] else { return nil }
            name = found
        }
        return name
    }

    private static func node(of note: DraftNote, _ hosts: [OperationName: TextName]) -> NodeName? {
        switch note.subject {
        case .node(let node): node
        case .text(let text, _): nodeText(around: text, hosts)?.node
        }
    }

    private static func subject(
        _ reservation: DraftReservation, _ hosts: [OperationName: TextName],
        _ subjects: [OperationName: DraftBracket.Subject]
    ) -> NodeName? {
        switch reservation.subject {
        case .node(let node): return node
        case .bracket(let name):
            switch subjects[name] {
            case .node(let node)?: return node
            case .text(let text)?: return nodeText(around: text, hosts)?.node
            case nil: return nil
            }
        }
    }

    private func name(of node: NodeName) -> String { draft.shownName(of: node, among: shared) }

    // MARK: For a person

    func text(_ nodes: [DraftNode], of record: DraftOnRecord, _ voice: CommandVoice) -> String {
        var lines = [voice.marked(draft.shownTitle, .heading) + " \(Quoting.short(record.id))"]
        if draft.isClosed { lines.append("closed") }
        if draft.closings.isContested { lines.append("closed by some, and open to others") }
        for node in nodes { lines += self.lines(node, voice) }
        let open = draft.openBrackets()
        let parties = open.byParty.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        lines.append("")
        lines.append(
            open.all.isEmpty
                ? "no bracket is open"
                : "\(Quoting.count(open.all.count, "open bracket")): \(parties.joined(separator: ", "))")
        if draft.waitingCount > 0 {
            lines.append("\(Quoting.count(draft.waitingCount, "entry", "entries")) wait for what is not here")
        }
        return lines.joined(separator: "\n")
    }

    private func lines(_ node: DraftNode, _ voice: CommandVoice) -> [String] {
        let margin = 2 * node.depth
        var facts: [String] = []
        if node.isStruck { facts.append("struck") }
        if node.isPresenceContested { facts.append("struck by some, and kept by others") }
        if node.wasEditedWhileStruck { facts.append("edited while it was struck") }
        let numbers = values(.number, of: node.name)
        let name = [name(of: node.name), numbers.joined(separator: "|")].filter { !$0.isEmpty }
            .joined(separator: " ")
        var lines = [
            "",
            String(repeating: " ", count: margin)
                + voice.marked(name, .heading) + (facts.isEmpty ? "" : ": \(facts.joined(separator: ", "))"),
        ]
        func say(_ words: String) { lines.append(voice.paragraph(words, indent: margin + 2, hanging: margin + 4)) }
        for (label, field) in besideWords(of: node.name) {
            say("\(label): \(values(field, of: node.name).joined(separator: " | "))")
        }
        for language in languages {
            let headings = values(.heading(language: language), of: node.name)
            if !headings.isEmpty { say("\(language) \(headings.joined(separator: " | "))") }
            let text = TextName.node(node.name, language: language)
            guard let shown = EditableText(of: text, in: draft), !shown.notation.isEmpty else { continue }
            for line in shown.notation.split(separator: "\n", omittingEmptySubsequences: false) {
                say(languages.count > 1 ? "\(language) \(terminalSafe(String(line)))" : terminalSafe(String(line)))
            }
            for bracket in brackets[text] ?? [] { say(words(bracket)) }
        }
        for bracket in draft.brackets(on: node.name) { say(words(bracket)) }
        for reservation in reservations[node.name] ?? [] where !reservation.isLifted { say(words(reservation)) }
        for note in notesByNode[node.name] ?? [] { lines += thread(note, margin, voice) }
        return lines
    }

    /// What somebody set of a provision beside its words, and its attributes.
    private func besideWords(of node: NodeName) -> [(label: String, field: NodeField)] {
        let named: [(String, NodeField)] = [("kind", .kind), ("class", .provisionClass)]
        return named.filter { draft.reading(of: $0.1, of: node)?.written.isEmpty == false }
            + draft.attributes(of: node).map { ($0.string, .attribute($0)) }.filter {
                !values($0.1, of: node).isEmpty
            }
    }

    private func values(_ field: NodeField, of node: NodeName) -> [String] {
        (draft.reading(of: field, of: node)?.values ?? []).filter { $0 != .null }.map(Quoting.readable)
    }

    private func words(_ bracket: DraftBracket) -> String {
        let kind = bracket.isSuggestion ? "suggestion" : "bracket"
        var parts = ["\(kind) \(bracket.name.text()) by \(bracket.introducer)"]
        if let follows = bracket.follows { parts.append("comes to what \(follows.text()) comes to") }
        for (number, alternative) in bracket.alternatives.enumerated() {
            let holders = bracket.positions.filter { $0.value.contains(alternative) }.keys.sorted()
            guard !holders.isEmpty || bracket.outcome == alternative || alternative.name != nil else { continue }
            var what =
                alternative.name == nil ? (alternative == .standing ? "in" : "out") : "\(number) \(said(alternative))"
            if !holders.isEmpty { what += " (\(holders.map(\.string).joined(separator: ", ")))" }
            parts.append(what)
        }
        parts.append(bracket.outcome.map { "settled: \(said($0))" } ?? "open")
        if let reason = bracket.reason { parts.append(terminalSafe(reason.text(in: languages.first).string)) }
        return parts.joined(separator: "; ")
    }

    private func said(_ alternative: Drafting.Alternative) -> String {
        switch alternative {
        case .standing: "in"
        case .nothing: "out"
        case .added(let name): Quoting.quoted(ExactText(draft.string(of: .alternative(name)) ?? ""))
        }
    }

    private func words(_ reservation: DraftReservation) -> String {
        let words = reservation.words.map { ": \(terminalSafe($0.text(in: languages.first).string))" } ?? ""
        var about = ""
        if case .bracket(let name) = reservation.subject { about = " on bracket \(name.text())" }
        let kind = reservation.kind == .position ? "its position" : reservation.kind.rawValue
        return "reservation \(reservation.name.text()) of \(reservation.party), \(kind)\(about)\(words)"
    }

    private func thread(_ note: DraftNote, _ margin: Int, _ voice: CommandVoice) -> [String] {
        var on = ""
        if case .text(let text, let range) = note.subject {
            let scalars = Array((draft.string(of: text) ?? "").unicodeScalars)
            let words = range.map { String(String.UnicodeScalarView(scalars[$0])) } ?? ""
            on = words.isEmpty ? " on words that are gone" : " on \(Quoting.quoted(ExactText(words)))"
        }
        let state = note.isResolved ? " (resolved)" : ""
        func line(_ words: Attributed<Words>) -> String {
            "\(words.party): \(terminalSafe(words.value.text(in: languages.first).string))"
        }
        return [
            voice.paragraph(
                "note \(note.name.text())\(on)\(state), \(line(note.words))", indent: margin + 2, hanging: margin + 4)
        ] + note.replies.map { voice.paragraph("reply, \(line($0))", indent: margin + 4, hanging: margin + 6) }
    }

    // MARK: For a program

    func json(_ nodes: [DraftNode], of record: DraftOnRecord) -> JSONValue {
        let open = draft.openBrackets()
        return .object([
            ("draft", .string(record.id.hex)), ("titles", .array(draft.title.values.map { JSONValue($0.value) })),
            ("languages", FindingsJSON.names(draft.opening.languages)), ("closed", .bool(draft.isClosed)),
            ("heads", FindingsJSON.ids(draft.heads)), ("waiting", .number(draft.waitingCount)),
            ("openBrackets", .number(open.all.count)),
            (
                "openBracketsByParty",
                .object(open.byParty.sorted { $0.key < $1.key }.map { ($0.key.string, .number($0.value)) })
            ),
            ("provisions", .array(nodes.map(json))),
            ("brackets", .array(draft.allBrackets().map(json))),
            ("notes", .array(notes.map(json))),
            (
                "reservations",
                .array(
                    reservations.flatMap { node, list in list.map { (node, $0) } }
                        .sorted { $0.1.name.text() < $1.1.name.text() }.map { json($0.1, on: $0.0) })
            ),
        ])
    }

    private func json(_ node: DraftNode) -> JSONValue {
        func values(_ field: NodeField) -> JSONValue {
            .array((draft.reading(of: field, of: node.name)?.values ?? []).map { JSONValue($0) })
        }
        return .object([
            ("provision", .string(name(of: node.name))), ("identifiers", values(.identifier)),
            ("parent", node.parent.map { .string(name(of: $0)) } ?? .null),
            ("depth", .number(node.depth)), ("struck", .bool(node.isStruck)),
            ("presenceContested", .bool(node.isPresenceContested)),
            ("editedWhileStruck", .bool(node.wasEditedWhileStruck)), ("kinds", values(.kind)),
            ("classes", values(.provisionClass)), ("numbers", values(.number)),
            ("headings", .object(languages.map { ($0.string, values(.heading(language: $0))) })),
            (
                "attributes",
                .object(draft.attributes(of: node.name).map { ($0.string, values(.attribute($0))) })
            ),
            (
                "texts",
                .array(
                    languages.compactMap { language in
                        let text = TextName.node(node.name, language: language)
                        guard let shown = EditableText(of: text, in: draft) else { return nil }
                        return .object([
                            ("language", .string(language.string)), ("text", .string(shown.notation)),
                            ("plain", .bool(shown.isPlain)),
                            ("brackets", .array((brackets[text] ?? []).map { .string($0.name.text()) })),
                        ])
                    })
            ),
            ("brackets", .array(draft.brackets(on: node.name).map { .string($0.name.text()) })),
        ])
    }

    private func json(_ bracket: DraftBracket) -> JSONValue {
        let wordings = bracket.alternatives.map { alternative in
            JSONValue.object([
                ("wording", .string(key(alternative))),
                ("text", alternative.name.map { .string(draft.string(of: .alternative($0)) ?? "") } ?? .null),
                (
                    "parties",
                    FindingsJSON.names(bracket.positions.filter { $0.value.contains(alternative) }.keys.sorted())
                ),
            ])
        }
        let follows: JSONValue = bracket.follows.map { .string($0.text()) } ?? .null
        let outcome: JSONValue = bracket.outcome.map { .string(key($0)) } ?? .null
        return .object([
            ("bracket", .string(bracket.name.text())), ("by", .string(bracket.introducer.string)),
            ("suggestion", .bool(bracket.isSuggestion)), ("follows", follows), ("wordings", .array(wordings)),
            ("open", .bool(bracket.isOpen)), ("outcome", outcome), ("reads", .string(key(bracket.reads))),
        ])
    }

    private func key(_ alternative: Drafting.Alternative) -> String {
        alternative.name?.text() ?? (alternative == .standing ? "in" : "out")
    }

    private func json(_ note: DraftNote) -> JSONValue {
        var words: String?
        if case .text(let text, let range?) = note.subject {
            let scalars = Array((draft.string(of: text) ?? "").unicodeScalars)
            words = String(String.UnicodeScalarView(scalars[range]))
        }
        return .object([
            ("note", .string(note.name.text())),
            ("provision", Self.node(of: note, hosts).map { .string(name(of: $0)) } ?? .null),
            ("on", words.map { .string($0) } ?? .null), ("party", .string(note.words.party.string)),
            ("words", JSONValue(note.words.value.value)),
            (
                "replies",
                .array(
                    note.replies.map {
                        .object([("party", .string($0.party.string)), ("words", JSONValue($0.value.value))])
                    })
            ),
            ("resolved", .bool(note.isResolved)),
        ])
    }

    private func json(_ reservation: DraftReservation, on node: NodeName) -> JSONValue {
        .object([
            ("reservation", .string(reservation.name.text())), ("party", .string(reservation.party.string)),
            ("provision", .string(name(of: node))),
            ("kind", .string(reservation.kind.rawValue)),
            ("words", reservation.words.map { JSONValue($0.value) } ?? .null),
            ("lifted", .bool(reservation.isLifted)),
        ])
    }
}

extension Drafting.Alternative {
    /// Of one that was added, what added it.
    var name: OperationName? { if case .added(let name) = self { name } else { nil } }
}

extension TextName {
    var node: NodeName? { if case .node(let node, _) = self { node } else { nil } }
}
