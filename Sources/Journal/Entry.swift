/// An entry as somebody sent it: bytes, nothing more.
public struct ReceivedEntry: Hashable, Sendable {
    public let header: [UInt8]
    /// Nil where the body did not come along: pruned, or not asked for.
    public let body: [UInt8]?

    public init(header: [UInt8], body: [UInt8]?) {
        self.header = header
        self.body = body
    }
}

/// An entry that its writer's signature vouches for, through the chain and the checkpoint at its end.
///
/// Only the check of a batch makes one, or the composing of our own; so holding one is the proof.
public struct VerifiedEntry: Hashable, Sendable {
    public let header: EntryHeader
    /// Matches the header's hash and length; nil where it did not come along.
    public let body: [UInt8]?

    init(_ header: EntryHeader, body: [UInt8]?) {
        self.header = header
        self.body = body
    }

    public var id: EntryID { header.id }
    public var received: ReceivedEntry { ReceivedEntry(header: header.bytes, body: body) }
}
