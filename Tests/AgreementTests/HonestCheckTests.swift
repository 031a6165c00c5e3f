import Cryptography
import Identity
import Testing

@testable import Agreement

@Suite("An honest party's own software")
struct HonestCheckTests {
    private let china = Parties.china
    private let all = Parties.keyStates

    private func objections(
        _ conference: Conference, _ instrument: Instrument, _ verdict: Seal.Verdict = .accept,
        provided: [Instrument] = []
    ) -> [Objection] {
        conference.evaluation.objections(
            to: verdict, on: instrument.id, by: china.name, provided: provided.map(\.id))
    }

    @Test func `lets it commit to what nothing speaks against, and again`() {
        var conference = Conference()
        let hotline = conference.hotline()
        #expect(objections(conference, hotline).isEmpty)
        #expect(objections(conference, hotline, .abstain).isEmpty)
        conference.seal(hotline, by: [china])
        #expect(objections(conference, hotline).isEmpty, "several acceptances add up")
    }

    @Test(arguments: Seal.Verdict.allCases, Seal.Verdict.allCases)
    func `never lets it give two verdicts on one instrument`(first: Seal.Verdict, second: Seal.Verdict) {
        var conference = Conference()
        let hotline = conference.hotline()
        conference.seal(hotline, by: [china], first)
        #expect(objections(conference, hotline, second) == (first == second ? [] : [.otherVerdict(first)]))
    }

    @Test func `refuses what is not at hand, and what is ill formed; and lets it say no to both`() {
        var conference = Conference()
        let hotline = conference.hotline()
        let other = Conference(rules: ["procedure": .party(china.name)])
        let broken = conference.amend(["a3": Articles.text("Other.")]) { $0.removeValue(forKey: name("a3")) }
        #expect(objections(other, hotline) == [.notKnown(hotline.id)])
        #expect(objections(conference, broken) == [.illFormed(.writesOutsideBase(name("a3")))])
        #expect(objections(other, hotline, .reject).isEmpty && objections(conference, broken, .reject).isEmpty)
    }

    @Test func `refuses what an earlier commitment replaces, named or not`() {
        var conference = Conference()
        let first = conference.reword("a2", "First.")
        let second = conference.reword("a3", "Second.", replacing: [first])
        conference.seal(second, by: [china], .abstain)
        #expect(objections(conference, first) == [.replacedBy(second.id)])
        #expect(objections(conference, first, .reject).isEmpty)
    }

    @Test func `refuses what conflicts with an earlier commitment, unless it names that`() {
        var conference = Conference()
        let first = conference.reword("a2", "First.", acceptedBy: [china])
        let rival = conference.reword("a2", "Rival.")
        #expect(objections(conference, rival) == [.conflictsWith(first.id)])
        #expect(objections(conference, rival, .abstain) == [.conflictsWith(first.id)], "to abstain binds, too")
        let naming = conference.reword("a2", "Naming.", replacing: [first])
        #expect(objections(conference, naming).isEmpty)
    }

    @Test func `refuses what is built on something that an earlier commitment replaces`() {
        var conference = Conference()
        let given = conference.reword("a2", "Given up.", acceptedBy: all)
        let instead = conference.reword("a3", "Instead.", replacing: [given])
        let above = conference.amend(["a4": Articles.text("Above.")], after: [given])
        conference.seal(instead, by: [china])
        #expect(objections(conference, above) == [.groundReplacedBy(instead.id, ground: given.id)])
        let naming = conference.amend(["a4": Articles.text("Above.")], after: [given], replacing: [instead])
        #expect(objections(conference, naming).isEmpty)
    }

    @Test func `refuses what is built on something that an earlier commitment conflicts with`() {
        var conference = Conference()
        let given = conference.reword("a2", "Given.", acceptedBy: all.filter { $0.name != china.name })
        let rival = conference.reword("a2", "Rival.", acceptedBy: [china])
        let above = conference.amend(["a4": Articles.text("Above.")], after: [given])
        #expect(objections(conference, above) == [.groundConflictsWith(rival.id, ground: given.id)])
        let naming = conference.amend(["a4": Articles.text("Above.")], after: [given], replacing: [rival])
        #expect(objections(conference, naming).isEmpty)
    }

    @Test func `refuses what replaces the ground of an earlier commitment`() {
        var conference = Conference()
        let ground = conference.reword("a2", "Ground.", acceptedBy: all.filter { $0.name != china.name })
        let above = conference.amend(["a4": Articles.text("Above.")], after: [ground])
        conference.seal(above, by: [china])
        let felling = conference.reword("a3", "Felling.", replacing: [ground])
        #expect(objections(conference, felling) == [.earlierBuiltOnReplaced(above.id, ground.id)])
        let naming = conference.reword("a3", "Felling both.", replacing: [ground, above])
        #expect(objections(conference, naming).isEmpty)
    }

    @Test func `refuses what conflicts with the ground of an earlier commitment`() {
        var conference = Conference()
        let ground = conference.reword("a2", "Ground.")
        let above = conference.amend(["a4": Articles.text("Above.")], after: [ground])
        conference.seal(above, by: [china])
        let rival = conference.reword("a2", "Rival.")
        #expect(objections(conference, rival) == [.earlierBuiltOnRival(above.id, ground.id)])
        let naming = conference.reword("a2", "Naming.", replacing: [above])
        #expect(objections(conference, naming).isEmpty)
    }

    @Test func `refuses a condition that the instrument itself replaces`() {
        var conference = Conference()
        let first = conference.reword("a2", "First.")
        let second = conference.reword("a3", "Second.", replacing: [first])
        #expect(objections(conference, second, provided: [first]) == [.providedOnReplaced(first.id)])
        #expect(objections(conference, second, provided: [conference.founding]).isEmpty)
    }

    @Test func `refuses a condition that is built on what the instrument, or its ground, replaces`() {
        var conference = Conference()
        let first = conference.reword("a2", "First.")
        conference.seal(first, by: all)
        let upon = conference.amend(["a4": Articles.text("Upon the first.")], after: [first])
        let second = conference.reword("a3", "Second.", replacing: [first])
        #expect(objections(conference, second, provided: [upon]) == [.providedOnReplaced(upon.id)])
        conference.seal(second, by: all)
        let third = conference.amend(["a5": Articles.text("Upon the second.")], after: [second])
        #expect(objections(conference, third, provided: [upon]) == [.providedOnReplaced(upon.id)])
        #expect(objections(conference, third, provided: [second]).isEmpty)
    }

    @Test func `refuses what would not stand even if everybody accepted it`() {
        var conference = Conference()
        let open = conference.reword("a2", "Open.")
        let above = conference.amend(["a4": Articles.text("Above.")], after: [open])
        #expect(objections(conference, above) == [.wouldNotStand(ground: [open.id])])
        conference.seal(open, by: all)
        #expect(objections(conference, above).isEmpty)
        let nobody = Conference(rules: ["procedure": Rules.need(.all, "observer")])
        var stuck = nobody
        let hotline = stuck.hotline()
        #expect(objections(stuck, hotline) == [.wouldNotStand(ground: [])])
    }

    @Test func `refuses what would topple an earlier commitment that stands, unless it names that`() {
        var conference = Conference()
        let guarantee = conference.reword("a2", "Guarantee.", acceptedBy: all.filter { $0.name != china.name })
        let step = conference.reword("a3", "Step.", acceptedBy: [china, Parties.southKorea])
        conference.seal(step, by: [Parties.northKorea], provided: [guarantee])
        #expect(conference.state(step) == .inForce)
        let toppling = conference.reword("a2", "Other.", replacing: [guarantee])
        #expect(objections(conference, toppling) == [.wouldTopple(step.id)])
        let naming = conference.reword("a2", "Other, openly.", replacing: [guarantee, step])
        #expect(objections(conference, naming).isEmpty)
        let russia = Parties.russia.name
        let others = conference.evaluation.objections(to: .accept, on: toppling.id, by: russia)
        #expect(others.isEmpty, "it is no matter of those who committed to nothing that falls")
    }

    @Test func `is not bound by seals that do not count, nor by those on what is ill formed`() {
        var conference = Conference()
        let (one, rival) = (conference.reword("a2", "One."), conference.reword("a2", "Rival."))
        let broken = conference.amend(["a2": Articles.text("Broken.")]) { $0.removeValue(forKey: name("a2")) }
        conference.seal(one, by: [china], isSigned: false)
        conference.seal(one, by: [Party("chn", generation: 9)])
        conference.seal(broken, by: [china])
        #expect(objections(conference, rival).isEmpty)
        #expect(objections(conference, one, .reject).isEmpty)
        conference.seal(one, by: [china])
        #expect(objections(conference, rival) == [.conflictsWith(one.id)])
    }

    @Test func `is bound by what its machine remembers, and most by what it cannot look up`() {
        var conference = Conference()
        let (one, rival) = (conference.reword("a2", "One."), conference.reword("a2", "Rival."))
        func objections(_ verdict: Seal.Verdict, remembering: Seal.Verdict, of instrument: Instrument) -> [Objection] {
            conference.evaluation.objections(
                to: verdict, on: rival.id, by: china.name, remembered: [(instrument.id, remembering)])
        }
        #expect(objections(.accept, remembering: .accept, of: one) == [.conflictsWith(one.id)])
        #expect(objections(.accept, remembering: .reject, of: one).isEmpty)
        #expect(objections(.accept, remembering: .reject, of: rival) == [.otherVerdict(.reject)])
        var elsewhere = Conference(rules: ["procedure": .party(china.name)])
        let unknown = elsewhere.hotline()
        #expect(objections(.accept, remembering: .accept, of: unknown) == [.notKnown(unknown.id)])
        #expect(objections(.reject, remembering: .accept, of: unknown).isEmpty)
    }
}

@Suite("A contradiction")
struct ContradictionTests {
    private let china = Parties.china

    @Test func `is two verdicts of one party on one instrument`() {
        var conference = Conference()
        let hotline = conference.hotline(acceptedBy: Parties.keyStates)
        #expect(conference.evaluation.contradictions().isEmpty)
        conference.seal(hotline, by: [china], .reject)
        let seals = [Seal.Verdict.accept, .reject].map { Seals.seal(hotline, by: china, $0).id }
        #expect(
            conference.evaluation.contradictions()
                == [Contradiction(party: china.name, kind: .twoVerdicts, records: seals.sorted())])
    }

    @Test func `is two commitments of which neither may follow the other`() {
        var conference = Conference()
        let one = conference.reword("a2", "One.", acceptedBy: [china])
        let rival = conference.reword("a2", "Rival.", acceptedBy: [Parties.russia])
        #expect(conference.evaluation.contradictions().isEmpty)
        conference.seal(rival, by: [china], .abstain)
        let seals = [Seals.seal(one, by: china).id, Seals.seal(rival, by: china, .abstain).id]
        #expect(
            conference.evaluation.contradictions()
                == [Contradiction(party: china.name, kind: .incoherentSeals, records: seals.sorted())])
    }

    @Test func `is none where one order passes`() {
        var conference = Conference()
        let first = conference.reword("a2", "First.", acceptedBy: [china])
        let second = conference.reword("a2", "Second.", acceptedBy: [china], replacing: [first])
        conference.reword("a2", "Third.", acceptedBy: [china], replacing: [first, second])
        #expect(conference.evaluation.contradictions().isEmpty)
    }

    @Test func `is none in what only a node's knowledge spoke against`() {
        var conference = Conference()
        let open = conference.reword("a2", "Open.")
        let above = conference.amend(["a4": Articles.text("Above.")], after: [open])
        conference.seal(above, by: [china])
        #expect(!conference.evaluation.objections(to: .accept, on: above.id, by: china.name).isEmpty)
        #expect(conference.evaluation.contradictions().isEmpty)
    }

    @Test func `is none in seals that do not count: unsigned, under other keys, or on what is ill formed`() {
        var conference = Conference()
        let one = conference.reword("a2", "One.", acceptedBy: [china])
        let rival = conference.reword("a2", "Rival.")
        let broken = conference.amend(["a3": Articles.text("Broken.")]) { $0.removeValue(forKey: name("a3")) }
        conference.seal(rival, by: [china], isSigned: false)
        conference.seal(one, by: [china], .reject, isSigned: false)
        let forged = Party("chn", generation: 9)
        conference.seal(rival, by: [forged])
        conference.seal(rival, by: [forged], .reject)
        conference.seal(broken, by: [china])
        conference.seal(broken, by: [china], .reject)
        #expect(conference.evaluation.contradictions().isEmpty)
    }

    @Test func `names the lowest of several seals, whatever came first`() {
        var conference = Conference()
        let one = conference.reword("a2", "One.")
        let rival = conference.reword("a2", "Rival.", acceptedBy: [china])
        conference.seal(one, by: [china], in: ["key-state"])
        conference.seal(one, by: [china], in: ["concerned"])
        let onOne = [["key-state"], ["concerned"]].map { Seals.seal(one, by: china, in: $0).id }
        let expected = [onOne.min()!, Seals.seal(rival, by: china).id].sorted()
        #expect(conference.evaluation.contradictions().map(\.records) == [expected])
    }
}
