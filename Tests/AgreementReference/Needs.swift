/// What an instrument needs, and when seals meet it.
///
/// Readings:
/// - "all that that one needed" brings in the acceptances of those whom the replaced instrument added to rosters, too.
/// - "as they stood after it": the rules *and* the rosters that they speak of, as the replaced instrument left them.
/// - A term over standings counts a party if its verdict's capacities include at least one standing of the term that
///   it holds in that roster; a term whose union of holders is empty is never met.
/// - The acceptance without which no rule as a whole is met may come from a party counted by any of its terms, also
///   by one in a branch of an `any` that is not met.
/// - Added are the holders of the new roster less those of the version in the base; a dormant roster has none. They
///   accept in any capacity.
/// - Standings that the founding's holders must cover are those of its rosters that are awake. A founding whose
///   rosters name nobody needs nothing.
public enum ReferenceNeed: Hashable, Sendable {
    /// A rule, with the holders of its standings, and the parties its `named` terms speak of.
    case rule(ReferenceRule, holders: [String: Set<String>], listed: [String: Set<String>])
    /// Someone added to a roster accepts.
    case newcomer(String)
    /// A holder accepts the founding without condition, in all these standings.
    case founder(String, standings: Set<String>)
}

extension ReferenceGround {
    /// Everything a well-formed instrument needs, what it replaces included.
    func allNeeds(of instrument: ReferenceInstrument) -> [ReferenceNeed] {
        var found = instrument.id == roadmap ? founders(of: instrument) : ownNeeds(of: instrument)
        for id in instrument.replaces.sortedBytewise() {
            guard let replaced = instruments[id] else { continue }
            found += needs[id] ?? []
            if replaced.changesConstitution { found += needsOfAllClasses(after: replaced) }
        }
        var seen: Set<ReferenceNeed> = []
        return found.filter { seen.insert($0).inserted }
    }

    private func founders(of founding: ReferenceInstrument) -> [ReferenceNeed] {
        var standings: [String: Set<String>] = [:]
        for (provision, change) in founding.changes {
            for holder in change.content?.awakeHolders ?? [] {
                standings[holder, default: []].insert(Provision.name(in: provision))
            }
        }
        return standings.keys.sortedBytewise().map { .founder($0, standings: standings[$0] ?? []) }
    }

    private func ownNeeds(of instrument: ReferenceInstrument) -> [ReferenceNeed] {
        let amending = amending(of: instrument)
        let rules = amending.classes.sortedBytewise().compactMap { provisionClass -> ReferenceNeed? in
            guard let rule = rule(ofClass: provisionClass, namedBy: instrument) else { return nil }
            let pairs = rule.standings.map { ($0, holders(of: $0, namedBy: instrument)) }
            return .rule(
                rule, holders: Dictionary(uniqueKeysWithValues: pairs),
                listed: listed(by: rule, ofClass: provisionClass, in: amending))
        }
        return rules + newcomers(of: instrument).sortedBytewise().map { .newcomer($0) }
    }

    /// The rules of all classes as they stood after a replaced instrument that changed the constitution.
    private func needsOfAllClasses(after replaced: ReferenceInstrument) -> [ReferenceNeed] {
        let text = contents(of: text(of: builtOn(by: replaced).union([replaced.id])))
        let amending = amending(of: replaced)
        return text.keys.sortedBytewise().compactMap { provision in
            guard case .rule(let rule) = text[provision]?.matter else { return nil }
            let holders = rule.standings.map { ($0, text[Provision.roster($0)]?.awakeHolders ?? []) }
            return .rule(
                rule, holders: Dictionary(uniqueKeysWithValues: holders),
                listed: listed(by: rule, ofClass: Provision.name(in: provision), in: amending))
        }
    }

    private func holders(of standing: String, namedBy instrument: ReferenceInstrument) -> Set<String> {
        let provision = Provision.roster(standing)
        guard let named = instrument.base[provision], let version = named else { return [] }
        return content(of: provision, in: version)?.awakeHolders ?? []
    }

    private func listed(
        by rule: ReferenceRule, ofClass provisionClass: String, in amending: ReferenceAmending
    ) -> [String: Set<String>] {
        let attributes = rule.attributes.map { ($0, amending.parties(listedIn: $0, ofClass: provisionClass)) }
        return Dictionary(uniqueKeysWithValues: attributes)
    }

    /// Those whom an instrument adds to rosters.
    public func newcomers(of instrument: ReferenceInstrument) -> Set<String> {
        var newcomers: Set<String> = []
        for (provision, change) in instrument.changes {
            guard let holders = change.content?.awakeHolders else { continue }
            let earlier = self.holders(of: Provision.name(in: provision), namedBy: instrument)
            newcomers.formUnion(holders.subtracting(earlier))
        }
        return newcomers
    }
}

extension ReferenceRule {
    /// The attributes that its `named` terms speak of.
    var attributes: Set<String> {
        switch self {
        case .need, .party: []
        case .named(let attribute): [attribute]
        case .all(let rules), .any(let rules): Set(rules.flatMap(\.attributes))
        }
    }
}

// MARK: - Meeting a need

/// The positive verdicts on one instrument that a question counts.
struct ReferenceConsent {
    let seals: [ReferenceSeal]
    /// Where set, everybody else is supposed to have accepted without condition and in all capacities.
    var everybodyBut: Set<String>?

    /// Whether `party` gave one of `verdicts` in one of the standings; `nil` asks for no capacity.
    func has(_ party: String, given verdicts: Set<ReferenceVerdict>, inOneOf standings: Set<String>? = nil) -> Bool {
        if let everybodyBut, !everybodyBut.contains(party) { return true }
        return seals.contains { seal in
            guard seal.party == party, verdicts.contains(seal.verdict) else { return false }
            guard let standings, let capacities = seal.capacities else { return true }
            return !standings.isDisjoint(with: capacities)
        }
    }

    func meets(_ needs: [ReferenceNeed]) -> Bool { needs.allSatisfy(meets) }

    func meets(_ need: ReferenceNeed) -> Bool {
        switch need {
        case .newcomer(let party): has(party, given: [.accept])
        case .founder(let party, let standings): isFounded(by: party, in: standings)
        case .rule(let rule, let holders, let listed):
            holds(rule, holders, listed) && !acceptances(countedBy: rule, holders, listed).isEmpty
        }
    }

    private func isFounded(by party: String, in standings: Set<String>) -> Bool {
        if let everybodyBut, !everybodyBut.contains(party) { return true }
        let full = seals.filter { $0.party == party && $0.verdict == .accept && $0.provided.isEmpty }
        return !full.isEmpty
            && standings.allSatisfy { standing in
                full.contains { $0.capacities?.contains(standing) ?? true }
            }
    }

    private func holds(
        _ rule: ReferenceRule, _ holders: [String: Set<String>], _ listed: [String: Set<String>]
    ) -> Bool {
        switch rule {
        case .need(let amount, let standings, let countingAbstentions):
            let union = standings.reduce(into: Set<String>()) { $0.formUnion(holders[$1] ?? []) }
            let verdicts: Set<ReferenceVerdict> = countingAbstentions ? [.accept, .abstain] : [.accept]
            let counted = union.filter { counts($0, for: standings, holders, verdicts) }
            return !union.isEmpty && counted.count >= amount.count(of: union.count)
        case .party(let party): return has(party, given: [.accept])
        case .named(let attribute): return (listed[attribute] ?? []).allSatisfy { has($0, given: [.accept]) }
        case .all(let rules): return rules.allSatisfy { holds($0, holders, listed) }
        case .any(let rules): return rules.contains { holds($0, holders, listed) }
        }
    }

    private func counts(
        _ party: String, for standings: [String], _ holders: [String: Set<String>], _ verdicts: Set<ReferenceVerdict>
    ) -> Bool {
        let held = Set(standings.filter { holders[$0]?.contains(party) ?? false })
        return !held.isEmpty && has(party, given: verdicts, inOneOf: held)
    }

    /// The parties that accepted and that at least one term counts.
    private func acceptances(
        countedBy rule: ReferenceRule, _ holders: [String: Set<String>], _ listed: [String: Set<String>]
    ) -> Set<String> {
        switch rule {
        case .need(_, let standings, _):
            let union = standings.reduce(into: Set<String>()) { $0.formUnion(holders[$1] ?? []) }
            return union.filter { counts($0, for: standings, holders, [.accept]) }
        case .party(let party): return has(party, given: [.accept]) ? [party] : []
        case .named(let attribute): return (listed[attribute] ?? []).filter { has($0, given: [.accept]) }
        case .all(let rules), .any(let rules):
            return Set(rules.flatMap { acceptances(countedBy: $0, holders, listed) })
        }
    }
}
