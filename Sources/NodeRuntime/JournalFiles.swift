internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
public import Journal
internal import NodeLogic
internal import Storage
internal import Verification

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

/// What came of taking in a file of journals.
public struct JournalImport: Hashable, Sendable {
    /// Entries that were new here, and on disk when this is returned.
    public var newEntryCount = 0
    public var heldEntryCount = 0
    /// Records that no journal carried and that this node now does.
    public var newRecordCount = 0
    /// Records that this node does not journal, such as a statement that too few keys signed.
    public var leftOutCount = 0
    /// Writers whose entries begin in the file after the last one that is held here.
    public var writersWithGaps: Set<WriterID> = []
    /// Writers whose keys no record held here names.
    public var writersNotAdmitted: Set<WriterID> = []

    public init() {}
}

extension NodeCore {
    /// Records that no journal carries, and all journals from `start` on, as a bundle of scope `full`.
    ///
    /// - Throws: ``NodeRefusal`` where the entry to start from is not held, or the file would be longer than any may be.
    func journals(since start: ExportStart) throws -> [UInt8] {
        if case .entry(let id) = start, try !holds(id) { throw NodeRefusal(words: "no entry \(id) is held here") }
        let file = try journalFile(since: start)
        guard file.byteCount < BundleLimits.byteCount else {
            throw NodeRefusal(words: "this is more than one file may hold: give a later --since")
        }
        return file.encoded()
    }

    private func holds(_ id: EntryID) throws -> Bool {
        do { return try readableStore().entry(id) != nil } catch let failure as StoreFailure {
            throw HomeFailure(failure, home: home)
        }
    }

    private func journalFile(since start: ExportStart) throws -> JournalBundleWriter {
        let store = try readableStore()
        do throws(StoreFailure) {
            let first = try firstSequences(for: start, in: store)
            var file = JournalBundleWriter(node.roadmap)
            try store.forEachRecord { (record: StoredRecord) throws(StoreFailure) in file.add(record.kind, record.bytes)
            }
            for writer in node.journal.writers where file.byteCount < BundleLimits.byteCount {
                try forEachBatch(of: writer, from: first[writer] ?? 0, in: store) { file.add($0) }
            }
            return file
        } catch {
            throw HomeFailure(error, home: home)
        }
    }

    /// Takes in a bundle of scope `full`, each batch checked as if a peer had sent it.
    ///
    /// A file that is cut short or malformed changes nothing. What was taken in before a batch that is refused stays: it
    /// was good.
    ///
    /// - Throws: ``NodeRefusal``, with the place in the file.
    func takeInJournals(_ bytes: [UInt8]) throws -> JournalImport {
        do {
            var form = try JournalBundleReader(bytes)
            guard form.roadmap == node.roadmap else { throw NodeRefusal(words: "the file is about another roadmap") }
            while try form.next() != nil {}
            var taken = JournalImport()
            var waiting: [ReceivedBatch] = []
            var file = try JournalBundleReader(bytes)
            while let item = try file.next() {
                switch item {
                case .record(let kind, let record): takeInLoose(kind, record, &taken)
                case .batch(let batch):
                    if try !takeInFromFile(batch, place: file.place, &taken) { waiting.append(batch) }
                }
            }
            try takeInWaiting(&waiting, &taken)
            return taken
        } catch let refusal as BundleRefusal {
            let place = refusal.record.map { "record \($0) of " } ?? ""
            throw NodeRefusal(words: "\(place)the file is refused (\(refusal.code.word)): \(refusal.code.sentence)")
        } catch is NotABundle {
            throw NodeRefusal(words: "this is no bundle")
        }
    }

    /// Tries again what waited for an entry or a key record that came later in the file, for as long as that helps.
    private func takeInWaiting(_ waiting: inout [ReceivedBatch], _ taken: inout JournalImport) throws {
        var count = waiting.count + 1
        while !waiting.isEmpty, waiting.count < count {
            count = waiting.count
            taken.writersWithGaps = []
            taken.writersNotAdmitted = []
            waiting = try waiting.filter { try !takeInFromFile($0, place: nil, &taken) }
        }
    }

    /// - Returns: false if it must wait for something that is not here.
    private func takeInFromFile(_ batch: ReceivedBatch, place: Int?, _ taken: inout JournalImport) throws -> Bool {
        let store = try readableStore()
        let verified: VerifiedBatch
        do throws(EntryRefusal) {
            let seen = node.durable(reading: store)
            verified = try node.journal.verify(batch, mayWrite: seen.mayWrite, bodyCheck: seen.bodyRefusal)
        } catch {
            switch error {
            case .unknownWriter: taken.writersNotAdmitted.insert(batch.writer)
            case .outOfOrder, .beyondFork: taken.writersWithGaps.insert(batch.writer)
            default:
                let stands = place.map { " at record \($0)" } ?? ""
                throw NodeRefusal(words: "the batch\(stands) of the file is refused: \(error)")
            }
            return false
        }
        let before = node.journal.entryCount
        if verified.placement != .held { _ = try ask(.brought(verified)) }
        let new = max(0, node.journal.entryCount - before)
        taken.newEntryCount += new
        taken.heldEntryCount += batch.entries.count - new
        return true
    }

    private func takeInLoose(_ kind: EntryKind, _ bytes: [UInt8], _ taken: inout JournalImport) {
        guard let record = try? PublishedRecord(kind, bytes) else { return taken.leftOutCount += 1 }
        do { taken.newRecordCount += try publish([record]) } catch { taken.leftOutCount += 1 }
    }

    // MARK: Where to begin

    private func firstSequences(
        for start: ExportStart, in store: any JournalStore
    ) throws(StoreFailure) -> [WriterID: UInt64] {
        switch start {
        case .everything: return [:]
        case .file(let newest): return newest.mapValues { $0 + 1 }
        case .time(let time): return try firstSequences(notBefore: time, in: store)
        case .entry(let id): return try seen(by: id, in: store).mapValues { $0 + 1 }
        }
    }

    private func firstSequences(
        notBefore time: UInt64, in store: any JournalStore
    ) throws(StoreFailure) -> [WriterID: UInt64] {
        var first: [WriterID: UInt64] = [:]
        for writer in node.journal.writers {
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
    private func seen(by id: EntryID, in store: any JournalStore) throws(StoreFailure) -> [WriterID: UInt64] {
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
        of writer: WriterID, from sequence: UInt64, in store: any JournalStore, _ visit: (ReceivedBatch) -> Void
    ) throws(StoreFailure) {
        var next = min(sequence, node.journal[writer]?.parting ?? sequence)
        while true {
            let batches = try store.batches(of: writer, from: next, byteLimit: 512 << 10)
            for batch in batches { visit(batch) }
            guard batches.count == 1 else { return }
            next += UInt64(batches[0].entries.count)
        }
    }
}

extension PublishedRecord {
    /// Reads an agreement record as an entry or a file carries it.
    init(_ kind: EntryKind, _ body: [UInt8]) throws(DecodingRefusal) {
        switch kind {
        case .instrument: self = .instrument(try Instrument(payload: body))
        case .seal: self = .seal(try SignedStatement(encoded: body, expecting: .seal))
        case .keyStatement: self = .keyStatement(try SignedStatement(encoded: body, expecting: .keys))
        case .withdrawal: self = .withdrawal(try SignedStatement(encoded: body, expecting: .withdrawal))
        case .stateCertificate: self = .certificate(try SignedStatement(encoded: body, expecting: .state))
        default: throw DecodingRefusal(.outOfRange, field: "kind")
        }
    }
}

// MARK: Through the control socket

extension ExportStart {
    var value: CanonicalValue {
        switch self {
        case .everything: .null
        case .entry(let id): .bytes(id.digest.bytes)
        case .time(let time): .unsigned(time)
        case .file(let newest):
            .array(
                newest.sorted { $0.key < $1.key }.map { .array([.bytes($0.key.digest.bytes), .unsigned($0.value)]) })
        }
    }

    init(_ field: Field) throws(DecodingRefusal) {
        switch field.value {
        case .null: self = .everything
        case .bytes: self = .entry(EntryID(try field.digest()))
        case .unsigned(let time): self = .time(time)
        default:
            var newest: [WriterID: UInt64] = [:]
            for item in try field.list(limit: ControlLimits.writersOfAFile) {
                let parts = try item.list(limit: 2)
                guard parts.count == 2 else { throw item.refusal(.badLength) }
                let sequence = try parts[1].unsigned()
                guard sequence < JournalLimits.highestSequence else { throw parts[1].refusal(.outOfRange) }
                newest[WriterID(try parts[0].digest())] = sequence
            }
            self = .file(newest)
        }
    }
}

extension JournalImport {
    var value: CanonicalValue {
        func ids(_ writers: Set<WriterID>) -> CanonicalValue {
            .array(writers.sorted().map { .bytes($0.digest.bytes) })
        }
        return .array([
            .unsigned(UInt64(newEntryCount)), .unsigned(UInt64(heldEntryCount)), .unsigned(UInt64(newRecordCount)),
            .unsigned(UInt64(leftOutCount)), ids(writersWithGaps), ids(writersNotAdmitted),
        ])
    }

    init(_ field: Field) throws(DecodingRefusal) {
        func writers(_ field: Field) throws(DecodingRefusal) -> Set<WriterID> {
            var writers: Set<WriterID> = []
            for item in try field.list(limit: ControlLimits.writersOfAFile) {
                writers.insert(WriterID(try item.digest()))
            }
            return writers
        }
        func count(_ field: Field) throws(DecodingRefusal) -> Int {
            guard let count = Int(exactly: try field.unsigned()) else { throw field.refusal(.outOfRange) }
            return count
        }
        let parts = try field.list(limit: 6)
        guard parts.count == 6 else { throw field.refusal(.badLength) }
        newEntryCount = try count(parts[0])
        heldEntryCount = try count(parts[1])
        newRecordCount = try count(parts[2])
        leftOutCount = try count(parts[3])
        writersWithGaps = try writers(parts[4])
        writersNotAdmitted = try writers(parts[5])
    }
}
