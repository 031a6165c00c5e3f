import Agreement
import CanonicalEncoding
import Commands
import Cryptography
import Foundation
import Identity
import NodeLogic
import NodeRuntime
import Testing

@Suite("A change of keys at a party's home")
struct KeyLifeTests {
    @Test func `puts new keys in the places of the old, and keeps those`() async throws {
        let stream = try await Stream()
        let before = try stream.files("TOWN")
        let answer = await stream.at("TOWN", "party", "rotate", "--yes", "--json", "--new-node")
        try #require(answer.code == .holds, "\(answer.talk)")
        let statement = try stream.text(answer, "statement")
        let after = try stream.files("TOWN")
        #expect(after["seal-1.pem"] == before["next-seal-1.pem"], "the next key is the seal key now")
        #expect(after["recovery-1.pem"] == before["recovery-1.pem"])
        for name in ["next-seal-1.pem", "node.pem"] { #expect(after[name] != before[name] && after[name] != nil) }
        for name in ["seal-1.pem", "seal-1.pem.sealed", "node.pem"] {
            #expect(after["before-\(statement)/\(name)"] == before[name], "\(name)")
        }
        #expect(after["before-\(statement)/next-seal-1.pem"] == nil, "it is in use")
        #expect(!after.keys.contains { $0.hasPrefix("pending") })
        let json = try answer.json
        #expect(json["version"] as? Int == 1 && json["authority"] as? String == "seal")
        #expect((json["acknowledges"] as? [String])?.count == 1 && (json["disputes"] as? [String]) == [])
        let shown = await stream.at("TOWN", "key", "show", "--json")
        let keys = try #require(shown.json["keys"] as? [[String: Any]])
        let ids = ["nodeKeys", "sealKeys", "recoveryKeys"].flatMap { json[$0] as? [String] ?? [] }
        #expect(keys.compactMap { $0["id"] as? String } == ids)
    }

    @Test func `leaves nothing behind when nobody says yes, or it is refused`() async throws {
        let stream = try await Stream()
        let before = try stream.files("TOWN")
        let asked = await stream.at("TOWN", "party", "rotate")
        #expect(asked.code == .usage && asked.talk.contains("commits to its next keys"))
        let failed = await stream.at("TOWN", "party", "rotate", "--yes", inTheClear: false)
        #expect(failed.code == .usage && failed.talk.contains("--no-passphrase"))
        #expect(try stream.files("TOWN") == before)
    }

    @Test func `is refused by keys that are none of the party's of now`() async throws {
        let stream = try await Stream()
        let foreign = await stream.at(
            "TOWN", "party", "rotate", "--key", stream.key("MILL", "seal-1"), "--yes", "--json")
        #expect(foreign.code == .notYours)
        #expect(try stream.text(foreign, "error") == "unknown-key")
        #expect(await stream.at("TOWN", "party", "rotate", "--yes").code == .holds)
        let before = try #require(
            try stream.files("TOWN").keys.first { $0.hasPrefix("before-") && $0.hasSuffix("/seal-1.pem") })
        let old = await stream.at(
            "TOWN", "party", "freeze", "--key", "\(stream.home("TOWN"))/keys/\(before)", "--yes", "--json")
        #expect(try stream.text(old, "error") == "unknown-key" && old.code == .notYours)
        let recovery = await stream.at(
            "TOWN", "party", "recover", "--key", stream.key("TOWN", "seal-1"), "--yes", "--json")
        #expect(try stream.text(recovery, "error") == "unknown-key" && recovery.code == .notYours)
    }

    @Test func `keeps to the seal keys that were committed to, or goes by the recovery keys`() async throws {
        let stream = try await Stream()
        for words in [["--seal-keys", "1"], ["--seal-key", stream.key("MILL", "next-seal-1")], ["--keep-seal-keys"]] {
            let other = await typed(
                words: ["party", "rotate", "--home", stream.home("TOWN"), "--yes", "--json", "--no-passphrase"] + words,
                isRandom: true, atHome: true)
            #expect(try stream.text(other, "error") == "not-the-next-keys" && other.code == .notYours, "\(words)")
        }
        let safe = "\(stream.folder.path)/safe.pem"
        try FileManager.default.moveItem(atPath: stream.key("TOWN", "next-seal-1"), toPath: safe)
        let gone = await stream.at("TOWN", "party", "rotate", "--yes", "--json")
        #expect(try stream.text(gone, "error") == "next-keys-needed")
        #expect(await stream.at("TOWN", "party", "recover", "--keep-seal-keys", "--yes").code == .holds)
        #expect(await stream.at("TOWN", "party", "rotate", "--seal-key", safe, "--yes").code == .holds)
        let half = try #require(try stream.files("TOWN")["seal-1.pem"])
        #expect(String(decoding: half, as: UTF8.self).contains("BEGIN PUBLIC KEY"), "it lives elsewhere")
    }

    @Test func `takes as many keys as the threshold, and one key once`() async throws {
        let stream = try await Stream(town: "--seal-keys", "3", "--threshold", "2")
        let one = stream.key("TOWN", "seal-1")
        let few = await stream.at("TOWN", "party", "rotate", "--key", one, "--yes", "--json")
        #expect(try stream.text(few, "error") == "below-threshold" && few.code == .notYours)
        #expect(await stream.at("TOWN", "party", "rotate", "--key", one, "--key", one, "--yes").code == .usage)
        let done = await stream.at("TOWN", "party", "rotate", "--yes", "--json")
        #expect(try done.json["threshold"] as? Int == 2)
        #expect((try done.json["sealKeys"] as? [String])?.count == 3)
    }

    @Test func `is none that a frozen party's seal keys make, nor one that changes nothing`() async throws {
        let stream = try await Stream()
        let frozen = await stream.at("TOWN", "party", "freeze", "--yes", "--json")
        #expect(frozen.code == .holds)
        #expect(try frozen.json["frozen"] as? Bool == true && frozen.json["threshold"] as? Int == 0)
        let rotated = await stream.at("TOWN", "party", "rotate", "--yes", "--json")
        #expect(try stream.text(rotated, "error") == "frozen-keys" && rotated.code == .notYours)
        let again = await stream.at("TOWN", "party", "freeze", "--yes", "--json")
        #expect(try stream.text(again, "error") == "frozen-keys" && again.code == .notSo)
        let recovered = await stream.at("TOWN", "party", "recover", "--yes", "--json")
        #expect(try recovered.json["version"] as? Int == 2 && recovered.json["authority"] as? String == "recovery")
        #expect((try recovered.json["overrules"] as? [String]) == [], "it stands on the freeze")
    }

    @Test func `is for a party that the text in force has a record of`() async throws {
        let stream = try await Stream()
        let north = "\(stream.folder.path)/NORTH"
        #expect(
            await typed(
                words: ["party", "new", "NORTH", "--home", north, "--no-passphrase"], isRandom: true, atHome: true
            ).code == .holds)
        #expect(
            await stream.at("NORTH", "join", "\(stream.folder.path)/invitation", "--roadmap", stream.roadmap).code
                == .holds)
        for verb in ["rotate", "freeze", "recover"] {
            let answer = await stream.at("NORTH", "party", verb, "--yes", "--json")
            #expect(try stream.text(answer, "error") == "no-record" && answer.code == .notYours, "\(verb)")
        }
    }

    @Test func `without recovery keys is left to the others once the seal keys are gone`() async throws {
        let stream = try await Stream(town: "--recovery-keys", "0")
        let answer = await stream.at("TOWN", "party", "recover", "--yes", "--json")
        #expect(try stream.text(answer, "error") == "no-recovery-keys")
        #expect(await stream.at("TOWN", "party", "freeze").talk.contains("beware: it has no recovery keys"))
    }

    @Test func `takes the place of a thief's, and of no recovery`() async throws {
        let stream = try await Stream()
        let theft = try stream.text(await stream.at("TOWN", "party", "rotate", "--yes", "--json"), "statement")
        // The thief left the recovery keys as they are: by themselves they would follow what he made.
        let upon = await stream.at("TOWN", "party", "recover")
        #expect(upon.talk.contains("version 2 of its keys, after version 1"))
        let recovered = await stream.at("TOWN", "party", "recover", "--overrule", theft, "--yes", "--json")
        #expect(try recovered.json["version"] as? Int == 1)
        #expect(try recovered.json["overrules"] as? [String] == [theft])
        let again = await stream.at("TOWN", "party", "recover", "--overrule", theft, "--yes", "--json")
        #expect(try stream.text(again, "error") == "superseded")
        let own = try stream.text(recovered, "statement")
        let second = await stream.at("TOWN", "party", "recover", "--overrule", own, "--yes", "--json")
        #expect(try stream.text(second, "error") == "forked-keys" && second.code == .notYours)
    }

    @Test func `confirms what the person says, and by itself what is safe to confirm`() async throws {
        let stream = try await Stream()
        let id = try await stream.amend("The weir is shut.")
        try await stream.carry(from: "MILL", to: "TOWN")
        let seal = try stream.text(await stream.at("TOWN", "seal", "accept", id, "--yes", "--json"), "seal")
        let founding = try #require(
            (await stream.at(
                "TOWN", "party", "rotate", "--dispute", seal, "--request", "\(stream.folder.path)/r", "--yes", "--json"
            )
            .json["acknowledges"] as? [String])?.first)
        #expect(founding != seal)
        #expect(await stream.at("TOWN", "party", "rotate", "--dispute", founding).code == .usage)
        #expect(
            await stream.at("TOWN", "party", "rotate", "--dispute", seal, "--acknowledge", seal).code == .usage)
        #expect(await stream.at("TOWN", "party", "rotate", "--dispute", id).code == .noSuchFile)
        // What the home's keys do not remember is for a person to confirm.
        try FileManager.default.removeItem(atPath: stream.key("TOWN", "seal-1") + ".sealed")
        let frozen = await stream.at("TOWN", "party", "freeze", "--yes", "--json")
        #expect(try frozen.json["disputes"] as? [String] == [seal])
        let recovered = await stream.at("TOWN", "party", "recover", "--acknowledge", seal, "--yes", "--json")
        #expect(try recovered.json["acknowledges"] as? [String] == [seal])
        #expect((try recovered.json["disputes"] as? [String]) == [])
    }

    @Test func `adds nodes and takes them out`() async throws {
        let stream = try await Stream()
        let other = "\(stream.folder.path)/second"
        #expect(
            await typed(
                words: ["party", "new", "TOWN", "--home", other, "--no-passphrase"], isRandom: true, atHome: true
            )
            .code == .holds)
        let added = await stream.at(
            "TOWN", "party", "rotate", "--node-key", "\(other)/keys/node.pem", "--endpoint", "b.example:1", "--yes",
            "--json")
        let nodes = try #require(added.json["nodeKeys"] as? [String])
        #expect(nodes.count == 2)
        let own = try Home.readKey(at: stream.key("TOWN", "node")) { nil }.publicKey.id.digest.hex
        let second = try #require(nodes.first { $0 != own })
        #expect(
            await stream.at("TOWN", "party", "rotate", "--new-node", "--node-key", "x", "--endpoint", "a:1").code
                == .usage)
        #expect(await stream.at("TOWN", "party", "rotate", "--retire-node", "00000000").code == .noSuchFile)
        // The other home has its copy from a file that holds the statement, and is the party's by it.
        #expect(await stream.at("TOWN", "export", "--out", "\(stream.folder.path)/b").code == .holds)
        #expect(
            await stream.at("second", "join", "\(stream.folder.path)/b", "--roadmap", stream.roadmap).code == .holds)
        let gone = await stream.at("TOWN", "party", "rotate", "--retire-node", own, "--yes", "--json")
        #expect(try gone.json["nodeKeys"] as? [String] == [second])
        #expect(gone.talk.contains("does not name this home's node"))
    }

    @Test func `that skips a version is refused, and so is a second one on one record`() async throws {
        let stream = try await Stream()
        let home = Home(path: stream.home("TOWN"))
        let key = try Home.readKey(at: home.sealKeyPath(1)) { nil }
        let record = try PartyCard(encoded: [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(home.path)/TOWN.card"))))
            .record
        let roadmap = try #require(Digest(hex: stream.roadmap))
        func publish(version: UInt64, _ reason: String) async throws {
            let statement = try KeyStatement(
                roadmap: roadmap, party: Identifier("TOWN")!, version: version, previous: record.id, record: nil,
                reason: ExactText(reason))
            let door = try await Surroundings.process.openHome(home)
            do {
                _ = try await door.publish([.keyStatement(SignedStatement(statement.payload, as: .keys, by: key))])
                await door.close()
            } catch {
                await door.close()
                throw error
            }
        }
        await #expect(throws: NodeRefusal.self) { try await publish(version: 2, "a") }
        try await publish(version: 1, "b")
        let fork = await #expect(throws: NodeRefusal.self) { try await publish(version: 1, "c") }
        guard case .wouldFork? = fork?.reason else {
            Issue.record("\(String(describing: fork))")
            return
        }
    }
}
