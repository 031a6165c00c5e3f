internal import BitCollections
public import Cryptography
internal import Identity

/// Where an instrument stands: the first of these that holds.
///
/// Source: `Docs/Specification/agreement.md`, section "States".
public enum InstrumentState: String, Hashable, Sendable, CaseIterable {
    /// It breaks a clause of "well formed"; nobody's consent changes that.
    case illFormed = "ill-formed"
    /// Something it names is not among the records.
    case awaitingRecords = "awaiting-records"
    /// It stands, and so does one that conflicts with it: somebody lied.
    case contested
    case inForce = "in-force"
    /// A perfected instrument names it in `replaces`.
    case replaced
    /// Perfected, but what it is built on is not in force, or what it was given in return for does not stand.
    case suspended
    /// Not perfected, and its base names a version that is no longer the newest in force: rebase.
    case stale
    /// It cannot complete if those who rejected it keep their word.
    case rejected
    /// All it lacks is what seals on it are provided on.
    case conditional
    /// Some consent is given.
    case sealed
    case unsealed
}

extension Evaluation {
    /// The state of a known instrument; nil for an id that no record has.
    public func state(of id: InstrumentID) -> InstrumentState? {
        if illFormedness(of: id) != nil { return .illFormed }
        guard let index = structure.indexOf[id] else {
            return structure.awaited[id] == nil ? nil : .awaitingRecords
        }
        if contested.contains(index) { return .contested }
        if inForceSet.contains(index) { return .inForce }
        if outSet.contains(index) { return .replaced }
        if perfectedSet.contains(index) { return .suspended }
        return stateOfOpen(index)
    }

    public func illFormedness(of id: InstrumentID) -> IllFormedness? {
        structure.indexOf[id].map { structure.illFormedness[$0] } ?? structure.illFormedAwaiting[id]
    }

    private func stateOfOpen(_ index: Int) -> InstrumentState {
        if isStale(index) { return .stale }
        if isRejected(index) { return .rejected }
        if lacksOnlyConditions(index) { return .conditional }
        return seals.committed(to: index).isEmpty ? .unsealed : .sealed
    }

    private func isStale(_ index: Int) -> Bool {
        structure.instruments[index].base.contains { newerVersion(of: $0.key, than: $0.value) != nil }
    }

    /// The version in force of a provision where that is another than the one named; a base that is ahead of the text in
    /// force, being built on another open instrument, is not behind it.
    func newerVersion(of provision: Identifier, than version: InstrumentID?) -> Int? {
        guard let newest = structure.newestWriter(of: provision, among: inForceSet) else { return nil }
        guard let version else { return newest }
        let named = structure.indexOf[version]!
        return named != newest && !structure.isBuilt(named, on: newest) ? newest : nil
    }

    /// Not even if everybody who has not rejected it accepted, and every condition stood.
    private func isRejected(_ index: Int) -> Bool {
        let given = seals.on[index] ?? []
        let rejecting = Set(given.filter { $0.verdict == .reject }.map(\.party))
        guard !rejecting.isEmpty else { return false }
        var verdicts = Verdicts(byParty: [:], othersAccept: true)
        for party in rejecting { verdicts.byParty[party] = Verdicts.OfParty() }
        for seal in given where rejecting.contains(seal.party) && mayCount(seal, on: index) {
            verdicts.add(seal.verdict, by: seal.party, in: seal.capacities)
        }
        return !needs.areMet(index, by: verdicts)
    }

    private func lacksOnlyConditions(_ index: Int) -> Bool {
        structure.ground[index].allSatisfy(perfectedSet.contains)
            && needs.areMet(index, by: verdictsIfConditionsStood(index))
    }

    func verdictsIfConditionsStood(_ index: Int) -> Verdicts {
        var verdicts = Verdicts()
        for seal in seals.on[index] ?? [] where mayCount(seal, on: index) {
            verdicts.add(seal.verdict, by: seal.party, in: seal.capacities)
        }
        return verdicts
    }

    /// The founding asks for acceptances without condition: no condition that comes to stand makes up for one.
    private func mayCount(_ seal: SealGiven, on index: Int) -> Bool {
        !structure.instruments[index].isFounding || seal.provided.isEmpty
    }
}
