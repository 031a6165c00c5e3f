public import Agreement
public import Cryptography
public import Identity

/// The parties that nodes write for.
///
/// A record that stands in an established chain says whose node a key is, or one of the founding's; only where there is
/// none, any other at hand: else whoever publishes a record that names another party's node could write in that one's
/// stead.
public struct DraftWriters: Sendable {
    private let ledger: Ledger
    private let established: [KeyID: Identifier]

    public init(_ ledger: Ledger, _ evaluation: Evaluation) {
        self.ledger = ledger
        let roots = EstablishedRoots(evaluation)
        let founding = ledger.instruments[ledger.roadmap]
        var parties: [KeyID: Identifier] = [:]
        for keys in ledger.keyChains.all {
            let isFounding = founding?.partyRecords.contains { $0.party == keys.party && $0.record.id == keys.root }
            guard isFounding == true || roots.contains(keys) else { continue }
            for node in keys.record?.nodes ?? [] where parties[node.key.id] == nil { parties[node.key.id] = keys.party }
        }
        established = parties
    }

    /// The party whose record certifies a key; of several the first.
    public func party(of key: KeyID) -> Identifier? { established[key] ?? ledger.parties(ofNode: key).first }
}
