import Commands
import Cryptography
import Foundation
import Identity
import NodeRuntime
import Testing

@Suite("syngraph node")
struct NodeVerbTests {
    private let folder: Folder
    private let home: Home

    init() throws {
        folder = try Folder()
        home = Home(path: folder.path + "/second")
    }

    private func type(_ words: String...) async -> Answer { await typed(words: words, isRandom: true, atHome: true) }

    @Test func `new makes a home with the node's key, and with no key of the party's`() async throws {
        let answer = await type("node", "new", "KOR", "--home", home.path, "--json")
        #expect(answer.code == .holds)
        let key = try Home.readKey(at: home.nodeKeyPath) { nil }
        #expect(try answer.json["nodeKey"] as? String == key.publicKey.id.digest.hex)
        #expect(try home.settings() == HomeSettings(party: #require(Identifier("KOR"))))
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.keysPath) == ["node.pem"])
        #expect(PrivateFile.isPrivate(home.keysPath))
        let again = await type("node", "new", "KOR", "--home", home.path, "--json")
        #expect(again.code == .cannotWrite)
        #expect(try again.json["error"] as? String == "already-a-home")
        #expect(try Home.readKey(at: home.nodeKeyPath) { nil }.publicKey == key.publicKey)
    }

    @Test func `reload says that no node runs`() async throws {
        #expect(await type("node", "reload", "--home", home.path).code == .noSuchFile)
        _ = await type("node", "new", "KOR", "--home", home.path)
        let answer = await type("node", "reload", "--home", home.path, "--json")
        #expect(answer.code == .notReached)
        #expect(try answer.json["error"] as? String == "not-reached")
    }

    @Test(arguments: ["KOR", "KOR=", "KOR=node", "KOR=::1:7443", "KOR=node:70000", "K R=node:1"])
    func `run is told whom to dial where`(dial: String) async {
        let answer = await type("node", "run", "--home", home.path, "--dial", dial)
        #expect(answer.code == .usage, "\(answer.talk)")
    }

    @Test func `run refuses settings that say something else, by the file's name`() async throws {
        let stream = try Folder()
        let words = [
            ["party", "new", "EAST", "--home", stream.path + "/east", "--no-passphrase"],
            ["party", "new", "WEST", "--home", stream.path + "/west", "--no-passphrase"],
        ]
        for words in words { #expect(await typed(words: words, isRandom: true, atHome: true).code == .holds) }
        let charter = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Docs/Examples/two.yaml").path
        for card in ["east/EAST.card", "west/WEST.card"] {
            let bytes = try Data(contentsOf: URL(filePath: stream.path + "/" + card))
            try bytes.write(to: URL(filePath: stream.path + "/" + card.split(separator: "/")[1]))
        }
        let east = Home(path: stream.path + "/east")
        #expect(await type("found", charter, "--home", east.path, "--cards", stream.path).code == .holds)
        try Data(#"{"version": 1, "limits": {"frames": 3}}"#.utf8).write(to: URL(filePath: east.operatorSettingsPath))
        let answer = await type("node", "run", "--home", east.path, "--dial-only")
        #expect(answer.code == .notOurFormat)
        #expect(answer.talk.contains("node.json: there is no limit frames; known are frameByteCount"))
    }
}
