/// How parties seal what they know: honest ones ask the honest check, with what they know; liars do as they like.
extension HistoryGenerator {
    mutating func sealingRound() {
        for party in random.shuffled(parties) {
            if isShared { learnEverything(party) }
            let known = nodes[party]?.knowledge.instruments ?? []
            let youngest = builder.ground.instruments.count - 8
            let open = known.filter { id in
                (builder.ground.instruments[id]?.number ?? 0) >= youngest && builder.ground.isWellFormed(id)
            }
            for id in random.shuffled(open.sorted { number($0) < number($1) }) {
                if liars.contains(party) { lie(party, about: id) } else { consider(id, by: party) }
            }
        }
    }

    private func number(_ id: String) -> Int { builder.ground.instruments[id]?.number ?? 0 }

    mutating func give(
        _ id: String, by party: String, _ verdict: ReferenceVerdict, provided: [String] = [],
        in capacities: [String]? = nil, under keys: String? = nil, isSigned: Bool = true
    ) {
        let place = builder.seal(
            id, by: party, verdict, provided: provided, in: capacities, under: keys, isSigned: isSigned)
        nodes[party]?.knowledge.seals.insert(place)
        remembered[party, default: []].append(builder.seals[place])
    }

    /// An honest party looks at an instrument, and perhaps seals it.
    mutating func consider(_ id: String, by party: String) {
        if silent.contains(party) || framing.contains(id) || isHeldBack(party, from: id) { return }
        let own = remembered[party] ?? []
        let earlier = own.filter { $0.instrument == id }
        let hasFull = earlier.contains { $0.capacities == nil && $0.provided.isEmpty }
        if id == builder.roadmap || hasFull || random.chance(earlier.isEmpty ? 6 : 60) { return }
        guard let keys = builder.keys(of: party, for: id) else { return }
        let verdict = random.chance(6) ? taste(for: id) : earlier.first?.verdict ?? taste(for: id)
        var provided: [String] = []
        if verdict.commits, let proviso = provisos[id], proviso.wary.contains(party),
            earlier.isEmpty || proviso.isFirm || random.chance(70)
        {
            provided = proviso.provided
        }
        let mayCommit = reference(of: party).mayCommit(
            party, to: id, verdict: verdict, provided: provided, under: keys, remembering: own,
            despiteDispute: random.chance(20))
        guard mayCommit else { return }
        let standings = standings(of: party, in: builder.view(of: [id]))
        let isLimited = verdict.commits && earlier.isEmpty && standings.count > 1 && random.chance(12)
        give(
            id, by: party, verdict, provided: provided, in: isLimited ? [random.pick(standings) ?? ""] : nil,
            under: keys)
        enrol(party, by: id, verdict, provided: provided, besides: keys)
    }

    /// Who is added under keys that the instrument brings proves them, too.
    private mutating func enrol(
        _ party: String, by id: String, _ verdict: ReferenceVerdict, provided: [String], besides keys: String
    ) {
        guard let instrument = builder.ground.instruments[id], builder.ground.newcomers(of: instrument).contains(party),
            let root = builder.ground.enrollingRoot(of: party, for: id), let brought = builder.usableKeys(in: root),
            brought != keys
        else { return }
        give(id, by: party, verdict, provided: provided, under: brought)
    }

    private mutating func taste(for id: String) -> ReferenceVerdict {
        let countsAbstentions = (builder.ground.needs[id] ?? []).contains {
            if case .rule(let need) = $0 { need.rule.countsAbstentions } else { false }
        }
        if random.chance(countsAbstentions ? (theme == .abstaining ? 45 : 25) : 1) { return .abstain }
        return random.chance(2) ? .reject : .accept
    }

    func standings(of party: String, in view: Set<String>) -> [String] {
        builder.ground.contents(of: builder.ground.text(of: view))
            .filter { $0.value.awakeHolders.contains(party) }.keys.map { Provision.name(in: $0) }.sortedBytewise()
    }

    /// A liar seals what it likes.
    private mutating func lie(_ party: String, about id: String) {
        guard random.chance(60) else { return }
        let verdict: ReferenceVerdict = random.chance(80) ? .accept : random.chance(70) ? .abstain : .reject
        let others = builder.ground.instruments.keys.sortedBytewise()
        let provided = random.chance(12) ? random.some(of: others, percent: 10) : []
        let capacities = random.chance(8) ? ["partner"] : nil
        let keys = random.chance(4) ? HistoryBuilder.noKeys : nil
        give(
            id, by: party, verdict, provided: provided, in: capacities, under: keys,
            isSigned: !random.chance(4))
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
