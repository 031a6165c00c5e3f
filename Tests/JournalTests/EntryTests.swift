import CanonicalEncoding
import Cryptography
import Identity
import Testing

@testable import Journal

@Suite("An entry's header")
struct EntryHeaderTests {
    let ids = ["a", "b", "c"].map { EntryID(Digest(of: $0.utf8)) }.sorted()

    @Test func `reads back as what it was written from, byte by byte`() throws {
        let written = EntryHeader(
            roadmap: Scribe.roadmap, writer: Scribe.paris.writer, sequence: 7, previous: ids[0], seen: ids.reversed(),
            time: 1_700_000_000, kind: .unknown(77), body: [1, 2, 3])
        let read = try EntryHeader(encoded: written.bytes)
        #expect(read == written && read.bytes == written.bytes)
        #expect(read.seen == ids && read.kind == .unknown(77) && read.bodyByteCount == 3 && read.sequence == 7)
        #expect(read.isOf([1, 2, 3]) && !read.isOf([1, 2, 4]) && !read.isOf([1, 2]))
        #expect(read.id.digest == Digest(of: read.bytes))
    }

    @Test func `is refused when a field is not what it must be`() {
        expect(.wrongKind, "version") { $0[0] = .unsigned(2) }
        expect(.badLength, "roadmap") { $0[1] = .bytes([1]) }
        expect(.badLength, "writer") { $0[2] = .bytes([UInt8](repeating: 0, count: 33)) }
        expect(.outOfRange, "sequence") { $0[3] = .unsigned(JournalLimits.highestSequence + 1) }
        expect(.badLength, "previous") { $0[4] = .bytes([]) }
        expect(.notAscending, "seen") { $0[5] = .array([self.ids[1].digest.value, self.ids[0].digest.value]) }
        expect(.notAscending, "seen") { $0[5] = .array([self.ids[0].digest.value, self.ids[0].digest.value]) }
        expect(.tooLong, "body length") { $0[9] = .unsigned(UInt64(JournalLimits.bodyByteCount) + 1) }
        expect(.badLength, "header") { $0.append(.null) }
        expect(.wrongType, "") { $0[6] = .text("now") }
    }

    @Test func `names at most 256 entries that it has seen, and fits its limit then`() throws {
        let many = (0..<257).map { EntryID(Digest(of: [UInt8($0 & 255), UInt8($0 >> 8)])) }.sorted()
        expect(.tooMany, "seen") { $0[5] = .array(many.map(\.digest.value)) }
        var longest = fields
        longest[3] = .unsigned(JournalLimits.highestSequence)
        longest[5] = .array(many.prefix(256).map(\.digest.value))
        longest[6] = .unsigned(.max)
        longest[7] = .unsigned(.max)
        longest[9] = .unsigned(UInt64(JournalLimits.bodyByteCount))
        let header = try EntryHeader(encoded: CanonicalValue.array(longest).encoded())
        #expect(header.bytes.count <= JournalLimits.headerByteCount)
        #expect(throws: DecodingRefusal(.tooLong, field: "header")) {
            try EntryHeader(encoded: [UInt8](repeating: 0, count: JournalLimits.headerByteCount + 1))
        }
    }

    @Test func `is refused at every byte at which it may be cut`() {
        let bytes = CanonicalValue.array(fields).encoded()
        for count in 0..<bytes.count {
            #expect(throws: DecodingRefusal.self) { try EntryHeader(encoded: Array(bytes[..<count])) }
        }
        #expect(throws: DecodingRefusal.self) { try EntryHeader(encoded: bytes + [0]) }
    }

    private var fields: [CanonicalValue] {
        [
            .unsigned(1), Scribe.roadmap.value, Scribe.paris.writer.digest.value, .unsigned(1), ids[0].digest.value,
            .array([]), .unsigned(5), .unsigned(18), Digest(of: []).value, .unsigned(0),
        ]
    }

    private func expect(
        _ fault: DecodingFault, _ field: String, at location: SourceLocation = #_sourceLocation,
        _ change: (inout [CanonicalValue]) -> Void
    ) {
        var changed = fields
        change(&changed)
        let error = #expect(throws: DecodingRefusal.self, sourceLocation: location) {
            try EntryHeader(encoded: CanonicalValue.array(changed).encoded())
        }
        #expect(error?.fault == fault && error?.field == field, sourceLocation: location)
    }
}

@Suite("An entry's kind")
struct EntryKindTests {
    @Test func `is its number, and a number that nobody knows is carried`() {
        for kind in EntryKind.known { #expect(EntryKind(code: kind.code) == kind) }
        #expect(EntryKind.known.filter(\.isAgreement).map(\.code) == [1, 2, 3, 4, 5])
        #expect(EntryKind(code: 6) == .unknown(6) && EntryKind.unknown(6).code == 6)
    }
}

@Suite("A writer")
struct WriterTests {
    @Test func `is its key and its incarnation, and another with either changed`() {
        let paris = Scribe.paris
        #expect(paris.writer == Scribe(seed: 1).writer)
        #expect(paris.writer != Scribe(seed: 1, incarnation: 1).writer)
        #expect(paris.writer != Scribe(seed: 2).writer)
    }

    @Test func `proves itself by a body that reads back`() throws {
        let body = WriterBody(
            key: Scribe.paris.key.publicKey, incarnation: Scribe.paris.body.incarnation,
            succeeds: EntryID(Scribe.roadmap))
        #expect(try WriterBody(encoded: body.encoded()) == body)
        #expect(try WriterBody(encoded: Scribe.paris.body.encoded()).succeeds == nil)
    }

    @Test func `is refused a body with a wrong incarnation, a wrong key, or a field too many`() {
        func expect(_ fault: DecodingFault, _ fields: [(String, CanonicalValue?)]) {
            let error = #expect(throws: DecodingRefusal.self) {
                try WriterBody(encoded: CanonicalValue.record(fields).encoded())
            }
            #expect(error?.fault == fault)
        }
        let key = CanonicalValue.bytes(Scribe.paris.key.publicKey.bytes)
        let incarnation = CanonicalValue.bytes([UInt8](repeating: 0, count: 16))
        expect(.missingField, [("key", key)])
        expect(.badLength, [("key", key), ("incarnation", .bytes([1]))])
        expect(.badKey, [("key", .bytes([0xa0])), ("incarnation", incarnation)])
        expect(.wrongType, [("key", .null), ("incarnation", incarnation)])
        expect(.unknownField, [("key", key), ("incarnation", incarnation), ("name", .null)])
        expect(.badLength, [("key", key), ("incarnation", incarnation), ("succeeds", .bytes([1]))])
    }
}

@Suite("A checkpoint")
struct CheckpointTests {
    @Test func `reads back, and is signed by its writer's key and no other`() throws {
        let entry = Scribe.paris.first()
        let checkpoint = try Checkpoint(encoded: Scribe.paris.checkpoint(entry))
        #expect(checkpoint.entry == entry.id && checkpoint.sequence == 0 && checkpoint.writer == Scribe.paris.writer)
        #expect(checkpoint.isSigned(by: Scribe.paris.key.publicKey))
        #expect(!checkpoint.isSigned(by: Scribe.seoul.key.publicKey))
        #expect(checkpoint.bytes.count <= JournalLimits.checkpointByteCount)
    }

    @Test func `is refused when its payload is of another type`() {
        let payload = CanonicalValue.array([.text("syngraph/checkpoint/2"), .null, .null, .null, .null]).encoded()
        let statement = SignedStatement(payload, as: .checkpoint, by: Scribe.paris.key).encoded()
        #expect(throws: DecodingRefusal(.wrongKind)) { try Checkpoint(encoded: statement) }
        let card = SignedStatement(payload, as: .card, by: Scribe.paris.key).encoded()
        #expect(throws: DecodingRefusal(.wrongKind, field: "typ")) { try Checkpoint(encoded: card) }
    }
}
