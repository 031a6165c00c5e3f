internal import Cryptography
internal import Journal

/// A node's disk: what is on it, and the backups that somebody took of it.
///
/// A class, for its node reads it while it runs; owned by its body, used by one thread.
final class Disk: StoreReading {
    private(set) var contents: StoreContents
    /// What tells this copy of the store from all others.
    private(set) var place: [UInt8]
    var isFull = false
    /// The next write is not confirmed; whether it is there, shows when the disk is opened again.
    var isFailing = false
    /// Entries cannot be read for a while.
    var isUnreadable = false
    /// The bodies of all entries 0 are unreadable.
    var isWithoutBeginnings = false
    private(set) var backups: [StoreContents] = []

    /// What SQLite says where the disk does not do as it should.
    static let failure = StoreFailure.sqlite(code: 10, message: "disk I/O error")

    init(_ contents: StoreContents, place: [UInt8]) {
        self.contents = contents
        self.place = place
    }

    /// Writes all of it, or nothing.
    ///
    /// - Parameter isKept: of a write that is not confirmed, whether it is there all the same.
    func append(
        _ batches: [VerifiedBatch], _ settings: [String: [UInt8]], isKept: Bool
    ) throws(StoreFailure) {
        if isFull { throw .diskFull }
        if isFailing {
            isFailing = false
            if isKept { try contents.append(batches, settings: settings) }
            throw Self.failure
        }
        try contents.append(batches, settings: settings)
    }

    func prune(_ id: EntryID) -> Bool { contents.prune(id) }
    func attach(_ body: [UInt8], to id: EntryID) -> Bool { contents.attach(body, to: id) }

    /// All entries that it has, tails included, in the order of their storing.
    var entries: [(id: EntryID, body: [UInt8]?)] { contents.entries }

    func put(_ records: [StoredRecord]) { contents.put(records) }

    func backUp() { backups.append(contents) }

    /// Somebody puts a backup in the place of what was there: it stands elsewhere on the disk.
    func restore(_ backup: StoreContents, place: [UInt8]) {
        contents = backup
        self.place = place
    }

    var roadmap: Digest { contents.roadmap }
    func batches(of writer: WriterID, from sequence: UInt64, byteLimit: Int) throws(StoreFailure) -> [ReceivedBatch] {
        if isUnreadable { throw Self.failure }
        let batches = try contents.batches(of: writer, from: sequence, byteLimit: byteLimit)
        guard isWithoutBeginnings, sequence == 0 else { return batches }
        return batches.map { batch in
            let first = ReceivedEntry(header: batch.entries[0].header, body: nil)
            return ReceivedBatch(
                writer: batch.writer, entries: [first] + batch.entries.dropFirst(), checkpoint: batch.checkpoint)
        }
    }
    func entry(_ id: EntryID) throws(StoreFailure) -> ReceivedEntry? { try contents.entry(id) }
    func loadJournal() throws(StoreFailure) -> Journal { try contents.loadJournal() }
    func forEachAgreementEntry(
        _ visit: (StoredEntry) throws(StoreFailure) -> Void
    ) throws(StoreFailure) { try contents.forEachAgreementEntry(visit) }

    func draftEntries(after number: UInt64, byteLimit: Int) throws(StoreFailure) -> [NumberedEntry] {
        try contents.draftEntries(after: number, byteLimit: byteLimit)
    }

    func record(_ id: Digest) throws(StoreFailure) -> StoredRecord? { try contents.record(id) }
    func forEachRecord(_ visit: (StoredRecord) throws(StoreFailure) -> Void) throws(StoreFailure) {
        try contents.forEachRecord(visit)
    }
    func setting(_ name: String) throws(StoreFailure) -> [UInt8]? { try contents.setting(name) }
    func counts() throws(StoreFailure) -> StoreCounts { try contents.counts() }

    /// All agreement records on it, in entries and besides.
    var records: [StoredRecord] {
        var found: [StoredRecord] = []
        try? contents.forEachRecord { (record: StoredRecord) throws(StoreFailure) in found.append(record) }
        try? contents.forEachAgreementEntry { (entry: StoredEntry) throws(StoreFailure) in
            found.append(StoredRecord(kind: entry.header.kind, bytes: entry.body))
        }
        return found
    }

    /// The digests of all agreement records on it, in entries and besides.
    var recordIDs: Set<Digest> {
        var found: Set<Digest> = []
        try? contents.forEachRecord { (record: StoredRecord) throws(StoreFailure) in found.insert(record.id) }
        try? contents.forEachAgreementEntry { (entry: StoredEntry) throws(StoreFailure) in
            found.insert(entry.header.bodyHash)
        }
        return found
    }
}
