import CanonicalEncoding
import Identity
import Testing

@testable import Agreement

@Suite("A rebase")
struct RebasingTests {
    private let a2 = name("a2")
    private let a3 = name("a3")

    /// `a2` in other words by `text`, and numbered.
    private func numbered(_ text: String, _ number: String?) -> Content {
        Content(
            kind: name("article"), provisionClass: name("procedure"), parent: nil, order: [],
            number: number.map { ExactText($0) }, text: words(text))
    }

    private func won(_ conference: inout Conference, _ changes: [String: Content?]) -> Instrument {
        let amendment = conference.amend(changes)
        conference.seal(amendment, by: Parties.keyStates)
        return amendment
    }

    private func rebase(
        _ conference: Conference, _ instrument: Instrument, _ decisions: [Identifier: Rebase.Decision] = [:]
    ) throws -> Rebase {
        try #require(conference.evaluation.rebase(instrument.id, deciding: decisions))
    }

    @Test func `keeps the changes that nobody else made, and what others changed beside them`() throws {
        var conference = Conference()
        let ours = conference.amend([
            "a2": numbered("Our channels.", nil), "a3": Articles.text("Our meetings."), "b": Articles.text("New."),
        ])
        let theirs = won(&conference, ["a2": numbered("Channels.", "2")])
        let rebase = try rebase(conference, ours)
        #expect(rebase.clashes.isEmpty && rebase.done.isEmpty)
        #expect(rebase.changes.map(\.provision) == ["a2", "a3", "b"].map(name))
        #expect(rebase.changes[0].content == numbered("Our channels.", "2"))
        #expect(rebase.changes[1].content == Articles.text("Our meetings."))
        #expect(conference.state(ours) == .stale && conference.state(theirs) == .inForce)
    }

    @Test func `names what both changed, and leaves out what is there already`() throws {
        var conference = Conference()
        let ours = conference.amend(["a2": numbered("Ours.", nil), "a3": Articles.text("Same.")])
        let theirs = won(&conference, ["a2": numbered("Theirs.", nil), "a3": Articles.text("Same.")])
        let rebase = try rebase(conference, ours)
        #expect(rebase.done == [a3] && rebase.changes.isEmpty)
        let clash = try #require(rebase.clashes.first)
        #expect(rebase.clashes.count == 1 && clash.provision == a2 && clash.kind == .parts([.text]))
        #expect(clash.found == Articles.text("Channels.") && clash.inForce == numbered("Theirs.", nil))
        #expect(clash.wanted == numbered("Ours.", nil) && clash.version == theirs.id)
    }

    @Test func `does as a person decides`() throws {
        var conference = Conference()
        let ours = conference.amend(["a2": numbered("Ours.", nil), "a3": Articles.text("Ours.")])
        _ = won(&conference, ["a2": numbered("Theirs.", nil), "a3": Articles.text("Theirs.")])
        let decided = try rebase(conference, ours, [a2: .ours, a3: .theirs])
        #expect(decided.clashes.isEmpty && decided.done == [a3])
        #expect(decided.changes == [Instrument.Change(a2, numbered("Ours.", nil))])
        let written = try rebase(conference, ours, [a2: .other(nil), a3: .other(Articles.text("Both."))])
        #expect(written.changes.map(\.content) == [nil, Articles.text("Both.")])
    }

    @Test func `clashes where one side repeals what the other changes, or both add one name`() throws {
        var conference = Conference()
        let rewords = conference.amend(["a3": Articles.text("Ours."), "b": Articles.text("Ours.")])
        let repeals = conference.amend(["a3": nil])
        _ = won(&conference, ["b": Articles.text("Theirs.")])
        #expect(try rebase(conference, rewords).clashes.map(\.kind) == [.bothAdded])
        #expect(try rebase(conference, repeals).clashes.isEmpty)
        _ = won(&conference, ["a3": nil])
        #expect(try rebase(conference, rewords).clashes.map(\.kind) == [.repealed, .bothAdded])
        #expect(try rebase(conference, repeals).done == [a3])
    }

    @Test func `clashes where the ground of an addition is gone`() throws {
        var conference = Conference()
        let addition = conference.amend(["b": Articles.text("Under a3.", in: "a3")])
        let relying = conference.amend(["a2": Articles.text("As a3 says.")], relyingOn: ["a3"])
        _ = won(&conference, ["a3": nil])
        #expect(Set(try rebase(conference, addition).clashes.map(\.kind)) == [.parentGone(a3), .reliedOnGone])
        let clashes = try rebase(conference, relying).clashes
        #expect(clashes.map(\.kind) == [.reliedOnGone] && clashes.map(\.provision) == [a3])
        #expect(try rebase(conference, relying, [a3: .theirs]).clashes.isEmpty)
    }

    @Test func `tells which of what it relied on says something else, and relies on it still`() throws {
        var conference = Conference()
        let relying = conference.amend(["a2": Articles.text("As a3 says.")], relyingOn: ["a3"])
        _ = won(&conference, ["a3": Articles.text("Something else.")])
        let rebase = try rebase(conference, relying)
        #expect(rebase.clashes.isEmpty && rebase.reliedOnElsewise == [a3] && rebase.reliesOn == [a3])
    }

    @Test func `adds to a roster whom either side added, and removes whom either removed`() throws {
        var conference = Conference(parties: Parties.members + [Parties.mongolia])
        let ours = conference.amend([
            "roster/partner": Content(.roster(Conference.roster([Parties.mongolia, Parties.russia])))
        ])
        let theirs = conference.amend([
            "roster/partner": Content(.roster(Conference.roster([Parties.japan, Parties.russia, Parties.china])))
        ])
        conference.seal(theirs, by: Parties.keyStates)
        let rebase = try rebase(conference, ours)
        #expect(rebase.clashes.isEmpty)
        let merged = Conference.roster([Parties.china, Parties.mongolia, Parties.russia])
        #expect(rebase.changes.map(\.content) == [Content(.roster(merged))])
    }

    @Test func `is not made of the founding, nor of what cannot be judged`() {
        var conference = Conference()
        let hotline = conference.hotline()
        let above = conference.amend(["b": Articles.text("Above.")], after: [hotline])
        #expect(conference.evaluation.rebase(conference.roadmap) == nil)
        #expect(conference.evaluation(without: hotline).rebase(above.id) == nil)
    }
}

@Suite("What a rebase must name")
struct RebaseNamesTests {
    private func names(
        _ conference: Conference, _ instrument: Instrument, for proposer: Party, naming named: [Instrument] = []
    ) throws -> [InstrumentID] {
        let evaluation = conference.evaluation
        let rebase = try #require(evaluation.rebase(instrument.id, deciding: [name("hotline"): .ours]))
        return try evaluation.namesToReplace(
            rebasing: instrument.id, for: proposer.name, naming: named.map(\.id)
        ) { names throws(AmendmentRefusal) in
            try evaluation.freeze(
                Amendment(title: words("Again"), changes: rebase.changes, replaces: names), proposer: proposer.name,
                salt: Array(repeating: 201, count: 16), languages: [name("en")], roadmap: conference.roadmap)
        }
    }

    @Test func `is itself where somebody committed to it, and never what is in force`() throws {
        var conference = Conference()
        let unsealed = conference.hotline("One.")
        let sealed = conference.hotline("Two.", acceptedBy: [Parties.russia])
        let winner = conference.hotline("Three.", acceptedBy: Parties.keyStates)
        #expect(conference.state(winner) == .inForce)
        #expect(try names(conference, unsealed, for: Parties.russia) == [sealed.id])
        #expect(try names(conference, unsealed, for: Parties.japan).isEmpty)
        #expect(try names(conference, sealed, for: Parties.japan) == [sealed.id])
        #expect(try names(conference, unsealed, for: Parties.china).isEmpty)
    }

    @Test func `is what its proposer committed to that speaks against it, of others only what they say`() throws {
        var conference = Conference()
        let mine = conference.hotline("Mine.", acceptedBy: [Parties.russia])
        let other = conference.hotline("Other.", acceptedBy: [Parties.japan])
        let wanted = conference.hotline("Wanted.")
        #expect(try names(conference, wanted, for: Parties.russia) == [mine.id])
        #expect(try names(conference, wanted, for: Parties.russia, naming: [other]) == [mine.id, other.id].sorted())
        let against = conference.evaluation.commitmentsAgainst(wanted.id)
        #expect(
            against.map(\.instrument) == [mine.id, other.id].sorted()
                && Set(against.flatMap(\.parties)) == [Parties.russia.name, Parties.japan.name])
    }
}
