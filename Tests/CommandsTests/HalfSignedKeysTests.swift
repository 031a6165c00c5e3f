import Agreement
import Commands
import Cryptography
import Foundation
import Identity
import Testing
import Verification

@Suite("A change of keys that is half signed")
struct HalfSignedKeysTests {
    /// TOWN's next keys and one seal key are elsewhere.
    private func stream() async throws -> Stream {
        try await Stream(town: "--seal-keys", "2", "--threshold", "2")
    }

    private func sign(_ file: String, to out: String, _ keys: String...) async -> Answer {
        await typed(
            words: ["sign", file, "--out", out, "--yes", "--json"] + keys.flatMap { ["--key", $0] }, isRandom: true)
    }

    @Test func `is never published, and goes on from one key to the next`() async throws {
        let stream = try await stream()
        let file = { (name: String) in "\(stream.folder.path)/\(name)" }
        let before = try stream.files("TOWN")
        let asked = await stream.at(
            "TOWN", "party", "rotate", "--key", stream.key("TOWN", "seal-1"), "--request", file("asked"), "--yes",
            "--json")
        try #require(asked.code == .holds, "\(asked.talk)")
        #expect(try asked.json["authority"] is NSNull && asked.json["lacks"] is String)
        for party in ["TOWN", "MILL"] {
            let taken = await stream.at(party, "import", file("asked"), "--json")
            if party == "TOWN" {
                #expect(try stream.text(taken, "error") == "below-threshold" && taken.code == .notYours)
            } else {
                let statement = try stream.text(asked, "statement")
                #expect(try taken.json["leftOut"] as? [String] == [statement])
            }
        }
        let held = try stream.files("TOWN").filter { !$0.key.hasPrefix("pending-") }
        #expect(held == before, "the keys of now stay until it is good")
        let signed = await sign(file("asked"), to: file("signed"), stream.key("TOWN", "seal-2"))
        #expect(try signed.json["authority"] as? String == "seal" && signed.json["lacks"] is NSNull)
        #expect(await stream.at("TOWN", "import", file("signed")).code == .holds)
        let after = try stream.files("TOWN")
        #expect(after["seal-1.pem"] == before["next-seal-1.pem"] && after["seal-2.pem"] == before["next-seal-2.pem"])
        #expect(await stream.at("TOWN", "party", "rotate", "--yes").code == .holds, "with the new keys")
    }

    @Test func `is signed by its keys alone, and by none beside a good one`() async throws {
        let stream = try await stream()
        let file = { (name: String) in "\(stream.folder.path)/\(name)" }
        #expect(
            await stream.at(
                "TOWN", "party", "freeze", "--key", stream.key("TOWN", "seal-1"), "--request", file("asked"), "--yes"
            ).code == .holds)
        let foreign = await sign(file("asked"), to: file("x"), stream.key("MILL", "seal-1"))
        #expect(try stream.text(foreign, "error") == "unknown-key" && foreign.code == .notYours)
        let nothing = await sign(file("invitation"), to: file("x"), stream.key("TOWN", "seal-2"))
        #expect(try stream.text(nothing, "error") == "no-request" && nothing.code == .notOurFormat)
        // Meanwhile the keys are changed; whoever holds both files signs no second change of the same record.
        let official = try #require(try stream.files("TOWN")["seal-2.pem"])
        let old = try stream.folder.file("official.pem", official)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: old)
        #expect(await stream.at("TOWN", "party", "rotate", "--yes").code == .holds)
        #expect(
            await stream.at("TOWN", "export", "--out", file("now")).code == .holds)
        let both = try await merged(file("asked"), file("now"), into: file("both"), stream)
        let fork = await sign(both, to: file("x"), old)
        #expect(try stream.text(fork, "error") == "forked-keys" && fork.code == .notYours)
        #expect(!FileManager.default.fileExists(atPath: file("x")))
    }

    /// A bundle of all that two hold.
    private func merged(_ one: String, _ other: String, into out: String, _ stream: Stream) async throws -> String {
        var ledger = try BundleContents([UInt8](Data(contentsOf: URL(fileURLWithPath: one)))).ledger
        let more = try BundleContents([UInt8](Data(contentsOf: URL(fileURLWithPath: other)))).ledger
        for onRecord in more.keyChains.statements.values {
            for signed in onRecord.signatures.values { try ledger.insertKeyStatement(signed) }
        }
        try Data(BundleWriter(ledger).encoded()).write(to: URL(fileURLWithPath: out))
        return out
    }

    @Test func `needs a key that may sign it`() async throws {
        let stream = try await stream()
        let keys = try FileManager.default.contentsOfDirectory(atPath: "\(stream.home("TOWN"))/keys")
        for name in keys where name.hasPrefix("seal-") {
            try FileManager.default.removeItem(atPath: "\(stream.home("TOWN"))/keys/\(name)")
        }
        let frozen = await stream.at(
            "TOWN", "party", "freeze", "--request", "\(stream.folder.path)/r", "--yes", "--json")
        #expect(try stream.text(frozen, "error") == "no-signature" && frozen.code == .notYours)
        let few = await stream.at("TOWN", "party", "freeze", "--yes", "--json")
        #expect(try stream.text(few, "error") == "below-threshold")
    }
}
