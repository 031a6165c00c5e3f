internal import Agreement
internal import Identity

/// Whether a rule that somebody wrote speaks of what there is, and can ever be met: the analysis of rules says that, and
/// here it is said at its place, with what to do.
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
    func canBeMet(_ rule: Rule) -> Bool { constitution.obstacles(in: rule).isEmpty }

    /// What makes that it can never be met, each at its place.
    func obstacles(in rule: WrittenRule) -> [Placed<String>] {
        constitution.obstacles(in: rule.rule).map {
            Placed(value: $0.reason.advice, place: rule.part(at: $0.path).place)
        }
    }

    private var constitution: Constitution { Constitution(rules: [:], rosters: rosters, records: [:]) }

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

extension RuleObstacle.Reason {
    /// What is wrong and what to do.
    var advice: String {
        switch self {
        case .nobodyHolds(let standings):
            return "nobody holds \(standings.map(\.string).listed). Name a holder, or another standing."
        case .dormant(let standings):
            let names = standings.map(\.string).listed
            return "\(names) is dormant and counts nobody. Name another standing, or delete `dormant`."
        case .tooFewHolders(let standings, let holders, let needed):
            let count = holders == 1 ? "there is only 1" : "there are only \(holders)"
            return
                "it needs \(needed) of the holders of \(standings.map(\.string).listed), and \(count). Write a smaller "
                + "number."
        case .countsNobody:
            return
                "`named` alone asks for nobody where the attribute is missing, and a rule that nobody accepts is not "
                + "met. Write `all: [{ named: .. }, { need: .. }]`."
        }
    }
}

extension WrittenRule {
    /// The term at a path through the lists of `all` and `any`; an obstacle's path leads to one.
    fileprivate func part(at path: [Int]) -> WrittenRule {
        guard let place = path.first else { return self }
        switch term {
        case .all(let rules), .any(let rules): return rules[place].part(at: Array(path.dropFirst()))
        case .need, .party, .named: return self
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
