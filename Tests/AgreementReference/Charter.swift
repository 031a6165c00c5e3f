/// The charter that random histories start from: parties, standings, rules, and some articles.
extension HistoryGenerator {
    static let names = ["chn", "eu", "jpn", "mng", "prk", "rok", "rus", "usa"]
    static let classes = [
        "closing", "correction", "hard-security", "party", "procedure", "roster", "rule", "soft-security",
    ]
    static let standings = ["concerned", "key-state", "observer", "partner"]

    mutating func foundCharter() {
        parties = Array(random.shuffled(Self.names).prefix(random.within(3...6))).sortedBytewise()
        let order = random.shuffled(parties)
        let outsiders = Set(parties.count > 4 ? order.suffix(1) : [])
        let members = order.filter { !outsiders.contains($0) }
        let keyStates = Array(members.prefix(random.within(min(3, members.count)...min(4, members.count))))
        let others = members.filter { !keyStates.contains($0) }
        let rosters = [
            "key-state": keyStates,
            "concerned": random.some(of: members, percent: 50),
            "partner": others + random.some(of: keyStates, percent: 25),
            "observer": random.some(of: members, percent: 35),
        ]
        hasSafeRules = !random.chance(20)
        let share = theme == .rivals ? 20 : 55
        liars = random.chance(share) ? [] : Set(random.shuffled(parties).prefix(random.within(1...2)))

        var contents: [String: ReferenceContent] = [:]
        for (standing, holders) in rosters.sorted(by: { $0.key < $1.key }) {
            contents[Provision.roster(standing)] = .roster(
                holders.sortedBytewise(), isDormant: standing == "observer")
        }
        for provisionClass in Self.classes {
            contents[Provision.rule(provisionClass)] = .rule(rule(for: provisionClass))
        }
        for member in members.sortedBytewise() { contents[Provision.party(member)] = newRecord(of: member) }
        addArticles(to: &contents)
        let isSpoilt = random.chance(2)
        if isSpoilt { spoil(&contents) }
        let founding = builder.found(contents)
        for party in parties { nodes[party] = Node(party: party) }
        if !isSpoilt || random.chance(50) {
            for founder in members.sortedBytewise() { give(founding, by: founder, .accept) }
        }
        for party in parties { learnEverything(party) }
    }

    /// A charter that founds nothing: it names nobody, or a class has no rule, or a holder no keys.
    private mutating func spoil(_ contents: inout [String: ReferenceContent]) {
        let names = contents.keys.sortedBytewise()
        switch random.below(3) {
        case 0:
            for name in names {
                guard case .roster(let holders, _) = contents[name]?.matter else { continue }
                contents[name] = .roster(holders, isDormant: true)
            }
        case 1: contents[random.pick(names.filter { $0.hasPrefix("rule/") }) ?? ""] = nil
        default: contents[random.pick(names.filter { $0.hasPrefix("party/") }) ?? ""] = nil
        }
    }

    mutating func newRecord(of party: String) -> ReferenceContent {
        let shape = HistoryBuilder.KeyShape(
            sealKeys: random.chance(15) ? 3 : 1, threshold: 1, hasRecovery: random.chance(65),
            hasNext: random.chance(20))
        var wide = shape
        wide.threshold = shape.sealKeys / 2 + 1
        return builder.newRecord(of: party, wide)
    }

    private mutating func addArticles(to contents: inout [String: ReferenceContent]) {
        contents["c1"] = ReferenceContent(class: "procedure", words: words())
        for article in 1...4 {
            contents["a\(article)"] = newArticle(in: random.chance(60) ? "c1" : nil)
            if random.chance(40) { contents["a\(article)-1"] = newArticle(in: "a\(article)") }
        }
        contents["d1"] = ReferenceContent(class: "correction", words: words())
    }

    /// An article of any ordinary class, now and then with a list of addressees.
    mutating func newArticle(in parent: String?) -> ReferenceContent {
        let provisionClass = random.pick(["correction", "hard-security", "procedure", "soft-security"]) ?? "procedure"
        let addressees = random.chance(30) ? random.some(of: parties, percent: 30) : []
        return ReferenceContent(
            class: provisionClass, parent: parent, words: words(),
            named: addressees.isEmpty ? [:] : ["addressees": addressees])
    }

    mutating func words() -> String { "as agreed in " + random.hex(6) }

    // MARK: Rules

    mutating func rule(for provisionClass: String) -> ReferenceRule {
        let isLight = !["rule", "roster", "party"].contains(provisionClass)
        if !hasSafeRules && isLight && random.chance(60) { return unsafeRule() }
        let core = core()
        if isLight, let themed = themedRule(core) { return themed }
        let someone = random.pick(parties) ?? ""
        switch random.below(14) {
        case 0: return .all([core, .need(.atLeast(1), of: ["concerned"])])
        case 1: return .all([core, .named("addressees")])
        case 2: return .any([.need(.all, of: ["key-state"]), .all([core, .need(.majority, of: ["partner"])])])
        case 3: return .all([core, .need(.fraction(1, 2), of: ["concerned", "key-state"])])
        case 4: return .all([core, .any([.party(someone), .need(.atLeast(2), of: ["key-state", "partner"])])])
        case 5: return .need(.majority, of: ["key-state"], countingAbstentions: true)
        case 6, 7: return .all([core, .need(.all, of: ["key-state"], countingAbstentions: true)])
        case 8: return .all([core, .need(.fraction(1, 3), of: ["partner"], countingAbstentions: true)])
        case 9: return .any([.all([core, .party(someone)]), core])
        default: return core
        }
    }

    /// What the theme asks for: standings of which all are asked, or in which abstentions count.
    private mutating func themedRule(_ core: ReferenceRule) -> ReferenceRule? {
        guard random.chance(60) else { return nil }
        switch theme {
        case .leaving:
            if random.chance(40) { return .need(.all, of: ["key-state"]) }
            let standing = random.pick(["concerned", "key-state", "partner"]) ?? ""
            return .all([core, .need(.all, of: [standing], countingAbstentions: random.chance(20))])
        case .theft: return .need(.all, of: ["key-state"])
        case .abstaining: return .all([.need(.majority, of: ["key-state"], countingAbstentions: true)])
        default: return nil
        }
    }

    /// A majority of the key states at least.
    private mutating func core() -> ReferenceRule {
        switch random.below(10) {
        case 0: .need(.all, of: ["key-state"])
        case 1...3: .need(.fraction(2, 3), of: ["key-state"])
        default: .need(.majority, of: ["key-state"])
        }
    }

    /// Allows two coalitions with nobody in common.
    private mutating func unsafeRule() -> ReferenceRule {
        let someone = random.pick(parties) ?? ""
        let another = random.pick(parties) ?? ""
        switch random.below(5) {
        case 0: return .party(someone)
        case 1: return .any([.party(someone), .party(another)])
        case 2: return .need(.atLeast(1), of: ["key-state"])
        case 3: return .need(.atLeast(2), of: ["concerned", "key-state", "partner"], countingAbstentions: true)
        default: return .named("addressees")
        }
    }
}
