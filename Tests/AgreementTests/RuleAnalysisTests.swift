import AgreementReference
import Identity
import Testing

@testable import Agreement

@Suite("An analysis of rules")
struct RuleAnalysisTests {
    // MARK: Against the plain way

    @Test(arguments: 0..<160)
    func `finds of random rules what trying every verdict finds`(seed: Int) throws {
        var chance = SplitMix64(seed: UInt64(seed))
        let random = RandomConstitution(partyCount: 1 + seed % 4, standingCount: 1 + seed % 3, &chance)
        let plain = PlainRuleAnalysis(random.constitution, random.parties)
        let analysis = RuleAnalysis(of: random.constitution)
        let passing = random.constitution.rules.mapValues(plain.committing)
        #expect(analysis.classes.map(\.provisionClass) == random.constitution.rules.keys.sorted())
        for figures in analysis.classes {
            let rule = random.constitution.rules[figures.provisionClass]!
            let sets = passing[figures.provisionClass]!
            let comment: Comment = "seed \(seed), \(figures.provisionClass): \(rule), \(random.constitution.rosters)"
            #expect(figures.notAnalysed == nil, comment)
            #expect(figures.obstacles.isEmpty == !sets.isEmpty, comment)
            #expect(figures.liarsToSplit == PlainRuleAnalysis.fewestInCommon(sets, sets), comment)
            let across = passing.values.compactMap { PlainRuleAnalysis.fewestInCommon(sets, $0) }.min()
            #expect(figures.liarsToSplitAcross == across, comment)
            if let other = figures.acrossWith {
                #expect(PlainRuleAnalysis.fewestInCommon(sets, passing[other]!) == across, comment)
            }
            guard !sets.isEmpty else {
                #expect(figures.coalitions == nil, comment)
                continue
            }
            let coalitions = plain.coalitions(rule)
            let size = coalitions.map(\.nonzeroBitCount).min()!
            let found = try #require(figures.coalitions, comment)
            #expect(found.smallestSize == size, comment)
            let count = coalitions.filter { $0.nonzeroBitCount == size }.count
            #expect(found.smallestCount.description == "\(count)", comment)
            #expect(found.vetoHolders == plain.vetoHolders(sets), comment)
            #expect(found.smallestBlockingSize == plain.smallestBlockingSize(sets), comment)
            let counted = random.mask(of: rule)
            #expect(figures.partyCount == counted.nonzeroBitCount, comment)
            let silence = plain.silenceTolerated(sets, among: counted)
            #expect(figures.worstSilenceTolerated == silence.worst, comment)
            #expect(figures.bestSilenceTolerated == silence.best, comment)
        }
    }

    @Test(arguments: 0..<90)
    func `finds who passes a class in steps as trying every roster does`(seed: Int) {
        var chance = SplitMix64(seed: UInt64(10_000 + seed))
        let random = RandomConstitution(partyCount: 1 + seed % 3, standingCount: 1 + seed % 2, &chance)
        let plain = PlainRuleAnalysis(random.constitution, random.parties)
        for figures in RuleAnalysis(of: random.constitution).classes {
            let comment: Comment = "seed \(seed), \(figures.provisionClass): \(random.constitution)"
            let sets = plain.coalitionsInSteps(figures.provisionClass)
            #expect(figures.throughAmendment?.smallestSize == sets.map(\.nonzeroBitCount).min(), comment)
            guard let through = figures.throughAmendment else { continue }
            #expect(through.vetoHolders == plain.vetoHolders(sets), comment)
            #expect(through.liarsToSplit == PlainRuleAnalysis.fewestInCommon(sets, sets), comment)
            #expect(through.by.isEmpty == (through.smallestSize == figures.coalitions?.smallestSize), comment)
        }
    }

    // MARK: Known answers

    @Test func `of nine of fifteen with five permanent members is the Security Council's`() throws {
        let classes = RuleAnalysis(of: .securityCouncil).classes
        let figures = try #require(classes.first { $0.provisionClass == name("substantive") })
        let coalitions = try #require(figures.coalitions)
        #expect(coalitions.smallestSize == 9 && coalitions.smallestCount.description == "210")
        #expect(coalitions.vetoHolders == (1...5).map { name("permanent-\($0)") })
        #expect(coalitions.smallestBlockingSize == 1)
        #expect(figures.liarsToSplit == 5)
        #expect(figures.worstSilenceTolerated == 0 && figures.bestSilenceTolerated == 6)
    }

    @Test func `counts in numbers of any size`() throws {
        let parties = (0..<193).map { name("member-\($0)") }
        let constitution = Constitution.one(.need(.majority, of: [name("member")], counting: .accept), parties)
        let figures = try #require(RuleAnalysis(of: constitution).classes.first)
        // 193! / (97! · 96!), by another program.
        #expect(figures.coalitions?.smallestCount.description == Self.halfOf193)
        #expect(figures.liarsToSplit == 1)
    }

    private static let halfOf193 = "718238538450349196413827014486194605323934792594087999900"

    @Test func `says so where it was not analysed, and guesses nothing`() throws {
        let crowd = (0...RuleAnalysisLimits.parties).map { name("member-\($0)") }
        let tooMany = RuleAnalysis(of: .one(.need(.all, of: [name("member")], counting: .accept), crowd))
        #expect(tooMany.classes.allSatisfy { $0.notAnalysed == .parties && $0.coalitions == nil })
        #expect(tooMany.liarsToSplitAcross == nil && !tooMany.isSplittable)
    }

    @Test func `finds disjoint coalitions within a class, and across classes`() throws {
        let parties = ["a", "b", "c", "d"].map { name($0) }
        let half = Rule.need(.atLeast(2), of: [name("member")], counting: .accept)
        let within = RuleAnalysis(of: .one(half, parties))
        #expect(within.classes.allSatisfy { $0.liarsToSplit == 0 } && within.isSplittable)
        var apart = Constitution.one(.party(name("a")), parties)
        apart.rules[name("other")] = .party(name("b"))
        let across = RuleAnalysis(of: apart)
        #expect(across.classes.allSatisfy { $0.liarsToSplit == 1 && $0.liarsToSplitAcross == 0 })
        #expect(across.classes.first { $0.provisionClass == name("other") }?.acrossWith == name("party"))
        #expect(across.isSplittable)
    }
}

extension Constitution {
    /// Every class has the one rule, and all parties are members.
    static func one(_ rule: Rule, _ parties: [Identifier]) -> Constitution {
        Constitution(
            rules: Dictionary(uniqueKeysWithValues: ["roster", "rule", "party", "text"].map { (name($0), rule) }),
            rosters: [name("member"): Roster(holders: parties)],
            records: Dictionary(uniqueKeysWithValues: parties.map { ($0, nil) }))
    }

    static var securityCouncil: Constitution {
        let permanent = (1...5).map { name("permanent-\($0)") }
        let members = permanent + (1...10).map { name("elected-\($0)") }
        var constitution = one(.need(.all, of: [name("member")], counting: .accept), members)
        constitution.rosters[name("permanent")] = Roster(holders: permanent)
        constitution.rules[name("substantive")] = .all([
            .need(.atLeast(9), of: [name("member")], counting: .accept),
            .need(.all, of: [name("permanent")], counting: .acceptOrAbstain),
        ])
        return constitution
    }
}

/// Few parties in few standings, under rules of every form.
struct RandomConstitution {
    let parties: [Identifier]
    let constitution: Constitution

    init(partyCount: Int, standingCount: Int, _ chance: inout SplitMix64) {
        let parties = (0..<partyCount).map { name("p\($0)") }
        let standings = (0..<standingCount).map { name("s\($0)") }
        var rosters: [Identifier: Roster] = [:]
        for standing in standings {
            let holders = parties.filter { _ in Int.random(in: 0..<4, using: &chance) > 0 }
            rosters[standing] = Roster(holders: holders, isDormant: Int.random(in: 0..<8, using: &chance) == 0)
        }
        var rules: [Identifier: Rule] = [:]
        for provisionClass in ["one", "party", "roster", "rule", "two"] {
            rules[name(provisionClass)] = Self.rule(parties, standings, depth: 0, &chance)
        }
        self.parties = parties
        constitution = Constitution(
            rules: rules, rosters: rosters, records: Dictionary(uniqueKeysWithValues: parties.map { ($0, nil) }))
    }

    private static func rule(
        _ parties: [Identifier], _ standings: [Identifier], depth: Int, _ chance: inout SplitMix64
    ) -> Rule {
        switch Int.random(in: 0..<(depth < 3 ? 12 : 7), using: &chance) {
        case 0..<5:
            let count = Int.random(in: 1...standings.count, using: &chance)
            let of = standings.shuffled(using: &chance).prefix(count).sorted()
            return .need(share(&chance), of: of, counting: Bool.random(using: &chance) ? .accept : .acceptOrAbstain)
        case 5: return .party(parties.randomElement(using: &chance)!)
        case 6: return .named(name("obligors"))
        case let form:
            let parts = (0...Int.random(in: 0..<3, using: &chance)).map { _ in
                rule(parties, standings, depth: depth + 1, &chance)
            }
            return form < 10 ? .all(parts) : .any(parts)
        }
    }

    private static func share(_ chance: inout SplitMix64) -> Rule.Share {
        switch Int.random(in: 0..<4, using: &chance) {
        case 0: return .all
        case 1: return .majority
        case 2: return .atLeast(UInt64.random(in: 1...4, using: &chance))
        default:
            let q = UInt64.random(in: 1...5, using: &chance)
            return .fraction(UInt64.random(in: 1...q, using: &chance), q)
        }
    }

    /// The parties that a rule counts, as bits.
    func mask(of rule: Rule) -> Int {
        var counted = Set(rule.standings.flatMap { constitution.rosters[$0]?.effectiveHolders ?? [] })
        func add(_ rule: Rule) {
            switch rule {
            case .need, .named: break
            case .party(let party): counted.insert(party)
            case .all(let rules), .any(let rules): rules.forEach(add)
            }
        }
        add(rule)
        return parties.enumerated().reduce(0) { $0 | (counted.contains($1.element) ? 1 << $1.offset : 0) }
    }
}
