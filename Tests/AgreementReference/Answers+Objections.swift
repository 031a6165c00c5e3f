/// The honest check's objections, in the order and with the details that the specification gives them.
extension Reference {
    /// One objection: the clause as the specification calls it, and what it is about.
    package struct Objected: Hashable, Sendable {
        package let clause: String
        /// Instruments, verdicts or classes, in the clause's own order.
        package let about: [String]

        package init(_ clause: String, _ about: [String] = []) {
            self.clause = clause
            self.about = about
        }
    }

    /// - Parameters:
    ///   - root: That of the chain which the party is about to seal under.
    ///   - remembered: What its machine remembers, given without condition for all that it knows.
    package func objected(
        to verdict: ReferenceVerdict, on instrument: String, by party: String, provided: [String] = [],
        under root: String, remembering remembered: [(instrument: String, verdict: ReferenceVerdict)] = []
    ) -> [Objected] {
        let known = word(of: party, sealing: instrument, under: root, remembering: [])
        let given = remembered.filter { $0.instrument == instrument }.map(\.verdict)
        let verdicts = (known.verdicts[instrument] ?? []).union(given)
        if let other = ReferenceVerdict.allCases.first(where: { $0 != verdict && verdicts.contains($0) }) {
            return [Objected("otherVerdict", [other.rawValue])]
        }
        let found = objections(
            of: party, to: instrument, verdict: verdict, provided: provided, under: root,
            remembering: Self.untold(remembered, to: known, by: party))
        return earlierObjected(found, to: instrument) + found.compactMap { objected($0, instrument) }
            + toppled(found)
    }

    /// The verdicts that a machine remembers and the records do not hold, in seals without conditions.
    private static func untold(
        _ remembered: [(instrument: String, verdict: ReferenceVerdict)], to known: ReferenceWord, by party: String
    ) -> [ReferenceSeal] {
        var untold: [ReferenceSeal] = []
        for (instrument, verdicts) in Dictionary(grouping: remembered, by: \.instrument) {
            let held = (known.commitments[instrument] ?? []).count
            let commits = verdicts.map(\.verdict).filter(\.commits)
            if let verdict = commits.first, held < commits.count {
                untold.append(ReferenceSeal(party: party, instrument: instrument, keys: "", verdict: verdict))
            }
        }
        return untold
    }

    // MARK: Against what was committed to before

    private func earlierObjected(_ found: [ReferenceObjection], to instrument: String) -> [Objected] {
        var clauses: [String: [ReferenceObjection]] = [:]
        for objection in found {
            if let earlier = objection.earlier { clauses[earlier, default: []].append(objection) }
        }
        return inOrder(clauses.keys).flatMap { earlier in
            let all = clauses[earlier] ?? []
            if all.contains(.isReplacedBy(earlier)) { return [Objected("replacedBy", [earlier])] }
            if all.contains(.conflictsWith(earlier)) { return [Objected("conflictsWith", [earlier])] }
            return details(of: all, on: instrument, after: earlier)
        }
    }

    /// Each clause with each of the instruments by which it holds.
    private func details(
        of found: [ReferenceObjection], on instrument: String, after earlier: String
    ) -> [Objected] {
        let beneath = ground.beneath[instrument] ?? []
        let beneathEarlier = ground.beneath[earlier] ?? []
        func said(_ clause: String, _ of: Set<String>) -> [Objected] {
            inOrder(of).map { Objected(clause, [earlier, $0]) }
        }
        var details: [Objected] = []
        if found.contains(.groundIsReplacedBy(earlier)) {
            details += said("groundReplacedBy", beneath.intersection(ground.instruments[earlier]?.replaces ?? []))
        }
        if found.contains(.groundConflictsWith(earlier)) {
            let rivals = beneath.intersection(ground.conflicts[earlier] ?? [])
            details += said("groundConflictsWith", rivals.filter { !answers($0, earlier) })
        }
        if found.contains(.replacesGroundOf(earlier)) {
            details += said(
                "earlierBuiltOnReplaced", beneathEarlier.intersection(ground.instruments[instrument]?.replaces ?? []))
        }
        if found.contains(.conflictsWithGroundOf(earlier)) {
            details += said("earlierBuiltOnRival", beneathEarlier.intersection(ground.conflicts[instrument] ?? []))
        }
        return details
    }

    private func answers(_ later: String, _ earlier: String) -> Bool {
        guard let value = ground.instruments[later] else { return false }
        return ground.answers(value, beneath: ground.beneath[later] ?? [], earlier)
    }

    // MARK: The rest

    private func objected(_ objection: ReferenceObjection, _ instrument: String) -> Objected? {
        switch objection {
        case .isReplacedBy, .conflictsWith, .groundIsReplacedBy, .groundConflictsWith, .replacesGroundOf,
            .conflictsWithGroundOf, .wouldTopple, .isAnotherVerdict:
            return nil  // said before, or after
        case .isNotKnown(let id):
            let isJudged = id == instrument && ground.verdicts[id] != nil
            return isJudged ? Objected("illFormed") : Objected("notKnown", [id])
        case .isWithdrawn: return Objected("withdrawn")
        case .leavesRuleUnmeetable(let provisionClass): return Objected("leavesRuleUnmeetable", [provisionClass])
        case .wouldNotStand:
            let then = points(supposing: instrument).standing
            return Objected("wouldNotStand", (ground.beneath[instrument] ?? []).subtracting(then).sortedBytewise())
        case .wouldCompleteNothing(let subject): return Objected("wouldCompleteNothing", [subject])
        case .restsOnDisputed(let resting): return Objected("restsOnDisputed", resting)
        case .isProvidedOnWhatItReplaces(let condition): return Objected("providedOnReplaced", [condition])
        }
    }

    private func toppled(_ found: [ReferenceObjection]) -> [Objected] {
        let toppled = found.compactMap { if case .wouldTopple(let earlier) = $0 { earlier } else { nil } }
        return inOrder(toppled).map { Objected("wouldTopple", [$0]) }
    }

    // MARK: The order of instruments

    /// What is named before what names it, by the longest line of names beneath each; of equals by ids.
    package func inOrder(_ ids: some Collection<String>) -> [String] {
        guard ids.count > 1 else { return Array(ids) }
        var depths: [String: Int] = [:]
        return ids.map { (depth: depth(of: $0, &depths), id: $0) }.sorted { one, other in
            one.depth == other.depth ? precedesBytewise(one.id, other.id) : one.depth < other.depth
        }.map(\.id)
    }

    private func depth(of id: String, _ known: inout [String: Int]) -> Int {
        if let depth = known[id] { return depth }
        var depth = 0
        if let value = ground.instruments[id] {
            let subject = value.closing.map { [$0.subject] } ?? []
            for named in value.directGround.union(value.replaces).union(subject) {
                depth = max(depth, self.depth(of: named, &known) + 1)
            }
        }
        known[id] = depth
        return depth
    }
}

extension ReferenceObjection {
    /// The commitment that speaks against the instrument, for the clauses that are read from instruments alone.
    fileprivate var earlier: String? {
        switch self {
        case .isReplacedBy(let id), .conflictsWith(let id), .groundIsReplacedBy(let id), .groundConflictsWith(let id),
            .replacesGroundOf(let id), .conflictsWithGroundOf(let id):
            id
        case .isNotKnown, .isWithdrawn, .leavesRuleUnmeetable, .wouldNotStand, .wouldCompleteNothing, .wouldTopple,
            .restsOnDisputed, .isProvidedOnWhatItReplaces, .isAnotherVerdict:
            nil
        }
    }
}
