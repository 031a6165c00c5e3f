import CanonicalEncoding
import Cryptography
import Testing

@testable import Journal

@Suite("A batch")
struct BatchTests {
    let paris = Scribe.paris

    @Test func `of a new writer is taken whole, and makes its last entry the head`() throws {
        let chain = paris.chain(3)
        let journal = try Journal(holding: paris.batch(chain))
        #expect(journal.heads == [Head(writer: paris.writer, sequence: 2, id: chain[2].id)])
        #expect(journal[paris.writer]?.trunk == chain.map(\.id))
        #expect(journal[paris.writer]?.key == paris.key.publicKey)
    }

    @Test func `that continues the chain adds only what is new, however far it overlaps`() throws {
        let chain = paris.chain(6)
        var journal = try Journal(holding: paris.batch(chain[..<3]))
        let verified = try journal.take(paris.batch(chain[1...]))
        #expect(verified.placement == .growth(from: 3))
        #expect(verified.newEntries.map(\.id) == chain[3...].map(\.id))
        #expect(journal[paris.writer]?.trunk == chain.map(\.id))
    }

    @Test func `with nothing new is held already, and its signature is not looked at`() throws {
        let chain = paris.chain(6)
        let journal = try Journal(holding: paris.batch(chain))
        let verified = try journal.check(paris.batch(chain[2..<4]).with(checkpoint: nil))
        #expect(verified.placement == .held)
        #expect(verified.newEntries.isEmpty)
    }

    @Test func `verified twice before it is appended is appended once`() throws {
        let chain = paris.chain(4)
        var journal = Journal(roadmap: Scribe.roadmap)
        let (one, other) = (try journal.check(paris.batch(chain)), try journal.check(paris.batch(chain[..<2])))
        journal.append(one)
        journal.append(other)
        journal.append(one)
        #expect(journal.refitted(one).placement == .held)
        #expect(journal[paris.writer]?.trunk == chain.map(\.id))
    }

    @Test func `of nothing is refused`() {
        expect(.emptyBatch, paris.batch([VerifiedEntry]()))
    }

    @Test func `may end with a block but not reach into the next`() throws {
        let chain = paris.chain(258)
        var journal = try Journal(holding: paris.batch(chain[..<256]))
        expect(.beyondLimits(.spansBlocks), paris.batch(chain[255..<257]), in: journal)
        expect(.beyondLimits(.spansBlocks), paris.batch(chain[..<257]), in: journal)
        try journal.take(paris.batch(chain[256...]))
        #expect(journal.entryCount == 258)
    }

    @Test func `may hold a large body, but only at its end`() throws {
        let first = paris.first()
        let small = paris.entry(1, after: first.id, .note, large(by: 0))
        let big = paris.entry(1, after: first.id, .note, large(by: 1))
        _ = try Journal(holding: paris.batch([first, small, paris.next(small)]))
        _ = try Journal(holding: paris.batch([first, big]))
        expect(.beyondLimits(.largeBodyBeforeEnd), paris.batch([first, big, paris.next(big)]))
    }

    @Test func `with a header that is none is refused at that header`() {
        let batch = paris.batch(paris.chain(2))
        let cut = Array(batch.entries[1].header.dropLast())
        let refusal = DecodingRefusal(.truncated, offset: cut.count)
        expect(.malformed(index: 1, refusal), batch.with(1, header: cut, body: nil))
    }

    @Test func `of another roadmap or of another writer than it says is refused`() {
        var abroad = paris
        abroad.roadmap = Digest(of: "another".utf8)
        expect(.wrongRoadmap(found: abroad.roadmap), abroad.batch([abroad.first()]))
        let batch = paris.batch([paris.first()])
        let claimed = ReceivedBatch(writer: Scribe.seoul.writer, entries: batch.entries, checkpoint: batch.checkpoint)
        expect(.wrongWriter(expected: Scribe.seoul.writer, found: paris.writer), claimed)
    }

    @Test func `that skips a sequence is refused, within it and before it, and the journal stays as it was`() throws {
        let chain = paris.chain(5)
        let journal = try Journal(holding: paris.batch(chain[..<2]))
        expect(.outOfOrder(expected: 2, found: 3), paris.batch(chain[3...]), in: journal)
        expect(.outOfOrder(expected: 3, found: 4), paris.batch([chain[2], chain[4]]), in: journal)
        expect(.outOfOrder(expected: 0, found: 1), paris.batch(chain[1...]))
        #expect(journal.entryCount == 2)
    }

    @Test func `whose links do not hold is refused, within it and before it`() throws {
        let chain = paris.chain(3)
        let stray = paris.entry(2, after: chain[0].id, .note, [])
        let journal = try Journal(holding: paris.batch(chain[..<2]))
        expect(.brokenLink(sequence: 2, found: chain[0].id), paris.batch([stray]), in: journal)
        expect(.brokenLink(sequence: 2, found: chain[0].id), paris.batch([chain[1], stray]), in: journal)
        let rootless = paris.entry(0, after: chain[0].id, .writer, paris.body.encoded())
        expect(.brokenLink(sequence: 0, found: chain[0].id), paris.batch([rootless]))
    }

    @Test func `begins a chain with a writer entry, and has no other`() throws {
        let note = paris.entry(0, after: EntryID(Scribe.roadmap), .note, [])
        expect(.misplacedWriterEntry(sequence: 0), paris.batch([note]))
        let second = paris.entry(1, after: paris.first().id, .writer, paris.body.encoded())
        expect(.misplacedWriterEntry(sequence: 1), paris.batch([paris.first(), second]))
    }

    @Test func `may lack the body of a note, but not of an agreement record or a writer entry`() throws {
        let first = paris.first()
        for kind in EntryKind.known where kind != .writer {
            let batch = paris.batch([first, paris.next(first, kind)]).with(1, body: nil)
            if kind.isAgreement {
                expect(.bodyMissing(sequence: 1), batch)
            } else {
                #expect(try Journal(holding: batch).entryCount == 2)
            }
        }
        expect(.bodyMissing(sequence: 0), paris.batch([first]).with(0, body: nil))
    }

    @Test func `with a body of another length or hash is refused`() {
        let batch = paris.batch([paris.first(), paris.next(paris.first(), saying: "yes")])
        expect(.badBody(sequence: 1), batch.with(1, body: Array("yes!".utf8)))
        expect(.badBody(sequence: 1), batch.with(1, body: Array("yet".utf8)))
    }

    @Test func `has its bodies checked against their kinds, but never one of an unknown kind`() throws {
        let refusal = DecodingRefusal(.wrongKind, field: "type")
        let journal = Journal(roadmap: Scribe.roadmap)
        let first = paris.first()
        let seal = paris.batch([first, paris.next(first, .seal)])
        #expect(throws: EntryRefusal.wrongKindOfBody(sequence: 1, refusal)) {
            try journal.check(seal, bodyCheck: { kind, _ in kind == .seal ? refusal : nil })
        }
        let unknown = paris.batch([first, paris.next(first, .unknown(99))])
        #expect(try journal.check(unknown, bodyCheck: { _, _ in refusal }).entries.count == 2)
    }

    @Test func `of a key that may not write, or that proves another writer's key, is refused`() throws {
        let journal = Journal(roadmap: Scribe.roadmap)
        #expect(throws: EntryRefusal.unknownWriter(paris.writer)) {
            try journal.check(paris.batch([paris.first()]), mayWrite: { $0 != paris.key.publicKey })
        }
        let borrowed = paris.entry(0, after: EntryID(Scribe.roadmap), .writer, Scribe.seoul.body.encoded())
        expect(.unknownWriter(paris.writer), paris.batch([borrowed]))
        let garbled = paris.entry(0, after: EntryID(Scribe.roadmap), .writer, [0xa0])
        expect(
            .wrongKindOfBody(sequence: 0, DecodingRefusal(.missingField, field: "key")), paris.batch([garbled]))
    }

    @Test func `without the writer's signature over its last entry is refused`() throws {
        let chain = paris.chain(2)
        let batch = paris.batch(chain)
        expect(.noCheckpoint, batch.with(checkpoint: nil))
        expect(.badCheckpoint(.anotherEntry), batch.with(checkpoint: paris.checkpoint(chain[0])))
        var flipped = batch.checkpoint!
        flipped[flipped.count - 1] ^= 1
        expect(.badCheckpoint(.badSignature), batch.with(checkpoint: flipped))
        let forged = Checkpoint(of: chain[1].header, signing: Scribe.seoul.key).bytes
        expect(.badCheckpoint(.badSignature), batch.with(checkpoint: forged))
        expect(
            .badCheckpoint(.malformed(DecodingRefusal(.tooLong))),
            batch.with(checkpoint: [UInt8](repeating: 0, count: JournalLimits.checkpointByteCount + 1)))
    }

    private func large(by excess: Int) -> [UInt8] {
        [UInt8](repeating: 7, count: JournalLimits.smallBodyByteCount + excess)
    }

    private func expect(
        _ refusal: EntryRefusal, _ batch: ReceivedBatch, in journal: Journal = Journal(roadmap: Scribe.roadmap),
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: refusal, sourceLocation: location) { try journal.check(batch) }
    }
}
