import CanonicalEncoding
import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("A hostile peer")
struct HostileTests {
    /// A node in conversation with a peer that is ours to play, in the listener's part.
    final class Stage {
        let node: MemoryNode
        let peer: MemoryNode
        var conversation = Conversation(
            as: .dialler, about: Roadmaps.gulf, exportedKey: [UInt8](repeating: 9, count: 32))
        var now = Moment(milliseconds: 1000)

        /// - Parameter model: a stage whose nodes are used again, where nothing is stored.
        init(like model: Stage? = nil) {
            node = model?.node ?? MemoryNode("France", seed: 1)
            peer = model?.peer ?? MemoryNode("Japan", seed: 2)
            if model == nil {
                node.write(10)
                peer.write(10)
            }
            _ = conversation.receive(.connected, journal: node, at: now)
        }

        @discardableResult
        func hear(_ message: Message) -> [Conversation.Effect] { hear(message.encoded()) }

        @discardableResult
        func hear(_ bytes: [UInt8]) -> [Conversation.Effect] {
            conversation.receive(.frame(bytes), journal: node, at: now)
        }

        var hello: Message { hello(Conversation.limits) }

        func hello(_ limits: LinkLimits) -> Message {
            let proof = Greeting.proof(of: Roadmaps.gulf, by: .listener, under: [UInt8](repeating: 9, count: 32))
            return .hello(versions: [1], limits: limits, roadmaps: [proof])
        }

        func greet() { hear(hello) }

        func compare() {
            greet()
            hear(.summary(Roadmaps.lake))
        }

        /// Up to where entries may come.
        func meet(claiming heads: [WriterHeads]? = nil) {
            compare()
            hear(.heads(round: 1, heads ?? peer.heads))
        }

        var batch: ReceivedBatch {
            let head = peer.heads[0].heads[0]
            return peer.batch(of: peer.writer!, from: 0, onBranchTo: head, byteCount: 1 << 20)!
        }
    }

    private func reason(_ effects: [Conversation.Effect]) -> CloseReason? {
        if case .close(let reason)? = effects.last { reason } else { nil }
    }

    @Test func `is refused for each message out of turn, and the conversation ends`() {
        let place = Place(sequence: 3, id: EntryID(Roadmaps.lake))
        let writer = WriterID(Roadmaps.lake)
        let model = Stage()
        let all: [Message] = [
            model.hello, .summary(Roadmaps.gulf), .heads(round: 1, []), .entries(model.batch),
            .acknowledged(writer, place), .settled(Roadmaps.gulf), .probe(writer, tip: place, sequences: [1]),
            .ids(writer, tip: place, []), .ping, .pong, .declined(writer, place, .gap),
            .part(byteCountLeft: 9, [UInt8](repeating: 0, count: ExchangeLimits.partByteCount)),
        ]
        #expect(all.count == Message.Number.allCases.count - 1)
        let lawful: [(state: (Stage) -> Void, Set<Message.Number>)] = [
            ({ _ in }, [.hello]),
            ({ $0.greet() }, [.summary, .ping, .pong]),
            ({ $0.compare() }, [.heads, .ping, .pong]),
            ({ $0.meet() }, [.entries, .settled, .probe, .ping, .pong, .part]),
        ]
        for (number, (state, accepted)) in lawful.enumerated() {
            for message in all {
                let stage = Stage(like: model)
                state(stage)
                let reason = reason(stage.hear(message))
                if accepted.contains(message.number) {
                    #expect(reason == nil, "\(message.number) in state \(number)")
                } else {
                    #expect(reason != nil, "\(message.number) in state \(number)")
                    #expect(stage.conversation.isClosed)
                    #expect(stage.hear(stage.hello).isEmpty, "nothing follows the end")
                }
            }
        }
    }

    @Test func `is told nothing but a code`() {
        let stage = Stage()
        stage.meet()
        let effects = stage.hear([0x82, 0x18, 0x63, 0x00])
        #expect(
            effects == [
                .send([Message.closing(code: 1).encoded()]), .close(.refused(.unknownMessage(number: 99))),
            ])
    }

    @Test func `is refused for messages that are not in the one form`() {
        let ping = Message.ping.encoded()
        let cases: [([UInt8], ExchangeRefusal)] = [
            ([], .badMessage(DecodingRefusal(.truncated))),
            (ping + [0], .badMessage(DecodingRefusal(.trailingBytes, offset: 2))),
            ([0x9f, 0x0a, 0xff], .badMessage(DecodingRefusal(.indefiniteLength))),
            ([0x81, 0x18, 0x0a], .badMessage(DecodingRefusal(.notShortestForm, offset: 1))),
            ([0x80], .badMessage(DecodingRefusal(.truncated, offset: 1))),
            ([0x82, 0x0a, 0x00], .badMessage(DecodingRefusal(.badLength, field: "message"))),
            ([0x81, 0x18, 0x63], .unknownMessage(number: 99)),
            ([UInt8](repeating: 0, count: (1 << 20) + 1), .messageTooLong(byteCount: (1 << 20) + 1)),
        ]
        for (bytes, refusal) in cases {
            let stage = Stage()
            stage.meet()
            #expect(reason(stage.hear(bytes)) == .refused(refusal))
        }
    }

    @Test func `is refused for lists that are too long or out of order`() {
        let writers = (0..<4097).map { WriterID(Digest(of: [UInt8($0 & 255), UInt8($0 >> 8)])) }.sorted()
        let place = Place(sequence: 1, id: EntryID(Roadmaps.lake))
        let next = Place(sequence: 2, id: EntryID(Roadmaps.lake))
        func claim(_ writer: WriterID, _ heads: [Place]) -> WriterHeads { WriterHeads(writer: writer, heads: heads) }
        let cases: [(Message, DecodingFault)] = [
            (.heads(round: 1, writers.map { claim($0, [place]) }), .tooMany),
            (.heads(round: 1, [claim(writers[1], [place]), claim(writers[0], [place])]), .notAscending),
            (.heads(round: 1, [claim(writers[0], [next, place])]), .notAscending),
            (.heads(round: 1, [claim(writers[0], [])]), .emptyList),
            (.heads(round: 1, [claim(writers[0], [place, next, Place(sequence: 3, id: place.id)])]), .tooMany),
            (.probe(writers[0], tip: next, sequences: []), .emptyList),
            (.probe(writers[0], tip: next, sequences: [1, 0]), .notAscending),
            (.probe(writers[0], tip: next, sequences: [2]), .outOfRange),
            (.ids(writers[0], tip: next, [EntryID](repeating: place.id, count: 33)), .tooMany),
            (.entries(ReceivedBatch(writer: writers[0], entries: [], checkpoint: nil)), .emptyList),
        ]
        for (message, fault) in cases {
            let stage = Stage()
            stage.greet()
            stage.hear(.summary(Roadmaps.lake))
            guard case .refused(.badMessage(let refusal))? = reason(stage.hear(message)) else {
                Issue.record("\(message.number) with \(fault) was taken")
                continue
            }
            #expect(refusal.fault == fault)
        }
    }

    @Test func `is refused for a hello that would take nothing, or another version`() {
        for (bytes, batches) in [(100, 8), (1 << 20, 0)] as [(UInt64, UInt64)] {
            let stage = Stage()
            let limits = LinkLimits(bytesInFlight: bytes, batchesInFlight: batches)
            #expect(reason(stage.hear(stage.hello(limits))) == .refused(.uselessLimits))
        }
        let stage = Stage()
        guard case .hello(_, let limits, let roadmaps) = stage.hello else { return }
        #expect(reason(stage.hear(.hello(versions: [2, 3], limits: limits, roadmaps: roadmaps))) == .noCommonVersion)
    }

    @Test func `is refused for a batch with one thing wrong, and nothing of it is stored`() {
        let changes: [(String, (ReceivedBatch) -> ReceivedBatch)] = [
            ("checkpoint missing", { ReceivedBatch(writer: $0.writer, entries: $0.entries, checkpoint: nil) }),
            (
                "checkpoint flipped",
                { batch in
                    var checkpoint = batch.checkpoint!
                    checkpoint[checkpoint.count - 1] ^= 1
                    return ReceivedBatch(writer: batch.writer, entries: batch.entries, checkpoint: checkpoint)
                }
            ),
            (
                "entry left out",
                { batch in
                    var entries = batch.entries
                    entries.remove(at: 4)
                    return ReceivedBatch(writer: batch.writer, entries: entries, checkpoint: batch.checkpoint)
                }
            ),
            (
                "body changed",
                { batch in
                    var entries = batch.entries
                    entries[5] = ReceivedEntry(header: entries[5].header, body: Array("note 4 of Chaos".utf8))
                    return ReceivedBatch(writer: batch.writer, entries: entries, checkpoint: batch.checkpoint)
                }
            ),
            (
                "last entry cut off",
                { batch in
                    ReceivedBatch(
                        writer: batch.writer, entries: Array(batch.entries.dropLast()), checkpoint: batch.checkpoint)
                }
            ),
            (
                "writer changed",
                { ReceivedBatch(writer: WriterID(Roadmaps.lake), entries: $0.entries, checkpoint: $0.checkpoint) }
            ),
        ]
        for (name, change) in changes {
            let stage = Stage()
            stage.meet()
            let effects = stage.hear(.entries(change(stage.batch)))
            guard case .refused(.badEntry)? = reason(effects) else {
                Issue.record("\(name): \(effects)")
                continue
            }
            #expect(!effects.contains { if case .store = $0 { true } else { false } })
        }
    }

    @Test func `does not make a lie of a batch that comes too early`() {
        let stage = Stage()
        stage.peer.write(300)
        stage.meet()
        let head = stage.peer.heads[0].heads[0]
        let late = stage.peer.batch(of: stage.peer.writer!, from: 256, onBranchTo: head, byteCount: 1 << 20)!
        let effects = stage.hear(.entries(late))
        #expect(effects.first == .send([Message.declined(stage.peer.writer!, head, .gap).encoded()]))
        #expect(!stage.conversation.isClosed)
    }

    @Test func `leaves nothing behind with batches of writers that do not exist`() {
        let stage = Stage()
        stage.peer.write(300)
        stage.meet()
        let late = stage.peer.batch(
            of: stage.peer.writer!, from: 256, onBranchTo: stage.peer.heads[0].heads[0], byteCount: 1 << 20)!
        let before = stage.conversation.peers.count
        for number in 0..<100 {
            let writer = WriterID(Digest(of: [UInt8(number)]))
            stage.hear(.entries(ReceivedBatch(writer: writer, entries: late.entries, checkpoint: late.checkpoint)))
        }
        #expect(!stage.conversation.isClosed)
        #expect(stage.conversation.peers.count <= before)
    }

    @Test func `is refused when it sends more than may be under way`() {
        let stage = Stage()
        stage.meet()
        for _ in 0..<ExchangeLimits.batchesInFlight { stage.hear(.entries(stage.batch)) }
        #expect(!stage.conversation.isClosed)
        #expect(reason(stage.hear(.entries(stage.batch))) == .refused(.tooManyInFlight))
    }

    @Test func `that claims what it never sends is given up in a bounded time`() {
        let stage = Stage()
        let lie = WriterHeads(
            writer: WriterID(Roadmaps.lake), heads: [Place(sequence: 1 << 40, id: EntryID(Roadmaps.lake))])
        stage.meet(claiming: (stage.peer.heads + [lie]).sorted { $0.writer < $1.writer })
        for case .store(let batch, let token) in stage.hear(.entries(stage.batch)) {
            stage.node.store(batch)
            _ = stage.conversation.receive(.stored(token), journal: stage.node, at: stage.now)
        }
        #expect(stage.node.journal.writers.count == 2)
        let begin = stage.now
        var round: UInt64 = 1
        // It answers every comparison with the same lie, and every ping.
        while !stage.conversation.isClosed, stage.now < begin + 200_000 {
            stage.now = stage.now + 500
            var effects = stage.conversation.receive(.wake, journal: stage.node, at: stage.now)
            while !effects.isEmpty, !stage.conversation.isClosed {
                var answers: [Conversation.Effect] = []
                for case .send(let frames) in effects {
                    for message in frames.compactMap({ try? Message($0) }) {
                        switch message {
                        case .heads(let asked, _):
                            round = asked
                            let claims = (stage.node.heads + [lie]).sorted { $0.writer < $1.writer }
                            answers += stage.hear(.heads(round: round, claims))
                        case .entries(let batch):
                            let last = stage.node.heads.first { $0.writer == batch.writer }!.heads[0]
                            answers += stage.hear(.acknowledged(batch.writer, last))
                        case .ping: answers += stage.hear(.pong)
                        default: break
                        }
                    }
                }
                effects = answers
            }
        }
        #expect(stage.conversation.isClosed)
        #expect(stage.now < begin + 100_000)
    }

    @Test func `cannot make a node fall with ten thousand broken frames`() {
        let seed = UInt64(20_261_123)
        print("broken frames: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let model = Stage()
        let place = Place(sequence: 3, id: EntryID(Roadmaps.lake))
        let writer = model.peer.writer!
        let frames: [[UInt8]] = [
            model.hello, .summary(Roadmaps.gulf), .heads(round: 1, model.peer.heads),
            .heads(round: 2, model.node.heads), .entries(model.batch), .acknowledged(writer, place),
            .settled(Roadmaps.gulf),
            .probe(model.node.writer!, tip: model.node.heads[0].heads[0], sequences: [0, 3, 5]),
            .ids(writer, tip: place, [place.id]), .ping, .declined(writer, place, .gap),
            .part(byteCountLeft: 3, [1, 2]),
        ].map { (message: Message) in message.encoded() }
        var closedCount = 0
        var stage = Stage(like: model)
        for number in 0..<10_000 {
            if number % 3 == 0 || stage.conversation.isClosed {
                stage = Stage(like: model)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: break
                case 1: stage.greet()
                default: stage.meet()
                }
            }
            var frame = frames.randomElement(using: &generator)!
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<max(frame.count, 1), using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0 where !frame.isEmpty: frame[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1 where !frame.isEmpty: frame[at] = UInt8.random(in: 0...255, using: &generator)
                case 2: frame = Array(frame.prefix(at))
                case 3: frame.insert(UInt8.random(in: 0...255, using: &generator), at: min(at, frame.count))
                default: frame += frames.randomElement(using: &generator)!.prefix(at)
                }
            }
            stage.hear(frame)
            if stage.conversation.isClosed { closedCount += 1 }
        }
        #expect(closedCount > 3000)
    }
}
