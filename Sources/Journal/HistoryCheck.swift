public import Cryptography

/// Checks one writer's history as it streams from a store or a file: a pass of SHA-256 and one signature.
///
/// Takes the trunk's headers in order, then, for a forked writer, both branches in the order of their first ids, each to
/// its checkpoint. What comes back from disk is trusted no more than what comes from a peer.
public struct HistoryCheck: Sendable {
    public let roadmap: Digest
    public let writer: WriterID
    private var key: PublicKey?
    private var trunk: [EntryID] = []
    private var checkpoints: [UInt64] = []
    private var branches: [[EntryID]] = []
    private var open: [EntryID] = []
    private var isOnBranch = false
    private var last: EntryHeader?

    public init(roadmap: Digest, writer: WriterID) {
        self.roadmap = roadmap
        self.writer = writer
    }

    /// Takes the next entry of the trunk, or of the branch last begun.
    ///
    /// - Parameter body: needed for entry 0 only; checked wherever it is given.
    /// - Throws: ``EntryRefusal``, in the order in which ``Journal/verify(_:mayWrite:bodyCheck:)`` checks an entry.
    @discardableResult
    public mutating func take(header bytes: [UInt8], body: [UInt8]? = nil) throws(EntryRefusal) -> EntryHeader {
        let header = try EntryHeader(bytes, index: trunk.count + open.count, of: writer, in: roadmap)
        let next = UInt64(trunk.count + open.count)
        guard header.sequence == next else { throw .outOfOrder(expected: next, found: header.sequence) }
        guard header.previous == (open.last ?? trunk.last ?? EntryID(roadmap)) else {
            throw .brokenLink(sequence: next, found: header.previous)
        }
        guard (header.kind == .writer) == (next == 0) else { throw .misplacedWriterEntry(sequence: next) }
        if let body, !header.isOf(body) { throw .badBody(sequence: next) }
        if next == 0 { key = try WriterBody.key(of: writer, provedBy: body) }
        if isOnBranch { open.append(header.id) } else { trunk.append(header.id) }
        last = header
        return header
    }

    /// Notes that the store holds a checkpoint of this sequence on the trunk; its bytes are not looked at.
    public mutating func noteCheckpoint(at sequence: UInt64) {
        checkpoints.append(sequence)
    }

    /// Begins a branch at the end of the trunk.
    public mutating func beginBranch() {
        isOnBranch = true
        open = []
    }

    /// Ends a branch with the checkpoint of its last entry.
    public mutating func endBranch(checkpoint: [UInt8]?) throws(EntryRefusal) {
        guard !open.isEmpty else { throw .emptyBatch }
        try check(checkpoint)
        branches.append(open)
        open = []
    }

    /// Ends the history.
    ///
    /// - Parameter checkpoint: of the last entry of an unforked history; nil for a forked one.
    public func finish(checkpoint: [UInt8]?) throws(EntryRefusal) -> WriterHistory {
        guard let key else { throw .emptyBatch }
        if branches.isEmpty {
            try check(checkpoint)
        } else {
            guard branches.count == 2 else { throw .emptyBatch }
            guard branches[0][0] < branches[1][0] else {
                throw .brokenLink(sequence: UInt64(trunk.count), found: branches[1][0])
            }
        }
        return WriterHistory(
            writer: writer, key: key, trunk: trunk, branches: branches,
            checkpoints: checkpoints.filter { $0 < UInt64(trunk.count) })
    }

    private func check(_ checkpoint: [UInt8]?) throws(EntryRefusal) {
        guard let last, let key else { throw .emptyBatch }
        _ = try Checkpoint.check(checkpoint, of: last, by: key)
    }
}
