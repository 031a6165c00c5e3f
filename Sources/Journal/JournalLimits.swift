/// Limits of a journal; `Docs/Specification/journal.md` has the same table. All of them refuse, so all are the same
/// for everyone and can be judged from a batch alone, never from what a copy happened to see before.
public enum JournalLimits {
    /// Entries of one block. Sequences 0–255 are a block, 256–511 the next; a batch stays within one, so each block
    /// ends at a checkpoint in every copy, and no entry is ever more than this far from the signature that covers it.
    public static let entriesPerBlock: UInt64 = 256
    /// Highest sequence: 2^48 − 1, an entry a millisecond for nine thousand years, and exact in every language.
    public static let highestSequence: UInt64 = 1 << 48 - 1
    /// Ids in `seen`: one for each other writer of a large roadmap; the rest are named by the next entry.
    public static let seen = 256
    /// Bytes of one header: 256 ids of 34 bytes, and the rest of the fields at their longest.
    public static let headerByteCount = 9 << 10
    /// Bytes of one body. A longer founding instrument travels in a bundle; attachments travel by their hash.
    public static let bodyByteCount = 16 << 20
    /// Bytes of a body above which its entry must be the last of its batch: so a batch has at most one such body, and
    /// never more than `batchByteCount` altogether.
    public static let smallBodyByteCount = 64 << 10
    /// Bytes of all headers and bodies of a batch, as it follows from the limits above; nothing checks it separately.
    public static let batchByteCount =
        Int(entriesPerBlock) * headerByteCount + Int(entriesPerBlock - 1) * smallBodyByteCount + bodyByteCount
    /// Bytes of one checkpoint: its envelope has one form, of some 300 bytes.
    public static let checkpointByteCount = 512
    /// Bytes of a writer's incarnation: enough that no two ever meet.
    public static let incarnationByteCount = 16
}
