import Commands
import Cryptography
import Foundation
import RoadmapFixtures
import Testing

@Suite("syngraph export --page")
struct ExportPageTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    @Test func `writes the same page of a home and of its bundle`() async throws {
        let roadmap = SmallRoadmap()
        let (ofHome, ofBundle) = (folder.path + "/home.html", folder.path + "/bundle.html")
        let home = await typed("export", "--page", ofHome, "--json", door: MemoryDoor(roadmap: roadmap))
        #expect(home.code == .holds)
        let json = try home.json
        #expect(Set(json.keys) == ["roadmap", "file", "records", "bytes"])
        #expect(json["roadmap"] as? String == roadmap.id.hex)
        let bundle = try folder.file("agreement.syngraph", roadmap.bundle)
        let answer = await typed("export", "--page", ofBundle, "--from", bundle)
        #expect(answer.code == .holds)
        let pages = try [ofHome, ofBundle].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        #expect(pages[0] == pages[1])
        #expect(json["bytes"] as? Int == pages[0].count)
        #expect(String(decoding: pages[0], as: UTF8.self).hasPrefix("<!DOCTYPE html>"))
    }

    @Test func `makes no page of what is no valid bundle, and leaves no file`() async throws {
        let page = folder.path + "/no.html"
        var bytes = SmallRoadmap().bundle
        bytes[bytes.count / 2] ^= 1
        let invalid = await typed("export", "--page", page, "--from", try folder.file("bad.syngraph", bytes))
        #expect(invalid.code == .invalid)
        let foreign = await typed("export", "--page", page, "--from", try folder.file("no.syngraph", [1, 2, 3]))
        #expect(foreign.code == .notOurFormat)
        #expect(!FileManager.default.fileExists(atPath: page))
    }

    @Test func `wants one thing to write`() async {
        let answer = await typed("export", "--page", "a.html", "--out", "b.syngraph")
        #expect(answer.code == .usage)
        #expect(answer.talk.contains("--page FILE"))
    }
}
