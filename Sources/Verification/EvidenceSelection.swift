internal import Agreement
internal import Cryptography
internal import Identity

/// Some of a copy's records, with all that they name all the way down.
struct EvidenceSelection {
    private let whole: Ledger
    private(set) var instruments: Set<InstrumentID> = []
    private var seals: Set<Digest> = []
    private var withdrawals: Set<Digest> = []
    /// Those whose key statements go along.
    private var parties: Set<Identifier> = []

    init(_ whole: Ledger) { self.whole = whole }

    init(allOf whole: Ledger) {
        self.whole = whole
        instruments = Set(whole.instruments.keys)
        seals = Set(whole.seals.keys)
        withdrawals = Set(whole.withdrawals.keys)
        parties = Set(whole.keyChains.statements.values.map(\.statement.party))
    }

    // MARK: Choosing

    /// Adds an instrument, and everything that it is built on, replaces or closes.
    mutating func add(instrument id: InstrumentID) {
        var open = [id]
        while let id = open.popLast() {
            guard let instrument = whole.instruments[id], instruments.insert(id).inserted else { continue }
            open += instrument.named
        }
    }

    /// Adds a seal with its instrument, those that it is provided on, and its party's key statements.
    mutating func add(_ seal: Seal) {
        guard seals.insert(seal.id).inserted else { return }
        for id in [seal.instrument] + seal.provided { add(instrument: id) }
        addParty(seal.party)
    }

    /// Adds a party's key statements.
    mutating func addParty(_ party: Identifier) { parties.insert(party) }

    /// With every withdrawal that took effect: without the excuses of those who left some instruments are not perfected.
    var withWithdrawals: EvidenceSelection {
        var more = self
        for onRecord in whole.withdrawals.values where onRecord.isSigned {
            let withdrawal = onRecord.withdrawal
            more.withdrawals.insert(withdrawal.id)
            for id in withdrawal.rosters.values + withdrawal.committed { more.add(instrument: id) }
            more.addParty(withdrawal.party)
        }
        return more
    }

    // MARK: What was chosen

    /// The records in a ledger of their own; their signatures are checked anew.
    var ledger: Ledger {
        var ledger = Ledger(roadmap: whole.roadmap)
        for id in instruments.union(carriers) { _ = try? ledger.insert(whole.instruments[id]!) }
        for onRecord in chosenStatements {
            for signed in onRecord.signatures.values { _ = try? ledger.insertKeyStatement(signed) }
        }
        for id in seals {
            for signed in whole.seals[id]!.signatures.values { _ = try? ledger.insertSeal(signed) }
        }
        for id in withdrawals {
            for signed in whole.withdrawals[id]!.signatures.values { _ = try? ledger.insertWithdrawal(signed) }
        }
        return ledger
    }

    private var chosenStatements: [KeyStatementOnRecord] {
        whole.keyChains.statements.values.filter { parties.contains($0.statement.party) }
    }

    /// What carries the records that key statements stand on, where nothing chosen does; decided last, so that it does
    /// not depend on what was chosen first.
    private var carriers: Set<InstrumentID> {
        var added = self
        let roots = Set(chosenStatements.map { RootName(party: $0.statement.party, root: $0.previous.root) })
        for name in roots.sorted() {
            let carriers = whole.instruments.values.filter { instrument in
                instrument.partyRecords.contains { $0.party == name.party && $0.record.id == name.root }
            }.map(\.id)
            guard added.instruments.isDisjoint(with: carriers), let lowest = carriers.min() else { continue }
            added.add(instrument: lowest)
        }
        return added.instruments
    }

    private struct RootName: Hashable, Comparable {
        let party: Identifier
        let root: Digest

        static func < (one: RootName, other: RootName) -> Bool { (one.party, one.root) < (other.party, other.root) }
    }
}
