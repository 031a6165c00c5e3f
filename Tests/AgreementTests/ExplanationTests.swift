import Cryptography
import Identity
import Testing

@testable import Agreement

@Suite("Why an instrument stands where it stands")
struct ExplanationTests {
    private func why(_ conference: Conference, _ instrument: Instrument) throws -> Explanation {
        try #require(conference.evaluation.explanation(of: instrument.id))
    }

    private func seal(_ voices: [Voice], _ party: Party) -> Voice? { voices.first { $0.party == party.name } }

    @Test func `names each term, whom it asks in which standing, and what is missing of it`() throws {
        let rule = Rule.all([
            Rules.allKeyStates, Rules.need(.atLeast(1), "concerned", "partner", counting: .acceptOrAbstain),
        ])
        var conference = Conference(rules: ["procedure": rule])
        let hotline = conference.hotline(acceptedBy: [Parties.china])
        conference.seal(hotline, by: [Parties.russia], .abstain)
        conference.seal(hotline, by: [Parties.northKorea], .reject)
        let found = try #require(try why(conference, hotline).requirements.first)
        #expect(found.requirement.source == .rule(name("procedure"), readBy: hotline.id))
        #expect(found.ruleVersion == conference.roadmap && !found.isMet)
        #expect(found.term.counted == 1 && found.term.needed == 2)
        let keyStates = found.term.parts[0]
        #expect(keyStates.counted == 1 && keyStates.needed == 4 && !keyStates.isMet)
        #expect(keyStates.voices.filter(\.counts).map(\.party) == [Parties.china.name])
        #expect(seal(keyStates.voices, Parties.northKorea)?.seals.map(\.verdict) == [.reject])
        #expect(seal(keyStates.voices, Parties.unitedStates)?.seals.isEmpty == true)
        let others = found.term.parts[1]
        #expect(others.isMet && others.counted == 2)
        #expect(seal(others.voices, Parties.russia)?.counts == true)
        #expect(seal(others.voices, Parties.china)?.standings == [name("concerned")])
    }

    @Test func `counts no verdict that was given in another standing`() throws {
        var conference = Conference(rules: ["procedure": Rules.need(.all, "concerned")])
        let hotline = conference.hotline()
        conference.seal(hotline, by: [Parties.china], in: ["key-state"])
        let found = try #require(try why(conference, hotline).requirements.first)
        #expect(seal(found.term.voices, Parties.china)?.counts == false)
        #expect(found.term.counted == 0)
    }

    @Test func `says that abstentions alone are not enough`() throws {
        let rule = Rules.need(.majority, "key-state", counting: .acceptOrAbstain)
        var conference = Conference(rules: ["procedure": rule])
        let hotline = conference.hotline()
        conference.seal(hotline, by: Parties.keyStates, .abstain)
        let found = try #require(try why(conference, hotline).requirements.first)
        #expect(found.term.isMet && !found.isMet)
    }

    @Test func `follows conditions to what is missing there, and shows a circle as one`() throws {
        var conference = Conference()
        let step = conference.reword("a2", "A step.")
        let guarantee = conference.reword("a3", "A guarantee.")
        conference.seal(step, by: [Parties.northKorea], provided: [guarantee])
        conference.seal(step, by: [Parties.china, Parties.southKorea])
        conference.seal(guarantee, by: [Parties.unitedStates], provided: [step])
        conference.seal(guarantee, by: [Parties.china])
        let explanation = try why(conference, step)
        #expect(explanation.state == .conditional)
        #expect(explanation.requirements.map(\.isMet) == [false])
        #expect(explanation.requirements.map(\.isMetIfConditionsStood) == [true])
        let ground = try #require(explanation.supports.first)
        #expect(ground.relation == .ground && ground.holds && ground.why == .holds)
        let condition = try #require(explanation.supports.last)
        #expect(condition.relation == .condition(of: [Parties.northKorea.name]) && !condition.holds)
        guard case .explained(let inner) = condition.why else {
            Issue.record("the condition is not explained")
            return
        }
        #expect(inner.requirements[0].term.voices.filter { $0.seals.isEmpty }.count == 2)
        #expect(inner.supports.last?.instrument == step.id && inner.supports.last?.why == .circle)
        conference.seal(guarantee, by: [Parties.southKorea])
        let complete = try why(conference, step)
        #expect(complete.state == .inForce && complete.supports.allSatisfy { $0.holds && $0.why == .holds })
    }

    @Test func `ends where a chain of conditions is long, or leads out of the records`() throws {
        var conference = Conference()
        var chain = [conference.reword("a2", "The first.")]
        for place in 1...(Evaluation.explainedInstrumentLimit + 1) {
            chain.append(conference.amend(["b\(place)": Articles.text("Number \(place).")]))
            conference.seal(chain[place - 1], by: [Parties.china], provided: [chain[place]])
        }
        func depth(_ explanation: Explanation) -> (Int, Explanation.Why) {
            let condition = explanation.supports.last!
            guard case .explained(let inner) = condition.why else { return (1, condition.why) }
            let (below, end) = depth(inner)
            return (below + 1, end)
        }
        let (length, end) = depth(try why(conference, chain[0]))
        #expect(length == Evaluation.explainedInstrumentLimit && end == .tooFar)
        let lost = try #require(conference.evaluation(without: chain[1]).explanation(of: chain[0].id))
        #expect(lost.supports.last?.why == .notHere)
    }

    @Test func `says what replaced it, what brings needs in, and what it rivals`() throws {
        var conference = Conference()
        let first = conference.hotline("One.", acceptedBy: Parties.keyStates)
        let second = conference.hotline("Two.", acceptedBy: [Parties.russia], replacing: [first])
        let third = conference.hotline("Three.", acceptedBy: Array(Parties.keyStates.prefix(3)))
        #expect(try why(conference, second).rivals.map(\.instrument).sorted() == [first.id, third.id].sorted())
        conference.seal(second, by: Parties.keyStates)
        #expect(try why(conference, first).replacedBy == [second.id])
        let sources = try why(conference, second).requirements.map(\.requirement.source)
        #expect(
            sources == [
                .rule(name("procedure"), readBy: second.id), .rule(name("procedure"), readBy: first.id),
            ])
    }

    @Test func `names the versions that a stale one found, and those in force`() throws {
        var conference = Conference()
        let slow = conference.reword("a2", "Slow.")
        let quick = conference.reword("a2", "Quick.", acceptedBy: Parties.keyStates)
        let explanation = try why(conference, slow)
        #expect(explanation.state == .stale)
        #expect(
            explanation.outdated == [
                OutdatedVersion(provision: name("a2"), named: conference.roadmap, inForce: quick.id)
            ])
        #expect(explanation.rivals.map(\.instrument) == [quick.id])
        #expect(explanation.rivals.first?.isStanding == true)
        #expect(conference.evaluation.explanation(of: Digest(of: [])) == nil)
    }
}

@Suite("What would fall with a replacement")
struct FallTests {
    @Test func `is what it names, what is built on that, and what was given in return for that`() {
        var conference = Conference()
        let hotline = conference.hotline(acceptedBy: Parties.keyStates)
        let above = conference.amend(["b1": Articles.text("Above.")], after: [hotline])
        conference.seal(above, by: Parties.keyStates)
        let inReturn = conference.reword("a3", "In return.")
        conference.seal(inReturn, by: Parties.keyStates, provided: [hotline])
        let untouched = conference.amend(["b2": Articles.text("Elsewhere.")])
        conference.seal(untouched, by: Parties.keyStates)
        #expect([hotline, above, inReturn, untouched].allSatisfy { conference.state($0) == .inForce })
        let next = conference.hotline("Another.", replacing: [hotline])
        let fall = conference.evaluation.fall(with: next.id)
        #expect(fall.named == [hotline.id] && fall.comingBack.isEmpty)
        #expect(
            Set(fall.unnamed) == [
                Fall.Fallen(instrument: above.id, ground: [hotline.id], conditions: []),
                Fall.Fallen(instrument: inReturn.id, ground: [], conditions: [hotline.id]),
            ])
        conference.seal(next, by: Parties.keyStates)
        #expect([hotline, above, inReturn].allSatisfy { !conference.evaluation.inForce.contains($0.id) })
        #expect(conference.state(untouched) == .inForce)
    }

    @Test func `is nothing for what is only built on others, and says what comes back`() {
        var conference = Conference()
        let first = conference.hotline("One.", acceptedBy: Parties.keyStates)
        let second = conference.hotline("Two.", acceptedBy: Parties.keyStates, replacing: [first])
        #expect(conference.state(first) == .replaced)
        let plain = conference.reword("a3", "Elsewhere.")
        #expect(conference.evaluation.fall(with: plain.id).isNothing)
        let third = conference.hotline("Three.", replacing: [second])
        let fall = conference.evaluation.fall(with: third.id)
        #expect(fall.named == [second.id] && fall.unnamed.isEmpty && fall.comingBack == [first.id])
    }
}
