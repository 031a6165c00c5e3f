import Agreement
import Identity
import RoadmapFixtures
import Testing
import Wording

@Suite("An explanation in words")
struct ExplanationWordsTests {
    private func drawn(_ roadmap: SmallRoadmap, _ instrument: Instrument, columns: Int = 100) throws -> String {
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation, language: Identifier("en"))
        return book.outline(try #require(book.evaluation.explanation(of: instrument.id))).drawn(columns: columns)
    }

    @Test func `says of every term who gave it and who is missing`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        roadmap.seal(hotline.id, by: .korea)
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        #expect(
            try drawn(roadmap, hotline) == """
                \(book.name(hotline.id)): sealed
                ├─ not met: hard-security, by the rule of \(book.name(roadmap.id))
                │  └─ not met, 0 of 2: all of these
                │     ├─ not met, 1 of 2: all key-state holders (KOR and PRK) accept
                │     │  ├─ KOR (key-state) accepted
                │     │  └─ PRK (key-state) is missing
                │     └─ not met, 0 of 1: at least 1 of the partner holders (CHN) accept
                │        └─ CHN (partner) is missing
                └─ met: built on \(book.name(roadmap.id)), which is in force
                """)
    }

    @Test func `draws what a seal is provided on beneath it, down to the circle`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        let guarantee = roadmap.amend(["en": "Guarantee"], changes: [SmallRoadmap.guarantee])
        roadmap.seal(hotline.id, by: .dprk, provided: [guarantee.id])
        roadmap.seal(guarantee.id, by: .korea, provided: [hotline.id])
        let tree = try drawn(roadmap, hotline)
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        #expect(tree.contains("PRK (key-state) accepted provided \(book.name(guarantee.id)), which does not stand"))
        #expect(tree.contains("└─ not met: given by PRK in return for \(book.name(guarantee.id)): sealed"))
        #expect(tree.contains("   └─ not met: given by KOR in return for \(book.name(hotline.id)): a circle"))
        #expect(try drawn(roadmap, hotline, columns: 40).split(separator: "\n").allSatisfy { $0.count <= 40 })
    }

    @Test func `says what a stale one found, and what took a replaced one out`() throws {
        var roadmap = SmallRoadmap()
        let four = roadmap.amend(["en": "Four"], changes: [SmallRoadmap.meetings("Four meetings a year.")])
        let none = roadmap.amend(["en": "None"], changes: [SmallRoadmap.meetings("No meetings.")])
        for signatory in Signatory.all { roadmap.seal(none.id, by: signatory) }
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        let found = "it found article-2 as \(book.name(roadmap.id)) left it"
        #expect(
            try drawn(roadmap, four, columns: 200).hasPrefix(
                "\(book.name(four.id)): stale: \(found), and \(book.name(none.id)) has written that since\n"))
        let line = roadmap.amend(["en": "Line"], replaces: [none.id], changes: [SmallRoadmap.hotline])
        for signatory in Signatory.all { roadmap.seal(line.id, by: signatory) }
        #expect(
            try drawn(roadmap, none, columns: 200).hasPrefix(
                "\(book.name(none.id)): replaced: \(Phrasebook(roadmap.ledger, roadmap.evaluation).name(line.id)) "
                    + "replaces it by name\n"))
    }
}

@Suite("A supposition in words")
struct SuppositionWordsTests {
    private func lines(_ roadmap: SmallRoadmap, _ seals: [SupposedSeal], _ ids: [InstrumentID]) -> [String] {
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        let supposition = Supposition(seals, on: roadmap.ledger, evaluatedAs: roadmap.evaluation)
        return SuppositionInWords(supposition, on: ids, in: book).lines.map(\.text)
    }

    @Test func `says what would be in force, and what would still be missing`() {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        let guarantee = roadmap.amend(["en": "Guarantee"], changes: [SmallRoadmap.guarantee])
        roadmap.seal(hotline.id, by: .dprk, provided: [guarantee.id])
        for signatory in Signatory.all { roadmap.seal(guarantee.id, by: signatory, provided: [hotline.id]) }
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        func accepts(_ signatory: Signatory) -> SupposedSeal { SupposedSeal(.accept, on: hotline.id, by: signatory.id) }
        #expect(
            lines(roadmap, [accepts(.korea)], [hotline.id]) == [
                "\(book.name(hotline.id)), if KOR accepted",
                "still sealed: it would complete with the acceptance of CHN; \(book.name(guarantee.id)) must stand first",
            ])
        #expect(
            lines(roadmap, [accepts(.korea), accepts(.china)], [hotline.id]) == [
                "\(book.name(hotline.id)), if CHN and KOR accepted", "sealed → in force",
                "into force with it: \(book.name(guarantee.id))",
            ])
        #expect(roadmap.evaluation.state(of: hotline.id) == .sealed)
    }

    @Test func `says what a party's own software would refuse, after what it sealed before`() {
        var roadmap = SmallRoadmap()
        let four = roadmap.amend(["en": "Four"], changes: [SmallRoadmap.meetings("Four meetings a year.")])
        let none = roadmap.amend(["en": "None"], changes: [SmallRoadmap.meetings("No meetings.")])
        let both = [four.id, none.id].flatMap { id in
            [Signatory.korea, .dprk].map { SupposedSeal(.accept, on: id, by: $0.id) }
        }
        let told = lines(roadmap, both, [four.id, none.id])
        #expect(
            told.contains(
                "KOR's own software would not let it accept \(Phrasebook(roadmap.ledger, roadmap.evaluation).name(none.id)):"
            ))
        #expect(told.contains { $0.hasPrefix("contested then: ") })
        let stranger = SupposedSeal(.accept, on: four.id, by: Identifier("JPN")!)
        #expect(lines(roadmap, [stranger], [four.id]).contains { $0.hasPrefix("JPN's seal would not count") })
    }
}
