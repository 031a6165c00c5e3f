/// The states everyone can name: the first that holds.
///
/// Readings:
/// - *stale*: for some provision in its base the version in force differs from the one named, and the one named is
///   not built on it. Where nothing at all is in force for a provision, a base that names a version is ahead.
/// - *rejected*: what it needs cannot be met even if every party that has not rejected accepts in all capacities and
///   all conditions stand; a party that rejected counts by the positive verdicts it gave. The founding's acceptances
///   without condition stay what they are: one with a condition never counts there. Of newcomers' requirements this
///   is asked of the seals that enrol, of all others of those that consent.
/// - *conditional*: everything it is built on is perfected, and its needs would be met if every `provided` were
///   ignored. This never holds of the founding, whose needs ask for acceptances without condition.
public enum ReferenceState: String, Hashable, Sendable, CaseIterable {
    case illFormed = "ill-formed"
    case awaitingRecords = "awaiting-records"
    case contested
    case inForce = "in-force"
    case replaced
    case suspended
    case stale
    case rejected
    case conditional
    case sealed
    case unsealed
}

extension Reference {
    /// The state of every instrument of this copy.
    public var states: [String: ReferenceState] {
        let contested = contested
        let inForce = inForce
        let text = ground.text(of: inForce)
        var states: [String: ReferenceState] = [:]
        for id in instruments {
            states[id] = state(of: id, contested: contested, inForce: inForce, text: text)
        }
        return states
    }

    private func state(
        of id: String, contested: Set<String>, inForce: Set<String>, text: [String: String]
    ) -> ReferenceState {
        guard let form = ground.verdicts[id] else { return .awaitingRecords }
        if form != .wellFormed { return .illFormed }
        if contested.contains(id) { return .contested }
        if inForce.contains(id) { return .inForce }
        if out.contains(id) { return .replaced }
        if perfected.contains(id) { return .suspended }
        if isStale(id, text: text) { return .stale }
        if isRejected(id) { return .rejected }
        if isConditional(id) { return .conditional }
        return committed(to: id).isEmpty ? .unsealed : .sealed
    }

    private func isStale(_ id: String, text: [String: String]) -> Bool {
        (ground.instruments[id]?.base ?? [:]).contains { provision, named in
            guard let current = text[provision], current != named else { return false }
            guard let named else { return true }
            return !ground.isBuilt(named, on: current)
        }
    }

    private func isRejected(_ id: String) -> Bool {
        let seals = counting[id] ?? []
        let rejecting = seals.filter { $0.seal.verdict == .reject }
        guard !rejecting.isEmpty else { return false }
        var consent = consent(of: seals.filter(\.seal.verdict.commits), to: id)
        consent.everybodyBut = Set(rejecting.filter(\.consents).map(\.seal.party))
        consent.enrollingEverybodyBut = Set(rejecting.filter(\.enrols).map(\.seal.party))
        return !consent.meets(ground.needs[id] ?? [])
    }

    private func isConditional(_ id: String) -> Bool {
        guard (ground.beneath[id] ?? []).isSubset(of: perfected) else { return false }
        let seals = (counting[id] ?? []).filter(\.seal.verdict.commits)
        return consent(of: seals, to: id).meets(ground.needs[id] ?? [])
    }
}
