internal import Cryptography
internal import Journal

/// Writers of whom this side takes nothing now, so that it can say when it does again.
struct DeclinedWriters: Sendable {
    /// Writers whose keys no record held here names, as far as they are kept.
    private(set) var unknown: [WriterID: PublicKey] = [:]
    /// Batches by such writers in this round.
    private(set) var unknownBatchCount = 0
    /// How many keys were admitted when a writer was declined that is not kept; nil if all are.
    private var keyCountAtUnkept: Int?
    /// Writers whose keys have used up an allowance.
    private(set) var postponed: Set<WriterID> = []
    private var usedUp: [PublicKey: Allowance] = [:]

    var writers: Set<WriterID> { postponed.union(unknown.keys) }

    /// True if batches of the writer were declined, or may have been, for its key is not known.
    func mayBeUnknown(_ writer: WriterID, in journal: some JournalReading) -> Bool {
        unknown[writer] != nil || keyCountAtUnkept != nil && journal.journal[writer] == nil
    }

    /// - Parameter limit: how many such writers are kept.
    mutating func insert(
        _ writer: WriterID, unknownKey key: PublicKey, upTo limit: Int, in journal: some JournalReading
    ) {
        unknownBatchCount += 1
        if unknown[writer] != nil || unknown.count < limit {
            unknown[writer] = key
        } else {
            // As it was at the first of them: any key that has come since may be that one's.
            keyCountAtUnkept = keyCountAtUnkept ?? journal.admittedKeyCount
        }
    }

    /// Whether a writer that is not kept may be admitted by now. Asked when all of a round has come: else each of many
    /// keys would begin one, in which all the writers whose keys are still to come are sent again.
    func mayAdmitUnkept(by journal: some JournalReading) -> Bool {
        keyCountAtUnkept.map { $0 != journal.admittedKeyCount } ?? false
    }

    /// Everything comes again.
    mutating func beginRound() {
        unknownBatchCount = 0
        keyCountAtUnkept = nil
    }

    mutating func insert(_ writer: WriterID, by key: PublicKey, beyond allowance: Allowance) {
        postponed.insert(writer)
        usedUp[key] = allowance
    }

    /// Something of the writer's was taken.
    mutating func remove(_ writer: WriterID) {
        unknown[writer] = nil
        postponed.remove(writer)
    }

    /// Forgets those of whom something may be taken by now.
    ///
    /// - Returns: whether there are any.
    mutating func removeAdmitted(by journal: some JournalReading) -> Bool {
        let hasRoom = usedUp.contains { journal.isOpen($0.value, to: $0.key) }
        guard hasRoom || unknown.contains(where: { journal.mayWrite($0.value) }) else { return false }
        unknown = unknown.filter { !journal.mayWrite($0.value) }
        if hasRoom {
            // Whoever still has none is found so again.
            postponed = []
            usedUp = [:]
        }
        return true
    }
}
