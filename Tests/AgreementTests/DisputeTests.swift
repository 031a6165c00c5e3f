import Cryptography
import Identity
import Testing

@testable import Agreement

@Suite("A disputed seal")
struct DisputeTests {
    private let china = Parties.china
    private let others = Parties.keyStates.filter { $0.name != Parties.china.name }

    /// A change of nuclear matters, which all key states decide, and the seal of China on it, by keys that were stolen.
    private func stolen() -> (Conference, Instrument, Digest) {
        var conference = Conference()
        let nuclear = conference.amend(["a1": Articles.text("Other.", class: "hard-security")])
        conference.seal(nuclear, by: others)
        let seal = conference.seal(nuclear, by: [china], isDisputed: true)[0]
        return (conference, nuclear, seal)
    }

    @Test func `gives consent as any other does`() {
        let (conference, nuclear, seal) = stolen()
        #expect(conference.state(nuclear) == .inForce)
        #expect(conference.evaluation.disputedSeals == [seal] && conference.evaluation.voidSeals.isEmpty)
        #expect(conference.evaluation.standingUndisputed == [conference.roadmap])
    }

    @Test func `is what its party's own software builds on only if told to`() {
        var (conference, nuclear, _) = stolen()
        let above = conference.amend(["a4": Articles.text("Above.")], after: [nuclear])
        let objections = conference.evaluation.objections(to: .accept, on: above.id, by: Parties.japan.name)
        #expect(objections == [.restsOnDisputed([nuclear.id, above.id].sorted())])
        #expect(objections[0].maySetAside)
        let beside = conference.hotline()
        #expect(conference.evaluation.objections(to: .accept, on: beside.id, by: Parties.japan.name).isEmpty)
        #expect(Objection.wouldNotStand(ground: []).maySetAside == false)
    }

    @Test func `is void, and what hung on it leaves force, once the others confirm the theft`() {
        var (conference, nuclear, seal) = stolen()
        let above = conference.amend(["a4": Articles.text("Above.")], after: [nuclear])
        conference.seal(above, by: Parties.keyStates)
        let voiding = conference.amend([:], voiding: [seal])
        conference.seal(voiding, by: others)
        #expect(conference.state(voiding) == .sealed && conference.state(above) == .inForce)
        conference.seal(voiding, by: [china])
        #expect(conference.state(voiding) == .inForce)
        #expect(conference.evaluation.voidSeals == [seal])
        #expect(conference.state(nuclear) == .suspended && conference.state(above) == .suspended)
        #expect(conference.evaluation.perfected.contains(nuclear.id), "perfected never shrinks")
    }

    @Test func `may be voided by those who had committed to what it completed`() {
        var (conference, nuclear, seal) = stolen()
        let voiding = conference.amend([:], voiding: [seal])
        #expect(conference.evaluation.objections(to: .accept, on: voiding.id, by: others[0].name).isEmpty)
        let replacing = conference.amend(["a3": Articles.text("Meetings.")], replacing: [nuclear], voiding: [seal])
        #expect(conference.evaluation.objections(to: .accept, on: replacing.id, by: others[0].name).isEmpty)
        let ground = conference.reword("a2", "Ground.", acceptedBy: Parties.keyStates)
        let above = conference.hotline(acceptedBy: Parties.keyStates, on: [ground])
        let felling = conference.amend(["a3": Articles.text("Felling.")], replacing: [ground], voiding: [seal])
        let naming = conference.amend(
            ["a3": Articles.text("Felling.")], replacing: [ground, above], voiding: [seal])
        #expect(
            conference.evaluation.objections(to: .accept, on: felling.id, by: others[0].name)
                == [.earlierBuiltOnReplaced(above.id, ground.id)])
        #expect(conference.evaluation.objections(to: .accept, on: naming.id, by: others[0].name).isEmpty)
        conference.seal(voiding, by: Parties.keyStates)
        #expect(conference.state(nuclear) == .suspended)
    }

    @Test func `is void no more once what voids it is replaced`() {
        var (conference, nuclear, seal) = stolen()
        let voiding = conference.amend([:], voiding: [seal])
        conference.seal(voiding, by: Parties.keyStates)
        #expect(conference.state(nuclear) == .suspended)
        conference.hotline(acceptedBy: Parties.keyStates, replacing: [voiding])
        #expect(conference.state(voiding) == .replaced && conference.evaluation.voidSeals.isEmpty)
        #expect(conference.state(nuclear) == .inForce)
    }

    @Test func `on the founding is not disputed, nor void`() {
        var conference = Conference(sealed: false)
        conference.seal(conference.founding, by: Parties.members.filter { $0.name != china.name })
        let seal = conference.seal(conference.founding, by: [china], isDisputed: true)[0]
        let voiding = conference.amend([:], voiding: [seal])
        conference.seal(voiding, by: Parties.keyStates)
        #expect(conference.evaluation.inForce == [conference.roadmap, voiding.id].sorted())
        #expect(conference.evaluation.disputedSeals.isEmpty && conference.evaluation.voidSeals.isEmpty)
        let hotline = conference.hotline()
        #expect(conference.evaluation.objections(to: .accept, on: hotline.id, by: china.name).isEmpty)
    }

    @Test func `gives no weight to a contested instrument once it is void`() {
        for attempt in 0..<4 {
            var conference = Conference()
            let one = conference.reword("a2", "One \(attempt).", acceptedBy: Array(others.prefix(2)))
            let other = conference.reword("a2", "Other \(attempt).", acceptedBy: Array(others.suffix(2)))
            let third = conference.seal(one, by: [china], isDisputed: true)[0]
            conference.seal(other, by: [others[0]])
            #expect(Set(conference.evaluation.contestedIDs) == [one.id, other.id])
            let voiding = conference.amend([:], voiding: [third])
            conference.seal(voiding, by: Parties.keyStates)
            #expect(conference.evaluation.contestedIDs.isEmpty)
            #expect(conference.state(one) == .suspended && conference.state(other) == .inForce)
        }
    }
}

@Suite("An instrument that voids")
struct VoidingTests {
    @Test func `answers to the rule for rosters, which its base names`() {
        var conference = Conference()
        let seal = Digest(of: [1])
        let voiding = conference.amend([:], voiding: [seal])
        #expect(Set(voiding.base.keys.map(\.string)) == ["rule/roster", "roster/key-state"])
        #expect(conference.evaluation.illFormedness(of: voiding.id) == nil)
        let sources = conference.evaluation.requirements(of: voiding.id).map(\.source)
        #expect(sources == [.rule(name("roster"), readBy: voiding.id)])
        let blind = conference.amend(["a3": Articles.text("Blind.")], voiding: [seal]) {
            $0.removeValue(forKey: name("rule/roster"))
        }
        #expect(conference.evaluation.illFormedness(of: blind.id) == .decidedOutsideBase(name("rule/roster")))
    }

    @Test func `is frozen with that rule in its base, and without a change`() throws {
        let conference = Conference()
        let frozen = try conference.evaluation.freeze(
            Amendment(title: words("Void"), changes: [], voids: [Digest(of: [1])], answerBy: 7),
            proposer: Parties.china.name, salt: Array(repeating: 1, count: 16), languages: [name("en")],
            roadmap: conference.roadmap)
        #expect(Set(frozen.base.keys.map(\.string)) == ["rule/roster", "roster/key-state"])
        #expect(frozen.voids == [Digest(of: [1])] && frozen.changes.isEmpty && frozen.answerBy == 7)
    }

    @Test func `voids nothing that is not disputed`() {
        var conference = Conference()
        let hotline = conference.hotline()
        let seals = conference.seal(hotline, by: Parties.keyStates)
        let voiding = conference.amend([:], voiding: [seals.min()!])
        conference.seal(voiding, by: Parties.keyStates)
        #expect(conference.evaluation.voidSeals.isEmpty && conference.state(hotline) == .inForce)
    }
}

@Suite("What would fall with an instrument that is replaced")
struct WouldFallTests {
    @Test func `is what is built on it, or was given in return for it, and nothing beside`() {
        var conference = Conference()
        let ground = conference.reword("a2", "Ground.", acceptedBy: Parties.keyStates)
        let above = conference.hotline(acceptedBy: Parties.keyStates, on: [ground])
        let step = conference.reword("a3", "Step.", acceptedBy: [Parties.china, Parties.southKorea])
        conference.seal(step, by: [Parties.northKorea], provided: [ground])
        let beside = conference.reword("a4", "Beside.", acceptedBy: Parties.keyStates)
        #expect(conference.evaluation.wouldFall(with: ground.id) == [above.id, step.id].sorted())
        #expect(conference.evaluation.wouldFall(with: beside.id).isEmpty)
        #expect(conference.evaluation.wouldFall(with: conference.roadmap).count == 4)
        let open = conference.reword("a5", "Open.")
        #expect(conference.evaluation.wouldFall(with: open.id).isEmpty)
    }
}
