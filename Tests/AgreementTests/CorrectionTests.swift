import CanonicalEncoding
import Identity
import Testing

@testable import Agreement

@Suite("A correction")
struct CorrectionTests {
    private static func correction(_ misprint: String, _ reads: String, in article: String = "a3") -> Content {
        Content(
            kind: Correction.name, provisionClass: Correction.name, parent: name(article), order: [],
            attributes: Correction(
                language: name("en"), misprint: ExactText(misprint), reads: ExactText(reads)
            ).attributes)
    }

    private func conference() -> Conference {
        Conference(rules: ["correction": Rules.need(.majority, "key-state", counting: .acceptOrAbstain)])
    }

    private func read(_ conference: Conference) throws -> (String?, [CorrectionInForce.Fate]) {
        let article = try #require(conference.evaluation.provisionInForce(name("a3")))
        let (text, corrections) = conference.evaluation.corrected(article)
        return (text?.text(in: name("en")).string, corrections.map(\.fate))
    }

    @Test func `is applied to the words that it was made for, by the rule of its own class`() throws {
        var conference = conference()
        let correction = conference.amend(["c": Self.correction("Meet", "Greet")])
        #expect(correction.base[name("a3")] == .some(conference.roadmap) && !correction.writes(name("a3")))
        conference.seal(correction, by: Array(Parties.keyStates.prefix(2)))
        conference.seal(correction, by: [Parties.keyStates[2]], .abstain)
        #expect(conference.state(correction) == .inForce)
        let (text, fates) = try read(conference)
        #expect(text == "Greetings." && fates == [.applied])
        #expect(conference.evaluation.provisionInForce(name("a3"))?.content == Articles.text("Meetings."))
    }

    @Test func `goes astray where its words are not there once, and is spent when the article is rewritten`() throws {
        var conference = conference()
        let lost = conference.amend(["c1": Self.correction("Mett", "Meet")])
        let twice = conference.amend(["c2": Self.correction("e", "a")])
        let first = conference.amend(["c3": Self.correction("Meet", "Greet")])
        for correction in [lost, twice, first] { conference.seal(correction, by: Parties.keyStates) }
        #expect(try read(conference).1 == [.astray, .astray, .applied])
        conference.reword("a3", "Meetings.", acceptedBy: Parties.keyStates, on: [lost, twice, first])
        let (text, fates) = try read(conference)
        #expect(text == "Meetings." && fates == [.spent, .spent, .spent])
    }

    @Test func `is only what has all of its parts`() {
        let whole = Self.correction("a", "b")
        #expect(Correction(whole) != nil)
        for missing in [Correction.languageAttribute, Correction.misprintAttribute, Correction.readsAttribute] {
            let content = Content(
                kind: whole.kind, provisionClass: whole.provisionClass, parent: whole.parent, order: [],
                attributes: whole.attributes.filter { $0.key != missing })
            #expect(Correction(content) == nil)
        }
        let long = String(repeating: "x", count: Correction.byteCountLimit + 1)
        #expect(Correction(Self.correction(long, "b")) == nil && Correction(Self.correction("b", long)) == nil)
        #expect(Correction(Self.correction("", "b")) == nil)
        #expect(Correction.count(of: "aa", in: "aaa") == 2)
    }
}

@Suite("A day")
struct DayTests {
    @Test(arguments: ["2030-01-31", "2028-02-29", "2000-02-29", "0000-12-31", "9999-11-30"])
    func `is read and written`(text: String) {
        #expect(Day(text)?.description == text)
    }

    @Test(arguments: [
        "2030-02-29", "1900-02-29", "2030-04-31", "2030-13-01", "2030-00-01", "2030-01-00", "30-01-01", "2030-1-01",
        "2030-01-01T", "+030-01-01", "2030/01/01", "", "２０３０-01-01",
    ])
    func `is nothing else`(text: String) {
        #expect(Day(text) == nil)
    }

    @Test func `ends at a second of UTC`() {
        #expect(Day("1970-01-01")?.lastSecond == 86_399)
        #expect(Day("2026-03-01")?.lastSecond == 1_772_409_599)
        #expect(Day("2000-02-29")?.lastSecond == 951_868_799)
        #expect(Day("2400-03-01")?.lastSecond == 13_574_735_999)
        #expect(Day("1969-12-31")?.lastSecond == nil && Day("0000-01-01")?.lastSecond == nil)
    }

    private func content(_ attributes: [String: String]) -> Content {
        Content(
            kind: name("article"), provisionClass: name("procedure"), parent: nil, order: [],
            attributes: Dictionary(
                uniqueKeysWithValues: attributes.map { (name($0.key), CanonicalValue.text(ExactText($0.value))) }))
    }

    @Test func `is one on which a provision applies, or does not, by its own words`() throws {
        let dated = try #require(
            Applicability(content(["appliesFrom": "2030-01-01", "appliesUntil": "2030-12-31"])))
        let (first, last) = (Day("2030-01-01")!, Day("2030-12-31")!)
        #expect(dated.on(Day("2029-12-31")!) == .notYet(from: first))
        #expect(dated.on(first) == .applies && dated.on(last) == .applies)
        #expect(dated.on(Day("2031-01-01")!) == .noLonger(until: last))
        let event = try #require(Applicability(content(["appliesFrom": "milestone-2"])))
        #expect(event.on(first) == .hangs(on: "milestone-2"))
        #expect(Applicability(content(["window": "2030-01-01"])) == nil)
    }
}
