import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import Testing
import Verification
import Wording

@Suite("The words for a judgement")
struct JudgementWordsTests {
    /// PRK has committed to two rivals, and accepts and rejects the first.
    private static let roadmap: SmallRoadmap = {
        var roadmap = SmallRoadmap()
        for text in ["Three times a year.", "Never."] {
            let amendment = roadmap.amend(["en": text], changes: [SmallRoadmap.meetings(text)])
            roadmap.seal(amendment.id, by: .dprk)
        }
        return roadmap
    }()

    private func spoken(_ kind: Accusation.Kind, _ records: [Digest], by party: Signatory = .dprk) throws -> [String] {
        let roadmap = Self.roadmap
        let accusation = try Accusation(
            roadmap: roadmap.id, party: party.id, kind: kind, records: records,
            writer: kind == .forkedJournal ? Digest(of: [9]) : nil)
        let bytes = BundleWriter(roadmap.ledger, accusations: [accusation]).encoded()
        let findings = try #require(try VerificationReport(verifying: bytes, expecting: nil).findings)
        return findings.judgements.map { "\($0.verdict.words): \(Phrasebook(findings).sentence(for: $0))" }
    }

    @Test func `name the party, what it is accused of, and the instruments that convict it`() throws {
        let seals = Self.roadmap.ledger.seals.values.map(\.seal).filter { $0.instrument != Self.roadmap.id }
        let words = try #require(try spoken(.incoherentSeals, seals.map(\.id)).first)
        #expect(words.hasPrefix("convicted: PRK, of two commitments of which neither may follow the other: "))
        #expect(words.contains("“Never.”") && words.contains("“Three times a year.”"))
    }

    @Test func `list a few of the records that are missing, and count the rest`() throws {
        let absent = (1...2).map { Digest(of: [$0]) }.sorted()
        let one = try #require(Self.roadmap.ledger.seals.values.first { $0.seal.party == Signatory.dprk.id }).seal.id
        #expect(
            try spoken(.twoVerdicts, [one, absent[0]]) == [
                "cannot be said: PRK, of two verdicts on one instrument: 1 record that it takes is not in it: "
                    + absent[0].hex.prefix(8)
            ])
        let three = try #require(try spoken(.forkedJournal, absent).first)
        #expect(three.contains("3 records that it takes are not in it: "))
        #expect(three.contains("two stories told by one of its nodes"))
    }

    @Test func `acquit in words that say why`() throws {
        let seals = Self.roadmap.ledger.seals.values.map(\.seal).filter { $0.instrument != Self.roadmap.id }
        let words = try spoken(.incoherentSeals, seals.map(\.id), by: .korea)
        #expect(
            words.first?.hasSuffix("are not two such records of this party") == true
                && words.first?.hasPrefix("acquitted: KOR, of ") == true)
    }
}
