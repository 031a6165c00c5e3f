public import Cryptography

/// Our own next entries, before they are signed.
///
/// Taken from a journal, extended entry by entry, and finished with the node's key into batches that are stored,
/// appended and then sent, in this order. Nothing is kept of a composition that is not finished.
public struct Composition: Sendable {
    public let roadmap: Digest
    public let writer: WriterID
    private let key: PublicKey
    private var entries: [VerifiedEntry] = []
    private var next: UInt64
    private var previous: EntryID

    /// Begins a new writer's chain with its entry 0.
    ///
    /// - Parameters:
    ///   - incarnation: 16 bytes of randomness, never used before with this key.
    ///   - succeeds: the last entry known of the writer that this one stands in for.
    public init(
        roadmap: Digest, key: PublicKey, incarnation: Incarnation, succeeds: EntryID? = nil, at time: UInt64
    ) {
        let body = WriterBody(key: key, incarnation: incarnation, succeeds: succeeds)
        self.init(roadmap: roadmap, writer: body.writer, key: key, next: 0, previous: EntryID(roadmap))
        compose(.writer, body: body.encoded(), at: time)
    }

    fileprivate init(roadmap: Digest, writer: WriterID, key: PublicKey, next: UInt64, previous: EntryID) {
        self.roadmap = roadmap
        self.writer = writer
        self.key = key
        self.next = next
        self.previous = previous
    }

    public var isEmpty: Bool { entries.isEmpty }

    /// Adds an entry to the end.
    ///
    /// - Parameters:
    ///   - body: at most 16 MiB.
    ///   - seen: the newest entries of other writers that we now have and had not at our entry before; at most 256, in
    ///     any order.
    ///   - time: seconds since 1970-01-01T00:00:00Z.
    /// - Returns: the new entry's id.
    @discardableResult
    public mutating func compose(
        _ kind: EntryKind, body: [UInt8], seen: [EntryID] = [], at time: UInt64
    ) -> EntryID {
        precondition((kind == .writer) == (next == 0), "a chain begins with a writer entry and has no other")
        let header = EntryHeader(
            roadmap: roadmap, writer: writer, sequence: next, previous: previous, seen: seen, time: time, kind: kind,
            body: body)
        entries.append(VerifiedEntry(header, body: body))
        next += 1
        previous = header.id
        return header.id
    }

    /// Signs what was composed: a batch each up to every end of a block, every large body, and the last entry.
    ///
    /// - Precondition: `key` is the writer's.
    public func finish(signing key: SigningKey) -> [VerifiedBatch] {
        precondition(key.publicKey == self.key, "a writer's chain is signed by its own key")
        var batches: [VerifiedBatch] = []
        var open: [VerifiedEntry] = []
        for entry in entries {
            open.append(entry)
            let isAtEndOfBlock = (entry.header.sequence + 1) % JournalLimits.entriesPerBlock == 0
            let isLarge = entry.header.bodyByteCount > JournalLimits.smallBodyByteCount
            guard isAtEndOfBlock || isLarge || entry.id == previous else { continue }
            batches.append(
                VerifiedBatch(
                    writer: writer, key: self.key, entries: open,
                    checkpoint: Checkpoint(of: entry.header, signing: key),
                    placement: .growth(from: open[0].header.sequence)))
            open = []
        }
        return batches
    }
}

extension Journal {
    /// Begins to write on the head of `writer`, which must be one of ours.
    ///
    /// Nil if this journal does not know the writer, or knows it to have forked: then the node must become a new one.
    public func composing(as writer: WriterID) -> Composition? {
        guard let history = self[writer], let head = history.heads.first, !history.hasForked else { return nil }
        return Composition(
            roadmap: roadmap, writer: writer, key: history.key, next: head.sequence + 1, previous: head.id)
    }
}

extension VerifiedBatch {
    /// The batch as it is sent.
    public var received: ReceivedBatch {
        ReceivedBatch(writer: writer, entries: entries.map(\.received), checkpoint: checkpoint?.bytes)
    }
}
