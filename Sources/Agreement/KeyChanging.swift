public import CanonicalEncoding
public import Cryptography
public import Identity

/// What a party's own tools need to change its keys: where the next statement stands, and what it should acknowledge.
extension KeyStatement {
    /// The statement that puts `record`, or a freeze, behind a key record of its party.
    ///
    /// Whose signatures it takes then is for ``signersRequired(after:)`` to say.
    ///
    /// - Parameter record: the new one; nil for a freeze.
    /// - Throws: `too-many` if more is acknowledged than one statement may; the faults of `record`.
    public init(
        following previous: KeyRecord, to record: PartyRecord?, acknowledging acknowledged: [Digest],
        reason: ExactText? = nil, in roadmap: InstrumentID
    ) throws(DecodingRefusal) {
        try self.init(
            roadmap: roadmap, party: previous.party, version: previous.version + 1, previous: previous.id,
            record: record, acknowledges: acknowledged, reason: reason)
    }
}

extension KeyChain {
    /// The record on which these recovery keys set new ones: of those that they recover by authority, the newest that is
    /// not superseded; nil if they recover none.
    ///
    /// It is not always the chain's newest: a thief of the seal keys may have put recovery keys of its own in place, and
    /// a recovery upon the record before takes the place of what the thief did.
    public func recoverable(by keys: Set<KeyID>) -> KeyRecord? {
        links.filter { link in
            let recovery = link.record.lastRecord.recovery
            guard !link.isSuperseded, recovery.threshold > 0 else { return false }
            return recovery.keys.count { keys.contains($0.id) } >= recovery.threshold
        }.map(\.record).max { ($0.version, $1.id) < ($1.version, $0.id) }
    }
}

extension KeyChain {
    /// The changes of keys that a recovery upon a record of this chain supersedes, in the order of ``links``: those made
    /// on it without recovery authority, with all that stands on them.
    public func overruled(byRecoveryUpon id: Digest) -> [Link] {
        var ids: Set<Digest> = []
        for link in links where !link.isSuperseded {
            guard let statement = link.statement else { continue }
            let isFirst = statement.previous == id && link.authority != .recovery
            if isFirst || ids.contains(statement.previous) { ids.insert(statement.id) }
        }
        return links.filter { ids.contains($0.record.id) }
    }

    /// What stays acknowledged once these changes of keys are superseded: a thief's word for his own seals goes with him.
    public func acknowledged(without overruled: [Link]) -> Set<Digest> {
        let gone = Set(overruled.map(\.record.id))
        return links.reduce(into: []) { all, link in
            guard !link.isSuperseded, !gone.contains(link.record.id) else { return }
            all.formUnion(link.statement?.acknowledges ?? [])
        }
    }
}

extension Ledger {
    /// The signed seals and withdrawals in a chain that would be disputed once `keys` is retired and that nothing
    /// acknowledges yet, ascending: what an honest party lists if it made all of them in earnest.
    ///
    /// Of those under records retired before, nothing is said: they are disputed already, and were left out for a reason.
    public func unacknowledged(under keys: KeyRecord) -> [Digest] {
        let acknowledged = keyChains.chain(of: keys.party, root: keys.root)?.acknowledged ?? []
        let seals = seals.values.filter { $0.isSigned && $0.seal.party == keys.party && $0.seal.keys == keys.id }
        let withdrawals = withdrawals.values.filter {
            $0.isSigned && $0.withdrawal.party == keys.party && $0.withdrawal.keys == keys.id
        }
        return (seals.map(\.seal.id) + withdrawals.map(\.withdrawal.id)).filter { !acknowledged.contains($0) }.sorted()
    }

    /// The instruments that a party has committed to by signed and undisputed seals in a chain, ascending: what its
    /// withdrawal lists.
    public func commitments(in chain: KeyChain) -> [InstrumentID] {
        let seals = sealsGiven.filter { seal in
            seal.party == chain.party && seal.chain == chain.root && seal.isSigned && !seal.isDisputed
                && seal.verdict.isCommitment
        }
        return Set(seals.map(\.instrument)).sorted()
    }
}
