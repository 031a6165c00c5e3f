internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// The charter of every simulated roadmap: articles that need everybody, and minor ones that need more than half.
enum Charter {
    static let member = Identifier("member")!
    static let roster = Identifier("roster/member")!
    static let english = Identifier("en")!
    static let textClass = Identifier("text")!
    static let minorClass = Identifier("minor")!
    static let closingClass = Identifier("closing")!
    /// Those that have a rule.
    static let classes =
        [minorClass, textClass, closingClass] + ["roster", "rule", "party"].map { Identifier($0)! }

    /// - Parameter parties: those that it has a record of; who observes is no member.
    static func founding(of parties: [Party], observers: Set<Int>, seed: UInt64) -> Instrument {
        let members = parties.filter { !observers.contains($0.number) }
        var dice = Dice(seed &+ 0xf0)
        let changes =
            [rosterChange(to: members.map(\.id))]
            + classes.map { ruleChange($0, $0 == minorClass ? .majority : .all) }
            + parties.map { recordChange(of: $0) }
            + [article(1, "The parties keep peace."), article(11, "They meet twice a year.")]
        return try! Instrument(
            roadmap: nil, title: .english("A pact"), proposer: parties[0].id, salt: dice.bytes(16),
            languages: [english], base: [:], changes: changes)
    }

    static func recordChange(of party: Party) -> Instrument.Change {
        Instrument.Change(ReservedProvision.record(of: party.id)!, Content(.party(party.root)))
    }

    static func rosterChange(to members: some Sequence<Identifier>) -> Instrument.Change {
        Instrument.Change(roster, Content(.roster(Roster(holders: members))))
    }

    static func ruleChange(_ provisionClass: Identifier, _ share: Rule.Share) -> Instrument.Change {
        Instrument.Change(
            ReservedProvision.rule(for: provisionClass)!,
            Content(.rule(.need(share, of: [member], counting: .accept))))
    }

    /// The end of waiting for an instrument that was offered with a closing.
    static func closing(_ outcome: ClosingOutcome, of subject: InstrumentID) -> Amendment {
        Amendment(
            title: .english("Closing"),
            changes: [Instrument.Change(Closing.provision(of: subject), Content(.closing(outcome)))])
    }

    /// Articles from 10 on are minor.
    static func article(_ number: Int, _ text: String) -> Instrument.Change {
        Instrument.Change(
            Identifier("article-\(number)")!,
            Content(
                kind: Identifier("article")!, provisionClass: number < 10 ? textClass : minorClass,
                parent: nil, order: [UInt8(number)], text: .english(text)))
    }
}

extension Words {
    static func english(_ text: String) -> Words { Words([Identifier("en")!: ExactText(text)])! }
}
