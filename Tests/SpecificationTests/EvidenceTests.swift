import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import TestSupport
import Testing
import Verification

@Suite("The page on evidence")
struct EvidencePageTests {
    private let page = SpecificationPage("evidence.md")
    private let text = Repository.text(at: "Docs/Specification/evidence.md")

    @Test func `has the limits of the code, and no other`() {
        #expect(
            page.limits(under: "Limits") == [
                "accusationCount": BundleLimits.accusationCount,
                "evidenceFilesPerKind": BundleLimits.evidenceFilesPerKind,
            ])
    }

    @Test func `has the fields of an accusation, in the order in which they are judged`() {
        let fields = page.table(under: "Accusations").map { $0[0] }
        #expect(fields == ["type", "roadmap", "party", "kind", "records", "writer"])
    }

    @Test func `names every kind of accusation`() {
        for kind in Accusation.Kind.allCases { #expect(text.contains("\n| `\(kind.rawValue)` | "), "\(kind)") }
    }

    @Test func `has the kinds of record that no other bundle holds, by their numbers`() {
        let rows = page.table(under: "Pieces of a journal").map { UInt64($0[1]) }
        #expect(rows == [BundleRecordKind.header, .body, .checkpoint].map(\.rawValue))
    }

    @Test func `has a row for every reason, with the verdict that comes with it`() {
        let rows = text.split(separator: "\n").compactMap { line -> [String]? in
            let cells = line.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } }
            return cells.count == 3 && Judgement.Verdict(rawValue: cells[1]) != nil ? cells : nil
        }
        for row in rows { #expect(Judgement.Reason(rawValue: row[0])?.verdict.rawValue == row[1], "\(row[0])") }
        #expect(Set(rows.map { $0[0] }) == Set(Judgement.Reason.allCases.map(\.rawValue)))
    }

    @Test func `shows a file that the code writes byte by byte, and that convicts`() throws {
        let bridge = try Bridge()
        var ledger = try bridge.ledger
        let rejection = try Seal(
            roadmap: bridge.founding.id, instrument: bridge.amendment.id, party: name("A"),
            keys: Bridge.record(of: name("A")).id, verdict: .reject, at: Bridge.time)
        try ledger.insertSeal(Bridge.signed(rejection))
        let files = EvidenceWriter(ledger).files()
        let example = page.blocks("cbor-sequence-hex")[0]
        #expect(files.map(\.bytes) == [example])
        #expect(text.contains("`\(files[0].name)`"))
        let report = try VerificationReport(verifying: example, expecting: bridge.founding.id)
        #expect(report.verdict == .forked)
        #expect(report.findings?.judgements.map(\.reason) == [.contradiction])
    }
}

/// What a verifier says of a vector: the reason of its first accusation, or the code of the refusal.
private func outcome(_ bytes: [UInt8], expecting roadmap: Digest?) -> (word: String, record: String) {
    guard let report = try? VerificationReport(verifying: bytes, expecting: roadmap) else {
        return ("not-a-bundle", "none")
    }
    let word = report.refusal?.code.word ?? report.findings?.judgements.first?.reason.rawValue
    return (word ?? "nobody is accused", report.refusal?.record.map { "\($0)" } ?? "none")
}

@Suite("A vector of evidence")
struct EvidenceVectorTests {
    private static let vectors = Vector.all(of: "evidence")

    @Test(arguments: vectors)
    func `is judged for its reason, or refused with its code at its record`(vector: Vector) {
        let found = outcome(vector.bytes, expecting: Digest(hex: vector["roadmap"]))
        #expect(found.word == vector.expectation && found.record == vector["record"], "\(found)")
    }

    @Test(arguments: vectors)
    func `has the verdict that follows from its accusations`(vector: Vector) throws {
        let report = try VerificationReport(verifying: vector.bytes, expecting: nil)
        guard let findings = report.findings else { return }
        let verdicts = Set(findings.judgements.map(\.verdict))
        let expected: VerificationReport.Verdict =
            verdicts.contains(.convicted) || !findings.evidence.isEmpty
            ? .forked : verdicts.contains(.incomplete) ? .incomplete : .valid
        #expect(report.verdict == expected)
    }

    @Test func `exists for every reason, and for every code that is about these records`() {
        let words = Set(Self.vectors.map(\.expectation))
        #expect(words.isSuperset(of: Judgement.Reason.allCases.map(\.rawValue)))
        let codes = [
            "other-roadmap", "duplicate-record", "too-early", "unknown-key", "bad-signature", "unexpected-kind",
            "truncated", "missing-field",
        ]
        #expect(words.isSuperset(of: codes))
    }

    @Test func `packed anew, is judged the same`() throws {
        for vector in Self.vectors {
            guard let found = try VerificationReport(verifying: vector.bytes, expecting: nil).findings else { continue }
            let packed = BundleWriter(
                found.contents.ledger, journal: found.contents.evidence.journal,
                accusations: found.contents.evidence.accusations
            ).encoded()
            let again = try #require(VerificationReport(verifying: packed, expecting: nil).findings, "\(vector)")
            // What our writer leaves out, for nobody could check it, is absent then; nobody is better or worse off.
            let verdicts = [found, again].map { Dictionary(grouping: $0.judgements, by: \.accusation.id) }
            for (id, judgements) in verdicts[0] {
                #expect(verdicts[1][id]?.map(\.verdict) == judgements.map(\.verdict), "\(vector)")
            }
        }
    }

    @Test func `that is changed by a byte or cut is invalid, or no bundle`() {
        var generator = SplitMix64(seed: 12)
        for name in ["forked-journal", "rivals", "keys-changed-twice"] {
            let whole = Self.vectors.first { $0.name == name }!.bytes
            for _ in 0..<100 {
                let bytes = mutated(whole, by: &generator)
                let findings = (try? VerificationReport(verifying: bytes, expecting: nil))?.findings
                #expect(findings == nil, "\(name)")
            }
        }
    }
}

@Suite("A vector of accusations")
struct AccusationVectorTests {
    @Test(arguments: Vector.all(of: "accusation"))
    func `is refused with its code, or written again as it came`(vector: Vector) {
        do throws(DecodingRefusal) {
            let read = try Accusation(payload: vector.bytes)
            let again = try Accusation(
                roadmap: read.roadmap, party: read.party, kind: read.kind, records: read.records, writer: read.writer)
            #expect(again == read && again.payload == vector.bytes)
            #expect(vector.expectation == "valid")
        } catch {
            #expect(error.fault.rawValue == vector.expectation)
        }
    }
}
