import Agreement
import Identity
import Testing

@Suite("A founding")
struct FoundingTests {
    @Test func `is in force when every holder on its rosters has accepted it`() {
        var conference = Conference(sealed: false)
        #expect(conference.state(conference.founding) == .unsealed)
        for party in Parties.members.dropLast() { conference.seal(conference.founding, by: [party]) }
        #expect(conference.state(conference.founding) == .sealed)
        #expect(conference.evaluation.inForce.isEmpty)
        #expect(conference.evaluation.missing(of: conference.roadmap).parties == [Parties.russia.name])
        conference.seal(conference.founding, by: [Parties.russia])
        #expect(conference.evaluation.inForce == [conference.roadmap])
    }

    @Test func `does not wait for dormant observers, but carries their records`() {
        let observers = ["observer": Conference.roster([Parties.mongolia], isDormant: true)]
        var conference = Conference(
            standings: observers, parties: Parties.members + [Parties.mongolia], sealed: false)
        conference.seal(conference.founding, by: Parties.members)
        #expect(conference.state(conference.founding) == .inForce)
        let bare = Conference(standings: observers)
        #expect(
            bare.evaluation.illFormedness(of: bare.roadmap) == .foundingLacksRecord(party: Parties.mongolia.name))
    }

    @Test func `asks for acceptance in all capacities, which may be given one by one`() {
        var conference = Conference(sealed: false)
        conference.seal(conference.founding, by: Parties.members.filter { $0.name != Parties.china.name })
        conference.seal(conference.founding, by: [Parties.china], in: ["key-state"])
        #expect(conference.state(conference.founding) == .sealed)
        conference.seal(conference.founding, by: [Parties.china], in: ["concerned"])
        #expect(conference.state(conference.founding) == .inForce)
    }

    @Test func `takes no abstention and no acceptance with a condition for consent`() {
        var conference = Conference(sealed: false)
        let hotline = conference.hotline()
        conference.seal(conference.founding, by: Parties.members.filter { $0.name != Parties.china.name })
        var abstaining = conference
        abstaining.seal(conference.founding, by: [Parties.china], .abstain)
        #expect(abstaining.state(conference.founding) == .sealed)
        var conditional = conference
        conditional.seal(conference.founding, by: [Parties.china], provided: [hotline])
        #expect(conditional.state(conference.founding) == .sealed, "nor is a condition what it lacks")
        #expect(conditional.evaluation.missing(of: conference.roadmap).parties == nil)
        conditional.seal(conference.founding, by: [Parties.china])
        #expect(conditional.state(conference.founding) == .inForce)
    }

    @Test func `rejected by a holder cannot complete, whatever that one accepted on a condition`() {
        var conference = Conference(sealed: false)
        let hotline = conference.hotline()
        conference.seal(conference.founding, by: [Parties.china], provided: [hotline])
        conference.seal(conference.founding, by: [Parties.china], .reject)
        #expect(conference.state(conference.founding) == .rejected)
    }

    @Test(arguments: ["rule", "roster", "party", "procedure", "hard-security"])
    func `has a rule for every class that it uses, and for the constitution`(provisionClass: String) {
        let conference = Conference(without: ["rule/\(provisionClass)"])
        #expect(
            conference.evaluation.illFormedness(of: conference.roadmap) == .foundingLacksRule(name(provisionClass)))
        #expect(conference.evaluation.inForce.isEmpty)
    }

    @Test func `has a record for every holder`() {
        let conference = Conference(parties: Parties.keyStates + [Parties.japan])
        let lacking = IllFormedness.foundingLacksRecord(party: Parties.russia.name)
        #expect(conference.evaluation.illFormedness(of: conference.roadmap) == lacking)
    }

    @Test func `has every parent in it`() {
        let conference = Conference(without: ["a2"])
        #expect(
            conference.evaluation.illFormedness(of: conference.roadmap) == .parentNotThere(of: name("a2-1")))
    }

    @Test func `of another roadmap is ill formed here, and so is all that is built on it`() {
        var conference = Conference()
        let other = Conference(rules: ["procedure": .party(Parties.russia.name)])
        conference.publish(other.founding)
        conference.seal(other.founding, by: Parties.members)
        #expect(conference.evaluation.illFormedness(of: other.roadmap) == .foundingNotBeneath)
        #expect(conference.evaluation.inForce == [conference.roadmap])
        let above = conference.hotline(on: [other.founding])
        #expect(conference.evaluation.illFormedness(of: above.id) == .namesIllFormed(other.roadmap))
    }
}
