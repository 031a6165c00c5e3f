import Agreement
import Cryptography
import Drafting
import Identity
import RoadmapFixtures
import Testing

@testable import Negotiation

@Suite("Blame")
struct BlameTests {
    @Test func `says of a draft's words which party's entry wrote them`() {
        var table = Table()
        let text = table.text("article-2")
        table.replace("KOR", "twice a", by: "every", in: text)
        table.replace("PRK", "meet", by: "gather", in: text)
        let reading = DraftReading(of: table.draft).provisions.first { $0.identifier == "article-2" }!
        let words = Blame.words(of: reading.texts["en"]!, in: table.draft)
        #expect(words.map(\.text) == ["The parties ", "gather", " ", "every", " year, in turn in each capital."])
        #expect(words.map(\.party) == [nil, "PRK", nil, "KOR", nil])
    }

    @Test func `goes through brackets to the words of the alternative that stays`() {
        var table = Table()
        let (bracket, others) = table.bracket("PRK", "twice", in: table.text("article-2"), or: ["once"])
        table.perform("PRK", .choose(bracket: bracket, .added(others[0])))
        let reading = DraftReading(of: table.draft).provisions.first { $0.identifier == "article-2" }!
        let words = Blame.words(of: reading.texts["en"]!, in: table.draft)
        #expect(words.map(\.text) == ["The parties meet ", "once", " a year, in turn in each capital."])
        #expect(words.map(\.party) == [nil, "PRK", nil])
    }

    @Test func `says of words in force which instrument brought them, and which entry of its draft wrote them`() throws
    {
        var table = Table()
        table.replace("PRK", "twice", by: "once", in: table.text("article-2"))
        table.replace("PRK", "두", by: "한", in: table.text("article-2", Table.korean))
        let instrument = try table.frozen().instrument
        try table.roadmap.put(instrument)
        for signatory in Signatory.all { table.roadmap.seal(instrument.id, by: signatory) }
        let draft = table.draft
        let words = Blame.inForce("article-2", "en", by: table.roadmap.evaluation) { version in
            version.frozenFrom.contains(draft.id) ? draft : nil
        }
        #expect(words.map(\.text) == ["The parties meet ", "once", " a year, in turn in each capital."])
        #expect(words.map(\.instrument) == [table.roadmap.id, instrument.id, table.roadmap.id])
        #expect(words.map(\.party) == ["KOR", "PRK", "KOR"])
        #expect(words.map { $0.entry == nil } == [true, false, true])
        let without = Blame.inForce("article-2", "en", by: table.roadmap.evaluation) { _ in nil }
        #expect(without.map(\.party) == ["KOR", "KOR", "KOR"] && without.allSatisfy { $0.entry == nil })
    }
}
