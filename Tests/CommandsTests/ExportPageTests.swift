import Commands
import Cryptography
import Foundation
import RoadmapFixtures
import TestSupport
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

    @Test func `writes a page of a proof, which verify takes for what this version writes`() async throws {
        let proof = try #require(Vector.all(of: "provision").first { $0.name == "an-article" })
        let (file, page) = (try folder.file("proof.syngraph", proof.bytes), folder.path + "/proof.html")
        let answer = await typed("export", "--page", page, "--from", file, "--json")
        #expect(answer.code == .holds)
        #expect(try answer.json["records"] as? Int == 4)
        let verified = await typed("verify", page, "--json")
        #expect(verified.code == .holds)
        let pages = try #require(try verified.json["pages"] as? [[String: Any]])
        #expect(pages.first?["asWritten"] as? Bool == true)
        #expect((try verified.json["proofs"] as? [[String: Any]])?.first?["provision"] as? String == "1")
        let again = folder.path + "/again.html"
        #expect(await typed("export", "--page", again, "--from", page).code == .holds)
        #expect(FileManager.default.contentsEqual(atPath: page, andPath: again))
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

@Suite("syngraph verify, of a page")
struct VerifyPageTests {
    private let folder: Folder
    private let roadmap = SmallRoadmap()
    private let page: String

    init() async throws {
        folder = try Folder()
        page = folder.path + "/agreement.html"
        let bundle = try folder.file("agreement.syngraph", roadmap.bundle)
        #expect(await typed("export", "--page", page, "--from", bundle).code == .holds)
    }

    private func changed(_ name: String, _ change: (String) -> String) throws -> String {
        let html = try String(contentsOfFile: page, encoding: .utf8)
        return try folder.file(name, Array(change(html).utf8))
    }

    private func unwrapped(_ answer: Answer) -> String {
        answer.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func pages(_ answer: Answer) throws -> [[String: Any]] {
        try #require(try answer.json["pages"] as? [[String: Any]])
    }

    @Test func `says of it what it says of its bundle, and that it is as this version writes it`() async throws {
        let bundle = folder.path + "/agreement.syngraph"
        let (ofPage, ofBundle) = (await typed("verify", page, "--json"), await typed("verify", bundle, "--json"))
        #expect(ofPage.code == .holds && ofBundle.code == .holds)
        var (one, other) = (try ofPage.json, try ofBundle.json)
        let read = try #require((one.removeValue(forKey: "pages") as? [[String: Any]])?.first)
        #expect(read["file"] as? String == page && read["asWritten"] as? Bool == true)
        #expect((other.removeValue(forKey: "pages") as? [Any])?.isEmpty == true)
        #expect(one as NSDictionary == other as NSDictionary)
        let spoken = await typed("verify", page, columns: 200)
        #expect(
            unwrapped(spoken).contains("agreement.html is a page, and is letter for letter what this version writes"))
        #expect(await typed("verify", page, page).code == .holds)
    }

    @Test func `warns of one that shows something else, whatever its bundle's verdict`() async throws {
        let other = try changed("other.html") { $0.replacingOccurrences(of: "<h1>", with: "<h1>Not the ") }
        let answer = await typed("verify", other, "--json")
        #expect(answer.code == .holds)
        #expect(try pages(answer).first?["asWritten"] as? Bool == false)
        let spoken = await typed("verify", other, columns: 200)
        #expect(unwrapped(spoken).contains("do not go by what it shows"))
        #expect(spoken.talk.contains("syngraph show --in"))
    }

    @Test func `refuses the bundle in it as it would outside, and says nothing of the page then`() async throws {
        var bytes = roadmap.bundle
        bytes[bytes.count / 2] ^= 1
        let (good, bad) = (Data(roadmap.bundle).base64EncodedString(), Data(bytes).base64EncodedString())
        let invalid = try changed("bad.html") { html in
            let line = "id=\"bundle\">\n"
            let start = html.range(of: line)!.upperBound
            let end = html.range(of: "</script>", range: start..<html.endIndex)!.lowerBound
            #expect(html[start..<end].filter { !$0.isNewline } == good)
            return html.replacingCharacters(in: start..<end, with: bad + "\n")
        }
        let answer = await typed("verify", invalid, "--json")
        #expect(answer.code == .invalid)
        let refusal = try #require(try answer.json["refusal"] as? [String: Any])
        #expect(refusal["file"] as? String == invalid)
        #expect(try pages(answer).first?["asWritten"] is NSNull)
    }

    @Test func `answers 65 for a page without a bundle, with two, and with something else in its place`() async throws {
        let line = "<script type=\"application/vnd.syngraph.bundle\" id=\"bundle\">\n"
        let files = [
            try folder.file("letter.html", Array("<html>Dear all</html>".utf8)),
            try changed("two.html") { $0 + line + "AAAA\n</script>\n" },
            try changed("cut.html") { String($0[..<$0.range(of: line)!.upperBound]) },
            try changed("letters.html") { $0.replacingOccurrences(of: line, with: line + "A-\n") },
            try changed("none.html") { _ in line + "AAAA\n</script>\n" },
        ]
        for file in files {
            let answer = await typed("verify", file, "--json")
            #expect(answer.code == .notOurFormat, "\(file)")
            #expect(try answer.json["error"] as? String == "not-a-bundle", "\(file)")
        }
    }

    @Test func `is read by whoever reads a bundle`() async throws {
        let shown = await typed("show", "--in", page, "--json")
        #expect(shown.code == .holds)
        #expect(shown.output == (await typed("show", "--in", folder.path + "/agreement.syngraph", "--json")).output)
        let again = folder.path + "/again.html"
        #expect(await typed("export", "--page", again, "--from", page).code == .holds)
        #expect(try Data(contentsOf: URL(filePath: again)) == Data(contentsOf: URL(filePath: page)))
        #expect(
            await typed("prove", "purpose", "--from", page, "--out", folder.path + "/p.syngraph").code != .notOurFormat)
    }
}
