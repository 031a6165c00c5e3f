import Agreement
import CanonicalEncoding
import Commands
import Cryptography
import Identity
import RoadmapFixtures
import Testing

@Suite("syngraph rebase")
struct RebaseVerbTests {
    private func partners(_ signatories: Signatory...) -> Instrument.Change {
        Instrument.Change(
            Identifier("roster/partner")!, Content(.roster(Roster(holders: signatories.map(\.id).sorted()))))
    }

    @Test func `refuses what would leave a rule that nobody could meet, as founding does`() async throws {
        let folder = try Folder()
        let home = folder.path + "/home"
        #expect(
            await typed("party", "new", "KOR", "--home", home, "--no-passphrase", isRandom: true).code == .holds)
        var roadmap = SmallRoadmap()
        let two = roadmap.amend(["en": "Two partners", "ko": "둘"], changes: [partners(.china, .korea)])
        for signatory in [Signatory.korea, .dprk] { roadmap.seal(two.id, by: signatory) }
        let one = roadmap.amend(["en": "Without Korea", "ko": "하나"], changes: [partners(.china)])
        let other = roadmap.amend(["en": "Without China", "ko": "다른"], changes: [partners(.korea)])
        let door = MemoryDoor(roadmap: roadmap)
        #expect(await typed("rebase", one.id.hex, "--home", home, "--dry-run", door: door).code == .notSo)
        for signatory in [Signatory.korea, .dprk] { roadmap.seal(other.id, by: signatory) }
        let answer = await typed(
            "rebase", one.id.hex, "--home", home, "--dry-run", "--json", door: MemoryDoor(roadmap: roadmap))
        #expect(answer.code == .notOurFormat)
        #expect(try answer.json["error"] as? String == "impossible-rule")
        let message = try #require(try answer.json["message"] as? String)
        #expect(message.contains("the rule of hard-security could never be met: nobody holds partner"))
    }
}
