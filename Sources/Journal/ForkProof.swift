public import Cryptography

/// Two stories told by one writer, in a form that convicts it in front of anyone.
///
/// Two batches that begin at the same sequence with different entries on the same predecessor, both signed by the
/// writer's key. It needs no journal: the writer's id is the hash of its key and incarnation.
/// It convicts the node's custody, not the party's word. Source: `Docs/Specification/journal.md`, section 6.
public struct ForkProof: Hashable, Sendable {
    public let roadmap: Digest
    public let key: PublicKey
    public let incarnation: Incarnation
    /// By ascending id of their first entries.
    public let branches: [ReceivedBatch]
    public let parting: UInt64

    /// Checks the proof.
    ///
    /// - Parameter branches: two, in any order.
    /// - Throws: what is wrong with a branch; `emptyBatch` unless there are two; `outOfOrder` if they begin at different
    ///   sequences; `brokenLink` if they hang on different entries or begin with the same one.
    public init(
        roadmap: Digest, key: PublicKey, incarnation: Incarnation, branches: [ReceivedBatch]
    ) throws(EntryRefusal) {
        guard branches.count == 2 else { throw .emptyBatch }
        let writer = WriterID(key: key.id, incarnation: incarnation)
        var firsts: [EntryHeader] = []
        for branch in branches {
            firsts.append(try Self.first(of: branch, roadmap: roadmap, writer: writer, key: key))
        }
        guard firsts[0].sequence == firsts[1].sequence else {
            throw .outOfOrder(expected: firsts[0].sequence, found: firsts[1].sequence)
        }
        guard firsts[0].previous == firsts[1].previous, firsts[0].id != firsts[1].id else {
            throw .brokenLink(sequence: firsts[1].sequence, found: firsts[1].previous)
        }
        self.roadmap = roadmap
        self.key = key
        self.incarnation = incarnation
        self.branches = firsts[0].id < firsts[1].id ? branches : branches.reversed()
        parting = firsts[0].sequence
    }

    /// The same proof by headers alone, which are all that it looks at.
    public var withoutBodies: ForkProof {
        ForkProof(
            roadmap: roadmap, key: key, incarnation: incarnation, parting: parting,
            branches: branches.map { branch in
                ReceivedBatch(
                    writer: branch.writer, entries: branch.entries.map { ReceivedEntry(header: $0.header, body: nil) },
                    checkpoint: branch.checkpoint)
            })
    }

    private init(
        roadmap: Digest, key: PublicKey, incarnation: Incarnation, parting: UInt64, branches: [ReceivedBatch]
    ) {
        self.roadmap = roadmap
        self.key = key
        self.incarnation = incarnation
        self.parting = parting
        self.branches = branches
    }

    public var writer: WriterID { WriterID(key: key.id, incarnation: incarnation) }

    /// The two entries at the parting, ascending.
    public var entries: [EntryID] { branches.map { EntryID(Digest(of: $0.entries[0].header)) } }

    private static func first(
        of branch: ReceivedBatch, roadmap: Digest, writer: WriterID, key: PublicKey
    ) throws(EntryRefusal) -> EntryHeader {
        var first: EntryHeader?
        var last: EntryHeader?
        for (index, entry) in branch.entries.enumerated() {
            let header = try EntryHeader(entry.header, index: index, of: writer, in: roadmap)
            if let last { try header.checkFollows(last) }
            first = first ?? header
            last = header
        }
        guard let first, let last else { throw .emptyBatch }
        _ = try Checkpoint.check(branch.checkpoint, of: last, by: key)
        return first
    }
}
