import Agreement
import Cryptography
import Identity
import RoadmapFixtures
import Testing
import Wording

@Suite("A rule in words")
struct RuleWordsTests {
    private let state = Identifier("key-state")!
    private let partner = Identifier("partner")!

    @Test func `names shares, standings and what counts`() {
        let rule = Rule.all([
            .need(.all, of: [state], counting: .accept), .need(.atLeast(1), of: [partner], counting: .acceptOrAbstain),
        ])
        #expect(
            rule.words
                == "all key-state holders accept; and at least 1 of the partner holders accept or abstain")
        #expect(
            Rule.need(.fraction(2, 3), of: [state, partner], counting: .accept).words
                == "at least 2/3 of the key-state or partner holders accept")
    }

    @Test func `puts what is nested in brackets, so that nobody reads it in two ways`() {
        let rule = Rule.any([
            .party(Identifier("USA")!), .all([.party(Identifier("CHN")!), .party(Identifier("RUS")!)]),
        ])
        #expect(rule.words == "either USA accepts; or (CHN accepts; and RUS accepts)")
    }

    @Test func `names the holders once its rosters are filled in`() {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        let meetings = roadmap.amend(
            ["en": "Meetings", "ko": "회의"], changes: [SmallRoadmap.meetings("The parties meet.")])
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        #expect(
            book.needs(of: hotline.id) == [
                "hard-security: all key-state holders (KOR and PRK) accept; and at least 1 of the partner holders "
                    + "(CHN) accept"
            ])
        #expect(
            book.needs(of: meetings.id) == [
                "procedure: a majority, 2 in number, of the key-state or partner holders (CHN, KOR and PRK) accept or "
                    + "abstain"
            ])
        #expect(book.needs(of: roadmap.id).first == "founding: CHN accepts without condition, as partner")
    }
}
