internal import Agreement
internal import Cryptography
internal import Identity

/// What is perfected in a simulated roadmap, said as plainly as can be: an oracle beside the product.
///
/// It knows the simulated charter and nothing else: articles need every member, minor ones more than half; what
/// replaces another needs what that one needed, too; a seal on condition counts while its conditions are perfected; and
/// of all sets of instruments that hold each other up so, the greatest counts.
/// Source: `Docs/Specification/agreement.md`, section "Perfected".
struct PlainLaw {
    private let ledger: Ledger
    private let members: Set<Identifier>
    /// Parties that have left, and had committed to nothing but the founding by their own word.
    private var excused: Set<Identifier> = []
    private var acceptances: [InstrumentID: [(party: Identifier, provided: [InstrumentID])]] = [:]

    init(_ ledger: Ledger, parties: [Party], observers: Set<Int>) {
        self.ledger = ledger
        members = Set(parties.filter { !observers.contains($0.number) }.map(\.id))
        let roots = Dictionary(uniqueKeysWithValues: parties.map { ($0.id, $0.root.id) })
        for onRecord in ledger.seals.values where onRecord.isSigned && onRecord.seal.verdict == .accept {
            let seal = onRecord.seal
            guard ledger.keyRecord(of: seal.party, named: seal.keys)?.root == roots[seal.party] else { continue }
            acceptances[seal.instrument, default: []].append((seal.party, seal.provided))
        }
        for onRecord in ledger.withdrawals.values where Self.excuses(onRecord, ledger.roadmap) {
            let withdrawal = onRecord.withdrawal
            guard ledger.keyRecord(of: withdrawal.party, named: withdrawal.keys)?.root == roots[withdrawal.party] else {
                continue
            }
            excused.insert(withdrawal.party)
        }
    }

    /// Who leaves is not waited for where everybody is asked.
    private static func excuses(_ onRecord: WithdrawalOnRecord, _ founding: InstrumentID) -> Bool {
        onRecord.isSigned && onRecord.withdrawal.stage == .effect
            && onRecord.withdrawal.rosters[Charter.member] == founding
            && onRecord.withdrawal.committed.allSatisfy { $0 == founding }
    }

    var perfected: [InstrumentID] {
        var left = Set(ledger.instruments.keys)
        while true {
            let fallen = left.filter { !isHeldUp($0, by: left) }
            if fallen.isEmpty { return left.sorted() }
            left.subtract(fallen)
        }
    }

    private func isHeldUp(_ id: InstrumentID, by left: Set<InstrumentID>) -> Bool {
        guard let instrument = ledger.instruments[id], instrument.ground.allSatisfy(left.contains) else { return false }
        let accepting = Set(
            (acceptances[id] ?? []).filter { seal in
                members.contains(seal.party)
                    && (instrument.isFounding ? seal.provided.isEmpty : seal.provided.allSatisfy(left.contains))
            }.map(\.party))
        if instrument.isFounding { return accepting == members }
        let isOfAll = !accepting.isEmpty && members.subtracting(accepting).isSubset(of: excused)
        let isOfMost = accepting.count > members.count / 2
        return (!asksMost(instrument) || isOfMost) && (!asksAll(instrument) || isOfAll)
    }

    /// Whether it, or something that it replaces, needs everybody.
    private func asksAll(_ instrument: Instrument) -> Bool {
        asks(instrument) { !$0.changes.allSatisfy(Charter.isMinor) }
    }
    /// Whether it, or something that it replaces, needs more than half.
    private func asksMost(_ instrument: Instrument) -> Bool {
        asks(instrument) { $0.changes.contains(where: Charter.isMinor) }
    }

    private func asks(_ instrument: Instrument, _ asks: (Instrument) -> Bool) -> Bool {
        asks(instrument)
            || instrument.replaces.contains { id in ledger.instruments[id].map { self.asks($0, asks) } ?? false }
    }
}
