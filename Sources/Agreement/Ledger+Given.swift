package import Cryptography

/// What the evaluation is given of the statements, the signatures judged and the chains of their key records found.
extension Ledger {
    package var sealsGiven: [SealGiven] { seals.values.map(given) }

    /// The same of one seal; nil if it is not on record.
    package func sealGiven(_ id: Digest) -> SealGiven? { seals[id].map(given) }

    private func given(_ onRecord: SealOnRecord) -> SealGiven {
        let seal = onRecord.seal
        let root = keyChains.record(of: seal.party, named: seal.keys)!.root
        return SealGiven(
            seal, chain: root, isSigned: onRecord.isSigned,
            // Everything is built on the founding: one party must not be able to make it rest on nothing.
            isDisputed: seal.instrument != roadmap
                && keyChains.isDisputed(seal.id, by: seal.party, under: seal.keys, root: root))
    }

    /// Those of the stage `effect` that are signed: a notice counts for nothing.
    package var withdrawalsGiven: [WithdrawalGiven] {
        withdrawals.values.filter { $0.isSigned && $0.withdrawal.stage == .effect }.map { onRecord in
            let withdrawal = onRecord.withdrawal
            let root = keyChains.record(of: withdrawal.party, named: withdrawal.keys)!.root
            return WithdrawalGiven(
                id: withdrawal.id, party: withdrawal.party, chain: root, rosters: withdrawal.rosters,
                committed: withdrawal.committed,
                isDisputed: keyChains.isDisputed(
                    withdrawal.id, by: withdrawal.party, under: withdrawal.keys, root: root))
        }
    }

    /// A withdrawal as the evaluation would see it once it was signed; nil for a notice, and where its key record is not at
    /// hand.
    fileprivate func given(_ withdrawal: Withdrawal) -> WithdrawalGiven? {
        guard withdrawal.stage == .effect, let keys = keyChains.record(of: withdrawal.party, named: withdrawal.keys)
        else { return nil }
        return WithdrawalGiven(
            id: withdrawal.id, party: withdrawal.party, chain: keys.root, rosters: withdrawal.rosters,
            committed: withdrawal.committed, isDisputed: false)
    }

    package var keyForksGiven: [KeyForkGiven] {
        keyChains.grown.flatMap { chain in
            chain.forks.map { KeyForkGiven(party: chain.party, chain: chain.root, statements: $0) }
        }
    }
}

extension Evaluation {
    public init(of ledger: Ledger) {
        self.init(
            instruments: ledger.instruments, seals: ledger.sealsGiven, withdrawals: ledger.withdrawalsGiven,
            keyForks: ledger.keyForksGiven, roadmap: ledger.roadmap)
    }

    /// What would follow if, besides what a ledger holds, a withdrawal had been signed by its party's keys of now.
    public init(of ledger: Ledger, supposing withdrawal: Withdrawal) {
        self.init(
            instruments: ledger.instruments, seals: ledger.sealsGiven,
            withdrawals: ledger.withdrawalsGiven + [ledger.given(withdrawal)].compactMap { $0 },
            keyForks: ledger.keyForksGiven, roadmap: ledger.roadmap)
    }

    /// Takes note of what key statements and withdrawals have changed, the instruments and seals being those of the
    /// ledger.
    ///
    /// - Returns: false if that changes what a seal or a withdrawal is worth: then everything is to be evaluated anew.
    package mutating func noteKeys(of ledger: Ledger) -> Bool {
        let withdrawals = Dictionary(uniqueKeysWithValues: ledger.withdrawalsGiven.map { ($0.id, $0) })
        guard seals.disputed == ledger.disputedSeals, needs.withdrawals == withdrawals else { return false }
        keyForks = ledger.keyForksGiven
        newlyHeard?.formUnion(keyForks.map(\.party))
        return true
    }
}

extension Ledger {
    /// The signed seals that are disputed.
    fileprivate var disputedSeals: Set<Digest> {
        let changed = Set(keyChains.grown.map(\.party))
        let disputed = seals.values.filter { onRecord in
            onRecord.isSigned && changed.contains(onRecord.seal.party) && given(onRecord).isDisputed
        }
        return Set(disputed.map(\.seal.id))
    }
}

extension Ledger {
    /// What is left of it without the seals and withdrawals that say they are of a later moment.
    ///
    /// - Parameter moment: seconds since 1970-01-01T00:00:00Z, as claimed.
    package func restricted(until moment: UInt64) -> Ledger {
        var ledger = Ledger(trusting: self)
        for instrument in instruments.values { _ = try? ledger.insert(instrument) }
        for onRecord in keyChains.statements.values {
            for signed in onRecord.signatures.values { _ = try? ledger.insertKeyStatement(signed) }
        }
        for onRecord in seals.values where onRecord.seal.at <= moment {
            for signed in onRecord.signatures.values { _ = try? ledger.insertSeal(signed) }
        }
        for onRecord in withdrawals.values where onRecord.withdrawal.at <= moment {
            for signed in onRecord.signatures.values { _ = try? ledger.insertWithdrawal(signed) }
        }
        return ledger
    }
}
