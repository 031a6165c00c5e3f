internal import BitCollections
internal import Cryptography
internal import Identity

/// A seal that counts on its instrument, in one way or both.
struct CountedSeal: Sendable {
    let id: Digest
    let party: Identifier
    let chain: Digest
    let capacities: [Identifier]?
    let provided: [InstrumentID]
    let verdict: Seal.Verdict
    let isDisputed: Bool
    /// It is under the record that its party had: for all that rules ask.
    let counts: Bool
    /// It is under the record that its instrument brings, if it brings one: for what is asked of newcomers.
    let countsAsNewcomers: Bool

    fileprivate init(_ given: SealGiven, _ weight: SealWeight, isDisputed: Bool) {
        id = given.id
        party = given.party
        chain = given.chain
        capacities = given.capacities
        provided = given.provided
        verdict = given.verdict
        self.isDisputed = isDisputed
        counts = weight.counts
        countsAsNewcomers = weight.countsAsNewcomers
    }
}

/// For what a seal counts, by the roots of its party's key chains that its instrument finds beneath it and brings.
///
/// Whoever rewrites a party's record needs that party's consent by the keys that it had, or a majority could take a
/// party's keys over and then be unanimous. Source: `Docs/Decisions/0016-…`.
struct SealWeight: Sendable {
    let counts: Bool
    let countsAsNewcomers: Bool

    init(chain: Digest, earlier: Digest?, brought: Digest?) {
        counts = chain == earlier ?? brought
        countsAsNewcomers = chain == brought ?? earlier
    }
}

/// The seals that count, by instrument and by party, and which instruments wait on which by a condition.
///
/// A seal that does not count is nobody's word: the threshold has not signed, or it is under a record that anyone may
/// have put into an instrument.
struct CountedSeals: Sendable {
    /// By the place of the instrument, in the order in which they came.
    private(set) var on: [[CountedSeal]] = []
    /// By the instrument that a seal is provided on, known or not: those with such a seal on them.
    private(set) var conditionedOn: [InstrumentID: Set<Int>] = [:]
    private(set) var byParty: [Identifier: [Place]] = [:]
    /// All signed ones that are disputed, whether they count or not.
    private(set) var disputed: Set<Digest> = []
    /// Those on instruments that cannot be judged yet.
    private var early: [InstrumentID: [SealGiven]] = [:]

    /// Where a seal is: the place of its instrument, and its own among the seals on that.
    struct Place: Sendable {
        let index: Int32
        let position: Int32
    }

    init(_ given: [SealGiven], in structure: Structure) {
        on = Array(repeating: [], count: structure.instruments.count)
        var taken: Set<Digest> = []
        for seal in given where seal.isSigned && taken.insert(seal.id).inserted { takeIn(seal, in: structure) }
    }

    /// Makes room for an instrument that was given its place, and takes up the seals that came before it.
    mutating func notePlaced(_ index: Int, in structure: Structure) {
        on.append([])
        for seal in early.removeValue(forKey: structure.instruments[index].id) ?? [] { takeIn(seal, in: structure) }
    }

    /// - Returns: the place of its instrument, if it is new and counts.
    @discardableResult
    mutating func add(_ given: SealGiven, in structure: Structure) -> Int? {
        guard given.isSigned else { return nil }
        let index = structure.indexOf[given.instrument]
        let isHeld =
            index.map { on[$0].contains { $0.id == given.id } }
            ?? early[given.instrument]?.contains { $0.id == given.id } ?? false
        return isHeld ? nil : takeIn(given, in: structure)
    }

    @discardableResult
    private mutating func takeIn(_ given: SealGiven, in structure: Structure) -> Int? {
        // The founding is everybody's ground: were it to hang on one party's keys, that one could lock out all others.
        let isDisputed = given.isDisputed && given.instrument != structure.roadmap
        if isDisputed { disputed.insert(given.id) }
        guard let index = structure.indexOf[given.instrument] else {
            early[given.instrument, default: []].append(given)
            return nil
        }
        guard structure.wellFormed.contains(index), let weight = structure.weight(of: given, on: index)
        else { return nil }
        byParty[given.party, default: []].append(Place(index: Int32(index), position: Int32(on[index].count)))
        on[index].append(CountedSeal(given, weight, isDisputed: isDisputed))
        for condition in given.provided { conditionedOn[condition, default: []].insert(index) }
        return index
    }

    /// What a party has said by seals that count in either way, with the places of their instruments.
    func said(by party: Identifier) -> [(index: Int, seal: CountedSeal)] {
        (byParty[party] ?? []).map { (Int($0.index), on[Int($0.index)][Int($0.position)]) }
    }

    /// What a party has said on instruments that cannot be judged yet, by seals under a chain that are not disputed;
    /// ascending by instrument, then by seal.
    func early(by party: Identifier, under chain: Digest) -> [SealGiven] {
        early.values.flatMap { $0 }.filter { $0.party == party && $0.chain == chain && !$0.isDisputed }
            .sorted { ($0.instrument, $0.id) < ($1.instrument, $1.id) }
    }

    /// Those who gave a seal that is provided on an instrument.
    func parties(conditionedOn id: InstrumentID) -> Set<Identifier> {
        (conditionedOn[id] ?? []).reduce(into: []) { parties, index in
            for seal in on[index] where seal.provided.contains(id) { parties.insert(seal.party) }
        }
    }

    /// Everybody who has said something, ascending.
    var parties: [Identifier] { byParty.keys.sorted() }
}

extension Structure {
    /// The roots of a party's key chains that speak on an instrument: the one beneath it, and the one it brings.
    func roots(of party: Identifier, on index: Index) -> (earlier: Digest?, brought: Digest?) {
        guard let record = ReservedProvision.record(of: party) else { return (nil, nil) }
        return (root(record, beneath: index), root(record, writtenBy: index))
    }

    /// Nil if the seal does not count in any way.
    fileprivate func weight(of seal: SealGiven, on index: Index) -> SealWeight? {
        let roots = roots(of: seal.party, on: index)
        let weight = SealWeight(chain: seal.chain, earlier: roots.earlier, brought: roots.brought)
        return weight.counts || weight.countsAsNewcomers ? weight : nil
    }
}
