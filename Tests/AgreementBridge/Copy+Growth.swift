internal import Agreement
internal import AgreementReference
internal import Cryptography
internal import Identity

/// The product's own promise: records taken in one by one give the answers of all of them together.
extension Copy {
    /// Takes in instruments and seals in the order of the events. What withdrawals, and key statements by the disputes
    /// that they bring, change is known from the start: it is not taken in one by one.
    func differenceOfGrowth() -> String? {
        let given = Dictionary(ledger.sealsGiven.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        var grown = Evaluation(
            instruments: [:], seals: [], withdrawals: ledger.withdrawalsGiven, keyForks: ledger.keyForksGiven,
            roadmap: ledger.roadmap)
        var held: [InstrumentID: Instrument] = [:]
        var seals: [SealGiven] = []
        for (position, event) in events.enumerated() {
            switch event {
            case .published(let instrument):
                let instrument = scribe.instruments[instrument.id]!
                grown.add(instrument)
                held[instrument.id] = instrument
            case .sealed(let seal):
                guard let seal = given[Spelling.digest(seal.id)] else { continue }
                grown.add(seal)
                seals.append(seal)
            case .keyed, .withdrew: continue
            }
            guard position == events.count / 2 else { continue }
            let anew = Evaluation(
                instruments: held, seals: seals, withdrawals: ledger.withdrawalsGiven, keyForks: ledger.keyForksGiven,
                roadmap: ledger.roadmap)
            if let found = Self.difference(between: grown, and: anew) { return "half of it, one by one: \(found)" }
        }
        return Self.difference(between: grown, and: product).map { "one by one: \($0)" }
    }

    /// What two evaluations of the same records answer otherwise.
    static func difference(between one: Evaluation, and other: Evaluation) -> String? {
        func differ(_ what: String, _ answer: (Evaluation) -> some Equatable) -> String? {
            let (mine, theirs) = (answer(one), answer(other))
            return mine == theirs ? nil : "\(what): \(mine), and \(theirs)"
        }
        if let found = differ("perfected", { $0.perfected }) ?? differ("out", { $0.out })
            ?? differ("standing", { $0.standing }) ?? differ("contested", { $0.contestedIDs })
            ?? differ("in force", { $0.inForce }) ?? differ("void", { $0.voidSeals + $0.voidWithdrawals })
            ?? differ("disputed", { $0.disputedSeals }) ?? differ("contradictions", { $0.contradictions() })
            ?? differ("the state roots", { StateRoots(of: $0) })
        {
            return found
        }
        for id in other.instrumentIDs {
            let found =
                differ("the state of \(id)", { $0.state(of: id) })
                ?? differ("missing for \(id)", { $0.missing(of: id) })
                ?? differ("the seals on \(id)", { $0.weights(on: id) })
            if let found { return found }
        }
        return nil
    }
}
