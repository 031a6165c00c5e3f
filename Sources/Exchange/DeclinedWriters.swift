internal import Cryptography
internal import Journal

/// Writers of whom this side takes nothing now, so that it can say when it does again.
struct DeclinedWriters: Sendable {
    /// Writers whose keys no record held here names.
    private(set) var unknown: [WriterID: PublicKey] = [:]
    /// Writers whose keys have used up an allowance.
    private(set) var postponed: Set<WriterID> = []
    private var usedUp: [PublicKey: Allowance] = [:]

    var writers: Set<WriterID> { postponed.union(unknown.keys) }

    func contains(_ writer: WriterID) -> Bool { unknown[writer] != nil || postponed.contains(writer) }

    mutating func insert(_ writer: WriterID, unknownKey key: PublicKey) { unknown[writer] = key }

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
