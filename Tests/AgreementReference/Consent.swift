/// The positive verdicts on one instrument that a question counts, and whether they meet what it needs.
///
/// Readings:
/// - A term over standings counts a party if its verdict's capacities include at least one standing of the term that
///   it holds in that roster; a term whose union of holders is empty is never met.
/// - The acceptance without which no rule as a whole is met may come from a party counted by any of its terms, also
///   by one in a branch of an `any` that is not met.
/// - Where a term asks for all, those who are excused in every standing of the term that they hold are not waited for;
///   one member at least must count.
struct ReferenceConsent {
    /// Those that count for every requirement but newcomers'.
    let seals: [ReferenceSeal]
    /// Those that count for newcomers' requirements.
    let enrolling: [ReferenceSeal]
    /// Withdrawals that count for the instrument.
    var withdrawals: [ReferenceWithdrawal] = []
    /// Where set, everybody else is supposed to have accepted without condition and in all capacities.
    var everybodyBut: Set<String>?
    /// The same, of newcomers' requirements.
    var enrollingEverybodyBut: Set<String>?
    var meaning = ReferenceMeaning.agreed

    static func ofEverybody(_ meaning: ReferenceMeaning) -> ReferenceConsent {
        ReferenceConsent(seals: [], enrolling: [], everybodyBut: [], enrollingEverybodyBut: [], meaning: meaning)
    }

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
        case .newcomer(let party): isEnrolled(party)
        case .founder(let party, let standings): isFounded(by: party, in: standings)
        case .rule(let requirement):
            holds(requirement.rule, requirement)
                && (meaning.lacks(.acceptanceAtAll) || isAcceptedAtAll(requirement.rule, requirement))
        }
    }

    private func isEnrolled(_ party: String) -> Bool {
        if let enrollingEverybodyBut, !enrollingEverybodyBut.contains(party) { return true }
        return enrolling.contains { $0.party == party && $0.verdict == .accept }
    }

    private func isFounded(by party: String, in standings: Set<String>) -> Bool {
        if let everybodyBut, !everybodyBut.contains(party) { return true }
        let full = seals.filter { $0.party == party && $0.verdict == .accept && $0.provided.isEmpty }
        return !full.isEmpty
            && standings.allSatisfy { standing in
                full.contains { $0.capacities?.contains(standing) ?? true }
            }
    }

    private func holds(_ rule: ReferenceRule, _ text: ReferenceNeed.Requirement) -> Bool {
        switch rule {
        case .need(let amount, let standings, let countingAbstentions):
            isCounted(amount, standings, countingAbstentions ? [.accept, .abstain] : [.accept], text)
        case .party(let party): has(party, given: [.accept])
        case .named(let attribute): (text.listed[attribute] ?? []).allSatisfy { has($0, given: [.accept]) }
        case .all(let rules): rules.allSatisfy { holds($0, text) }
        case .any(let rules): rules.contains { holds($0, text) }
        }
    }

    private func isCounted(
        _ amount: ReferenceAmount, _ standings: [String], _ verdicts: Set<ReferenceVerdict>,
        _ text: ReferenceNeed.Requirement
    ) -> Bool {
        let union = electorate(standings, text)
        if union.isEmpty { return meaning.lacks(.nobodyIsNotAll) }
        let counted = union.filter { counts($0, for: standings, text, verdicts) }
        if counted.count >= amount.count(of: union.count) { return true }
        guard amount == .all, !withdrawals.isEmpty else { return false }
        return !counted.isEmpty
            && union.subtracting(counted).allSatisfy { isExcused($0, from: standings, text) }
    }

    private func electorate(_ standings: [String], _ text: ReferenceNeed.Requirement) -> Set<String> {
        standings.reduce(into: []) { $0.formUnion(text.holders[$1] ?? []) }
    }

    private func held(_ standings: [String], by party: String, _ text: ReferenceNeed.Requirement) -> [String] {
        standings.filter { text.holders[$0]?.contains(party) ?? false }
    }

    private func counts(
        _ party: String, for standings: [String], _ text: ReferenceNeed.Requirement,
        _ verdicts: Set<ReferenceVerdict>
    ) -> Bool {
        let held = held(standings, by: party, text)
        return !held.isEmpty && has(party, given: verdicts, inOneOf: Set(held))
    }

    private func isExcused(_ party: String, from standings: [String], _ text: ReferenceNeed.Requirement) -> Bool {
        held(standings, by: party, text).allSatisfy { standing in
            withdrawals.contains { withdrawal in
                guard withdrawal.party == party, let left = withdrawal.rosters[standing] else { return false }
                return text.leaving[standing]?[party]?.contains(left) ?? false
            }
        }
    }

    /// Those whom some term of a rule that asks for all need not wait for.
    func excused(in rule: ReferenceRule, _ text: ReferenceNeed.Requirement) -> Set<String> {
        switch rule {
        case .need(.all, let standings, _):
            electorate(standings, text).filter { isExcused($0, from: standings, text) }
        case .need, .party, .named: []
        case .all(let rules), .any(let rules): rules.reduce(into: []) { $0.formUnion(excused(in: $1, text)) }
        }
    }

    /// Whether a party accepted that at least one term counts.
    private func isAcceptedAtAll(_ rule: ReferenceRule, _ text: ReferenceNeed.Requirement) -> Bool {
        switch rule {
        case .need(_, let standings, _):
            electorate(standings, text).contains { counts($0, for: standings, text, [.accept]) }
        case .party(let party): has(party, given: [.accept])
        case .named(let attribute): (text.listed[attribute] ?? []).contains { has($0, given: [.accept]) }
        case .all(let rules), .any(let rules): rules.contains { isAcceptedAtAll($0, text) }
        }
    }
}
