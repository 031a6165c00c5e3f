import Agreement
import Commands
import Cryptography
import Foundation
import Identity
import Journal
import NodeRuntime
import RoadmapFixtures
import Testing
import Verification

@Suite("Evidence, typed")
struct EvidenceTests {
    private let folder: Folder
    private let roadmap: SmallRoadmap
    private let rivals: [Instrument]

    /// PRK has committed to two rivals.
    init() throws {
        folder = try Folder()
        var roadmap = SmallRoadmap()
        rivals = ["Three times a year.", "Never."].map { text in
            let amendment = roadmap.amend(["en": text], changes: [SmallRoadmap.meetings(text)])
            roadmap.seal(amendment.id, by: .dprk)
            return amendment
        }
        self.roadmap = roadmap
    }

    /// KOR's node told two stories.
    private var fork: ForkProof {
        let incarnation = Incarnation([UInt8](repeating: 1, count: 16))!
        let key = Signatory.korea.nodeKey
        let stories = (0..<2).map { time in
            Composition(roadmap: roadmap.id, key: key.publicKey, incarnation: incarnation, at: time)
                .finish(signing: key)[0].received
        }
        return try! ForkProof(roadmap: roadmap.id, key: key.publicKey, incarnation: incarnation, branches: stories)
    }

    private func accused(in answer: Answer) throws -> [String: Any] {
        try #require((try answer.json["accusations"] as? [[String: Any]])?.first)
    }

    private func verify(_ accusation: Accusation, on ledger: Ledger? = nil) async throws -> (Answer, spoken: Answer) {
        let bytes = BundleWriter(ledger ?? roadmap.ledger, accusations: [accusation]).encoded()
        let path = try folder.file("some.evidence.syngraph", bytes)
        return (await typed("verify", path, "--json"), await typed("verify", path))
    }

    @Test func `is written into a folder, one file for each lie and each fork, and verify answers 3`() async throws {
        let proofs = folder.path + "/a/proofs"
        let home = MemoryDoor(roadmap: roadmap, told: [fork])
        let answer = await typed("export", "--evidence", proofs, "--json", door: home)
        #expect(answer.code == .holds)
        let files = try #require(try answer.json["files"] as? [[String: Any]])
        #expect(files.map { $0["party"] as? String } == ["KOR", "PRK"])
        #expect(files.map { $0["kind"] as? String } == ["forked-journal", "incoherent-seals"])
        #expect(files[0]["writer"] as? String == fork.writer.digest.hex && files[1]["writer"] is NSNull)
        #expect(try FileManager.default.contentsOfDirectory(atPath: proofs).count == 2)
        for file in files {
            let path = "\(proofs)/\(try #require(file["file"] as? String))"
            let verified = await typed("verify", path, "--roadmap", roadmap.id.hex, "--json")
            #expect(verified.code == .provesLie)
            #expect(try verified.json["verdict"] as? String == "forked")
            let accused = try accused(in: verified)
            #expect(
                Set(accused.keys) == ["party", "kind", "records", "writer", "verdict", "missing", "reason"])
            #expect(accused["verdict"] as? String == "convicted" && accused["missing"] as? [String] == [])
            #expect(accused["records"] as? [String] == file["records"] as? [String])
            #expect(await typed("verify", path).output.contains("\n  convicted: "))
        }
    }

    @Test func `is written from a bundle too, as far as that shows it`() async throws {
        let bundle = try folder.file("agreement.syngraph", roadmap.bundle)
        let proofs = folder.path + "/proofs"
        let answer = await typed("export", "--evidence", proofs, "--in", bundle)
        #expect(answer.code == .holds && answer.output.contains("of which neither may follow the other, by PRK"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: proofs).count == 1)
        let honest = try folder.file("honest.syngraph", SmallRoadmap().bundle)
        let none = await typed("export", "--evidence", folder.path + "/none", "--in", honest)
        #expect(none.code == .holds && none.output.contains("nothing here convicts anybody"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
    }

    @Test func `answers 1 while something is missing, and says what`() async throws {
        let seals = rivals.map { rival in roadmap.ledger.seals.values.first { $0.seal.instrument == rival.id }!.seal }
        let absent = Digest(of: [1])
        let accusation = try Accusation(
            roadmap: roadmap.id, party: Signatory.dprk.id, kind: .twoVerdicts, records: [seals[0].id, absent])
        var ledger = Ledger(roadmap: roadmap.id)
        for instrument in [roadmap.founding, rivals[0]] { _ = try ledger.insert(instrument) }
        try ledger.insertSeal(Signatory.dprk.seals(rivals[0].id, of: roadmap.id))
        let (answer, spoken) = try await verify(accusation, on: ledger)
        #expect(answer.code == .notSo && spoken.code == .notSo)
        #expect(try answer.json["verdict"] as? String == "incomplete")
        let accused = try accused(in: answer)
        #expect(accused["verdict"] as? String == "incomplete" && accused["reason"] as? String == "absent")
        #expect(accused["missing"] as? [String] == [absent.hex])
        #expect(spoken.output.contains(String(absent.hex.prefix(8))))
    }

    @Test func `answers 0 where all are acquitted`() async throws {
        var honest = SmallRoadmap()
        let ids = [SmallRoadmap.hotline, SmallRoadmap.guarantee].map { change in
            let amendment = honest.amend(["en": "More"], changes: [change])
            honest.seal(amendment.id, by: .dprk)
            return amendment.id
        }
        let seals = honest.ledger.seals.values.map(\.seal).filter { ids.contains($0.instrument) }.map(\.id)
        let accusation = try Accusation(
            roadmap: honest.id, party: Signatory.dprk.id, kind: .incoherentSeals, records: seals)
        let (answer, spoken) = try await verify(accusation, on: honest.ledger)
        #expect(answer.code == .holds)
        #expect(try answer.json["verdict"] as? String == "valid")
        #expect(try accused(in: answer)["reason"] as? String == "coherent")
        #expect(spoken.output.contains("evidence, and it") && spoken.output.contains("\n  acquitted: PRK"))
    }

    @Test func `is shown by status, forks besides lies`() async throws {
        let home = MemoryDoor(roadmap: roadmap, told: [fork])
        let answer = await typed("status", "--json", door: home)
        #expect((try answer.json["evidence"] as? [Any])?.count == 1)
        let told = try #require((try answer.json["forks"] as? [[String: Any]])?.first)
        #expect(Set(told.keys) == ["parties", "writer", "sequence", "entries"])
        #expect(told["parties"] as? [String] == ["KOR"] && told["sequence"] as? Int == 0)
        #expect(told["entries"] as? [String] == fork.entries.map(\.digest.hex))
        let spoken = await typed("status", door: home)
        #expect(spoken.output.contains("forked journals") && spoken.output.contains("a node of KOR told two stories"))
        #expect(await !typed("status", door: MemoryDoor(roadmap: roadmap)).output.contains("forked journals"))
    }

    @Test func `goes into a folder, and the agreement into a file`() async throws {
        for words in [["export"], ["export", "--out", "a", "--evidence", "b"], ["export", "--out", "a", "--in", "b"]] {
            #expect(await typed(words: words, door: MemoryDoor(roadmap: roadmap)).code == .usage, "\(words)")
        }
    }
}
