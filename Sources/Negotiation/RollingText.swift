internal import CanonicalEncoding
public import Drafting
public import Identity

/// The text as it stands among the parties: what is agreed, and in brackets what is not, with the names of those who hold
/// to each wording.
///
/// A draft is laid over the text that it was opened on; other drafts, and instruments that are not in force, are laid
/// over that. Source: `Docs/Specification/negotiation.md`, section 1.
public struct RollingText: Sendable {
    /// A provision where it stands.
    public struct Provision: Sendable {
        public let identifier: Identifier
        /// Nil where no draft has it.
        public let node: NodeName?
        /// 0 at the top.
        public let depth: Int
        public let kind: Identifier
        public internal(set) var number: BracketedText
        /// By language, ascending; what says nothing in a language is left out there, and one without words has none.
        public internal(set) var words: [LanguageWords]
        /// It is to go: nobody has said anything else, or its words are there for those who want to keep it.
        public let isStruck: Bool
        /// Brackets that are open in it, in all languages, and those on the provision itself.
        public internal(set) var openBrackets: Int
        /// Those that stand on it, or on a bracket in it.
        public let reservations: [DraftReservation]
    }

    public struct LanguageWords: Sendable {
        public let language: Identifier
        public internal(set) var heading: BracketedText
        public internal(set) var text: BracketedText
        /// Brackets that are open in the text of this language, and those on the provision itself.
        public internal(set) var openBrackets: Int
    }

    /// In the order of the document.
    public internal(set) var provisions: [Provision] = []
    /// By mark: the brackets of drafts that are shown.
    public internal(set) var brackets: [RollingBracket] = []
    /// Brackets that are open: in all, and by party that holds to something there or introduced it.
    public internal(set) var openCount = 0
    public internal(set) var openByParty: [Identifier: Int] = [:]

    init() {}

    /// A draft over the text that it was opened on.
    ///
    /// - Parameter settled: brackets that are open, and shown as settled with this: ``SettledInForce``.
    public init(
        of draft: Draft, counting: Draft.Counting = { _ in true },
        taking settled: [OperationName: Drafting.Alternative] = [:]
    ) {
        var draft = draft
        draft.indexTexts()
        let builder = Builder(draft, counting, settled)
        self = builder.built()
    }

    /// How many brackets are open, by provision.
    public var openByProvision: [(provision: Identifier, count: Int)] {
        provisions.filter { $0.openBrackets > 0 }.map { ($0.identifier, $0.openBrackets) }
    }
}

/// Builds the rolling text of one draft.
private struct Builder {
    private let draft: Draft
    private let outcomes: Outcomes
    private let open: OpenBrackets
    private let openNames: Set<OperationName>
    private var rolling: RollingWords
    /// Open brackets in texts, by the node and the language.
    private var openInText: [NodeName: [Identifier: Int]] = [:]
    private var reservations: [NodeName: [DraftReservation]] = [:]
    /// By node that stands or is struck: the open brackets on it and on what contains it, the innermost first.
    private var around: [NodeName: [OperationName]] = [:]

    init(_ draft: Draft, _ counting: Draft.Counting, _ settled: [OperationName: Drafting.Alternative]) {
        self.draft = draft
        outcomes = Outcomes(of: draft, counting: counting, choosing: settled)
        open = draft.openBrackets(counting: counting, taking: settled)
        openNames = Set(open.all)
        rolling = RollingWords(draft, outcomes)
        for name in open.all {
            guard case .text(let text)? = outcomes.brackets[name]?.subject, let place = outcomes.place(of: text) else {
                continue
            }
            openInText[place.node, default: [:]][place.language, default: 0] += 1
        }
        for reservation in draft.allReservations where !reservation.isLifted {
            if let node = node(of: reservation) { reservations[node, default: []].append(reservation) }
        }
    }

    private func node(of reservation: DraftReservation) -> NodeName? {
        switch reservation.subject {
        case .node(let node): return node
        case .bracket(let name):
            switch outcomes.brackets[name]?.subject {
            case .node(let node)?: return node
            case .text(let text)?: return outcomes.place(of: text)?.node
            case nil: return nil
            }
        }
    }

    func built() -> RollingText {
        var builder = self
        var text = RollingText()
        for node in draft.documentOrder {
            guard let provision = builder.provision(node) else { continue }
            text.provisions.append(provision)
        }
        text.brackets = builder.rolling.brackets
        text.openCount = open.all.count
        text.openByParty = open.byParty
        return text
    }

    /// Nil for what is gone: it, or what contains it, is settled to be out.
    private mutating func provision(_ node: DraftNode) -> RollingText.Provision? {
        if let parent = node.parent, around[parent] == nil { return nil }
        let own = outcomes.brackets(on: node.name)
        let openOn = own.filter { outcomes.outcome(of: $0) == nil }
        let isGone = own.contains { outcomes.outcome(of: $0) == .nothing }
        // One that is settled to be out, and bracketed once more, is shown without its words.
        guard !isGone || openOn.contains(where: openNames.contains) else { return nil }
        let isStruck = node.isStruck || isGone
        let brackets = openOn + (node.parent.flatMap { around[$0] } ?? [])
        if !isStruck { around[node.name] = brackets }
        let ownCount = openOn.count(where: openNames.contains)
        var words: [RollingText.LanguageWords] = []
        if !isStruck {
            for language in draft.opening.languages {
                let heading = contested(.heading(language: language), of: node.name)
                let text = rolling.words(of: .node(node.name, language: language))
                guard !(heading.pieces.isEmpty && text.pieces.isEmpty) else { continue }
                words.append(
                    RollingText.LanguageWords(
                        language: language, heading: heading,
                        text: presence(of: node, rolling.bracketed(text, by: brackets)),
                        openBrackets: ownCount + (openInText[node.name]?[language] ?? 0)))
            }
        }
        var fields = FieldReader(node.name, draft)
        return RollingText.Provision(
            identifier: fields.identifier(.identifier), node: node.name, depth: node.depth,
            kind: fields.identifier(.kind), number: contested(.number, of: node.name), words: words,
            isStruck: isStruck, openBrackets: open.byNode[node.name] ?? 0,
            reservations: reservations[node.name] ?? [])
    }

    /// Where some struck a provision and others keep it, its words stand for those, and nothing for these.
    private func presence(of node: DraftNode, _ text: BracketedText) -> BracketedText {
        guard node.isPresenceContested, let presence = draft.presence(of: node.name) else { return text }
        func parties(_ keeps: Bool) -> [String] {
            Set(presence.written.filter { $0.value == keeps }.map(\.party)).sorted().map(\.string)
        }
        return BracketedText(pieces: [
            .bracket(
                Bracket([
                    Bracket.Alternative(text, parties: parties(true)),
                    Bracket.Alternative(BracketedText(), parties: parties(false)),
                ]))
        ])
    }

    /// A field as words; in brackets, with the parties, where several values stand.
    private func contested(_ field: NodeField, of node: NodeName) -> BracketedText {
        guard let reading = draft.reading(of: field, of: node) else { return BracketedText() }
        func words(_ value: CanonicalValue) -> BracketedText {
            var words = BracketedText()
            if case .text(let text) = value { words.append(text.string) }
            return words
        }
        guard reading.isContested else { return reading.values.first.map(words) ?? BracketedText() }
        let alternatives = reading.values.map { value in
            let parties = Set(reading.written.filter { $0.value == value }.map(\.party)).sorted()
            return Bracket.Alternative(words(value), parties: parties.map(\.string))
        }
        return BracketedText(pieces: [.bracket(Bracket(alternatives))])
    }
}
