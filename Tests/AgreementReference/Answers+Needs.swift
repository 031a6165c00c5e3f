/// What an instrument needs and what it lacks, said as a product does.
extension Reference {
    /// A requirement, with rosters and names filled in.
    package indirect enum Asked: Hashable, Sendable {
        /// By holder the standings of the term that it holds, ascending.
        case need(ReferenceAmount, [String: [String]], countingAbstentions: Bool)
        case party(String)
        /// Ascending.
        case named([String])
        case all([Asked])
        case any([Asked])
        case newcomer(String)
        case founder(String, standings: [String])
    }

    package func asked(for instrument: String) -> Set<Asked> {
        Set((ground.needs[instrument] ?? []).map(Self.asked))
    }

    private static func asked(_ need: ReferenceNeed) -> Asked {
        switch need {
        case .rule(let requirement): asked(requirement.rule, requirement)
        case .newcomer(let party): .newcomer(party)
        case .founder(let party, let standings): .founder(party, standings: standings.sortedBytewise())
        }
    }

    private static func asked(_ rule: ReferenceRule, _ text: ReferenceNeed.Requirement) -> Asked {
        switch rule {
        case .need(let amount, let standings, let countingAbstentions):
            .need(amount, electorate(standings, text), countingAbstentions: countingAbstentions)
        case .party(let party): .party(party)
        case .named(let attribute): .named((text.listed[attribute] ?? []).sortedBytewise())
        case .all(let rules): .all(rules.map { asked($0, text) })
        case .any(let rules): .any(rules.map { asked($0, text) })
        }
    }

    private static func electorate(
        _ standings: [String], _ text: ReferenceNeed.Requirement
    ) -> [String: [String]] {
        var electorate: [String: [String]] = [:]
        for standing in standings.sortedBytewise() {
            for holder in text.holders[standing] ?? [] { electorate[holder, default: []].append(standing) }
        }
        return electorate
    }

    // MARK: Excused

    /// Those whom some term that asks for all need not wait for, by withdrawals that are not void.
    package func excused(from instrument: String) -> Set<String> {
        let withdrawals = consent(of: [], to: instrument, leavingOut: void).withdrawals
        guard !withdrawals.isEmpty else { return [] }
        let consent = ReferenceConsent(seals: [], enrolling: [], withdrawals: withdrawals)
        return (ground.needs[instrument] ?? []).reduce(into: []) { excused, need in
            if case .rule(let text) = need { excused.formUnion(consent.excused(in: text.rule, text)) }
        }
    }

    // MARK: Missing

    /// The parties that its needs speak of and that gave no verdict on it that counts, ascending.
    package func silent(on instrument: String) -> [String] {
        let heard = (counting[instrument] ?? []).filter(\.consents).map(\.seal.party)
        let spoken = asked(for: instrument).reduce(into: Set<String>()) { $0.formUnion($1.parties) }
        return spoken.subtracting(heard).sortedBytewise()
    }

    /// Whether an instrument's needs are met if these parties accept, too, and every condition stands.
    package func suffices(_ parties: [String], for instrument: String) -> Bool {
        let given = consent(
            of: (counting[instrument] ?? []).filter(\.seal.verdict.commits), to: instrument)
        let supposed = parties.map { ReferenceSeal(party: $0, instrument: instrument, keys: "") }
        let consent = ReferenceConsent(
            seals: given.seals + supposed, enrolling: given.enrolling + supposed, withdrawals: given.withdrawals)
        return consent.meets(ground.needs[instrument] ?? [])
    }

    /// What it is directly built on, and what seals on it are provided on, as far as it does not stand; while it awaits
    /// records, what it names and what is absent or awaits something itself. Nothing helps what is ill-formed.
    package func lacking(for instrument: String) -> Set<String> {
        guard let value = ground.instruments[instrument] else { return [] }
        guard ground.verdicts[instrument] != nil else {
            let subject = value.closing.map { [$0.subject] } ?? []
            return value.directGround.union(value.replaces).union(subject).filter { ground.verdicts[$0] == nil }
        }
        guard ground.isWellFormed(instrument) else { return [] }
        let conditions = (counting[instrument] ?? []).flatMap(\.seal.provided)
        return value.directGround.union(conditions).subtracting(standing)
    }
}

extension Reference.Asked {
    var parties: Set<String> {
        switch self {
        case .need(_, let electorate, _): Set(electorate.keys)
        case .party(let party), .newcomer(let party), .founder(let party, _): [party]
        case .named(let parties): Set(parties)
        case .all(let terms), .any(let terms): terms.reduce(into: []) { $0.formUnion($1.parties) }
        }
    }
}
