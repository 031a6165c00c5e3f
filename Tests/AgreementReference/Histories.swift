/// Random histories: a consortium of four to eight parties that amends its charter for a while.
///
/// Honest parties draft on the state in force as they know it, cooperate mostly, and ask the honest check before
/// every seal; liars seal what they like. What a party knows is what it heard from others: sometimes everybody tells
/// everybody, sometimes only two meet. The same seed and the same assigned ids give the same history.
///
/// ```swift
/// var generator = HistoryGenerator(seed: 7, assignID: { encode($0).digest }, assignKeyRecord: { keyRecord($0, $1) })
/// let history = generator.history()
/// ```
///
/// Faults that a decoder refuses (an empty list in a rule, a reserved provision of another class) do not occur; those
/// that only the whole ground shows do.
public struct HistoryGenerator {
    var random: SplitMix64
    var builder: HistoryBuilder
    var nodes: [String: Node] = [:]
    /// All parties, ascending, those who have not yet acceded too.
    var parties: [String] = []
    var liars: Set<String> = []
    var hasSafeRules = true
    /// What the wary seal an instrument provided.
    var provisos: [String: Proviso] = [:]
    /// The seals of each party on each instrument.
    private var given: [String: [ReferenceSeal]] = [:]
    /// What was in force for some proposer at some time.
    private var snapshots: [Set<String>] = []
    private var cache: [Knowledge: Reference] = [:]
    private let memo = ReferenceMemo()
    private var numbered: [NumberedSeal] = []
    var nextProvision = 0

    struct Knowledge: Hashable {
        var instruments: Set<String> = []
        var seals: Set<Int> = []
    }

    struct Node {
        let party: String
        var knowledge = Knowledge()
    }

    struct Proviso {
        let wary: Set<String>
        let provided: [String]
    }

    public init(seed: UInt64, names: HistoryNames, meaning: ReferenceMeaning = .agreed) {
        random = SplitMix64(seed: seed)
        builder = HistoryBuilder(names: names, meaning: meaning)
    }

    /// With made-up ids.
    public init(seed: UInt64, meaning: ReferenceMeaning = .agreed) {
        self.init(seed: seed, names: .madeUp(seed: seed), meaning: meaning)
    }

    /// Generates the history; call it once.
    public mutating func history() -> ReferenceHistory {
        foundCharter()
        let length = random.within(24...40)
        while builder.ground.instruments.count < length {
            let published = propose()
            gossip(about: published)
            for _ in 0..<random.within(1...2) { sealingRound() }
        }
        if random.chance(60) {
            for party in parties { learnEverything(party) }
            sealingRound()
        }
        var history = builder.history
        history.liars = liars
        history.hasSafeRules = hasSafeRules
        history.events = delayed(history.events)
        return history
    }

    /// Some instruments arrive late; now and then one never does.
    private mutating func delayed(_ events: [ReferenceHistory.Event]) -> [ReferenceHistory.Event] {
        var arrived: [ReferenceHistory.Event] = []
        var late: [(ReferenceHistory.Event, due: Int)] = []
        let mayLoseOne = random.chance(20)
        var lost: String?
        for (position, event) in events.enumerated() {
            arrived += late.filter { $0.due == position }.map(\.0)
            late.removeAll { $0.due == position }
            guard case .published(let instrument) = event, !instrument.isFounding, random.chance(8) else {
                arrived.append(event)
                continue
            }
            let isLeaf = !builder.ground.beneath.values.contains { $0.contains(instrument.id) }
            if mayLoseOne, lost == nil, isLeaf, random.chance(40) {
                lost = instrument.id
            } else {
                late.append((event, due: position + random.within(1...60)))
            }
        }
        return arrived + late.map(\.0)
    }

    // MARK: Who knows what

    mutating func learnEverything(_ party: String) {
        nodes[party]?.knowledge.instruments = Set(builder.ground.instruments.keys)
        nodes[party]?.knowledge.seals = Set(builder.seals.indices)
    }

    private mutating func gossip(about published: [String]) {
        if random.chance(55) {
            for party in parties { learnEverything(party) }
            return
        }
        for _ in 0..<random.within(1...parties.count) {
            guard let one = random.pick(parties), let other = random.pick(parties) else { continue }
            meet(one, other)
        }
    }

    private mutating func meet(_ one: String, _ other: String) {
        guard var shared = nodes[one]?.knowledge, let more = nodes[other]?.knowledge else { return }
        shared.instruments.formUnion(more.instruments)
        shared.seals.formUnion(more.seals)
        nodes[one]?.knowledge = shared
        nodes[other]?.knowledge = shared
    }

    /// What a party makes of what it knows.
    mutating func reference(of party: String) -> Reference {
        let knowledge = nodes[party]?.knowledge ?? Knowledge()
        if let known = cache[knowledge] { return known }
        if cache.count > 24 { cache = [:] }
        numbered += memo.numbered(Array(builder.seals[numbered.count...]))
        let seals = knowledge.seals.sorted().map { numbered[$0] }
        let reference = Reference(
            ground: builder.ground, instruments: knowledge.instruments, numbered: seals, statements: [],
            withdrawals: [], memo: memo)
        cache[knowledge] = reference
        return reference
    }

    mutating func publish(_ draft: ReferenceInstrument, by party: String) -> String {
        let id = builder.publish(draft)
        cache = [:]  // the ground has grown
        nodes[party]?.knowledge.instruments.insert(id)
        return id
    }

    // MARK: Sealing

    private mutating func sealingRound() {
        for party in random.shuffled(parties) {
            let known = nodes[party]?.knowledge.instruments ?? []
            let youngest = builder.ground.instruments.count - 9
            let open = known.filter { id in
                (builder.ground.instruments[id]?.number ?? 0) >= youngest && builder.ground.isWellFormed(id)
            }
            for id in random.shuffled(open.sorted { number($0) < number($1) }) {
                if liars.contains(party) { lie(party, about: id) } else { consider(id, by: party) }
            }
        }
    }

    private func number(_ id: String) -> Int { builder.ground.instruments[id]?.number ?? 0 }

    private mutating func give(
        _ id: String, by party: String, _ verdict: ReferenceVerdict, provided: [String] = [],
        in capacities: [String]? = nil, under keys: String? = nil, isSigned: Bool = true
    ) {
        let place = builder.seal(
            id, by: party, verdict, provided: provided, in: capacities, under: keys, isSigned: isSigned)
        nodes[party]?.knowledge.seals.insert(place)
        given[id + " " + party, default: []].append(builder.seals[place])
    }

    /// An honest party looks at an instrument, and perhaps seals it.
    private mutating func consider(_ id: String, by party: String) {
        let earlier = given[id + " " + party] ?? []
        let hasFull = earlier.contains { $0.capacities == nil && $0.provided.isEmpty }
        if id == builder.roadmap || hasFull || random.chance(earlier.isEmpty ? 6 : 60) { return }
        let verdict = earlier.first?.verdict ?? taste(for: id)
        guard verdict.commits else {
            if reference(of: party).mayCommit(party, to: id, verdict: .reject) { give(id, by: party, .reject) }
            return
        }
        var provided: [String] = []
        if let proviso = provisos[id], proviso.wary.contains(party), earlier.isEmpty || random.chance(70) {
            provided = proviso.provided
        }
        let reference = reference(of: party)
        guard reference.mayCommit(party, to: id, verdict: verdict, provided: provided) else { return }
        let standings = standings(of: party, in: builder.view(of: [id]))
        let isLimited = earlier.isEmpty && standings.count > 1 && random.chance(14)
        give(id, by: party, verdict, provided: provided, in: isLimited ? [random.pick(standings) ?? ""] : nil)
    }

    private mutating func taste(for id: String) -> ReferenceVerdict {
        let countsAbstentions = (builder.ground.needs[id] ?? []).contains {
            if case .rule(let need) = $0 { need.rule.countsAbstentions } else { false }
        }
        if random.chance(countsAbstentions ? 30 : 1) { return .abstain }
        return random.chance(2) ? .reject : .accept
    }

    func standings(of party: String, in view: Set<String>) -> [String] {
        builder.ground.contents(of: builder.ground.text(of: view))
            .filter { $0.value.awakeHolders.contains(party) }.keys.map { Provision.name(in: $0) }.sortedBytewise()
    }

    /// A liar seals what it likes.
    private mutating func lie(_ party: String, about id: String) {
        guard random.chance(65) else { return }
        let verdict: ReferenceVerdict = random.chance(75) ? .accept : random.chance(70) ? .abstain : .reject
        let others = builder.ground.instruments.keys.sortedBytewise()
        let provided = random.chance(12) ? random.some(of: others, percent: 6) : []
        let capacities = random.chance(10) ? ["partner"] : nil
        let keys = random.chance(4) ? HistoryBuilder.noKeys : nil
        give(
            id, by: party, verdict, provided: provided, in: capacities, under: keys,
            isSigned: !random.chance(4))
    }

    // MARK: Proposing

    /// Somebody drafts one or several instruments and publishes them; what came of it, in order.
    private mutating func propose() -> [String] {
        guard let proposer = random.pick(parties.filter { nodes[$0]?.knowledge.instruments.isEmpty == false }) else {
            return []
        }
        let reference = reference(of: proposer)
        let force = reference.inForce
        if !snapshots.contains(force) { snapshots.append(force) }
        let desk = Desk(
            party: proposer, force: force, text: builder.ground.text(of: force), rivals: rivals(in: reference))
        switch random.below(100) {
        case ..<24: return publishing(random.chance(50) ? edit(desk) : addition(desk), by: proposer)
        case ..<30: return publishing(moving(desk), by: proposer)
        case ..<35: return publishing(repealing(desk), by: proposer)
        case ..<44: return publishing(rosterChange(desk), by: proposer)
        case ..<50: return publishing(ruleChange(desk), by: proposer)
        case ..<54: return publishing(recordChange(desk), by: proposer)
        case ..<66: return linked(desk, count: random.chance(70) ? 2 : random.within(3...4))
        case ..<76: return publishing(replacement(desk, reference), by: proposer)
        case ..<83: return rivalPair(desk)
        case ..<88: return publishing(stale(desk), by: proposer)
        case ..<94: return publishing(rebased(desk, reference), by: proposer)
        default: return publishing(broken(desk), by: proposer)
        }
    }

    private mutating func publishing(_ draft: ReferenceInstrument?, by party: String) -> [String] {
        draft.map { [publish($0, by: party)] } ?? []
    }

    /// Known instruments not in force that somebody committed to: naming them frees their parties.
    private func rivals(in reference: Reference) -> Set<String> {
        reference.instruments.filter { builder.ground.isWellFormed($0) && !reference.committed(to: $0).isEmpty }
    }

    /// What lies before a proposer.
    struct Desk {
        let party: String
        /// What to draft on.
        var force: Set<String>
        var text: [String: String]
        let rivals: Set<String>
    }

    /// Two proposals for one provision, neither knowing of the other.
    private mutating func rivalPair(_ desk: Desk) -> [String] {
        guard let one = edit(desk), let provision = one.changes.keys.sortedBytewise().first,
            case .set(var content) = one.changes[provision]
        else { return [] }
        content.words = words()
        let rivals = random.chance(50) ? desk.rivals : []
        let other = builder.draft([provision: .set(content)], on: desk.force, naming: rivals)
        let author = random.pick(parties) ?? desk.party
        let ground = nodes[desk.party]?.knowledge.instruments ?? []
        nodes[author]?.knowledge.instruments.formUnion(ground)
        return [publish(one, by: desk.party), publish(other, by: author)]
    }

    /// Several instruments that some seal only provided the next.
    private mutating func linked(_ desk: Desk, count: Int) -> [String] {
        var drafts: [ReferenceInstrument] = []
        var taken: Set<String> = []
        for _ in 0..<count {
            guard let draft = edit(desk, avoiding: taken) else { break }
            taken.formUnion(draft.base.keys.filter { Provision.reservedClass(of: $0) == nil })
            drafts.append(draft)
        }
        let ids = drafts.map { publish($0, by: desk.party) }
        guard ids.count > 1 else { return ids }
        for (position, id) in ids.enumerated() {
            let wary = Set(random.some(of: parties, percent: 45))
            provisos[id] = Proviso(wary: wary, provided: [ids[(position + 1) % ids.count]])
        }
        return ids
    }

    private mutating func stale(_ desk: Desk) -> ReferenceInstrument? {
        guard let force = random.pick(snapshots), force.isSubset(of: nodes[desk.party]?.knowledge.instruments ?? [])
        else { return nil }
        var old = desk
        old.force = force
        old.text = builder.ground.text(of: force)
        return edit(old)
    }
}

extension ReferenceRule {
    /// Whether an abstention can decide.
    var countsAbstentions: Bool {
        switch self {
        case .need(_, _, let counting): counting
        case .party, .named: false
        case .all(let rules), .any(let rules): rules.contains(where: \.countsAbstentions)
        }
    }
}
