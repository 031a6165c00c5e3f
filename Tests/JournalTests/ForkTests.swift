import CanonicalEncoding
import Cryptography
import Testing

@testable import Journal

@Suite("A writer that tells two stories")
struct ForkTests {
    let paris = Scribe.paris

    @Test func `keeps its trunk and the two entries at the parting, and nothing beyond counts`() throws {
        let trunk = paris.chain(3)
        let one = paris.chain(4, after: trunk[2], saying: "one")
        let other = paris.chain(2, after: trunk[2], saying: "other")
        let journal = try Journal(holding: paris.batch(trunk + one), paris.batch(trunk + other))
        let history = try #require(journal[paris.writer])
        #expect(history.parting == 3)
        #expect(history.count == 5)
        #expect(journal.heads.map(\.id) == [one[0].id, other[0].id].sorted())
        #expect(history.entries(at: 2) == [trunk[2].id])
        #expect(history.entries(at: 4) == [])
    }

    @Test func `is one from its very first entry too`() throws {
        let journal = try Journal(
            holding: paris.batch([paris.first(time: 1)]), paris.batch([paris.first(time: 2)]))
        #expect(journal[paris.writer]?.parting == 0)
        #expect(journal.heads.count == 2)
    }

    @Test func `cannot begin a second time with a body that would be refused the first time`() throws {
        let journal = try Journal(holding: paris.batch([paris.first()]))
        let garbled = paris.batch([paris.entry(0, after: EntryID(Scribe.roadmap), .writer, [0xa0])])
        for held in [journal, Journal(roadmap: Scribe.roadmap)] {
            #expect(throws: EntryRefusal.wrongKindOfBody(sequence: 0, .init(.missingField, field: "key"))) {
                try held.check(garbled)
            }
        }
    }

    @Test func `of three stories keeps the two with the lowest ids`() throws {
        let first = paris.first()
        let stories = ["a", "b", "c"].map { paris.next(first, saying: $0) }.sorted { $0.id < $1.id }
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
            var journal = try Journal(holding: paris.batch([first]))
            for index in order { try journal.take(paris.batch([stories[index]])) }
            #expect(journal.heads.map(\.id) == [stories[0].id, stories[1].id])
        }
    }

    @Test func `is taken no further, and says at what parting`() throws {
        let first = paris.first()
        let one = paris.chain(3, after: first, saying: "one")
        var journal = try Journal(holding: paris.batch([first] + one), paris.batch([paris.next(first, saying: "two")]))
        let before = journal
        let beyond = try journal.take(paris.batch(paris.chain(1, after: one[2], saying: "three")))
        #expect(beyond.placement == .dropped && beyond.newEntries.isEmpty)
        let lost = paris.batch(paris.chain(1, after: paris.next(first, saying: "never seen")))
        #expect(throws: EntryRefusal.beyondFork(parting: 1)) { try journal.take(lost) }
        #expect(journal == before)
        #expect(journal.composing(as: paris.writer) == nil)
    }

    @Test func `drops what it had told beyond an earlier parting`() throws {
        let trunk = paris.chain(300)
        var journal = try Journal(holding: paris.batch(trunk[..<256]), paris.batch(trunk[256...]))
        let placed = try journal.take(paris.batch([trunk[9], paris.next(trunk[9], saying: "late")])).placement
        #expect(journal[paris.writer]?.parting == 10)
        guard case .parting(10, let branches) = placed else {
            Issue.record("not a parting")
            return
        }
        #expect(Set(branches.map(\.count)) == [1, 246], "the old story drags its tail to the checkpoint of its block")
    }

    /// The law that all copies rest on: what counts depends on what was said, never on the order in which it was heard.
    @Test(arguments: 0..<40)
    func `ends up alike in every copy, whatever was heard first`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let told = Stories(by: paris, &random)
        for _ in 0..<4 {
            var journal = Journal(roadmap: Scribe.roadmap)
            deliver(told.batches.shuffled(using: &random), to: &journal)
            #expect(journal.heads == told.heads, "seed \(seed)")
        }
    }

    /// Copies that each heard only a part tell each other what they kept, and end up alike.
    @Test(arguments: 0..<40)
    func `ends up alike in copies that each heard a part and tell each other`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 1_000)
        let stories = Stories(by: paris, &random)
        var copies = (0..<3).map { _ in Journal(roadmap: Scribe.roadmap) }
        var heard: [[ReceivedBatch]] = [[], [], []]
        for batch in stories.batches { heard[Int.random(in: 0..<3, using: &random)].append(batch) }
        for round in 0..<4 {
            for copy in copies.indices.shuffled(using: &random) {
                let others = copies.indices.filter { $0 != copy }
                let told = round == 0 ? heard[copy] : others.flatMap { stories.kept(by: copies[$0]) }
                deliver(told.shuffled(using: &random), to: &copies[copy])
            }
        }
        // A part can miss ground that nobody delivered to that copy; once told, all count the same.
        for copy in copies { #expect(copy.heads == copies[0].heads, "seed \(seed)") }
        deliver(stories.batches, to: &copies[0])
        #expect(copies[0].heads == stories.heads, "seed \(seed)")
    }

    @Test func `is convicted by the first entries of both, each under the writer's signature`() throws {
        let trunk = paris.chain(3)
        let one = paris.chain(4, after: trunk[2], saying: "one")
        let other = paris.chain(2, after: trunk[2], saying: "other")
        func proof(_ branches: [ReceivedBatch]) throws(EntryRefusal) -> ForkProof {
            try ForkProof(
                roadmap: Scribe.roadmap, key: paris.key.publicKey, incarnation: paris.body.incarnation,
                branches: branches)
        }
        #expect(try proof([paris.batch(one), paris.batch(other)]).parting == 3)
        #expect(try proof([paris.batch(one), paris.batch(other)]) == proof([paris.batch(other), paris.batch(one)]))
        #expect(throws: EntryRefusal.brokenLink(sequence: 3, found: trunk[2].id)) {
            try proof([paris.batch(one), paris.batch(one[..<2])])
        }
        #expect(throws: EntryRefusal.outOfOrder(expected: 3, found: 4)) {
            try proof([paris.batch(one), paris.batch(other[1...])])
        }
        #expect(throws: EntryRefusal.noCheckpoint) {
            try proof([paris.batch(one), paris.batch(other).with(checkpoint: nil)])
        }
        #expect(throws: EntryRefusal.emptyBatch) { try proof([paris.batch(one)]) }
    }

    /// Delivers in order, and again whatever was refused for want of its ground, until nothing more is taken.
    private func deliver(_ batches: [ReceivedBatch], to journal: inout Journal) {
        var waiting = batches
        while true {
            let refused = waiting.filter { (try? journal.take($0)) == nil }
            if refused.count == waiting.count { return }
            waiting = refused
        }
    }
}

/// A random liar's stories, all of them, cut into batches, and the heads that any correct copy must come to.
private struct Stories {
    let scribe: Scribe
    var batches: [ReceivedBatch] = []
    private var told: [(entry: VerifiedEntry, parent: Int?)] = []

    init(by scribe: Scribe, _ random: inout SeededGenerator) {
        self.scribe = scribe
        told.append((scribe.first(), nil))
        if Int.random(in: 0..<8, using: &random) == 0 { told.append((scribe.first(time: 2), nil)) }
        for number in 0..<Int.random(in: 4..<40, using: &random) {
            // Mostly the newest is continued, so that there is a trunk to fork.
            let recent = max(0, told.count - Int.random(in: 1..<6, using: &random))
            let parent = Bool.random(using: &random) ? told.count - 1 : recent
            told.append((scribe.next(told[parent].entry, saying: "\(number)"), parent))
        }
        let parents = Set(told.compactMap(\.parent))
        for end in told.indices where !parents.contains(end) || Int.random(in: 0..<3, using: &random) == 0 {
            cut(path(to: end), &random)
        }
    }

    /// The definition, written plainly: the lowest sequence with more than one entry, and the two lowest ids there.
    var heads: [Head] {
        let bySequence = Dictionary(grouping: told.map(\.entry), by: \.header.sequence)
        for sequence in bySequence.keys.sorted() {
            let ids = bySequence[sequence]!.map(\.id).sorted()
            if ids.count > 1 || bySequence[sequence + 1] == nil {
                return ids.prefix(2).map { Head(writer: scribe.writer, sequence: sequence, id: $0) }
            }
        }
        return []
    }

    /// What a copy can tell: the trunk with each branch and its tail, as its store would have them.
    func kept(by journal: Journal) -> [ReceivedBatch] {
        guard let history = journal[scribe.writer] else { return [] }
        let entries = Dictionary(told.map { ($0.entry.id, $0.entry) }, uniquingKeysWith: { one, _ in one })
        let ends = history.branches.isEmpty ? [[]] : history.branches
        return ends.map { end in scribe.batch((history.trunk + end).map { entries[$0]! }) }
    }

    /// Cuts a story where chance wants; every piece is signed at its end, and may repeat what came before.
    private mutating func cut(_ path: [VerifiedEntry], _ random: inout SeededGenerator) {
        var start = 0
        while start < path.count {
            let end = Int.random(in: (start + 1)...path.count, using: &random)
            batches.append(scribe.batch(path[Int.random(in: 0...start, using: &random)..<end]))
            start = end
        }
    }

    private func path(to end: Int) -> [VerifiedEntry] {
        var path: [VerifiedEntry] = []
        var place: Int? = end
        while let index = place {
            path.append(told[index].entry)
            place = told[index].parent
        }
        return path.reversed()
    }
}
