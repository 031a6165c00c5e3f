public import Identity

extension Evaluation {
    /// The parties that some term of the rules in force for these classes counts, and so may be asked for: holders of
    /// standings, parties named in a rule, and those that the contents concerned list.
    ///
    /// A class without a rule asks for nobody.
    public func partiesCounted(of contents: [Content]) -> Set<Identifier> {
        var parties: Set<Identifier> = []
        for (provisionClass, contents) in Dictionary(grouping: contents, by: \.provisionClass) {
            guard let name = ReservedProvision.rule(for: provisionClass),
                case .rule(let rule)? = provisionInForce(name)?.content.reserved
            else { continue }
            count(rule, contents, &parties)
        }
        return parties
    }

    private func count(_ rule: Rule, _ contents: [Content], _ parties: inout Set<Identifier>) {
        switch rule {
        case .need(_, let standings, _):
            for standing in standings {
                guard let name = ReservedProvision.roster(of: standing),
                    case .roster(let roster)? = provisionInForce(name)?.content.reserved
                else { continue }
                parties.formUnion(roster.effectiveHolders)
            }
        case .party(let party): parties.insert(party)
        case .named(let attribute): parties.formUnion(contents.flatMap { $0.parties(listedIn: attribute) })
        case .all(let rules), .any(let rules): for rule in rules { count(rule, contents, &parties) }
        }
    }

    /// The parties that committed to an instrument by seals that count, ascending.
    public func partiesCommitted(to id: InstrumentID) -> [Identifier] {
        structure.indexOf[id].map { committed(to: $0).sorted() } ?? []
    }

    /// Whether somebody committed to an instrument that may still come into force.
    public func isOpenAndSealed(_ id: InstrumentID) -> Bool {
        guard let index = structure.indexOf[id], !committed(to: index).isEmpty, end(of: id) == nil else { return false }
        return switch state(of: id) {
        case .stale, .rejected, .conditional, .sealed: true
        case .illFormed, .awaitingRecords, .contested, .inForce, .replaced, .suspended, .unsealed, nil: false
        }
    }
}
