internal import Cryptography

/// What the evaluation is given of the statements, the signatures judged and the chains of their key records found.
extension Ledger {
    package var sealsGiven: [SealGiven] {
        let chains = grownChains
        return seals.values.map { onRecord in
            let seal = onRecord.seal
            let root = keyChains.record(of: seal.party, named: seal.keys)!.root
            let chain = chains[KeyRecordName(party: seal.party, record: root)]
            return SealGiven(
                seal, chain: root, isSigned: onRecord.isSigned,
                // Everything is built on the founding: one party must not be able to make it rest on nothing.
                isDisputed: seal.instrument != roadmap && chain?.isDisputed(seal.id, under: seal.keys) == true)
        }
    }

    /// Those of the stage `effect` that are signed: a notice counts for nothing.
    package var withdrawalsGiven: [WithdrawalGiven] {
        let chains = grownChains
        return withdrawals.values.filter { $0.isSigned && $0.withdrawal.stage == .effect }.map { onRecord in
            let withdrawal = onRecord.withdrawal
            let root = keyChains.record(of: withdrawal.party, named: withdrawal.keys)!.root
            let chain = chains[KeyRecordName(party: withdrawal.party, record: root)]
            return WithdrawalGiven(
                id: withdrawal.id, party: withdrawal.party, chain: root, rosters: withdrawal.rosters,
                committed: withdrawal.committed,
                isDisputed: chain?.isDisputed(withdrawal.id, under: withdrawal.keys) ?? false)
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

    /// The chains that have more than their root, by its name.
    var grownChains: [KeyRecordName: KeyChain] {
        Dictionary(
            uniqueKeysWithValues: keyChains.grown.map { (KeyRecordName(party: $0.party, record: $0.root), $0) })
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
}
