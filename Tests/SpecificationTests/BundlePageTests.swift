import Cryptography
import TestSupport
import Testing
import Verification

@testable import Agreement

@Suite("The page on the bundle")
struct BundlePageTests {
    private let page = SpecificationPage("bundle.md")

    @Test func `has the limits of the code, and no other`() {
        #expect(
            page.limits(under: "Limits") == [
                "byteCount": BundleLimits.byteCount, "recordCount": BundleLimits.recordCount,
                "waitingStatements": StatementLimits.waitingStatements,
                "waitingByteCount": StatementLimits.waitingByteCount,
            ])
    }

    @Test func `has a row for every kind of record, by its number`() {
        #expect(page.table(under: "Records").map { UInt64($0[1]) } == BundleRecordKind.allCases.map(\.rawValue))
    }

    @Test func `has the scopes`() {
        #expect(page.table(under: "The file").map { $0[0] } == BundleScope.allCases.map(\.rawValue))
    }

    @Test func `has a row for every code of the code, and no other`() {
        let codes = SourceFile("Sources/Verification/BundleReader.swift").texts(
            behind: ": \"", in: "public var word: String")
        #expect(page.table(under: "Refusals").map { $0[0] }.sorted() == codes.sorted())
    }

    @Test func `has the verdicts, the one that takes precedence first`() {
        let verdicts = SourceFile("Sources/Verification/VerificationReport.swift").cases(of: "Verdict").map(\.name)
        #expect(page.table(under: "What a verifier says").map { $0[0] } == verdicts.reversed())
    }

    @Test func `shows a bundle that the code writes byte by byte, and finds as the page says`() throws {
        let bridge = try Bridge()
        let example = page.blocks("cbor-sequence-hex")[0]
        #expect(example == (try bridge.bundle))
        let report = try VerificationReport(verifying: example, expecting: bridge.founding.id)
        #expect(report.verdict == .valid)
        let findings = try #require(report.findings)
        #expect(findings.contents.recordCount == 6)
        #expect(findings.contents.signatureCheckCount == 4)
        #expect(findings.evaluation.inForce == [bridge.founding.id])
        #expect(findings.evaluation.state(of: bridge.amendment.id) == .sealed)
        #expect(findings.parties.first?.state?.inForce == findings.roots.inForce)
    }
}
