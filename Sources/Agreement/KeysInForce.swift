public import Cryptography
public import Identity

/// Which chains of key records the agreement itself knows, and which keys its parties have now.
extension Ledger {
    /// The chain upon a party's record in force, or upon that of the founding before it is in force.
    public func chainInForce(of party: Identifier, by evaluation: Evaluation) -> KeyChain? {
        evaluation.recordInForce(of: party).flatMap { keyChains.chain(of: party, root: $0.id) }
    }

    /// The record with a party's keys of now: the newest of the chain in force.
    public func keysInForce(of party: Identifier, by evaluation: Evaluation) -> KeyRecord? {
        chainInForce(of: party, by: evaluation)?.newest.record
    }

    /// The parties in force with the records that say which nodes speak for them, ascending by party.
    ///
    /// A freeze takes away the keys that seal, not the nodes.
    public func partyRecordsInForce(
        by evaluation: Evaluation
    ) -> [(party: Identifier, record: PartyRecord)] {
        evaluation.partiesInForce.compactMap { party, _ in
            keysInForce(of: party, by: evaluation).map { (party, $0.lastRecord) }
        }
    }
}

/// The roots that a perfected instrument carries.
///
/// Anybody may write a record in another's name into an instrument that nobody seals; what keys under such a root say
/// is nobody's word. Source: `Docs/Specification/keys.md`, section "Chains".
public struct EstablishedRoots: Sendable {
    private let names: Set<KeyRecordName>

    public init(_ evaluation: Evaluation) {
        names = evaluation.perfected.reduce(into: []) { names, id in
            for (party, record) in evaluation.instrument(id)?.partyRecords ?? [] {
                names.insert(KeyRecordName(party: party, record: record.id))
            }
        }
    }

    /// The roots of a ledger that holds no others.
    package init(allOf ledger: Ledger) {
        names = Set(ledger.keyChains.all.filter { $0.version == 0 }.map(\.name))
    }

    public func contains(_ record: KeyRecord) -> Bool {
        names.contains(KeyRecordName(party: record.party, record: record.root))
    }
}

/// The nodes whose word on the state is their party's: those that a key record names which stands in an established
/// chain and is not superseded.
public struct SpeakingNodes: Sendable {
    private let names: Set<Name>

    private struct Name: Hashable {
        let node: KeyID
        let party: Identifier
    }

    public init(of ledger: Ledger, among established: EstablishedRoots) {
        let superseded = ledger.keyChains.grown.reduce(into: Set<Digest>()) { all, chain in
            all.formUnion(chain.links.filter(\.isSuperseded).map(\.record.id))
        }
        names = ledger.keyChains.all.reduce(into: []) { names, keys in
            guard established.contains(keys), !superseded.contains(keys.id) else { return }
            for node in keys.record?.nodes ?? [] { names.insert(Name(node: node.key.id, party: keys.party)) }
        }
    }

    /// True if the node with this key speaks for a party.
    public func contains(_ node: KeyID, of party: Identifier) -> Bool { names.contains(Name(node: node, party: party)) }
}

extension Ledger {
    /// The signed seals that are disputed, by party, ascending; of roots that are established.
    public func disputedSeals(among established: EstablishedRoots) -> [Identifier: [Digest]] {
        var disputed: [Identifier: [Digest]] = [:]
        for seal in sealsGiven where seal.isSigned && seal.isDisputed {
            guard let keys = keyRecord(of: seal.party, named: seal.keys), established.contains(keys) else { continue }
            disputed[seal.party, default: []].append(seal.id)
        }
        return disputed.mapValues { $0.sorted() }
    }

    /// The signed withdrawals by party, by id, with whether they are disputed; of roots that are established.
    public func signedWithdrawals(
        among established: EstablishedRoots
    ) -> [Identifier: [(withdrawal: Withdrawal, isDisputed: Bool)]] {
        var signed: [Identifier: [(withdrawal: Withdrawal, isDisputed: Bool)]] = [:]
        for withdrawal in withdrawals.values.filter(\.isSigned).map(\.withdrawal) {
            guard let keys = keyRecord(of: withdrawal.party, named: withdrawal.keys), established.contains(keys)
            else { continue }
            let isDisputed = keyChains.isDisputed(
                withdrawal.id, by: withdrawal.party, under: keys.id, root: keys.root)
            signed[withdrawal.party, default: []].append((withdrawal, isDisputed))
        }
        return signed.mapValues { $0.sorted { $0.withdrawal.id < $1.withdrawal.id } }
    }
}
