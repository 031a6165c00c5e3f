import CanonicalEncoding
import Cryptography
import DraftingReference
import Identity

@testable import Drafting

/// Every question that a draft answers, with its answer: the product's and the reference's are held side by side.
struct DraftAnswers {
    private(set) var byQuestion: [String: AnyHashable] = [:]

    mutating func note(_ question: String, _ answer: some Hashable) {
        precondition(byQuestion.updateValue(AnyHashable(answer), forKey: question) == nil, "\(question) is asked twice")
    }

    /// The first question, in bytewise order, that the two answer differently.
    func difference(from other: DraftAnswers) -> String? {
        let questions = Set(byQuestion.keys).union(other.byQuestion.keys)
        let differing = questions.filter { byQuestion[$0] != other.byQuestion[$0] }
        return differing.min().map { question in
            func shown(_ answer: AnyHashable?) -> String { answer.map { "\($0.base)" } ?? "not asked" }
            return "\(question): \(shown(byQuestion[question])) and not \(shown(other.byQuestion[question])); "
                + "\(differing.count) in all"
        }
    }
}

extension DraftAnswers {
    static let fields: [ReferenceDraftEntry.Field] = [
        .kind, .class, .identifier, .number, .heading("en"), .heading("de"), .attribute("date"), .attribute("place"),
    ]

    /// What stands in a field, and what is read.
    struct FieldAnswer: Hashable {
        var written: [Attributed<CanonicalValue>]
        var values: [CanonicalValue]
        var isContested: Bool
    }

    struct TextAnswer: Hashable {
        var string: String
        var count: Int
        var editors: [Digest]
        var isTouched: Bool
        var spans: Set<SpanAnswer>
    }

    struct SpanAnswer: Hashable {
        var start: Int
        var end: Int
        var level: Int
        var brackets: [OperationName]
        var starts: [Int]
        var ends: [Int]
    }

    struct NodeAnswer: Hashable {
        var name: NodeName
        var parent: NodeName?
        var depth: Int
    }

    struct PresenceAnswer: Hashable {
        var isStruck: Bool
        var isContested: Bool
        var wasEditedWhileStruck: Bool
    }

    struct BracketAnswer: Hashable {
        var subject: DraftBracket.Subject
        var introducer: Identifier
        var isSuggestion: Bool
        var reason: Words?
        var follows: OperationName?
        var alternatives: [Alternative]
        var choices: [Attributed<Alternative?>]
    }

    struct OutcomeAnswer: Hashable {
        var outcome: Alternative?
        var reads: Alternative
    }

    struct NoteAnswer: Hashable {
        var subject: DraftNote.Subject
        var words: Attributed<Words>
        var replies: [Attributed<Words>]
        var states: [Attributed<Bool>]
        var isResolved: Bool
    }

    struct ReservationAnswer: Hashable {
        var party: Identifier
        var subject: DraftReservation.Subject
        var kind: ReservationKind
        var words: Words?
        var isLifted: Bool
    }
}

// MARK: - The product's

extension DraftAnswers {
    /// - Parameter counting: the parties that count, as often as it is asked.
    init(_ draft: Draft, counting: [Set<Identifier>]) {
        note("entries", draft.entryCount)
        note("waiting", draft.waitingCount)
        note("missing", draft.missing)
        note("heads", draft.heads)
        note("title", draft.title.written)
        note("titles", draft.title.values)
        note("title contested", draft.title.isContested)
        note("closings", draft.closings.written)
        note("closed", draft.isClosed)
        note("shared", draft.sharedIdentifiers.mapValues { Set($0) })
        note("shared twice", draft.sharedIdentifiers.values.contains { Set($0).count != $0.count })
        note("touched", Set(draft.touchedTexts))
        let order = draft.documentOrder
        note("tree", order.map { NodeAnswer(name: $0.name, parent: $0.parent, depth: $0.depth) })
        for node in order { note(node, of: draft) }
        for (number, counted) in counting.enumerated() { note(draft, counting: counted, "counting \(number)") }
        note("brackets", draft.allBrackets().map(\.name))
        for bracket in draft.allBrackets() { note(bracket, of: draft) }
        noteWords(of: draft)
    }

    private mutating func note(_ node: DraftNode, of draft: Draft) {
        let presence = PresenceAnswer(
            isStruck: node.isStruck, isContested: node.isPresenceContested,
            wasEditedWhileStruck: node.wasEditedWhileStruck)
        note("presence of \(node.name)", presence)
        note("attributes of \(node.name)", draft.attributes(of: node.name))
        note("brackets on \(node.name)", draft.brackets(on: node.name).map(\.name))
        for field in Self.fields {
            let reading = draft.reading(of: NodeField(field), of: node.name)!
            // An empty field reads nothing, whether nobody filled it or somebody emptied it.
            let values = reading.values.isEmpty ? [CanonicalValue.null] : reading.values
            note(
                "\(field) of \(node.name)",
                FieldAnswer(written: reading.written, values: values, isContested: reading.isContested))
        }
        for language in draft.opening.languages { note(.node(node.name, language: language), of: draft) }
    }

    private mutating func note(_ text: TextName, of draft: Draft) {
        let spans = draft.contestedSpans(of: text).map { span in
            SpanAnswer(
                start: span.range.lowerBound, end: span.range.upperBound, level: span.level,
                brackets: span.brackets.map(\.name), starts: span.brackets.map(\.range.lowerBound),
                ends: span.brackets.map(\.range.upperBound))
        }
        note(
            "text \(text)",
            TextAnswer(
                string: draft.string(of: text)!, count: draft.scalarCount(of: text)!, editors: draft.editors(of: text),
                isTouched: draft.touchedTexts.contains(text), spans: Set(spans)))
    }

    private mutating func note(_ bracket: DraftBracket, of draft: Draft) {
        note(
            "bracket \(bracket.name)",
            BracketAnswer(
                subject: bracket.subject, introducer: bracket.introducer, isSuggestion: bracket.isSuggestion,
                reason: bracket.reason, follows: bracket.follows, alternatives: bracket.alternatives,
                choices: bracket.choices))
        note("positions on \(bracket.name)", bracket.positions)
        for case .added(let name) in bracket.alternatives { note(.alternative(name), of: draft) }
    }

    private mutating func note(_ draft: Draft, counting: Set<Identifier>, _ who: String) {
        let open = draft.openBrackets(counting: counting.contains)
        note("open \(who)", open.all)
        note("open by node \(who)", open.byNode)
        note("open by party \(who)", open.byParty)
        for bracket in draft.allBrackets(counting: counting.contains) {
            note("outcome of \(bracket.name) \(who)", OutcomeAnswer(outcome: bracket.outcome, reads: bracket.reads))
        }
    }

    private mutating func noteWords(of draft: Draft) {
        note("notes", draft.allNotes.map(\.name))
        for note in draft.allNotes {
            self.note(
                "note \(note.name)",
                NoteAnswer(
                    subject: note.subject, words: note.words, replies: note.replies, states: note.states,
                    isResolved: note.isResolved))
        }
        note("reservations", draft.allReservations.map(\.name))
        for reservation in draft.allReservations {
            note(
                "reservation \(reservation.name)",
                ReservationAnswer(
                    party: reservation.party, subject: reservation.subject, kind: reservation.kind,
                    words: reservation.words, isLifted: reservation.isLifted))
        }
    }
}

// MARK: - The reference's

extension DraftAnswers {
    /// - Parameter entries: all that was handed in, those that wait too.
    init(_ draft: ReferenceDraft, of entries: [ReferenceDraftEntry], counting: [Set<[UInt8]>]) {
        note("entries", draft.order.count)
        note("waiting", draft.waiting.count)
        let named = entries.filter { draft.waiting.contains($0.id) }.flatMap {
            $0.parents + ($0.previous.map { [$0] } ?? [])
        }
        let missing = Set(named).filter { !draft.waiting.contains($0) && !draft.order.contains($0) }
        note("missing", missing.map(Digest.init(padding:)).sorted())
        note("heads", draft.heads.map(Digest.init(padding:)).sorted())
        note("title", draft.attributed(.title) { Words(Self.text($0)!) })
        note("titles", draft.titles.map { Words($0) })
        note("title contested", draft.isContested(.title))
        note("closings", draft.attributed(.draft, Self.flag))
        note("closed", draft.isClosed)
        let shared = draft.sharedIdentifiers.map { (Identifier($0.key)!, Set($0.value.map { NodeName($0) })) }
        note("shared", Dictionary(uniqueKeysWithValues: shared))
        note("shared twice", false)
        note("touched", Set(draft.texts.filter(draft.isTouched).map { TextName($0) }))
        note("tree", Self.tree(of: draft, beneath: nil, depth: 0))
        for node in draft.nodes { note(node, of: draft) }
        for (number, counted) in counting.enumerated() { note(draft, counting: counted, "counting \(number)") }
        note("brackets", draft.brackets.map { OperationName($0) })
        for name in draft.brackets { note(bracket: name, of: draft) }
        noteWords(of: draft)
    }

    private static func text(_ value: ReferenceDraft.Value) -> String? {
        guard case .text(let text) = value else { preconditionFailure("a text is written there") }
        return text
    }

    private static func flag(_ value: ReferenceDraft.Value) -> Bool { value == .flag(true) }

    private static func tree(of draft: ReferenceDraft, beneath parent: ReferenceDraft.Node?, depth: Int) -> [NodeAnswer]
    {
        draft.children(of: parent).flatMap { node in
            [NodeAnswer(name: NodeName(node), parent: parent.map { NodeName($0) }, depth: depth)]
                + tree(of: draft, beneath: node, depth: depth + 1)
        }
    }

    private mutating func note(_ node: ReferenceDraft.Node, of draft: ReferenceDraft) {
        let name = NodeName(node)
        let presence = PresenceAnswer(
            isStruck: draft.isStruck(node), isContested: draft.isContested(.presence(node)),
            wasEditedWhileStruck: draft.isEditedWhileStruck(node))
        note("presence of \(name)", presence)
        let attributes = ["date", "place"].filter { attribute in
            !draft.standing(.field(node, .attribute(attribute))).isEmpty
                || draft.values(of: .attribute(attribute), on: node) != [nil]
        }
        note("attributes of \(name)", attributes.map { Identifier($0)! })
        note("brackets on \(name)", draft.brackets(on: node).map { OperationName($0) })
        for field in Self.fields {
            note(
                "\(field) of \(name)",
                FieldAnswer(
                    written: draft.attributed(.field(node, field)) { CanonicalValue(Self.text($0)) },
                    values: draft.values(of: field, on: node).map { CanonicalValue($0) },
                    isContested: draft.isContested(.field(node, field))))
        }
        for language in draft.opening.languages { note(.node(node, language: language), of: draft) }
    }

    private mutating func note(_ text: ReferenceDraft.Text, of draft: ReferenceDraft) {
        let scalars = draft.scalars(of: text)
        let editors = draft.editors(of: text).filter { $0 != draft.opening.id }
        let spans = draft.contestedSpans(in: text).map { contested in
            let each = contested.brackets.map { draft.span(of: draft.bracket($0)!.range!)! }
            return SpanAnswer(
                start: contested.span.start, end: contested.span.end, level: contested.level,
                brackets: contested.brackets.map { OperationName($0) }, starts: each.map(\.start),
                ends: each.map(\.end))
        }
        note(
            "text \(TextName(text))",
            TextAnswer(
                string: String(String.UnicodeScalarView(scalars)), count: scalars.count,
                editors: editors.map(Digest.init(padding:)).sorted(), isTouched: draft.isTouched(text),
                spans: Set(spans)))
    }

    private mutating func note(bracket name: ReferenceDraft.Name, of draft: ReferenceDraft) {
        let bracket = draft.bracket(name)!
        note(
            "bracket \(OperationName(name))",
            BracketAnswer(
                subject: bracket.node.map { .node(NodeName($0)) } ?? .text(TextName(bracket.range!.text)),
                introducer: Identifier(party: draft.introducer(of: name)), isSuggestion: bracket.isSuggestion,
                reason: bracket.words.map { Words($0) }, follows: bracket.follows.map { OperationName($0) },
                alternatives: draft.alternatives(of: name).map { Alternative($0) },
                choices: draft.attributed(.outcome(name)) { value in
                    guard case .alternative(let chosen) = value else { preconditionFailure("a choice") }
                    return chosen.map { Alternative($0) }
                }))
        let holders = draft.holders(of: name, counting: draft.parties)
        note(
            "positions on \(OperationName(name))",
            Dictionary(
                uniqueKeysWithValues: holders.map { party in
                    (Identifier(party: party), Set(draft.position(of: party, on: name).map { Alternative($0) }))
                }))
        for case .added(let name) in draft.alternatives(of: name) { note(.alternative(name), of: draft) }
    }

    private mutating func note(_ draft: ReferenceDraft, counting: Set<[UInt8]>, _ who: String) {
        let open = draft.openBrackets(counting: counting)
        note("open \(who)", open.map { OperationName($0.name) })
        note("open by node \(who)", Dictionary(open.map { (NodeName($0.node), 1) }, uniquingKeysWith: +))
        let parties = open.flatMap { $0.parties.map { (Identifier(party: $0), 1) } }
        note("open by party \(who)", Dictionary(parties, uniquingKeysWith: +))
        for name in draft.brackets {
            note(
                "outcome of \(OperationName(name)) \(who)",
                OutcomeAnswer(
                    outcome: draft.outcome(of: name, counting: counting).map { Alternative($0) },
                    reads: Alternative(draft.reading(of: name, counting: counting))))
        }
    }

    private mutating func noteWords(of draft: ReferenceDraft) {
        note("notes", draft.notes.map { OperationName($0) })
        for name in draft.notes {
            guard case .note(let node, let range, let words) = draft.effects[name] else { continue }
            let span = range.flatMap { draft.span(of: $0) }
            note(
                "note \(OperationName(name))",
                NoteAnswer(
                    subject: node.map { .node(NodeName($0)) }
                        ?? .text(TextName(range!.text), span.map { $0.start..<$0.end }),
                    words: draft.attributed(Words(words), by: name),
                    replies: draft.replies(to: name).map { reply in
                        guard case .reply(_, let words) = draft.effects[reply] else { preconditionFailure("a reply") }
                        return draft.attributed(Words(words), by: reply)
                    },
                    states: draft.attributed(.note(name), Self.flag), isResolved: draft.isResolved(note: name)))
        }
        let reservations = draft.allReservations
        note("reservations", reservations.map { OperationName($0) })
        for name in reservations {
            guard case .reserve(let node, let bracket, let kind, let words) = draft.effects[name] else { continue }
            note(
                "reservation \(OperationName(name))",
                ReservationAnswer(
                    party: Identifier(party: draft.party(of: name.entry)),
                    subject: node.map { .node(NodeName($0)) } ?? .bracket(OperationName(bracket!)),
                    kind: ReservationKind(rawValue: kind)!, words: words.map { Words($0) },
                    isLifted: !draft.reservations.contains(name)))
        }
    }
}

extension ReferenceDraft {
    fileprivate func attributed<Value>(_ value: Value, by act: Name) -> Attributed<Value> {
        Attributed(value: value, party: Identifier(party: party(of: act.entry)), entry: Digest(padding: act.entry))
    }

    fileprivate func attributed<Shown>(_ register: Register, _ show: (Value) -> Shown) -> [Attributed<Shown>] {
        standing(register).map { attributed(show($0.value), by: $0.act) }
    }

    fileprivate var allReservations: [Name] {
        acts.filter { if case .reserve = effects[$0] { true } else { false } }
    }

    /// Somebody edited, bracketed or noted it.
    fileprivate func isTouched(_ text: Text) -> Bool {
        editors(of: text).contains { $0 != opening.id } || !brackets(in: text).isEmpty
            || notes.contains { note in
                if case .note(_, let range?, _) = effects[note] { range.text == text } else { false }
            }
    }
}
