import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("Writers whose keys no record names yet")
struct UnknownWritersTests {
    private let stranger = MemoryNode("Stranger", seed: 3)
    private let japan = MemoryNode("Japan", seed: 2)
    private let kenya = MemoryNode("Kenya", seed: 4)
    private let network = Network()

    @Test(arguments: [1...1, 1...2, 1...3] as [ClosedRange<UInt64>], [10, 64, 65, 300])
    func `may be any number: they delay nobody, and all come once the key is known`(
        versions: ClosedRange<UInt64>, count: Int
    ) throws {
        stranger.begin(writers: 0..<count)
        stranger.write(600)
        kenya.write(5)
        japan.admitted.remove(stranger.key.publicKey)
        let link = network.connect(stranger, japan, versions: versions)
        network.connect(japan, kenya)
        network.run(for: 60_000)
        #expect(japan.journal.writers == [kenya.writer!] && stranger.journal[kenya.writer!]?.count == 6)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled })
        let sent = link.dialler.sentByteCount
        network.write(1, by: kenya)
        network.run(for: 60_000)
        #expect(link.dialler.sentByteCount - sent < 1_000, "what is not taken is not sent again and again")

        japan.admitted.insert(stranger.key.publicKey)
        network.grew(japan)
        network.run(for: 60_000)
        #expect(japan.journal.heads == stranger.journal.heads && kenya.journal.heads == japan.journal.heads)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled && $0.lastSettledBut.isEmpty })
    }

    @Test(arguments: [1...1, 1...2, 1...3] as [ClosedRange<UInt64>])
    func `may be one of which only that there are more is kept`(versions: ClosedRange<UInt64>) throws {
        let other = MemoryNode("Other", seed: 5)
        stranger.begin(writers: 0..<300)
        other.write(600)
        network.connect(stranger, other)
        network.run(for: 60_000)
        let writer = try #require(other.writer)
        japan.admitted.subtract([stranger.key.publicKey, other.key.publicKey])
        let link = network.connect(stranger, japan, versions: versions)
        network.run(for: 60_000)
        #expect(japan.journal.writers.isEmpty && link.listener.conversation.declined.unknown[writer] == nil)

        japan.admitted.insert(other.key.publicKey)
        network.grew(japan)
        network.run(for: 60_000)
        #expect(japan.journal.writers == [writer] && japan.journal[writer]?.count == 601)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.conversation.isSettled })
    }
}
