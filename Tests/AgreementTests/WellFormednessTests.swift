import Cryptography
import Identity
import Testing

@testable import Agreement

@Suite("An instrument is well formed")
struct WellFormednessTests {
    private func reason(_ conference: Conference, _ instrument: Instrument) -> IllFormedness? {
        conference.evaluation.illFormedness(of: instrument.id)
    }

    @Test func `when it names what it writes, the rule and rosters it is decided under, and every parent above`() {
        var conference = Conference()
        let hotline = conference.hotline()
        #expect(reason(conference, hotline) == nil)
        let expected = ["hotline", "a2", "rule/procedure", "roster/key-state"].map(name)
        #expect(Set(hotline.base.keys) == Set(expected))
    }

    @Test(arguments: ["rule/procedure", "roster/key-state"])
    func `only with the rule and the rosters it is decided under in its base, as existing`(needed: String) {
        var conference = Conference()
        let lacking = conference.amend(["a3": Articles.text("Other.")], on: [conference.founding]) {
            $0.removeValue(forKey: name(needed))
        }
        #expect(reason(conference, lacking) == .decidedOutsideBase(name(needed)))
        var another = Conference()
        let denying = another.amend(["a3": Articles.text("Other.")], on: [another.founding]) {
            $0.updateValue(nil, forKey: name(needed))
        }
        #expect(reason(another, denying) == .notNewestVersion(name(needed)))
    }

    @Test func `never in a class that has no rule yet`() {
        var conference = Conference()
        let tooEarly = conference.amend([
            "n": Articles.text("New.", class: "new"), "rule/new": Content(.rule(Rules.allKeyStates)),
        ])
        #expect(reason(conference, tooEarly) == .decidedOutsideBase(name("rule/new")))
        let rule = conference.amend(["rule/new": Content(.rule(Rules.allKeyStates))])
        let then = conference.amend(["n": Articles.text("New.", class: "new")], on: [rule])
        #expect(reason(conference, rule) == nil && reason(conference, then) == nil)
    }

    @Test func `only with all rules and rosters beneath it in its base, if it changes the constitution`() {
        var conference = Conference()
        let changes: [String: Content?] = ["roster/partner": Content(.roster(Conference.roster([Parties.japan])))]
        let whole = conference.amend(changes)
        #expect(reason(conference, whole) == nil)
        let blind = conference.amend(changes) { $0.removeValue(forKey: name("rule/procedure")) }
        #expect(reason(conference, blind) == .decidedOutsideBase(name("rule/procedure")))
        let newKeys = conference.amend(
            ["party/prk": Content(.party(Parties.northKoreaWithNewKeys.record))]
        ) { $0.removeValue(forKey: name("roster/observer")) }
        #expect(reason(conference, newKeys) == .decidedOutsideBase(name("roster/observer")))
    }

    @Test func `only with everything it writes in its base, whatever record is missing besides`() {
        var conference = Conference()
        let ground = conference.reword("a2", "Ground.")
        let outside = conference.amend(["a3": Articles.text("Other.")], on: [ground]) {
            $0.removeValue(forKey: name("a3"))
        }
        let above = conference.amend(["a4": Articles.text("Above.")], on: [conference.founding, outside])
        let expected = IllFormedness.writesOutsideBase(name("a3"))
        #expect(reason(conference, outside) == expected)
        #expect(reason(conference, above) == .namesIllFormed(outside.id))
        let lacking = conference.evaluation(without: ground)
        #expect(lacking.illFormedness(of: outside.id) == expected)
        #expect(lacking.state(of: outside.id) == .illFormed)
        #expect(lacking.illFormedness(of: above.id) == .namesIllFormed(outside.id))
        let objections = lacking.objections(to: .accept, on: above.id, by: Parties.china.name)
        #expect(objections == [.illFormed(.namesIllFormed(outside.id))])
    }

    @Test func `only if it names the newest version beneath it`() {
        var conference = Conference()
        let newer = conference.reword("a2", "Newer.")
        let founding = conference.roadmap
        let behind = conference.amend(["a2": Articles.text("Behind.")], on: [newer]) { $0[name("a2")] = founding }
        #expect(reason(conference, behind) == .notNewestVersion(name("a2")))
        let abreast = conference.reword("a2", "Abreast.", on: [newer])
        #expect(reason(conference, abreast) == nil)
    }

    @Test func `only on ground without conflict`() {
        var conference = Conference()
        let (one, other) = (conference.reword("a2", "One."), conference.reword("a2", "Other."))
        let torn = conference.amend(["a3": Articles.text("Torn.")], after: [one, other])
        guard case .groundInConflict(let first, let second) = reason(conference, torn) else {
            Issue.record("\(String(describing: reason(conference, torn)))")
            return
        }
        #expect(Set([first, second]) == [one.id, other.id])
        let whole = conference.amend(["a3": Articles.text("Whole.")], after: [one])
        #expect(reason(conference, whole) == nil)
    }

    @Test func `only on ground that nothing in it, nor it itself, replaces`() {
        var conference = Conference()
        let replaced = conference.reword("a2", "Replaced.")
        let replacing = conference.reword("a3", "Replacing.", replacing: [replaced])
        let torn = conference.amend(["a4": Articles.text("Torn.")], after: [replaced, replacing])
        #expect(reason(conference, torn) == .groundReplaced(replaced.id, by: replacing.id))
        let fellingItsGround = conference.amend(
            ["a4": Articles.text("Felling.")], on: [replaced], replacing: [replaced])
        #expect(reason(conference, fellingItsGround) == .groundReplaced(replaced.id, by: fellingItsGround.id))
        let refounding = conference.amend(["a4": Articles.text("Anew.")], replacing: [conference.founding])
        #expect(reason(conference, refounding) == .groundReplaced(conference.roadmap, by: refounding.id))
    }

    @Test func `only on the founding`() {
        var conference = Conference()
        let rootless = conference.amend(["a5": Articles.text("Rootless.")], on: []) { $0 = [name("a5"): nil] }
        #expect(reason(conference, rootless) == .foundingNotBeneath)
    }

    @Test(arguments: ["rule/procedure", "roster/partner", "party/rus"])
    func `only if it repeals nothing reserved`(reserved: String) {
        var conference = Conference()
        let repealing = conference.amend([reserved: Content?.none])
        #expect(reason(conference, repealing) == .repealsReserved(name(reserved)))
        let emptied = conference.amend(["roster/partner": Content(.roster(Roster(holders: [])))])
        #expect(reason(conference, emptied) == nil)
    }

    // MARK: The tree

    @Test func `only if every new parent exists, and all above it is relied on`() {
        var conference = Conference()
        let orphan = conference.amend(["n": Articles.text("Orphan.", in: "nowhere")])
        #expect(reason(conference, orphan) == .parentNotThere(of: name("n")))
        let blind = conference.amend(["n": Articles.text("Blind.", in: "a2-1")]) { $0.removeValue(forKey: name("a2")) }
        #expect(reason(conference, blind) == .parentNotReliedOn(of: name("n"), parent: name("a2")))
        let seeing = conference.amend(["n": Articles.text("Seeing.", in: "a2-1")])
        #expect(reason(conference, seeing) == nil)
    }

    @Test func `only if nothing becomes its own ancestor`() {
        var conference = Conference()
        let cyclic = conference.amend(["a2": Articles.text("Channels.", in: "a3"), "a3": Articles.text("M.", in: "a2")])
        #expect(reason(conference, cyclic) == .parentsInCycle(name("a2")))
        let nested = conference.amend(["a3": Articles.text("Meetings.", in: "a2-1")])
        #expect(reason(conference, nested) == nil)
    }

    @Test func `only if what it repeals leaves no children behind`() {
        var conference = Conference()
        let hasty = conference.amend(["a2": Content?.none])
        #expect(reason(conference, hasty) == .leavesChildBehind(name("a2"), child: name("a2-1")))
        let whole = conference.amend(["a2": Content?.none, "a2-1": Content?.none])
        #expect(reason(conference, whole) == nil)
        let moving = conference.amend(["a2": Content?.none, "a2-1": Articles.text("Letters.", in: "a3")])
        #expect(reason(conference, moving) == nil)
        let swapping = conference.amend([
            "a2": Content?.none, "a2-1": Content?.none, "n": Articles.text("New.", in: "a2"),
        ])
        #expect(reason(conference, swapping) != nil)
    }

    @Test func `only if what it repeals is there, or it would be perfected without a single seal`() {
        var conference = Conference()
        let idle = conference.amend(["never-written": Content?.none], relyingOn: ["a1"])
        #expect(reason(conference, idle) == .repealsNothing(name("never-written")))
        #expect(!conference.evaluation.perfected.contains(idle.id))
    }

    @Test func `relies on all that a provision contains which it moves, so that no part changes class unseen`() {
        var conference = Conference()
        let inner = conference.amend(["a2-1-1": Articles.text("Stamps.", in: "a2-1")])
        conference.seal(inner, by: Parties.keyStates)
        let letters = ["a2-1": Articles.text("Letters.", in: "a3")]
        let unseeing = conference.amend(letters, on: [inner])
        #expect(reason(conference, unseeing) == .movesUnseen(name("a2-1"), contained: name("a2-1-1")))

        let seeing = conference.amend(letters, on: [inner], relyingOn: ["a2-1-1"])
        let heavier = conference.amend(
            ["a2-1-1": Articles.text("Stamps.", class: "hard-security", in: "a2-1")], on: [inner])
        #expect(reason(conference, seeing) == nil)
        #expect(conference.evaluation.conflict(seeing.id, heavier.id))
    }

    // MARK: Keys

    @Test func `only if no key serves two parties`() {
        var conference = Conference()
        let stolen = Party("mng-office")
        let sharing = conference.amend([
            "party/mng": Content(.party(stolen.record)), "party/mng-office": Content(.party(stolen.record)),
        ])
        guard case .keyServesTwice = reason(conference, sharing) else {
            Issue.record("two new parties share their keys")
            return
        }
        let posing = conference.amend(["party/mng": Content(.party(Parties.russia.record))])
        guard case .keyServesTwice = reason(conference, posing) else {
            Issue.record("a newcomer brings another party's keys")
            return
        }
        let own = conference.amend(["party/rus": Content(.party(Parties.russia.record))])
        #expect(reason(conference, own) == nil, "a party may keep its keys")
    }

    @Test func `with a key that another party has put down for good`() {
        var conference = Conference()
        let fresh = conference.amend(["party/prk": Content(.party(Parties.northKoreaWithNewKeys.record))])
        let found = conference.amend(["party/mng": Content(.party(Parties.northKorea.record))], on: [fresh])
        #expect(reason(conference, found) == nil)
    }
}

@Suite("Two instruments conflict")
struct ConflictTests {
    private func conflict(_ conference: Conference, _ one: Instrument, _ other: Instrument) -> Bool {
        let isConflict = conference.evaluation.conflict(one.id, other.id)
        #expect(isConflict == conference.evaluation.conflict(other.id, one.id))
        #expect(isConflict == conference.evaluation.rivals(of: one.id).contains(other.id))
        return isConflict
    }

    @Test func `when one writes what the other writes or relies on at the same version`() {
        var conference = Conference()
        let (one, other) = (conference.reword("a2", "One."), conference.reword("a2", "Other."))
        let hotline = conference.hotline()
        let elsewhere = conference.reword("a3", "Elsewhere.")
        #expect(conflict(conference, one, other))
        #expect(conflict(conference, one, hotline))
        #expect(!conflict(conference, one, elsewhere))
        #expect(!conflict(conference, one, one))
    }

    @Test func `when both add the same provision, which neither found`() {
        var conference = Conference()
        let (one, other) = (conference.hotline("One."), conference.hotline("Other."))
        #expect(conflict(conference, one, other))
    }

    @Test func `not when one is built on the other`() {
        var conference = Conference()
        let one = conference.reword("a2", "One.")
        let next = conference.reword("a2", "Next.", on: [one])
        let hotline = conference.hotline()
        let after = conference.amend(["a2": Articles.text("After.")], after: [hotline])
        #expect(!conflict(conference, one, next))
        #expect(!conflict(conference, hotline, after))
    }

    @Test func `when both change the constitution as they both found it, whatever of it they write`() {
        var conference = Conference()
        let roster = conference.amend(["roster/partner": Content(.roster(Conference.roster([Parties.japan])))])
        let newClass = conference.amend(["rule/new": Content(.rule(Rules.allKeyStates))])
        let record = conference.amend(["party/prk": Content(.party(Parties.northKoreaWithNewKeys.record))])
        let text = conference.reword("a3", "Text.")
        #expect(conflict(conference, roster, newClass))
        #expect(conflict(conference, newClass, record))
        #expect(!conflict(conference, record, text))
        let then = conference.amend(["rule/newer": Content(.rule(Rules.allKeyStates))], on: [newClass])
        #expect(!conflict(conference, newClass, then))
        #expect(conflict(conference, record, then), "they name the same version of every rule and roster both name")
        let later = conference.amend(
            ["party/rus": Content(.party(Party("rus", generation: 1).record))], on: [roster])
        #expect(!conflict(conference, newClass, later), "the other roster is another constitution")
    }
}
