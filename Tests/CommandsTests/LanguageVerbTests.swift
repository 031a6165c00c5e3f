import Agreement
import Commands
import Cryptography
import Foundation
import RoadmapFixtures
import Testing

@Suite("syngraph concord")
struct ConcordVerbTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func charter(_ english: String, _ french: String) throws -> String {
        try folder.file(
            "charter.yaml",
            Array(
                """
                syngraph: charter/1
                title: { en: T, fr: T }
                languages: [en, fr]
                proposer: P1
                parties: [P1]
                standings: { all: [P1] }
                rules:
                  text: { need: all, of: all }
                  roster: { need: all, of: all }
                  rule: { need: all, of: all }
                  party: { need: all, of: all }
                provisions:
                  - id: stay
                    kind: article
                    class: text
                    text: { en: "\(english)", fr: "\(french)" }

                """.utf8))
    }

    @Test func `prints of a charter exactly the published fields, and points out a figure that differs`() async throws {
        let path = try charter("Within 60 days.", "Dans les 90 jours.")
        let answer = await typed("concord", "--charter", path, "--json")
        #expect(answer.code == .holds && answer.talk.isEmpty)
        let json = try answer.json
        #expect(Set(json.keys) == ["text", "languages", "provisions", "findings", "notRead"])
        #expect(json["provisions"] as? Int == 1 && json["languages"] as? [String] == ["en", "fr"])
        let findings = try #require(json["findings"] as? [[String: Any]])
        #expect(findings.map { $0["subject"] as? String } == ["60", "90"])
        let first = try #require(findings.first)
        #expect(Set(first.keys) == ["provision", "field", "kind", "subject", "counts", "message"])
        #expect(first["counts"] as? [String: Int] == ["en": 1, "fr": 0] && first["kind"] as? String == "figure")
        #expect(first["message"] as? String == "the figure 60 is there in en, and not in fr")
    }

    @Test func `says that there is nothing to point out, and what it does not look at`() async throws {
        let answer = await typed("concord", "--charter", try charter("1. Within 60 days.", "1) Dans les 60 jours."))
        #expect(answer.output == "1 provision with words in en and fr: nothing to point out\n")
        #expect(answer.talk.hasPrefix("numbers written in words are not read"))
    }

    @Test func `reads the text in force, or one that an instrument makes`() async throws {
        var roadmap = SmallRoadmap()
        let meetings = roadmap.amend(
            ["en": "Meetings", "ko": "회의"], changes: [SmallRoadmap.meetings("The parties meet 4 times a year.")])
        let bundle = try folder.file("a.syngraph", roadmap.bundle)
        #expect(await typed("concord", "--in", bundle).output.hasSuffix(": nothing to point out\n"))
        let offered = await typed("concord", meetings.id.hex, "--in", bundle)
        #expect(offered.output.hasPrefix("article-2\n  the figure 4 is there in en, and not in ko\n"))
        #expect(await typed("concord", "in-force", "in-force", "--in", bundle).code == .usage)
        #expect(await typed("concord", "in-force", "--charter", "x.yaml").code == .usage)
    }
}

@Suite("syngraph charter from")
struct CharterFromTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func file(_ name: String, _ text: String) throws -> String { try folder.file(name, Array(text.utf8)) }

    @Test func `writes a charter, and prints exactly the published fields`() async throws {
        let english = try file("pact-en.txt", "Pact\n\nArticle 1\nPeace\u{200B} holds.\n")
        let french = try file("pacte.txt", "Pacte\n\nArticle premier\nLa paix tient.\n\nArticle 2\nFin.\n")
        let out = folder.path + "/pact.yaml"
        let answer = await typed(
            "charter", "from", english, "fr=" + french, "--parties", "EAST, WEST", "--out", out, "--json")
        #expect(answer.code == .holds)
        let json = try answer.json
        #expect(Set(json.keys) == ["file", "languages", "provisions", "articles", "remarks", "characters"])
        #expect(json["languages"] as? [String] == ["en", "fr"] && json["articles"] as? Int == 2)
        let remarks = try #require(json["remarks"] as? [[String: Any]])
        #expect(remarks.map { $0["kind"] as? String } == ["character", "missing", "missing"])
        #expect(Set(remarks[0].keys) == ["provision", "language", "kind", "message"])
        let characters = try #require(json["characters"] as? [String: [String: Int]])
        #expect(characters["en"]?["removed"] == 1 && characters["fr"]?["removed"] == 0)
        #expect(await typed("rules", out).code == .holds)
        #expect(await typed("concord", "--charter", out).output.contains("article-2"))
    }

    @Test func `is refused what it cannot take, and writes nothing then`() async throws {
        let out = folder.path + "/none.yaml"
        let words = try file("words.txt", "Just words.")
        let object = try file("object.json", "{\"a\": 1}")
        for (arguments, code) in [
            (["en=" + words], ExitCode.notOurFormat), ([object], .notOurFormat), ([words], .usage),
            (["en=" + words + "x"], .noSuchFile),
        ] {
            let answer = await typed(words: ["charter", "from"] + arguments + ["--parties", "EAST", "--out", out])
            #expect(answer.code == code, "\(arguments)")
        }
        for parties in ["", "EAST,EAST", "EA ST"] {
            let answer = await typed("charter", "from", "en=" + words, "--parties", parties, "--out", out)
            #expect(answer.code == .usage, "\(parties)")
        }
        #expect(!FileManager.default.fileExists(atPath: out))
    }
}
