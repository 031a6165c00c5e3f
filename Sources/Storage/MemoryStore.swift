public import Cryptography
public import Journal
internal import Synchronization

/// A store that forgets with its process: for tests and the simulator, with the same contract as the one on disk.
public final class MemoryStore: JournalStore {
    public let roadmap: Digest
    private let state = Mutex(State())

    public init(roadmap: Digest) {
        self.roadmap = roadmap
    }

    struct Row {
        let header: EntryHeader
        var body: [UInt8]?
        var checkpoint: [UInt8]?
        let number: Int

        var cut: BatchCut.Row {
            BatchCut.Row(entry: ReceivedEntry(header: header.bytes, body: body), checkpoint: checkpoint)
        }
    }

    struct Writer {
        var trunk: [Row] = []
        var branches: [[Row]] = []
    }

    struct State {
        var writers: [WriterID: Writer] = [:]
        var places: [EntryID: (writer: WriterID, sequence: UInt64)] = [:]
        var records: [StoredRecord] = []
        var recordIDs: [Digest: Int] = [:]
        var settings: [String: [UInt8]] = [:]
        var nextNumber = 0
    }

    public func append(_ batches: [VerifiedBatch], settings: [String: [UInt8]]) throws(StoreFailure) {
        try state.withLock { (state: inout State) throws(StoreFailure) in
            // A fork may fail half-way, so it works on a copy; growth, the common case, is judged before it begins.
            if batches.contains(where: \.isParting) {
                var changed = state
                for batch in batches { try changed.keep(batch) }
                state = changed
            } else {
                try state.checkGrowth(batches)
                for batch in batches { try state.keep(batch) }
            }
            state.settings.merge(settings) { $1 }
        }
    }

    public func attach(_ body: [UInt8], to id: EntryID) throws(StoreFailure) -> Bool {
        state.withLock { state in
            guard let place = state.places[id] else { return false }
            return state.writers[place.writer]!.change(id, at: place.sequence) { row in
                guard row.header.isOf(body) else { return false }
                row.body = body
                return true
            }
        }
    }

    public func batches(
        of writer: WriterID, from sequence: UInt64, byteLimit: Int
    ) throws(StoreFailure) -> [ReceivedBatch] {
        state.withLock { state in
            guard let kept = state.writers[writer] else { return [] }
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
    }

    public func entry(_ id: EntryID) throws(StoreFailure) -> ReceivedEntry? {
        state.withLock { state -> ReceivedEntry? in
            guard let place = state.places[id] else { return nil }
            var entry: ReceivedEntry?
            _ = state.writers[place.writer]!.change(id, at: place.sequence) { row in
                entry = row.cut.entry
                return true
            }
            return entry
        }
    }

    public func loadJournal() throws(StoreFailure) -> Journal {
        try state.withLock { (state: inout State) throws(StoreFailure) in
            var journal = Journal(roadmap: roadmap)
            for (writer, kept) in state.writers {
                do throws(EntryRefusal) {
                    journal.restore(try kept.checked(HistoryCheck(roadmap: roadmap, writer: writer)))
                } catch {
                    throw .damagedHistory(writer, error)
                }
            }
            return journal
        }
    }

    public func forEachAgreementEntry(
        _ visit: (StoredEntry) throws(StoreFailure) -> Void
    ) throws(StoreFailure) {
        let rows = state.withLock { state in state.writers.values.flatMap(\.all) }
        for row in rows.sorted(by: { $0.number < $1.number }) where row.header.kind.isAgreement {
            guard let body = row.body else { throw .damaged(row.header.bodyHash) }
            try visit(StoredEntry(header: row.header, body: body))
        }
    }

    public func draftEntries(after number: UInt64, byteLimit: Int) throws(StoreFailure) -> [NumberedEntry] {
        let rows = state.withLock { state in state.writers.values.flatMap(\.all) }.filter {
            $0.header.kind == .draftOperations && UInt64($0.number) > number
        }
        var (entries, byteCount) = ([NumberedEntry](), 0)
        for row in rows.sorted(by: { $0.number < $1.number }) {
            let entry = NumberedEntry(number: UInt64(row.number), header: row.header, body: row.body)
            guard entries.take(entry, byteCount: &byteCount, byteLimit: byteLimit) else { break }
        }
        return entries
    }

    public func put(_ records: [StoredRecord]) throws(StoreFailure) {
        state.withLock { state in
            for record in records { state.keep(record) }
        }
    }

    public func record(_ id: Digest) throws(StoreFailure) -> StoredRecord? {
        state.withLock { state in state.recordIDs[id].map { state.records[$0] } }
    }

    public func forEachRecord(_ visit: (StoredRecord) throws(StoreFailure) -> Void) throws(StoreFailure) {
        for record in state.withLock({ $0.records }) { try visit(record) }
    }

    public func setting(_ name: String) throws(StoreFailure) -> [UInt8]? {
        state.withLock { $0.settings[name] }
    }

    public func counts() throws(StoreFailure) -> StoreCounts {
        state.withLock { state in
            StoreCounts(writers: state.writers.count, entries: state.places.count, records: state.records.count)
        }
    }
}

extension MemoryStore.Writer {
    var all: [MemoryStore.Row] { trunk + branches.joined() }

    /// Changes the row of `id` in place.
    mutating func change(
        _ id: EntryID, at sequence: UInt64, _ change: (inout MemoryStore.Row) -> Bool
    ) -> Bool {
        if sequence < UInt64(trunk.count) { return change(&trunk[Int(sequence)]) }
        for branch in branches.indices {
            if let place = branches[branch].firstIndex(where: { $0.header.id == id }) {
                return change(&branches[branch][place])
            }
        }
        return false
    }

    func checked(_ empty: HistoryCheck) throws(EntryRefusal) -> WriterHistory {
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

extension MemoryStore.State {
    /// Refuses unless every batch, in its turn, continues what its writer has.
    func checkGrowth(_ batches: [VerifiedBatch]) throws(StoreFailure) {
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

    mutating func keep(_ batch: VerifiedBatch) throws(StoreFailure) {
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
            var rows: [MemoryStore.Row] = []
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

    private mutating func row(_ entry: VerifiedEntry, in batch: VerifiedBatch) -> MemoryStore.Row {
        nextNumber += 1
        let checkpoint = batch.checkpoint?.entry == entry.id ? batch.checkpoint?.bytes : nil
        return MemoryStore.Row(
            header: entry.header, body: entry.body, checkpoint: checkpoint, number: nextNumber)
    }

    private mutating func keepRecord(of header: EntryHeader, body: [UInt8]?) {
        guard header.kind.isAgreement, let body else { return }
        keep(StoredRecord(kind: header.kind, bytes: body))
    }

    mutating func keep(_ record: StoredRecord) {
        guard recordIDs[record.id] == nil else { return }
        recordIDs[record.id] = records.count
        records.append(record)
    }
}
