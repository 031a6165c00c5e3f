public import CanonicalEncoding
public import Identity

/// One operation of an entry: what it says, before anyone asks whether what it names is there.
///
/// Source: `Docs/Specification/drafting.md`, sections 6.3, 7, 8 and 9.
public enum DraftOperation: Hashable, Sendable {
    /// A nil parent is the top; of the neighbours nil is none.
    case add(
        parent: NodeName?, left: PlaceName?, right: PlaceName?, identifier: Identifier, kind: Identifier,
        provisionClass: Identifier)
    case move(NodeName, parent: NodeName?, left: PlaceName?, right: PlaceName?)
    case strike(NodeName)
    case keep(NodeName)
    /// Null empties the field.
    case set(NodeName, NodeField, CanonicalValue)
    case bracket(TextName, start: Anchor, end: Anchor)
    /// A bracket and an alternative of it in one.
    case suggest(TextName, start: Anchor, end: Anchor, reason: Words?)
    case bracketNode(NodeName)
    case alternative(bracket: OperationName)
    /// What the writer's party could accept, in any order; nothing withdraws its position.
    case position(bracket: OperationName, accepts: Set<Alternative>)
    /// Nil opens the choice again.
    case choose(bracket: OperationName, Alternative?)
    case reserve(ReservationSubject, ReservationKind, Words?)
    case lift(reservation: OperationName)
    case note(NodeName, Words)
    case noteOnRange(TextName, start: Anchor, end: Anchor, Words)
    case reply(note: OperationName, Words)
    case resolve(note: OperationName)
    case reopen(note: OperationName)
    case title(Words)
    case close
    case openAgain
    /// A bracket that comes to what another one comes to, alternative for alternative.
    case bracketFollowing(OperationName, TextName, start: Anchor, end: Anchor)

    /// Number in the table of operations.
    var code: UInt64 {
        switch self {
        case .add: 0
        case .move: 1
        case .strike: 2
        case .keep: 3
        case .set: 4
        case .bracket: 5
        case .suggest: 6
        case .bracketNode: 7
        case .alternative: 8
        case .position: 9
        case .choose: 10
        case .reserve: 11
        case .lift: 12
        case .note: 13
        case .noteOnRange: 14
        case .reply: 15
        case .resolve: 16
        case .reopen: 17
        case .title: 18
        case .close: 19
        case .openAgain: 20
        case .bracketFollowing: 21
        }
    }

    /// By code: how many arguments follow it.
    static let argumentCounts = [6, 4, 1, 1, 3, 3, 4, 1, 1, 2, 2, 3, 1, 2, 4, 2, 1, 1, 1, 0, 0, 4]
}

/// What a party reserves its position on: a provision of the base, or whatever an operation made, node or bracket.
public enum ReservationSubject: Hashable, Sendable {
    case base(Identifier)
    case made(OperationName)
}
