import Cryptography
import Journal
import Storage
import Testing

@Suite("A store")
struct StoreContractTests {
    @Test(arguments: StoreMaker.allCases)
    func `gives back the journal that was put in, of every writer`(maker: StoreMaker) throws {
        try maker.with { copy in
            var (paris, seoul) = (Author(1), Author(2))
            paris.write(300)
            seoul.write(3)
            try copy.take(paris.batches)
            try copy.take(seoul.batches)
            #expect(try copy.store.loadJournal() == copy.journal)
            #expect(try copy.store.counts() == StoreCounts(writers: 2, entries: 305, records: 0))
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `hands out batches that every peer can take, from any sequence and with any limit`(maker: StoreMaker) throws {
        try maker.with { copy in
            var paris = Author(1)
            for size in [1, 40, 7, 200, 90, 1, 1] { paris.write(size) }
            paris.write(1, byteCount: JournalLimits.smallBodyByteCount + 1)
            paris.write(5)
            try copy.take(paris.batches)
            for limit in [0, 2_000, 1 << 20] {
                var peer = Copy(store: MemoryStore(roadmap: Author.roadmap))
                var next: UInt64 = 0
                while let batch = try copy.store.batches(of: paris.writer, from: next, byteLimit: limit).first {
                    try peer.take(batch)
                    next = peer.journal.heads[0].sequence + 1
                }
                #expect(peer.journal.heads == copy.journal.heads)
            }
            for start in [UInt64(1), 30, 120, 255, 256, 346] {
                let batch = try #require(
                    try copy.store.batches(of: paris.writer, from: start, byteLimit: 1 << 20).first)
                #expect(try EntryHeader(encoded: batch.entries[0].header).sequence == start)
                let checked = try copy.journal.verify(batch, mayWrite: { _ in true }, bodyCheck: { _, _ in nil })
                #expect(checked.placement == .held)
            }
            #expect(try copy.store.batches(of: paris.writer, from: 347, byteLimit: 1 << 20).isEmpty)
            #expect(try copy.store.batches(of: paris.writer, from: 1_000, byteLimit: 1 << 20).isEmpty)
            #expect(try copy.store.batches(of: Author(9).writer, from: 0, byteLimit: 1 << 20).isEmpty)
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `hands out the entries of drafts in the order of their storing, page by page`(maker: StoreMaker) throws {
        try maker.with { copy in
            var (paris, seoul) = (Author(1), Author(2))
            paris.write(2, .draftOperations, saying: "p")
            paris.write(3)
            seoul.write(3, .draftOperations, saying: "s")
            try copy.take(paris.batches)
            try copy.take(seoul.batches)
            var (told, number) = ([String](), UInt64(0))
            while true {
                let page = try copy.store.draftEntries(after: number, byteLimit: 0)
                guard let entry = page.first else { break }
                #expect(page.count == 1, "no room, and one all the same")
                told.append(String(decoding: entry.body ?? [], as: UTF8.self))
                #expect(entry.header.kind == .draftOperations && entry.number > number)
                number = entry.number
            }
            #expect(told == ["p", "p", "s", "s", "s"])
            #expect(try copy.store.draftEntries(after: 0, byteLimit: 1 << 20).count == 5)
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `keeps a batch within the limit where a checkpoint allows it`(maker: StoreMaker) throws {
        try maker.with { copy in
            var paris = Author(1)
            for _ in 0..<10 { paris.write(2, byteCount: 1_000) }
            try copy.take(paris.batches)
            let batch = try copy.store.batches(of: paris.writer, from: 0, byteLimit: 8_000)[0]
            #expect(batch.entries.count == 7, "entry 0 and three pairs")
            let small = try copy.store.batches(of: paris.writer, from: 1, byteLimit: 0)[0]
            #expect(small.entries.count == 2, "a batch ends at a checkpoint, however small the limit")
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `finds an entry by its id, and adds a late body only if it is the right one`(maker: StoreMaker) throws {
        try maker.with { copy in
            var paris = Author(1)
            let batch = paris.write(2, saying: "late")[0]
            try copy.take(paris.batches[0].received)
            let bare = batch.received.entries.map { ReceivedEntry(header: $0.header, body: nil) }
            try copy.take(ReceivedBatch(writer: paris.writer, entries: bare, checkpoint: batch.checkpoint!.bytes))
            let id = batch.entries[0].id
            #expect(try copy.store.entry(id) == bare[0])
            #expect(try !copy.store.attach(Array("wrong".utf8), to: id))
            #expect(try copy.store.entry(id)?.body == nil)
            #expect(try copy.store.attach(Array("late".utf8), to: id))
            #expect(try copy.store.entry(id) == batch.entries[0].received)
            let unknown = EntryID(Author.roadmap)
            #expect(try copy.store.entry(unknown) == nil)
            #expect(try !copy.store.attach([], to: unknown))
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `tells agreement entries in the order of their storing, and no others`(maker: StoreMaker) throws {
        try maker.with { copy in
            var (paris, seoul) = (Author(1), Author(2))
            try copy.take(paris.batches + seoul.batches)
            try copy.take(seoul.write(1, .instrument, saying: "first"))
            try copy.take(paris.write(1, .note, saying: "unheard"))
            try copy.take(paris.write(1, .seal, saying: "second"))
            try copy.take(seoul.write(1, .stateCertificate, saying: "third"))
            var told: [String] = []
            try copy.store.forEachAgreementEntry { told.append(String(decoding: $0.body, as: UTF8.self)) }
            #expect(told == ["first", "second", "third"])
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `keeps records that came by no journal under their digest, once each`(maker: StoreMaker) throws {
        try maker.with { copy in
            let records = [EntryKind.seal, .instrument, .keyStatement].map {
                StoredRecord(kind: $0, bytes: [UInt8($0.code)])
            }
            try copy.store.put(records)
            try copy.store.put([records[1]])
            var told: [StoredRecord] = []
            try copy.store.forEachRecord { told.append($0) }
            #expect(told == records)
            #expect(try copy.store.record(records[2].id) == records[2])
            #expect(try copy.store.record(Author.roadmap) == nil)
            #expect(try copy.store.counts().records == 3)
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `keeps settings, the newest of each name`(maker: StoreMaker) throws {
        try maker.with { copy in
            #expect(try copy.store.setting("writer") == nil)
            try copy.store.append(Author(1).batches, settings: ["writer": [1], "incarnation": [2]])
            try copy.store.set("writer", to: [3])
            #expect(try copy.store.setting("writer") == [3])
            #expect(try copy.store.setting("incarnation") == [2])
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `stores all of a call or nothing, and refuses what was verified for another state`(maker: StoreMaker) throws {
        try maker.with { copy in
            var (paris, seoul) = (Author(1), Author(2))
            paris.write(2)
            seoul.write(2)
            let expected = StoreFailure.outOfStep(paris.writer)
            #expect(throws: expected) {
                try copy.store.append(seoul.batches + [paris.batches[1]], settings: ["a": [1]])
            }
            #expect(try copy.store.counts() == StoreCounts(writers: 0, entries: 0, records: 0))
            #expect(try copy.store.setting("a") == nil)
            try copy.take(paris.batches)
            #expect(throws: expected) { try copy.store.append([paris.batches[1]]) }
            try copy.store.append([copy.journal.refitted(paris.batches[1])])
            #expect(try copy.store.loadJournal() == copy.journal)
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `keeps both stories of a forked writer, hands out both, and convicts it`(maker: StoreMaker) throws {
        try maker.with { copy in
            var honest = Author(1)
            honest.write(4)
            var (one, other) = (honest, honest)
            try copy.take(honest.batches)
            try copy.take(one.write(3, saying: "one"))
            try copy.take(one.write(3, saying: "more"))
            #expect(try copy.store.forkProof(of: one.writer, in: copy.journal) == nil)
            try copy.take(other.write(2, saying: "other"))
            #expect(try copy.store.loadJournal() == copy.journal)
            #expect(try copy.store.counts().entries == 5 + 3 + 2, "what stood beyond the tails is gone")
            let proof = try #require(try copy.store.forkProof(of: one.writer, in: copy.journal))
            #expect(proof.parting == 5)
            let both = try copy.store.batches(of: one.writer, from: 3, byteLimit: 1 << 20)
            #expect(both.count == 1, "the trunk has a checkpoint before the parting")
            var peer = Copy(store: MemoryStore(roadmap: Author.roadmap))
            for start in [UInt64(0), 5] {
                for batch in try copy.store.batches(of: one.writer, from: start, byteLimit: 1 << 20) {
                    try peer.take(batch)
                }
            }
            #expect(peer.journal.heads == copy.journal.heads)
            #expect(try copy.store.batches(of: one.writer, from: 6, byteLimit: 1 << 20).isEmpty)
        }
    }

    @Test(arguments: StoreMaker.allCases)
    func `keeps agreement records of what a fork drops, under their own digest`(maker: StoreMaker) throws {
        try maker.with { copy in
            let honest = Author(1)
            var stories = ["a", "b", "c"].map { story in
                var author = honest
                author.write(1, saying: story)
                return author
            }
            stories.sort { $0.journal.heads[0].id < $1.journal.heads[0].id }
            try copy.take(stories[2].batches)
            try copy.take(stories[2].write(1, .seal, saying: "sealed beyond"))
            try copy.take(stories[0].batches)
            let sealed = StoredRecord(kind: .seal, bytes: Array("sealed beyond".utf8))
            #expect(try copy.store.record(sealed.id) == sealed, "dropped when the fork came to light")
            try copy.take(stories[0].write(1, .seal, saying: "sealed on a branch"))
            let late = StoredRecord(kind: .seal, bytes: Array("sealed on a branch".utf8))
            #expect(try copy.store.record(late.id) == late, "taken from a batch of which nothing else is kept")
            try copy.take(stories[1].batches)
            #expect(copy.journal.heads.map(\.id) == stories[..<2].map { $0.batches[1].entries[0].id })
            #expect(try copy.store.loadJournal() == copy.journal)
            #expect(try copy.store.counts() == StoreCounts(writers: 1, entries: 3, records: 2))
        }
    }

    /// Random stories by a few liars, in random order: what is on disk is what is in memory, now and then and at the end.
    @Test(arguments: StoreMaker.allCases, 0..<6)
    func `is the journal in memory, after whatever liars tell`(maker: StoreMaker, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var authors = [Author(1), Author(2)]
        for _ in 0..<16 {
            var author = authors.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                let kind: EntryKind = Bool.random(using: &random) ? .seal : .note
                author.write(.random(in: 1..<50, using: &random), kind, saying: "\(random.next())")
            }
            authors.append(author)
        }
        try maker.with { copy in
            for batch in authors.flatMap(\.batches).shuffled(using: &random) {
                do { try copy.take(batch.received) } catch is EntryRefusal {}
                guard Int.random(in: 0..<6, using: &random) == 0 else { continue }
                #expect(try copy.store.loadJournal() == copy.journal, "seed \(seed)")
            }
            #expect(try copy.store.loadJournal() == copy.journal, "seed \(seed)")
        }
    }
}
