internal import Identity

/// Goes through the questions of an analysis in a fixed order, and asks none of them twice.
struct Analyst {
    private let constitution: Constitution
    private let reader: ConditionReader
    private var budget = AnalysisBudget()
    /// The conditions spoken of so far, each once.
    private var conditions: [Condition] = []
    private var placeOf: [Condition: Int] = [:]
    private var order = PartyOrder([], [])
    private var diagrams: [Int: Result<CoalitionDiagram, AnalysisExcess>] = [:]
    private var inCommon: [Pair: Result<Int?, AnalysisExcess>] = [:]

    private struct Pair: Hashable {
        let one: Int
        let other: Int
    }

    /// When a class is passed: at once, and in steps, by first amending a roster, a rule or a party record.
    private struct Ways {
        let own: Int
        let steps: [(word: Identifier, condition: Int)]
        let inSteps: Int
    }

    init(_ constitution: Constitution) {
        self.constitution = constitution
        var everybody = Set(constitution.records.keys)
        for rule in constitution.rules.values {
            everybody.formUnion(constitution.holders(of: rule.standings))
            everybody.formUnion(rule.partiesAsked)
        }
        reader = ConditionReader(constitution: constitution, everybody: everybody)
    }

    mutating func classes() -> [ClassAnalysis] {
        let names = constitution.rules.keys.sorted()
        let ways: [Identifier: Ways]
        do {
            ways = try self.ways(for: names)
        } catch {
            return names.map { name in
                var figures = ClassAnalysis(name, obstacles(of: name), partyCount: countedParties(of: name))
                figures.note(error)
                return figures
            }
        }
        order = PartyOrder(reader.everybody, conditions)
        var classes: [ClassAnalysis] = []
        for name in names { classes.append(analysis(of: name, ways)) }
        return classes
    }

    private func obstacles(of name: Identifier) -> [RuleObstacle] {
        constitution.obstacles(in: constitution.rules[name]!)
    }

    private func countedParties(of name: Identifier) -> Int {
        let rule = constitution.rules[name]!
        return constitution.holders(of: rule.standings).union(rule.partiesAsked).count
    }

    // MARK: Conditions

    private mutating func ways(for names: [Identifier]) throws(AnalysisExcess) -> [Identifier: Ways] {
        guard reader.everybody.count <= RuleAnalysisLimits.parties else { throw .parties }
        guard names.count <= RuleAnalysisLimits.rules else { throw .rules }
        var own: [Identifier: Condition] = [:]
        var onceEnrolled: [Identifier: Condition] = [:]
        for name in names {
            own[name] = try reader.condition(constitution.rules[name]!, .given, &budget)
            onceEnrolled[name] = try reader.condition(constitution.rules[name]!, .ofThoseWhoConsent, &budget)
        }
        var ways: [Identifier: Ways] = [:]
        for name in names {
            // The terms of four rules are laid side by side, and later each party looked for in each of them.
            let termCount = Set([name, Self.party, Self.roster, Self.rule]).reduce(0) {
                $0 + (own[$1]?.termCount ?? 0) + (onceEnrolled[$1]?.termCount ?? 0)
            }
            try budget.spend(termCount * (reader.everybody.count + termCount))
            ways[name] = self.ways(for: name, own, onceEnrolled)
        }
        return ways
    }

    /// Who amends a rule can give the class any; who amends party records can give every party its own keys; who amends
    /// rosters can have them held by those who consent, and goes on from there in any of the other ways.
    private mutating func ways(
        for name: Identifier, _ own: [Identifier: Condition], _ onceEnrolled: [Identifier: Condition]
    ) -> Ways {
        let afterwards = Condition.disjunction([name, Self.rule, Self.party].map { onceEnrolled[$0] ?? .never })
        let steps: [(word: Identifier, condition: Condition)] = [
            (Self.party, own[Self.party] ?? .never),
            (Self.roster, .conjunction([own[Self.roster] ?? .never, afterwards])),
            (Self.rule, own[Self.rule] ?? .never),
        ]
        let inSteps = Condition.disjunction([own[name]!] + steps.map(\.condition))
        return Ways(
            own: place(of: own[name]!), steps: steps.map { ($0.word, place(of: $0.condition)) },
            inSteps: place(of: inSteps))
    }

    private static let party = Identifier("party")!
    private static let roster = Identifier("roster")!
    private static let rule = Identifier("rule")!

    private mutating func place(of condition: Condition) -> Int {
        if let place = placeOf[condition] { return place }
        placeOf[condition] = conditions.count
        conditions.append(condition)
        return conditions.count - 1
    }

    // MARK: One class

    private mutating func analysis(of name: Identifier, _ ways: [Identifier: Ways]) -> ClassAnalysis {
        var figures = ClassAnalysis(name, obstacles(of: name), partyCount: countedParties(of: name))
        let own = ways[name]!
        do { figures.coalitions = try coalitions(for: own.own) } catch { figures.note(error) }
        do { figures.liarsToSplit = try fewestInCommon(own.own, own.own) } catch { figures.note(error) }
        liarsAcross(&figures, ways)
        do { figures.throughAmendment = try throughAmendment(own) } catch { figures.note(error) }
        return figures
    }

    private mutating func coalitions(for condition: Int) throws(AnalysisExcess) -> ClassAnalysis.Coalitions? {
        let diagram = try diagram(of: condition)
        guard let smallest = diagram.smallestCoalitions(), let blocking = diagram.smallestBlockingSize() else {
            return nil
        }
        return ClassAnalysis.Coalitions(
            smallestSize: smallest.size, smallestCount: smallest.count, vetoHolders: try vetoHolders(condition),
            smallestBlockingSize: blocking)
    }

    /// The fewest over all second classes; it is known where one was not analysed only if it is none.
    private mutating func liarsAcross(_ figures: inout ClassAnalysis, _ ways: [Identifier: Ways]) {
        let name = figures.provisionClass
        var isWhole = true
        for other in ways.keys.sorted().filter({ $0 != name }) + [name] {
            do {
                guard let liars = try fewestInCommon(ways[name]!.own, ways[other]!.own) else { continue }
                if liars < figures.liarsToSplitAcross ?? .max {
                    figures.liarsToSplitAcross = liars
                    figures.acrossWith = other
                }
            } catch {
                figures.note(error)
                isWhole = false
            }
        }
        guard !isWhole, figures.liarsToSplitAcross != 0 else { return }
        figures.liarsToSplitAcross = nil
        figures.acrossWith = nil
    }

    private mutating func throughAmendment(_ ways: Ways) throws(AnalysisExcess) -> ClassAnalysis.ThroughAmendment? {
        guard let size = try diagram(of: ways.inSteps).smallestCoalitions()?.size else { return nil }
        let atOnce = try diagram(of: ways.own).smallestCoalitions()?.size
        var by: [Identifier] = []
        for (word, condition) in ways.steps where size < atOnce ?? .max {
            if try diagram(of: condition).smallestCoalitions()?.size == size { by.append(word) }
        }
        return ClassAnalysis.ThroughAmendment(
            smallestSize: size, vetoHolders: try vetoHolders(ways.inSteps),
            liarsToSplit: try fewestInCommon(ways.inSteps, ways.inSteps), by: by)
    }

    // MARK: Questions

    /// The parties without whom all others together do not meet the condition.
    private mutating func vetoHolders(_ place: Int) throws(AnalysisExcess) -> [Identifier] {
        let condition = conditions[place]
        let candidates = condition.parties.sorted()
        try budget.spend(candidates.count * condition.termCount)
        return candidates.filter { party in
            !condition.isMet { voters in voters.count - (voters.contains(party) ? 1 : 0) }
        }
    }

    private mutating func diagram(of place: Int) throws(AnalysisExcess) -> CoalitionDiagram {
        if let known = diagrams[place] { return try known.get() }
        do {
            let diagram = try CoalitionDiagram(conditions[place], order, &budget)
            diagrams[place] = .success(diagram)
            return diagram
        } catch {
            diagrams[place] = .failure(error)
            throw error
        }
    }

    private mutating func fewestInCommon(_ one: Int, _ other: Int) throws(AnalysisExcess) -> Int? {
        let pair = Pair(one: min(one, other), other: max(one, other))
        if let known = inCommon[pair] { return try known.get() }
        do {
            let (one, other) = (try diagram(of: pair.one), try diagram(of: pair.other))
            let fewest = try CoalitionDiagram.fewestInCommon(one, other, &budget)
            inCommon[pair] = .success(fewest)
            return fewest
        } catch {
            inCommon[pair] = .failure(error)
            throw error
        }
    }
}

extension Rule {
    /// The parties that `party` terms ask for.
    fileprivate var partiesAsked: Set<Identifier> {
        switch self {
        case .need, .named: []
        case .party(let party): [party]
        case .all(let rules), .any(let rules): rules.reduce(into: []) { $0.formUnion($1.partiesAsked) }
        }
    }
}
