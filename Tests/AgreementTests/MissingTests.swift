import Identity
import Testing

@testable import Agreement

@Suite("What an instrument still lacks")
struct MissingTests {
    private func missing(_ conference: Conference, _ instrument: Instrument) -> [Party]? {
        conference.evaluation.missing(of: instrument.id).parties.map { parties in
            parties.map { missing in Parties.members.first { $0.name == missing }! }
        }
    }

    private func names(_ parties: [Party]?) -> [Identifier]? { parties.map { $0.map(\.name) } }

    @Test func `is the smallest set of silent parties that suffices, the first in order among equals`() {
        var conference = Conference()
        let hotline = conference.hotline()
        #expect(names(missing(conference, hotline)) == ["chn", "prk", "rok"].map(name))
        conference.seal(hotline, by: [Parties.unitedStates])
        #expect(names(missing(conference, hotline)) == ["chn", "prk"].map(name))
        conference.seal(hotline, by: [Parties.china, Parties.northKorea])
        #expect(names(missing(conference, hotline)) == [])
    }

    @Test func `prefers one party with two standings to two with one each`() {
        let rule = Rule.all([Rules.need(.atLeast(1), "partner"), Rules.need(.atLeast(1), "concerned")])
        let both = ["partner": Conference.roster(Parties.partners + [Parties.unitedStates])]
        var conference = Conference(rules: ["procedure": rule], standings: both)
        let hotline = conference.hotline()
        #expect(names(missing(conference, hotline)) == [name("usa")])
    }

    @Test func `leaves out those who have spoken, and is nothing where none but they could do it`() {
        var conference = Conference()
        let hotline = conference.hotline()
        conference.seal(hotline, by: [Parties.china], .reject)
        #expect(names(missing(conference, hotline)) == ["prk", "rok", "usa"].map(name))
        conference.seal(hotline, by: [Parties.northKorea], .abstain)
        #expect(missing(conference, hotline) == nil)
    }

    @Test func `names ground and conditions that do not stand, and nothing that does`() {
        var conference = Conference()
        let open = conference.reword("a3", "Open.")
        let agreed = conference.reword("a4", "Agreed.", acceptedBy: Parties.keyStates)
        let above = conference.amend(["a5": Articles.text("Above.")], after: [open, agreed])
        conference.seal(above, by: [Parties.china], provided: [agreed])
        #expect(conference.evaluation.missing(of: above.id).instruments == [open.id])
        conference.seal(open, by: Parties.keyStates)
        #expect(conference.evaluation.missing(of: above.id).instruments == [])
    }

    @Test func `is not said of what is ill formed`() {
        var conference = Conference()
        let broken = conference.amend(["a3": Articles.text("Broken.")]) { $0.removeValue(forKey: name("a3")) }
        #expect(missing(conference, broken) == nil)
    }
}

extension Party: Equatable {
    static func == (one: Party, other: Party) -> Bool { one.name == other.name && one.record == other.record }
}
