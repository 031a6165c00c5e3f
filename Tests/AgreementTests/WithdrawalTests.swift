import Cryptography
import Identity
import Testing

@testable import Agreement

@Suite("A party that has withdrawn")
struct WithdrawalTests {
    private let china = Parties.china
    private let others = Parties.keyStates.filter { $0.name != Parties.china.name }

    /// A change that all key states decide, accepted by all but China.
    private func nuclear(_ conference: inout Conference, on ground: [Instrument]? = nil) -> Instrument {
        let nuclear = conference.amend(["a1": Articles.text("Other.", class: "hard-security")], on: ground)
        conference.seal(nuclear, by: others)
        return nuclear
    }

    @Test func `is not waited for where a rule needs all`() {
        var conference = Conference()
        let nuclear = nuclear(&conference)
        #expect(conference.state(nuclear) == .sealed)
        conference.withdraw(china, from: ["key-state": conference.founding])
        #expect(conference.state(nuclear) == .inForce)
        #expect(conference.evaluation.excused(from: nuclear.id) == [china.name])
    }

    @Test func `is waited for by numbers and shares as before, and by name`() {
        let rules = [
            "three": Rules.need(.atLeast(3), "key-state"), "china": Rule.party(china.name),
            "most": Rules.mostKeyStates,
        ]
        for provisionClass in rules.keys.sorted() {
            var conference = Conference(rules: rules)
            let amendment = conference.amend(["n": Articles.text("New.", class: provisionClass)])
            conference.seal(amendment, by: Array(others.prefix(2)))
            conference.withdraw(china, from: ["key-state": conference.founding])
            #expect(conference.state(amendment) == .sealed, "\(provisionClass)")
            #expect(conference.evaluation.excused(from: amendment.id).isEmpty)
        }
    }

    @Test func `leaves somebody who accepts`() {
        var conference = Conference()
        let nuclear = conference.amend(["a1": Articles.text("Other.", class: "hard-security")])
        for party in Parties.keyStates { conference.withdraw(party, from: ["key-state": conference.founding]) }
        #expect(conference.state(nuclear) == .unsealed)
        conference.seal(nuclear, by: [Parties.unitedStates])
        #expect(conference.state(nuclear) == .inForce)
        let both = Rule.all([Rules.allKeyStates, .party(Parties.japan.name)])
        var joint = Conference(rules: ["procedure": both])
        let hotline = joint.hotline(acceptedBy: [Parties.japan])
        for party in Parties.keyStates { joint.withdraw(party, from: ["key-state": joint.founding]) }
        #expect(joint.state(hotline) == .sealed, "somebody of each electorate")
        joint.seal(hotline, by: [Parties.china])
        #expect(joint.state(hotline) == .inForce)
    }

    @Test func `is excused in every standing of a term that it holds, or not at all`() {
        let rule = Rules.need(.all, "concerned", "key-state")
        var conference = Conference(rules: ["hard-security": rule])
        let nuclear = nuclear(&conference)
        conference.withdraw(china, from: ["key-state": conference.founding])
        #expect(conference.state(nuclear) == .sealed)
        conference.withdraw(china, from: ["concerned": conference.founding])
        #expect(conference.state(nuclear) == .inForce)
    }

    @Test func `is excused under later versions of the roster, until it is added anew`() {
        var conference = Conference()
        conference.withdraw(china, from: ["key-state": conference.founding])
        let more = Conference.roster(Parties.keyStates + [Parties.russia])
        let widened = conference.amend(["roster/key-state": Content(.roster(more))])
        conference.seal(widened, by: others + [Parties.russia])
        #expect(conference.state(widened) == .inForce)
        let next = conference.amend(["a1": Articles.text("Other.", class: "hard-security")], on: [widened])
        conference.seal(next, by: others + [Parties.russia])
        #expect(conference.state(next) == .inForce)

        let without = conference.amend(
            ["roster/key-state": Content(.roster(Conference.roster(others)))], on: [next])
        conference.seal(without, by: others + [Parties.russia])
        let again = conference.amend(
            ["roster/key-state": Content(.roster(Conference.roster(Parties.keyStates)))], on: [without])
        conference.seal(again, by: Parties.keyStates)
        #expect(conference.state(again) == .inForce)
        let then = conference.amend(["a1": Articles.text("Again.", class: "hard-security")], on: [again])
        conference.seal(then, by: others)
        #expect(conference.state(then) == .sealed, "it came back")
    }

    @Test func `is excused from nothing before the version that it left, nor by one of another roster's line`() {
        var conference = Conference()
        let nuclear = nuclear(&conference)
        let later = conference.amend(["roster/partner": Content(.roster(Conference.roster([Parties.japan])))])
        conference.withdraw(china, from: ["key-state": later])
        #expect(conference.state(nuclear) == .sealed)
        let roster = conference.amend(
            ["roster/key-state": Content(.roster(Conference.roster(Parties.keyStates)))])
        conference.withdraw(china, from: ["key-state": roster])
        #expect(conference.state(nuclear) == .sealed)
    }

    @Test func `is excused while the roster is awake`() {
        let asleep = Conference.roster([china, Parties.russia], isDormant: true)
        var conference = Conference(
            rules: ["procedure": Rules.need(.all, "observer")], standings: ["observer": asleep])
        conference.withdraw(china, from: ["observer": conference.founding])
        let awake = conference.amend(["roster/observer": Content(.roster(Conference.roster([china, Parties.russia])))])
        conference.seal(awake, by: Parties.keyStates + [Parties.russia])
        #expect(conference.state(awake) == .inForce)
        let hotline = conference.hotline(acceptedBy: [Parties.russia], on: [awake])
        #expect(conference.state(hotline) == .sealed, "it accepted its waking after it had left")
    }

    @Test func `speaks by the chain that its instrument finds beneath it`() {
        var conference = Conference()
        let nuclear = nuclear(&conference)
        conference.withdraw(Party("chn", generation: 7), from: ["key-state": conference.founding])
        #expect(conference.state(nuclear) == .sealed)
    }

    @Test func `is excused only from what its word does not speak against`() {
        var conference = Conference()
        let promised = conference.amend(["a1": Articles.text("Promised.", class: "hard-security")])
        conference.seal(promised, by: [china])
        let rival = nuclear(&conference)
        var free = conference
        free.withdraw(china, from: ["key-state": conference.founding])
        #expect(free.state(rival) == .inForce)
        conference.withdraw(china, from: ["key-state": conference.founding], committed: [promised.id])
        #expect(conference.state(rival) == .sealed)
        conference.seal(promised, by: others)
        #expect(conference.state(promised) == .inForce, "what it accepted, it accepted")
        let built = nuclear(&conference, on: [promised])
        #expect(conference.state(built) == .inForce, "what is built on its word is not against it")
    }

    @Test func `is excused once all that it committed to is at hand`() {
        var conference = Conference()
        let promised = conference.reword("a3", "Promised.", acceptedBy: [china])
        let nuclear = nuclear(&conference)
        conference.withdraw(china, from: ["key-state": conference.founding], committed: [promised.id, nuclear.id])
        #expect(conference.evaluation(without: promised).state(of: nuclear.id) == .sealed)
        #expect(conference.state(nuclear) == .inForce)
    }

    @Test func `excuses nothing that stands once its withdrawal is void`() {
        var conference = Conference()
        let nuclear = nuclear(&conference)
        let withdrawal = conference.withdraw(china, from: ["key-state": conference.founding], isDisputed: true)
        #expect(conference.state(nuclear) == .inForce)
        #expect(!conference.evaluation.standingUndisputed.contains(nuclear.id))
        let voiding = conference.amend([:], voiding: [withdrawal])
        conference.seal(voiding, by: Parties.keyStates)
        #expect(conference.state(nuclear) == .suspended)
        #expect(conference.evaluation.voidWithdrawals == [withdrawal])
        #expect(conference.evaluation.perfected.contains(nuclear.id))
    }

    @Test func `seals nothing that it is excused from`() {
        var conference = Conference()
        let hotline = conference.hotline()
        conference.withdraw(china, from: ["key-state": conference.founding], isDisputed: true)
        func objections() -> [Objection] {
            conference.evaluation.objections(to: .accept, on: hotline.id, by: china.name)
        }
        #expect(objections().isEmpty)
        conference.withdraw(china, from: ["key-state": conference.founding], committed: [hotline.id])
        #expect(objections() == [.withdrawn])
        #expect(conference.evaluation.objections(to: .reject, on: hotline.id, by: china.name).isEmpty)
        #expect(conference.evaluation.objections(to: .accept, on: hotline.id, by: Parties.japan.name).isEmpty)
    }
}
