import Cryptography
import Testing

@testable import Journal

@Suite("A composition")
struct CompositionTests {
    let paris = Scribe.paris

    @Test func `of a new writer and its continuation passes every peer's check`() throws {
        var own = Journal(roadmap: Scribe.roadmap)
        var peer = own
        var begun = begin()
        let note = begun.compose(.note, body: [1], at: 1_001)
        for batch in begun.finish(signing: paris.key) {
            own.append(batch)
            try peer.take(batch.received)
        }
        #expect(own.heads.map(\.id) == [note])
        var continued = try #require(own.composing(as: paris.writer))
        let seen = EntryID(Digest(of: "of another".utf8))
        continued.compose(.report, body: [2], seen: [seen, seen], at: 1_002)
        for batch in continued.finish(signing: paris.key) {
            #expect(batch.entries[0].header.seen == [seen])
            own.append(batch)
            try peer.take(batch.received)
        }
        #expect(own == peer)
    }

    @Test func `is signed at every end of a block, after every large body, and at its end`() throws {
        var composition = begin()
        for number in 1..<600 {
            let byteCount = number == 300 ? JournalLimits.smallBodyByteCount + 1 : 1
            composition.compose(.note, body: [UInt8](repeating: 0, count: byteCount), at: 1_000)
        }
        let batches = composition.finish(signing: paris.key)
        #expect(batches.map { $0.entries.last!.header.sequence } == [255, 300, 511, 599])
        var peer = Journal(roadmap: Scribe.roadmap)
        for batch in batches { try peer.take(batch.received) }
        #expect(peer.entryCount == 600)
    }

    @Test func `of nothing gives nothing to send`() throws {
        var journal = Journal(roadmap: Scribe.roadmap)
        for batch in begin().finish(signing: paris.key) { journal.append(batch) }
        let composition = try #require(journal.composing(as: paris.writer))
        #expect(composition.isEmpty && composition.finish(signing: paris.key).isEmpty)
        #expect(journal.composing(as: Scribe.seoul.writer) == nil)
    }

    private func begin() -> Composition {
        Composition(
            roadmap: Scribe.roadmap, key: paris.key.publicKey, incarnation: paris.body.incarnation, at: 1_000)
    }
}

@Suite("A history read back")
struct HistoryCheckTests {
    let paris = Scribe.paris

    @Test func `is the one that was kept, unforked or forked, and goes on alike`() throws {
        let trunk = paris.chain(5)
        let one = paris.chain(2, after: trunk[4], saying: "one")
        let other = paris.chain(2, after: trunk[4], saying: "other")
        var journal = try Journal(holding: paris.batch(trunk[..<2]), paris.batch(trunk[2...]), paris.batch([one[0]]))
        #expect(try readBack(journal, trunk + [one[0]], checkpoints: [1, 4, 5]) == journal)
        try journal.take(paris.batch(other))
        let read = try readBack(journal, trunk + one + other, checkpoints: [1, 4])
        #expect(read == journal)
        var (kept, again) = (journal, read)
        let late = paris.batch([paris.next(trunk[2], saying: "late")])
        #expect(try kept.take(late).placement == again.take(late).placement)
        #expect(kept == again)
    }

    @Test func `is refused where it was tampered with`() throws {
        let chain = paris.chain(3)
        func read(_ headers: [[UInt8]], body: [UInt8]?, checkpoint: [UInt8]?) throws(EntryRefusal) {
            var check = HistoryCheck(roadmap: Scribe.roadmap, writer: paris.writer)
            for (place, header) in headers.enumerated() {
                try check.take(header: header, body: place == 0 ? body : nil)
            }
            _ = try check.finish(checkpoint: checkpoint)
        }
        let headers = chain.map(\.header.bytes)
        try read(headers, body: chain[0].body, checkpoint: paris.checkpoint(chain[2]))
        #expect(throws: EntryRefusal.bodyMissing(sequence: 0)) {
            try read(headers, body: nil, checkpoint: paris.checkpoint(chain[2]))
        }
        #expect(throws: EntryRefusal.badBody(sequence: 0)) {
            try read(headers, body: [0xa0], checkpoint: paris.checkpoint(chain[2]))
        }
        #expect(throws: EntryRefusal.outOfOrder(expected: 1, found: 2)) {
            try read([headers[0], headers[2]], body: chain[0].body, checkpoint: paris.checkpoint(chain[2]))
        }
        let swapped = paris.chain(1, after: chain[0], saying: "swapped")[0]
        #expect(throws: EntryRefusal.brokenLink(sequence: 2, found: chain[1].id)) {
            try read([headers[0], swapped.header.bytes, headers[2]], body: chain[0].body, checkpoint: nil)
        }
        #expect(throws: EntryRefusal.noCheckpoint) { try read(headers, body: chain[0].body, checkpoint: nil) }
        #expect(throws: EntryRefusal.badCheckpoint(.anotherEntry)) {
            try read(headers, body: chain[0].body, checkpoint: paris.checkpoint(chain[1]))
        }
        #expect(throws: EntryRefusal.emptyBatch) { try read([], body: nil, checkpoint: nil) }
    }

    private func readBack(_ journal: Journal, _ entries: [VerifiedEntry], checkpoints: [UInt64]) throws -> Journal {
        let history = try #require(journal[paris.writer])
        let byID = Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) })
        var check = HistoryCheck(roadmap: Scribe.roadmap, writer: paris.writer)
        for id in history.trunk { try check.take(header: byID[id]!.header.bytes, body: byID[id]!.body) }
        for sequence in checkpoints { check.noteCheckpoint(at: sequence) }
        for branch in history.branches {
            check.beginBranch()
            for id in branch { try check.take(header: byID[id]!.header.bytes) }
            try check.endBranch(checkpoint: paris.checkpoint(byID[branch.last!]!))
        }
        let head = history.hasForked ? nil : paris.checkpoint(byID[history.trunk.last!]!)
        var read = Journal(roadmap: Scribe.roadmap)
        read.restore(try check.finish(checkpoint: head))
        return read
    }
}
