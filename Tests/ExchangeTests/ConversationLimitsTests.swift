import CanonicalEncoding
import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("What a node sets for its conversations")
struct ConversationLimitsTests {
    private let exported = [UInt8](repeating: 9, count: 32)

    private func conversation(_ set: (inout ConversationLimits) -> Void) -> Conversation {
        var limits = ConversationLimits()
        set(&limits)
        return Conversation(as: .listener, about: Roadmaps.gulf, exportedKey: exported, limits: limits)
    }

    private func greet(_ conversation: inout Conversation, _ node: MemoryNode) {
        _ = conversation.receive(.connected, journal: node, at: .start)
        let hello = Message.hello(
            versions: [2], limits: Conversation.limits,
            roadmaps: [Greeting.proof(of: Roadmaps.gulf, by: .dialler, under: exported)])
        _ = conversation.receive(.frame(hello.encoded()), journal: node, at: .start)
        let tally = Message.tally(round: 1, writerCount: 0, HeadsDigest.of([]))
        _ = conversation.receive(.frame(tally.encoded()), journal: node, at: .start)
    }

    private func end(_ conversation: inout Conversation, _ node: MemoryNode, at milliseconds: UInt64) -> CloseReason? {
        let effects = conversation.receive(.wake, journal: node, at: Moment(milliseconds: milliseconds))
        if case .close(let reason)? = effects.last { return reason }
        return nil
    }

    @Test func `is told to the peer in its hello`() throws {
        var conversation = conversation { ($0.bytesInFlight, $0.batchesInFlight) = (70_000, 3) }
        let effects = conversation.receive(.connected, journal: MemoryNode("France", seed: 1), at: .start)
        guard case .send(let frames)? = effects.first, case .hello(_, let limits, _) = try Message(frames[0]) else {
            Issue.record("it does not greet")
            return
        }
        #expect(limits == LinkLimits(bytesInFlight: 70_000, batchesInFlight: 3))
    }

    @Test func `bounds what is under way`() throws {
        let node = MemoryNode("France", seed: 1)
        let batches = (3...6).map { seed in
            let writer = MemoryNode("Kenya", seed: UInt8(seed))
            writer.write(2, bodyByteCount: 20_000)
            return writer.batch(
                of: writer.writer!, from: 0, onBranchTo: writer.heads[0].heads[0], byteCount: 1 << 20)!
        }
        for (limited, count) in [
            (conversation { $0.batchesInFlight = 2 }, 2), (conversation { $0.bytesInFlight = 90_000 }, 2),
        ] {
            var conversation = limited
            greet(&conversation, node)
            for batch in batches.prefix(count) {
                let effects = conversation.receive(
                    .frame(Message.entries(batch).encoded()), journal: node, at: .start)
                #expect(effects.contains { if case .store = $0 { true } else { false } })
            }
            let effects = conversation.receive(
                .frame(Message.entries(batches[count]).encoded()), journal: node, at: .start)
            #expect(effects.last == .close(.refused(.tooManyInFlight)))
        }
    }

    @Test func `bounds batches by unknown writers, and every wait`() {
        let node = MemoryNode("France", seed: 1)
        node.admitted = []
        var few = conversation {
            $0.declinedWriters = 0
            $0.unknownBatches = 1
        }
        greet(&few, node)
        var ends: [CloseReason] = []
        for seed in [3, 4] as [UInt8] {
            let writer = MemoryNode("Kenya", seed: seed)
            writer.write(1)
            let batch = writer.batch(
                of: writer.writer!, from: 0, onBranchTo: writer.heads[0].heads[0], byteCount: 1 << 20)!
            let effects = few.receive(.frame(Message.entries(batch).encoded()), journal: node, at: .start)
            if case .close(let reason)? = effects.last { ends.append(reason) }
        }
        #expect(ends == [.refused(.tooManyUnknownWriters)])

        var greeting = conversation { $0.findingPatience = 500 }
        _ = greeting.receive(.connected, journal: node, at: .start)
        #expect(end(&greeting, node, at: 499) == nil && end(&greeting, node, at: 500) == .overdue(.hello))
        var silent = conversation { $0.silenceLimit = 700 }
        greet(&silent, node)
        #expect(end(&silent, node, at: 699) == nil && end(&silent, node, at: 700) == .peerSilent)

        let writer = MemoryNode("Kenya", seed: 3)
        writer.write(1)
        var waiting = conversation { $0.acknowledgementPatience = 300 }
        greet(&waiting, node)
        _ = waiting.receive(.journalGrew, journal: writer, at: .start)
        #expect(end(&waiting, writer, at: 299) == nil && end(&waiting, writer, at: 300) == .overdue(.acknowledgement))
    }
}
