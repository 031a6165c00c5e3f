/// Random histories: a consortium of a few parties that amends its charter for a while.
///
/// Each history has a theme, so that small ones reach what is rare. Honest parties draft on the state in force as they
/// know it, cooperate mostly, and ask the honest check before every seal; liars seal what they like. What a party knows
/// is what it heard from others: sometimes everybody tells everybody, sometimes only two meet. The same seed and the
/// same assigned ids give the same history.
///
/// ```swift
/// var generator = HistoryGenerator(seed: 7, names: HistoryNames(instrument: { encode($0).digest }, …))
/// let history = generator.history()
/// ```
///
/// Faults that a decoder refuses (an empty list in a rule, a reserved provision of another class) do not occur; those
/// that only the whole ground shows do.
public struct HistoryGenerator {
    var random: SplitMix64
    var builder: HistoryBuilder
    var theme = HistoryTheme.anything
    var nodes: [String: Node] = [:]
    /// All parties, ascending, those who have not yet acceded too.
    var parties: [String] = []
    var liars: Set<String> = []
    var hasSafeRules = true
    /// What the wary seal an instrument provided.
    var provisos: [String: Proviso] = [:]
    var offers: [Offer] = []
    var thefts: [Theft] = []
    /// By the victim of a theft, the statements that settled it.
    var remedies: [String: [String]] = [:]
    /// Instruments that bring somebody keys that others hold.
    var framing: Set<String> = []
    var forged: Set<String> = []
    /// By instrument, who gives no verdict on it.
    var unanswering: [String: Set<String>] = [:]
    /// By instrument, who gives no verdict on it yet.
    var hesitating: [String: Set<String>] = [:]
    /// Everybody hears everything before sealing.
    var isShared = false
    /// Nobody's tools name rivals, so that the check alone keeps promises apart.
    var isCareless = false
    var hasLeft: Set<String> = []
    /// Of those, who was asked back.
    var readmitted: Set<String> = []
    /// Those who take no part any more.
    var silent: Set<String> = []
    /// The seals that each party's machine remembers.
    var remembered: [String: [ReferenceSeal]] = [:]
    /// What was in force for some proposer at some time.
    var snapshots: [Set<String>] = []
    /// By instrument, all that it names, and what that names, and so on.
    private var named: [String: Set<String>] = [:]
    private var cache: [Knowledge: Reference] = [:]
    private let memo = ReferenceMemo()
    private var numbered: [NumberedSeal] = []
    var nextProvision = 0
    private let length: ClosedRange<Int>

    struct Knowledge: Hashable {
        /// Those it heard of; not always all that they name.
        var instruments: Set<String> = []
        /// Places among the builder's records.
        var seals: Set<Int> = []
        var statements: Set<Int> = []
        var withdrawals: Set<Int> = []
    }

    struct Node {
        let party: String
        var knowledge = Knowledge()
    }

    struct Proviso {
        let wary: Set<String>
        let provided: [String]
        /// Whether they never come to accept without it.
        var isFirm = false
    }

    /// - Parameter length: How many times somebody does something.
    public init(
        seed: UInt64, names: HistoryNames, meaning: ReferenceMeaning = .agreed, length: ClosedRange<Int> = 6...12
    ) {
        random = SplitMix64(seed: seed)
        builder = HistoryBuilder(names: names, meaning: meaning)
        self.length = length
    }

    /// With made-up ids.
    public init(seed: UInt64, meaning: ReferenceMeaning = .agreed, length: ClosedRange<Int> = 6...12) {
        self.init(seed: seed, names: .madeUp(seed: seed), meaning: meaning, length: length)
    }

    /// Generates the history; call it once.
    public mutating func history() -> ReferenceHistory {
        theme = random.pick(HistoryTheme.allCases + [.offering, .theft]) ?? .anything
        isShared = random.chance(30)
        isCareless = random.chance(12)
        foundCharter()
        for _ in 0..<random.within(length) {
            act()
            gossip()
            sealingRound()
        }
        if random.chance(60) {
            for party in parties { learnEverything(party) }
            sealingRound()
        }
        var history = builder.history
        history.liars = liars
        history.hasSafeRules = hasSafeRules
        history.framing = framing
        history.forged = forged
        history.isShared = isShared
        for theft in thefts where !theft.isFrame { history.thefts[theft.victim] = remedies[theft.victim] ?? [] }
        if !isShared { history.events = delayed(history.events) }
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
                late.append((event, due: position + random.within(1...30)))
            }
        }
        return arrived + late.map(\.0)
    }

    // MARK: Who knows what

    mutating func learnEverything(_ party: String) {
        nodes[party]?.knowledge = Knowledge(
            instruments: Set(builder.ground.instruments.keys), seals: Set(builder.seals.indices),
            statements: Set(builder.statements.indices), withdrawals: Set(builder.withdrawals.indices))
    }

    private mutating func gossip() {
        if isShared || random.chance(55) {
            for party in parties { learnEverything(party) }
            return
        }
        for _ in 0..<random.within(1...parties.count) {
            guard let one = random.pick(parties), let other = random.pick(parties) else { continue }
            meet(one, other)
        }
    }

    mutating func meet(_ one: String, _ other: String) {
        guard var shared = nodes[one]?.knowledge, let more = nodes[other]?.knowledge else { return }
        let heard = more.instruments.sortedBytewise()
        shared.instruments.formUnion(random.chance(20) ? random.some(of: heard, percent: 70) : heard)
        shared.seals.formUnion(more.seals)
        shared.statements.formUnion(more.statements)
        shared.withdrawals.formUnion(more.withdrawals)
        nodes[one]?.knowledge = shared
        nodes[other]?.knowledge = shared
    }

    /// A party lost its records, and begins anew with the founding; its machine remembers what it sealed.
    mutating func forget(_ party: String) {
        let seals = builder.seals.indices.filter { builder.seals[$0].instrument == builder.roadmap }
        nodes[party]?.knowledge = Knowledge(instruments: [builder.roadmap], seals: Set(seals))
    }

    /// The instruments that a party can judge: it knows all that they name.
    func judged(by party: String) -> Set<String> {
        let heard = nodes[party]?.knowledge.instruments ?? []
        return heard.filter { heard.isSuperset(of: named[$0] ?? []) }
    }

    /// What a party makes of what it knows.
    mutating func reference(of party: String) -> Reference {
        let knowledge = nodes[party]?.knowledge ?? Knowledge()
        if let known = cache[knowledge] { return known }
        if cache.count > 24 { cache = [:] }
        numbered += memo.numbered(Array(builder.seals[numbered.count...]))
        let reference = Reference(
            ground: builder.ground, instruments: judged(by: party),
            numbered: knowledge.seals.sorted().map { numbered[$0] },
            statements: knowledge.statements.sorted().map { builder.statements[$0] },
            withdrawals: knowledge.withdrawals.sorted().map { builder.withdrawals[$0] }, memo: memo)
        cache[knowledge] = reference
        return reference
    }

    /// Nil too for a draft that has lost its whole base: no bytes say that of anything but a founding.
    @discardableResult
    mutating func publish(_ draft: ReferenceInstrument?, by party: String) -> String? {
        guard let draft, draft.isFounding || !draft.base.isEmpty else { return nil }
        let id = builder.publish(draft)
        let names = draft.directGround.union(draft.replaces).union(draft.closing.map { [$0.subject] } ?? [])
        named[id] = names.reduce(into: names) { $0.formUnion(named[$1] ?? []) }
        cache = [:]  // the ground has grown
        nodes[party]?.knowledge.instruments.insert(id)
        return id
    }

    func knows(_ party: String, _ id: String) -> Bool {
        nodes[party]?.knowledge.instruments.isSuperset(of: (named[id] ?? []).union([id])) ?? false
    }
}

/// What a history is mostly about.
public enum HistoryTheme: String, CaseIterable, Hashable, Sendable {
    case linked, replacing, rosters, abstaining, offering, keys, theft, leaving, rivals, breaking, anything
}
