import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("A writer that has used up its allowance")
struct AllowanceTests {
    private let flooder = MemoryNode("Flooder", seed: 3)
    private let japan = MemoryNode("Japan", seed: 2)
    private let kenya = MemoryNode("Kenya", seed: 4)
    private let network = Network()

    private func level(_ one: MemoryNode, _ other: MemoryNode) -> Bool { one.journal.heads == other.journal.heads }

    @Test(arguments: [1...1, 1...2, 1...3] as [ClosedRange<UInt64>], [0, 1, 200, 256, 700])
    func `waits, delays nobody else, and comes through when there is room`(
        versions: ClosedRange<UInt64>, limit: Int
    ) throws {
        flooder.write(1_000)
        japan.write(3)
        kenya.write(5)
        japan.entryLimits[flooder.key.publicKey] = limit
        let link = network.connect(flooder, japan, versions: versions)
        network.connect(japan, kenya)
        network.run(for: 3 * 60_000)
        let writer = try #require(flooder.writer)
        // The batch that reaches the limit is taken whole.
        #expect(japan.journal[writer]?.count ?? 0 == (limit + 255) / 256 * 256)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled && $0.lastSettledBut == [writer] })
        #expect(flooder.journal[japan.writer!]?.count == 4 && flooder.journal[kenya.writer!]?.count == 6)
        #expect(kenya.journal[writer]?.count == japan.journal[writer]?.count)
        // Others' entries go on over the same link, both ways.
        network.write(2, by: kenya)
        network.run()
        #expect(flooder.journal[kenya.writer!]?.count == 8)
        let sent = link.dialler.sentByteCount
        network.write(1, by: flooder)
        network.run(for: 60_000)
        #expect(link.dialler.sentByteCount - sent < 1_000, "what waits is not sent again and again")

        japan.entryLimits = [:]
        network.run(for: 60_000)
        #expect(level(japan, flooder) && level(kenya, flooder))
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled && $0.lastSettledBut.isEmpty })
    }

    @Test func `waits with all its writers, up to a number of them`() {
        flooder.begin(writers: 0..<300)
        japan.write(3)
        japan.entryLimits[flooder.key.publicKey] = 100
        let link = network.connect(flooder, japan)
        network.run(for: 60_000)
        #expect(japan.journal.writers.count == 101)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled })
        japan.entryLimits = [:]
        network.run(for: 60_000)
        #expect(level(japan, flooder))

        flooder.begin(writers: 1_000..<1_001 + ExchangeLimits.postponedWriters)
        japan.entryLimits[flooder.key.publicKey] = 0
        network.grew(flooder)
        network.run()
        #expect(link.listener.closeReason == .refused(.tooManyUnknownWriters))
    }

    @Test(arguments: [1...1, 1...3] as [ClosedRange<UInt64>])
    func `may have told two stories`(versions: ClosedRange<UInt64>) throws {
        flooder.write(40)
        for seed in UInt64(0)..<60 {
            var generator = SeededGenerator(seed: seed)
            let one = flooder.copy("One")
            let other = flooder.copy("Other")
            one.write(Int.random(in: 0...300, using: &generator), saying: "one")
            other.write(Int.random(in: 1...300, using: &generator), saying: "other")
            for node in [one, other] where Bool.random(using: &generator) {
                node.entryLimits[flooder.key.publicKey] = Int.random(in: 0...300, using: &generator)
            }
            let network = Network()
            let link = network.connect(one, other, versions: versions)
            _ = network.run(shuffledBy: &generator)
            network.run(for: 60_000)
            #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled }, "seed \(seed)")
            for node in [one, other] { node.entryLimits = [:] }
            network.run(for: 60_000)
            #expect(level(one, other), "seed \(seed)")
            #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled }, "seed \(seed)")
        }
    }

    @Test(arguments: [1...1, 1...2, 1...3] as [ClosedRange<UInt64>])
    func `may have told each side another story, of which neither takes more`(versions: ClosedRange<UInt64>) throws {
        flooder.write(1)
        let writer = try #require(flooder.writer)
        for node in [japan, kenya] { node.entryLimits[flooder.key.publicKey] = 0 }
        let link = network.connect(japan, kenya, versions: versions)
        // Each hears its story elsewhere, the second when it has turned the first one's away.
        for node in [japan, kenya] {
            let story = flooder.copy("To \(node.name)")
            story.write(4, saying: node.name)
            let tip = try #require(story.heads(of: writer).first)
            let batch = try #require(story.batch(of: writer, from: 0, onBranchTo: tip, byteCount: 1 << 20))
            node.append(try node.verify(batch))
            network.grew(node)
            network.run(for: 60_000)
        }
        #expect([japan, kenya].allSatisfy { $0.journal[writer]?.count == 6 } && !level(japan, kenya))
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled })
        #expect(link.ends.allSatisfy { $0.sentByteCount < 5_000 }, "no story goes to and fro")
        for node in [japan, kenya] { node.entryLimits = [:] }
        network.run(for: 60_000)
        #expect(level(japan, kenya))
    }

    @Test(arguments: [1...1, 1...3] as [ClosedRange<UInt64>])
    func `may have told three, of which one side has two and the other the third`(
        versions: ClosedRange<UInt64>
    ) throws {
        flooder.write(3)
        for seed in 0..<20 {
            let stories = (0..<3).map { flooder.copy("Story \($0)") }
            for (number, story) in stories.enumerated() { story.write(4, saying: "\(seed) \(number)") }
            let earlier = Network()
            earlier.connect(stories[0], stories[1])
            earlier.run()
            let (both, third) = (stories[0], stories[2])
            third.entryLimits[flooder.key.publicKey] = 0
            let network = Network()
            let link = network.connect(both, third, versions: versions)
            network.run(for: 60_000)
            #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled }, "seed \(seed)")
            let sent = link.dialler.sentByteCount + link.listener.sentByteCount
            network.run(for: 60_000)
            #expect(link.dialler.sentByteCount + link.listener.sentByteCount - sent < 500, "seed \(seed)")
            third.entryLimits = [:]
            network.run(for: 60_000)
            #expect(level(both, third), "seed \(seed)")
        }
    }

    @Test func `is taken from another who has it, and then nothing of it waits`() {
        flooder.write(600)
        let copy = flooder.copy("Copy")
        japan.entryLimits[flooder.key.publicKey] = 1
        let link = network.connect(flooder, japan)
        network.run()
        japan.entryLimits = [:]
        network.connect(copy, japan)
        network.run(for: 60_000)
        #expect(level(japan, flooder))
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled && $0.lastSettledBut.isEmpty })
    }
}
