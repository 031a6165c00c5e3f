import Agreement
import Commands
import Cryptography
import Foundation
import Identity
import RoadmapFixtures
import Testing

@Suite("syngraph verify")
struct VerifyTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func file(_ roadmap: SmallRoadmap) throws -> String {
        try folder.file("agreement.syngraph", roadmap.bundle)
    }

    @Test func `answers 0 for a file that holds, with exactly the published fields`() async throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        for signatory in Signatory.all { roadmap.seal(hotline.id, by: signatory) }
        roadmap.confirm(by: .china)
        let answer = await typed(
            "verify", try file(roadmap), "--roadmap", roadmap.id.hex, "--require", String(hotline.id.hex.prefix(8)),
            "--json")
        #expect(answer.code == .holds)
        let json = try answer.json
        #expect(
            Set(json.keys) == [
                "verdict", "lacking", "evidence", "accusations", "refusal", "roadmap", "roadmapChecked", "stateRoot",
                "perfectedRoot", "perfected", "inForce", "contested", "instruments", "parties", "records", "signatures",
                "required", "concordance", "proofs", "asOf", "pages",
            ])
        #expect(json["verdict"] as? String == "valid")
        #expect(json["refusal"] is NSNull)
        #expect(json["roadmapChecked"] as? Bool == true)
        #expect(json["stateRoot"] as? String == StateRoots(of: roadmap.evaluation).inForce.hex)
        #expect(json["inForce"] as? [String] == [roadmap.id, hotline.id].sorted().map(\.hex))
        #expect(json["records"] as? Int == 9)
        #expect(json["signatures"] as? Int == 7)
        let required = try #require((json["required"] as? [[String: Any]])?.first)
        #expect(required["id"] as? String == hotline.id.hex && required["inForce"] as? Bool == true)
        let instrument = try #require(
            (json["instruments"] as? [[String: Any]])?.first { $0["id"] as? String == hotline.id.hex })
        #expect(
            Set(instrument.keys) == ["id", "title", "titles", "state", "missing", "illFormed", "closes", "endedBy"])
        #expect(instrument["title"] as? String == "Hotline")
        #expect(instrument["titles"] as? [String: String] == ["en": "Hotline", "ko": "직통전화"])
        #expect(instrument["state"] as? String == "in-force")
        let china = try #require((json["parties"] as? [[String: Any]])?.first)
        #expect(china["id"] as? String == "CHN" && china["standings"] as? [String] == ["partner"])
        let state = try #require(china["state"] as? [String: Any])
        #expect(state["agrees"] as? Bool == true && state["at"] as? String == "2026-03-01T09:30:00Z")
    }

    @Test func `answers 1 while what was required is not in force`() async throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        roadmap.seal(hotline.id, by: .korea)
        let answer = await typed("verify", try file(roadmap), "--require", hotline.id.hex, "--json")
        #expect(answer.code == .notSo)
        let instrument = try #require(
            (try answer.json["instruments"] as? [[String: Any]])?.first { $0["id"] as? String == hotline.id.hex })
        let missing = try #require(instrument["missing"] as? [String: Any])
        #expect(missing["parties"] as? [String] == ["CHN", "PRK"])
        let absent = await typed("verify", try file(roadmap), "--require", Digest(of: [1]).hex)
        #expect(absent.code == .notSo)
        #expect(absent.output.contains("not in force"))
    }

    @Test func `answers 1 for an incomplete file, and names what it lacks`() async throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        let guarantee = roadmap.draft(["en": "Guarantee"], changes: [SmallRoadmap.guarantee])
        roadmap.seal(hotline.id, by: .dprk, provided: [guarantee.id])
        let answer = await typed("verify", try file(roadmap), "--json")
        #expect(answer.code == .notSo)
        #expect(try answer.json["verdict"] as? String == "incomplete")
        #expect(try answer.json["lacking"] as? [String] == [guarantee.id.hex])
    }

    @Test func `answers 3 for a file that proves a lie, and names the liar`() async throws {
        var roadmap = SmallRoadmap()
        for text in ["Three times a year.", "Never."] {
            let amendment = roadmap.amend(["en": text], changes: [SmallRoadmap.meetings(text)])
            roadmap.seal(amendment.id, by: .dprk)
        }
        let answer = await typed("verify", try file(roadmap), "--json")
        #expect(answer.code == .provesLie)
        let evidence = try #require((try answer.json["evidence"] as? [[String: Any]])?.first)
        #expect(evidence["party"] as? String == "PRK" && evidence["kind"] as? String == "incoherent-seals")
        let spoken = await typed("verify", try file(roadmap))
        #expect(spoken.output.contains("proof of a lie"))
    }

    @Test func `answers 2 for a file that was tampered with, and says where`() async throws {
        var bytes = SmallRoadmap().bundle
        bytes[bytes.count / 2] ^= 1
        let path = try folder.file("tampered.syngraph", bytes)
        let answer = await typed("verify", path, "--json")
        #expect(answer.code == .invalid)
        let refusal = try #require(try answer.json["refusal"] as? [String: Any])
        #expect(Set(refusal.keys) == ["file", "record", "offset", "code", "message"])
        #expect(try answer.json["stateRoot"] is NSNull)
        let spoken = await typed("verify", path)
        #expect(spoken.code == .invalid && spoken.output.contains("invalid: "))
    }

    @Test func `answers 2 for another roadmap than the one asked for`() async throws {
        let answer = await typed("verify", try file(SmallRoadmap()), "--roadmap", Digest(of: []).hex, "--json")
        #expect(answer.code == .invalid)
        #expect((try answer.json["refusal"] as? [String: Any])?["code"] as? String == "not-the-roadmap-asked-for")
    }

    @Test func `answers 65 for what is no bundle and 66 for no file, with an object all the same`() async throws {
        let other = await typed("verify", try folder.file("letter.txt", Array("Dear all".utf8)), "--json")
        #expect(other.code == .notOurFormat)
        #expect(try other.json["error"] as? String == "not-a-bundle")
        let none = await typed("verify", folder.path + "/nothing.syngraph", "--json")
        #expect(none.code == .noSuchFile)
        #expect(try none.json["error"] as? String == "no-such-file")
        #expect(try none.json["message"] is String)
        let home = await typed("verify", folder.path, "--json")
        #expect(home.code == .noSuchFile)
        #expect(try home.json["error"] as? String == "folder")
    }

    @Test func `answers 64 for a command line that it does not understand`() async throws {
        for words in [["verify"], ["verify", "a", "--roadmap", "3fd2a1c0"], ["verify", "a", "--what"]] {
            let answer = await typed(words: words)
            #expect(answer.code == .usage, "\(words)")
            #expect(answer.output.isEmpty && answer.talk.hasPrefix("syngraph: "))
        }
    }

    @Test func `lets nothing that a party wrote command the terminal`() async throws {
        var roadmap = SmallRoadmap(title: "Peace\u{1B}[2J\u{202E}\ninvalid")
        roadmap.amend(["en": "\u{9B}31mHotline\r"], changes: [SmallRoadmap.hotline])
        for words in [["--details"], ["--json"], []] {
            let answer = await typed(words: ["verify", try file(roadmap)] + words)
            let commands: Set<Unicode.Scalar> = ["\u{1B}", "\u{9B}", "\r", "\u{202E}"]
            #expect(answer.output.unicodeScalars.allSatisfy { !commands.contains($0) })
            #expect(!answer.output.contains("\ninvalid"))
        }
    }

    @Test func `colours only a terminal, and never against NO_COLOR`() async throws {
        let path = try file(SmallRoadmap())
        #expect(await !typed("verify", path).output.contains("\u{1B}"))
        #expect(await typed("verify", path, columns: 80).output.contains("\u{1B}["))
        #expect(await !typed("verify", path, environment: ["NO_COLOR": "1"], columns: 80).output.contains("\u{1B}"))
    }

    @Test func `tells a person what holds, for whom, and what waits`() async throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        roadmap.seal(hotline.id, by: .korea)
        roadmap.confirm(by: .china)
        let answer = await typed("verify", try file(roadmap), "--details")
        #expect(answer.output.hasPrefix("some roadmap that calls itself “Roadmap for a small peninsula”: valid\n"))
        #expect(answer.output.contains("CHN and PRK: seal it, or say no to it"))
        #expect(answer.talk.contains("compare the roadmap's id"))
    }
}
