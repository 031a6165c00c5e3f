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

    /// - Parameter seals: supposed in this order, instrument by instrument: those on one instrument are given together.
    public init(_ seals: [SupposedSeal], on before: Evaluation) {
        var after = before
        var outcomes: [Outcome] = []
        var rest = seals[...]
        while let next = rest.first {
            let together = rest.prefix { $0.instrument == next.instrument }
            rest = rest.dropFirst(together.count)
            let given = together.map(after.given)
            outcomes += zip(together, given).map { seal, given in
                Outcome(
                    seal: seal, counts: !given.isEmpty,
                    objections: after.ownObjections(to: seal.verdict, on: seal.instrument, by: seal.party))
            }
            for seal in given.joined() { after.add(seal) }
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
    /// A supposed seal as the evaluation sees it: under the keys that the party had, and under those that the instrument
    /// brings, as a newcomer proves them; none where no record of its party would make it count.
    package func given(_ seal: SupposedSeal) -> [SealGiven] { given(seal, provided: []) }

    package func given(_ seal: SupposedSeal, provided: [InstrumentID]) -> [SealGiven] {
        guard let index = structure.indexOf[seal.instrument], structure.wellFormed.contains(index) else { return [] }
        let roots = structure.roots(of: seal.party, on: index)
        return Set([roots.earlier, roots.brought].compactMap { $0 }).sorted().compactMap { keys in
            let seal = try? Seal(
                roadmap: structure.roadmap, instrument: seal.instrument, party: seal.party, keys: keys,
                verdict: seal.verdict, provided: provided, at: 0)
            return seal.map { SealGiven($0, isSigned: true) }
        }
    }

    /// What a party's own software would say, sealing under the keys that count.
    package func ownObjections(
        to verdict: Seal.Verdict, on id: InstrumentID, by party: Identifier
    ) -> [Objection] {
        var words = OwnWords(of: party)
        return ownObjections(to: verdict, on: id, words: &words)
    }

    /// The same, of many instruments after each other.
    func ownObjections(to verdict: Seal.Verdict, on id: InstrumentID, words: inout OwnWords) -> [Objection] {
        let roots = roots(of: words.party, on: id)
        let chain = roots.earlier ?? roots.brought
        let earlier = words.byChain[chain] ?? earlierWord(of: words.party, under: chain, isForMany: true)
        words.byChain[chain] = earlier
        return objections(to: verdict, on: id, by: words.party, under: chain, after: earlier)
    }
}

/// A party's word under each chain of its keys that it was asked for.
struct OwnWords {
    let party: Identifier
    fileprivate var byChain: [Digest?: EarlierWord] = [:]

    init(of party: Identifier) { self.party = party }
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
        let standing = supposing(accepted: index).standingSet
        guard standing.contains(index) else { return nothing }
        let falling = inForceSet.subtracting(standing)
        let named = Set(structure.replaces[index])
        let unnamed = falling.filter { !named.contains($0) }.map { fallen in
            let conditions = seals.on[fallen].flatMap(\.provided).filter { condition in
                structure.indexOf[condition].map { standingSet.contains($0) && !standing.contains($0) } ?? false
            }
            return Fall.Fallen(
                instrument: structure.instruments[fallen].id,
                ground: ids(BitSet(structure.ground[fallen].filter { !standing.contains($0) })),
                conditions: Set(conditions).sorted())
        }
        let risen = standing.subtracting(standingSet).filter { $0 != index && outSet.contains($0) }
        return Fall(
            named: ids(BitSet(falling.filter(named.contains))),
            unnamed: unnamed.sorted { $0.instrument < $1.instrument },
            comingBack: ids(BitSet(risen)))
    }
}
