public import Identity

/// Rules with the rosters that they are read with, and the parties with their records: what decides who can pass what.
public struct Constitution: Hashable, Sendable {
    /// By class.
    public var rules: [Identifier: Rule]
    /// By standing.
    public var rosters: [Identifier: Roster]
    /// By party; nil where its record is not known, as in a charter without cards.
    public var records: [Identifier: PartyRecord?]

    public init(
        rules: [Identifier: Rule], rosters: [Identifier: Roster], records: [Identifier: PartyRecord?]
    ) {
        self.rules = rules
        self.rosters = rosters
        self.records = records
    }

    /// Takes what reserved provisions say; the others say nothing here.
    init(_ provisions: some Sequence<(Identifier, Content)>) {
        self.init(rules: [:], rosters: [:], records: [:])
        for (provision, content) in provisions {
            switch (ReservedProvision(provision), content.reserved) {
            case (.rule(let provisionClass), .rule(let rule)): rules[provisionClass] = rule
            case (.roster(let standing), .roster(let roster)): rosters[standing] = roster
            case (.party(let party), .party(let record)): records[party] = record
            default: break
            }
        }
    }

    /// Who holds at least one of these standings; dormant ones have no holders.
    func holders(of standings: some Sequence<Identifier>) -> Set<Identifier> {
        standings.reduce(into: []) { $0.formUnion(rosters[$1]?.effectiveHolders ?? []) }
    }
}

extension Evaluation {
    /// The constitution in force; without a rule before the founding is in force.
    public var constitutionInForce: Constitution { Constitution(textInForce.map { ($0.id, $0.content) }) }

    /// The constitution as it stands once an instrument does: what it found, with its changes laid over it.
    ///
    /// - Returns: nil if the instrument, or anything that it names, is not among the records.
    public func constitution(after id: InstrumentID) -> Constitution? {
        guard let instrument = instrument(id) else { return nil }
        let beneath = textBeneath(id).map { ($0.id, $0.content) }
        let written = instrument.changes.compactMap { change in change.content.map { (change.provision, $0) } }
        return Constitution(beneath + written)
    }

    /// The rules that nobody's consent could meet once an instrument stands, each with what is in the way, ascending by
    /// class: those that it writes, and those whose ground it takes away. What nobody could meet before, and it leaves as it
    /// is, is none of them.
    public func rulesMadeUnmeetable(
        by id: InstrumentID
    ) -> [(provisionClass: Identifier, obstacles: [RuleObstacle])] {
        guard let instrument = instrument(id), instrument.isConstitutional, let after = constitution(after: id) else {
            return []
        }
        let before = Constitution(textBeneath(id).map { ($0.id, $0.content) })
        return after.rules.sorted { $0.key < $1.key }.compactMap { provisionClass, rule in
            let isWritten = ReservedProvision.rule(for: provisionClass).map(instrument.writes) ?? false
            let couldBeMet = before.rules[provisionClass].map { before.obstacles(in: $0).isEmpty } ?? true
            let obstacles = after.obstacles(in: rule)
            return obstacles.isEmpty || !(isWritten || couldBeMet) ? nil : (provisionClass, obstacles)
        }
    }
}
