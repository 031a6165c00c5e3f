import Identity
import Testing

@testable import Agreement

@Suite("An accession")
struct AccessionTests {
    private static let withMongolia = Conference.roster(Parties.partners + [Parties.mongolia])

    private static func accession(_ conference: inout Conference) -> Instrument {
        conference.amend([
            "roster/partner": Content(.roster(withMongolia)),
            Parties.mongolia.provision.string: Content(.party(Parties.mongolia.record)),
        ])
    }

    @Test func `waits for the newcomer, under the keys that it brings`() {
        var conference = Conference()
        let accession = Self.accession(&conference)
        conference.seal(accession, by: Parties.keyStates)
        #expect(conference.state(accession) == .sealed)
        #expect(conference.evaluation.missing(of: accession.id).parties == [Parties.mongolia.name])
        let impostor = Party("mng", generation: 9)
        conference.seal(accession, by: [impostor])
        #expect(conference.state(accession) == .sealed)
        conference.seal(accession, by: [Parties.mongolia])
        #expect(conference.state(accession) == .inForce)
        #expect(conference.evaluation.recordInForce(of: Parties.mongolia.name) == Parties.mongolia.record)
    }

    @Test func `is not accepted by a newcomer's abstention`() {
        var conference = Conference()
        let accession = Self.accession(&conference)
        conference.seal(accession, by: Parties.keyStates)
        conference.seal(accession, by: [Parties.mongolia], .abstain)
        #expect(conference.state(accession) == .sealed)
    }

    @Test func `to a dormant roster waits for nobody, and its waking for all on it`() {
        var conference = Conference()
        let observers = [Parties.mongolia, Parties.russia]
        let asleep = conference.amend([
            "roster/observer": Content(.roster(Conference.roster(observers, isDormant: true))),
            Parties.mongolia.provision.string: Content(.party(Parties.mongolia.record)),
        ])
        conference.seal(asleep, by: Parties.keyStates)
        #expect(conference.state(asleep) == .inForce)
        let awake = conference.amend(
            ["roster/observer": Content(.roster(Conference.roster(observers)))], on: [asleep])
        conference.seal(awake, by: Parties.keyStates + [Parties.mongolia])
        #expect(conference.state(awake) == .sealed)
        conference.seal(awake, by: [Parties.russia])
        #expect(conference.state(awake) == .inForce)
        let standings = conference.evaluation.partiesInForce.first { $0.party == Parties.russia.name }?.standings
        #expect(standings == [name("observer"), name("partner")])
    }

    @Test func `of somebody who was expelled and comes back waits for that one again`() {
        var conference = Conference()
        let fewer = conference.amend(["roster/partner": Content(.roster(Conference.roster([Parties.japan])))])
        conference.seal(fewer, by: Parties.keyStates)
        let again = conference.amend(
            ["roster/partner": Content(.roster(Conference.roster(Parties.partners)))], on: [fewer])
        conference.seal(again, by: Parties.keyStates)
        #expect(conference.state(fewer) == .inForce && conference.state(again) == .sealed)
        conference.seal(again, by: [Parties.russia])
        #expect(conference.state(again) == .inForce)
    }
}

@Suite("Conditional seals")
struct ConditionalSealTests {
    @Test func `on two instruments, each provided the other, complete both at one instant`() {
        var conference = Conference()
        let step = conference.amend(["a1": Articles.text("A first step.", class: "hard-security")])
        let guarantee = conference.amend(["g": Articles.text("A guarantee.", class: "hard-security")])
        conference.seal(step, by: [Parties.northKorea], provided: [guarantee])
        conference.seal(step, by: [Parties.china, Parties.southKorea, Parties.unitedStates])
        #expect(conference.state(step) == .conditional)
        conference.seal(guarantee, by: [Parties.unitedStates], provided: [step])
        conference.seal(guarantee, by: [Parties.china, Parties.southKorea])
        #expect(conference.evaluation.inForce == [conference.roadmap])
        #expect(conference.state(guarantee) == .sealed)
        conference.seal(guarantee, by: [Parties.northKorea])
        #expect(conference.state(step) == .inForce && conference.state(guarantee) == .inForce)
    }

    @Test func `in a cycle of three complete all three, or none`() {
        var conference = Conference()
        let wordings = ["a2", "a3", "a4"].map { conference.reword($0, "Linked.") }
        for (place, wording) in wordings.enumerated() {
            let next = wordings[(place + 1) % 3]
            conference.seal(wording, by: [Parties.keyStates[place]], provided: [next])
            conference.seal(wording, by: [Parties.keyStates[(place + 1) % 4]])
        }
        #expect(conference.evaluation.inForce == [conference.roadmap])
        for wording in wordings.dropLast() { conference.seal(wording, by: [Parties.unitedStates]) }
        #expect(conference.evaluation.inForce == [conference.roadmap])
        conference.seal(wordings[2], by: [Parties.northKorea])
        #expect(wordings.allSatisfy { conference.state($0) == .inForce })
    }

    @Test func `add up, each under its own condition`() {
        var conference = Conference()
        let (first, second) = (conference.reword("a2", "First."), conference.reword("a3", "Second."))
        let third = conference.reword("a4", "Third.", acceptedBy: [Parties.china, Parties.southKorea])
        conference.seal(third, by: [Parties.northKorea], provided: [first])
        conference.seal(third, by: [Parties.northKorea], provided: [second])
        #expect(conference.state(third) == .conditional)
        conference.seal(second, by: Parties.keyStates)
        #expect(conference.state(third) == .inForce)
    }

    @Test func `fall with what they were provided on, when that is replaced`() {
        var conference = Conference()
        let guarantee = conference.reword("a2", "Guarantee.", acceptedBy: Parties.keyStates)
        let step = conference.reword("a3", "Step.", acceptedBy: [Parties.china, Parties.southKorea])
        conference.seal(step, by: [Parties.northKorea], provided: [guarantee])
        let onStep = conference.reword("a4", "On the step.", acceptedBy: Parties.keyStates, on: [step])
        #expect(conference.state(step) == .inForce)
        let other = conference.reword("a2", "Other.", acceptedBy: Parties.keyStates, replacing: [guarantee])
        #expect(conference.state(other) == .inForce && conference.state(guarantee) == .replaced)
        #expect(conference.state(step) == .suspended && conference.state(onStep) == .suspended)
        #expect(conference.evaluation.perfected.contains(step.id), "perfected never shrinks")
        #expect(conference.evaluation.provisionInForce(name("a3"))?.version == conference.founding)
    }

    @Test func `on an instrument that is not at hand wait for it`() {
        var conference = Conference()
        let guarantee = conference.reword("a2", "Guarantee.", acceptedBy: Parties.keyStates)
        let step = conference.reword("a3", "Step.", acceptedBy: [Parties.china, Parties.southKorea])
        conference.seal(step, by: [Parties.northKorea], provided: [guarantee])
        let lacking = conference.evaluation(without: guarantee)
        #expect(lacking.state(of: step.id) == .conditional)
        #expect(lacking.missing(of: step.id) == Missing(parties: [], instruments: [guarantee.id]))
    }
}

@Suite("An instrument that replaces")
struct ReplacementTests {
    @Test func `needs what the replaced one needed besides its own needs`() {
        var conference = Conference()
        let heavy = conference.amend(["h": Articles.text("Heavy.", class: "hard-security")])
        conference.seal(heavy, by: Parties.keyStates)
        let light = conference.hotline(acceptedBy: Parties.keyStates.dropLast(), replacing: [heavy])
        #expect(conference.state(light) == .sealed && conference.state(heavy) == .inForce)
        conference.seal(light, by: [Parties.keyStates.last!])
        #expect(conference.state(light) == .inForce && conference.state(heavy) == .replaced)
    }

    @Test func `brings in needs through all that is replaced, all the way down`() {
        var conference = Conference(rules: ["letter": .party(Parties.japan.name)])
        let letter = conference.amend(["l": Articles.text("Letter.", class: "letter")])
        let second = conference.hotline("Second.", replacing: [letter])
        let third = conference.reword("a3", "Third.", acceptedBy: Parties.keyStates, replacing: [second])
        #expect(conference.state(third) == .sealed)
        #expect(conference.evaluation.missing(of: third.id).parties == [Parties.japan.name])
        conference.seal(third, by: [Parties.japan])
        #expect(conference.state(third) == .inForce)
    }

    @Test func `a change of the constitution needs all rules as they stood after that, too`() {
        var conference = Conference(rules: ["rule": Rules.mostKeyStates])
        let most = [Parties.china, Parties.southKorea, Parties.unitedStates]
        let stricter = conference.amend(["rule/procedure": Content(.rule(Rules.allKeyStates))])
        conference.seal(stricter, by: most)
        #expect(conference.state(stricter) == .inForce)
        let taking = conference.hotline(acceptedBy: most, replacing: [stricter])
        #expect(conference.state(taking) == .stale)
        let sources = conference.evaluation.requirements(of: taking.id).map(\.source)
        #expect(sources.contains(.ruleAfter(name("procedure"), stricter.id)))
        conference.seal(taking, by: [Parties.northKorea])
        #expect(conference.state(taking) == .inForce)
    }

    @Test func `is out when it is replaced itself, and what it had replaced stands again unless named, too`() {
        var conference = Conference()
        let first = conference.reword("a2", "First.", acceptedBy: Parties.keyStates)
        let second = conference.reword("a3", "Second.", acceptedBy: Parties.keyStates, replacing: [first])
        #expect(conference.state(first) == .replaced)
        var forgetful = conference
        forgetful.reword("a4", "Third.", acceptedBy: Parties.keyStates, replacing: [second])
        #expect(forgetful.state(first) == .inForce && forgetful.state(second) == .replaced)
        conference.reword("a4", "Third.", acceptedBy: Parties.keyStates, replacing: [first, second])
        #expect(conference.state(first) == .replaced && conference.state(second) == .replaced)
    }

    @Test func `takes what is built on the replaced one out of force, but not out of what is perfected`() {
        var conference = Conference()
        let ground = conference.reword("a2", "Ground.", acceptedBy: Parties.keyStates)
        let above = conference.hotline(acceptedBy: Parties.keyStates, on: [ground])
        conference.reword("a2", "Instead.", acceptedBy: Parties.keyStates, replacing: [ground])
        #expect(conference.state(above) == .suspended)
        #expect(conference.evaluation.perfected.contains(above.id))
    }
}

@Suite("The state of an instrument")
struct InstrumentStateTests {
    @Test func `is stale when a version in its base is no longer the newest in force`() {
        var conference = Conference()
        let open = conference.reword("a2", "Open.", acceptedBy: [Parties.china])
        #expect(conference.state(open) == .sealed)
        let quicker = conference.reword("a2", "Quicker.", acceptedBy: Parties.keyStates)
        #expect(conference.state(open) == .stale && conference.state(quicker) == .inForce)
        let next = conference.reword("a3", "Open, too.")
        let ahead = conference.reword("a3", "Ahead.", on: [next])
        #expect(conference.state(ahead) == .unsealed, "what is ahead of the text in force is not stale")
    }

    @Test func `is rejected when the needs cannot be met without those who rejected`() {
        var conference = Conference()
        let hotline = conference.hotline()
        conference.seal(hotline, by: [Parties.northKorea], .reject)
        #expect(conference.state(hotline) == .unsealed, "three others are still a majority")
        conference.seal(hotline, by: [Parties.china], .reject)
        #expect(conference.state(hotline) == .rejected)
    }

    @Test func `is sealed by an abstention, and not by a rejection or a seal that does not count`() {
        var conference = Conference()
        let hotline = conference.hotline()
        conference.seal(hotline, by: [Parties.northKorea], .reject)
        conference.seal(hotline, by: [Parties.northKoreaWithNewKeys])
        conference.seal(hotline, by: [Parties.china], isSigned: false)
        #expect(conference.state(hotline) == .unsealed)
        #expect(conference.evaluation.countingSeals(on: hotline.id).count == 1)
        conference.seal(hotline, by: [Parties.unitedStates], .abstain)
        #expect(conference.state(hotline) == .sealed)
    }

    @Test func `is awaiting-records while anything it names is absent, and nobody's for an id without a record`() {
        var conference = Conference()
        let ground = conference.reword("a3", "Ground.", acceptedBy: Parties.keyStates)
        let above = conference.hotline(acceptedBy: Parties.keyStates, on: [ground])
        let lacking = conference.evaluation(without: ground)
        #expect(lacking.state(of: above.id) == .awaitingRecords)
        #expect(lacking.awaited(by: above.id) == [ground.id])
        #expect(lacking.missing(of: above.id) == Missing(parties: nil, instruments: [ground.id]))
        #expect(lacking.state(of: ground.id) == nil)
        #expect(conference.state(above) == .inForce)
    }

    @Test func `is contested when both stand though they conflict, and then one alone is in force`() {
        var conference = Conference()
        let honest = conference.reword("a2", "One.", acceptedBy: Parties.keyStates)
        let other = conference.reword("a2", "Other.", acceptedBy: Array(Parties.keyStates.prefix(3)))
        #expect(conference.state(honest) == .contested && conference.state(other) == .contested)
        let contested = conference.evaluation.contestedIDs
        #expect(Set(contested) == [honest.id, other.id])
        let inForce = conference.evaluation.inForce
        #expect(inForce.contains(honest.id) != inForce.contains(other.id))
    }
}

@Suite("Of two that are contested")
struct ContestedTests {
    private let seven = ["g1", "g2", "g3", "g4", "g5", "g6", "g7"].map { Party($0) }

    private func rivals(_ firstWords: String, _ secondWords: String) -> (Conference, Instrument, Instrument) {
        var conference = Conference(
            rules: ["procedure": Rules.need(.atLeast(3), "guest")],
            standings: ["guest": Conference.roster(seven)], parties: Parties.members + seven)
        let one = conference.reword("a2", firstWords)
        let other = conference.reword("a2", secondWords)
        return (conference, one, other)
    }

    @Test func `the one that needs no liar beats the one that does, whatever their ids`() {
        for attempt in 0..<6 {
            var (conference, honest, other) = rivals("Honest \(attempt).", "Other \(attempt).")
            conference.seal(honest, by: Array(seven[0...3]))
            conference.seal(other, by: [seven[3], seven[4], seven[5]])
            #expect(conference.evaluation.inForce.contains(honest.id), "attempt \(attempt)")
            #expect(!conference.evaluation.inForce.contains(other.id), "attempt \(attempt)")
        }
    }

    @Test func `the smaller id is in force where both need the liars, or neither does`() {
        for attempt in 0..<4 {
            var (conference, one, other) = rivals("One \(attempt).", "Other \(attempt).")
            conference.seal(one, by: Array(seven[0...2]))
            conference.seal(other, by: Array(seven[0...2]))
            let lower = min(one.id, other.id)
            #expect(conference.evaluation.inForce == [conference.roadmap, lower].sorted(), "attempt \(attempt)")
        }
    }

    @Test func `the smaller id is in force, though it came into reach only by what it is built on`() {
        var seen = 0
        for attempt in 0..<16 {
            let (founded, other, _) = rivals("Other \(attempt).", "Nobody's.")
            var conference = founded
            let ground = conference.reword("a3", "Ground.", acceptedBy: seven)
            let one = conference.reword("a2", "One.", on: [conference.founding, ground])
            for rival in [one, other] { conference.seal(rival, by: Array(seven[0...2])) }
            guard ground.id < other.id else { continue }
            seen += 1
            let expected = [conference.roadmap, ground.id, min(one.id, other.id)].sorted()
            #expect(conference.evaluation.inForce == expected, "attempt \(attempt)")
        }
        #expect(seen > 0)
    }

    @Test func `what is built on the one not in force is suspended, and what is built on the other is not`() {
        var (conference, honest, other) = rivals("Honest.", "Other.")
        conference.seal(honest, by: Array(seven[0...3]))
        conference.seal(other, by: [seven[3], seven[4], seven[5]])
        let above = conference.reword("a3", "Above.", acceptedBy: seven, on: [honest])
        let beside = conference.reword("a4", "Beside.", acceptedBy: seven, on: [other])
        #expect(conference.state(above) == .inForce)
        #expect(conference.state(beside) == .suspended)
    }
}
