/// How much of what can happen happened in a history: what a test of many histories has to have seen.
public struct HistoryCoverage: Hashable, Sendable {
    /// Published, the founding apart.
    public var instruments = 0
    /// Perfected, the founding apart.
    public var perfected = 0
    public var inForce = 0
    /// Perfected, and only because conditional seals that lead back to it were met at the same instant.
    public var conditionalCycles = 0
    /// In force, and naming something in `replaces`.
    public var replacements = 0
    /// Perfected changes of a roster while something not perfected, and not built on it, relied on the old one.
    public var rosterChangesWithOpenInstruments = 0
    /// Perfected changes of a rule.
    public var ruleChanges = 0
    /// Perfected replacements of a party's record.
    public var recordChanges = 0
    /// Perfected, and not so without the abstentions.
    public var decidingAbstentions = 0
    public var contestedPairs = 0
    /// Well formed, and would meet its needs (or not) otherwise if nobody had limited capacities.
    public var capacitiesThatMattered = 0
    /// Perfected instruments that somebody sealed under conditions.
    public var conditionalSealsMet = 0
    /// Counts of each state at the end, and of awaiting ones also after one and two thirds of the events.
    public var states: [ReferenceState: Int] = [:]

    public init() {}

    /// - Parameter whole: What a copy that holds everything makes of the history.
    public init(of history: ReferenceHistory, whole: Reference? = nil) {
        let reference = whole ?? history.reference
        self.init(of: reference)
        for third in 1...2 {
            let part = history.events.prefix(history.events.count * third / 3)
            let ground = ReferenceGround(
                roadmap: history.roadmap, instruments: ReferenceHistory.instruments(of: part))
            let awaiting = ground.instruments.keys.filter { ground.verdicts[$0] == nil }.count
            states[.awaitingRecords, default: 0] += awaiting
        }
    }

    public init(of reference: Reference) {
        let ground = reference.ground
        let perfected = reference.perfected.subtracting([ground.roadmap])
        instruments = reference.instruments.subtracting([ground.roadmap]).count
        self.perfected = perfected.count
        inForce = reference.inForce.subtracting([ground.roadmap]).count
        let values = perfected.compactMap { ground.instruments[$0] }
        replacements = reference.inForce.filter { !(ground.instruments[$0]?.replaces.isEmpty ?? true) }.count
        ruleChanges = values.filter { $0.changes.keys.contains { $0.hasPrefix("rule/") } }.count
        recordChanges =
            values.filter { value in
                value.changes.keys.contains { $0.hasPrefix("party/") && value.base[$0] != .some(nil) }
            }.count
        rosterChangesWithOpenInstruments = values.filter { Self.overtakes($0, in: reference) }.count
        decidingAbstentions =
            perfected.filter { id in
                !reference.meets(id) { $0.verdict == .abstain ? nil : $0 }
            }.count
        conditionalSealsMet =
            perfected.filter { id in
                (reference.counting[id] ?? []).contains { !$0.seal.provided.isEmpty }
            }.count
        conditionalCycles =
            perfected.filter { id in
                !reference.meets(id) { $0.provided.isEmpty ? $0 : nil } && Self.leadsBack(id, in: reference)
            }.count
        capacitiesThatMattered =
            reference.instruments.filter { id in
                ground.isWellFormed(id)
                    && reference.meets(id) { $0 }
                        != reference.meets(id) {
                            var seal = $0
                            seal.capacities = nil
                            return seal
                        }
            }.count
        for id in reference.standing {
            let later = (ground.conflicts[id] ?? []).intersection(reference.standing)
            contestedPairs += later.filter { precedesBytewise(id, $0) }.count
        }
        for state in reference.states.values { states[state, default: 0] += 1 }
    }

    private static func overtakes(_ amendment: ReferenceInstrument, in reference: Reference) -> Bool {
        let rosters = amendment.changes.keys.filter { $0.hasPrefix("roster/") }
        return reference.instruments.subtracting(reference.perfected).contains { id in
            guard reference.ground.isWellFormed(id), !reference.ground.isBuilt(id, on: amendment.id) else {
                return false
            }
            return rosters.contains { roster in
                guard let named = reference.ground.instruments[id]?.base[roster] else { return false }
                return named == amendment.base[roster]
            }
        }
    }

    /// Whether the conditions of seals on an instrument lead, from one to the next, back to it.
    private static func leadsBack(_ id: String, in reference: Reference) -> Bool {
        var reached: Set<String> = []
        var frontier: Set<String> = [id]
        while !frontier.isEmpty {
            let seals = frontier.flatMap { reference.counting[$0] ?? [] }.map(\.seal)
            let next = Set(seals.filter(\.verdict.commits).flatMap(\.provided)).subtracting(reached)
            reached.formUnion(next)
            frontier = next
        }
        return reached.contains(id)
    }

    public static func + (left: HistoryCoverage, right: HistoryCoverage) -> HistoryCoverage {
        var sum = left
        sum.instruments += right.instruments
        sum.perfected += right.perfected
        sum.inForce += right.inForce
        sum.conditionalCycles += right.conditionalCycles
        sum.replacements += right.replacements
        sum.rosterChangesWithOpenInstruments += right.rosterChangesWithOpenInstruments
        sum.ruleChanges += right.ruleChanges
        sum.recordChanges += right.recordChanges
        sum.decidingAbstentions += right.decidingAbstentions
        sum.contestedPairs += right.contestedPairs
        sum.capacitiesThatMattered += right.capacitiesThatMattered
        sum.conditionalSealsMet += right.conditionalSealsMet
        sum.states.merge(right.states, uniquingKeysWith: +)
        return sum
    }
}

extension Reference {
    /// Whether an instrument's needs are met by its positive verdicts whose conditions are perfected, after a change.
    func meets(_ id: String, changing change: (ReferenceSeal) -> ReferenceSeal?) -> Bool {
        let seals = (counting[id] ?? []).filter {
            $0.seal.verdict.commits && perfected.isSuperset(of: $0.seal.provided)
        }.compactMap { counted in change(counted.seal).map { counted.with($0) } }
        return consent(of: seals, to: id).meets(ground.needs[id] ?? [])
    }
}
