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
            return structure.isKnown(id) ? .awaitingRecords : nil
        }
        if contested.contains(index) { return .contested }
        if inForceSet.contains(index) { return .inForce }
        if outSet.contains(index) { return .replaced }
        if perfectedSet.contains(index) { return .suspended }
        return stateOfOpen(index)
    }

    public func illFormedness(of id: InstrumentID) -> IllFormedness? {
        structure.indexOf[id].map { structure.illFormedness[$0] } ?? structure.reasonIllFormed(awaiting: id)
    }

    private func stateOfOpen(_ index: Int) -> InstrumentState {
        if isStale(index) { return .stale }
        if isRejected(index) { return .rejected }
        if lacksOnlyConditions(index) { return .conditional }
        return seals.on[index].contains { $0.verdict.isCommitment } ? .sealed : .unsealed
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
        let rejections = seals.on[index].filter { $0.verdict == .reject }
        guard !rejections.isEmpty else { return false }
        let given = consentIfConditionsStood(on: index)
        var consent = given
        consent.verdicts = .acceptedByAll
        consent.newcomers = .acceptedByAll
        for rejection in rejections {
            let party = rejection.party
            if rejection.counts {
                consent.verdicts.byParty[party] = given.verdicts.byParty[party] ?? Verdicts.OfParty()
            }
            if rejection.countsAsNewcomers {
                consent.newcomers.byParty[party] = given.newcomers.byParty[party] ?? Verdicts.OfParty()
            }
        }
        return !needs.areMet(index, by: consent, in: structure)
    }

    private func lacksOnlyConditions(_ index: Int) -> Bool {
        structure.ground[index].allSatisfy(perfectedSet.contains) && readySet.contains(index)
    }
}
