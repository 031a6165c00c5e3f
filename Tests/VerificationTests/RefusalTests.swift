import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import TestSupport
import Testing

@testable import Verification

@Suite("A bundle's reader")
struct RefusalTests {
    private let pact = Sample.pact
    private var founding: HandMade.Record { .instrument(Sample.pact.founding) }
    private var other: Pact { Pact(of: [Sample.ada], title: "Another pact") }

    private func acceptance(by member: Member = Sample.ada, of id: InstrumentID? = nil) -> HandMade.Record {
        .seal(member.signed(member.seal(id ?? pact.id, of: pact.id))[0])
    }

    /// The one record that is at fault, by its place and reason.
    private func expect(
        _ records: [HandMade.Record], refusedAt place: Int?, _ code: BundleRefusal.Code,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let report = try HandMade(pact.id, records).report
        #expect(report.verdict == .invalid, sourceLocation: sourceLocation)
        #expect(report.findings == nil, sourceLocation: sourceLocation)
        #expect(report.refusal?.record == place, sourceLocation: sourceLocation)
        #expect(report.refusal?.code == code, sourceLocation: sourceLocation)
    }

    // MARK: Order

    @Test func `refuses an instrument whose ground comes later, and names the one that is early`() throws {
        try expect([.instrument(Sample.amendment), founding], refusedAt: 0, .tooEarly)
        let relying = pact.loose(
            [Pact.article("article-9", "…")], base: ["article-9": nil, "article-1": pact.id],
            replaces: [Sample.amendment.id])
        try expect([founding, .instrument(relying), .instrument(Sample.amendment)], refusedAt: 1, .tooEarly)
    }

    @Test func `refuses a seal or a request that comes before its instrument`() throws {
        let seal = acceptance(of: Sample.amendment.id)
        try expect([founding, seal, .instrument(Sample.amendment)], refusedAt: 1, .tooEarly)
        try expect([founding, .request(Sample.request), .instrument(Sample.open)], refusedAt: 1, .tooEarly)
        #expect(try HandMade(pact.id, [founding, .instrument(Sample.amendment), seal]).refusal == nil)
    }

    @Test func `refuses a seal or a request that comes before the record it is signed under`() throws {
        let eve = Member("EVE", seed: 7)
        let accession = pact.loose(
            [Instrument.Change(Identifier("party/EVE")!, Content(.party(eve.record)))], base: ["party/EVE": nil])
        let seal = eve.seal(pact.id, of: pact.id)
        for early in [HandMade.Record.seal(eve.signed(seal)[0]), .request(seal)] {
            try expect([founding, early, .instrument(accession)], refusedAt: 1, .tooEarly)
            #expect(try HandMade(pact.id, [founding, .instrument(accession), early]).refusal == nil)
        }
    }

    @Test func `takes what a seal is provided on whenever it comes, for conditional seals are mutual`() throws {
        let seal = Sample.ada.seal(pact.id, provided: [Sample.amendment.id], of: pact.id)
        let conditional = HandMade.Record.seal(Sample.ada.signed(seal)[0])
        #expect(try HandMade(pact.id, [founding, conditional, .instrument(Sample.amendment)]).report.verdict == .valid)
    }

    @Test func `refuses every kind of record that stands in it twice`() throws {
        for record in try HandMade(reading: Sample.bundle).records {
            var bundle = try HandMade(reading: Sample.bundle)
            bundle.records.append(record)
            #expect(try bundle.refusal?.code == .duplicate)
            #expect(try bundle.refusal?.record == bundle.records.count - 1)
        }
    }

    // MARK: Whose it is

    @Test func `refuses records of another roadmap`() throws {
        try expect([founding, .instrument(other.founding)], refusedAt: 1, .otherRoadmap)
        try expect([founding, .seal(other.acceptances[0])], refusedAt: 1, .otherRoadmap)
        try expect(
            [founding, .certificate(Sample.ada.certificate(of: other.id, writer: "ada"))], refusedAt: 1, .otherRoadmap)
        try expect([founding, .request(Sample.ada.seal(pact.id, of: other.id))], refusedAt: 1, .otherRoadmap)
    }

    @Test func `refuses a seal by a key that its party's record does not have`() throws {
        let seal = Sample.ada.seal(pact.id, of: pact.id)
        let byBob = Sample.bob.signed(seal)[0]
        try expect([founding, .seal(byBob)], refusedAt: 1, .unknownKey)
        let byNode = SignedStatement(seal.payload, as: .seal, by: Sample.ada.nodeKey)
        try expect([founding, .seal(byNode)], refusedAt: 1, .unknownKey)
    }

    @Test func `refuses a certificate by a key that is no node key of its party`() throws {
        let payload = Sample.certificate.payload
        let byBob = SignedStatement(payload, as: .state, by: Sample.bob.nodeKey)
        try expect([founding, .certificate(byBob)], refusedAt: 1, .unknownKey)
        try expect([.certificate(Sample.certificate), founding], refusedAt: 0, .unknownKey)
        #expect(try HandMade(pact.id, [founding, .certificate(Sample.certificate)]).refusal == nil)
    }

    @Test func `refuses a signature that is not the key's over these bytes`() throws {
        for (record, kind) in [(acceptance(), StatementKind.seal), (.certificate(Sample.certificate), .state)] {
            let good = try SignedStatement(encoded: record.content, expecting: kind)
            var signature = good.signature
            signature[0] ^= 1
            let bad = SignedStatement(good.payload, as: kind, signer: good.signer, signature: signature)
            try expect([founding, HandMade.Record(record.kind, bad.encoded())], refusedAt: 1, .badSignature)
        }
    }

    @Test func `refuses a statement that was signed as another kind`() throws {
        let seal = Sample.ada.seal(pact.id, of: pact.id)
        let asState = SignedStatement(seal.payload, as: .state, by: Sample.ada.nodeKey)
        let report = try HandMade(pact.id, [founding, .seal(asState)]).report
        #expect(report.refusal?.code.word == "wrong-kind")
    }

    @Test func `refuses a roadmap that is not the one asked for, and says when it is`() throws {
        let report = try VerificationReport(verifying: Sample.bundle, expecting: other.id)
        #expect(report.verdict == .invalid)
        #expect(report.refusal?.code == .notTheRoadmapAskedFor)
        #expect(!report.roadmapChecked)
        #expect(try VerificationReport(verifying: Sample.bundle, expecting: pact.id).roadmapChecked)
        #expect(try !VerificationReport(verifying: Sample.bundle, expecting: nil).roadmapChecked)
    }

    // MARK: What it is

    @Test(arguments: [0, 6, 7, 8, 10, 16, UInt64.max])
    func `refuses kinds that do not belong into it`(kind: UInt64) throws {
        try expect([founding, HandMade.Record(kind, [])], refusedAt: 1, .unexpectedKind(kind))
    }

    @Test(arguments: [BundleScope.full])
    func `refuses scopes that this version does not know`(scope: BundleScope) throws {
        var bundle = HandMade(pact.id, [founding])
        bundle.scope = scope
        #expect(try bundle.refusal?.code == .scopeNotSupported(scope))
    }

    @Test func `refuses a record that is not canonical, or of no record's shape`() throws {
        let instrument = HandMade.Record(1, Sample.pact.founding.payload + [0])
        #expect(try HandMade(pact.id, [instrument]).refusal?.code.word == "trailing-bytes")
        #expect(try HandMade(pact.id, [HandMade.Record(2, [0xa0])]).refusal?.code.word == "bad-signature-envelope")
        #expect(try HandMade(pact.id, [HandMade.Record(5, [])]).refusal?.code.word == "truncated")
        #expect(try HandMade(pact.id, [HandMade.Record(9, [0xa0])]).refusal?.code.word == "missing-field")
    }

    @Test func `keeps an instrument that is ill formed, which makes no file invalid`() throws {
        let loose = pact.loose([Pact.article("article-9", "…")], base: ["article-9": nil])
        let report = try HandMade(pact.id, [founding, .instrument(loose), acceptance(of: loose.id)]).report
        #expect(report.verdict == .valid)
        #expect(report.findings?.evaluation.perfected == [])
    }

    // MARK: Whole or not

    @Test func `is no bundle if its first item is another`() {
        let header = BundleFormat.header(pact.id, .agreement)
        var newer = header
        newer[newer.firstIndex(of: UInt8(ascii: "1"))!] = UInt8(ascii: "2")
        let scope = CanonicalValue.array([
            .text(BundleVersion.first.rawValue), pact.id.value, .text("everything"),
        ]).encoded()
        let short = CanonicalValue.array([.text(BundleVersion.first.rawValue), pact.id.value]).encoded()
        for bytes in [[], [0xff], Array("{}".utf8), newer, scope, short, Sample.pact.founding.payload] {
            #expect(throws: NotABundle()) { try VerificationReport(verifying: bytes, expecting: nil) }
            #expect(throws: NotABundle()) { try BundleContents(bytes) }
        }
    }

    @Test func `refuses a file that was cut short, wherever it was cut`() throws {
        let bytes = HandMade(pact.id, [founding, acceptance()]).bytes
        let headerCount = BundleFormat.header(pact.id, .agreement).count
        for count in bytes.indices {
            do {
                let report = try VerificationReport(verifying: Array(bytes[..<count]), expecting: nil)
                #expect(report.verdict == .invalid && count >= headerCount, "\(count) bytes")
                #expect(report.refusal?.record == nil)
            } catch {
                #expect(count < headerCount, "\(count) bytes")
            }
        }
    }

    @Test func `refuses a footer with another count or digest, and anything behind it`() throws {
        let bundle = HandMade(pact.id, [founding, acceptance()])
        let digest = Digest(of: bundle.body)
        let wrong = [
            BundleFormat.footer(count: 1, digest: digest), BundleFormat.footer(count: 3, digest: digest),
            BundleFormat.footer(count: 2, digest: pact.id),
            CanonicalValue.array([.text("fin"), .unsigned(2), digest.value]).encoded(),
            CanonicalValue.array([.text("end"), .unsigned(2)]).encoded(),
            BundleFormat.footer(count: 2, digest: digest) + [0],
            BundleFormat.footer(count: 2, digest: digest) + BundleFormat.footer(count: 2, digest: digest),
        ]
        for footer in wrong {
            let report = try VerificationReport(verifying: bundle.body + footer, expecting: nil)
            #expect(report.verdict == .invalid)
        }
        #expect(try bundle.refusal == nil)
    }

    // MARK: Changed

    @Test func `refuses whatever had a byte changed or its end cut off`() throws {
        for seed in UInt64(1)...300 {
            var generator = SplitMix64(seed: seed)
            let bytes = mutated(Sample.bundle, by: &generator)
            guard let report = try? VerificationReport(verifying: bytes, expecting: Sample.pact.id) else { continue }
            #expect(report.verdict == .invalid, "seed \(seed)")
        }
    }

    @Test func `finds no more perfected in what was changed and given a true footer`() throws {
        let before = Set(try perfected(Sample.bundle))
        #expect(before == [Sample.pact.id, Sample.amendment.id])
        var readable = 0
        for seed in UInt64(1)...300 {
            var generator = SplitMix64(seed: seed)
            var bundle = try HandMade(reading: Sample.bundle)
            let place = Int.random(in: bundle.records.indices, using: &generator)
            switch seed % 3 {
            case 0: bundle.records.remove(at: place)
            default: bundle.records[place].content = mutated(bundle.records[place].content, by: &generator)
            }
            guard let found = try? perfected(bundle.bytes) else { continue }
            readable += 1
            #expect(before.isSuperset(of: found), "seed \(seed)")
        }
        #expect(readable > 20)
    }

    private func perfected(_ bytes: [UInt8]) throws -> [InstrumentID] {
        let report = try VerificationReport(verifying: bytes, expecting: nil)
        if let refusal = report.refusal { throw refusal }
        return report.findings?.evaluation.perfected ?? []
    }
}
