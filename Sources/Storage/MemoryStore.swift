public import Cryptography
public import Journal
internal import Synchronization

/// A store that forgets with its process: for tests, with the same contract as the one on disk.
public final class MemoryStore: JournalStore {
    public let roadmap: Digest
    private let contents: Mutex<StoreContents>

    public init(roadmap: Digest) {
        self.roadmap = roadmap
        contents = Mutex(StoreContents(roadmap: roadmap))
    }

    /// What it holds now.
    public var copy: StoreContents { contents.withLock { $0 } }

    public func append(_ batches: [VerifiedBatch], settings: [String: [UInt8]]) throws(StoreFailure) {
        try contents.withLock { (contents: inout StoreContents) throws(StoreFailure) in
            try contents.append(batches, settings: settings)
        }
    }

    public func attach(_ body: [UInt8], to id: EntryID) throws(StoreFailure) -> Bool {
        contents.withLock { $0.attach(body, to: id) }
    }

    public func put(_ records: [StoredRecord]) throws(StoreFailure) { contents.withLock { $0.put(records) } }

    public func batches(
        of writer: WriterID, from sequence: UInt64, byteLimit: Int
    ) throws(StoreFailure) -> [ReceivedBatch] {
        try copy.batches(of: writer, from: sequence, byteLimit: byteLimit)
    }

    public func entry(_ id: EntryID) throws(StoreFailure) -> ReceivedEntry? { try copy.entry(id) }
    public func loadJournal() throws(StoreFailure) -> Journal { try copy.loadJournal() }

    public func forEachAgreementEntry(
        _ visit: (StoredEntry) throws(StoreFailure) -> Void
    ) throws(StoreFailure) {
        try copy.forEachAgreementEntry(visit)
    }

    public func draftEntries(after number: UInt64, byteLimit: Int) throws(StoreFailure) -> [NumberedEntry] {
        try copy.draftEntries(after: number, byteLimit: byteLimit)
    }

    public func record(_ id: Digest) throws(StoreFailure) -> StoredRecord? { try copy.record(id) }

    public func forEachRecord(_ visit: (StoredRecord) throws(StoreFailure) -> Void) throws(StoreFailure) {
        try copy.forEachRecord(visit)
    }

    public func setting(_ name: String) throws(StoreFailure) -> [UInt8]? { try copy.setting(name) }
    public func counts() throws(StoreFailure) -> StoreCounts { try copy.counts() }
}
