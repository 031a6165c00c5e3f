public import CanonicalEncoding
public import Cryptography
public import Drafting
public import Journal

/// The body of an entry of the kind draft operations: what opens a draft, or what edits one.
///
/// Source: `Docs/Specification/drafting.md`, section 6.
public enum DraftBody: Hashable, Sendable {
    case opening(DraftOpening)
    case edits(DraftEdits)

    /// - Throws: what is wrong with a body; one that is refused is no entry of any draft.
    public init(_ body: [UInt8]) throws(DecodingRefusal) {
        guard body.count <= JournalLimits.bodyByteCount else { throw DecodingRefusal(.tooLong) }
        do throws(DecodingRefusal) {
            self = .edits(try DraftEdits(body: body))
        } catch  where error.fault == .wrongKind {
            self = .opening(try DraftOpening(body: body))
        }
    }
}

/// An entry of the kind draft operations, as a journal holds it: who wrote it is proved, what it says is not read yet.
public struct JournalledDraftEntry: Hashable, Sendable {
    public let header: EntryHeader
    /// The key of the writer's chain.
    public let key: KeyID
    /// Nil where it was pruned, or never came.
    public let body: [UInt8]?

    public init(header: EntryHeader, key: KeyID, body: [UInt8]?) {
        self.header = header
        self.key = key
        self.body = body
    }

    public var stamp: EditStamp {
        EditStamp(sequence: header.sequence, writer: header.writer.digest, id: header.id.digest)
    }
}

/// What became of a draft's entry that a verb handed to its node.
public enum DraftPublication: Hashable, Sendable {
    /// It is on disk, under this stamp.
    case written(EditStamp)
    /// The node's writer has written on this draft since the verb looked: its edits were made on another text.
    case overtaken
}
