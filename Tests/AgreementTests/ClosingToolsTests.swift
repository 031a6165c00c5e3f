import Identity
import Testing

@testable import Agreement

@Suite("What tools make of closings")
struct ClosingToolsTests {
    private let all = Parties.keyStates
    private let china = Parties.china
    private let korea = Parties.southKorea
    private let closable = ["closing": Rules.mostKeyStates]

    private func freeze(
        _ conference: Conference, _ changes: [String: Content?], offersClosing: Bool = false, salt: UInt8 = 210
    ) throws -> Instrument {
        try conference.evaluation.freeze(
            Amendment(
                title: words("Frozen"), changes: changes.map { Instrument.Change(name($0.key), $0.value) },
                offersClosing: offersClosing),
            proposer: korea.name, salt: Array(repeating: salt, count: 16), languages: [name("en")],
            roadmap: conference.roadmap)
    }

    @Test func `what is offered with a closing relies on the rule for closings and its rosters`()
        throws
    {
        var conference = Conference(rules: ["closing": Rules.need(.all, "partner")])
        let offered = try freeze(conference, ["a2": Articles.text("Ours.")], offersClosing: true)
        let plain = try freeze(conference, ["a2": Articles.text("Ours.")])
        for instrument in [offered, plain] { conference.publish(instrument) }
        let more = Set(offered.base.keys).subtracting(plain.base.keys)
        #expect(more == Set(["roster/partner", "rule/closing"].map(name)))
        #expect(conference.evaluation.isOfferedWithClosing(offered.id))
        #expect(!conference.evaluation.isOfferedWithClosing(plain.id))
        #expect(!conference.evaluation.isOfferedWithClosing(conference.roadmap))
        #expect(throws: AmendmentRefusal.noRule(forClass: name("closing"))) {
            try freeze(Conference(), ["a2": Articles.text("Ours.")], offersClosing: true)
        }
    }

    @Test func `a completion stands on what its subject stands on, or on one that is constitutional`()
        throws
    {
        for changes in [["a2": Articles.text("Ours.")], ["rule/procedure": Content(.rule(Rules.allKeyStates))]] {
            var conference = Conference(rules: closable)
            let subject = try freeze(conference, changes, offersClosing: true)
            conference.publish(subject)
            for outcome in [ClosingOutcome.complete, .abandoned] {
                let closed = Closing.provision(of: subject.id).string
                let closing = try freeze(conference, [closed: Content(.closing(outcome))], salt: 211)
                #expect(closing.base == [name(closed): nil])
                let standsOnIt = subject.isConstitutional && outcome == .complete
                #expect(closing.after == (standsOnIt ? [subject.id] : [conference.roadmap]))
            }
        }
    }

    @Test func `seals are provided on the completion that others' seals are, or on the lowest`() {
        var conference = Conference(rules: closable)
        let subject = conference.amend(["a2": Articles.text("Ours.")], relyingOn: ["rule/closing"])
        #expect(conference.evaluation.completion(of: subject.id) == nil)
        let one = conference.close(subject)
        let other = conference.close(subject)
        let lowest = min(one.id, other.id)
        #expect(conference.evaluation.completion(of: subject.id) == lowest)
        #expect(conference.evaluation.completionOffered(with: subject.id) == lowest)
        let higher = one.id == lowest ? other : one
        conference.seal(subject, by: [china], provided: [higher])
        #expect(conference.evaluation.completion(of: subject.id) == higher.id)
        #expect(conference.evaluation.completionOffered(with: subject.id) == higher.id)
    }

    @Test func `a stranger's completion is passed by until a seal is provided on it`()
        throws
    {
        var conference = Conference(rules: closable)
        let subject = conference.amend(["a2": Articles.text("Ours.")], relyingOn: ["rule/closing"])
        let closed = Closing.provision(of: subject.id).string
        let strange = try conference.evaluation.freeze(
            Amendment(
                title: words("Strange"), changes: [Instrument.Change(name(closed), Content(.closing(.complete)))]),
            proposer: china.name, salt: Array(repeating: 212, count: 16), languages: [name("en")],
            roadmap: conference.roadmap)
        conference.publish(strange)
        #expect(conference.evaluation.completion(of: subject.id) == strange.id)
        #expect(conference.evaluation.completionOffered(with: subject.id) == nil)
        conference.seal(subject, by: [china], provided: [strange])
        #expect(conference.evaluation.completionOffered(with: subject.id) == strange.id)
    }

    @Test func `an amendment is built on the end of what it contradicts`()
        throws
    {
        var conference = Conference(rules: closable)
        let subject = conference.amend(["a2": Articles.text("Ours.")], relyingOn: ["rule/closing"])
        let complete = conference.close(subject)
        conference.seal(subject, by: Array(all.prefix(3)), provided: [complete])
        let before = try freeze(conference, ["a2": Articles.text("Otherwise.")])
        let abandoned = conference.close(subject, .abandoned, acceptedBy: Array(all.prefix(3)))
        #expect(conference.evaluation.end(of: subject.id) == abandoned.id)
        #expect(conference.evaluation.end(of: complete.id) == abandoned.id)
        #expect(conference.evaluation.end(of: abandoned.id) == nil)
        let after = try freeze(conference, ["a2": Articles.text("Otherwise.")], salt: 213)
        let beside = try freeze(conference, ["a3": Articles.text("Beside.")], salt: 214)
        for instrument in [before, after, beside] { conference.publish(instrument) }
        #expect(before.after.isEmpty && after.after == [abandoned.id] && beside.after.isEmpty)
        func objections(_ instrument: Instrument) -> [Objection] {
            conference.evaluation.objections(to: .accept, on: instrument.id, by: all[0].name)
        }
        #expect(objections(before) == [.conflictsWith(subject.id)])
        #expect(objections(after).isEmpty)
        #expect(conference.evaluation.commitmentsAgainst(before.id).map(\.instrument) == [subject.id])
        #expect(conference.evaluation.commitmentsAgainst(after.id).isEmpty)
    }

    @Test func `a rebase does not name what was given up`() throws {
        var conference = Conference(rules: closable)
        let subject = conference.amend(["a2": Articles.text("Ours.")], relyingOn: ["rule/closing"])
        let complete = conference.close(subject)
        conference.seal(subject, by: [china, korea], provided: [complete])
        let rival = conference.amend(["a2": Articles.text("Otherwise.")])
        func names() throws -> [InstrumentID] {
            let rebase = try #require(conference.evaluation.rebase(rival.id))
            return try conference.evaluation.namesToReplace(rebasing: rival.id, for: korea.name, naming: []) { names in
                try conference.evaluation.freeze(
                    Amendment(title: words("Again"), changes: rebase.changes, replaces: names), proposer: korea.name,
                    salt: Array(repeating: 215, count: 16), languages: [name("en")], roadmap: conference.roadmap)
            }
        }
        #expect(try names() == [subject.id])
        conference.close(subject, .abandoned, acceptedBy: Array(all.prefix(3)))
        #expect(try names().isEmpty)
    }

    @Test func `nobody is asked for what was given up, nor told to rebase it`() {
        var conference = Conference(rules: closable)
        let subject = conference.amend(["a2": Articles.text("Ours.")], relyingOn: ["rule/closing"])
        let complete = conference.close(subject)
        conference.seal(subject, by: [china], provided: [complete])
        func asked(_ party: Party) -> Set<InstrumentID> {
            Set(conference.evaluation.matters(for: party.name).map(\.instrument))
        }
        #expect(asked(korea).contains(subject.id) && asked(china).contains(subject.id))
        conference.close(subject, .abandoned, acceptedBy: Array(all.prefix(3)))
        for party in all { #expect(asked(party).isDisjoint(with: [subject.id, complete.id])) }
    }
}
