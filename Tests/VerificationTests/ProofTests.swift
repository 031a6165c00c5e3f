import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity
import RoadmapFixtures
import TestSupport
import Testing

@testable import Verification

@Suite("A proof of one provision")
struct ProofTests {
    private let whole: VerificationReport.Findings
    private let bundle: [UInt8]
    private let pact = Sample.pact

    /// Two articles in force, the second by an amendment; every member's node confirms.
    init() throws {
        let plain = Evaluation(of: Sample.ledger)
        let roots = StateRoots(of: plain)
        let certificates = Sample.pact.members.map { member in
            let certificate = try! StateCertificate(
                roadmap: Sample.pact.id, party: member.id, writer: Digest(of: member.id.string.utf8), sequence: 0,
                previous: nil, perfected: roots.perfected, inForce: roots.inForce, contested: [],
                known: [.init(writer: Digest(of: member.id.string.utf8), sequence: 6, entry: roots.inForce)],
                at: 1_772_357_400)
            return SignedStatement(certificate.payload, as: .state, by: member.nodeKey)
        }
        bundle = BundleWriter(Sample.ledger, certificates: certificates).encoded()
        whole = try #require(VerificationReport(verifying: bundle, expecting: Sample.pact.id).findings)
    }

    private func file(_ provision: String) throws -> [UInt8] {
        try #require(ProofWriter(whole).proof(of: Identifier(provision)!))
    }

    private func found(_ provision: String) throws -> ProofFindings {
        try #require(VerificationReport(verifying: file(provision), expecting: pact.id).proof)
    }

    @Test func `shows the article, its version, who sealed that, and who certifies the state`() throws {
        let found = try found("article-2")
        #expect(found.contents.proof.root == whole.roots.inForce)
        #expect(found.contents.proof.subject.leaf.version == Sample.amendment.id)
        #expect(found.certifying.map(\.id) == pact.members.map(\.id))
        #expect(found.parties.allSatisfy { $0.seals.map(\.verdict) == [.accept] })
        #expect(found.isRuleMet == true)
        #expect(found.verdict == .valid)
    }

    @Test func `can be made of every provision in force, and of nothing else`() throws {
        for provision in whole.evaluation.textInForce {
            let bytes = try #require(ProofWriter(whole).proof(of: provision.id))
            let report = try VerificationReport(verifying: bytes, expecting: pact.id)
            #expect(report.verdict == .valid, "\(provision.id)")
            #expect(report.proof?.contents.proof.subject.leaf.content == provision.content)
        }
        #expect(ProofWriter(whole).proof(of: Identifier("article-9")!) == nil)
    }

    @Test func `says nothing of other articles: neither words nor salts nor what would let them be guessed`() throws {
        let bytes = Data(try file("article-2"))
        #expect(bytes.range(of: Data("They meet each spring.".utf8)) != nil)
        #expect(bytes.range(of: Data("The members keep peace.".utf8)) == nil)
        #expect(bytes.range(of: Data("article-1".utf8)) == nil)
        for salt in [Sample.amendment.salt, pact.founding.salt] { #expect(bytes.range(of: Data(salt)) == nil) }
        #expect(bytes.count < 8192)
    }

    @Test func `rests on keys that the file cannot show to be anybody's, until it is told whose they are`() throws {
        let bytes = try file("article-2")
        #expect(try !found("article-2").areKeysChecked)
        let keys = Set(pact.members.map(\.record.id))
        let told = try VerificationReport(uniting: [bytes], expecting: pact.id, knowing: keys)
        #expect(told.proof?.areKeysChecked == true)
        let some = try VerificationReport(uniting: [bytes], expecting: pact.id, knowing: [pact.members[0].record.id])
        #expect(some.proof?.areKeysChecked == false)
        // The founding, once all have sealed it, says whose keys these are.
        let founded = BundleWriter(pact.ledger).encoded()
        let united = try VerificationReport(uniting: [bytes, founded], expecting: pact.id, knowing: [])
        #expect(united.verdict == .valid)
        #expect(united.proof?.areKeysChecked == true)
        // An unsealed founding could be anybody's.
        var unsealed = Ledger(roadmap: pact.id)
        _ = try unsealed.insert(pact.founding)
        let alone = try VerificationReport(
            uniting: [bytes, BundleWriter(unsealed).encoded()], expecting: pact.id, knowing: [])
        #expect(alone.proof?.areKeysChecked == false)
    }

    @Test func `that somebody made up with keys of their own is valid, and rests on keys that nobody knows`() throws {
        let forgers = pact.members.enumerated().map { Member($1.id.string, seed: UInt8(90 + $0)) }
        let forged = Pact(of: forgers)
        #expect(forged.id != pact.id)
        let ledger = forged.ledger
        let roots = StateRoots(of: Evaluation(of: ledger))
        let certificate = try StateCertificate(
            roadmap: forged.id, party: forgers[0].id, writer: forged.id, sequence: 0, previous: nil,
            perfected: roots.perfected, inForce: roots.inForce, contested: [], known: [], at: 0)
        let statement = SignedStatement(certificate.payload, as: .state, by: forgers[0].nodeKey)
        let findings = try #require(
            VerificationReport(
                verifying: BundleWriter(ledger, certificates: [statement]).encoded(), expecting: nil
            ).findings)
        let file = try #require(ProofWriter(findings).proof(of: Identifier("article-1")!))
        let beside = try VerificationReport(uniting: [file, bundle], expecting: nil, knowing: [])
        #expect(beside.verdict == .invalid)
        let alone = try VerificationReport(uniting: [file], expecting: nil, knowing: Set(pact.members.map(\.record.id)))
        #expect(alone.verdict == .valid && alone.proof?.areKeysChecked == false)
    }

    @Test(.enabled(if: ForeignPython.has("scitt_cose", "pymerkle")))
    func `is found under its root by two implementations of RFC 9162 that are not ours`() throws {
        let python = try #require(ForeignPython.shared)
        for provision in whole.evaluation.textInForce.prefix(4) {
            let proof = try found(provision.id.string).contents.proof
            let (place, leaf) = proof.subject
            func answers(_ leaf: [UInt8]) throws -> [String] {
                let words = [Hexadecimal.text(of: leaf), "\(place)", "\(proof.count)", proof.root.hex]
                return try python.says("Tests/Foreign/inclusion.py", words + proof.path.map(\.hex))
            }
            #expect(try answers(leaf.encoded) == ["yes", "yes"])
            #expect(try answers(leaf.encoded + [0]) == ["no", "no"])
        }
    }

    @Test(.enabled(if: ForeignPython.has("pycose")))
    func `holds seals that pycose verifies by the keys it shows`() throws {
        let python = try #require(ForeignPython.shared)
        let folder = FileManager.default.temporaryDirectory.appending(path: "syngraph-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let seals = try found("article-2").contents.ledger.seals.values.flatMap { onRecord in
            onRecord.signatures.values.map { ($0, onRecord.seal) }
        }
        func answer(_ statement: [UInt8], _ key: PublicKey) throws -> [String] {
            try Data(statement).write(to: folder.appending(path: "statement"))
            try Data(key.bytes).write(to: folder.appending(path: "key"))
            return try python.says(
                "Tests/Foreign/statement.py", ["statement", "key"].map { folder.appending(path: $0).path })
        }
        for (statement, seal) in seals.prefix(2) {
            let member = try #require(pact.members.first { $0.id == seal.party })
            let key = try #require(member.record.seal.key(statement.signer))
            #expect(try answer(statement.encoded(), key) == ["yes", "application/syngraph-seal+cbor"])
            var changed = statement.encoded()
            changed[changed.count - 40] ^= 1
            #expect(try answer(changed, key).first == "no")
        }
    }
}

@Suite("Several files verified together")
struct UnitedFilesTests {
    private let pact = Sample.pact

    @Test func `say what one would that holds everything`() throws {
        let early = BundleWriter(pact.ledger).encoded()
        var seals = HandMade(pact.id, [])
        seals.records = Sample.pact.members.flatMap { member in
            member.signed(member.seal(Sample.amendment.id, of: pact.id)).map { .seal($0) }
        }
        let amendment = HandMade(pact.id, [.instrument(Sample.amendment)])
        for files in [[early, seals.bytes, amendment.bytes], [amendment.bytes, seals.bytes, early]] {
            let report = try VerificationReport(uniting: files, expecting: pact.id, knowing: [])
            #expect(report.verdict == .valid)
            let whole = try VerificationReport(verifying: Sample.bundle, expecting: pact.id)
            #expect(report.findings?.evaluation.inForce == whole.findings?.evaluation.inForce)
            #expect(report.findings?.lacking == [])
        }
        #expect(try VerificationReport(verifying: seals.bytes, expecting: pact.id).verdict == .incomplete)
    }

    @Test func `are refused for a seal in one whose key the other brings, and that is not by it`() throws {
        let ada = Sample.ada
        let seal = ada.seal(pact.id, of: pact.id)
        let signature = [UInt8](repeating: 7, count: 64)
        let forged = SignedStatement(
            seal.payload, as: .seal, signer: ada.sealKey.publicKey.id, signature: signature)
        let one = HandMade(pact.id, [.seal(forged)])
        let other = HandMade(pact.id, [.instrument(pact.founding)])
        #expect(try one.report.verdict == .incomplete)
        let report = try VerificationReport(uniting: [one.bytes, other.bytes], expecting: nil, knowing: [])
        #expect(report.verdict == .invalid && report.refusedFile == 1)
        #expect(report.refusal?.code == .badSignature && report.refusal?.record == 0)
    }

    @Test func `of two roadmaps are refused at the first of the other`() throws {
        let other = Pact(of: [Sample.ada], title: "Another")
        let files = [Sample.bundle, BundleWriter(other.ledger).encoded()]
        let untold = try VerificationReport(uniting: files, expecting: nil, knowing: [])
        #expect(untold.refusal?.code == .otherRoadmap && untold.refusedFile == 1)
        let told = try VerificationReport(uniting: files, expecting: pact.id, knowing: [])
        #expect(told.refusal?.code == .notTheRoadmapAskedFor && told.refusedFile == 1)
        #expect(throws: NotABundle(file: 1)) {
            try VerificationReport(uniting: [Sample.bundle, []], expecting: nil, knowing: [])
        }
    }

    @Test func `show two certificates that one node cannot both have made, each of which is valid alone`() throws {
        func file(_ root: String) -> [UInt8] {
            let certificate = Sample.ada.certificate(of: pact.id, writer: "w", root: root)
            return BundleWriter(pact.ledger, certificates: [certificate]).encoded()
        }
        for root in ["one", "other"] {
            #expect(try VerificationReport(verifying: file(root), expecting: pact.id).verdict == .valid)
        }
        let report = try VerificationReport(uniting: [file("one"), file("other")], expecting: pact.id, knowing: [])
        #expect(report.verdict == .forked)
        #expect(report.findings?.evidence.map(\.kind) == [.twoStates])
        #expect(report.findings?.evidence.map(\.party) == [Sample.ada.id])
        let same = try VerificationReport(uniting: [file("one"), file("one")], expecting: pact.id, knowing: [])
        #expect(same.verdict == .valid)
    }
}

@Suite("What was in force on a day")
struct DayTests {
    @Test func `is told by the dates in the seals, and on whose word`() throws {
        let pact = Sample.pact
        var ledger = pact.ledger
        _ = try ledger.insert(Sample.amendment)
        for (member, at) in zip(pact.members, [1_772_400_000, 1_772_500_000, 1_772_600_000] as [UInt64]) {
            for statement in member.signed(member.seal(Sample.amendment.id, of: pact.id, at: at)) {
                try ledger.insertSeal(statement)
            }
        }
        let found = try #require(
            VerificationReport(verifying: BundleWriter(ledger).encoded(), expecting: pact.id).findings)
        #expect(found.evaluation.inForce.contains(Sample.amendment.id))
        let before = DayFindings(found, until: 1_772_599_999)
        #expect(before.evaluation.inForce == [pact.id])
        #expect(Set(before.restsOn.map(\.at)) == [1_772_357_400])
        let after = DayFindings(found, until: 1_772_600_000)
        #expect(after.evaluation.inForce == found.evaluation.inForce)
        #expect(after.restsOn.map(\.at).max() == 1_772_600_000)
        #expect(DayFindings(found, until: 0).evaluation.inForce == [])
    }
}
