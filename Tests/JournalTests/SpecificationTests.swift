import CanonicalEncoding
import Cryptography
import Foundation
import Testing

@testable import Journal

@Suite("The journal's specification")
struct SpecificationTests {
    let lines: [String]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Docs/Specification/journal.md"), encoding: .utf8)
        lines = text.components(separatedBy: "\n")
    }

    @Test func `has the limits of the code, and no other`() {
        let expected: [String: Int] = [
            "entriesPerBlock": Int(JournalLimits.entriesPerBlock),
            "highestSequence": Int(JournalLimits.highestSequence),
            "seen": JournalLimits.seen,
            "headerByteCount": JournalLimits.headerByteCount,
            "bodyByteCount": JournalLimits.bodyByteCount,
            "smallBodyByteCount": JournalLimits.smallBodyByteCount,
            "batchByteCount": JournalLimits.batchByteCount,
            "checkpointByteCount": JournalLimits.checkpointByteCount,
            "incarnationByteCount": JournalLimits.incarnationByteCount,
        ]
        let rows = rows(after: "## 7. Limits").map { ($0[0].filter { $0 != "`" }, Int($0[1]) ?? -1) }
        #expect(Dictionary(uniqueKeysWithValues: rows) == expected)
    }

    @Test func `has the kinds of the code, and says whose body is always there`() {
        let rows = rows(after: "## 2. Entries")
        #expect(rows.map { UInt64($0[1]) } == EntryKind.known.map(\.code))
        for row in rows {
            #expect(EntryKind(code: UInt64(row[1])!).needsBody == (row[2] == "always"), "\(row[0])")
        }
    }

    @Test func `names every refusal of the code, and no other`() {
        let named = Set(rows(after: "## 5. Refusals").map { $0[1].split(separator: "`")[0] }.map(String.init))
        let digest = Digest(of: [])
        let all: [EntryRefusal] = [
            .emptyBatch, .beyondLimits(.spansBlocks), .malformed(index: 0, .init(.truncated)),
            .wrongRoadmap(found: digest), .wrongWriter(expected: .init(digest), found: .init(digest)),
            .outOfOrder(expected: 0, found: 0), .brokenLink(sequence: 0, found: .init(digest)),
            .beyondFork(parting: 0), .misplacedWriterEntry(sequence: 0), .bodyMissing(sequence: 0),
            .badBody(sequence: 0), .wrongKindOfBody(sequence: 0, .init(.truncated)), .unknownWriter(.init(digest)),
            .noCheckpoint, .badCheckpoint(.badSignature),
        ]
        #expect(named == Set(all.map(Self.name)))
        for limit in BatchLimit.allCases { #expect(lines.contains { $0.contains(limit.rawValue) }) }
    }

    @Test func `has an example that the code writes byte by byte, and reads back`() throws {
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let roadmap = Digest(of: "the roadmap".utf8)
        var composition = Composition(
            roadmap: roadmap, key: key.publicKey,
            incarnation: Incarnation([UInt8](repeating: 2, count: 16))!, at: 1_800_000_000)
        composition.compose(
            .note, body: CanonicalValue.text("hello").encoded(),
            seen: [EntryID(Digest([UInt8](repeating: 3, count: 32))!)], at: 1_800_000_001)
        let batch = composition.finish(signing: key)[0]
        let written: [(String, [UInt8])] = [
            ("writer id", batch.writer.digest.bytes),
            ("entry 0, body", batch.entries[0].body!), ("entry 0, header", batch.entries[0].header.bytes),
            ("entry 0, id", batch.entries[0].id.digest.bytes),
            ("entry 1, body", batch.entries[1].body!), ("entry 1, header", batch.entries[1].header.bytes),
            ("entry 1, id", batch.entries[1].id.digest.bytes), ("checkpoint", batch.checkpoint!.bytes),
        ]
        var found: [String: [UInt8]] = [:]
        for (name, bytes) in written {
            found[name] = example(name)
            #expect(found[name] == bytes, "\(name):\n\(Hexadecimal.text(of: bytes))")
        }
        guard found.count == written.count else { return }
        var journal = Journal(roadmap: roadmap)
        try journal.take(
            ReceivedBatch(
                writer: batch.writer,
                entries: [0, 1].map {
                    ReceivedEntry(header: found["entry \($0), header"]!, body: found["entry \($0), body"]!)
                }, checkpoint: found["checkpoint"]!))
        #expect(journal.heads.first?.id.digest.bytes == found["entry 1, id"])
    }

    /// The cells of the first table after a heading, without its head.
    private func rows(after heading: String) -> [[String]] {
        lines.drop { $0 != heading }.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2).map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// The hexadecimal digits under `name` in the example's block.
    private func example(_ name: String) -> [UInt8]? {
        let digits = lines.drop { $0 != "# \(name)" }.dropFirst().prefix { !$0.isEmpty && !$0.hasPrefix("```") }
        return digits.isEmpty ? nil : Hexadecimal.bytes(of: digits.joined())
    }

    private static func name(_ refusal: EntryRefusal) -> String {
        String(String(describing: refusal).prefix { $0.isLetter })
    }
}
