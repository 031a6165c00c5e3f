public import Cryptography

/// Which nodes may connect: the node keys of the parties of a roadmap, by the records in force.
///
/// Computed by `NodeLogic` from the text in force and handed to the rooms that speak to peers, which know nothing of how
/// it came about.
public struct Admission: Hashable, Sendable {
    private let partyByKey: [PublicKey: Identifier]
    private let parties: Set<Identifier>

    public init(_ records: some Sequence<(party: Identifier, record: PartyRecord)>) {
        var partyByKey: [PublicKey: Identifier] = [:]
        for (party, record) in records {
            for node in record.nodes { partyByKey[node.key] = party }
        }
        self.partyByKey = partyByKey
        parties = Set(records.map(\.party))
    }

    /// Whether a party has a record in force, with nodes or without.
    public func isParty(_ party: Identifier) -> Bool { parties.contains(party) }

    /// The party for which the node with this key speaks; nil for a stranger.
    public func party(ofNode key: PublicKey) -> Identifier? { partyByKey[key] }
}
