internal import Cryptography
public import Journal
public import Verification

/// From where on journals are written into a file.
public enum ExportStart: Hashable, Sendable {
    case everything
    /// What the writer of this entry had not seen when it wrote it, by its own word and that of the entries it names.
    case entry(EntryID)
    /// Of each writer the first entry of this time or later, by its own clock, and all after it; in seconds since
    /// 1970-01-01T00:00:00Z.
    case time(UInt64)
    /// What does not stand in an earlier file, of which these are the newest entries by writer.
    case file([WriterID: UInt64])
}

/// Journals on their way into a file, for nodes that no connection reaches.
///
/// Source: `Docs/Specification/bundle.md`, section "Journals".
extension Node {
    /// Records that no journal carries, and all journals from `start` on, as a bundle of scope `full`.
    ///
    /// - Returns: a bundle that is not whole where it would be longer than any may be (`BundleLimits.byteCount`).
    public func journalFile(
        since start: ExportStart, reading store: any StoreReading
    ) throws(StoreFailure) -> JournalBundleWriter {
        let first = try firstSequences(for: start, in: store)
        var file = JournalBundleWriter(roadmap)
        try store.forEachRecord { (record: StoredRecord) throws(StoreFailure) in file.add(record.kind, record.bytes) }
        for writer in journal.writers where file.byteCount < BundleLimits.byteCount {
            try forEachBatch(of: writer, from: first[writer] ?? 0, in: store) { file.add($0) }
        }
        return file
    }

    private func firstSequences(
        for start: ExportStart, in store: any StoreReading
    ) throws(StoreFailure) -> [WriterID: UInt64] {
        switch start {
        case .everything: return [:]
        case .file(let newest): return newest.mapValues { $0 + 1 }
        case .time(let time): return try firstSequences(notBefore: time, in: store)
        case .entry(let id): return try seen(by: id, in: store).mapValues { $0 + 1 }
        }
    }

    private func firstSequences(
        notBefore time: UInt64, in store: any StoreReading
    ) throws(StoreFailure) -> [WriterID: UInt64] {
        var first: [WriterID: UInt64] = [:]
        for writer in journal.writers {
            var last: UInt64?
            try forEachBatch(of: writer, from: 0, in: store) { batch in
                for header in Self.headers(of: batch) where first[writer] == nil {
                    if header.time >= time { first[writer] = header.sequence }
                    last = header.sequence
                }
            }
            if first[writer] == nil, let last { first[writer] = last + 1 }
        }
        return first
    }

    /// Of each writer, the newest entry that the writer of `id` had seen when it wrote that.
    private func seen(by id: EntryID, in store: any StoreReading) throws(StoreFailure) -> [WriterID: UInt64] {
        var newest: [WriterID: UInt64] = [:]
        var open = [id]
        while let next = open.popLast() {
            guard let entry = try store.entry(next), let header = try? EntryHeader(encoded: entry.header) else {
                // Named, and not held here: there is nothing of it to leave out.
                continue
            }
            let from = newest[header.writer].map { $0 + 1 } ?? 0
            guard from <= header.sequence else { continue }
            newest[header.writer] = header.sequence
            try forEachBatch(of: header.writer, from: from, in: store) { batch in
                for before in Self.headers(of: batch) where before.sequence <= header.sequence { open += before.seen }
            }
        }
        return newest
    }

    private static func headers(of batch: ReceivedBatch) -> [EntryHeader] {
        batch.entries.compactMap { try? EntryHeader(encoded: $0.header) }
    }

    /// Both branches of a forked writer too, each with the trunk before it.
    private func forEachBatch(
        of writer: WriterID, from sequence: UInt64, in store: any StoreReading, _ visit: (ReceivedBatch) -> Void
    ) throws(StoreFailure) {
        var next = min(sequence, journal[writer]?.parting ?? sequence)
        while true {
            let batches = try store.batches(of: writer, from: next, byteLimit: Self.exportReadingByteCount)
            for batch in batches { visit(batch) }
            guard batches.count == 1 else { return }
            next += UInt64(batches[0].entries.count)
        }
    }

    /// Bytes of a writer's entries that are read from the store at once.
    private static let exportReadingByteCount = 512 << 10
}
