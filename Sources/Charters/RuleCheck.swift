internal import Agreement
internal import Identity

/// Whether a rule can ever be met: not where a term counts more parties than there are, nor where nobody is counted.
///
/// Everybody is supposed to accept. What then fails, fails whoever consents.
struct RuleCheck {
    let rosters: [Identifier: Roster]
    let parties: Set<Identifier>

    /// Reports standings and parties that nobody knows, and terms that cannot be met.
    ///
    /// - Parameter counting: whether the rosters can be counted, or were found faulty.
    func check(_ rule: WrittenRule, _ what: String, _ findings: inout Findings, counting: Bool = true) {
        let before = findings.faults.count
        checkNames(rule, what, &findings)
        guard counting, findings.faults.count == before else { return }
        for obstacle in obstacles(in: rule) {
            findings.report(.impossibleRule, at: obstacle.place, "\(what) can never be met: \(obstacle.value)")
        }
    }

    /// True if the rule would be met if everybody accepted.
    func canBeMet(_ rule: Rule) -> Bool { obstacles(in: WrittenRule(rule, at: .start)).isEmpty }

    func obstacles(in rule: WrittenRule) -> [Placed<String>] {
        let obstacles = unmet(rule)
        guard obstacles.isEmpty, !countsSomebody(rule) else { return obstacles }
        let message =
            "`named` alone asks for nobody where the attribute is missing, and a rule that nobody accepts is not met. "
            + "Write `all: [{ named: .. }, { need: .. }]`."
        return [Placed(value: message, place: rule.place)]
    }

    private func unmet(_ rule: WrittenRule) -> [Placed<String>] {
        switch rule.term {
        case .need(let share, let standings, _):
            return shortage(share, of: standings).map { [Placed(value: $0, place: rule.place)] } ?? []
        case .party, .named: return []
        case .all(let rules): return rules.flatMap(unmet)
        case .any(let rules):
            let obstacles = rules.map(unmet)
            return obstacles.contains(where: \.isEmpty) ? [] : obstacles.flatMap { $0 }
        }
    }

    private func shortage(_ share: Rule.Share, of standings: [Placed<Identifier>]) -> String? {
        let names = standings.map(\.value.string)
        let holders = Set(standings.flatMap { rosters[$0.value]?.effectiveHolders ?? [] })
        guard !holders.isEmpty else {
            let isDormant = standings.contains {
                rosters[$0.value].map { $0.isDormant && !$0.holders.isEmpty } ?? false
            }
            return isDormant
                ? "\(names.listed) is dormant and counts nobody. Name another standing, or delete `dormant`."
                : "nobody holds \(names.listed). Name a holder, or another standing."
        }
        guard share.threshold(of: holders.count) > UInt64(holders.count) else { return nil }
        let count = holders.count == 1 ? "there is only 1" : "there are only \(holders.count)"
        return
            "it needs \(share.threshold(of: holders.count)) of the holders of \(names.listed), and \(count). Write a "
            + "smaller number."
    }

    private func countsSomebody(_ rule: WrittenRule) -> Bool {
        switch rule.term {
        case .need(_, let standings, _): standings.contains { !(rosters[$0.value]?.effectiveHolders ?? []).isEmpty }
        case .party: true
        case .named: false
        case .all(let rules), .any(let rules): rules.contains(where: countsSomebody)
        }
    }

    private func checkNames(_ rule: WrittenRule, _ what: String, _ findings: inout Findings) {
        switch rule.term {
        case .need(_, let standings, _):
            for standing in standings where rosters[standing.value] == nil {
                let name = standing.value.string
                findings.report(
                    .unknownStanding, at: standing.place,
                    "\(what) speaks of \(name.quoted), which is none of the standings "
                        + "\(rosters.keys.sorted().map(\.string).listed)."
                        + NearestName.question(rosters.keys.map(\.string), near: name))
            }
        case .party(let party) where !parties.contains(party):
            findings.report(
                .unknownParty, at: rule.place,
                "\(what) asks for \(party.string.quoted), which is no party."
                    + NearestName.question(parties.map(\.string), near: party.string))
        case .party, .named: return
        case .all(let rules), .any(let rules):
            for part in rules { checkNames(part, what, &findings) }
        }
    }
}

extension Rule {
    /// The attributes that a `named` in it speaks of.
    var attributesNamed: Set<Identifier> {
        switch self {
        case .need, .party: []
        case .named(let attribute): [attribute]
        case .all(let rules), .any(let rules): rules.reduce(into: []) { $0.formUnion($1.attributesNamed) }
        }
    }
}
