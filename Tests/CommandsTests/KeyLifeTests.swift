import Agreement
import CanonicalEncoding
import Commands
import Cryptography
import Foundation
import Identity
import NodeLogic
import NodeRuntime
import Testing
import Verification

/// Parties with homes on disk, all keys in the clear: MILL, and TOWN whose keys change.
struct Stream {
    let folder: Folder
    let roadmap: String

    /// - Parameter town: further options with which TOWN is made.
    init(town: String...) async throws {
        let folder = try Folder()
        func run(_ words: [String]) async throws -> Answer {
            let answer = await typed(words: words, isRandom: true, atHome: true)
            try #require(answer.code == .holds, "\(words): \(answer.talk)")
            return answer
        }
        for party in ["MILL", "TOWN"] {
            let home = ["--home", "\(folder.path)/\(party)", "--no-passphrase"]
            _ = try await run(["party", "new", party] + home + (party == "TOWN" ? town : []))
            try FileManager.default.copyItem(
                atPath: "\(folder.path)/\(party)/\(party).card", toPath: "\(folder.path)/\(party).card")
        }
        let charter = try folder.file("charter.yaml", Array(Self.charter.utf8))
        let founded = try await run([
            "found", charter, "--home", "\(folder.path)/MILL", "--out", "\(folder.path)/invitation", "--json",
        ])
        roadmap = try #require(founded.json["roadmap"] as? String)
        _ = try await run([
            "join", "\(folder.path)/invitation", "--roadmap", roadmap, "--home", "\(folder.path)/TOWN",
        ])
        self.folder = folder
        for party in ["TOWN", "MILL"] {
            _ = try await run(["seal", "accept", roadmap, "--home", home(party), "--yes"])
            try await carry(from: party, to: party == "TOWN" ? "MILL" : "TOWN")
        }
    }

    private static let charter = """
        syngraph: charter/1
        title: { en: The mill stream }
        languages: [en]
        proposer: MILL
        parties: [MILL, TOWN]
        standings:
          side: [MILL, TOWN]
        rules:
          water: { need: all, of: side }
          roster: { need: all, of: side }
          rule: { need: all, of: side }
          party: { need: all, of: side }
        provisions:
          - id: weir
            kind: article
            class: water
            text: { en: "The weir stands open at night." }

        """

    func home(_ party: String) -> String { "\(folder.path)/\(party)" }
    func key(_ party: String, _ name: String) -> String { "\(home(party))/keys/\(name).pem" }

    /// Types a verb at a party's home.
    func at(_ party: String, _ words: String..., inTheClear: Bool = true) async -> Answer {
        let isChange = words.first == "party" && words[1] != "freeze"
        return await typed(
            words: words + ["--home", home(party)] + (isChange && inTheClear ? ["--no-passphrase"] : []),
            isRandom: true, atHome: true)
    }

    func carry(from one: String, to other: String) async throws {
        let file = "\(folder.path)/carried"
        #expect(await at(one, "export", "--out", file).code == .holds)
        let taken = await at(other, "import", file)
        #expect(taken.code == .holds, "\(taken.talk)")
    }

    /// Puts an amendment on MILL's table that writes another text, and gives its id.
    func amend(_ text: String) async throws -> String {
        let file = try folder.file(
            "amendment.yaml",
            Array(
                """
                syngraph: amendment/1
                title: { en: "\(text)" }
                changes:
                  - amend: weir
                    text: { en: "\(text)" }

                """.utf8))
        return try #require(try await at("MILL", "amend", file, "--json").json["instrument"] as? String)
    }

    func files(_ party: String) throws -> [String: [UInt8]] {
        let folder = "\(home(party))/keys"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try names.reduce(into: [:]) { files, name in
            let path = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if !isFolder.boolValue { files[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
        }
    }

    func text(_ answer: Answer, _ field: String) throws -> String {
        try #require(answer.json[field] as? String, "\(answer.talk)")
    }
}

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

@Suite("What was signed in a party's name, against its word")
struct StolenWordTests {
    @Test func `keeps nothing else out that a file brings`() async throws {
        let stream = try await Stream()
        let sundays = try await stream.amend("The weir stands open on Sundays.")
        try await stream.carry(from: "MILL", to: "TOWN")
        try FileManager.default.copyItem(atPath: stream.home("TOWN"), toPath: stream.home("thief"))
        #expect(await stream.at("thief", "seal", "accept", sundays, "--yes").code == .holds)
        #expect(await stream.at("TOWN", "seal", "reject", sundays, "--yes").code == .holds)
        try await stream.carry(from: "thief", to: "MILL")
        let file = "\(stream.folder.path)/from-mill"
        #expect(await stream.at("MILL", "export", "--out", file).code == .holds)
        // The file brings MILL's state certificate besides.
        let first = await stream.at("TOWN", "import", file, "--json")
        #expect(first.code == .holds, "\(first.talk)")
        #expect(try (first.json["leftOut"] as? [String])?.count == 1)
        let second = try await stream.amend("The weir stands open at noon.")
        #expect(await stream.at("MILL", "export", "--out", file).code == .holds)
        let taken = await stream.at("TOWN", "import", file, "--json")
        #expect(taken.code == .holds, "\(taken.talk)")
        #expect(try (taken.json["leftOut"] as? [String])?.count == 1)
        #expect(await stream.at("TOWN", "show", "--instrument", second).code == .holds)
    }
}

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

@Suite("syngraph party accede")
struct AccedeTests {
    private func newcomer(_ stream: Stream) async throws {
        let made = await typed(
            words: ["party", "new", "NORTH", "--home", stream.home("NORTH"), "--no-passphrase"], isRandom: true,
            atHome: true)
        try #require(made.code == .holds)
    }

    /// MILL puts an amendment on the table that lets a party in.
    private func letIn(_ card: String, _ stream: Stream) async throws {
        let file = try stream.folder.file(
            "accession.yaml",
            Array(
                """
                syngraph: amendment/1
                title: { en: NORTH joins }
                changes:
                  - party: NORTH
                    card: \(card)
                  - roster: side
                    holders: [MILL, NORTH, TOWN]

                """.utf8))
        try #require(await stream.at("MILL", "amend", file).code == .holds)
        try #require(await stream.at("MILL", "export", "--out", "\(stream.folder.path)/m").code == .holds)
    }

    private func accede(_ stream: Stream, _ words: String...) async -> Answer {
        await typed(
            words: ["party", "accede"] + words + ["--home", stream.home("NORTH"), "--yes", "--json"], isRandom: true,
            atHome: true)
    }

    @Test func `joins and accepts in one step, and a second time says nothing new`() async throws {
        let stream = try await Stream()
        try await newcomer(stream)
        let file = "\(stream.folder.path)/m"
        try await letIn("NORTH/NORTH.card", stream)
        #expect(await accede(stream, file).code == .usage, "without the id")
        let wrong = await accede(stream, file, "--roadmap", String(repeating: "0", count: 64))
        #expect(try stream.text(wrong, "error") == "other-roadmap")
        let done = await accede(stream, file, "--roadmap", stream.roadmap)
        try #require(done.code == .holds, "\(done.talk)")
        #expect(try done.json["party"] as? String == "NORTH" && done.json["verdict"] as? String == "accept")
        let again = await accede(stream)
        #expect(try again.json["seal"] as? String == done.json["seal"] as? String)
        try await stream.carry(from: "NORTH", to: "MILL")
    }

    @Test func `accepts nothing that brings another card`() async throws {
        let stream = try await Stream()
        try await newcomer(stream)
        let other = await typed(
            words: ["party", "new", "NORTH", "--home", stream.home("OTHER"), "--no-passphrase"], isRandom: true,
            atHome: true)
        try #require(other.code == .holds)
        try await letIn("OTHER/NORTH.card", stream)
        let answer = await accede(stream, "\(stream.folder.path)/m", "--roadmap", stream.roadmap)
        #expect(answer.code == .notYours)
        #expect(try stream.text(answer, "error") == "other-keys")
        // Another file of the same roadmap, from before.
        #expect(
            await stream.at("NORTH", "join", "\(stream.folder.path)/invitation", "--roadmap", stream.roadmap).code
                == .holds)
        let nothing = await accede(stream)
        #expect(try stream.text(nothing, "error") == "not-let-in" && nothing.code == .notSo)
    }
}
