import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("Conversations in any order of delivery")
struct ConvergenceTests {
    @Test(arguments: 0..<10)
    func `leave four nodes equal, whoever is linked with whom and whatever is pushed meanwhile`(tens: Int) {
        for seed in UInt64(tens * 50)..<UInt64(tens * 50 + 50) {
            var generator = SeededGenerator(seed: seed)
            let nodes = Self.acquainted.copies
            for node in nodes { node.write(Int.random(in: 0...9, using: &generator)) }
            let network = Network()
            network.keepsMessages = false
            connect(nodes, in: network, &generator)
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                _ = network.run(shuffledBy: &generator, limit: Int.random(in: 0...30, using: &generator))
                network.write(
                    Int.random(in: 1...4, using: &generator), by: nodes.randomElement(using: &generator)!)
            }
            let steps = network.run(shuffledBy: &generator)
            #expect(steps < 100_000, "seed \(seed)")
            let ends = network.links.flatMap(\.ends)
            #expect(Set(nodes.map(\.journal.heads)).count == 1, "seed \(seed)")
            #expect(ends.allSatisfy { $0.isOpen }, "seed \(seed): \(ends.compactMap(\.closeReason))")
            network.run(for: 20_000)
            #expect(ends.allSatisfy { $0.isOpen && $0.conversation.isSettled }, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<5)
    func `leave four nodes equal where a writer tells two stories or three`(tens: Int) {
        for seed in UInt64(tens * 10)..<UInt64(tens * 10 + 10) {
            var generator = SeededGenerator(seed: seed &+ 77_000)
            let nodes = Self.acquainted.copies
            for node in nodes { node.write(Int.random(in: 1...30, using: &generator)) }
            let twins = (0..<Int.random(in: 1...2, using: &generator)).map { nodes[0].copy("twin \($0)") }
            for twin in twins {
                twin.write(Int.random(in: 1...9, using: &generator), saying: "twin \(twin.name)")
            }
            let network = Network()
            network.keepsMessages = false
            connect(nodes, in: network, &generator)
            for twin in twins { network.connect(twin, nodes.randomElement(using: &generator)!) }
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                _ = network.run(shuffledBy: &generator, limit: Int.random(in: 0...30, using: &generator))
                network.write(
                    Int.random(in: 1...4, using: &generator), by: (nodes + twins).randomElement(using: &generator)!)
            }
            #expect(network.run(shuffledBy: &generator) < 100_000, "seed \(seed)")
            network.run(for: 60_000)
            let ends = network.links.flatMap(\.ends)
            #expect(Set((nodes + twins).map(\.journal.heads)).count == 1, "seed \(seed)")
            #expect(ends.allSatisfy { $0.isOpen }, "seed \(seed): \(ends.compactMap(\.closeReason))")
            #expect(ends.allSatisfy { $0.conversation.isSettled }, "seed \(seed)")
        }
    }

    /// Four nodes that know each other's first entries: checking a new writer's key is most of what a short run costs.
    private final class Acquainted: @unchecked Sendable {
        private let nodes = (1...4).map { MemoryNode("node \($0)", seed: UInt8($0)) }

        init() {
            for node in nodes { node.write(1) }
            let network = Network()
            for node in nodes.dropFirst() { network.connect(nodes[0], node) }
            network.run()
        }

        var copies: [MemoryNode] { nodes.map { $0.copy($0.name) } }
    }

    private static let acquainted = Acquainted()

    /// A random tree, and sometimes more.
    private func connect(_ nodes: [MemoryNode], in network: Network, _ generator: inout SeededGenerator) {
        let order = nodes.shuffled(using: &generator)
        for number in 1..<order.count {
            network.connect(order[number], order[Int.random(in: 0..<number, using: &generator)])
        }
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            let pair = nodes.shuffled(using: &generator).prefix(2)
            network.connect(pair[0], pair[1])
        }
    }
}
