import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("Two journals of many writers")
struct ManyWritersTests {
    /// Bytes of a link's messages that carry no entry and acknowledge none: what it cost to find out.
    private func findingByteCount(_ end: Network.End) -> Int {
        end.sent.filter { ![.lean, .entries, .acknowledged].contains($0.number) }.reduce(0) {
            $0 + $1.encoded().count
        }
    }

    @Test func `of more than 4096 become level for some kilobytes, and only what is lacking is sent`() {
        let france = MemoryNode("France", seed: 1)
        france.begin(writers: 0..<4_500)
        let japan = france.copy("Japan")
        france.begin(writers: 4_500..<4_503)
        let writers = france.journal.writers
        france.write(5, as: writers[700])
        japan.write(2, as: japan.journal.writers[2_000])
        let network = Network()
        let link = network.connect(france, japan)
        let steps = network.run()
        #expect(france.journal.heads == japan.journal.heads)
        #expect(france.receivedEntryCount == 2)
        #expect(japan.receivedEntryCount == 8)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.settledCount == 1 })
        let bytes = link.ends.map(findingByteCount)
        print("5 of 4,503 writers differ: \(bytes) bytes to find out; a list of all has \(76 * 4_503)")
        #expect(bytes.allSatisfy { $0 < 16_000 })
        #expect(link.dialler.sent.filter { [.tally, .ranges, .listing].contains($0.number) }.count == 3)
        #expect(steps < 60)
        network.cut(link)
        let again = network.connect(france, japan)
        network.run()
        #expect(again.ends.allSatisfy { $0.settledCount == 1 && $0.sentByteCount < 200 })
        // Of a push that comes now, only its writer is looked at, and nothing more is said than it takes.
        again.dialler.sent = []
        france.write(1, as: writers[700])
        network.grew(france)
        network.run()
        #expect(again.dialler.sent.map(\.number) == [.lean])
    }

    @Test func `of which one is empty become level`() {
        let france = MemoryNode("France", seed: 1)
        france.begin(writers: 0..<300)
        let japan = MemoryNode("Japan", seed: 2)
        let network = Network()
        let link = network.connect(japan, france)
        network.run()
        #expect(france.journal.heads == japan.journal.heads)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.settledCount == 1 })
        #expect(link.ends.flatMap(\.sent).filter { $0.number == .lean }.count == 300)
    }

    @Test func `become level though both write on while they compare`() {
        let model = MemoryNode("France", seed: 1)
        model.begin(writers: 0..<150)
        for seed in UInt64(0)..<60 {
            var generator = SeededGenerator(seed: seed)
            let france = model.copy("France")
            let japan = model.copy("Japan")
            let kenya = model.copy("Kenya")
            for (node, offset) in [(france, 0), (japan, 50), (kenya, 100)] {
                for number in offset..<offset + 5 { node.write(1, as: model.journal.writers[number]) }
            }
            let network = Network()
            network.keepsMessages = false
            let links = [network.connect(france, japan), network.connect(japan, kenya)]
            for number in 0..<12 {
                _ = network.run(shuffledBy: &generator, limit: Int.random(in: 0...3, using: &generator))
                let (node, offset) = [(france, 10), (japan, 60), (kenya, 110)].randomElement(using: &generator)!
                node.write(1, as: model.journal.writers[offset + number % 4])
                network.grew(node)
            }
            #expect(network.run(shuffledBy: &generator) < 100_000, "seed \(seed)")
            network.run(for: 20_000)
            #expect(Set([france, japan, kenya].map(\.journal.heads)).count == 1, "seed \(seed)")
            let ends = links.flatMap(\.ends)
            #expect(ends.allSatisfy { $0.isOpen && $0.conversation.isSettled }, "seed \(seed)")
        }
    }

    @Test func `cost a party as much as there is to hear, however many parties there are`() {
        var bytesPerEntry: [Double] = []
        for count in [10, 20, 40] {
            let network = Network()
            network.keepsMessages = false
            let nodes = (0..<count).map { MemoryNode("party \($0)", seed: UInt8($0 % 9 + 1)) }
            for (number, node) in nodes.enumerated() { node.begin(writers: number..<number + 1) }
            let writers = nodes.map { $0.journal.writers[0] }
            for number in 1..<count { network.connect(nodes[number], nodes[(number - 1) / 2]) }
            let steps = network.run()
            let before = network.links.flatMap(\.ends).reduce(0) { $0 + $1.sentByteCount }
            for (node, writer) in zip(nodes, writers) {
                node.write(1, as: writer)
                network.grew(node)
            }
            let pushSteps = network.run()
            #expect(Set(nodes.map(\.journal.heads)).count == 1)
            let bytes = network.links.flatMap(\.ends).reduce(0) { $0 + $1.sentByteCount } - before
            // Every link carries every entry once; a party has two links on average.
            bytesPerEntry.append(Double(bytes) / Double(count * (count - 1)))
            print(
                "\(count) parties, an entry each: \(bytes / count) bytes and \(pushSteps / count) steps a party;",
                "to meet: \(before / count) bytes, \(steps / count) steps")
        }
        #expect(bytesPerEntry.max()! < 1.2 * bytesPerEntry.min()!)
        #expect(bytesPerEntry.max()! < 600)
    }

    @Test func `end a conversation of version 1 plainly`() {
        let france = MemoryNode("France", seed: 1)
        france.begin(writers: 0..<4_097)
        let network = Network()
        let link = network.connect(france, MemoryNode("Japan", seed: 2), listenerVersions: 1...1)
        network.run()
        #expect(link.dialler.closeReason == .tooManyWriters)
        #expect(link.dialler.sent.map(\.number) == [.hello])
    }
}

@Suite("Nodes of two versions")
struct VersionTests {
    @Test(arguments: [1...1, 1...2, 1...3] as [ClosedRange<UInt64>], [1...1, 1...2, 1...3] as [ClosedRange<UInt64>])
    func `speak the older of the two, and become level`(one: ClosedRange<UInt64>, other: ClosedRange<UInt64>) {
        let france = MemoryNode("France", seed: 1)
        let japan = MemoryNode("Japan", seed: 2)
        france.write(700)
        japan.write(300, bodyByteCount: 9_000)
        let network = Network()
        let link = network.connect(france, japan, versions: one, listenerVersions: other)
        network.run()
        network.write(3, by: france)
        network.run()
        #expect(france.journal.heads == japan.journal.heads)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled })
        let spoken = min(one.upperBound, other.upperBound)
        #expect(link.ends.allSatisfy { $0.conversation.version == spoken })
        let newMessages = link.ends.flatMap(\.sent).filter { $0.number.version == 2 }
        #expect(newMessages.isEmpty == (spoken == 1))
        network.cut(link)
        let again = network.connect(japan, france, versions: one, listenerVersions: other)
        network.run()
        #expect(again.ends.allSatisfy { $0.settledCount == 1 && $0.sentByteCount < 200 })
    }

    @Test func `that have none in common part without a word`() {
        let france = MemoryNode("France", seed: 1)
        let network = Network()
        let link = network.connect(
            france, MemoryNode("Japan", seed: 2), versions: 1...1, listenerVersions: 2...2)
        network.run()
        #expect(link.ends.allSatisfy { $0.closeReason == .noCommonVersion })
        #expect(link.ends.allSatisfy { $0.sent.map(\.number) == [.hello] })
    }
}

@Suite("A round of finding")
struct FindingTests {
    private func heads(_ numbers: some Sequence<Int>, newest: Set<Int> = []) -> [WriterHeads] {
        numbers.map { number in
            let writer = WriterID(Digest(of: Array("writer \(number)".utf8)))
            let sequence: UInt64 = newest.contains(number) ? 9 : 8
            let id = EntryID(Digest(of: Array("entry \(sequence) of \(number)".utf8)))
            return WriterHeads(writer: writer, heads: [Place(sequence: sequence, id: id)])
        }.sorted { $0.writer < $1.writer }
    }

    /// Plays a round between two sides; nothing but what the messages say passes between them.
    private func play(_ one: [WriterHeads], _ other: [WriterHeads]) throws -> (Finding, Finding, byteCount: Int, Int) {
        let key = [UInt8](repeating: 9, count: 32)
        var (a, b) = (Finding(round: 1, heads: one, under: key), Finding(round: 1, heads: other, under: key))
        var byteCount = 2 * Message.tally(round: 1, writerCount: 1 << 20, Roadmaps.lake).encoded().count
        var exchanges = 1
        var next = (a.take(writerCount: other.count, b.digest), b.take(writerCount: one.count, a.digest))
        while next == (.split, .split) {
            let (fromA, fromB) = (a.summaries, b.summaries)
            for summaries in [fromA, fromB] {
                byteCount += Message.ranges(round: 1, step: a.step, summaries).encoded().count
            }
            exchanges += 1
            next = (try a.take(fromB), try b.take(fromA))
        }
        #expect(next.0 == next.1, "both sides come to the same")
        if next.0 == .list {
            let (fromA, fromB) = (a.list, b.list)
            byteCount += Message.listing(round: 1, isLast: true, fromA).encoded().count
            byteCount += Message.listing(round: 1, isLast: true, fromB).encoded().count
            exchanges += 1
            try a.take(list: fromB)
            try b.take(list: fromA)
        }
        return (a, b, byteCount, exchanges)
    }

    @Test(arguments: [1, 20, 128, 129, 1_000, 5_000, 20_000])
    func `finds exactly what differs, in few exchanges and bytes`(count: Int) throws {
        for differing in [0, 1, 10] where differing <= count {
            var generator = SeededGenerator(seed: UInt64(count * 100 + differing))
            let chosen = (0..<count).shuffled(using: &generator).prefix(differing)
            // A third lacks on one side, a third on the other, a third is newer on one.
            let lacking = Set(chosen.filter { $0 % 3 == 0 })
            let foreign = Set(chosen.filter { $0 % 3 == 1 })
            let one = heads((0..<count).filter { !lacking.contains($0) })
            let other = heads((0..<count).filter { !foreign.contains($0) }, newest: Set(chosen.filter { $0 % 3 == 2 }))
            let (a, b, byteCount, exchanges) = try play(one, other)
            #expect(!a.outcome.isPartial && !b.outcome.isPartial)
            // What a side believes of the other is what the other has, wherever its own may be lacking there.
            for (side, theirs) in [(a, other), (b, one)] {
                let known = Dictionary(uniqueKeysWithValues: side.outcome.known.map { ($0.writer, $0.heads) })
                let truth = Dictionary(uniqueKeysWithValues: theirs.map { ($0.writer, $0.heads) })
                #expect(known == truth)
                let open = Set(side.outcome.open)
                #expect(side.heads.allSatisfy { truth[$0.writer] == $0.heads || open.contains($0.writer) })
            }
            print("\(differing) of \(count) writers differ: \(byteCount) bytes, both ways, in \(exchanges) exchanges")
            #expect(exchanges <= (differing == 0 ? 1 : count <= 128 ? 2 : 4))
            if count >= 5_000 { #expect(byteCount < 9_000 + differing * 16_000) }
        }
    }

    @Test func `leaves to the next round what would be too much for one`() throws {
        let one = heads(0..<300)
        let other = heads(0..<300, newest: Set(0..<300))
        let (a, b, _, _) = try play(one, other)
        #expect(!a.outcome.isPartial && a.outcome.open.count == 300 && b.outcome.open.count == 300)
        var crowded = Finding(round: 1, heads: one, under: [UInt8](repeating: 9, count: 32))
        #expect(crowded.take(writerCount: 70_000, Roadmaps.lake) == .split)
        let parts = crowded.summaries.map {
            RangeSummary(writerCount: $0.writerCount == 0 ? 60_000 : 120, fingerprint: 1)
        }
        _ = try crowded.take(parts)
        #expect(crowded.outcome.isPartial)
    }

    @Test func `is of no use to whoever does not know the session`() {
        let some = heads(0..<3)
        let one = RangeSummary(some, round: 1, under: [UInt8](repeating: 9, count: 32))
        #expect(one == RangeSummary(some, round: 1, under: [UInt8](repeating: 9, count: 32)))
        #expect(one != RangeSummary(some, round: 2, under: [UInt8](repeating: 9, count: 32)))
        #expect(one != RangeSummary(some, round: 1, under: [UInt8](repeating: 8, count: 32)))
        #expect(RangeSummary([], round: 1, under: [9]) == RangeSummary([], round: 2, under: [8]))
    }
}
