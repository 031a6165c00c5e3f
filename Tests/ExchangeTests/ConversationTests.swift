import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("A conversation")
struct ConversationTests {
    let network = Network()
    let france = MemoryNode("France", seed: 1)
    let japan = MemoryNode("Japan", seed: 2)

    @Test func `settles two equal nodes with less than 200 bytes each way`() {
        for node in [france, japan] { node.write(300) }
        let first = network.connect(france, japan)
        network.run()
        #expect(france.journal == japan.journal || france.journal.heads == japan.journal.heads)
        network.cut(first)
        let link = network.connect(france, japan)
        network.run()
        print("equal nodes: \(link.dialler.sentByteCount) bytes out, \(link.listener.sentByteCount) bytes back")
        #expect(link.ends.allSatisfy { $0.settledCount == 1 && $0.sentByteCount < 200 })
        #expect(link.dialler.sent.map(\.number) == [.hello, .tally])
    }

    @Test func `settles two empty nodes`() {
        let link = network.connect(france, japan)
        network.run()
        #expect(link.ends.allSatisfy { $0.settledCount == 1 })
    }

    @Test func `brings the ten entries that are lacking of ten thousand, and no more`() {
        france.write(9_989)
        let first = network.connect(france, japan)
        network.run()
        network.cut(first)
        #expect(japan.journal.entryCount == 9_990)
        france.write(10)
        let before = japan.receivedEntryCount
        let link = network.connect(france, japan)
        network.run()
        #expect(japan.receivedEntryCount - before == 10)
        #expect(japan.journal.heads == france.journal.heads)
        #expect(link.ends.allSatisfy { $0.settledCount == 1 })
        print("10 of 10,000: \(link.dialler.sentByteCount) bytes out, \(link.listener.sentByteCount) bytes back")
        #expect(link.dialler.sent.map(\.number) == [.hello, .tally, .listing, .lean, .settled])
        #expect(link.listener.sent.map(\.number) == [.hello, .tally, .listing, .acknowledged, .settled])
    }

    @Test func `brings what is lacking in both directions at once`() {
        france.write(700)
        japan.write(600)
        let link = network.connect(france, japan)
        network.run()
        #expect(france.journal.heads == japan.journal.heads)
        #expect(france.receivedEntryCount == 601)
        #expect(japan.receivedEntryCount == 701)
        #expect(link.ends.allSatisfy { $0.settledCount >= 1 })
    }

    @Test func `pushes a new entry as one message, and gets one back`() {
        france.write(3)
        let link = network.connect(france, japan)
        network.run()
        for end in link.ends {
            end.sent = []
            end.sentByteCount = 0
        }
        network.write(1, by: france)
        network.run()
        #expect(link.dialler.sent.map(\.number) == [.lean])
        #expect(link.listener.sent.map(\.number) == [.acknowledged])
        #expect(link.ends.allSatisfy { $0.settledCount == 2 })
        print("a push: \(link.dialler.sentByteCount) bytes out, \(link.listener.sentByteCount) bytes back")
    }

    @Test func `relays through a third what two cannot say to each other`() {
        let kenya = MemoryNode("Kenya", seed: 3)
        let first = network.connect(france, japan)
        let second = network.connect(japan, kenya)
        network.run()
        network.write(5, by: france)
        network.write(5, by: kenya)
        network.run()
        #expect(france.journal.heads == kenya.journal.heads)
        #expect(france.journal.entryCount == 12)
        // Each entry crossed each link once.
        let batches = (first.ends + second.ends).flatMap(\.sent).filter { $0.number == .lean }
        #expect(batches.count == 4)
    }

    @Test func `never sends back what the peer sent`() {
        france.write(500)
        let link = network.connect(france, japan)
        network.run()
        network.write(20, by: france)
        network.run()
        network.grew(japan)
        network.run()
        #expect(!link.listener.sent.contains { $0.number == .lean })
        #expect(france.receivedEntryCount == 0)
    }

    @Test func `acknowledges nothing before it is stored`() {
        france.write(600)
        let link = network.connect(france, japan)
        while case .deliver(let end, let of)? = network.actions.first(where: {
            if case .deliver = $0 { true } else { false }
        }) {
            network.perform(.deliver(end, of))
        }
        // Everything is delivered, nothing stored: one batch of the writer is out to the disk, the others wait for it.
        #expect(link.listener.stores.count == 1)
        #expect(!link.listener.sent.contains { $0.number == .acknowledged })
        network.run()
        #expect(link.listener.sent.filter { $0.number == .acknowledged }.count == 3)
        #expect(japan.journal.heads == france.journal.heads)
    }

    @Test func `is woken, asks a silent peer, and gives it up after half a minute`() {
        let link = network.connect(france, japan)
        network.run()
        network.run(for: 300_000)
        #expect(link.ends.allSatisfy { $0.isOpen }, "pings keep a quiet conversation")
        #expect(link.dialler.sent.count < 40)
        link.listener.closeReason = .weLeft  // no more is heard of Japan
        let silentSince = network.now
        network.run(for: 60_000)
        #expect(link.dialler.closeReason == .peerSilent)
        #expect(network.now <= silentSince + 60_000)
    }

    @Test func `gives up a stranger that says nothing, and tells it nothing`() {
        let key = [UInt8](repeating: 9, count: 32)
        var conversation = Conversation(as: .listener, about: Roadmaps.gulf, exportedKey: key)
        _ = conversation.receive(.connected, journal: france, at: network.now)
        let effects = conversation.receive(.wake, journal: france, at: network.now + 10_000)
        #expect(effects == [.close(.overdue(.hello))])
    }

    @Test func `tells a stranger nothing of a roadmap that it does not know`() {
        let stranger = MemoryNode("Stranger", seed: 9, roadmap: Roadmaps.lake)
        france.write(5)
        let link = network.connect(france, stranger)
        network.run()
        #expect(link.ends.allSatisfy { $0.closeReason == .noCommonRoadmap })
        #expect(link.ends.allSatisfy { $0.sent.map(\.number) == [.hello] })
        let hello = link.dialler.sentFrames[0]
        #expect(!hello.indices.contains { hello[$0...].starts(with: Roadmaps.gulf.bytes) })
    }

    @Test func `takes no proof from another session, and none sent back`() {
        let key = [UInt8](repeating: 9, count: 32)
        let other = [UInt8](repeating: 8, count: 32)
        for proof in [
            Greeting.proof(of: Roadmaps.gulf, by: .dialler, under: other),
            Greeting.proof(of: Roadmaps.gulf, by: .listener, under: key),
        ] {
            var conversation = Conversation(as: .listener, about: Roadmaps.gulf, exportedKey: key)
            _ = conversation.receive(.connected, journal: france, at: network.now)
            let hello = Message.hello(versions: [1], limits: Conversation.limits, roadmaps: [proof])
            let effects = conversation.receive(.frame(hello.encoded()), journal: france, at: network.now)
            #expect(effects == [.close(.noCommonRoadmap)])
        }
    }

    @Test func `says goodbye when it leaves`() {
        let link = network.connect(france, japan)
        network.run()
        network.give(.leave, to: link.dialler, of: link)
        network.run()
        #expect(link.dialler.closeReason == .weLeft)
        #expect(link.listener.closeReason == .peerClosed(code: 0))
    }

    @Test func `carries a body of many megabytes in parts`() {
        france.write(1, bodyByteCount: 5 << 20)
        let link = network.connect(france, japan)
        network.run()
        network.write(2, by: france)
        network.run()
        #expect(japan.journal.heads == france.journal.heads)
        #expect(link.dialler.sentFrames.allSatisfy { $0.count <= ExchangeLimits.messageByteCount })
        #expect(link.dialler.sent.filter { $0.number == .part }.count == 6)
    }

    @Test func `declines a writer that is not admitted, goes on with the rest, and asks again once it is`() {
        let kenya = MemoryNode("Kenya", seed: 50)
        kenya.write(700)
        france.admitted.insert(kenya.key.publicKey)
        france.write(10)
        let first = network.connect(kenya, france)
        network.run()
        network.cut(first)
        let link = network.connect(france, japan)
        network.run(for: 60_000)
        #expect(japan.journal.writers == [france.writer!])
        #expect(link.ends.allSatisfy { $0.isOpen && $0.lastSettledBut == [kenya.writer!] })
        japan.admitted.insert(kenya.key.publicKey)
        network.write(1, by: japan)
        network.run()
        #expect(japan.journal.heads == france.journal.heads)
        #expect(link.ends.allSatisfy { $0.isOpen && $0.lastSettledBut.isEmpty })
    }
}
