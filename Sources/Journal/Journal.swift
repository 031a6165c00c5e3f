public import CanonicalEncoding
public import Cryptography

/// All writers' histories of one roadmap: which entries there are, by their ids, and nothing of what they say.
///
/// Pure and light: some forty bytes an entry. Headers and bodies are the store's. A journal only ever gains what it
/// counts, but for what a writer's own fork takes away again.
/// Source: `Docs/Specification/journal.md`.
public struct Journal: Hashable, Sendable {
    /// The id of the founding instrument.
    public let roadmap: Digest
    private var histories: [WriterID: WriterHistory] = [:]
    private var changeLog = ChangeLog()

    public init(roadmap: Digest) {
        self.roadmap = roadmap
    }

    public subscript(writer: WriterID) -> WriterHistory? { histories[writer] }

    /// Ascending.
    public var writers: [WriterID] { histories.keys.sorted() }

    /// The newest entries that count, by ascending writer; two for a writer that has forked, by ascending id.
    ///
    /// Two journals with the same heads count the same entries.
    public var heads: [Head] { writers.flatMap { histories[$0]!.heads } }

    /// Entries that count, of all writers.
    public var entryCount: Int { histories.values.reduce(0) { $0 + $1.count } }

    /// How often a writer's history has changed here; it tells two moments of one journal apart, and says nothing of two
    /// journals.
    public var changes: UInt64 { changeLog.count }

    /// The writers whose histories have changed since ``changes`` was `count`, each once, in the order of their last
    /// change; the cost is theirs, not the journal's.
    public func writersChanged(since count: UInt64) -> [WriterID] { changeLog.writers(since: count) }

    /// Two journals are equal if they hold the same, in whatever order it came.
    public static func == (one: Journal, other: Journal) -> Bool {
        one.roadmap == other.roadmap && one.histories == other.histories
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(roadmap)
        hasher.combine(histories)
    }

    /// Checks a batch; the journal stays as it is until ``append(_:)``.
    ///
    /// The order of the checks is that of the specification: what costs least comes first, the signature last. Where
    /// nothing in the batch is new the signature is not checked at all.
    ///
    /// - Parameters:
    ///   - mayWrite: whether the node key of some party's record is this one. It should only ever come to admit more
    ///     (a key once named stays), or copies that learn of records in different orders would hold different journals.
    ///   - bodyCheck: why a body is not what its kind says, judged from its bytes alone; nil if it is. Asked only for
    ///     kinds that this version knows, except `writer`, and only where the body came along.
    /// - Throws: ``EntryRefusal`` for the first check that fails.
    public func verify(
        _ batch: ReceivedBatch,
        mayWrite: (PublicKey) -> Bool,
        bodyCheck: (EntryKind, [UInt8]) -> DecodingRefusal?
    ) throws(EntryRefusal) -> VerifiedBatch {
        let headers = try headers(of: batch)
        let history = histories[batch.writer]
        try checkPlace(of: headers[0], in: history)
        try checkChain(headers)
        let entries = try Self.entries(batch, headers, bodyCheck)
        let key = try key(of: entries[0])
        guard mayWrite(key) else { throw .unknownWriter(batch.writer) }
        let placement = Self.placement(of: headers, in: history)
        guard placement != .held else {
            return VerifiedBatch(
                writer: batch.writer, key: key, entries: entries, checkpoint: nil, placement: .held)
        }
        let checkpoint = try Checkpoint.check(batch.checkpoint, of: headers[headers.count - 1], by: key)
        return VerifiedBatch(
            writer: batch.writer, key: key, entries: entries, checkpoint: checkpoint, placement: placement)
    }

    /// Takes in a batch that was verified for this journal.
    ///
    /// Where others were appended in between, the batch finds its place anew; so appending the same twice is harmless.
    public mutating func append(_ batch: VerifiedBatch) {
        let batch = refitted(batch)
        guard batch.placement != .held, batch.placement != .dropped else { return }
        changeLog.note(batch.writer)
        histories[batch.writer, default: WriterHistory(writer: batch.writer, key: batch.key)]
            .apply(batch.placement, of: batch.entries.map(\.id), from: batch.firstSequence)
    }

    /// The batch with its place in this journal as it is now, which may be another than when it was verified.
    ///
    /// Needed only where several batches of one writer were verified before the first of them was appended. A batch
    /// whose ground was meanwhile dropped by a fork is dropped with it.
    public func refitted(_ batch: VerifiedBatch) -> VerifiedBatch {
        let first = batch.entries[0].header
        if first.sequence > 0, histories[batch.writer]?.holds(first.previous, at: first.sequence - 1) != true {
            return batch.placed(.dropped)
        }
        return batch.placed(Self.placement(of: batch.entries.map(\.header), in: histories[batch.writer]))
    }

    /// Takes in a history that a store held, once ``HistoryCheck`` has found it sound.
    public mutating func restore(_ history: WriterHistory) {
        changeLog.note(history.writer)
        histories[history.writer] = history
    }

    private func headers(of batch: ReceivedBatch) throws(EntryRefusal) -> [EntryHeader] {
        guard !batch.entries.isEmpty else { throw .emptyBatch }
        guard batch.entries.count <= Int(JournalLimits.entriesPerBlock) else {
            throw .beyondLimits(.spansBlocks)
        }
        var headers: [EntryHeader] = []
        headers.reserveCapacity(batch.entries.count)
        for (index, entry) in batch.entries.enumerated() {
            headers.append(try EntryHeader(entry.header, index: index, of: batch.writer, in: roadmap))
        }
        return headers
    }

    /// The first entry must be entry 0, or hang on an entry that is held.
    private func checkPlace(of first: EntryHeader, in history: WriterHistory?) throws(EntryRefusal) {
        guard first.sequence > 0 else {
            guard first.previous.digest == roadmap else {
                throw .brokenLink(sequence: 0, found: first.previous)
            }
            return
        }
        let before = first.sequence - 1
        if history?.holds(first.previous, at: before) == true { return }
        let next = history?.next ?? 0
        if let parting = history?.parting, before >= parting { throw .beyondFork(parting: parting) }
        guard first.sequence <= next else { throw .outOfOrder(expected: next, found: first.sequence) }
        throw .brokenLink(sequence: first.sequence, found: first.previous)
    }

    /// Each entry follows the one before, within one block, and only the last is large.
    private func checkChain(_ headers: [EntryHeader]) throws(EntryRefusal) {
        for (one, next) in zip(headers, headers.dropFirst()) {
            try next.checkFollows(one)
            guard next.sequence % JournalLimits.entriesPerBlock != 0 else { throw .beyondLimits(.spansBlocks) }
            guard one.bodyByteCount <= JournalLimits.smallBodyByteCount else {
                throw .beyondLimits(.largeBodyBeforeEnd)
            }
        }
    }

    private static func entries(
        _ batch: ReceivedBatch, _ headers: [EntryHeader], _ bodyCheck: (EntryKind, [UInt8]) -> DecodingRefusal?
    ) throws(EntryRefusal) -> [VerifiedEntry] {
        var entries: [VerifiedEntry] = []
        entries.reserveCapacity(headers.count)
        for (header, received) in zip(headers, batch.entries) {
            try check(received.body, of: header, bodyCheck)
            entries.append(VerifiedEntry(header, body: received.body))
        }
        return entries
    }

    private static func check(
        _ body: [UInt8]?, of header: EntryHeader, _ bodyCheck: (EntryKind, [UInt8]) -> DecodingRefusal?
    ) throws(EntryRefusal) {
        guard (header.kind == .writer) == (header.sequence == 0) else {
            throw .misplacedWriterEntry(sequence: header.sequence)
        }
        guard let body else {
            if header.kind.needsBody { throw .bodyMissing(sequence: header.sequence) }
            return
        }
        guard header.isOf(body) else { throw .badBody(sequence: header.sequence) }
        guard header.kind.isKnown, header.kind != .writer else { return }
        if let refusal = bodyCheck(header.kind, body) {
            throw .wrongKindOfBody(sequence: header.sequence, refusal)
        }
    }

    /// The key of the writer: the one it is known by, or the one that its entry 0 proves.
    ///
    /// A second entry 0 is judged like the first, or copies that met them in different orders would differ.
    private func key(of first: VerifiedEntry) throws(EntryRefusal) -> PublicKey {
        if first.header.sequence > 0, let known = histories[first.header.writer]?.key { return known }
        return try WriterBody.key(of: first.header.writer, provedBy: first.body)
    }

    private static func placement(of headers: [EntryHeader], in history: WriterHistory?) -> Placement {
        guard let history else { return .growth(from: 0) }
        return history.placement(of: headers.map(\.id), from: headers[0].sequence)
    }
}
