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
    private let memberCount: Int
    private var acceptances: [InstrumentID: [(party: Identifier, provided: [InstrumentID])]] = [:]

    init(_ ledger: Ledger, parties: [Party]) {
        self.ledger = ledger
        memberCount = parties.count
        let roots = Dictionary(uniqueKeysWithValues: parties.map { ($0.id, $0.root.id) })
        for onRecord in ledger.seals.values where onRecord.isSigned && onRecord.seal.verdict == .accept {
            let seal = onRecord.seal
            guard ledger.keyRecord(of: seal.party, named: seal.keys)?.root == roots[seal.party] else { continue }
            acceptances[seal.instrument, default: []].append((seal.party, seal.provided))
        }
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
                instrument.isFounding ? seal.provided.isEmpty : seal.provided.allSatisfy(left.contains)
            }.map(\.party))
        return accepting.count >= need(of: instrument)
    }

    private func need(of instrument: Instrument) -> Int {
        let own = instrument.changes.allSatisfy(Charter.isMinor) ? memberCount / 2 + 1 : memberCount
        return instrument.replaces.compactMap { ledger.instruments[$0].map(need) }.reduce(own, max)
    }
}
