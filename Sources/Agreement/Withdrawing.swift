internal import BitCollections
public import Cryptography
public import Identity

/// What a party's own tools need to withdraw: what it leaves, and what that does.
///
/// Source: `Docs/Specification/keys.md`, section "Withdrawals".
extension Evaluation {
    /// The standings that a party holds by the rosters in force that are awake, with the versions of these rosters.
    ///
    /// An honest withdrawal names all of them: who left some only would be excused in part, and asked in part.
    public func rostersHeld(by party: Identifier) -> [Identifier: InstrumentID] {
        var held: [Identifier: InstrumentID] = [:]
        for provision in textInForce {
            guard case .roster(let standing)? = ReservedProvision(provision.id),
                case .roster(let roster)? = provision.content.reserved, roster.effectiveHolders.contains(party)
            else { continue }
            held[standing] = provision.version.id
        }
        return held
    }

    /// The open instruments of which some requirement asks a party, in the order of instruments.
    public func openAsking(_ party: Identifier) -> [InstrumentID] {
        let open = structure.wellFormed.subtracting(perfectedSet).subtracting(outSet).sorted(by: structure.precedes)
        return open.filter { index in
            needs.requirements(of: index, in: structure).contains { $0.term.parties.contains(party) }
        }.map { structure.instruments[$0].id }
    }
}
