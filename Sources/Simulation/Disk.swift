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
        return try contents.batches(of: writer, from: sequence, byteLimit: byteLimit)
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
