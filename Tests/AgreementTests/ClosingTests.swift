import Cryptography
import Identity
import Testing

@testable import Agreement

private let closable = ["closing": Rules.mostKeyStates]

@Suite("A closing")
struct ClosingTests {
    private let all = Parties.keyStates

    private func reason(_ conference: Conference, _ instrument: Instrument) -> IllFormedness? {
        conference.evaluation.illFormedness(of: instrument.id)
    }

    /// Closes an instrument, and says what is wrong with that; a closing that cannot be judged is a failure here.
    private func reasonOfClosing(
        _ conference: inout Conference, _ subject: Instrument, _ outcome: ClosingOutcome = .complete,
        on ground: [Instrument]? = nil
    ) -> IllFormedness? {
        let closing = conference.close(subject, outcome, on: ground)
        #expect(conference.evaluation.awaited(by: closing.id).isEmpty)
        #expect(conference.evaluation.instrument(closing.id) == closing)
        return conference.evaluation.illFormedness(of: closing.id)
    }

    /// An instrument that relies on the rule for closings, so that it can be closed.
    private func offered(
        _ conference: inout Conference, _ changes: [String: Content?] = ["a2": Articles.text("Offered.")]
    ) -> Instrument {
        conference.amend(changes, relyingOn: ["rule/closing"])
    }

    @Test func `is decided under the rule that its subject's base names, by the rosters beneath that`() {
        var conference = Conference(rules: closable)
        let subject = offered(&conference)
        let closing = conference.close(subject)
        #expect(reason(conference, closing) == nil)
        let requirements = conference.evaluation.requirements(of: closing.id)
        #expect(requirements.map(\.source) == [.rule(name("closing"), readBy: closing.id)])
        conference.seal(closing, by: Array(all.prefix(2)))
        #expect(conference.state(closing) == .sealed)
        conference.seal(closing, by: [all[2]])
        #expect(conference.state(closing) == .inForce)
        let listed = conference.evaluation.closings(of: subject.id)
        #expect(listed.complete == [closing.id] && listed.abandoned.isEmpty)
    }

    @Test func `is decided as its subject found the rule, whatever it is built on itself`() {
        var conference = Conference(rules: closable)
        let subject = offered(&conference)
        let heavier = conference.amend(["rule/closing": Content(.rule(Rules.allKeyStates))])
        conference.seal(heavier, by: all)
        let closing = conference.close(subject, on: [heavier], acceptedBy: Array(all.prefix(3)))
        #expect(reason(conference, closing) == nil)
        #expect(conference.state(closing) == .inForce)
    }

    @Test func `is of one instrument by its whole id, alone, and the first`() {
        var conference = Conference(rules: closable)
        let subject = offered(&conference)
        let closed = Closing.provision(of: subject.id)
        let complete = Content(.closing(.complete))
        let malformed = [
            conference.amend([closed.string: complete, "a3": Articles.text("Beside.")]),
            conference.amend([closed.string: complete, "closing/\(conference.roadmap.hex)": complete]),
            conference.amend([closed.string: complete], voiding: [Digest(of: [1])]),
            conference.amend([closed.string: complete], after: [subject]) { $0 = [closed: subject.id] },
        ]
        for instrument in malformed {
            guard case .closingMalformed = reason(conference, instrument) else {
                Issue.record("\(String(describing: reason(conference, instrument)))")
                continue
            }
        }
        for id in [subject.id.hex.uppercased(), String(subject.id.hex.dropLast()), subject.id.hex + "0", "a2"] {
            let other = conference.amend(["closing/\(id)": complete]) { $0 = [name("closing/\(id)"): nil] }
            #expect(reason(conference, other) == .closingMalformed(name("closing/\(id)")), "\(id)")
        }
        #expect(reasonOfClosing(&conference, subject) == nil)
    }

    @Test func `is never repealed, and never written outside its base`() {
        var conference = Conference(rules: closable)
        let subject = offered(&conference)
        let closed = Closing.provision(of: subject.id)
        let repealing = conference.amend([closed.string: Content?.none]) { $0 = [closed: nil] }
        #expect(reason(conference, repealing) == .repealsReserved(closed))
        let outside = conference.amend([closed.string: Content(.closing(.complete))], relyingOn: ["a3"]) {
            $0.removeValue(forKey: closed)
        }
        #expect(reason(conference, outside) == .writesOutsideBase(closed))
    }

    @Test func `waits for its subject, and is ill formed with it`() {
        var conference = Conference(rules: closable)
        let subject = offered(&conference)
        let closing = conference.close(subject)
        let lacking = conference.evaluation(without: subject)
        #expect(lacking.state(of: closing.id) == .awaitingRecords)
        #expect(lacking.awaited(by: closing.id) == [subject.id])
        let broken = conference.amend(["a3": Articles.text("Broken.")]) { $0.removeValue(forKey: name("a3")) }
        let ofBroken = conference.close(broken)
        #expect(reason(conference, ofBroken) == .namesIllFormed(broken.id))
    }

    @Test func `is of no founding and of no closing`() {
        var conference = Conference(rules: closable)
        let subject = offered(&conference)
        let closing = conference.close(subject)
        let ofClosing = conference.close(closing)
        #expect(reason(conference, ofClosing) == .closesFounding(closing.id))
        let ofFounding = conference.close(conference.founding, on: [conference.founding])
        #expect(reason(conference, ofFounding) == .closesFounding(conference.roadmap))
    }

    @Test func `is of what was offered with one`() {
        var conference = Conference(rules: closable)
        let bare = conference.reword("a2", "Not offered.")
        #expect(reasonOfClosing(&conference, bare) == .closingNotOffered(bare.id, lacking: name("rule/closing")))
        let rules = ["closing": Rules.need(.majority, "partner")]
        var partners = Conference(rules: rules)
        let half = partners.amend(["a2": Articles.text("Half.")], relyingOn: ["rule/closing"])
        #expect(
            reasonOfClosing(&partners, half) == .closingNotOffered(half.id, lacking: name("roster/partner")))
        let whole = partners.amend(["a3": Articles.text("Whole.")], relyingOn: ["rule/closing", "roster/partner"])
        #expect(reasonOfClosing(&partners, whole) == nil)
        var ruleless = Conference()
        let without = ruleless.amend(["a2": Articles.text("Without.")], relyingOn: ["rule/closing"])
        #expect(
            reasonOfClosing(&ruleless, without) == .closingNotOffered(without.id, lacking: name("rule/closing")))
    }

    @Test func `is built on a change of the constitution that it completes`() {
        var conference = Conference(rules: closable)
        let roster = offered(
            &conference, ["roster/partner": Content(.roster(Conference.roster([Parties.japan])))])
        let apart = conference.close(roster, on: [conference.founding])
        #expect(reason(conference, apart) == .closingNotBuiltOnSubject(roster.id))
        #expect(reasonOfClosing(&conference, roster) == nil)
        #expect(reasonOfClosing(&conference, roster, .abandoned) == nil)
    }

    @Test func `excludes the other outcome`() {
        var conference = Conference(rules: closable)
        let subject = offered(&conference)
        let (complete, abandoned) = (conference.close(subject), conference.close(subject, .abandoned))
        #expect(conference.evaluation.conflict(complete.id, abandoned.id))
        let listed = conference.evaluation.closings(of: subject.id)
        #expect(listed.complete == [complete.id] && listed.abandoned == [abandoned.id])
    }

    @Test func `is replaced with the consent that its subject needs, and that replacing this needs`() {
        var conference = Conference(rules: closable.merging(["rule": Rules.mostKeyStates]) { one, _ in one })
        let heavy = offered(&conference, ["a1": Articles.text("Heavy.", class: "hard-security")])
        let (done, given) = (conference.close(heavy), conference.close(heavy, .abandoned))
        let most = Array(all.prefix(3))
        for closing in [done, given] {
            let light = conference.hotline("\(closing.id)", acceptedBy: most, replacing: [closing])
            #expect(conference.evaluation.perfected.contains(light.id) == (closing == given))
            conference.seal(light, by: [all[3]])
            #expect(conference.evaluation.perfected.contains(light.id))
        }
        let stricter = offered(&conference, ["rule/procedure": Content(.rule(Rules.allKeyStates))])
        let closing = conference.close(stricter)
        let taking = conference.hotline("Taking back.", replacing: [closing])
        let sources = conference.evaluation.requirements(of: taking.id).map(\.source)
        #expect(sources.contains(.ruleAfter(name("procedure"), stricter.id)))
    }

    @Test func `is frozen on what its subject stands on, or on the subject`() throws {
        var conference = Conference(rules: closable)
        let ground = conference.reword("a3", "Ground.", acceptedBy: all)
        let subject = conference.amend(["a2": Articles.text("Offered.")], on: [ground], relyingOn: ["rule/closing"])
        let roster = offered(
            &conference, ["roster/partner": Content(.roster(Conference.roster([Parties.japan])))])
        func frozen(_ subject: Instrument, _ outcome: ClosingOutcome) throws -> Instrument {
            let change = Instrument.Change(Closing.provision(of: subject.id), Content(.closing(outcome)))
            return try conference.evaluation.freeze(
                Amendment(title: words("Closing"), changes: [change]), proposer: Parties.china.name,
                salt: Array(repeating: 1, count: 16), languages: [name("en")], roadmap: conference.roadmap)
        }
        #expect(try frozen(subject, .complete).after == [ground.id])
        #expect(try frozen(subject, .complete).base == [Closing.provision(of: subject.id): nil])
        #expect(try frozen(roster, .complete).after == [roster.id])
        #expect(try frozen(roster, .abandoned).after == [conference.roadmap])
    }
}

@Suite("An acceptance given in return for a closing")
struct LooseCommitmentTests {
    private let china = Parties.china
    private let all = Parties.keyStates

    /// A text offered with its closings, and China's acceptance of it.
    private struct Offer {
        var conference = Conference(rules: closable)
        let subject, complete, abandoned: Instrument

        init(provided isConditional: Bool = true) {
            subject = conference.amend(["a2": Articles.text("Offered.")], relyingOn: ["rule/closing"])
            (complete, abandoned) = (conference.close(subject), conference.close(subject, .abandoned))
            conference.seal(subject, by: [Parties.china], provided: isConditional ? [complete] : [])
        }

        func objections(_ instrument: Instrument, provided: [Instrument] = []) -> [Objection] {
            conference.evaluation.objections(
                to: .accept, on: instrument.id, by: Parties.china.name, provided: provided.map(\.id))
        }
    }

    @Test func `completes with it, at one instant`() {
        var offer = Offer()
        offer.conference.seal(offer.subject, by: Array(all[1...2]), provided: [offer.complete])
        offer.conference.seal(offer.complete, by: Array(all[0...1]))
        #expect(offer.conference.state(offer.subject) == .conditional)
        offer.conference.seal(offer.complete, by: [all[2]], provided: [offer.subject])
        #expect(offer.conference.state(offer.subject) == .inForce)
        #expect(offer.conference.state(offer.complete) == .inForce)
    }

    @Test func `does not bind towards what is built on its being abandoned`() {
        var offer = Offer()
        let rival = offer.conference.amend(["a2": Articles.text("Rival.")], after: [offer.abandoned])
        offer.conference.seal(offer.abandoned, by: all)
        #expect(offer.objections(rival).isEmpty)
        let elsewhere = offer.conference.reword("a2", "Elsewhere.")
        #expect(offer.objections(elsewhere) == [.conflictsWith(offer.subject.id)])
        offer.conference.seal(rival, by: [china])
        #expect(offer.conference.evaluation.contradictions().isEmpty)
        offer.conference.seal(elsewhere, by: [china])
        #expect(!offer.conference.evaluation.contradictions().isEmpty)
    }

    @Test func `binds as ever if it was given without condition, or if its party has said that it is complete`() {
        var firm = Offer(provided: false)
        let rival = firm.conference.amend(["a2": Articles.text("Rival.")], after: [firm.abandoned])
        firm.conference.seal(firm.abandoned, by: all)
        #expect(firm.objections(rival) == [.conflictsWith(firm.subject.id)])
        var said = Offer()
        let other = said.conference.amend(["a2": Articles.text("Rival.")], after: [said.abandoned])
        said.conference.seal(said.complete, by: [china])
        #expect(
            said.objections(other) == [
                .conflictsWith(said.subject.id), .groundConflictsWith(said.complete.id, ground: said.abandoned.id),
            ])
    }

    @Test func `does not speak against it when it is given after that`() {
        var conference = Conference(rules: closable)
        let subject = conference.amend(["a2": Articles.text("Offered.")], relyingOn: ["rule/closing"])
        let (complete, abandoned) = (conference.close(subject), conference.close(subject, .abandoned))
        let rival = conference.amend(["a2": Articles.text("Rival.")], after: [abandoned])
        conference.seal(abandoned, by: all)
        conference.seal(rival, by: all)
        func objections(provided: [Instrument]) -> [Objection] {
            conference.evaluation.objections(
                to: .accept, on: subject.id, by: china.name, provided: provided.map(\.id))
        }
        #expect(objections(provided: []) == [.conflictsWith(rival.id)])
        #expect(objections(provided: [complete]).isEmpty)
    }

    @Test func `does not bind towards what a completing closing replaces`() {
        var offer = Offer()
        let rival = offer.conference.amend(["a2": Articles.text("Rival.")], after: [offer.abandoned])
        offer.conference.seal(rival, by: [china])
        let answering = offer.conference.close(offer.subject, replacing: [offer.abandoned, rival])
        var conference = offer.conference
        conference.seal(offer.subject, by: [china], provided: [answering])
        conference.seal(answering, by: [china])
        let found = conference.evaluation.contradictions().filter {
            $0.records.contains(Seals.seal(rival, by: china).id)
        }
        #expect(found.isEmpty)
    }

    @Test func `convicts nobody while a condition cannot be judged`() {
        var offer = Offer()
        let rival = offer.conference.reword("a2", "Rival.", acceptedBy: [china])
        #expect(offer.conference.evaluation.contradictions().count == 1)
        #expect(offer.conference.evaluation(without: offer.complete).contradictions().isEmpty)
        #expect(offer.conference.evaluation(without: rival).contradictions().isEmpty)
    }

    @Test func `is remembered as bare, unless the records hold as many`() {
        var offer = Offer()
        let rival = offer.conference.amend(["a2": Articles.text("Rival.")], after: [offer.abandoned])
        offer.conference.seal(offer.abandoned, by: all)
        func objections(_ count: Int) -> [Objection] {
            offer.conference.evaluation.objections(
                to: .accept, on: rival.id, by: china.name,
                remembered: Array(repeating: (offer.subject.id, .accept), count: count))
        }
        #expect(objections(1).isEmpty)
        #expect(objections(2) == [.conflictsWith(offer.subject.id)])
    }
}

@Suite("An honest party's own software, of closings and rules")
struct HonestClosingTests {
    private let china = Parties.china
    private let all = Parties.keyStates

    @Test func `completes nothing that would not stand`() {
        var conference = Conference(rules: closable)
        let subject = conference.amend(["a2": Articles.text("Offered.")], relyingOn: ["rule/closing"])
        let complete = conference.close(subject)
        let abandoned = conference.close(subject, .abandoned)
        func objections(_ instrument: Instrument) -> [Objection] {
            conference.evaluation.objections(to: .accept, on: instrument.id, by: china.name)
        }
        #expect(objections(complete) == [.wouldCompleteNothing(subject.id)])
        #expect(objections(abandoned).isEmpty)
        conference.seal(subject, by: Array(all.prefix(2)), provided: [complete])
        conference.seal(subject, by: [all[2]], provided: [complete], isDisputed: true)
        #expect(objections(complete) == [.wouldCompleteNothing(subject.id)], "it would hang on a disputed seal")
        conference.seal(subject, by: [all[3]], provided: [complete])
        #expect(objections(complete).isEmpty)
    }

    @Test func `leaves no rule that nobody could meet`() {
        var conference = Conference(rules: [
            "partners": Rules.need(.atLeast(2), "partner"), "observers": Rules.need(.all, "observer"),
        ])
        func objections(_ instrument: Instrument) -> [Objection] {
            conference.evaluation.objections(to: .accept, on: instrument.id, by: china.name)
        }
        let fewer = conference.amend(["roster/partner": Content(.roster(Conference.roster([Parties.japan])))])
        #expect(objections(fewer) == [.leavesRuleUnmeetable(name("partners"))])
        let same = conference.amend(["roster/partner": Content(.roster(Conference.roster(Parties.partners)))])
        #expect(objections(same).isEmpty, "what nobody could meet before is not held against it")
        let added = conference.amend(["rule/new": Content(.rule(Rules.need(.all, "nobody")))])
        #expect(objections(added) == [.leavesRuleUnmeetable(name("new"))])
        let named = conference.amend(["rule/new": Content(.rule(.named(name("addressees"))))])
        #expect(objections(named).isEmpty)
    }

    @Test func `asks nothing of a rule that nobody could meet, where its maker is replaced`() {
        var conference = Conference(rules: ["observers": Rules.need(.all, "observer")])
        let record = conference.amend(["party/prk": Content(.party(Parties.northKoreaWithNewKeys.record))])
        conference.seal(record, by: all)
        let instead = conference.hotline(acceptedBy: all, replacing: [record])
        #expect(conference.state(instead) == .inForce)
        let sources = conference.evaluation.requirements(of: instead.id).map(\.source)
        #expect(sources.contains(.ruleAfter(name("procedure"), record.id)))
        #expect(!sources.contains(.ruleAfter(name("observers"), record.id)))
    }

    @Test func `need not name again what its ground has replaced`() {
        var conference = Conference()
        let first = conference.reword("a2", "First.", acceptedBy: [china])
        let second = conference.reword("a2", "Second.", acceptedBy: all, replacing: [first])
        let third = conference.reword("a2", "Third.", on: [second])
        #expect(conference.evaluation.objections(to: .accept, on: third.id, by: china.name).isEmpty)
        conference.seal(third, by: [china])
        #expect(conference.evaluation.contradictions().isEmpty)

        var gone = Conference()
        let given = gone.reword("a3", "Given.", acceptedBy: all)
        let taking = gone.reword("a4", "Taking.", acceptedBy: [china], replacing: [given])
        let answering = gone.reword("a5", "Answering.", acceptedBy: all, replacing: [taking])
        let above = gone.amend(["a6": Articles.text("Above.")], after: [given, answering])
        #expect(gone.evaluation.objections(to: .accept, on: above.id, by: china.name).isEmpty)
    }

    @Test func `holds a part of the ground against it that does not itself stand on the replacement`() {
        var conference = Conference()
        let mine = conference.reword("a2", "Mine.", acceptedBy: [china])
        let rival = conference.reword("a2", "Rival.", acceptedBy: Array(all.dropFirst()))
        let apart = conference.reword("a3", "Apart.", acceptedBy: all, replacing: [mine])
        let above = conference.amend(["a4": Articles.text("Above.")], after: [rival, apart])
        #expect(
            conference.evaluation.objections(to: .accept, on: above.id, by: china.name)
                == [.groundConflictsWith(mine.id, ground: rival.id)])
    }
}
