package import Cryptography
package import Identity

/// A seal as the evaluation sees it: whose verdict on what, under which keys, on which conditions.
///
/// The ledger has judged its signatures and found the chain of its key record; the evaluation knows no key.
package struct SealGiven: Hashable, Sendable {
    package let id: Digest
    package let party: Identifier
    package let instrument: InstrumentID
    /// The key record it is made under, and the record at the root of that one's chain, which some instrument carries.
    package let keys: Digest
    package let chain: Digest
    package let capacities: [Identifier]?
    package let verdict: Seal.Verdict
    package let provided: [InstrumentID]
    /// The threshold of its party's keys has signed.
    package let isSigned: Bool
    /// Its keys are retired, and no statement of its party acknowledges it.
    package let isDisputed: Bool

    package init(_ seal: Seal, chain: Digest? = nil, isSigned: Bool, isDisputed: Bool = false) {
        id = seal.id
        party = seal.party
        instrument = seal.instrument
        keys = seal.keys
        self.chain = chain ?? seal.keys
        capacities = seal.capacities
        verdict = seal.verdict
        provided = seal.provided
        self.isSigned = isSigned
        self.isDisputed = isDisputed
    }
}

/// The effect of a party's withdrawal, signed by its threshold: the versions of the rosters that it leaves.
package struct WithdrawalGiven: Hashable, Sendable {
    package let id: Digest
    package let party: Identifier
    package let chain: Digest
    package let rosters: [Identifier: InstrumentID]
    /// What it had committed to: it is not excused from what that speaks against.
    package let committed: [InstrumentID]
    package let isDisputed: Bool

    package init(
        id: Digest, party: Identifier, chain: Digest, rosters: [Identifier: InstrumentID], committed: [InstrumentID],
        isDisputed: Bool
    ) {
        self.id = id
        self.party = party
        self.chain = chain
        self.rosters = rosters
        self.committed = committed
        self.isDisputed = isDisputed
    }
}

/// Two good key statements that one party made on the same record by the same authority.
package struct KeyForkGiven: Hashable, Sendable {
    package let party: Identifier
    package let chain: Digest
    /// The ids of the two statements, ascending.
    package let statements: [Digest]

    package init(party: Identifier, chain: Digest, statements: [Digest]) {
        self.party = party
        self.chain = chain
        self.statements = statements
    }
}

extension SealGiven {
    init(_ onRecord: SealOnRecord) {
        self.init(onRecord.seal, isSigned: onRecord.isSigned)
    }
}
