public import Drafting
public import Identity

/// What the brackets of a draft come to, for those who count: as they are settled, or as somebody chooses who freezes it.
///
/// Source: `Docs/Specification/drafting.md`, section 9.2; `Docs/Specification/negotiation.md`, section 1.
public struct Outcomes: Sendable {
    public let brackets: [OperationName: DraftBracket]
    /// Of brackets that are open; a choice on one that is settled, or that follows another, is not asked.
    public let choices: [OperationName: Drafting.Alternative]
    /// By alternative that was added, its bracket.
    private let owners: [OperationName: OperationName]
    let onNodes: [NodeName: [OperationName]]

    public init(
        of draft: Draft, counting: Draft.Counting = { _ in true },
        choosing choices: [OperationName: Drafting.Alternative] = [:]
    ) {
        let all = draft.allBrackets(counting: counting)
        brackets = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
        var owners: [OperationName: OperationName] = [:]
        for bracket in all {
            for case .added(let name) in bracket.alternatives { owners[name] = bracket.name }
        }
        self.owners = owners
        onNodes = Dictionary(
            grouping: all.compactMap { bracket -> (NodeName, OperationName)? in
                if case .node(let node) = bracket.subject { (node, bracket.name) } else { nil }
            }, by: \.0
        ).mapValues { $0.map(\.1) }
        self.choices = choices
    }

    /// What a bracket is settled with, or chosen to be; nil while it is open.
    public func outcome(of name: OperationName) -> Drafting.Alternative? {
        guard let bracket = brackets[name] else { return nil }
        if let followed = bracket.follows.flatMap({ brackets[$0] }) {
            return outcome(of: followed.name).map { Self.following($0, of: followed, in: bracket) }
        }
        return bracket.outcome ?? choices[name]
    }

    /// What the draft reads for a bracket, open or not.
    public func reads(_ name: OperationName) -> Drafting.Alternative {
        guard let bracket = brackets[name] else { return .standing }
        if let followed = bracket.follows.flatMap({ brackets[$0] }) {
            return Self.following(reads(followed.name), of: followed, in: bracket)
        }
        return outcome(of: name) ?? bracket.reads
    }

    /// The alternative of the same number as another bracket's, or else the last one.
    private static func following(
        _ choice: Drafting.Alternative, of followed: DraftBracket, in bracket: DraftBracket
    ) -> Drafting.Alternative {
        let own = bracket.alternatives.dropLast()
        return own[min(followed.alternatives.firstIndex(of: choice) ?? 0, own.count - 1)]
    }

    /// Those that could accept an alternative, ascending. Of a bracket that follows another there are none.
    func holders(of alternative: Drafting.Alternative, in bracket: DraftBracket) -> [Identifier] {
        bracket.positions.filter { $0.value.contains(alternative) }.keys.sorted()
    }

    /// The bracket that an alternative was added to.
    func owner(of alternative: OperationName) -> OperationName? { owners[alternative] }

    /// The node and language of a text, of alternatives too.
    public func place(of text: TextName) -> (node: NodeName, language: Identifier)? {
        var text = text
        for _ in 0...DraftLimits.bracketLevel {
            switch text {
            case .node(let node, let language): return (node, language)
            case .alternative(let name):
                guard let owner = owners[name], case .text(let around)? = brackets[owner]?.subject else { return nil }
                text = around
            }
        }
        return nil
    }
}
