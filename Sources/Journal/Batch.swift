public import Cryptography

/// Consecutive entries of one writer, ending at a checkpoint, as somebody sent them.
///
/// A batch stays within one block of 256 sequences, and only its last entry may have a body of more than 64 KiB. It may
/// overlap with what the receiver holds.
public struct ReceivedBatch: Hashable, Sendable {
    public let writer: WriterID
    public let entries: [ReceivedEntry]
    /// The encoded checkpoint of the last entry; nil where none came.
    public let checkpoint: [UInt8]?

    public init(writer: WriterID, entries: [ReceivedEntry], checkpoint: [UInt8]?) {
        self.writer = writer
        self.entries = entries
        self.checkpoint = checkpoint
    }

    /// Bytes of all headers, bodies and the checkpoint.
    public var byteCount: Int {
        entries.reduce(checkpoint?.count ?? 0) { $0 + $1.header.count + ($1.body?.count ?? 0) }
    }
}

/// A batch that was checked against a journal, with what becomes of it there.
///
/// Only ``Journal/verify(_:mayWrite:bodyCheck:)`` and ``Composition`` make one. Store first, then append, then tell.
public struct VerifiedBatch: Hashable, Sendable {
    public let writer: WriterID
    /// The key that signed the checkpoint.
    public let key: PublicKey
    /// All entries of the batch, held before or not.
    public let entries: [VerifiedEntry]
    /// Nil only where nothing in the batch was new, and so no signature was checked.
    public let checkpoint: Checkpoint?
    public let placement: Placement

    init(
        writer: WriterID, key: PublicKey, entries: [VerifiedEntry], checkpoint: Checkpoint?, placement: Placement
    ) {
        self.writer = writer
        self.key = key
        self.entries = entries
        self.checkpoint = checkpoint
        self.placement = placement
    }

    /// The entries that the journal will count and did not hold before.
    public var newEntries: ArraySlice<VerifiedEntry> {
        switch placement {
        case .held, .dropped: []
        case .growth(let sequence): entries.drop { $0.header.sequence < sequence }
        case .parting(let sequence, let branches):
            entries.filter { entry in
                entry.header.sequence == sequence && branches.contains { $0.first == entry.id }
            }[...]
        }
    }

    var firstSequence: UInt64 { entries[0].header.sequence }

    func placed(_ placement: Placement) -> VerifiedBatch {
        VerifiedBatch(writer: writer, key: key, entries: entries, checkpoint: checkpoint, placement: placement)
    }
}

/// What becomes of a verified batch in the journal it was verified for.
public enum Placement: Hashable, Sendable {
    /// Every entry is held already.
    case held
    /// The entries from this sequence on extend the writer's only branch.
    case growth(from: UInt64)
    /// The writer's history now parts at `sequence` into these two branches, each from the parting to a checkpoint, in
    /// the order of their first ids. What stood beyond and is in neither is dropped.
    case parting(at: UInt64, branches: [[EntryID]])
    /// The entries stand beyond a fork or on a branch that loses against two lower ones. None is kept; the agreement
    /// records among their bodies are.
    case dropped
}
