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
        /// The newest version that the peer speaks.
        let version: UInt64
        var conversation = Conversation(
            as: .dialler, about: Roadmaps.gulf, exportedKey: [UInt8](repeating: 9, count: 32))
        var now = Moment(milliseconds: 1000)

        /// - Parameter model: a stage whose nodes are used again, where nothing is stored.
        init(like model: Stage? = nil, version: UInt64 = 2) {
            self.version = version
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
            return .hello(versions: Array(1...version), limits: limits, roadmaps: [proof])
        }

        func greet() { hear(hello) }

        func compare() {
            greet()
            hear(comparison)
        }

        /// What begins a comparison, of something else than the node has.
        var comparison: Message {
            version == 1 ? .summary(Roadmaps.lake) : .tally(round: 1, writerCount: 1, Roadmaps.lake)
        }

        func claims(_ round: UInt64, _ heads: [WriterHeads]) -> Message {
            version == 1 ? .heads(round: round, heads) : .listing(round: round, isLast: true, heads)
        }

        /// Up to where entries may come.
        func meet(claiming heads: [WriterHeads]? = nil) {
            compare()
            hear(claims(1, heads ?? peer.heads))
        }

        var leanBatch: LeanBatch {
            let headers = batch.entries.compactMap { try? EntryHeader(encoded: $0.header) }
            return LeanBatch(batch, headers: headers)!
        }

        var batch: ReceivedBatch {
            let head = peer.heads[0].heads[0]
            return peer.batch(of: peer.writer!, from: 0, onBranchTo: head, byteCount: 1 << 20)!
        }
    }

    private func reason(_ effects: [Conversation.Effect]) -> CloseReason? {
        if case .close(let reason)? = effects.last { reason } else { nil }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `is refused for each message out of turn, and the conversation ends`(version: UInt64) {
        let place = Place(sequence: 3, id: EntryID(Roadmaps.lake))
        let writer = WriterID(Roadmaps.lake)
        let model = Stage(version: version)
        let all: [Message] = [
            model.hello, .summary(Roadmaps.gulf), .heads(round: 1, []), .entries(model.batch),
            .acknowledged(writer, place), .settled(Roadmaps.gulf), .probe(writer, tip: place, sequences: [1]),
            .ids(writer, tip: place, []), .ping, .pong, .declined(writer, place, .gap),
            .part(byteCountLeft: 9, [UInt8](repeating: 0, count: ExchangeLimits.partByteCount)),
            .tally(round: 1, writerCount: 9, Roadmaps.lake), .ranges(round: 1, step: 1, []),
            .listing(round: 1, isLast: true, []), .lean(model.leanBatch),
        ]
        #expect(all.count == Message.Number.allCases.count - 1)
        let old: [(state: (Stage) -> Void, Set<Message.Number>)] = [
            ({ _ in }, [.hello]),
            ({ $0.greet() }, [.summary, .ping, .pong]),
            ({ $0.compare() }, [.heads, .ping, .pong]),
            ({ $0.meet() }, [.entries, .settled, .probe, .ping, .pong, .part]),
        ]
        let new: [(state: (Stage) -> Void, Set<Message.Number>)] = [
            ({ _ in }, [.hello]),
            ({ $0.greet() }, [.tally, .ping, .pong]),
            ({ $0.compare() }, [.listing, .ping, .pong]),
            (
                { stage in
                    stage.greet()
                    stage.hear(.tally(round: 1, writerCount: 900, Roadmaps.lake))
                }, [.ping, .pong]
            ),
            ({ $0.meet() }, [.entries, .lean, .settled, .probe, .ping, .pong, .part]),
        ]
        for (number, (state, accepted)) in (version == 1 ? old : new).enumerated() {
            for message in all {
                let stage = Stage(like: model, version: version)
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

    @Test func `is refused for summaries and lists that were not asked for`() {
        let lake = WriterID(Roadmaps.lake)
        let claim = WriterHeads(writer: lake, heads: [Place(sequence: 1, id: EntryID(Roadmaps.lake))])
        let parts = [RangeSummary](repeating: RangeSummary(writerCount: 9, fingerprint: 7), count: 256)
        // Of 900 writers that differ, the ids' first byte tells them apart; one part alone is then listed.
        func listing(_ stage: Stage) {
            stage.greet()
            stage.hear(.tally(round: 1, writerCount: 900, Roadmaps.lake))
            var parts = [RangeSummary](repeating: RangeSummary(writerCount: 0, fingerprint: 0), count: 256)
            parts[Int(lake.digest.bytes[0] ^ 1)] = RangeSummary(writerCount: 9, fingerprint: 7)
            #expect(stage.hear(.ranges(round: 1, step: 1, parts)).count <= 2)
        }
        let splitting = { (stage: Stage) in
            stage.greet()
            stage.hear(.tally(round: 1, writerCount: 900, Roadmaps.lake))
        }
        let cases: [((Stage) -> Void, Message)] = [
            ({ $0.greet() }, .tally(round: 2, writerCount: 1, Roadmaps.lake)),
            (splitting, .tally(round: 1, writerCount: 1, Roadmaps.lake)),
            (splitting, .ranges(round: 1, step: 1, Array(parts.dropLast()))),
            (splitting, .ranges(round: 1, step: 2, parts)),
            (splitting, .ranges(round: 2, step: 1, parts)),
            (splitting, .listing(round: 1, isLast: true, [])),
            (listing, .listing(round: 1, isLast: true, [claim])),
            (listing, .listing(round: 2, isLast: true, [])),
            (listing, .ranges(round: 1, step: 2, parts)),
        ]
        for (number, (state, message)) in cases.enumerated() {
            let stage = Stage()
            state(stage)
            #expect(!stage.conversation.isClosed, "case \(number)")
            #expect(reason(stage.hear(message)) != nil, "case \(number)")
        }
    }

    @Test func `that claims ever more writers at every step is followed for so many steps, and no further`() {
        let stage = Stage()
        stage.greet()
        stage.hear(.tally(round: 1, writerCount: 1 << 31, Roadmaps.lake))
        var steps: UInt64 = 0
        while let finding = stage.conversation.finding, finding.round == 1, !finding.isListing, steps < 100 {
            steps += 1
            let parts = finding.summaries.map { _ in RangeSummary(writerCount: 1 << 31, fingerprint: 7) }
            stage.hear(.ranges(round: 1, step: finding.step, parts))
        }
        #expect(steps <= 8)
        #expect(stage.conversation.peers.count <= 2)
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
        func list(_ heads: [WriterHeads]) -> Message { .listing(round: 1, isLast: true, heads) }
        func lean(first: UInt64, previous: EntryID?, signatureByteCount: Int) -> LeanBatch {
            LeanBatch(
                writer: writers[0], first: first, previous: previous,
                entries: [LeanBatch.Entry(kind: .note, time: 1, seen: [], body: .whole([1]))],
                signature: [UInt8](repeating: 1, count: signatureByteCount))
        }
        let cases: [(Message, DecodingFault)] = [
            (list(writers.map { claim($0, [place]) }), .tooMany),
            (list([claim(writers[1], [place]), claim(writers[0], [place])]), .notAscending),
            (list([claim(writers[0], [next, place])]), .notAscending),
            (list([claim(writers[0], [])]), .emptyList),
            (list([claim(writers[0], [place, next, Place(sequence: 3, id: place.id)])]), .tooMany),
            (
                .ranges(
                    round: 1, step: 1,
                    [RangeSummary](repeating: RangeSummary(writerCount: 0, fingerprint: 0), count: 65_537)), .tooMany
            ),
            (.lean(LeanBatch(writer: writers[0], first: 0, previous: nil, entries: [], signature: [])), .emptyList),
            (.lean(lean(first: 0, previous: place.id, signatureByteCount: 64)), .wrongType),
            (.lean(lean(first: 1, previous: nil, signatureByteCount: 64)), .wrongType),
            (.lean(lean(first: 1 << 60, previous: place.id, signatureByteCount: 64)), .outOfRange),
            (.lean(lean(first: 1, previous: place.id, signatureByteCount: 65)), .badLength),
            (.probe(writers[0], tip: next, sequences: []), .emptyList),
            (.probe(writers[0], tip: next, sequences: [1, 0]), .notAscending),
            (.probe(writers[0], tip: next, sequences: [2]), .outOfRange),
            (.ids(writers[0], tip: next, [EntryID](repeating: place.id, count: 33)), .tooMany),
            (.entries(ReceivedBatch(writer: writers[0], entries: [], checkpoint: nil)), .emptyList),
        ]
        for (message, fault) in cases {
            let stage = Stage()
            stage.compare()
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
        #expect(reason(stage.hear(.hello(versions: [4, 5], limits: limits, roadmaps: roadmaps))) == .noCommonVersion)
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
                        case .tally(let asked, _, _):
                            round = asked
                            answers += stage.hear(.tally(round: round, writerCount: 3, Roadmaps.lake))
                            let claims = (stage.node.heads + [lie]).sorted { $0.writer < $1.writer }
                            answers += stage.hear(stage.claims(round, claims))
                        case .lean(let batch):
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
            .part(byteCountLeft: 3, [1, 2]), .tally(round: 1, writerCount: 2, Roadmaps.lake),
            .tally(round: 1, writerCount: 200, Roadmaps.lake), .tally(round: 2, writerCount: 2, Roadmaps.lake),
            .ranges(
                round: 1, step: 1,
                [RangeSummary](repeating: RangeSummary(writerCount: 3, fingerprint: 5), count: 256)),
            .listing(round: 1, isLast: true, model.peer.heads), .lean(model.leanBatch),
        ].map { (message: Message) in message.encoded() }
        var closedCount = 0
        var stage = Stage(like: model)
        for number in 0..<10_000 {
            if number % 3 == 0 || stage.conversation.isClosed {
                stage = Stage(like: model, version: UInt64.random(in: 1...2, using: &generator))
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
