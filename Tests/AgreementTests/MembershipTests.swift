import Cryptography
import Identity
import Testing

@testable import Agreement

/// What is open when the membership changes: one instrument that relies on each of the things that may change.
///
/// Key states decide `a1` and the constitution, most of them `a2`; partners decide `p`, the two concerned states `c`,
/// and everybody who is key state or partner `j`.
@Suite("A change of membership")
struct MembershipTests {
    private static let rules = [
        "partners": Rules.need(.all, "partner"), "concerns": Rules.need(.all, "concerned"),
        "joint": Rules.need(.all, "key-state", "partner"),
    ]
    private static let open = ["a1", "a2", "c", "j", "p"]

    /// A conference with an open amendment of each class, each sealed by somebody whose consent it needs, and one in
    /// force that was decided by all key states.
    private struct Table {
        var conference: Conference
        let amendments: [String: Instrument]
        let settled: Instrument

        init(standings: [String: Roster] = [:]) {
            conference = Conference(
                rules: MembershipTests.rules, standings: standings, parties: Parties.members + [Parties.mongolia])
            settled = conference.amend(["s": Articles.text("Settled.", class: "hard-security")])
            conference.seal(settled, by: Parties.keyStates)
            let classes = [
                "a1": "hard-security", "a2": "procedure", "c": "concerns", "j": "joint", "p": "partners",
            ]
            var amendments: [String: Instrument] = [:]
            for provision in classes.keys.sorted() {
                amendments[provision] = conference.amend(
                    [provision: Articles.text("Open.", class: classes[provision]!)])
            }
            self.amendments = amendments
            for provision in amendments.keys.sorted() {
                conference.seal(amendments[provision]!, by: [Parties.china, Parties.russia])
            }
        }

        /// Passes a change of the constitution as the tools freeze it.
        @discardableResult
        mutating func pass(_ changes: [String: Content?], acceptedBy parties: [Party]) throws -> Instrument {
            let change = try conference.evaluation.freeze(
                Amendment(
                    title: words("Change"), changes: changes.map { Instrument.Change(name($0.key), $0.value) }),
                proposer: Parties.southKorea.name, salt: Array(repeating: 220, count: 16), languages: [name("en")],
                roadmap: conference.roadmap)
            conference.publish(change)
            conference.seal(change, by: parties)
            return change
        }

        /// The provisions whose open amendments are stale.
        var stale: [String] {
            amendments.filter { conference.state($0.value) == .stale }.keys.sorted()
        }

        /// What is in force, with what nothing may take out: the founding and what was settled.
        var inForce: Set<InstrumentID> { Set(conference.evaluation.inForce) }
    }

    /// Passes a change, and finds what it has made stale and taken out of force.
    private func stale(
        _ changes: [String: Content?], acceptedBy parties: [Party], standings: [String: Roster] = [:]
    ) throws -> [String] {
        var table = Table(standings: standings)
        #expect(table.stale.isEmpty)
        let before = table.inForce
        let change = try table.pass(changes, acceptedBy: parties)
        #expect(table.inForce == before.union([change.id]), "nothing leaves force, and nothing else comes into it")
        return table.stale
    }

    private func roster(_ holders: [Party], isDormant: Bool = false) -> Content {
        Content(.roster(Conference.roster(holders, isDormant: isDormant)))
    }

    private let mongolia = Parties.mongolia
    private let states = Parties.keyStates

    @Test func `lets a newcomer in that accepts it, and makes stale what relied on its roster`() throws {
        let joined = roster(Parties.partners + [mongolia])
        #expect(try stale(["roster/partner": joined], acceptedBy: states + [mongolia]) == ["j", "p"])
        var table = Table()
        let unasked = try table.pass(["roster/partner": joined], acceptedBy: states)
        #expect(table.conference.state(unasked) == .sealed && table.stale.isEmpty)
        table.conference.seal(unasked, by: [mongolia])
        #expect(table.conference.state(unasked) == .inForce && table.stale == ["j", "p"])
    }

    @Test func `expels a party without it, where the others suffice, and makes stale what relied on its roster`() throws
    {
        let left = roster(Parties.partners.filter { $0.name != Parties.russia.name })
        #expect(try stale(["roster/partner": left], acceptedBy: states) == ["j", "p"])
        let fewer = roster([Parties.unitedStates])
        #expect(try stale(["roster/concerned": fewer], acceptedBy: states) == ["c"])
    }

    @Test func `changes a party's standing, and makes stale what relied on either roster`() throws {
        let moved: [String: Content?] = [
            "roster/partner": roster(Parties.partners.filter { $0.name != Parties.japan.name }),
            "roster/concerned": roster([Parties.china, Parties.japan, Parties.unitedStates]),
        ]
        #expect(try stale(moved, acceptedBy: states + [Parties.japan]) == ["c", "j", "p"])
    }

    @Test func `wakes dormant observers that accept it, and makes stale nothing that did not rely on them`() throws {
        let dormant = ["observer": Conference.roster([mongolia], isDormant: true)]
        let awake: [String: Content?] = ["roster/observer": roster([mongolia])]
        #expect(try stale(awake, acceptedBy: states + [mongolia], standings: dormant).isEmpty)
        var table = Table(standings: dormant)
        let unasked = try table.pass(awake, acceptedBy: states)
        #expect(table.conference.state(unasked) == .sealed, "whoever wakes is added, and accepts")
    }

    @Test func `is a withdrawal's own matter: it makes nothing stale, and completes what waited for that party alone`()
    {
        var table = Table()
        let before = table.inForce
        let nuclear = table.amendments["a1"]!
        table.conference.seal(nuclear, by: states.filter { $0.name != Parties.unitedStates.name })
        #expect(table.conference.state(nuclear) == .sealed)
        table.conference.withdraw(
            Parties.unitedStates,
            from: ["key-state": table.conference.founding, "concerned": table.conference.founding])
        #expect(table.stale.isEmpty)
        #expect(table.inForce == before.union([nuclear.id, table.amendments["c"]!.id]))
    }

    @Test func `of another kind, a rule, makes stale what was decided under it, and no more`() throws {
        let rule = Content(.rule(Rules.need(.majority, "partner")))
        #expect(try stale(["rule/partners": rule], acceptedBy: states) == ["p"])
    }

    @Test func `puts what it made stale on the rosters as they are then, by a rebase`() throws {
        var table = Table()
        try table.pass(["roster/partner": roster(Parties.partners + [mongolia])], acceptedBy: states + [mongolia])
        let rebase = try #require(table.conference.evaluation.rebase(table.amendments["p"]!.id))
        #expect(rebase.clashes.isEmpty)
        let again = try table.conference.evaluation.freeze(
            Amendment(title: words("Again"), changes: rebase.changes, reliesOn: rebase.reliesOn),
            proposer: Parties.southKorea.name, salt: Array(repeating: 221, count: 16), languages: [name("en")],
            roadmap: table.conference.roadmap)
        table.conference.publish(again)
        table.conference.seal(again, by: Parties.partners)
        #expect(table.conference.state(again) == .sealed, "the newcomer is asked too")
        table.conference.seal(again, by: [mongolia])
        #expect(table.conference.state(again) == .inForce)
    }

    @Test func `asks its proposer for the rebase until that is on the table`() throws {
        var table = Table()
        let old = table.amendments["p"]!
        let proposer = old.proposer
        try table.pass(["roster/partner": roster(Parties.partners + [mongolia])], acceptedBy: states + [mongolia])
        let asked = Matter(instrument: old.id, kind: .rebase)
        #expect(table.conference.evaluation.matters(for: proposer).contains(asked))
        let rebase = try #require(table.conference.evaluation.rebase(old.id))
        func put(_ title: Words, _ salt: UInt8) throws {
            table.conference.publish(
                try table.conference.evaluation.freeze(
                    Amendment(title: title, changes: rebase.changes, reliesOn: rebase.reliesOn),
                    proposer: proposer, salt: Array(repeating: salt, count: 16), languages: [name("en")],
                    roadmap: table.conference.roadmap))
        }
        try put(words("Another matter"), 222)
        #expect(table.conference.evaluation.matters(for: proposer).contains(asked))
        try put(old.title, 223)
        #expect(!table.conference.evaluation.matters(for: proposer).contains(asked))
    }
}

@Suite("A rule that nobody could meet")
struct UnmeetableRuleTests {
    private func made(_ conference: Conference, by change: Instrument) -> [Identifier] {
        conference.evaluation.rulesMadeUnmeetable(by: change.id).map(\.provisionClass)
    }

    @Test func `is found where an amendment writes it, or takes its ground away, and not where it was so before`() {
        var conference = Conference(rules: [
            "partners": Rules.need(.atLeast(2), "partner"), "observers": Rules.need(.all, "observer"),
        ])
        let fewer = conference.amend(["roster/partner": Content(.roster(Conference.roster([Parties.japan])))])
        #expect(made(conference, by: fewer) == [name("partners")])
        let written = conference.amend(["rule/partners": Content(.rule(Rules.need(.atLeast(3), "partner")))])
        #expect(made(conference, by: written) == [name("partners")])
        let again = conference.amend(["rule/observers": Content(.rule(Rules.need(.atLeast(1), "observer")))])
        #expect(made(conference, by: again) == [name("observers")], "whoever writes it anew writes one that can be met")
        let same = conference.amend(["roster/partner": Content(.roster(Conference.roster(Parties.partners)))])
        #expect(made(conference, by: same).isEmpty)
        let both = conference.amend([
            "roster/partner": Content(.roster(Conference.roster([Parties.japan]))),
            "rule/partners": Content(.rule(Rules.need(.atLeast(1), "partner"))),
        ])
        #expect(made(conference, by: both).isEmpty)
        #expect(made(conference, by: conference.reword("a2", "Text.")).isEmpty)
    }
}
