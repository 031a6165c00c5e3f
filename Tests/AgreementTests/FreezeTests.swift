import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Testing

extension Conference {
    /// Freezes an amendment on the text in force.
    fileprivate func freeze(
        _ changes: [String: Content?], relyingOn relied: [String] = [], replacing: [Instrument] = [],
        saltByteCount: Int = 16
    ) throws(AmendmentRefusal) -> Instrument {
        let amendment = Amendment(
            title: words("Frozen"), changes: changes.map { Instrument.Change(name($0.key), $0.value) },
            reliesOn: relied.map(name), replaces: replacing.map(\.id))
        return try evaluation.freeze(
            amendment, proposer: Parties.china.name, salt: Array(repeating: 200, count: saltByteCount),
            languages: [name("en")], roadmap: roadmap)
    }
}

@Suite("Freezing an amendment")
struct FreezeTests {
    private func refusal(_ freeze: () throws(AmendmentRefusal) -> Instrument) -> AmendmentRefusal? {
        do throws(AmendmentRefusal) {
            _ = try freeze()
            return nil
        } catch {
            return error
        }
    }

    @Test func `puts into the base what it writes, its rule and rosters, and the parents above`() throws {
        let conference = Conference()
        let frozen = try conference.freeze(["n": Articles.text("New.", in: "a2-1")])
        let roadmap = conference.roadmap
        let expected: [String: InstrumentID?] = [
            "n": nil, "a2-1": roadmap, "a2": roadmap, "rule/procedure": roadmap, "roster/key-state": roadmap,
        ]
        #expect(Set(frozen.base.keys.map(\.string)) == Set(expected.keys))
        for (provision, version) in expected { #expect(frozen.base[name(provision)] == .some(version), "\(provision)") }
        #expect(frozen.after.isEmpty && frozen.replaces.isEmpty)
    }

    @Test func `names versions in force, and relies on what it is told to`() throws {
        var conference = Conference()
        let reworded = conference.reword("a3", "Newer.", acceptedBy: Parties.keyStates)
        conference.reword("a2", "Open.")
        let frozen = try conference.freeze(["a2": Articles.text("Frozen.")], relyingOn: ["a3"])
        #expect(frozen.base[name("a3")] == .some(reworded.id))
        #expect(frozen.base[name("a2")] == .some(conference.roadmap))
    }

    @Test func `names the rules of both classes when one leaves for the other, and of all that moves along`() throws {
        var conference = Conference(rules: ["letter": .party(Parties.japan.name)])
        let inner = conference.amend(["a2-1-1": Articles.text("Stamps.", class: "letter", in: "a2-1")])
        conference.seal(inner, by: [Parties.japan])
        let moved = try conference.freeze(["a2-1": Articles.text("Letters.", class: "hard-security", in: "a3")])
        let rules = moved.base.keys.map(\.string).filter { $0.hasPrefix("rule/") }
        #expect(Set(rules) == ["rule/letter", "rule/hard-security", "rule/procedure"])
    }

    @Test func `puts all rules and rosters into the base of a change of the constitution`() throws {
        let conference = Conference()
        let frozen = try conference.freeze(["party/prk": Content(.party(Parties.northKoreaWithNewKeys.record))])
        let constitution = conference.founding.changes.map(\.provision.string)
            .filter { $0.hasPrefix("rule/") || $0.hasPrefix("roster/") }
        #expect(Set(constitution).union(["party/prk"]) == Set(frozen.base.keys.map(\.string)))
    }

    @Test func `is built on all in force that relied on what it writes, and takes none of it out of force`() throws {
        var conference = Conference()
        let hotline = conference.hotline(acceptedBy: Parties.keyStates)
        let record = conference.amend(["party/prk": Content(.party(Parties.northKoreaWithNewKeys.record))])
        let keyStates = Parties.keyStates.filter { $0.name != Parties.northKorea.name }
        conference.seal(record, by: Parties.keyStates)
        #expect(conference.state(record) == .inForce)
        let frozen = try conference.freeze(["a2": Articles.text("Other channels.")])
        #expect(Set(frozen.after) == [hotline.id, record.id], "North Korea's keys of now are heard on it")
        let roster = try conference.freeze(["roster/key-state": Content(.roster(Conference.roster(keyStates)))])
        #expect(Set(roster.after) == [hotline.id, record.id])
        for instrument in [frozen, roster] {
            var after = conference
            after.publish(instrument)
            after.seal(instrument, by: Parties.keyStates + [Parties.northKoreaWithNewKeys])
            #expect(Set(after.evaluation.inForce).isSuperset(of: conference.evaluation.inForce))
        }
    }

    @Test func `names the fallen that would come back, and nothing in force by itself`() throws {
        var conference = Conference()
        let first = conference.reword("a2", "First.", acceptedBy: Parties.keyStates)
        let second = conference.reword("a3", "Second.", acceptedBy: Parties.keyStates, replacing: [first])
        let beside = conference.hotline(acceptedBy: Parties.keyStates)
        let frozen = try conference.freeze(["a3": Articles.text("Third.")])
        #expect(frozen.replaces.isEmpty)
        var undoing = conference
        undoing.publish(try conference.freeze(["a4": Articles.text("Third.")], replacing: [second]))
        let instead = undoing.instruments.values.first { $0.title == words("Frozen") }!
        #expect(Set(instead.replaces) == [first.id, second.id])
        undoing.seal(instead, by: Parties.keyStates)
        #expect(undoing.state(first) == .replaced && undoing.state(second) == .replaced)
        #expect(undoing.state(beside) == .inForce)
    }

    @Test func `refuses where nothing is in force`() {
        let conference = Conference(sealed: false)
        #expect(
            refusal { () throws(AmendmentRefusal) in try conference.freeze(["n": Articles.text("N.")]) }
                == .nothingInForce)
    }

    @Test func `refuses what relies on, repeals or replaces nothing`() {
        var conference = Conference()
        let unpublished = Conference(rules: ["procedure": .party(Parties.china.name)]).founding
        let open = conference.reword("a4", "Open.")
        #expect(
            refusal { () throws(AmendmentRefusal) in
                try conference.freeze(["n": Articles.text("N.")], relyingOn: ["a4"])
            } == .reliesOnNothing(name("a4")))
        #expect(
            refusal { () throws(AmendmentRefusal) in try conference.freeze(["a4": Content?.none]) }
                == .repealsNothing(name("a4")))
        #expect(
            refusal { () throws(AmendmentRefusal) in
                try conference.freeze(["n": Articles.text("N.")], replacing: [unpublished])
            } == .unknownReplaced(unpublished.id))
        #expect(
            refusal { () throws(AmendmentRefusal) in
                try conference.freeze(["n": Articles.text("N.")], replacing: [open])
            } == nil, "what is open may be replaced")
    }

    @Test func `refuses a class without a rule, and a rule over a standing without a roster`() {
        var conference = Conference()
        #expect(
            refusal { () throws(AmendmentRefusal) in
                try conference.freeze(["n": Articles.text("N.", class: "new")])
            } == .noRule(forClass: name("new")))
        let rule = conference.amend(["rule/new": Content(.rule(Rules.need(.all, "ghost")))])
        conference.seal(rule, by: Parties.keyStates)
        #expect(
            refusal { () throws(AmendmentRefusal) in
                try conference.freeze(["n": Articles.text("N.", class: "new")])
            } == .noRoster(of: name("ghost"), neededByRule: name("new")))
    }

    @Test func `refuses what is no instrument, and what would not be well formed`() {
        let conference = Conference()
        #expect(
            refusal { () throws(AmendmentRefusal) in
                try conference.freeze(["n": Articles.text("N.")], saltByteCount: 15)
            } == .malformed(DecodingRefusal(.badLength, field: "salt")))
        #expect(
            refusal { () throws(AmendmentRefusal) in try conference.freeze(["a2": Content?.none]) }
                == .illFormed(.leavesChildBehind(name("a2"), child: name("a2-1"))))
        let posing = refusal { () throws(AmendmentRefusal) in
            try conference.freeze(["party/mng": Content(.party(Parties.russia.record))])
        }
        guard case .illFormed(.keyServesTwice) = posing else {
            Issue.record("\(String(describing: posing))")
            return
        }
    }

    @Test func `is laid on the text without what it replaces, and without what falls with that`() throws {
        var conference = Conference()
        let first = conference.reword("a3", "First.", acceptedBy: Parties.keyStates)
        let above = conference.reword("a3", "Above.", acceptedBy: Parties.keyStates, on: [first])
        let inReturn = conference.reword("a2", "In return.")
        conference.seal(inReturn, by: Parties.keyStates, provided: [first])
        let frozen = try conference.freeze(
            ["a3": Articles.text("Instead."), "a2": Articles.text("Instead.")], replacing: [first])
        #expect(frozen.replaces == [first.id])
        #expect(frozen.base[name("a3")] == .some(conference.roadmap))
        #expect(frozen.base[name("a2")] == .some(conference.roadmap))
        conference.publish(frozen)
        conference.seal(frozen, by: Parties.keyStates)
        #expect(conference.state(frozen) == .inForce)
        #expect(conference.state(first) == .replaced)
        #expect([above, inReturn].allSatisfy { conference.state($0) == .suspended })
    }
}
