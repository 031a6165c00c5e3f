public import Cryptography
public import Journal

/// Where one roadmap's entries and agreement records are kept: durably, in order, and with nothing derived from them.
///
/// Calls block; any thread may make them. What is written in one call is there as a whole or not at all, and is durable
/// when the call returns. What is read is checked against its hash before it is handed out. What a visit is handed it
/// takes away: it must not call the store.
///
/// After any failure but `outOfStep` and `diskFull` a node stops: it no longer knows what its disk holds.
public protocol JournalStore: AnyObject, Sendable {
    var roadmap: Digest { get }

    /// Keeps what each batch's placement says, together with settings, in one transaction.
    ///
    /// Agreement records in what a fork drops go on under their own ids, as ``put(_:)`` keeps them.
    ///
    /// - Throws: `outOfStep` where a batch was verified for a journal that held something else than this store holds;
    ///   nothing is stored then. ``Journal/refitted(_:)`` gives the batch its place anew.
    func append(_ batches: [VerifiedBatch], settings: [String: [UInt8]]) throws(StoreFailure)

    /// Adds the body of an entry that came without, or whose body was not asked for.
    ///
    /// - Returns: false if there is no such entry, or the body is not the one that its header announces.
    @discardableResult
    func attach(_ body: [UInt8], to id: EntryID) throws(StoreFailure) -> Bool

    /// What to send next to somebody who holds `writer`'s entries below `sequence`.
    ///
    /// One batch that begins at `sequence` and ends at the last stored checkpoint of its block that keeps it within
    /// `byteLimit`; more bytes only where no checkpoint comes earlier. Where a forked writer's trunk ends before a
    /// checkpoint comes: two, the rest of the trunk with either branch. Empty where nothing counts from there on.
    func batches(of writer: WriterID, from sequence: UInt64, byteLimit: Int) throws(StoreFailure) -> [ReceivedBatch]

    func entry(_ id: EntryID) throws(StoreFailure) -> ReceivedEntry?

    /// Reads all headers, and checks them as if a peer had sent them: the chain, and one checkpoint a writer.
    func loadJournal() throws(StoreFailure) -> Journal

    /// Visits the bodies of all entries of an agreement kind, in the order of their storing.
    func forEachAgreementEntry(
        _ visit: (StoredEntry) throws(StoreFailure) -> Void
    ) throws(StoreFailure)

    /// The next entries of the kind draft operations behind the one of number `number`, in the order of their storing.
    ///
    /// As many as fit in `byteLimit`, and one at least if there is one. Those of tails are among them: what counts is
    /// for the journal to say.
    func draftEntries(after number: UInt64, byteLimit: Int) throws(StoreFailure) -> [NumberedEntry]

    /// Keeps agreement records that came by no journal. One that is kept already stays as it is.
    func put(_ records: [StoredRecord]) throws(StoreFailure)

    /// The record of which `id` is the digest.
    func record(_ id: Digest) throws(StoreFailure) -> StoredRecord?

    /// Visits the records that came by no journal, or that a fork orphaned, in the order of their storing.
    func forEachRecord(_ visit: (StoredRecord) throws(StoreFailure) -> Void) throws(StoreFailure)

    func setting(_ name: String) throws(StoreFailure) -> [UInt8]?

    func counts() throws(StoreFailure) -> StoreCounts
}

extension JournalStore {
    public func append(_ batches: [VerifiedBatch]) throws(StoreFailure) {
        try append(batches, settings: [:])
    }

    public func set(_ name: String, to value: [UInt8]) throws(StoreFailure) {
        try append([], settings: [name: value])
    }

    /// Both stories of a forked writer, in the form that convicts it; nil for one that has not forked.
    public func forkProof(of writer: WriterID, in journal: Journal) throws(StoreFailure) -> ForkProof? {
        guard let history = journal[writer], let parting = history.parting else { return nil }
        let branches = try batches(of: writer, from: parting, byteLimit: 0)
        guard let first = try self.batches(of: writer, from: 0, byteLimit: 0).first?.entries.first?.body else {
            throw .damagedHistory(writer, .bodyMissing(sequence: 0))
        }
        do {
            let incarnation = try WriterBody(encoded: first).incarnation
            return try ForkProof(
                roadmap: roadmap, key: history.key, incarnation: incarnation, branches: branches)
        } catch let refusal as EntryRefusal {
            throw .damagedHistory(writer, refusal)
        } catch {
            throw .damagedHistory(writer, .bodyMissing(sequence: 0))
        }
    }
}

/// An agreement record as bytes, kept under their digest.
///
/// For an instrument that digest is its own id. Signatures over one payload are several records; which belong together
/// is for the room to say that reads them.
public struct StoredRecord: Hashable, Sendable {
    public let id: Digest
    public let kind: EntryKind
    public let bytes: [UInt8]

    /// - Precondition: `kind` is an agreement kind.
    public init(kind: EntryKind, bytes: [UInt8]) {
        precondition(kind.isAgreement, "only agreement records are kept under their own id")
        id = Digest(of: bytes)
        self.kind = kind
        self.bytes = bytes
    }
}

/// The body of an entry of an agreement kind, with the header that carried it.
public struct StoredEntry: Hashable, Sendable {
    public let header: EntryHeader
    public let body: [UInt8]
}

/// An entry as it is kept, under the number of its storing, from 1; numbers rise and have gaps.
public struct NumberedEntry: Hashable, Sendable {
    public let number: UInt64
    public let header: EntryHeader
    /// Nil where it never came or was pruned.
    public let body: [UInt8]?

    /// Bytes of header and body.
    var byteCount: Int { header.bytes.count + (body?.count ?? 0) }
}

extension Array<NumberedEntry> {
    /// Adds an entry if it is the first, or all together stay within a limit.
    ///
    /// - Returns: false if there was no room for it.
    mutating func take(_ entry: NumberedEntry, byteCount: inout Int, byteLimit: Int) -> Bool {
        byteCount += entry.byteCount
        guard isEmpty || byteCount <= byteLimit else { return false }
        append(entry)
        return true
    }
}

public struct StoreCounts: Hashable, Sendable {
    public let writers: Int
    /// Entries kept, those of forked writers' tails included.
    public let entries: Int
    public let records: Int

    public init(writers: Int, entries: Int, records: Int) {
        self.writers = writers
        self.entries = entries
        self.records = records
    }
}
