import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import TestSupport
import Testing

@testable import Verification

@Suite("A bundle of a party whose keys changed")
struct SuccessionTests {
    private let story = Succession()
    private var pact: Pact { story.pact }

    /// Everything, taken in with nothing waiting.
    private func ledger(_ changes: [Change], _ seals: [SignedStatement] = []) throws -> Ledger {
        var ledger = Ledger(roadmap: pact.id)
        try ledger.insert(pact.founding)
        for signed in changes.flatMap(\.signed) { try ledger.insertKeyStatement(signed) }
        for signed in story.acceptances + seals { try ledger.insertSeal(signed) }
        return ledger
    }

    private func report(_ ledger: Ledger, _ certificates: [SignedStatement] = []) throws -> VerificationReport {
        try VerificationReport(
            verifying: BundleWriter(ledger, certificates: certificates).encoded(), expecting: pact.id)
    }

    @Test func `verifies with the roadmap's id alone, after three rotations, a recovery and a freeze`() throws {
        var ledger = try ledger(story.changes)
        let amendment = pact.amendment([Pact.article("article-2", "They meet.")], on: ledger)
        try ledger.insert(amendment)
        let byFifth = story.acceptance(of: amendment.id, under: story.recovery.id, by: Reign("ADA", 5).officials)
        for signed in byFifth + story.bob.signed(story.bob.seal(amendment.id, of: pact.id)) {
            try ledger.insertSeal(signed)
        }
        try ledger.insertWithdrawal(story.withdrawal)
        let report = try report(ledger)
        #expect(report.verdict == .valid && report.refusal == nil && report.roadmapChecked)
        let findings = try #require(report.findings)
        #expect(findings.evaluation.perfected == [pact.id, amendment.id].sorted())
        let ada = try #require(findings.parties.first)
        let keys = try #require(ada.keys)
        #expect(keys.root == story.first.record.id)
        #expect(keys.newest.record.id == story.freeze.id && keys.newest.record.isFrozen)
        #expect(keys.newest.record.version == 5)
        #expect(keys.links.filter(\.isSuperseded).map(\.record.id) == [story.theft.id])
        #expect(
            keys.links.compactMap(\.authority) == [.seal, .seal, .seal] + keys.links.suffix(3).compactMap(\.authority))
        #expect(keys[story.recovery.id]?.authority == .recovery)
        #expect(ada.disputedSeals == [Digest(of: byFifth[0].payload)])
        #expect(findings.parties[1].withdrawals.map(\.withdrawal.party) == [story.bob.id])
        #expect(findings.parties[1].keys?.links.count == 1)
    }

    @Test func `has a signature checked once by each key that signed, however many records there are`() throws {
        let ledger = try ledger(story.changes)
        let findings = try #require(try report(ledger).findings)
        let signatures = story.changes.flatMap(\.signed).count + story.acceptances.count
        #expect(findings.contents.signatureCheckCount == signatures)
        #expect(findings.contents.recordCount == signatures + 1)
    }

    @Test func `is written alike from ledgers that were filled in any order`() throws {
        let seals = story.acceptance(of: pact.id, under: story.recovery.id, by: Reign("ADA", 5).officials)
        let written = BundleWriter(try ledger(story.changes, seals)).encoded()
        var statements = story.changes.flatMap(\.signed) + story.acceptances + seals + [story.withdrawal]
        var withdrawn = try ledger(story.changes, seals)
        try withdrawn.insertWithdrawal(story.withdrawal)
        let expected = BundleWriter(withdrawn).encoded()
        #expect(written != expected)
        for seed in UInt64(1)...20 {
            var generator = SplitMix64(seed: seed)
            statements.shuffle(using: &generator)
            var ledger = Ledger(roadmap: pact.id)
            let place = Int.random(in: statements.indices, using: &generator)
            for (index, signed) in statements.enumerated() {
                if index == place { try ledger.insert(pact.founding) }
                switch signed.kind {
                case .keys: try ledger.insertKeyStatement(signed)
                case .withdrawal: try ledger.insertWithdrawal(signed)
                default: try ledger.insertSeal(signed)
                }
            }
            #expect(BundleWriter(ledger).encoded() == expected, "seed \(seed)")
        }
    }

    @Test func `is packed so that it can be read, whatever part of the records there is`() throws {
        let seals = story.acceptance(of: pact.id, under: story.recovery.id, by: Reign("ADA", 5).officials)
        let statements = story.changes.flatMap(\.signed) + story.acceptances + seals + [story.withdrawal]
        for seed in UInt64(1)...60 {
            var generator = SplitMix64(seed: seed)
            var ledger = Ledger(roadmap: pact.id)
            try ledger.insert(pact.founding)
            for signed in statements where UInt8.random(in: 0..<8, using: &generator) > 0 {
                switch signed.kind {
                case .keys: try ledger.insertKeyStatement(signed)
                case .withdrawal: try ledger.insertWithdrawal(signed)
                default: try ledger.insertSeal(signed)
                }
            }
            let report = try report(ledger)
            #expect(report.verdict == .valid, "seed \(seed): \(report.refusal.map { "\($0)" } ?? "")")
            #expect(report.findings?.contents.ledger.keyChains.all == ledger.keyChains.all, "seed \(seed)")
        }
    }

    @Test func `refuses what is made under a record before the last signature that makes it`() throws {
        let change = story.rotations[0]
        let seal = story.acceptance(of: pact.id, under: change.id, by: Reign("ADA", 2).officials)
        let keys = change.signed.map { HandMade.Record(3, $0.encoded()) }
        let made = seal.map { HandMade.Record.seal($0) }
        let founding = HandMade.Record.instrument(pact.founding)
        #expect(try HandMade(pact.id, [founding] + keys + made).refusal == nil)
        let early = try HandMade(pact.id, [founding] + keys.dropLast() + made + keys.suffix(1)).refusal
        #expect(early?.code == .tooEarly && early?.record == keys.count)
        let never = try HandMade(pact.id, [founding] + keys.dropLast() + made).report
        #expect(never.verdict == .incomplete && never.findings?.lacking == [change.id])
    }

    @Test func `shows as a party's word what a node says that a change of keys brought, and not a thief's`() throws {
        let ledger = try ledger(story.changes)
        let roots = StateRoots(of: Evaluation(of: ledger))
        func word(_ reign: UInt8, _ writer: String) -> SignedStatement {
            story.certificate(
                by: Reign("ADA", reign), writer: writer, root: roots.inForce, perfected: roots.perfected)
        }
        let thiefs = word(13, "thief")
        #expect(try report(ledger, [thiefs]).findings?.parties.first?.state == nil)
        let own = word(5, "own")
        let shown = try report(ledger, [thiefs, own]).findings
        #expect(shown?.contents.certificates.count == 2, "both are in the file")
        #expect(shown?.parties.first?.state?.id == Digest(of: own.payload))
    }

    @Test func `makes no key record known that it did not before, whatever was changed in it or left out`() throws {
        let seals = story.acceptance(of: pact.id, under: story.recovery.id, by: Reign("ADA", 5).officials)
        var whole = try ledger(story.changes, seals)
        try whole.insertWithdrawal(story.withdrawal)
        let known = Set(whole.keyChains.all)
        let written = BundleWriter(whole).encoded()
        var (readable, fewer) = (0, 0)
        for seed in UInt64(1)...300 {
            var generator = SplitMix64(seed: seed)
            var bundle = try HandMade(reading: written)
            let place = Int.random(in: bundle.records.indices, using: &generator)
            switch seed % 3 {
            case 0: bundle.records.remove(at: place)
            case 1: bundle.records.shuffle(using: &generator)
            default: bundle.records[place].content = mutated(bundle.records[place].content, by: &generator)
            }
            guard let ledger = try? BundleContents(bundle.bytes).ledger else { continue }
            readable += 1
            #expect(known.isSuperset(of: ledger.keyChains.all), "seed \(seed)")
            if ledger.keyChains.all.count < known.count { fewer += 1 }
        }
        #expect(readable > 50 && fewer > 10)
    }
}
