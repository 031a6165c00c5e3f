public import Cryptography

/// What a store of one roadmap holds, as a value: entries with their checkpoints, records that came by no journal, and
/// settings.
///
/// It keeps to the contract of a store on disk (`JournalStore`), and forgets with its owner: what a test or the
/// simulator copies is a backup.
public struct StoreContents: StoreReading, Sendable {
    public let roadmap: Digest
    private var writers: [WriterID: Writer] = [:]
    private var places: [EntryID: (writer: WriterID, sequence: UInt64)] = [:]
    private var records: [StoredRecord] = []
    private var recordIDs: [Digest: Int] = [:]
    private var settings: [String: [UInt8]] = [:]
    private var nextNumber = 0

    public init(roadmap: Digest) {
        self.roadmap = roadmap
    }

    fileprivate struct Row {
        let header: EntryHeader
        var body: [UInt8]?
        var checkpoint: [UInt8]?
        let number: Int

        var cut: BatchCut.Row {
            BatchCut.Row(entry: ReceivedEntry(header: header.bytes, body: body), checkpoint: checkpoint)
        }
    }

    fileprivate struct Writer {
        var trunk: [Row] = []
        var branches: [[Row]] = []
    }

    /// Keeps what each batch's placement says, together with settings; nothing of it where it throws.
    public mutating func append(_ batches: [VerifiedBatch], settings: [String: [UInt8]]) throws(StoreFailure) {
        // A fork may fail half-way, so it works on a copy; growth, the common case, is judged before it begins.
        if batches.contains(where: \.isParting) {
            var changed = self
            for batch in batches { try changed.keep(batch) }
            self = changed
        } else {
            try checkGrowth(batches)
            for batch in batches { try keep(batch) }
        }
        self.settings.merge(settings) { $1 }
    }

    /// Adds the body of an entry that came without; false if there is no such entry, or this is not its body.
    public mutating func attach(_ body: [UInt8], to id: EntryID) -> Bool {
        guard let place = places[id] else { return false }
        return writers[place.writer]!.change(id, at: place.sequence) { row in
            guard row.header.isOf(body) else { return false }
            row.body = body
            return true
        }
    }

    /// Lets the body of an entry go; false if there is no such entry, or it has none, or must not be without.
    package mutating func prune(_ id: EntryID) -> Bool {
        guard let place = places[id] else { return false }
        return writers[place.writer]!.change(id, at: place.sequence) { row in
            guard row.body != nil, !row.header.kind.needsBody else { return false }
            row.body = nil
            return true
        }
    }

    /// All entries, those of tails too, in the order of their storing.
    package var entries: [(id: EntryID, body: [UInt8]?)] {
        writers.values.flatMap(\.all).sorted { $0.number < $1.number }.map { ($0.header.id, $0.body) }
    }

    /// Keeps agreement records that came by no journal. One that is kept already stays as it is.
    public mutating func put(_ records: [StoredRecord]) {
        for record in records { keep(record) }
    }

    public func batches(
        of writer: WriterID, from sequence: UInt64, byteLimit: Int
    ) throws(StoreFailure) -> [ReceivedBatch] {
        guard let kept = writers[writer] else { return [] }
        let end = (sequence / JournalLimits.entriesPerBlock + 1) * JournalLimits.entriesPerBlock
        var cut = BatchCut(byteLimit: byteLimit)
        var isOpen = sequence <= UInt64(kept.trunk.count)
        if isOpen {
            for row in kept.trunk[Int(sequence)...] where isOpen && row.header.sequence < end {
                isOpen = cut.take(row.cut)
            }
        }
        if let batch = cut.batch(of: writer) { return [batch] }
        guard isOpen else { return [] }
        return kept.branches.compactMap { branch in
            var cut = cut
            for row in branch where !cut.take(row.cut) { break }
            return cut.batch(of: writer)
        }
    }

    public func entry(_ id: EntryID) throws(StoreFailure) -> ReceivedEntry? {
        places[id].flatMap { writers[$0.writer]!.row(of: id, at: $0.sequence)?.cut.entry }
    }

    public func loadJournal() throws(StoreFailure) -> Journal {
        var journal = Journal(roadmap: roadmap)
        for (writer, kept) in writers {
            do throws(EntryRefusal) {
                journal.restore(try kept.checked(HistoryCheck(roadmap: roadmap, writer: writer)))
            } catch {
                throw .damagedHistory(writer, error)
            }
        }
        return journal
    }

    public func forEachAgreementEntry(
        _ visit: (StoredEntry) throws(StoreFailure) -> Void
    ) throws(StoreFailure) {
        let rows = writers.values.flatMap(\.all)
        for row in rows.sorted(by: { $0.number < $1.number }) where row.header.kind.isAgreement {
            guard let body = row.body else { throw .damaged(row.header.bodyHash) }
            try visit(StoredEntry(header: row.header, body: body))
        }
    }

    public func draftEntries(after number: UInt64, byteLimit: Int) throws(StoreFailure) -> [NumberedEntry] {
        let rows = writers.values.flatMap(\.all).filter {
            $0.header.kind == .draftOperations && UInt64($0.number) > number
        }
        var (entries, byteCount) = ([NumberedEntry](), 0)
        for row in rows.sorted(by: { $0.number < $1.number }) {
            let entry = NumberedEntry(number: UInt64(row.number), header: row.header, body: row.body)
            guard entries.take(entry, byteCount: &byteCount, byteLimit: byteLimit) else { break }
        }
        return entries
    }

    public func record(_ id: Digest) throws(StoreFailure) -> StoredRecord? { recordIDs[id].map { records[$0] } }

    public func forEachRecord(_ visit: (StoredRecord) throws(StoreFailure) -> Void) throws(StoreFailure) {
        for record in records { try visit(record) }
    }

    public func setting(_ name: String) throws(StoreFailure) -> [UInt8]? { settings[name] }

    public func counts() throws(StoreFailure) -> StoreCounts {
        StoreCounts(writers: writers.count, entries: places.count, records: records.count)
    }
}

extension StoreContents.Writer {
    fileprivate var all: [StoreContents.Row] { trunk + branches.joined() }

    fileprivate func row(of id: EntryID, at sequence: UInt64) -> StoreContents.Row? {
        if sequence < UInt64(trunk.count) { return trunk[Int(sequence)] }
        return branches.joined().first { $0.header.id == id }
    }

    /// Changes the row of `id` in place.
    fileprivate mutating func change(
        _ id: EntryID, at sequence: UInt64, _ change: (inout StoreContents.Row) -> Bool
    ) -> Bool {
        if sequence < UInt64(trunk.count) { return change(&trunk[Int(sequence)]) }
        for branch in branches.indices {
            if let place = branches[branch].firstIndex(where: { $0.header.id == id }) {
                return change(&branches[branch][place])
            }
        }
        return false
    }

    fileprivate func checked(_ empty: HistoryCheck) throws(EntryRefusal) -> WriterHistory {
        var check = empty
        for row in trunk {
            try check.take(header: row.header.bytes, body: row.header.sequence == 0 ? row.body : nil)
            if row.checkpoint != nil { check.noteCheckpoint(at: row.header.sequence) }
        }
        for branch in branches {
            check.beginBranch()
            for row in branch {
                try check.take(header: row.header.bytes, body: row.header.sequence == 0 ? row.body : nil)
            }
            try check.endBranch(checkpoint: branch.last?.checkpoint)
        }
        return try check.finish(checkpoint: branches.isEmpty ? trunk.last?.checkpoint : nil)
    }
}

extension VerifiedBatch {
    fileprivate var isParting: Bool {
        if case .parting = placement { true } else { false }
    }
}

extension StoreContents {
    /// Refuses unless every batch, in its turn, continues what its writer has.
    private func checkGrowth(_ batches: [VerifiedBatch]) throws(StoreFailure) {
        var next: [WriterID: UInt64] = [:]
        for batch in batches {
            guard case .growth(let sequence) = batch.placement else { continue }
            let expected = next[batch.writer] ?? UInt64(writers[batch.writer]?.trunk.count ?? 0)
            guard sequence == expected, writers[batch.writer]?.branches.isEmpty != false else {
                throw .outOfStep(batch.writer)
            }
            next[batch.writer] = expected + UInt64(batch.newEntries.count)
        }
    }

    private mutating func keep(_ batch: VerifiedBatch) throws(StoreFailure) {
        switch batch.placement {
        case .held: break
        case .dropped:
            for entry in batch.entries { keepRecord(of: entry.header, body: entry.body) }
        case .growth(let sequence):
            guard UInt64(writers[batch.writer]?.trunk.count ?? 0) == sequence,
                writers[batch.writer]?.branches.isEmpty != false
            else { throw .outOfStep(batch.writer) }
            for entry in batch.newEntries {
                writers[batch.writer, default: .init()].trunk.append(row(entry, in: batch))
                places[entry.id] = (batch.writer, entry.header.sequence)
            }
        case .parting(let sequence, let branches):
            try part(batch, at: sequence, into: branches)
        }
    }

    private mutating func part(
        _ batch: VerifiedBatch, at sequence: UInt64, into branches: [[EntryID]]
    ) throws(StoreFailure) {
        guard var writer = writers[batch.writer], sequence <= UInt64(writer.trunk.count) else {
            throw .outOfStep(batch.writer)
        }
        let before = writer.trunk[Int(sequence)...] + writer.branches.joined()
        var found = Dictionary(before.map { ($0.header.id, $0) }, uniquingKeysWith: { one, _ in one })
        for entry in batch.entries where found[entry.id] == nil { found[entry.id] = row(entry, in: batch) }
        writer.trunk.removeSubrange(Int(sequence)...)
        writer.branches = []
        for ids in branches {
            var rows: [StoreContents.Row] = []
            for id in ids {
                guard let row = found[id] else { throw .outOfStep(batch.writer) }
                rows.append(row)
            }
            writer.branches.append(rows)
        }
        writers[batch.writer] = writer
        for row in before { places[row.header.id] = nil }
        let kept = Set(branches.joined())
        for id in kept { places[id] = (batch.writer, found[id]!.header.sequence) }
        for row in found.values.sorted(by: { $0.number < $1.number }) where !kept.contains(row.header.id) {
            keepRecord(of: row.header, body: row.body)
        }
    }

    private mutating func row(_ entry: VerifiedEntry, in batch: VerifiedBatch) -> StoreContents.Row {
        nextNumber += 1
        let checkpoint = batch.checkpoint?.entry == entry.id ? batch.checkpoint?.bytes : nil
        return StoreContents.Row(
            header: entry.header, body: entry.body, checkpoint: checkpoint, number: nextNumber)
    }

    private mutating func keepRecord(of header: EntryHeader, body: [UInt8]?) {
        guard header.kind.isAgreement, let body else { return }
        keep(StoredRecord(kind: header.kind, bytes: body))
    }

    private mutating func keep(_ record: StoredRecord) {
        guard recordIDs[record.id] == nil else { return }
        recordIDs[record.id] = records.count
        records.append(record)
    }
}
