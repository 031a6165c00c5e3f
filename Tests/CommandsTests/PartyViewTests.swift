import Agreement
import CanonicalEncoding
import Commands
import Cryptography
import Foundation
import Identity
import RoadmapFixtures
import Testing

@Suite("syngraph inbox")
struct InboxTests {
    @Test func `tells what waits, and what is new until it is marked as seen`() async throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], by: .dprk, changes: [SmallRoadmap.hotline])
        let folder = try Folder()
        func inbox(_ words: String...) async -> Answer {
            await typed(
                words: ["inbox", "--home", folder.path] + words, door: MemoryDoor(roadmap: roadmap))
        }
        let first = await inbox()
        #expect(first.output.contains("“Hotline”") && first.output.contains("your verdict is asked"))
        #expect(first.talk.contains("everything is new"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/seen"))
        #expect(await inbox("--seen").code == .holds)
        #expect(await inbox().output.contains("nothing is new since 2026-03-01T09:30:00Z"))
        roadmap.seal(hotline.id, by: .china)
        roadmap.seal(hotline.id, by: .dprk)
        for _ in 0..<2 {
            let later = await inbox().output
            #expect(later.contains("your acceptance is all the consent that it lacks"))
            #expect(later.contains("unsealed → sealed") && later.contains("CHN accepted “Hotline”"))
        }
        let json = try await inbox("--json").json
        #expect(Set(json.keys) == ["party", "matters", "leaving", "since", "news"])
        let matter = try #require((json["matters"] as? [[String: Any]])?.first)
        #expect(
            Set(matter.keys) == [
                "instrument", "kind", "completes", "instruments", "parties", "seals", "objections", "deadlines",
            ])
        #expect(matter["completes"] as? Bool == true && matter["kind"] as? String == "verdict")
        #expect(((json["news"] as? [String: Any])?["seals"] as? [String])?.count == 2)
        #expect(await inbox("--seen").code == .holds)
        #expect(await inbox().output.contains("nothing is new since"))
    }

    @Test func `refuses a mark that this program did not write, and forgets one of another roadmap`() async throws {
        let folder = try Folder()
        let door = MemoryDoor(roadmap: SmallRoadmap())
        _ = try folder.file(
            "seen", Array("syngraph/seen/1 \(SmallRoadmap().id.hex) 12\nunheard \(SmallRoadmap().id.hex)\n".utf8))
        #expect(await typed("inbox", "--home", folder.path, door: door).code == .notOurFormat)
        let other = Digest(of: "another".utf8).hex
        _ = try folder.file("seen", Array("syngraph/seen/1 \(other) 12\n".utf8))
        #expect(await typed("inbox", "--home", folder.path, door: door).talk.contains("everything is new"))
    }
}

@Suite("syngraph bound")
struct BoundTests {
    @Test func `tells of each party what binds it, and what it will refuse`() async throws {
        var roadmap = SmallRoadmap()
        let four = roadmap.amend(["en": "Four"], changes: [SmallRoadmap.meetings("Four meetings a year.")])
        let none = roadmap.amend(["en": "None"], changes: [SmallRoadmap.meetings("No meetings.")])
        roadmap.seal(four.id, by: .dprk)
        let door = MemoryDoor(roadmap: roadmap)
        let told = await typed("bound", "PRK", door: door)
        #expect(told.output.hasPrefix("PRK: key-state\n  in force, and accepted\n"))
        #expect(told.output.contains("committed to, and not in force\n    - “Four”"))
        #expect(told.output.contains("will therefore refuse\n    - “None”"))
        let json = try await typed("bound", "--json", door: door).json
        let parties = try #require(json["parties"] as? [[String: Any]])
        #expect(parties.compactMap { $0["party"] as? String } == ["CHN", "KOR", "PRK"])
        let refuses = try #require(parties[2]["refuses"] as? [[String: Any]])
        #expect(refuses.map { $0["instrument"] as? String } == [none.id.hex])
        #expect((parties[0]["refuses"] as? [Any])?.isEmpty == true)
        #expect(await typed("bound", "JPN", door: door).code == .noSuchFile)
    }
}

@Suite("The text with its dates and corrections")
struct DatedTextTests {
    private func roadmap() -> SmallRoadmap {
        var roadmap = SmallRoadmap()
        let rule = roadmap.amend(
            ["en": "Rule", "ko": "규칙"],
            changes: [
                Instrument.Change(
                    Identifier("rule/correction")!,
                    Content(.rule(.need(.majority, of: [Identifier("key-state")!], counting: .accept))))
            ])
        for signatory in Signatory.all { roadmap.seal(rule.id, by: signatory) }
        let dated = roadmap.amend(
            ["en": "Dated", "ko": "날짜"],
            changes: [
                Instrument.Change(
                    Identifier("article-5")!,
                    Content(
                        kind: Identifier("article")!, provisionClass: Identifier("procedure")!,
                        parent: Identifier("part-1")!, order: [5], text: words(["en": "Later.", "ko": "나중."]),
                        attributes: [Identifier("appliesFrom")!: .text("2030-01-01")])),
                Instrument.Change(
                    Identifier("c1")!,
                    Content(
                        kind: Correction.name, provisionClass: Correction.name, parent: Identifier("article-2")!,
                        order: [1],
                        attributes: Correction(
                            language: Identifier("en")!, misprint: "in turn in", reads: "by turns in"
                        ).attributes)),
            ])
        for signatory in Signatory.all { roadmap.seal(dated.id, by: signatory) }
        return roadmap
    }

    @Test func `shows a correction in its article, marked, and where it comes from`() async throws {
        let door = MemoryDoor(roadmap: roadmap())
        let shown = await typed("show", "article-2", "--language", "en", columns: 100, door: door).output
            .replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(shown.contains("by turns in") && shown.contains("in turn in"))
        #expect(shown.contains("corrected (en): for “in turn in” read “by turns in”, by “Dated”"))
        #expect(!shown.contains("misprint:"))
        let json = try await typed("show", "article-2", "--json", door: door).json
        let provision = try #require((json["provisions"] as? [[String: Any]])?.first)
        #expect((provision["text"] as? [String: String])?["en"]?.contains("in turn in") == true)
        #expect((provision["corrected"] as? [String: String])?["en"]?.contains("by turns in") == true)
        let corrections = try #require(provision["corrections"] as? [[String: Any]])
        #expect(corrections.map { $0["fate"] as? String } == ["applied"])
        #expect(provision["applies"] is NSNull)
    }

    @Test func `says what applies on a day, by whose words, and that no clock decides`() async throws {
        let door = MemoryDoor(roadmap: roadmap())
        let early = await typed("show", "article-5", "--as-of", "2029-12-31", door: door)
        #expect(early.output.contains("does not apply yet on 2029-12-31: from 2030-01-01"))
        #expect(early.talk.contains("words of the text, and no clock decides"))
        let json = try await typed("show", "--as-of", "2030-01-01", "--json", door: door).json
        let applies = try #require(json["provisions"] as? [[String: Any]]).filter { $0["applies"] is [String: Any] }
        #expect(applies.map { $0["id"] as? String } == ["article-5"])
        #expect((applies[0]["applies"] as? [String: Any])?["word"] as? String == "applies")
        #expect(await typed("show", "--as-of", "2030-02-30", door: door).code == .usage)
        #expect(await typed("show", "--as-of", "2030-01-01", "--instrument", "00000000", door: door).code == .usage)
    }
}
