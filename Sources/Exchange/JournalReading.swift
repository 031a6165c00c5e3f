public import CanonicalEncoding
public import Cryptography
public import Journal

/// What a conversation may see of this node's journal: only what is durable.
///
/// The runtime hands it in with every input. Nothing that is not yet on disk may show through it: so a node's own
/// entries are durable before any peer sees them, and nobody needs to remember the order.
public protocol JournalReading {
    /// The entries that are stored. Each but the tails of a fork is covered by a checkpoint that is stored too.
    var journal: Journal { get }

    /// Entries of the branch that ends in `tip`, from `sequence` on, ending at a checkpoint, ready to send.
    ///
    /// It keeps the limits of a batch (one block, a large body last) and ends at the last checkpoint within
    /// `byteCount` bytes, or at the first one if that lies beyond. On a branch it runs on into the tail, to the
    /// branch's checkpoint.
    ///
    /// Nil if nothing can be sent; then the branch is passed over until the next input.
    func batch(of writer: WriterID, from sequence: UInt64, onBranchTo tip: Place, byteCount: Int) -> ReceivedBatch?

    /// Whether some party's record names this node key, as far as this node knows now.
    func mayWrite(_ key: PublicKey) -> Bool

    /// How many keys may write; it grows with each.
    var admittedKeyCount: Int { get }

    /// The allowance that storing a batch would need and that its writer's key has used up; nil if it may be stored now.
    func allowanceUsedUp(for batch: VerifiedBatch) -> Allowance?

    /// Whether there is room again for what a key writes of this sort.
    func isOpen(_ allowance: Allowance, to key: PublicKey) -> Bool

    /// Why a body is not what its kind says; nil if it is.
    func bodyRefusal(_ kind: EntryKind, _ body: [UInt8]) -> DecodingRefusal?
}

/// A journal that takes whatever comes.
extension JournalReading {
    public func allowanceUsedUp(for batch: VerifiedBatch) -> Allowance? { nil }
    public func isOpen(_ allowance: Allowance, to key: PublicKey) -> Bool { true }
}

extension JournalReading {
    /// Every writer with its heads, ascending by writer; the heads of one ascend by sequence, then id.
    var heads: [WriterHeads] {
        journal.writers.map { writer in WriterHeads(writer: writer, heads: heads(of: writer)) }
    }

    func heads(of writer: WriterID) -> [Place] {
        journal[writer]?.heads.map { Place(sequence: $0.sequence, id: $0.id) } ?? []
    }

    /// The id at `sequence` on the branch that ends in `tip`; nil if `tip` does not count or the sequence lies beyond.
    func id(of writer: WriterID, at sequence: UInt64, onBranchTo tip: Place) -> EntryID? {
        guard let history = journal[writer], sequence <= tip.sequence,
            history.entries(at: tip.sequence).contains(tip.id)
        else { return nil }
        return sequence == tip.sequence ? tip.id : history.trunk[Int(sequence)]
    }

    /// True if the entry counts here, on whatever branch.
    func holds(_ place: Place, of writer: WriterID) -> Bool {
        journal[writer]?.entries(at: place.sequence).contains(place.id) ?? false
    }

    /// The highest sequence at which the branches to two held places are one; nil if they part at the first entry.
    func lastCommon(of one: Place, and other: Place, of writer: WriterID) -> UInt64? {
        let lower = min(one, other)
        if id(of: writer, at: lower.sequence, onBranchTo: max(one, other)) == lower.id { return lower.sequence }
        // Branches part in one place only: where the trunk ends.
        return journal[writer]?.parting.flatMap { $0 == 0 ? nil : $0 - 1 }
    }

    func verify(_ batch: ReceivedBatch) throws(EntryRefusal) -> VerifiedBatch {
        try journal.verify(batch, mayWrite: mayWrite, bodyCheck: bodyRefusal)
    }
}

/// An entry by its place in its writer's history: the sequence and, because a writer may fork, the id.
public struct Place: Hashable, Comparable, Sendable {
    public let sequence: UInt64
    public let id: EntryID

    public init(sequence: UInt64, id: EntryID) {
        self.sequence = sequence
        self.id = id
    }

    public static func < (one: Place, other: Place) -> Bool {
        (one.sequence, one.id) < (other.sequence, other.id)
    }
}

/// A writer's newest entries: one, or the two at the parting if it has forked.
public struct WriterHeads: Hashable, Sendable {
    public let writer: WriterID
    public let heads: [Place]

    public init(writer: WriterID, heads: [Place]) {
        self.writer = writer
        self.heads = heads
    }
}
