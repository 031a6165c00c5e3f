public import Cryptography
public import Identity

/// What an operation made, by its entry and its number there.
///
/// Source: `Docs/Specification/drafting.md`, section 6.3.
public struct OperationName: Hashable, Sendable {
    /// Nil for the entry that speaks: an operation of its own, or one made here that is in no entry as yet.
    public let entry: Digest?
    /// Counted from 0 in its entry.
    public let number: Int

    public init(entry: Digest?, number: Int) {
        self.entry = entry
        self.number = number
    }

    /// This name as others say it, once the operation is in the entry `id`.
    public func closed(in id: Digest) -> OperationName { OperationName(entry: entry ?? id, number: number) }
}

/// A provision of the base, or one that was added.
public enum NodeName: Hashable, Sendable {
    case base(Identifier)
    case added(OperationName)
}

/// A place among siblings: that of a provision of the base, or one that an *add* or a *move* made.
public enum PlaceName: Hashable, Sendable {
    case base(Identifier)
    case made(OperationName)
}

/// One language of a node, or what an alternative says.
public enum TextName: Hashable, Sendable {
    case node(NodeName, language: Identifier)
    case alternative(OperationName)
}

/// What a bracket may come to.
public enum Alternative: Hashable, Sendable {
    /// The words that stand there, or the node.
    case standing
    /// Neither words nor node.
    case nothing
    /// The text of an *alternative* or a *suggest*.
    case added(OperationName)
}

/// A side of a scalar, which it keeps whatever is edited around it; or an end of a text.
public enum Anchor: Hashable, Sendable {
    case beginning
    case end
    /// `entry` inserted the scalar, as the one of this number among all that it inserts in the text; nil for the entry
    /// that speaks.
    case scalar(entry: Digest?, number: Int, side: Side)

    public enum Side: UInt64, Hashable, Sendable {
        case before = 0
        case behind = 1
    }
}

/// What a node says beside its texts.
public enum NodeField: Hashable, Sendable {
    case kind
    case provisionClass
    /// Only of nodes that were added.
    case identifier
    case number
    case heading(language: Identifier)
    case attribute(Identifier)
}

/// How a party reserves its position.
public enum ReservationKind: String, Hashable, Sendable, CaseIterable {
    case position
    case adReferendum = "ad-referendum"
    case scrutiny
}
