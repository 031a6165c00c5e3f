internal import Agreement
internal import AgreementReference
internal import Cryptography
internal import Identity

/// What honest software says of a verdict that a party is about to give: every objection, in order.
extension Copy {
    func difference(of proposed: ProposedVerdict) -> String? {
        difference("\(proposed)", objections(to: proposed), expected(of: proposed))
    }

    /// What the product says.
    func objections(to proposed: ProposedVerdict) -> [Reference.Objected] {
        let remembered = proposed.remembered.map {
            (instrument: Spelling.digest($0.instrument), verdict: Seal.Verdict(rawValue: $0.verdict.rawValue)!)
        }
        return product.objections(
            to: Seal.Verdict(rawValue: proposed.verdict.rawValue)!, on: Spelling.digest(proposed.instrument),
            by: Spelling.name(proposed.party), provided: proposed.provided.map(Spelling.digest),
            remembered: remembered, under: Spelling.digest(proposed.root)
        ).map { Reference.Objected($0, scribe) }
    }

    private func expected(of proposed: ProposedVerdict) -> [Reference.Objected] {
        reference.objected(
            to: proposed.verdict, on: proposed.instrument, by: proposed.party, provided: proposed.provided,
            under: proposed.root, remembering: proposed.remembered.map { ($0.instrument, $0.verdict) })
    }

    /// The clauses that speak against a verdict, by the reference.
    func clauses(against proposed: ProposedVerdict) -> Set<String> { Set(expected(of: proposed).map(\.clause)) }

    /// One party, one instrument, one verdict, mostly as they come, sometimes with conditions, other keys, or a machine
    /// that remembers.
    func someVerdict(_ random: inout SplitMix64) -> ProposedVerdict? {
        guard let party = random.pick(parties), let instrument = random.pick(instruments) else { return nil }
        let other = random.chance(15) ? random.pick(roots(of: party)) : nil
        guard let root = other ?? usualRoot(of: party, on: instrument) else { return nil }
        let verdict: ReferenceVerdict = random.chance(75) ? .accept : random.chance(60) ? .abstain : .reject
        return ProposedVerdict(
            party: party, instrument: instrument, verdict: verdict, provided: someConditions(on: instrument, &random),
            root: root, remembered: random.chance(20) ? someRemembered(of: party, &random) : [])
    }

    /// The root under which a party consents to an instrument; if it has none there, any.
    func usualRoot(of party: String, on instrument: String) -> String? {
        let found = reference.ground.roots(of: party, for: instrument)
        return found.earlier ?? found.brought ?? roots(of: party).first
    }

    private func roots(of party: String) -> [String] {
        Set(reference.keyRecords.filter { $0.party == party }.map(\.root)).sortedBytewise()
    }

    private func someConditions(on instrument: String, _ random: inout SplitMix64) -> [String] {
        var provided: Set<String> = []
        if random.chance(20), let condition = random.pick(instruments) { provided.insert(condition) }
        let closings = instruments.filter { reference.ground.instruments[$0]?.closing?.subject == instrument }
        if random.chance(30), let closing = random.pick(closings) { provided.insert(closing) }
        if random.chance(8) { provided.formUnion(reference.ground.instruments[instrument]?.replaces ?? []) }
        return provided.sortedBytewise()
    }

    /// Its own seals, also those that this copy lacks.
    private func someRemembered(of party: String, _ random: inout SplitMix64) -> [ProposedVerdict.Remembered] {
        let own = history.seals.filter { $0.party == party }
        return random.some(of: own, percent: 40).map {
            ProposedVerdict.Remembered(instrument: $0.instrument, verdict: $0.verdict)
        }
    }
}

extension Reference.Objected {
    /// The reference says no reasons why something is ill-formed.
    fileprivate init(_ objection: Objection, _ scribe: Scribe) {
        func said(_ clause: String, _ ids: InstrumentID...) -> Self { Self(clause, scribe.texts(ids)) }
        self =
            switch objection {
            case .notKnown(let id): said("notKnown", id)
            case .illFormed: Self("illFormed")
            case .otherVerdict(let verdict): Self("otherVerdict", [verdict.rawValue])
            case .withdrawn: Self("withdrawn")
            case .replacedBy(let id): said("replacedBy", id)
            case .conflictsWith(let id): said("conflictsWith", id)
            case .groundReplacedBy(let id, let ground): said("groundReplacedBy", id, ground)
            case .groundConflictsWith(let id, let ground): said("groundConflictsWith", id, ground)
            case .earlierBuiltOnReplaced(let id, let replaced): said("earlierBuiltOnReplaced", id, replaced)
            case .earlierBuiltOnRival(let id, let rival): said("earlierBuiltOnRival", id, rival)
            case .providedOnReplaced(let id): said("providedOnReplaced", id)
            case .leavesRuleUnmeetable(let provisionClass):
                Self("leavesRuleUnmeetable", [provisionClass.string])
            case .wouldNotStand(let ground): Self("wouldNotStand", scribe.texts(ground))
            case .wouldCompleteNothing(let id): said("wouldCompleteNothing", id)
            case .wouldTopple(let id): said("wouldTopple", id)
            case .restsOnDisputed(let ids): Self("restsOnDisputed", scribe.texts(ids))
            }
    }
}
