import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import TestSupport
import Testing
import Verification

@Suite("The page on proofs")
struct ProofPageTests {
    private let page = SpecificationPage("proof.md")

    @Test func `has the limits of the code, and no other`() {
        #expect(
            page.limits(under: "Limits") == [
                "leafCount": Int(ProofLimits.leafCount), "shownPerProof": ProofLimits.shownPerProof,
                "nodesPerProof": ProofLimits.nodesPerProof,
            ])
    }

    @Test func `has the kinds of record that a proof may hold, by their numbers`() {
        let kinds: [BundleRecordKind] = [.proof, .keyStatement, .seal, .stateCertificate]
        #expect(page.table(under: "Records").map { UInt64($0[1]) } == kinds.map(\.rawValue))
    }

    @Test func `shows a file that the code writes byte by byte, and finds as the page says`() throws {
        let bridge = try Bridge()
        let whole = try VerificationReport(verifying: bridge.bundle, expecting: bridge.founding.id)
        let example = page.blocks("cbor-sequence-hex")[0]
        #expect(example == ProofWriter(try #require(whole.findings)).proof(of: name("1")))
        let report = try VerificationReport(verifying: example, expecting: bridge.founding.id)
        #expect(report.verdict == .valid)
        let found = try #require(report.proof)
        #expect(found.certifying.map(\.id) == [name("A")] && !found.areKeysChecked && found.isRuleMet == true)
    }
}

@Suite("A vector of proofs")
struct ProofVectorTests {
    private static let vectors = Vector.all(of: "proof")

    @Test(arguments: vectors)
    func `is refused with its code, or written again as it came`(vector: Vector) {
        do throws(DecodingRefusal) {
            let read = try ProvisionProof(payload: vector.bytes)
            let again = try ProvisionProof(
                roadmap: read.roadmap, provision: read.provision, count: read.count, shown: read.shown,
                nodes: read.nodes)
            #expect(again.payload == vector.bytes)
            #expect(vector.expectation == "valid")
        } catch {
            #expect(error.fault.rawValue == vector.expectation)
        }
    }

    @Test func `of a file exists for every code that a proof adds`() {
        let words = Set(Vector.all(of: "provision").map(\.expectation))
        #expect(words.isSuperset(of: ["valid", "incomplete", "no-proof", "not-of-this-proof", "too-early"]))
    }

    @Test func `of a file that is changed by a byte or cut is invalid, or no bundle`() {
        var generator = SplitMix64(seed: 17)
        let whole = Vector.all(of: "provision").first { $0.name == "an-article" }!.bytes
        for _ in 0..<300 {
            let report = try? VerificationReport(verifying: mutated(whole, by: &generator), expecting: nil)
            #expect(report == nil || report?.verdict == .invalid)
        }
    }
}
