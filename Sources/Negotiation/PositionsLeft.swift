package import Drafting
package import Identity

/// A bracket of which some party could not accept what was frozen: what it says now, and what they hold to.
package struct PositionLeft: Hashable, Sendable {
    package let bracket: OperationName
    package let provision: Identifier
    /// Nil for a bracket on a whole provision.
    package let language: Identifier?
    package let reads: Wording
    /// By party, ascending; the wordings that each could accept.
    package let held: [Held]

    package struct Held: Hashable, Sendable {
        package let party: Identifier
        package let wordings: [Wording]
    }

    /// What an alternative says.
    package enum Wording: Hashable, Sendable {
        case words(String)
        /// No words, or no provision.
        case nothing
        /// The provision as a whole.
        case provision
    }

    /// The positions that are left behind where a draft is frozen with some outcomes, in the order of everything.
    ///
    /// - Parameter outcomes: those of this draft.
    package static func all(in draft: Draft, _ outcomes: Outcomes) -> [PositionLeft] {
        var draft = draft
        draft.indexTexts()
        var wordings = Wordings(draft, outcomes)
        let reading = DraftReading(of: draft, outcomes)
        let names = Dictionary(reading.provisions.map { ($0.node, $0.identifier) }) { one, _ in one }
        return draft.allBrackets().compactMap { bracket in
            guard bracket.follows == nil, let (node, language) = place(of: bracket, outcomes),
                outcomes.isRead(bracket.subject)
            else { return nil }
            let reads = outcomes.reads(bracket.name)
            let left = bracket.positions.filter { !$0.value.contains(reads) }
            guard !left.isEmpty else { return nil }
            let held = left.keys.sorted().map { party in
                Held(
                    party: party,
                    wordings: bracket.alternatives.filter { left[party]!.contains($0) }.map {
                        wordings.wording(of: $0, in: bracket)
                    })
            }
            var fields = FieldReader(node, draft)
            return PositionLeft(
                bracket: bracket.name, provision: names[node] ?? fields.identifier(.identifier), language: language,
                reads: wordings.wording(of: reads, in: bracket), held: held)
        }
    }

    private static func place(
        of bracket: DraftBracket, _ outcomes: Outcomes
    ) -> (node: NodeName, language: Identifier?)? {
        switch bracket.subject {
        case .node(let node): (node, nil)
        case .text(let text): outcomes.place(of: text).map { ($0.node, $0.language) }
        }
    }
}

extension Outcomes {
    /// Whether what a bracket stands in is read: the alternatives around it are those that stay.
    fileprivate func isRead(_ subject: DraftBracket.Subject) -> Bool {
        var subject = subject
        while case .text(.alternative(let name)) = subject {
            guard let owner = owner(of: name), reads(owner) == .added(name), let next = brackets[owner]?.subject else {
                return false
            }
            subject = next
        }
        return true
    }
}

/// Says what alternatives say.
package struct Wordings {
    private let draft: Draft
    private var reader: TextReader
    /// By text that was asked for, where its brackets stand.
    private var places: [TextName: [OperationName: Range<Int>]] = [:]

    /// - Parameter draft: with its texts indexed.
    package init(_ draft: Draft, _ outcomes: Outcomes) {
        self.draft = draft
        reader = TextReader(draft, outcomes)
    }

    package mutating func wording(
        of alternative: Drafting.Alternative, in bracket: DraftBracket
    ) -> PositionLeft.Wording {
        let words: String
        switch (alternative, bracket.subject) {
        case (.nothing, _): return .nothing
        case (_, .node): return .provision
        case (.added(let name), .text): words = reader.read(.alternative(name)).words
        case (.standing, .text(let text)):
            guard let range = range(of: bracket.name, in: text) else { return .nothing }
            words = String(String.UnicodeScalarView(reader.scalars(of: text)[range]))
        }
        return words.isEmpty ? .nothing : .words(words)
    }

    private mutating func range(of bracket: OperationName, in text: TextName) -> Range<Int>? {
        if let known = places[text] { return known[bracket] }
        let placed = draft.contestedSpans(of: text).flatMap(\.brackets)
        places[text] = Dictionary(placed.map { ($0.name, $0.range) }) { one, _ in one }
        return places[text]?[bracket]
    }
}
