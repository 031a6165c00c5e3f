internal import BitCollections
public import Cryptography
public import Identity

/// A seal that nobody has given: without conditions, in all capacities.
public struct SupposedSeal: Hashable, Sendable {
    public let instrument: InstrumentID
    public let party: Identifier
    public let verdict: Seal.Verdict

    public init(_ verdict: Seal.Verdict, on instrument: InstrumentID, by party: Identifier) {
        self.instrument = instrument
        self.party = party
        self.verdict = verdict
    }
}

/// What would follow if some parties sealed some instruments: the same evaluation, with seals that nobody gave.
///
/// Source: `Docs/Specification/commands.md`, section `what-if`.
public struct Supposition: Sendable {
    public let after: Evaluation
    /// Each supposed seal, in the order given.
    public let outcomes: [Outcome]
    public let shift: ForceShift

    public struct Outcome: Hashable, Sendable {
        public let seal: SupposedSeal
        /// False where no record of the party is among what the instrument writes or is built on.
        public let counts: Bool
        /// Why the party's own software would not let it, after the seals on the instruments named before.
        public let objections: [Objection]
    }

    /// - Parameters:
    ///   - ledger: the records that `before` was found from.
    ///   - seals: supposed in this order, instrument by instrument: those on one instrument are given together.
    public init(_ seals: [SupposedSeal], on ledger: Ledger, evaluatedAs before: Evaluation) {
        var after = before
        var given: [SealGiven] = []
        var outcomes: [Outcome] = []
        var rest = seals[...]
        while let next = rest.first {
            let together = rest.prefix { $0.instrument == next.instrument }
            rest = rest.dropFirst(together.count)
            for seal in together {
                let supposed = after.given(seal, roadmap: ledger.roadmap)
                given += supposed
                let objections = after.objections(to: seal.verdict, on: seal.instrument, by: seal.party)
                outcomes.append(Outcome(seal: seal, counts: !supposed.isEmpty, objections: objections))
            }
            after = Evaluation(of: ledger, supposing: given)
        }
        self.after = after
        self.outcomes = outcomes
        shift = ForceShift(from: before, to: after)
    }
}

/// What differs between two evaluations, the second with more seals; all ascending.
public struct ForceShift: Hashable, Sendable {
    public let perfected: [InstrumentID]
    public let intoForce: [InstrumentID]
    public let outOfForce: [InstrumentID]
    public let contested: [InstrumentID]

    public init(from before: Evaluation, to after: Evaluation) {
        func new(_ list: KeyPath<Evaluation, [InstrumentID]>) -> [InstrumentID] {
            Set(after[keyPath: list]).subtracting(before[keyPath: list]).sorted()
        }
        perfected = new(\.perfected)
        intoForce = new(\.inForce)
        contested = new(\.contestedIDs)
        outOfForce = Set(before.inForce).subtracting(after.inForce).sorted()
    }
}

extension Evaluation {
    /// Evaluates a ledger as if these seals were in it, signed.
    package init(of ledger: Ledger, supposing supposed: [SealGiven]) {
        self.init(
            instruments: ledger.instruments, seals: ledger.seals.values.map(SealGiven.init) + supposed,
            roadmap: ledger.roadmap)
    }

    /// A supposed seal as the evaluation sees it; none where no record of its party would make it count.
    package func given(
        _ seal: SupposedSeal, provided: [InstrumentID] = [], roadmap: InstrumentID
    ) -> [SealGiven] {
        guard let index = structure.indexOf[seal.instrument], structure.wellFormed.contains(index),
            let keys = structure.keyRecord(of: seal.party, for: index),
            let payload = try? Seal(
                roadmap: roadmap, instrument: seal.instrument, party: seal.party, keys: keys, verdict: seal.verdict,
                provided: provided, at: 0)
        else { return [] }
        return [SealGiven(payload, isSigned: true)]
    }
}

extension Structure {
    /// The newest record of a party among what an instrument writes or is built on: seals under it count there.
    fileprivate func keyRecord(of party: Identifier, for index: Index) -> Digest? {
        guard let provision = ReservedProvision.record(of: party) else { return nil }
        var reach = ancestors[index]
        reach.insert(index)
        guard case .party(let record)? = content(of: provision, among: reach)?.reserved else { return nil }
        return record.id
    }
}

/// What would leave force, and what would come back, if everybody accepted an instrument.
public struct Fall: Hashable, Sendable {
    /// In force now, and named in its `replaces`; ascending.
    public let named: [InstrumentID]
    /// In force now, and not named: each with what pulls it down.
    public let unnamed: [Fallen]
    /// Out of force now, and standing then; ascending.
    public let comingBack: [InstrumentID]

    public struct Fallen: Hashable, Sendable {
        public let instrument: InstrumentID
        /// What it is built on and would not stand then, ascending.
        public let ground: [InstrumentID]
        /// What its seals are provided on and would not stand then, ascending.
        public let conditions: [InstrumentID]
    }

    public var isNothing: Bool { named.isEmpty && unnamed.isEmpty && comingBack.isEmpty }
}

extension Evaluation {
    /// What would fall with an instrument that everybody accepted without condition; nothing for one that would not
    /// stand even then, or cannot be judged.
    public func fall(with id: InstrumentID) -> Fall {
        let nothing = Fall(named: [], unnamed: [], comingBack: [])
        guard let index = structure.indexOf[id], structure.wellFormed.contains(index) else { return nothing }
        let supposition = FixedPoints(structure, needs, seals, supposing: index)
        let perfected = supposition.perfected()
        let standing = supposition.standing(perfected.subtracting(supposition.out(of: perfected)))
        guard standing.contains(index) else { return nothing }
        func ids(_ set: some Sequence<Int>) -> [InstrumentID] { set.map { structure.instruments[$0].id }.sorted() }
        let falling = inForceSet.subtracting(standing)
        let named = Set(structure.replaces[index])
        let unnamed = falling.filter { !named.contains($0) }.map { fallen in
            let conditions = (seals.on[fallen] ?? []).flatMap(\.provided).filter { condition in
                structure.indexOf[condition].map { standingSet.contains($0) && !standing.contains($0) } ?? false
            }
            return Fall.Fallen(
                instrument: structure.instruments[fallen].id,
                ground: ids(structure.ground[fallen].filter { !standing.contains($0) }),
                conditions: Set(conditions).sorted())
        }
        let risen = standing.subtracting(standingSet).filter { $0 != index && outSet.contains($0) }
        return Fall(
            named: ids(falling.filter(named.contains)), unnamed: unnamed.sorted { $0.instrument < $1.instrument },
            comingBack: ids(risen))
    }
}
