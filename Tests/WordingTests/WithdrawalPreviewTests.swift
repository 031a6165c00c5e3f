import Agreement
import Cryptography
import Identity
import RoadmapFixtures
import Testing
import Wording

@Suite("The preview of a withdrawal")
struct WithdrawalPreviewTests {
    private func withdrawal(_ stage: Withdrawal.Stage, _ roadmap: SmallRoadmap) throws -> Withdrawal {
        try Withdrawal(
            roadmap: roadmap.id, party: Signatory.dprk.id, keys: Signatory.dprk.record.id, stage: stage,
            rosters: roadmap.evaluation.rostersHeld(by: Signatory.dprk.id), at: 0)
    }

    @Test func `says what does not wait for the party any more, and what asks for it all the same`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        let meetings = roadmap.amend(["en": "Meetings"], changes: [SmallRoadmap.meetings("Once a year.")])
        for signatory in [Signatory.china, .korea] { roadmap.seal(hotline.id, by: signatory) }
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        let effect = WithdrawalPreview(of: try withdrawal(.effect, roadmap), in: book)
        #expect(effect.excusedFrom == [hotline.id] && effect.intoForce == [hotline.id])
        #expect(effect.askedStill == [meetings.id])
        let words = effect.terminal(columns: 200)
        #expect(words.hasPrefix("PRK leaves as key-state\n") && words.contains("bring into force “Hotline”"))
        #expect(words.contains("no notice of it is on record"))
        let notice = WithdrawalPreview(of: try withdrawal(.notice, roadmap), in: book)
        #expect(notice.excusedFrom.isEmpty && notice.intoForce.isEmpty)
        #expect(Set(notice.askedStill) == [hotline.id, meetings.id])
        #expect(notice.terminal(columns: 200).contains("every rule asks for PRK as before"))
    }

    @Test func `asks no more for what the party consented to, and says that it stays bound by it`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        roadmap.seal(hotline.id, by: .dprk)
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        let effect = WithdrawalPreview(of: try withdrawal(.effect, roadmap), in: book)
        #expect(effect.excusedFrom.isEmpty && effect.askedStill.isEmpty)
        #expect(effect.terminal(columns: 200).contains("free it of “Hotline”"))
    }
}
