import Identity
import Testing

@testable import Agreement

@Suite("What binds a party")
struct BondsTests {
    @Test func `is what is in force, with what it said itself, and what it will refuse`() {
        var conference = Conference()
        let accepted = conference.reword("a3", "Three of four.", acceptedBy: Array(Parties.keyStates.prefix(3)))
        let fourth = Parties.keyStates[3]
        let open = conference.hotline("Open.", acceptedBy: [fourth])
        let rival = conference.hotline("Rival.", acceptedBy: [Parties.china])
        let other = conference.amend(["b": Articles.text("Elsewhere.")])
        let bonds = conference.evaluation.bonds(of: fourth.name)
        #expect(bonds.inForce.map(\.instrument) == [conference.roadmap, accepted.id])
        #expect(bonds.inForce.map(\.consent) == [.accepted, .none])
        #expect(bonds.inForce.last?.provisions == [name("a3")])
        #expect(bonds.open.map(\.instrument) == [open.id] && bonds.open.map(\.state) == [.sealed])
        #expect(bonds.refuses == [Bonds.Refused(instrument: rival.id, objections: [.conflictsWith(open.id)])])
        #expect(!bonds.refuses.contains { $0.instrument == other.id })
        #expect(bonds.standings.contains(name("key-state")))
        let first = conference.evaluation.bonds(of: Parties.keyStates[0].name)
        #expect(first.inForce.map(\.consent) == [.accepted, .accepted])
    }

    @Test func `is nothing open where it said no, and where it sealed what was replaced`() {
        var conference = Conference()
        let refused = conference.hotline("One.")
        conference.seal(refused, by: [Parties.china], .reject)
        let old = conference.reword("a3", "Old.", acceptedBy: [Parties.china])
        let new = conference.amend(["b": Articles.text("New.")], replacing: [old])
        conference.seal(new, by: Parties.keyStates)
        #expect(conference.state(old) == .replaced)
        let bonds = conference.evaluation.bonds(of: Parties.china.name)
        #expect(bonds.open.isEmpty)
        #expect(bonds.refuses.map(\.instrument) == [refused.id])
    }
}

@Suite("What waits for a party")
struct MattersTests {
    private func matters(_ conference: Conference, _ party: Party) -> [Matter] {
        conference.evaluation.matters(for: party.name)
    }

    @Test func `is the verdict that it is asked for, first where that completes something`() {
        var conference = Conference()
        let far = conference.hotline()
        let near = conference.reword("a3", "Near.", acceptedBy: Array(Parties.keyStates.suffix(2)))
        #expect(
            matters(conference, Parties.china) == [
                Matter(instrument: near.id, kind: .verdict(completes: true, objections: [])),
                Matter(instrument: far.id, kind: .verdict(completes: false, objections: [])),
            ])
        #expect(matters(conference, Parties.japan).isEmpty)
        conference.seal(far, by: [Parties.china], .abstain)
        #expect(matters(conference, Parties.china).map(\.instrument) == [near.id])
        conference.seal(near, by: [Parties.northKorea])
        #expect(!matters(conference, Parties.china).map(\.instrument).contains(near.id))
    }

    @Test func `says what its own software would refuse`() {
        var conference = Conference()
        let mine = conference.hotline("Mine.", acceptedBy: [Parties.china])
        let theirs = conference.hotline("Theirs.")
        #expect(
            matters(conference, Parties.china) == [
                Matter(
                    instrument: theirs.id,
                    kind: .verdict(completes: false, objections: [.conflictsWith(mine.id)]))
            ])
    }

    @Test func `is what it gave something in return for, and what it proposed and must look after`() {
        var conference = Conference()
        let step = conference.reword("a2", "A step.")
        let guarantee = conference.amend(["b": Articles.text("A guarantee.")])
        conference.seal(step, by: [Parties.southKorea], provided: [guarantee])
        conference.seal(guarantee, by: [Parties.southKorea])
        #expect(
            matters(conference, Parties.southKorea) == [Matter(instrument: step.id, kind: .awaits([guarantee.id]))])
        conference.seal(guarantee, by: Parties.keyStates)
        #expect(matters(conference, Parties.southKorea).isEmpty)
        conference.reword("a2", "Another step.", acceptedBy: Parties.keyStates.filter { $0.name != name("rok") })
        #expect(matters(conference, Parties.southKorea).map(\.kind) == [.rebase])
        let refused = conference.amend(["a1": Articles.text("No.", class: "hard-security")])
        conference.seal(refused, by: [Parties.unitedStates], .reject)
        #expect(
            matters(conference, Parties.southKorea).contains(
                Matter(instrument: refused.id, kind: .refused(by: [Parties.unitedStates.name]))))
    }

    @Test func `is a closing only once its subject would stand, or to be given up`() {
        var conference = Conference(rules: ["closing": Rules.mostKeyStates])
        let subject = conference.amend(["b": Articles.text("Offered.")], relyingOn: ["rule/closing"])
        let complete = conference.close(subject)
        let abandoned = conference.close(subject, .abandoned)
        conference.seal(subject, by: Array(Parties.keyStates.prefix(2)), provided: [complete])
        func closings() -> [InstrumentID] {
            matters(conference, Parties.unitedStates).compactMap { matter in
                if case .closing = matter.kind { matter.instrument } else { nil }
            }
        }
        #expect(closings() == [abandoned.id])
        conference.seal(subject, by: [Parties.southKorea], provided: [complete])
        #expect(Set(closings()) == [complete.id, abandoned.id])
    }

    @Test func `is what it did not acknowledge, and what others did not`() {
        var conference = Conference()
        let nuclear = conference.amend(["a1": Articles.text("Other.", class: "hard-security")])
        let seal = conference.seal(nuclear, by: [Parties.china], isDisputed: true)
        #expect(
            matters(conference, Parties.china).contains(Matter(instrument: nuclear.id, kind: .ownDisputed(seal))))
        let others = Matter(instrument: nuclear.id, kind: .disputed(Parties.china.name, seal))
        #expect(matters(conference, Parties.japan) == [others])
        let voiding = conference.amend([:], voiding: seal)
        conference.seal(voiding, by: Parties.keyStates)
        #expect(matters(conference, Parties.japan).isEmpty)
    }
}

@Suite("What is new in a copy")
struct NewsTests {
    @Test func `is what was not there, what has moved, and who has sealed since`() {
        var conference = Conference()
        let hotline = conference.hotline()
        let before = Sighting(of: conference.evaluation)
        #expect(News(since: before, in: Sighting(of: conference.evaluation)).isNothing)
        conference.seal(hotline, by: [Parties.china])
        let other = conference.reword("a3", "Other.")
        let news = News(since: before, in: Sighting(of: conference.evaluation))
        #expect(news.instruments == [other.id])
        #expect(news.moved == [News.Move(instrument: hotline.id, before: .unsealed, now: .sealed)])
        #expect(news.seals == conference.evaluation.countingSeals(on: hotline.id))
    }
}
