import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("A writer that told two stories")
struct ForkTests {
    /// Two nodes that hold different branches of Kenya's history, which part after `common` entries.
    private func holders(common: Int, lengths: (Int, Int)) -> (Network, MemoryNode, MemoryNode) {
        let kenya = MemoryNode("Kenya", seed: 3)
        kenya.write(max(common - 1, 0))
        let restored = kenya.copy("Kenya restored")
        kenya.write(lengths.0, saying: "one story")
        restored.write(lengths.1, saying: "another")
        let network = Network()
        let france = MemoryNode("France", seed: 1)
        let japan = MemoryNode("Japan", seed: 2)
        france.write(20)
        japan.write(20)
        for (node, source) in [(france, kenya), (japan, restored)] {
            let link = network.connect(source, node)
            network.run()
            network.cut(link)
        }
        return (network, france, japan)
    }

    @Test(arguments: [
        (1, 1, 1), (2, 5, 5), (10, 1, 40), (10, 40, 1), (255, 3, 3), (256, 3, 900), (700, 900, 2), (5000, 5000, 4000),
    ])
    func `is held with both branches by both sides`(common: Int, one: Int, other: Int) {
        let (network, france, japan) = holders(common: common, lengths: (one, other))
        let link = network.connect(france, japan)
        network.run()
        #expect(france.journal.heads == japan.journal.heads)
        let forked = france.journal.writers.filter { france.journal[$0]!.hasForked }
        #expect(forked.count == 1)
        #expect(forked.first.flatMap { france.journal[$0]?.parting } == UInt64(common))
        #expect(link.ends.allSatisfy { $0.isOpen && $0.settledCount == 1 })
        let probes = link.ends.flatMap(\.sent).filter { $0.number == .probe }.count
        #expect(probes <= 8)
        print(
            "fork after \(common), branches of \(one) and \(other): \(probes) probes,",
            "\(link.dialler.sentByteCount) bytes out, \(link.listener.sentByteCount) bytes back")
    }

    @Test func `is told on to a third that held neither branch, or one`() {
        let (network, france, japan) = holders(common: 30, lengths: (8, 12))
        let italy = MemoryNode("Italy", seed: 4)
        let egypt = MemoryNode("Egypt", seed: 5)
        let links = [network.connect(japan, italy), network.connect(egypt, italy)]
        network.run()
        let last = network.connect(france, egypt)
        network.run()
        #expect(Set([france, japan, italy, egypt].map(\.journal.heads)).count == 1)
        #expect((links + [last]).flatMap(\.ends).allSatisfy { $0.isOpen })
    }

    @Test func `of three stories is held with the same two everywhere`() {
        for seed in UInt64(1)...20 {
            let kenya = MemoryNode("Kenya", seed: 3)
            kenya.write(20)
            let copies = (0..<3).map { kenya.copy("copy \($0)") }
            for (number, copy) in copies.enumerated() {
                copy.write(number * 3)
                copy.write(3 + number, saying: "story \(number) of \(seed)")
            }
            let network = Network()
            let readers = (1...4).map { MemoryNode("reader \($0)", seed: UInt8($0)) }
            var generator = SeededGenerator(seed: seed)
            for (number, copy) in copies.enumerated() { network.connect(copy, readers[number]) }
            _ = network.run(shuffledBy: &generator)
            for number in 0..<4 { network.connect(readers[number], readers[(number + 1) % 4]) }
            _ = network.run(shuffledBy: &generator)
            network.run(for: 60_000)
            #expect(Set(readers.map(\.journal.heads)).count == 1, "seed \(seed)")
            #expect(network.links.flatMap(\.ends).allSatisfy { $0.isOpen }, "seed \(seed)")
        }
    }
}
