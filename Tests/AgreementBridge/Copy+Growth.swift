internal import Agreement
internal import AgreementReference
internal import Cryptography
internal import Identity

/// The product's own promise: records taken in one by one give the answers of all of them together.
extension Copy {
    func differenceOfGrowth() -> String? {
        var growing = GrowingCopy(trusting: ledger)
        for (position, event) in events.enumerated() {
            growing.take(event, by: scribe)
            guard position == events.count / 2 else { continue }
            let anew = Evaluation(of: growing.ledger)
            if let found = Self.difference(between: growing.evaluation, and: anew) {
                return "half of it, one by one: \(found)"
            }
        }
        return Self.difference(between: growing.evaluation, and: product).map { "one by one: \($0)" }
    }

    /// What two evaluations of the same records answer otherwise.
    static func difference(between one: Evaluation, and other: Evaluation) -> String? {
        func differ(_ what: String, _ answer: (Evaluation) -> some Equatable) -> String? {
            let (mine, theirs) = (answer(one), answer(other))
            return mine == theirs ? nil : "\(what): \(mine), and \(theirs)"
        }
        if let found = differ("perfected", { $0.perfected }) ?? differ("out", { $0.out })
            ?? differ("standing", { $0.standing }) ?? differ("standing undisputed", { $0.standingUndisputed })
            ?? differ("contested", { $0.contestedIDs }) ?? differ("in force", { $0.inForce })
            ?? differ("void", { $0.voidSeals + $0.voidWithdrawals }) ?? differ("disputed", { $0.disputedSeals })
            ?? differ("contradictions", { $0.contradictions() })
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

/// A copy that takes in one record after the other, as a node does.
private struct GrowingCopy {
    private(set) var ledger: Ledger
    private(set) var evaluation: Evaluation

    init(trusting other: Ledger) {
        ledger = Ledger(trusting: other)
        evaluation = Evaluation(of: ledger)
    }

    mutating func take(_ event: ReferenceHistory.Event, by scribe: Scribe) {
        if case .published(let instrument) = event { take(scribe.instruments[instrument.id]!) }
        for envelope in scribe.envelopes(of: event) { take(envelope) }
    }

    private mutating func take(_ instrument: Instrument) {
        guard let released = try? ledger.take(instrument) else { return }
        evaluation.add(instrument)
        note(released)
    }

    private mutating func take(_ envelope: SignedStatement) {
        switch envelope.kind {
        case .seal:
            if (try? ledger.insertSeal(envelope)) == .added { noteSeal(Digest(of: envelope.payload)) }
        case .withdrawal:
            if (try? ledger.insertWithdrawal(envelope)) == .added { noteKeys() }
        case .keys:
            guard let (insertion, released) = try? ledger.takeKeyStatement(envelope, from: nil) else { return }
            note(released)
            if insertion == .added { noteKeys() }
        case .state, .checkpoint, .card: break
        }
    }

    private mutating func note(_ released: Ledger.Released) {
        for seal in released.seals { noteSeal(seal) }
        if released.changesKeys { noteKeys() }
    }

    private mutating func noteSeal(_ id: Digest) {
        if let seal = ledger.sealGiven(id) { evaluation.add(seal) }
    }

    private mutating func noteKeys() {
        if !evaluation.noteKeys(of: ledger) { evaluation = Evaluation(of: ledger) }
    }
}
