internal import Identity

/// What the set of parties that consent must be like: a condition that more parties never break.
///
/// Rules come down to this. An acceptance in all standings counts wherever an abstention does, or an acceptance in fewer
/// standings; so whatever some verdicts of some parties achieve, plain acceptances of the same parties achieve too.
indirect enum Condition: Hashable, Sendable {
    /// So many of these parties consent.
    case atLeast(Int, of: Set<Identifier>)
    case all([Condition])
    case any([Condition])

    static let never = Condition.any([])
    static let always = Condition.all([])

    /// All of them, said in as few words as is easy: more words cost more states.
    static func conjunction(_ parts: [Condition]) -> Condition {
        let parts = flattened(parts) { if case .all(let inner) = $0 { inner } else { nil } }
        if parts.contains(.never) { return .never }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    /// One of them; what asks for more than another part does is left out.
    static func disjunction(_ parts: [Condition]) -> Condition {
        let parts = flattened(parts) { if case .any(let inner) = $0 { inner } else { nil } }
        if parts.contains(.always) { return .always }
        let least = parts.indices.filter { place in
            !parts.indices.contains { other in
                guard other != place, asksNoMore(parts[other], than: parts[place]) else { return false }
                // Of two that say the same, the first stays.
                return other < place || !asksNoMore(parts[place], than: parts[other])
            }
        }.map { parts[$0] }
        return least.count == 1 ? least[0] : .any(least)
    }

    /// True if every part of the one is a part of the other; sets of more parties are not compared.
    private static func asksNoMore(_ one: Condition, than other: Condition) -> Bool {
        guard case .all(let larger) = other else { return false }
        if case .all(let smaller) = one { return smaller.allSatisfy(larger.contains) }
        return larger.contains(one)
    }

    private static func flattened(_ parts: [Condition], _ inner: (Condition) -> [Condition]?) -> [Condition] {
        var seen: Set<Condition> = []
        return parts.flatMap { inner($0) ?? [$0] }.filter { seen.insert($0).inserted }
    }

    /// How many terms there are, itself counted.
    var termCount: Int {
        switch self {
        case .atLeast: 1
        case .all(let parts), .any(let parts): parts.reduce(1) { $0 + $1.termCount }
        }
    }

    /// Every party that it speaks of.
    var parties: Set<Identifier> {
        switch self {
        case .atLeast(_, let parties): parties
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.parties) }
        }
    }

    func isMet(by parties: (Set<Identifier>) -> Int) -> Bool {
        switch self {
        case .atLeast(let number, let voters): parties(voters) >= number
        case .all(let parts): parts.allSatisfy { $0.isMet(by: parties) }
        case .any(let parts): parts.contains { $0.isMet(by: parties) }
        }
    }
}

/// Makes conditions of rules, by one constitution.
struct ConditionReader {
    let constitution: Constitution
    /// Everybody who has a record, or is counted by a rule.
    let everybody: Set<Identifier>

    /// How the standings that a rule speaks of are read.
    enum Rosters {
        /// As they are.
        case given
        /// As if those who consent had made themselves the holders of every standing: the rosters that serve them best,
        /// for then `all`, `majority` and every fraction are met, and `atLeast` asks for no more than their number.
        case ofThoseWhoConsent
    }

    /// When a rule as a whole is met: its terms, and an acceptance by a party that one of them counts.
    func condition(
        _ rule: Rule, _ rosters: Rosters, _ budget: inout AnalysisBudget
    ) throws(AnalysisExcess) -> Condition {
        var counted: Set<Identifier> = []
        let terms = try terms(rule, rosters, &counted, &budget)
        return .conjunction([terms, counted.isEmpty ? .never : .atLeast(1, of: counted)])
    }

    private func terms(
        _ rule: Rule, _ rosters: Rosters, _ counted: inout Set<Identifier>, _ budget: inout AnalysisBudget
    ) throws(AnalysisExcess) -> Condition {
        try budget.spend(1)
        switch rule {
        case .need(let share, let standings, _):
            let voters = rosters == .given ? constitution.holders(of: standings) : everybody
            try budget.spend(voters.count + standings.count)
            counted.formUnion(voters)
            return need(share, rosters, voters)
        case .party(let party):
            counted.insert(party)
            return .atLeast(1, of: [party])
        case .named: return .always
        case .all(let rules): return .conjunction(try parts(rules, rosters, &counted, &budget))
        case .any(let rules): return .disjunction(try parts(rules, rosters, &counted, &budget))
        }
    }

    private func parts(
        _ rules: [Rule], _ rosters: Rosters, _ counted: inout Set<Identifier>, _ budget: inout AnalysisBudget
    ) throws(AnalysisExcess) -> [Condition] {
        // The parts are compared with each other.
        try budget.spend(rules.count * rules.count)
        var parts: [Condition] = []
        for rule in rules { parts.append(try terms(rule, rosters, &counted, &budget)) }
        return parts
    }

    private func need(_ share: Rule.Share, _ rosters: Rosters, _ voters: Set<Identifier>) -> Condition {
        var number = share.threshold(of: voters.count)
        if rosters == .ofThoseWhoConsent {
            if case .atLeast(let least) = share { number = least } else { number = 1 }
        }
        return number > UInt64(voters.count) ? .never : .atLeast(Int(number), of: voters)
    }
}
