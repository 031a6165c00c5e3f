import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import Testing

@testable import Verification

@Suite("A verification's verdict")
struct VerdictTests {
    private let pact = Sample.pact
    private let founding = HandMade.Record.instrument(Sample.pact.founding)

    private func seal(
        _ member: Member, _ id: InstrumentID, _ verdict: Seal.Verdict = .accept, provided: [InstrumentID] = [],
        by officials: Range<Int>? = nil
    ) -> [HandMade.Record] {
        member.signed(member.seal(id, verdict, provided: provided, of: pact.id), by: officials).map { .seal($0) }
    }

    /// The founding, and everybody's acceptance of it: the parties' keys are established.
    private var founded: [HandMade.Record] { [founding] + pact.acceptances.map { .seal($0) } }

    private func report(_ records: [HandMade.Record]) throws -> VerificationReport {
        let report = try HandMade(pact.id, records).report
        #expect(report.refusal == nil)
        return report
    }

    private func expectLacking(_ ids: [Digest], _ records: [HandMade.Record]) throws {
        let report = try report(records)
        #expect(report.verdict == .incomplete)
        #expect(report.findings?.lacking == ids.sorted())
    }

    @Test func `is valid where everything named is there, whether or not anything is in force`() throws {
        #expect(try VerificationReport(verifying: Sample.bundle, expecting: nil).verdict == .valid)
        #expect(try report([founding]).verdict == .valid)
        #expect(try report([founding]).findings?.evaluation.inForce == [])
    }

    // MARK: Incomplete

    @Test func `is incomplete without the founding`() throws {
        try expectLacking([pact.id], [])
    }

    @Test func `is incomplete without the ground that a base or an after names, or what is replaced`() throws {
        let absent = (1...3).map { Digest(of: [$0]) }
        let loose = pact.loose(
            [Pact.article("article-9", "…")], base: ["article-9": absent[0], "article-1": pact.id],
            after: [absent[1]], replaces: [absent[2]])
        try expectLacking(absent, [founding, .instrument(loose)])
        for id in absent {
            let other = pact.loose([Pact.article("article-9", "…")], base: ["article-9": id])
            try expectLacking([id], [founding, .instrument(other)])
        }
    }

    @Test func `is incomplete without a seal's instrument, its conditions or its keys`() throws {
        let absent = Digest(of: [4])
        try expectLacking([absent], [founding] + seal(Sample.ada, absent))
        try expectLacking([absent], [founding] + seal(Sample.ada, pact.id, provided: [absent]))
        let eve = Member("EVE", seed: 7)
        try expectLacking([eve.record.id], [founding] + seal(eve, pact.id))
    }

    @Test func `is incomplete without what a request names`() throws {
        let absent = Digest(of: [4])
        try expectLacking([absent], [founding, .request(Sample.ada.seal(absent, of: pact.id))])
        try expectLacking([absent], [founding, .request(Sample.ada.seal(pact.id, provided: [absent], of: pact.id))])
        try expectLacking([absent], [founding, .request(Sample.ada.seal(pact.id, under: absent, of: pact.id))])
    }

    // MARK: Forked

    @Test func `is forked by two verdicts of one party on one instrument`() throws {
        let report = try report(founded + seal(Sample.ada, pact.id, .reject))
        #expect(report.verdict == .forked)
        #expect(report.findings?.evidence.map(\.kind) == [.twoVerdicts])
        #expect(report.findings?.evidence.map(\.party) == [Sample.ada.id])
    }

    @Test func `is not forked under keys that nothing perfected carries`() throws {
        let two = seal(Sample.ada, pact.id, .accept) + seal(Sample.ada, pact.id, .reject)
        #expect(try report([founding] + two).verdict == .valid)
    }

    @Test func `is not forked by two parties that differ, nor by one that says the same twice`() throws {
        let differing = seal(Sample.ada, pact.id, .accept) + seal(Sample.bob, pact.id, .reject)
        #expect(try report([founding] + differing).verdict == .valid)
        let again = Sample.ada.signed(Sample.ada.seal(pact.id, of: pact.id, at: 7)).map { HandMade.Record.seal($0) }
        #expect(try report([founding] + seal(Sample.ada, pact.id) + again).verdict == .valid)
    }

    @Test func `is forked by commitments to two rivals of which neither may follow the other`() throws {
        let rivals = rivals()
        let records = [founding] + pact.acceptances.map { .seal($0) } + rivals.map { .instrument($0) }
        let report = try report(records + seal(Sample.ada, rivals[0].id) + seal(Sample.ada, rivals[1].id))
        #expect(report.verdict == .forked)
        #expect(report.findings?.evidence.map(\.kind) == [.incoherentSeals])
        let honest = seal(Sample.ada, rivals[0].id) + seal(Sample.bob, rivals[1].id)
        #expect(try self.report(records + honest).verdict == .valid)
    }

    private func rivals() -> [Instrument] {
        (1...2).map { salt in pact.amendment([Pact.article("article-1", "Wording \(salt).")], salt: salt) }
    }

    @Test func `is not forked by one official of a party that needs two`() throws {
        let one = seal(Sample.cyd, pact.id, .accept, by: 0..<1) + seal(Sample.cyd, pact.id, .reject, by: 0..<1)
        #expect(try report([founding] + one).verdict == .valid)
        let half = seal(Sample.cyd, pact.id, .accept) + seal(Sample.cyd, pact.id, .reject, by: 2..<3)
        #expect(try report([founding] + half).verdict == .valid)
        #expect(try report(founded + seal(Sample.cyd, pact.id, .reject, by: 1..<3)).verdict == .forked)

        let rivals = rivals()
        let records = [founding] + pact.acceptances.map { .seal($0) } + rivals.map { HandMade.Record.instrument($0) }
        let incoherent = seal(Sample.cyd, rivals[0].id) + seal(Sample.cyd, rivals[1].id, by: 0..<1)
        #expect(try report(records + incoherent).verdict == .valid)
    }

    @Test func `is forked before it is incomplete, and invalid before either`() throws {
        let absent = Digest(of: [4])
        let both = founded + seal(Sample.ada, pact.id, .reject) + seal(Sample.bob, absent)
        let report = try report(both)
        #expect(report.verdict == .forked)
        #expect(report.findings?.lacking == [absent])
        #expect(try HandMade(pact.id, both + [founding]).report.verdict == .invalid)
    }

    // MARK: Newest certificates

    private func newest(_ statements: [SignedStatement]) throws -> StateCertificate? {
        let report = try report(founded + statements.map { .certificate($0) })
        return report.findings?.parties.first { $0.id == Sample.ada.id }?.state
    }

    private func known(_ writer: String, _ sequence: UInt64) -> StateCertificate.KnownHead {
        StateCertificate.KnownHead(writer: Digest(of: writer.utf8), sequence: sequence, entry: Digest(of: []))
    }

    private func certificate(
        _ writer: String, _ sequence: UInt64, _ root: String = "", known: [StateCertificate.KnownHead] = []
    ) -> SignedStatement {
        Sample.ada.certificate(of: pact.id, writer: writer, sequence: sequence, root: root, known: known)
    }

    @Test func `shows of a writer the certificate with the highest sequence, of equals the lowest id`() throws {
        let certificates = [certificate("one", 0), certificate("one", 2), certificate("one", 1)]
        for order in [certificates, certificates.reversed()] { #expect(try newest(order)?.sequence == 2) }
        let equals = [certificate("one", 2, "a"), certificate("one", 2, "b")]
        let lowest = equals.map { Digest(of: $0.payload) }.min()
        for order in [equals, equals.reversed()] { #expect(try newest(order)?.id == lowest) }
    }

    @Test func `shows of a restored node what the new writer says, though it counts from 0 again`() throws {
        let old = certificate("old", 17, known: [known("old", 40), known("bob", 12)])
        let new = certificate("new", 0, known: [known("new", 0), known("old", 41), known("bob", 12)])
        for order in [[old, new], [new, old]] { #expect(try newest(order)?.writer == Digest(of: "new".utf8)) }
    }

    @Test func `shows each party its own, and none for a party without one`() throws {
        let bob = Sample.bob.certificate(of: pact.id, writer: "one", sequence: 9)
        let report = try report(founded + [.certificate(certificate("one", 0)), .certificate(bob)])
        #expect(report.findings?.parties.map(\.id) == pact.members.map(\.id))
        #expect(report.findings?.parties.map { $0.state?.sequence } == [0, 9, nil])
    }

    @Test func `shows none by a node that only a record names which nobody perfected`() throws {
        let eve = Member("EVE", seed: 7)
        let published = pact.loose(
            [Instrument.Change(Identifier("party/ADA")!, Content(.party(eve.record)))], base: ["party/ADA": pact.id])
        let claimed = try StateCertificate(
            roadmap: pact.id, party: Sample.ada.id, writer: Digest(of: []), sequence: 0, previous: nil,
            perfected: Digest(of: []), inForce: Digest(of: []), contested: [], known: [known("one", .max - 1)], at: 0)
        let forged = SignedStatement(claimed.payload, as: .state, by: eve.nodeKey)
        let own = certificate("one", 0)
        for given in [[forged], [forged, own]] {
            let report = try report(founded + [.instrument(published)] + given.map { .certificate($0) })
            #expect(report.verdict == .valid)
            let shown = report.findings?.parties.first { $0.id == Sample.ada.id }?.state
            #expect(shown?.id == (given.contains(own) ? Digest(of: own.payload) : nil))
        }
    }
}
