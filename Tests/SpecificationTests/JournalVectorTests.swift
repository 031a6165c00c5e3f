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

    @Test func `that is valid, written again, is of version 2 and holds the same`() throws {
        var unchanged = 0
        for vector in Self.vectors where vector.expectation == "valid" {
            var writer = JournalBundleWriter(try #require(Digest(hex: vector["roadmap"])))
            let items = try items(vector.bytes)
            for item in items {
                switch item {
                case .record(let kind, let content): writer.add(kind, content)
                case .batch(let batch): writer.add(batch)
                }
            }
            let isOfVersion2 = try BundleReader(vector.bytes).version == .second
            #expect((writer.encoded() == vector.bytes) == isOfVersion2, "\(vector)")
            #expect(try self.items(writer.encoded()) == items, "\(vector)")
            if isOfVersion2 { unchanged += 1 }
        }
        #expect(unchanged == 7)
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
        #expect(forked == 2)
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

    @Test(arguments: ["two-writers", "version-2-two-writers"])
    func `that is changed by a byte or cut is refused, or holds other bytes`(name: String) {
        var generator = SplitMix64(seed: 12)
        let whole = Self.vectors.first { $0.name == name }!.bytes
        for _ in 0..<300 { #expect(outcome(mutated(whole, by: &generator)) != "valid at none") }
    }
}
