import Cryptography
import Identity
import Testing

@testable import Agreement

@Suite("What tools make of a withdrawal")
struct WithdrawingTests {
    private let china = Parties.china
    private let russia = Parties.russia

    @Test func `it leaves every roster in force that is awake, in the version in force`() {
        var conference = Conference(standings: [
            "observer": Conference.roster([Parties.china], isDormant: true)
        ])
        let held = ["key-state": conference.founding, "concerned": conference.founding]
        #expect(conference.evaluation.rostersHeld(by: china.name) == held.ids)
        let fewer = conference.amend(["roster/concerned": Content(.roster(Conference.roster([china])))])
        #expect(conference.evaluation.rostersHeld(by: china.name) == held.ids, "not before it is in force")
        conference.seal(fewer, by: Parties.keyStates)
        #expect(
            conference.evaluation.rostersHeld(by: china.name)
                == ["key-state": conference.founding, "concerned": fewer].ids)
        #expect(conference.evaluation.rostersHeld(by: Parties.mongolia.name).isEmpty)
    }

    @Test func `what asks a party are the open instruments of which some requirement speaks of it`() {
        var conference = Conference(rules: ["partners": Rules.need(.all, "partner")])
        let heavy = conference.amend(["a1": Articles.text("Other.", class: "hard-security")])
        let partners = conference.amend(["p": Articles.text("New.", class: "partners")])
        #expect(conference.evaluation.openAsking(china.name) == [heavy.id])
        #expect(conference.evaluation.openAsking(russia.name) == [partners.id])
        conference.seal(heavy, by: Parties.keyStates)
        #expect(conference.evaluation.openAsking(china.name).isEmpty)
    }
}

extension [String: Instrument] {
    fileprivate var ids: [Identifier: InstrumentID] {
        [Identifier: InstrumentID](uniqueKeysWithValues: map { (name($0.key), $0.value.id) })
    }
}
