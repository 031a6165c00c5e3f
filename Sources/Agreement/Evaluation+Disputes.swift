internal import BitCollections
public import Cryptography
public import Identity

/// Which keys speak for whom, which seals are disputed or void, who is excused, what closes and what would fall.
extension Evaluation {
    /// True if a perfected instrument writes the party's record with this id: the root of a key chain that is the
    /// party's in front of everybody.
    public func isEstablished(_ root: Digest, of party: Identifier) -> Bool {
        guard let record = ReservedProvision.record(of: party) else { return false }
        return (structure.writers[record] ?? []).contains { index in
            perfectedSet.contains(index) && structure.root(record, writtenBy: index) == root
        }
    }

    /// The roots of a party's key chains whose seals count on an instrument: of the record that the newest instrument
    /// beneath it carries, and of the one that it carries itself. Where there is an earlier one, only under that does the
    /// party give the consent that rules ask for.
    public func roots(of party: Identifier, on id: InstrumentID) -> (earlier: Digest?, brought: Digest?) {
        structure.indexOf[id].map { structure.roots(of: party, on: $0) } ?? (nil, nil)
    }

    /// The signed seals whose keys are retired and that no statement of their party acknowledges, ascending.
    public var disputedSeals: [Digest] { seals.disputed.sorted() }
    /// Of these, those that an instrument voids that is perfected and not out, ascending.
    public var voidSeals: [Digest] { seals.disputed.filter(voids.contains).sorted() }
    /// The effects of withdrawals whose keys are retired and that no statement of their party acknowledges, ascending.
    public var disputedWithdrawals: [Digest] { needs.withdrawals.values.filter(\.isDisputed).map(\.id).sorted() }
    public var voidWithdrawals: [Digest] { disputedWithdrawals.filter(voids.contains) }

    /// What stands without any disputed seal or withdrawal, ascending: what an honest party builds on.
    public var standingUndisputed: [InstrumentID] { ids(undisputedStanding) }

    /// The parties for whom no rule waits that asks for all: they have withdrawn from every standing in which one of the
    /// terms counts them, ascending.
    public func excused(from id: InstrumentID) -> [Identifier] {
        guard let index = structure.indexOf[id], structure.wellFormed.contains(index) else { return [] }
        let excused = needs.requirements(of: index, in: structure).flatMap { requirement in
            requirement.term.excused { hears($0, on: index, .allButVoid) }
        }
        return Set(excused).sorted()
    }

    /// The well-formed instruments that close this one, each list ascending.
    public func closings(of id: InstrumentID) -> (complete: [InstrumentID], abandoned: [InstrumentID]) {
        let closings = structure.indexOf[id].flatMap { structure.closings[$0] } ?? []
        func ids(_ outcome: ClosingOutcome) -> [InstrumentID] {
            self.ids(BitSet(closings.filter { structure.instruments[$0].closing?.outcome == outcome }))
        }
        return (ids(.complete), ids(.abandoned))
    }

    /// What stands and would not, besides itself, if this instrument, and nothing else, were replaced; ascending.
    public func wouldFall(with id: InstrumentID) -> [InstrumentID] {
        guard let index = structure.indexOf[id], standingSet.contains(index) else { return [] }
        return ids(standingSet.subtracting(supposing(replaced: index).standingSet).subtracting([index]))
    }
}

extension Requirement.Term {
    /// The parties that need not be waited for in a term that asks for all.
    fileprivate func excused(hearing hears: (Digest) -> Bool) -> [Identifier] {
        switch self {
        case .need(.all, let electorate, _): electorate.excused(hearing: hears)
        case .need, .party, .named, .founder: []
        case .all(let terms), .any(let terms): terms.flatMap { $0.excused(hearing: hears) }
        }
    }
}
