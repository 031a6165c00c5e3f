public import Identity

/// A rule with the rosters that it speaks of, read by itself: without an instrument, and without what lies beneath one.
///
/// For whoever is shown no more than these: it says what the rule asks of the verdicts shown, and nothing about force.
public struct RuleReading: Hashable, Sendable {
    public let term: Requirement.Term
    private let provisionClass: Identifier

    /// - Parameters:
    ///   - rosters: by standing; one that is not there has no holders.
    ///   - content: whose attributes say whom `named` terms name.
    public init(_ rule: Rule, of provisionClass: Identifier, rosters: [Identifier: Roster], content: Content) {
        self.provisionClass = provisionClass
        term = Self.term(rule, rosters, content)
    }

    private static func term(_ rule: Rule, _ rosters: [Identifier: Roster], _ content: Content) -> Requirement.Term {
        switch rule {
        case .need(let share, let standings, let counting):
            let held = standings.map { (standing: $0, holders: rosters[$0]?.effectiveHolders ?? []) }
            return .need(share, Electorate(held), counting: counting)
        case .party(let party): return .party(party)
        case .named(let attribute): return .named(Set(content.parties(listedIn: attribute)).sorted())
        case .all(let rules): return .all(rules.map { term($0, rosters, content) })
        case .any(let rules): return .any(rules.map { term($0, rosters, content) })
        }
    }

    /// Whether these seals meet the rule, those with conditions left out.
    public func isMet(by seals: [Seal]) -> Bool {
        var verdicts = Verdicts()
        for seal in seals where seal.provided.isEmpty {
            verdicts.add(seal.verdict, by: seal.party, in: seal.capacities)
        }
        return term.isMet(by: verdicts) && term.countsAcceptance(in: verdicts)
    }
}
