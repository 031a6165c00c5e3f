public import Identity

/// Why a rule is not met even if everybody accepts.
public struct RuleObstacle: Hashable, Sendable {
    /// Where in the rule it is: places in the lists of `all` and `any`, from the outside in; empty for the whole rule.
    public let path: [Int]
    public let reason: Reason

    public enum Reason: Hashable, Sendable {
        /// Nobody holds any of these standings.
        case nobodyHolds([Identifier])
        /// All that hold these standings are on dormant rosters.
        case dormant([Identifier])
        /// The share is larger than the number of holders.
        case tooFewHolders(of: [Identifier], holders: Int, needed: UInt64)
        /// No term counts anybody, and a rule that nobody accepts is not met.
        case countsNobody
    }
}

extension Constitution {
    /// What makes that a rule can never be met, by these rosters and with nobody named in the text; none if it can.
    public func obstacles(in rule: Rule) -> [RuleObstacle] {
        let unmet = unmet(rule, at: [])
        guard unmet.isEmpty, !countsSomebody(rule) else { return unmet }
        return [RuleObstacle(path: [], reason: .countsNobody)]
    }

    private func unmet(_ rule: Rule, at path: [Int]) -> [RuleObstacle] {
        switch rule {
        case .need(let share, let standings, _):
            return shortage(share, of: standings).map { [RuleObstacle(path: path, reason: $0)] } ?? []
        case .party, .named: return []
        case .all(let rules): return rules.enumerated().flatMap { unmet($0.element, at: path + [$0.offset]) }
        case .any(let rules):
            let obstacles = rules.enumerated().map { unmet($0.element, at: path + [$0.offset]) }
            return obstacles.contains(where: \.isEmpty) ? [] : obstacles.flatMap { $0 }
        }
    }

    private func shortage(_ share: Rule.Share, of standings: [Identifier]) -> RuleObstacle.Reason? {
        let count = holders(of: standings).count
        guard count > 0 else {
            let isDormant = standings.contains { rosters[$0].map { $0.isDormant && !$0.holders.isEmpty } ?? false }
            return isDormant ? .dormant(standings) : .nobodyHolds(standings)
        }
        let needed = share.threshold(of: count)
        return needed > UInt64(count) ? .tooFewHolders(of: standings, holders: count, needed: needed) : nil
    }

    private func countsSomebody(_ rule: Rule) -> Bool {
        switch rule {
        case .need(_, let standings, _): !holders(of: standings).isEmpty
        case .party: true
        case .named: false
        case .all(let rules), .any(let rules): rules.contains(where: countsSomebody)
        }
    }
}
