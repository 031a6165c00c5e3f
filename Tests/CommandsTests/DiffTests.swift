import Agreement
import Commands
import Cryptography
import Foundation
import RoadmapFixtures
import Testing
import Verification

@Suite("syngraph diff")
struct DiffTests {
    private let roadmap: SmallRoadmap
    private let meetings: Instrument
    private let folder: Folder
    private let bundle: String

    init() throws {
        var roadmap = SmallRoadmap()
        meetings = roadmap.amend(
            ["en": "Meetings", "ko": "회의"], by: .dprk,
            changes: [SmallRoadmap.meetings("The parties meet four times a year, in turn in each capital.")])
        self.roadmap = roadmap
        folder = try Folder()
        bundle = try folder.file("a.syngraph", roadmap.bundle)
    }

    private func items(_ words: String...) async throws -> [[String: Any]] {
        let answer = await typed(words: ["diff"] + words + ["--json", "--in", bundle])
        try #require(answer.code == .holds && answer.talk.isEmpty)
        let value = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
        return try #require(value as? [[String: Any]])
    }

    private func text(_ item: [String: Any], without kind: String) throws -> String {
        let segments = try #require(item["segments"] as? [[String: String]])
        return segments.filter { $0["kind"] != kind }.map { $0["text"]! }.joined()
    }

    @Test func `prints exactly the published fields, and both texts in its segments`() async throws {
        let items = try await items("in-force", meetings.id.hex)
        #expect(items.count == 2 && items.allSatisfy { $0["provision"] as? String == "article-2" })
        #expect(items.map { $0["language"] as? String } == ["en", "ko"])
        let english = items[0]
        #expect(
            Set(english.keys) == [
                "provision", "language", "segments", "fate", "number", "heading", "moved", "facts", "author", "coarse",
            ])
        #expect(try text(english, without: "inserted") == "The parties meet twice a year, in turn in each capital.")
        #expect(
            try text(english, without: "deleted") == "The parties meet four times a year, in turn in each capital.")
        let segments = try #require(english["segments"] as? [[String: String]])
        #expect(segments.filter { $0["kind"] != "same" }.map { $0["text"] } == ["twice", "four times"])
        #expect(english["author"] as? String == "PRK" && english["fate"] as? String == "amended")
        #expect(english["moved"] is NSNull)
    }

    @Test func `takes the text in force, one that an instrument makes, and one that it found`() async throws {
        let id = String(meetings.id.hex.prefix(8))
        #expect(try await items("in-force", roadmap.id.hex).isEmpty)
        #expect(try await items("before", id, "in-force").isEmpty)
        #expect(try await items("before", id, id).count == 2)
        let founding = try await items("before", roadmap.id.hex, roadmap.id.hex)
        #expect(founding.allSatisfy { $0["fate"] as? String == "added" })
        #expect(founding.contains { $0["language"] is NSNull && $0["provision"] as? String == "roster/partner" })
        let back = try await items(id, "in-force")
        #expect(try text(back[0], without: "deleted").contains("twice"))
    }

    @Test func `narrows both texts to one provision, and shows the whole where it is asked to`() async throws {
        let id = meetings.id.hex
        #expect(try await items("in-force@article-1", id).isEmpty)
        #expect(try await items("in-force", id + "@article-2").count == 2)
        #expect(try await items("in-force@part-1", id, "--whole").count == 6)
        #expect(try await items("in-force", id, "--language", "ko").map { $0["language"] as? String } == ["ko"])
        let missing = await typed("diff", "in-force@article-9", id, "--in", bundle)
        #expect(missing.code == .noSuchFile)
        let two = await typed("diff", "in-force@article-1", id + "@article-2", "--in", bundle)
        #expect(two.code == .usage)
    }

    @Test func `refuses what names no text`() async {
        for words in [
            ["in-force"], ["in-force", "before"], ["in-force", "abc"], ["in-force", "in-force", "in-force"],
            ["in-force@", "in-force"], ["in-force", "in-force", "--language", "fr"],
            ["in-force", "in-force", "--json", "--markdown"], ["in-force", "in-force", "--author", "X"],
        ] {
            let answer = await typed(words: ["diff"] + words + ["--in", bundle])
            #expect(answer.code == .usage, "\(words)")
        }
        #expect(await typed("diff", "in-force", "00000000", "--in", bundle).code == .noSuchFile)
    }

    @Test func `shows a terminal its colours, never against NO_COLOR, and others readable marks`() async {
        let words = ["diff", "in-force", meetings.id.hex, "--in", bundle]
        let plain = await typed(words: words)
        #expect(plain.output.contains("meet [-twice-]{+four times+} a year"))
        #expect(plain.output.hasSuffix("\n1 provision differs: 1 changed\n"))
        let coloured = await typed(words: words, columns: 80)
        #expect(coloured.output.contains("\u{1B}[31;9mtwice\u{1B}[0m\u{1B}[32;4mfour times\u{1B}[0m"))
        let forbidden = await typed(words: words, environment: ["NO_COLOR": "1"], columns: 80)
        #expect(!forbidden.output.contains("\u{1B}") && forbidden.output.contains("[-twice-]"))
        let same = await typed("diff", "in-force", "in-force", "--in", bundle)
        #expect(same.output == "the two texts are the same, byte for byte\n")
    }

    @Test func `writes Markdown with the party, or who is named, as the author`() async {
        let words = ["diff", "in-force", meetings.id.hex, "--in", bundle, "--markdown", "--language", "en"]
        let answer = await typed(words: words)
        #expect(
            answer.output == """
                ## 2

                The parties meet [twice]{.deletion author="PRK" date="2026-03-01T09:30:00Z"}[four times]{.insertion \
                author="PRK" date="2026-03-01T09:30:00Z"} a year, in turn in each capital\\.

                """)
        let named = await typed(words: words + ["--author", "Legal \"1\""])
        #expect(named.output.contains(#"author="Legal \"1\"""#) && !named.output.contains("PRK"))
    }

    @Test func `has no text of an instrument that could never be in force`() async throws {
        let lost = SmallRoadmap.provision("lost", in: "nowhere", text: ["en": "Words."], order: 1)
        let instrument = try Instrument(
            roadmap: roadmap.id, title: roadmap.founding.title, proposer: Signatory.korea.id,
            salt: [UInt8](repeating: 9, count: 16), languages: roadmap.founding.languages, base: [lost.provision: nil],
            changes: [lost], after: [roadmap.id])
        var ledger = roadmap.ledger
        _ = try ledger.insert(instrument)
        let path = try folder.file("b.syngraph", BundleWriter(ledger, certificates: []).encoded())
        let answer = await typed("diff", "in-force", instrument.id.hex, "--in", path, "--json")
        #expect(answer.code == .invalid)
        #expect(try answer.json["error"] as? String == "ill-formed")
    }
}
