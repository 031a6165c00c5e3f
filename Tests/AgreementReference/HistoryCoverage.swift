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
    /// Subjects that stand with what completes them.
    public var closingsCompleted = 0
    /// Perfected abandonments.
    public var closingsAbandoned = 0
    /// What stands and is built on an abandonment.
    public var builtOnAbandonment = 0
    /// … and says otherwise what was offered, or takes somebody off a roster.
    public var amendedAfterAbandonment = 0
    public var expelledAfterAbandonment = 0
    /// Good statements that bring a record by seal authority, that freeze, and by recovery authority.
    public var rotations = 0
    public var freezes = 0
    public var recoveries = 0
    public var supersededStatements = 0
    public var disputedSeals = 0
    public var voidSeals = 0
    /// Perfected, and standing no more for what is void.
    public var fallenWithVoid = 0
    /// Perfected, and not so if nobody had left.
    public var decidingWithdrawals = 0
    /// Seals that count for newcomers' requirements only.
    public var enrollingOnly = 0
    /// Perfected expulsions, and perfected wakings of a dormant roster.
    public var expulsions = 0
    public var wakings = 0
    /// Instruments with changes of rosters, rules or records that were replaced by something in force.
    public var replacedConstitutions = 0
    /// Pairs of instruments, and of key statements, that convict a party.
    public var convictions = 0
    /// Of these, pairs of key statements.
    public var forkedKeys = 0
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
        countClosings(of: reference)
        countKeys(of: reference)
        countRosters(of: reference)
        decidingWithdrawals =
            reference.hasWithdrawals ? perfected.filter { !reference.meetsWithoutWithdrawals($0) }.count : 0
        for id in reference.standing {
            let later = (ground.conflicts[id] ?? []).intersection(reference.standing)
            contestedPairs += later.filter { precedesBytewise(id, $0) }.count
        }
        for state in reference.states.values { states[state, default: 0] += 1 }
    }

    private mutating func countClosings(of reference: Reference) {
        for id in reference.perfected {
            guard let closing = reference.ground.instruments[id]?.closing else { continue }
            if closing.outcome == .abandoned {
                closingsAbandoned += 1
                let following = reference.standing.filter { reference.ground.isBuilt($0, on: id) }
                let offered = Set((reference.ground.instruments[closing.subject]?.changes ?? [:]).keys)
                builtOnAbandonment += following.count
                amendedAfterAbandonment +=
                    following.filter { later in
                        !offered.isDisjoint(with: (reference.ground.instruments[later]?.changes ?? [:]).keys)
                    }.count
                expelledAfterAbandonment += following.filter { Self.expels($0, in: reference) }.count
            } else if reference.standing.isSuperset(of: [id, closing.subject]) {
                closingsCompleted += 1
            }
        }
    }

    private mutating func countKeys(of reference: Reference) {
        for link in reference.chains.links.values where link.previous != nil {
            if link.record == nil {
                freezes += 1
            } else if link.isByRecovery {
                recoveries += 1
            } else {
                rotations += 1
            }
            let place = ReferenceKeyChains.Place(party: link.party, id: link.id)
            if reference.chains.isSuperseded(place) { supersededStatements += 1 }
        }
        disputedSeals = reference.disputed.count
        voidSeals = reference.void.count
        if voidSeals > 0 {
            fallenWithVoid = reference.perfected.subtracting(reference.standing).subtracting(reference.out).count
        }
        enrollingOnly = reference.counting.values.joined().filter { !$0.consents }.count
        let parties = Set(reference.chains.links.keys.map(\.party))
        forkedKeys = parties.reduce(0) { $0 + reference.forkedKeys(of: $1).count }
        convictions = parties.reduce(forkedKeys) { $0 + reference.convictions(of: $1).count }
    }

    private mutating func countRosters(of reference: Reference) {
        for id in reference.perfected where id != reference.ground.roadmap {
            guard let amending = reference.ground.amendings[id] else { continue }
            for (provision, content) in amending.after where content.matter != amending.before[provision]?.matter {
                guard let old = amending.before[provision], case .roster(let holders, let wasDormant) = old.matter,
                    case .roster(let staying, let isDormant) = content.matter
                else { continue }
                if !Set(holders).isSubset(of: staying) { expulsions += 1 }
                if wasDormant && !isDormant { wakings += 1 }
            }
        }
        replacedConstitutions =
            reference.out.filter { reference.ground.instruments[$0]?.changesConstitution ?? false }.count
    }

    private static func expels(_ id: String, in reference: Reference) -> Bool {
        guard let amending = reference.ground.amendings[id] else { return false }
        return amending.before.contains { provision, content in
            guard case .roster(let holders, _) = content.matter,
                case .roster(let staying, _) = amending.after[provision]?.matter
            else { return false }
            return !Set(holders).isSubset(of: staying)
        }
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
        sum.closingsCompleted += right.closingsCompleted
        sum.closingsAbandoned += right.closingsAbandoned
        sum.builtOnAbandonment += right.builtOnAbandonment
        sum.rotations += right.rotations
        sum.freezes += right.freezes
        sum.recoveries += right.recoveries
        sum.supersededStatements += right.supersededStatements
        sum.disputedSeals += right.disputedSeals
        sum.voidSeals += right.voidSeals
        sum.fallenWithVoid += right.fallenWithVoid
        sum.decidingWithdrawals += right.decidingWithdrawals
        sum.enrollingOnly += right.enrollingOnly
        sum.expulsions += right.expulsions
        sum.wakings += right.wakings
        sum.replacedConstitutions += right.replacedConstitutions
        sum.amendedAfterAbandonment += right.amendedAfterAbandonment
        sum.expelledAfterAbandonment += right.expelledAfterAbandonment
        sum.convictions += right.convictions
        sum.forkedKeys += right.forkedKeys
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

    var hasWithdrawals: Bool { instruments.contains { !excusing($0).isEmpty } }

    /// Whether an instrument's needs are met by its positive verdicts whose conditions are perfected, nobody excused.
    func meetsWithoutWithdrawals(_ id: String) -> Bool {
        let seals = (counting[id] ?? []).filter {
            $0.seal.verdict.commits && perfected.isSuperset(of: $0.seal.provided)
        }
        var consent = consent(of: seals, to: id)
        consent.withdrawals = []
        return consent.meets(ground.needs[id] ?? [])
    }
}

/// What a campaign of histories has to have reached, each in at least one of a hundred.
public enum HistoryFeature: String, CaseIterable, Hashable, Sendable {
    case conditionalCycle, replacement, rosterChangeWithOpenInstruments, decidingAbstention
    case closingAbandoned, closingCompleted, builtOnAbandonment, amendedAfterAbandonment, expelledAfterAbandonment,
        contestedPair
    case keyRotation, keyFreeze, keyRecovery, supersededStatement, disputedSeal, voidedSeal, fallenWithVoid
    case forkedKeys, decidingWithdrawal, enrollingOnly, expulsion, waking, replacedConstitution, conviction

    /// Those that a few dozen histories reach.
    public static let frequent: [HistoryFeature] = [
        .conditionalCycle, .replacement, .rosterChangeWithOpenInstruments, .decidingAbstention, .closingAbandoned,
        .closingCompleted, .keyRotation, .keyFreeze, .keyRecovery, .disputedSeal, .expulsion, .replacedConstitution,
        .conviction,
    ]

    /// How often a history reached it.
    public func count(in coverage: HistoryCoverage) -> Int {
        switch self {
        case .conditionalCycle: coverage.conditionalCycles
        case .replacement: coverage.replacements
        case .rosterChangeWithOpenInstruments: coverage.rosterChangesWithOpenInstruments
        case .decidingAbstention: coverage.decidingAbstentions
        case .closingAbandoned: coverage.closingsAbandoned
        case .closingCompleted: coverage.closingsCompleted
        case .builtOnAbandonment: coverage.builtOnAbandonment
        case .amendedAfterAbandonment: coverage.amendedAfterAbandonment
        case .expelledAfterAbandonment: coverage.expelledAfterAbandonment
        case .contestedPair: coverage.contestedPairs
        case .keyRotation: coverage.rotations
        case .keyFreeze: coverage.freezes
        case .keyRecovery: coverage.recoveries
        case .supersededStatement: coverage.supersededStatements
        case .disputedSeal: coverage.disputedSeals
        case .voidedSeal: coverage.voidSeals
        case .fallenWithVoid: coverage.fallenWithVoid
        case .decidingWithdrawal: coverage.decidingWithdrawals
        case .enrollingOnly: coverage.enrollingOnly
        case .expulsion: coverage.expulsions
        case .waking: coverage.wakings
        case .replacedConstitution: coverage.replacedConstitutions
        case .conviction: coverage.convictions
        case .forkedKeys: coverage.forkedKeys
        }
    }
}
