import Agreement
import Cryptography
import Foundation
import Identity
import NodeLogic
import RoadmapFixtures
import Storage
import Testing
import Verification

@testable import NodeRuntime

@Suite("A party's home", .timeLimit(.minutes(2)))
struct HomeTests {
    private let ada = Member("ADA", seed: 1)
    private let bob = Member("BOB", seed: 2)
    private var pact: Pact { Pact(of: [ada, bob]) }

    // MARK: Founding, joining, publishing

    @Test func `takes a founding, journals it, and shows it again`() async throws {
        let place = try TemporaryHome(ada)
        try await place.home.found(pact.founding)
        #expect(try place.home.settings().roadmap == pact.id)
        let contents = try await place.contents
        #expect(contents.ledger.instruments[pact.id] == pact.founding)
        #expect(contents.certificates.isEmpty, "nothing is perfected yet")
        let status = try await place.status
        #expect(!status.isRunning)
        #expect(status.entryCount == 2)
        #expect(status.peers.isEmpty)
        try await place.home.found(pact.founding)
        #expect(try await place.status == status)
    }

    @Test func `holds one roadmap`() async throws {
        let place = try TemporaryHome(ada)
        let other = Pact(of: [ada], title: "Another pact")
        try await place.home.found(pact.founding)
        await #expect(throws: HomeFailure.otherRoadmap(held: pact.id, offered: other.id)) {
            try await place.home.found(other.founding)
        }
        #expect(try place.home.settings().roadmap == pact.id)
    }

    @Test func `takes what it joins from, and certifies with the first that is perfected`() async throws {
        let place = try TemporaryHome(bob)
        var ledger = Ledger(roadmap: pact.id)
        _ = try ledger.insert(pact.founding)
        for statement in ada.signed(ada.seal(pact.id, of: pact.id)) { try ledger.insertSeal(statement) }
        try await place.home.join(BundleContents(BundleWriter(ledger).encoded()))
        #expect(try await place.contents.ledger.seals == ledger.seals)
        try await place.accept(pact.id, of: pact)
        let findings = try await place.findings
        #expect(findings.evaluation.inForce == [pact.id])
        #expect(findings.parties.map { $0.state?.inForce } == [nil, findings.roots.inForce])
        // An entry that begins the chain, the seal, the certificate; what was joined from is in no journal.
        #expect(try await place.status.entryCount == 3)
    }

    @Test func `refuses what its party may not say, with the reason, and keeps nothing of it`() async throws {
        let place = try TemporaryHome(ada)
        try await place.home.found(pact.founding)
        try await place.accept(pact.id, of: pact)
        let before = try await place.status
        let seal = ada.seal(pact.id, .reject, of: pact.id)
        let refusal = PublicationRefusal.dishonest(seal: seal.id, [.otherVerdict(.accept)])
        let both = bob.signed(bob.seal(pact.id, of: pact.id)) + ada.signed(seal)
        await #expect(throws: NodeRefusal(refusal)) { try await place.publish(both) }
        #expect(try await place.status == before)
        #expect(try await place.contents.ledger.seals.count == 1)
    }

    @Test func `begins anew where a store was begun and never finished`() async throws {
        let place = try TemporaryHome(ada)
        try Data("no database".utf8).write(to: URL(filePath: place.home.storePath))
        try await place.home.found(pact.founding)
        #expect(try await place.status.entryCount == 2)
    }

    // MARK: Who has it open

    @Test func `is open to one at a time`() async throws {
        let place = try TemporaryHome(ada)
        try await place.home.found(pact.founding)
        let first = try await place.home.door()
        await #expect(throws: HomeFailure.inUse(path: place.home.path)) { try await place.home.door() }
        await first.close()
        await #expect(throws: HomeFailure.self) { try await first.publish([.seal(pact.acceptances[0])]) }
        _ = try await place.status
    }

    @Test func `is refused while another process holds its lock`() async throws {
        let place = try TemporaryHome(ada)
        try await place.home.found(pact.founding)
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/flock")
        holder.arguments = ["--no-fork", place.home.lockPath, "sleep", "60"]
        try holder.run()
        try await eventually { (try? HomeLock(home: place.home.path)) == nil }
        await #expect(throws: HomeFailure.inUse(path: place.home.path)) { try await place.home.door() }
        await #expect(throws: HomeFailure.inUse(path: place.home.path)) { try await place.home.found(pact.founding) }
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        _ = try await place.status
    }

    // MARK: Settings and keys

    @Test func `says what is wrong with its settings`() async throws {
        let place = try TemporaryHome(ada)
        await #expect(throws: HomeFailure.noRoadmapYet(path: place.home.path)) { try await place.home.door() }
        let damaged = [
            "", "{", "[]", #"{"version": 2, "party": "ADA"}"#, #"{"version": 1}"#, #"{"version": 1, "party": "A A"}"#,
            #"{"version": 1, "party": "ADA", "roadmap": "12"}"#,
        ]
        for text in damaged {
            try PrivateFile.write(Data(text.utf8), to: place.home.settingsPath)
            #expect(throws: HomeFailure.damagedSettings(path: place.home.settingsPath)) { try place.home.settings() }
        }
        let nowhere = Home(path: place.home.path + "/nowhere")
        await #expect(throws: HomeFailure.noHome(path: nowhere.path)) { try await nowhere.door() }
    }

    @Test func `says so if its store is of another roadmap or damaged`() async throws {
        let place = try TemporaryHome(ada)
        try await place.home.found(pact.founding)
        let other = Digest(of: [1])
        try place.home.write(HomeSettings(party: ada.id, roadmap: other))
        await #expect(throws: HomeFailure.self) { try await place.home.door() }
        try place.home.write(HomeSettings(party: ada.id, roadmap: pact.id))
        _ = try await place.status
        try Data(repeating: 0x55, count: 8192).write(to: URL(filePath: place.home.storePath))
        await #expect(throws: HomeFailure.self) { try await place.home.door() }
    }

    @Test func `refuses a key in the clear that others can read`() async throws {
        let place = try TemporaryHome(ada)
        try await place.home.found(pact.founding)
        let path = place.home.nodeKeyPath
        for mode in [0o640, 0o604, 0o660, 0o644] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(throws: HomeFailure.keyReadableByOthers(path: path)) { try Home.readKey(at: path) { nil } }
            await #expect(throws: HomeFailure.keyReadableByOthers(path: path)) { try await place.home.door() }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        #expect(try Home.readKey(at: path) { nil }.publicKey == ada.nodeKey.publicKey)
    }

    @Test func `opens an encrypted key with its passphrase and no other way`() throws {
        let place = try TemporaryHome(ada)
        let path = place.home.sealKeyPath(1)
        try place.write(ada.nodeKey, to: path, passphrase: "open sesame")
        #expect(throws: HomeFailure.keyRefused(path: path, reason: .passphraseNeeded)) {
            try Home.readKey(at: path) { nil }
        }
        #expect(throws: HomeFailure.keyRefused(path: path, reason: .wrongPassphraseOrDamaged)) {
            try Home.readKey(at: path) { "sesame" }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(try Home.readKey(at: path) { "open sesame" }.publicKey == ada.nodeKey.publicKey)
        #expect(throws: HomeFailure.noSuchKey(path: path + "x")) { try Home.readKey(at: path + "x") { nil } }
        try PrivateFile.write(Data("no key".utf8), to: path)
        #expect(throws: HomeFailure.keyRefused(path: path, reason: .notAKeyFile)) { try Home.readKey(at: path) { nil } }
    }

    @Test func `writes files that nobody else may read, whatever was left behind`() throws {
        let place = try TemporaryHome(ada)
        let path = place.home.keysPath + "/some"
        try Data("stale".utf8).write(to: URL(filePath: path + ".new"))
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path + ".new")
        try PrivateFile.write(Data("fresh".utf8), to: path)
        #expect(PrivateFile.isPrivate(path))
        #expect(FileManager.default.contents(atPath: path) == Data("fresh".utf8))
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
        #expect(throws: HomeFailure.self) { try PrivateFile.write(Data(), to: path + "/below/a/file") }
    }
}
