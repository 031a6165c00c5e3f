import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import TestSupport
import Testing

@testable import Verification

@Suite("A bundle's writer")
struct BundleWriterTests {
    @Test func `puts what is read back into the same ledger`() throws {
        let contents = try BundleContents(Sample.bundle)
        #expect(contents.roadmap == Sample.pact.id)
        #expect(Set(contents.ledger.instruments.keys) == [Sample.pact.id, Sample.amendment.id, Sample.open.id])
        #expect(contents.ledger.seals == Sample.ledger.seals)
        #expect(contents.certificates.map(\.statement) == [Sample.certificate])
        #expect(contents.requests == [Sample.request])
        #expect(contents.lacking.isEmpty)
        // The founding and the amendment, each sealed by four officials; a certificate.
        #expect(contents.signatureCheckCount == 9)
        #expect(contents.recordCount == 3 + 8 + 1 + 1)
        let again = BundleWriter(
            contents.ledger, certificates: contents.certificates.map(\.statement), requests: contents.requests)
        #expect(again.encoded() == Sample.bundle)
    }

    @Test func `takes of those that may come next the lowest kind, then the lowest id, then the lowest key`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통"], changes: [SmallRoadmap.hotline])
        for signatory in Signatory.all { roadmap.seal(hotline.id, by: signatory) }
        roadmap.amend(["en": "Guarantee", "ko": "보장"], changes: [SmallRoadmap.guarantee])
        roadmap.amend(
            ["en": "Meetings", "ko": "회의"], replaces: [hotline.id], changes: [SmallRoadmap.meetings("Thrice.")])
        for signatory in Signatory.all { roadmap.confirm(by: signatory) }
        for bytes in [roadmap.bundle, Sample.bundle] { try expectOrder(of: HandMade(reading: bytes).records) }
    }

    /// The rule in its slowest form: at each place, the lowest of all that are left and lack nothing.
    private func expectOrder(of records: [HandMade.Record]) throws {
        let cards = try records.map(Card.init)
        let instruments = Set(cards.filter { $0.kind == 1 }.map(\.id))
        var written: Set<Digest> = []
        var left = cards
        for card in cards {
            let ready = left.filter { $0.after.intersection(instruments).isSubset(of: written) }
            let lowest = ready.min { ($0.kind, $0.id, $0.signer) < ($1.kind, $1.id, $1.signer) }
            #expect(card == lowest)
            if card.kind == 1 { written.insert(card.id) }
            left.removeAll { $0 == card }
        }
    }

    private struct Card: Equatable {
        let kind: UInt64
        let id: Digest
        var signer = Digest(of: [])
        let after: Set<Digest>

        init(_ record: HandMade.Record) throws {
            kind = record.kind
            switch record.kind {
            case 1:
                let instrument = try Instrument(payload: record.content)
                id = instrument.id
                after = Set(instrument.ground + instrument.replaces)
            case 9:
                let seal = try Seal(payload: record.content)
                id = seal.id
                after = [seal.instrument]
            default:
                let statement = try SignedStatement(
                    encoded: record.content, expecting: record.kind == 2 ? .seal : .state)
                id = Digest(of: statement.payload)
                signer = statement.signer.digest
                // All keys of these roadmaps are the founding's.
                after = record.kind == 2 ? [try Seal(payload: statement.payload).instrument] : []
            }
        }
    }

    @Test func `writes the same bytes whatever came first`() throws {
        let records = try HandMade(reading: Sample.bundle).records
        for seed in UInt64(1)...20 {
            var generator = SplitMix64(seed: seed)
            var ledger = Ledger(roadmap: Sample.pact.id)
            for record in records.shuffled(using: &generator) {
                if record.kind == 1 { _ = try ledger.insert(Instrument(payload: record.content)) }
                guard record.kind == 2 else { continue }
                try ledger.insertSeal(SignedStatement(encoded: record.content, expecting: .seal))
            }
            let writer = BundleWriter(ledger, certificates: [Sample.certificate], requests: [Sample.request])
            #expect(writer.encoded() == Sample.bundle, "seed \(seed)")
        }
    }

    @Test func `writes once what it is handed twice, and nothing by a node that no record names`() throws {
        let stranger = Member("ADA", seed: 9).certificate(of: Sample.pact.id, writer: "ada")
        let writer = BundleWriter(
            Sample.ledger, certificates: [Sample.certificate, stranger, Sample.certificate],
            requests: [Sample.request, Sample.request])
        let contents = try BundleContents(writer.encoded())
        #expect(contents.certificates.map(\.statement) == [Sample.certificate])
        #expect(contents.requests == [Sample.request])
    }

    @Test func `puts a seal behind its own party's record, though another party has published the same`() throws {
        let eve = Member("EVE", seed: 7)
        let (own, others) = try instruments(carrying: eve.record)
        var ledger = Sample.ledger
        for instrument in [own, others] { _ = try ledger.insert(instrument) }
        for statement in eve.signed(eve.seal(Sample.pact.id, of: Sample.pact.id)) { try ledger.insertSeal(statement) }
        let certificate = eve.certificate(of: Sample.pact.id, writer: "eve")
        let bytes = BundleWriter(ledger, certificates: [certificate]).encoded()
        let report = try VerificationReport(verifying: bytes, expecting: nil)
        #expect(report.refusal == nil)
        #expect(report.verdict == .valid)
    }

    /// Two instruments with one record, EVE's own and one in FAY's name, whose id is the lower one.
    private func instruments(carrying record: PartyRecord) throws -> (own: Instrument, others: Instrument) {
        func instrument(_ party: String, _ salt: UInt8) -> Instrument {
            Sample.pact.loose(
                [Instrument.Change(Identifier(party)!, Content(.party(record)))], base: [party: nil], salt: salt)
        }
        let own = instrument("party/EVE", 1)
        let others = try #require((1...200).lazy.map { instrument("party/FAY", $0) }.first { $0.id < own.id })
        return (own, others)
    }
}
