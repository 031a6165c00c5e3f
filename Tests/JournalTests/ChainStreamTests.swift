import CanonicalEncoding
import Cryptography
import Testing

@testable import Journal

@Suite("A stream of whole chains")
struct ChainStreamTests {
    private enum Item {
        case header([UInt8]), body([UInt8]), checkpoint([UInt8])
    }

    private func items(_ entries: [VerifiedEntry]) -> [Item] {
        entries.flatMap { entry -> [Item] in [.header(entry.header.bytes), .body(entry.received.body!)] }
    }

    @discardableResult
    private func read(_ items: [Item]) throws(EntryRefusal) -> ChainStream {
        var stream = ChainStream(roadmap: Scribe.roadmap)
        for item in items {
            switch item {
            case .header(let bytes): try stream.take(header: bytes[...])
            case .body(let bytes): try stream.take(body: bytes[...])
            case .checkpoint(let bytes): try stream.take(checkpoint: bytes[...])
            }
        }
        try stream.finish()
        return stream
    }

    private func last(_ entries: [VerifiedEntry], by scribe: Scribe = .paris) -> Item {
        .checkpoint(scribe.checkpoint(entries.last!))
    }

    @Test func `takes in two writers who take turns, and checks one signature of each`() throws {
        let paris = Scribe.paris.chain(5)
        let seoul = Scribe.seoul.chain(5)
        let turns = zip(paris, seoul).flatMap { items([$0]) + items([$1]) }
        let stream = try read(turns + [last(paris), last(seoul, by: .seoul)])
        #expect(stream.entryCount == 10 && stream.writerCount == 2 && stream.signatureCheckCount == 2)
    }

    @Test func `takes in a note without its body, and no writer's entry without`() throws {
        let chain = Scribe.paris.chain(3)
        let pruned = items([chain[0]]) + [.header(chain[1].header.bytes)] + items([chain[2]])
        #expect(try read(pruned + [last(chain)]).entryCount == 3)
        #expect(throws: EntryRefusal.bodyMissing(sequence: 0)) {
            try read([.header(chain[0].header.bytes)] + items([chain[1]]) + [last(chain)])
        }
    }

    @Test func `refuses what stands in another place, hangs on another entry, or is of another roadmap`() throws {
        let chain = Scribe.paris.chain(3)
        #expect(throws: EntryRefusal.outOfOrder(expected: 1, found: 2)) {
            try read(items([chain[0], chain[2]]) + [last(chain)])
        }
        let other = Scribe.paris.chain(1, after: Scribe.paris.first(time: 2))
        #expect(throws: EntryRefusal.brokenLink(sequence: 1, found: other[0].header.previous)) {
            try read(items([chain[0]]) + items(other))
        }
        var elsewhere = Scribe.paris
        elsewhere.roadmap = Digest(of: "another".utf8)
        #expect(throws: EntryRefusal.wrongRoadmap(found: elsewhere.roadmap)) { try read(items([elsewhere.first()])) }
    }

    @Test func `refuses a body that is another, or that comes twice`() throws {
        let chain = Scribe.paris.chain(2)
        let headers = chain.map { Item.header($0.header.bytes) }
        #expect(throws: EntryRefusal.badBody(sequence: 1)) {
            try read(items([chain[0]]) + [headers[1], .body(Array("!".utf8))])
        }
        #expect(throws: EntryRefusal.badBody(sequence: 1)) {
            try read(items(chain) + [.body(chain[1].received.body!)])
        }
    }

    @Test func `refuses a chain whose end no good signature covers`() throws {
        let chain = Scribe.paris.chain(3)
        #expect(throws: EntryRefusal.noCheckpoint) { try read(items(chain)) }
        let early = items(Array(chain[..<2])) + [last(Array(chain[..<2]))] + items([chain[2]])
        #expect(throws: EntryRefusal.noCheckpoint) { try read(early) }
        #expect(throws: EntryRefusal.badCheckpoint(.badSignature)) {
            try read(items(chain) + [last(chain, by: .seoul)])
        }
        #expect(throws: EntryRefusal.badCheckpoint(.anotherEntry)) {
            try read(items(chain) + [last(Array(chain[..<2]))])
        }
    }

    @Test func `reads a header as the long way does, and refuses the same`() throws {
        let seen = [EntryID(Digest(of: [1])), EntryID(Digest(of: [2]))]
        let header = EntryHeader(
            roadmap: Scribe.roadmap, writer: Scribe.paris.writer, sequence: 70_000, previous: seen[0], seen: seen,
            time: 1 << 33, kind: .note, body: [UInt8](repeating: 1, count: 300))
        #expect(try head(header.bytes) == EntryHead(header))
        for place in header.bytes.indices {
            for bit in [1, 0x20, 0x80] as [UInt8] {
                var bytes = header.bytes
                bytes[place] ^= bit
                expectTheSame(bytes)
            }
            let cut = Array(header.bytes[..<place])
            expectTheSame(cut)
        }
    }

    private func expectTheSame(_ bytes: [UInt8]) {
        let long = outcome { EntryHead(try EntryHeader(encoded: bytes)) }
        #expect(outcome { try head(bytes) } == long)
    }

    private func head(_ bytes: [UInt8]) throws -> EntryHead {
        try bytes.withUnsafeBytes { try EntryHead(encoded: $0, digest: Digest(ofBytes: $0)) }
    }

    /// What was read, or why not, in words.
    private func outcome(_ read: () throws -> EntryHead) -> String {
        do { return "\(try read())" } catch { return "\(error)" }
    }
}
