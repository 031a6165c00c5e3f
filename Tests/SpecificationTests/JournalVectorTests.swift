import Agreement
import CanonicalEncoding
import Cryptography
import Journal
import TestSupport
import Testing
import Verification

@Suite("A vector of journals in a file")
struct JournalVectorTests {
    private static let vectors = Vector.all(of: "journals")

    private func items(_ bytes: [UInt8]) throws -> [JournalBundleReader.Item] {
        var reader = try JournalBundleReader(bytes)
        var items: [JournalBundleReader.Item] = []
        while let item = try reader.next() { items.append(item) }
        return items
    }

    /// `valid`, or the code of the refusal, with the record's place.
    private func outcome(_ bytes: [UInt8]) -> String {
        do {
            _ = try items(bytes)
            return "valid at none"
        } catch let refusal as BundleRefusal {
            return "\(refusal.code.word) at \(refusal.record.map { "\($0)" } ?? "none")"
        } catch {
            return "not-a-bundle at none"
        }
    }

    @Test(arguments: vectors)
    func `is read, or refused with its code at its record`(vector: Vector) {
        #expect(outcome(vector.bytes) == "\(vector.expectation) at \(vector["record"])")
    }

    @Test func `that is valid, written again, is the same bytes`() throws {
        for vector in Self.vectors where vector.expectation == "valid" {
            var writer = JournalBundleWriter(try #require(Digest(hex: vector["roadmap"])))
            for item in try items(vector.bytes) {
                switch item {
                case .record(let kind, let content): writer.add(kind, content)
                case .batch(let batch): writer.add(batch)
                }
            }
            #expect(writer.encoded() == vector.bytes, "\(vector)")
        }
    }

    /// Those that begin at the beginning are journals that a node takes.
    @Test func `that is valid holds batches that a journal takes`() throws {
        var forked = 0
        for vector in Self.vectors where vector.expectation == "valid" && vector.name != "from-a-moment" {
            var journal = Journal(roadmap: try #require(Digest(hex: vector["roadmap"])))
            for case .batch(let batch) in try items(vector.bytes) {
                journal.append(
                    try journal.verify(
                        batch, mayWrite: { $0 == TestKeys.node(of: "A").publicKey }, bodyCheck: { _, _ in nil }))
            }
            forked += journal.writers.count { journal[$0]?.hasForked == true }
        }
        #expect(forked == 1)
    }

    @Test func `exists for every code of a file of journals`() {
        let codes = Set(Self.vectors.map(\.expectation))
        #expect(
            codes.isSuperset(of: [
                "valid", "not-a-bundle", "scope-not-supported", "unexpected-kind", "other-roadmap", "contradiction",
                "too-many", "truncated", "trailing-bytes",
            ]))
        #expect(Set(Self.vectors.map(\.bytes)).count == Self.vectors.count)
    }

    @Test func `that is changed by a byte or cut is refused, or holds other bytes`() {
        var generator = SplitMix64(seed: 12)
        let whole = Self.vectors.first { $0.name == "two-writers" }!.bytes
        for _ in 0..<300 { #expect(outcome(mutated(whole, by: &generator)) != "valid at none") }
    }
}
