public import Cryptography

/// A batch less what follows from the rest of it: how entries travel between nodes that can put it together again.
///
/// Of a header, the roadmap, the writer, the place, the link and the hash of a body that comes along are known without
/// being told, and of a checkpoint all but the signature. Since each has one spelling only, what is put together is the
/// same bytes, or the writer's signature does not hold over them.
/// Source: `Docs/Specification/exchange.md`, section 9.
public struct LeanBatch: Hashable, Sendable {
    public let writer: WriterID
    /// The sequence of the first entry.
    public let first: UInt64
    /// The entry before the first; nil for entry 0.
    public let previous: EntryID?
    public let entries: [Entry]
    /// That of the checkpoint of the last entry.
    public let signature: [UInt8]

    public struct Entry: Hashable, Sendable {
        public let kind: EntryKind
        public let time: UInt64
        /// Ascending.
        public let seen: [EntryID]
        public let body: Body

        public init(kind: EntryKind, time: UInt64, seen: [EntryID], body: Body) {
            self.kind = kind
            self.time = time
            self.seen = seen
            self.body = body
        }
    }

    public enum Body: Hashable, Sendable {
        case whole([UInt8])
        case absent(hash: Digest, byteCount: Int)
    }

    public init(writer: WriterID, first: UInt64, previous: EntryID?, entries: [Entry], signature: [UInt8]) {
        self.writer = writer
        self.first = first
        self.previous = previous
        self.entries = entries
        self.signature = signature
    }

    /// Leaves out of a batch what follows.
    ///
    /// - Parameter headers: those of the batch, decoded.
    /// - Precondition: the batch was verified once.
    /// - Returns: nil if the batch has no checkpoint.
    public init?(_ batch: ReceivedBatch, headers: [EntryHeader]) {
        guard let head = headers.first, let signature = batch.checkpoint.flatMap(Checkpoint.signature) else {
            return nil
        }
        writer = batch.writer
        first = head.sequence
        previous = head.sequence == 0 ? nil : head.previous
        entries = zip(headers, batch.entries).map { header, entry in
            let body = entry.body.map(Body.whole) ?? .absent(hash: header.bodyHash, byteCount: header.bodyByteCount)
            return Entry(kind: header.kind, time: header.time, seen: header.seen, body: body)
        }
        self.signature = signature
    }

    /// The headers as their writer must have written them. Nothing of them is checked yet.
    public func headers(in roadmap: Digest) -> [EntryHeader] {
        var headers: [EntryHeader] = []
        headers.reserveCapacity(entries.count)
        for (entry, sequence) in zip(entries, first...) {
            let hash: Digest
            let byteCount: Int
            switch entry.body {
            case .whole(let body): (hash, byteCount) = (Digest(of: body), body.count)
            case .absent(let known, let count): (hash, byteCount) = (known, count)
            }
            headers.append(
                EntryHeader(
                    roadmap: roadmap, writer: writer, sequence: sequence,
                    previous: headers.last?.id ?? previous ?? EntryID(roadmap), seen: entry.seen, time: entry.time,
                    kind: entry.kind, bodyHash: hash, bodyByteCount: byteCount))
        }
        return headers
    }

    /// The batch as it is checked and kept.
    ///
    /// - Parameters:
    ///   - headers: this batch's.
    ///   - key: the writer's; without it there is no checkpoint.
    public func whole(_ headers: [EntryHeader], by key: PublicKey?) -> ReceivedBatch {
        let entries = zip(headers, entries).map { header, entry in
            if case .whole(let body) = entry.body { return ReceivedEntry(header: header.bytes, body: body) }
            return ReceivedEntry(header: header.bytes, body: nil)
        }
        let checkpoint: [UInt8]? =
            if let key, let last = headers.last {
                Checkpoint.encoded(of: last, by: key, signature: signature)
            } else {
                nil
            }
        return ReceivedBatch(writer: writer, entries: entries, checkpoint: checkpoint)
    }
}
