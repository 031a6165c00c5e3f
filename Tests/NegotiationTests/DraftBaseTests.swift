import Agreement
import Cryptography
import Drafting
import Identity
import Negotiation
import RoadmapFixtures
import Testing

@Suite("What a draft is opened on")
struct DraftBaseTests {
    @Test func `is the text that the named instruments make, reserved provisions left out`() throws {
        let roadmap = SmallRoadmap()
        let base = try #require(roadmap.evaluation.draftBase(of: [roadmap.id]))
        #expect(base.provisions.map(\.identifier.string) == ["part-1", "article-1", "article-2"])
        #expect(base.provisions.map(\.parent?.string) == [nil, "part-1", "part-1"])
        #expect(roadmap.evaluation.draftBaseNames == [roadmap.id])
    }

    @Test func `is nothing where one of them is not here, or makes no text`() throws {
        var roadmap = SmallRoadmap()
        let unknown = Digest(of: [1])
        #expect(roadmap.evaluation.draftBase(of: [unknown]) == nil)
        #expect(roadmap.evaluation.draftBase(of: [roadmap.id, unknown].sorted()) == nil)
        let lost = SmallRoadmap.provision("lost", in: "nowhere", text: ["en": "Words."], order: 1)
        let instrument = try Instrument(
            roadmap: roadmap.id, title: roadmap.founding.title, proposer: Signatory.korea.id,
            salt: [UInt8](repeating: 9, count: 16), languages: roadmap.founding.languages, base: [lost.provision: nil],
            changes: [lost], after: [roadmap.id])
        try roadmap.put(instrument)
        #expect(roadmap.evaluation.draftBase(of: [instrument.id]) == nil)
    }
}
