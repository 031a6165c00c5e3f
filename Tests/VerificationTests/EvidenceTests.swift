import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Journal
import RoadmapFixtures
import TestSupport
import Testing

@testable import Verification

@Suite("A file of evidence")
struct EvidenceTests {
    private func judged(_ bytes: [UInt8]) throws -> VerificationReport {
        let report = try VerificationReport(verifying: bytes, expecting: nil)
        #expect(report.refusal == nil)
        return report
    }

    /// The one file that a copy's writer makes, after it was found to convict.
    private func onlyFile(_ ledger: Ledger, and forks: [ForkProof] = []) throws -> EvidenceFile {
        let files = EvidenceWriter(ledger).files(and: forks)
        let file = try #require(files.first)
        #expect(files.count == 1)
        let report = try judged(file.bytes)
        #expect(report.verdict == .forked)
        #expect(report.findings?.judgements.map(\.verdict) == [.convicted])
        #expect(report.findings?.contents.evidence.accusations == [file.accusation])
        #expect(report.findings?.lacking == [])
        return file
    }

    /// Nothing is in the file that it would convict without, and nobody is acquitted for want of it.
    private func expectSmallest(_ file: EvidenceFile) throws {
        let whole = try HandMade(reading: file.bytes)
        for place in whole.records.indices.dropLast() {
            var less = whole
            less.records.remove(at: place)
            let judgement = try judged(less.bytes).findings?.judgements.first
            #expect(judgement?.verdict == .incomplete, "without record \(place), of kind \(whole.records[place].kind)")
        }
    }

    // MARK: Each kind, from its file alone

    @Test func `convicts of two verdicts on one instrument`() throws {
        let file = try onlyFile(Lies.twoVerdicts)
        #expect(file.accusation.kind == .twoVerdicts && file.accusation.party == Lies.cyd.id)
        #expect(file.name.hasPrefix("CYD-two-verdicts-") && file.name.hasSuffix(".evidence.syngraph"))
        let instruments = try BundleContents(file.bytes).ledger.instruments.keys
        #expect(Set(instruments) == [Lies.pact.id, Lies.article.id], "the rival has nothing to do with it")
        try expectSmallest(file)
    }

    @Test func `convicts of commitments to two rivals`() throws {
        let file = try onlyFile(Lies.rivals)
        #expect(file.accusation.kind == .incoherentSeals)
        #expect(file.accusation.records == [Lies.seal(Lies.article).id, Lies.seal(Lies.rival).id].sorted())
        try expectSmallest(file)
    }

    @Test func `convicts of two changes of the same keys`() throws {
        let file = try onlyFile(Lies.forkedKeys)
        #expect(file.accusation.kind == .forkedKeys && file.accusation.party == Lies.story.first.party)
        #expect(file.accusation.records == [Lies.story.rotations[0].id, Lies.otherChange.id].sorted())
        try expectSmallest(file)
    }

    @Test func `convicts the custody of a node's key of two stories`() throws {
        let forger = Forger(Sample.ada.nodeKey, in: Lies.pact.id)
        let file = try onlyFile(Lies.pact.ledger, and: [forger.proof])
        #expect(file.accusation.kind == .forkedJournal && file.accusation.party == Sample.ada.id)
        #expect(file.accusation.writer == forger.writer.digest)
        #expect(try judged(file.bytes).findings?.judgements.first?.reason == .fork)
        try expectSmallest(file)
        let headers = try HandMade(reading: file.bytes).records.filter { $0.kind == 6 }
        #expect(headers.count == 4, "three entries of the one story, and one of the other")
    }

    @Test func `is made for a fork only where something shows whose key it is`() {
        let forger = Forger(Member("EVE", seed: 77).nodeKey, in: Lies.pact.id)
        #expect(EvidenceWriter(Lies.pact.ledger).files(and: [forger.proof]).isEmpty)
        var open = Ledger(roadmap: Lies.pact.id)
        _ = try? open.insert(Lies.pact.founding)
        let known = Forger(Sample.ada.nodeKey, in: Lies.pact.id)
        #expect(EvidenceWriter(open).files(and: [known.proof]).isEmpty, "the founding is not in force")
    }

    @Test func `is made for everything that a copy shows, and is the same from every copy that shows it`() throws {
        var ledger = Lies.rivals
        for signed in Lies.cyd.signed(Lies.seal(Lies.article, .reject)) { try ledger.insertSeal(signed) }
        let files = EvidenceWriter(ledger).files()
        #expect(files.map(\.accusation.kind) == [.incoherentSeals, .twoVerdicts])
        let records = try HandMade(reading: BundleWriter(ledger).encoded()).records
        for seed in UInt64(1)...8 {
            var generator = SplitMix64(seed: seed)
            var other = Ledger(roadmap: Lies.pact.id)
            for record in records.shuffled(using: &generator) {
                if record.kind == 1 { _ = try other.insert(Instrument(payload: record.content)) }
                guard record.kind == 2 else { continue }
                try other.insertSeal(SignedStatement(encoded: record.content, expecting: .seal))
            }
            #expect(EvidenceWriter(other).files() == files, "seed \(seed)")
        }
    }

    // MARK: Theft

    /// ADA's officials' keys are stolen, and sign for a rival of what ADA accepted.
    private var robbed: (ledger: Ledger, accusation: Accusation) {
        let story = Lies.story
        var ledger = Ledger(roadmap: story.pact.id)
        _ = try! ledger.insert(story.pact.founding)
        for signed in story.acceptances { try! ledger.insertSeal(signed) }
        let rivals = (1...2).map { story.pact.amendment([Pact.article("article-2", "\($0)")], on: ledger, salt: $0) }
        var records: [Digest] = []
        for rival in rivals {
            _ = try! ledger.insert(rival)
            let signed = story.acceptance(of: rival.id, under: story.first.record.id, by: story.first.officials)
            for statement in signed { try! ledger.insertSeal(statement) }
            records.append(Digest(of: signed[0].payload))
        }
        return (ledger, Lies.accusation(.incoherentSeals, of: story.first.party, records, in: story.pact.id))
    }

    @Test func `acquits whoever was robbed and says so, and cannot know it where that is left out`() throws {
        let (before, accusation) = robbed
        let own = accusation.records[0]
        let recovery = Change(
            to: Reign("ADA", 2), root: Lies.story.first.record, of: Lies.story.first.party,
            by: Lies.story.first.recovery, acknowledging: [own], in: Lies.story.pact.id)
        var after = before
        for signed in recovery.signed { try after.insertKeyStatement(signed) }
        func reason(_ ledger: Ledger) throws -> Judgement.Reason? {
            try judged(BundleWriter(ledger, accusations: [accusation]).encoded()).findings?.judgements.first?.reason
        }
        #expect(try reason(after) == .disowned)
        #expect(EvidenceWriter(after).files().isEmpty)
        #expect(try reason(before) == .contradiction)
    }

    @Test func `acquits of two changes of keys where a recovery has overruled them`() throws {
        var ledger = Lies.forkedKeys
        let recovery = Change(
            to: Reign("ADA", 9), root: Lies.story.first.record, of: Lies.story.first.party,
            by: Lies.story.first.recovery, in: Lies.story.pact.id)
        for signed in recovery.signed { try ledger.insertKeyStatement(signed) }
        let accusation = Lies.accusation(
            .forkedKeys, of: Lies.story.first.party, [Lies.story.rotations[0].id, Lies.otherChange.id],
            in: Lies.story.pact.id)
        let report = try judged(BundleWriter(ledger, accusations: [accusation]).encoded())
        #expect(report.verdict == .valid && report.findings?.judgements.first?.reason == .superseded)
    }

    // MARK: What it can hold

    @Test func `packed anew, is the same file`() throws {
        let forger = Forger(Sample.ada.nodeKey, in: Lies.pact.id)
        for file in [try onlyFile(Lies.rivals), try onlyFile(Lies.pact.ledger, and: [forger.proof])] {
            let contents = try BundleContents(file.bytes)
            let again = BundleWriter(
                contents.ledger, journal: contents.evidence.journal, accusations: contents.evidence.accusations)
            #expect(again.encoded() == file.bytes)
        }
    }

    @Test func `accuses no more often than the limit`() throws {
        func file(_ count: Int, of kind: UInt8 = 1) -> HandMade {
            var made = HandMade(Lies.pact.id, [.instrument(Lies.pact.founding)])
            made.scope = .evidence
            made.records += (0..<count).map { number in
                let records = [Digest(of: [0]), Digest(of: [kind, UInt8(number / 256), UInt8(number % 256)])]
                return HandMade.Record(10, Lies.accusation(.twoVerdicts, records).payload)
            }
            return made
        }
        let limit = BundleLimits.accusationCount
        let most = try file(limit).report
        #expect(most.verdict == .incomplete)
        #expect(most.findings?.judgements.count == limit)
        #expect(try file(limit + 1).report.refusal?.code.word == "too-many")
        // It is one of each file.
        let both = try VerificationReport(
            uniting: [file(limit), file(limit, of: 2), file(limit)].map(\.bytes), expecting: nil, knowing: [])
        #expect(both.findings?.judgements.count == 2 * limit)
    }

    @Test func `convicts of what it accuses nobody of, if its records show it`() throws {
        let harmless = Lies.accusation(.twoVerdicts, [Lies.seal(Lies.article).id, Lies.seal(Lies.rival).id])
        let report = try judged(BundleWriter(Lies.rivals, accusations: [harmless]).encoded())
        #expect(report.findings?.judgements.map(\.reason) == [.otherRecords])
        #expect(report.verdict == .forked)
        #expect(report.findings?.evidence.count == 1)
    }

    @Test func `convicts by other seals on the same two instruments too`() throws {
        let seals = [Lies.seal(Lies.article, at: 1), Lies.seal(Lies.article, at: 2), Lies.seal(Lies.rival)]
        let ledger = Lies.ledger(seals[0], seals[1], seals[2])
        for pair in [[seals[0].id, seals[2].id], [seals[1].id, seals[2].id]] {
            let bytes = BundleWriter(ledger, accusations: [Lies.accusation(.incoherentSeals, pair)]).encoded()
            #expect(try judged(bytes).findings?.judgements.first?.verdict == .convicted)
        }
    }
}
