public import CanonicalEncoding
public import Cryptography

/// Why a batch is not taken; the first check that fails, in the order of the specification.
///
/// Source: `Docs/Specification/journal.md`, section 5, which lists the cases by these names.
public enum EntryRefusal: Error, Hashable, Sendable {
    /// There is no entry in the batch.
    case emptyBatch
    /// The batch is longer, or reaches further, than any may.
    case beyondLimits(BatchLimit)
    /// The header at `index`, counted from the batch's first, is none.
    case malformed(index: Int, DecodingRefusal)
    case wrongRoadmap(found: Digest)
    case wrongWriter(expected: WriterID, found: WriterID)
    /// The entry claims a place other than the next one.
    case outOfOrder(expected: UInt64, found: UInt64)
    /// The entry before, as the entry names it, is not the one that stands there.
    case brokenLink(sequence: UInt64, found: EntryID)
    /// The writer has forked at `parting`, and the batch hangs on something that was dropped beyond it.
    case beyondFork(parting: UInt64)
    /// A chain begins with a `writer` entry and has no other.
    case misplacedWriterEntry(sequence: UInt64)
    /// The body of a writer entry or an agreement record did not come along.
    case bodyMissing(sequence: UInt64)
    /// The body has another length or hash than its header says.
    case badBody(sequence: UInt64)
    /// The body is not what the header's kind says it is.
    case wrongKindOfBody(sequence: UInt64, DecodingRefusal)
    /// No party's node may write under the key of entry 0, or entry 0 is not its writer's.
    case unknownWriter(WriterID)
    case noCheckpoint
    case badCheckpoint(CheckpointFault)
}

/// Which limit of a batch is broken.
public enum BatchLimit: String, Hashable, Sendable, CaseIterable {
    /// Its entries stand in more than one block of 256.
    case spansBlocks = "spans-blocks"
    /// A body of more than 64 KiB stands before the last entry.
    case largeBodyBeforeEnd = "large-body-before-end"
}

/// What is wrong with the checkpoint at a batch's end.
public enum CheckpointFault: Hashable, Sendable {
    case malformed(DecodingRefusal)
    /// It speaks of another roadmap, writer, sequence or entry than the batch's last.
    case anotherEntry
    case badSignature
}
