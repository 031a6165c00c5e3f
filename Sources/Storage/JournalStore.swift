public import Journal

/// Where one roadmap's entries and agreement records are kept: durably, in order, and with nothing derived from them.
///
/// Calls block; any thread may make them. What is written in one call is there as a whole or not at all, and is durable
/// when the call returns.
///
/// After any failure but `outOfStep` and `diskFull` a node stops: it no longer knows what its disk holds.
public protocol JournalStore: StoreReading, AnyObject, Sendable {
    /// What was found when it was opened after an end without order; nil after an orderly one.
    var recovery: LogRecovery? { get }

    /// Whether it may lack what its disk once said it had, now or since an earlier opening after which nobody said
    /// ``noteLossHandled()``.
    var hasLost: Bool { get }

    /// Whoever writes has stored that it goes on as another writer: what is gone cannot be contradicted any more.
    func noteLossHandled()

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

    /// Keeps agreement records that came by no journal. One that is kept already stays as it is.
    func put(_ records: [StoredRecord]) throws(StoreFailure)
}

extension JournalStore {
    public var recovery: LogRecovery? { nil }
    public var hasLost: Bool { (recovery?.lostPageCount ?? 0) > 0 }
    public func noteLossHandled() {}

    public func append(_ batches: [VerifiedBatch]) throws(StoreFailure) {
        try append(batches, settings: [:])
    }

    public func set(_ name: String, to value: [UInt8]) throws(StoreFailure) {
        try append([], settings: [name: value])
    }
}
