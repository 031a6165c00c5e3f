import Journal
import TestSupport
import Testing

@testable import Verification

@Suite("A check of a file of journals")
struct JournalFileCheckTests {
    /// Whole journals of writers that told one story.
    private static let whole = Vector.all(of: "journals").filter { vector in
        vector.expectation == "valid" && !vector.name.hasSuffix("forked-writer") && vector.name != "from-a-moment"
    }

    private func check(_ bytes: [UInt8], inPiecesOf byteCount: Int) throws -> JournalFileCheck {
        var rest = bytes[...]
        return try JournalFileCheck(of: {
            defer { rest = rest.dropFirst(byteCount) }
            return Array(rest.prefix(byteCount))
        })
    }

    @Test(arguments: [1, 7, 61, 4096, 1 << 20])
    func `finds every entry and every writer's signature good, whatever the pieces are`(byteCount: Int) throws {
        #expect(Self.whole.count == 14)
        for vector in Self.whole {
            var reader = try JournalBundleReader(vector.bytes)
            var (entryCount, recordCount, writers) = (0, 0, Set<WriterID>())
            while let item = try reader.next() {
                switch item {
                case .record: recordCount += 1
                case .batch(let batch):
                    entryCount += batch.entries.count
                    writers.insert(batch.writer)
                }
            }
            let found = try check(vector.bytes, inPiecesOf: byteCount)
            #expect(found.chains.entryCount == entryCount, "\(vector)")
            #expect(found.chains.signatureCheckCount == writers.count, "\(vector)")
            #expect(found.looseRecordCount == recordCount, "\(vector)")
        }
    }

    @Test(arguments: ["two-writers", "version-2-two-writers"])
    func `refuses a file with a byte changed or its end cut off`(name: String) {
        var generator = SplitMix64(seed: 13)
        let whole = Self.whole.first { $0.name == name }!.bytes
        for _ in 0..<300 {
            let bytes = mutated(whole, by: &generator)
            #expect(throws: (any Error).self) { try check(bytes, inPiecesOf: 100) }
        }
    }

    @Test func `refuses a journal that begins behind its first entry, and one of two stories`() throws {
        for vector in Vector.all(of: "journals") where vector.name == "from-a-moment" {
            #expect(throws: EntryRefusal.self) { try check(vector.bytes, inPiecesOf: 100) }
        }
        for vector in Vector.all(of: "journals") where vector.name == "version-2-forked-writer" {
            #expect(throws: EntryRefusal.self) { try check(vector.bytes, inPiecesOf: 100) }
        }
    }

    @Test(arguments: [("another-scope", "scope-not-supported"), ("accusation-among-journals", "unexpected-kind")])
    func `takes no file of another scope, and no record that stands in no journal`(name: String, code: String) throws {
        let vector = try #require(Vector.all(of: "journals").first { $0.name == name })
        let refusal = #expect(throws: BundleRefusal.self) { _ = try check(vector.bytes, inPiecesOf: 100) }
        #expect(refusal?.code.word == code)
    }
}
