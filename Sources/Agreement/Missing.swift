internal import BitCollections
public import Identity
public import Cryptography

/// What an instrument still lacks.
public struct Missing: Hashable, Sendable {
    /// The smallest set, among those that have given no verdict on it, whose acceptance in all capacities would meet its
    /// needs if every condition stood; the first in order among equals. Empty if consent suffices; nil if no acceptance
    /// would do, or if it is too costly to say.
    public let parties: [Identifier]?
    /// Conditions and ground that do not stand, or are absent; ascending. None for what is ill-formed: nothing helps it.
    public let instruments: [InstrumentID]
}

extension Evaluation {
    /// Sets of parties that are tried before ``Missing/parties`` gives up.
    static let missingSearchLimit = 20_000

    public func missing(of id: InstrumentID) -> Missing {
        missing(of: id, trying: Self.missingSearchLimit, among: .max)
    }

    /// The same, giving up after so many sets, or at once where more parties than `partyLimit` have given no verdict.
    package func missing(of id: InstrumentID, trying setLimit: Int, among partyLimit: Int) -> Missing {
        guard illFormedness(of: id) == nil else { return Missing(parties: nil, instruments: []) }
        guard let index = structure.indexOf[id] else {
            return Missing(parties: nil, instruments: structure.awaited(by: id) ?? [])
        }
        let instrument = structure.instruments[index]
        let conditions = seals.on[index].flatMap(\.provided)
        let lacking = Set(instrument.ground + conditions).filter { other in
            !(structure.indexOf[other].map(standingSet.contains) ?? false)
        }
        return Missing(
            parties: missingParties(index, setLimit, partyLimit), instruments: lacking.sorted())
    }

    private func missingParties(_ index: Int, _ setLimit: Int, _ partyLimit: Int) -> [Identifier]? {
        let given = consentIfConditionsStood(on: index)
        func suffices(_ parties: some Sequence<Identifier>) -> Bool {
            var consent = given
            for party in parties {
                consent.verdicts.add(.accept, by: party, in: nil)
                consent.newcomers.add(.accept, by: party, in: nil)
            }
            return needs.areMet(index, by: consent, in: structure)
        }
        if suffices([]) { return [] }
        let heard = Set(seals.on[index].filter(\.counts).map(\.party))
        let concerned = needs.requirements(of: index, in: structure)
            .reduce(into: Set<Identifier>()) { $0.formUnion($1.term.parties) }
        let silent = concerned.subtracting(heard).sorted()
        guard silent.count <= partyLimit, suffices(silent) else { return nil }
        // Needs are monotone: whoever cannot be left out of all the silent ones is in every set that suffices.
        let required = silent.filter { party in !suffices(silent.filter { $0 != party }) }
        if suffices(required) { return required }
        let optional = silent.filter { !required.contains($0) }
        return smallest(of: optional, limit: setLimit) { suffices(required + $0) }
            .map { (required + $0).sorted() }
    }

    /// The smallest combination that satisfies, the first in order among equals; nil past `limit` trials.
    private func smallest(
        of candidates: [Identifier], limit: Int, satisfying isEnough: ([Identifier]) -> Bool
    ) -> [Identifier]? {
        var trials = 0
        for size in 1...max(1, candidates.count) {
            var places = Array(0..<size)
            while places.last.map({ $0 < candidates.count }) ?? false {
                trials += 1
                if trials > limit { return nil }
                let combination = places.map { candidates[$0] }
                if isEnough(combination) { return combination }
                guard advance(&places, count: candidates.count) else { break }
            }
        }
        return nil
    }

    /// The next combination in order; false after the last.
    private func advance(_ places: inout [Int], count: Int) -> Bool {
        let size = places.count
        guard let movable = places.indices.last(where: { places[$0] < count - size + $0 }) else { return false }
        places[movable] += 1
        for later in places.indices where later > movable { places[later] = places[later - 1] + 1 }
        return true
    }
}
