import CanonicalEncoding
import Cryptography
import Foundation
import Journal
import Testing

@testable import Exchange

@Suite("The specification of the exchange")
struct SpecificationTests {
    private let text: String = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Docs/Specification/exchange.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    @Test func `has each limit of the code in its table`() {
        let limits: [(String, UInt64)] = [
            ("protocolVersion", ExchangeLimits.protocolVersion), ("oldestVersion", ExchangeLimits.oldestVersion),
            ("listedRange", UInt64(ExchangeLimits.listedRange)),
            ("listedWriters", UInt64(ExchangeLimits.listedWriters)),
            ("rangesPerStep", UInt64(ExchangeLimits.rangesPerStep)), ("steps", UInt64(ExchangeLimits.steps)),
            ("versions", UInt64(ExchangeLimits.versions)),
            ("roadmapsOffered", UInt64(ExchangeLimits.roadmapsOffered)),
            ("messageByteCount", UInt64(ExchangeLimits.messageByteCount)),
            ("longMessageByteCount", UInt64(ExchangeLimits.longMessageByteCount)),
            ("partByteCount", UInt64(ExchangeLimits.partByteCount)),
            ("batchByteCount", UInt64(ExchangeLimits.batchByteCount)),
            ("entriesPerBatch", UInt64(ExchangeLimits.entriesPerBatch)),
            ("bytesInFlight", UInt64(ExchangeLimits.bytesInFlight)),
            ("leastBytesInFlight", UInt64(ExchangeLimits.leastBytesInFlight)),
            ("batchesInFlight", UInt64(ExchangeLimits.batchesInFlight)), ("writers", UInt64(ExchangeLimits.writers)),
            ("headsPerWriter", UInt64(ExchangeLimits.headsPerWriter)),
            ("idsPerProbe", UInt64(ExchangeLimits.idsPerProbe)),
            ("declinedWriters", UInt64(ExchangeLimits.declinedWriters)), ("idleRounds", ExchangeLimits.idleRounds),
            ("unknownBatches", UInt64(ExchangeLimits.unknownBatches)),
            ("postponedWriters", UInt64(ExchangeLimits.postponedWriters)),
            ("findingPatience", ExchangeLimits.findingPatience), ("pingAfter", ExchangeLimits.pingAfter),
            ("silenceLimit", ExchangeLimits.silenceLimit), ("answerPatience", ExchangeLimits.answerPatience),
            ("acknowledgementPatience", ExchangeLimits.acknowledgementPatience),
            ("differencePatience", ExchangeLimits.differencePatience),
            ("introductionByteCount", UInt64(ExchangeLimits.introductionByteCount)),
            ("shownByteCount", UInt64(ExchangeLimits.shownByteCount)),
            ("introductionPatience", ExchangeLimits.introductionPatience),
        ]
        for (name, value) in limits {
            #expect(text.contains("| `\(name)` | \(value) |"), "\(name) is \(value)")
        }
        #expect(text.matches(of: /\| `[a-zA-Z]+` \| [0-9]+ \|/).count == limits.count)
    }

    @Test func `shows the bytes that a short conversation has`() {
        func lines(_ versions: ClosedRange<UInt64>) -> [String] {
            let network = Network()
            let link = network.connect(
                MemoryNode("France", seed: 1), MemoryNode("Japan", seed: 2), versions: versions)
            network.run()
            network.give(.leave, to: link.dialler, of: link)
            return link.dialler.sentFrames.map { "dialler  \(Hexadecimal.text(of: $0))" }
                + link.listener.sentFrames.map { "listener \(Hexadecimal.text(of: $0))" }
        }
        let shown = text.split(separator: "\n").map(String.init).filter { line in
            line.hasPrefix("dialler ") || line.hasPrefix("listener ")
        }
        let expected = lines(1...3) + lines(1...1)
        #expect(shown == expected, "\(expected.joined(separator: "\n"))")
        for line in shown {
            let bytes = line.split(separator: " ").last.flatMap { Hexadecimal.bytes(of: String($0)) } ?? []
            #expect((try? Message(bytes))?.encoded() == bytes)
        }
    }

    @Test func `counts a conversation's end by each name that the code has`() {
        let refusals: [ExchangeRefusal] = [
            .badMessage(DecodingRefusal(.truncated)), .messageTooLong(byteCount: 1), .unknownMessage(number: 1),
            .outOfTurn(number: 1), .uselessLimits, .tooManyInFlight, .unasked(number: 1), .contradictingIDs,
            .wrongRound(expected: 1, found: 2), .tooManyUnknownWriters, .badEntry(.emptyBatch),
        ]
        let reasons: [CloseReason] =
            refusals.map { .refused($0) } + [
                .noCommonRoadmap, .noCommonVersion, .peerSilent, .overdue(.hello), .copiesDiffer, .tooManyWriters,
                .peerClosed(code: 0), .weLeft,
            ]
        for code in reasons.map(\.code) { #expect(text.contains("`\(code)`"), "\(code)") }
        #expect(Set(reasons.map(\.code)).count == reasons.count)
    }

    @Test func `names each message of the code in its grammar`() {
        for number in Message.Number.allCases {
            #expect(text.contains("= [\(number.rawValue),") || text.contains("= [\(number.rawValue)]"), "\(number)")
        }
    }
}

@Suite("A message")
struct MessageTests {
    @Test func `decodes to what was encoded`() throws {
        let writer = WriterID(Roadmaps.lake)
        let place = Place(sequence: 300, id: EntryID(Roadmaps.gulf))
        let batch = ReceivedBatch(
            writer: writer,
            entries: [ReceivedEntry(header: [1, 2], body: [3]), ReceivedEntry(header: [4], body: nil)],
            checkpoint: [5])
        let messages: [Message] = [
            .hello(versions: [1, 7], limits: Conversation.limits, roadmaps: [Roadmaps.gulf]), .summary(Roadmaps.gulf),
            .heads(round: 3, [WriterHeads(writer: writer, heads: [place])]), .entries(batch),
            .acknowledged(writer, place), .settled(Roadmaps.lake), .probe(writer, tip: place, sequences: [0, 299]),
            .ids(writer, tip: place, [place.id, place.id]), .closing(code: 2), .ping, .pong,
            .declined(writer, place, .unknownWriter), .part(byteCountLeft: 70_000, [9]),
            .tally(round: 7, writerCount: 5000, Roadmaps.lake),
            .ranges(
                round: 7, step: 2,
                [
                    RangeSummary(writerCount: 0, fingerprint: 0),
                    RangeSummary(writerCount: 3, fingerprint: 0x0102_0304_0506_0708),
                ]), .listing(round: 7, isLast: false, [WriterHeads(writer: writer, heads: [place])]),
            .lean(
                LeanBatch(
                    writer: writer, first: 300, previous: place.id,
                    entries: [
                        LeanBatch.Entry(kind: .note, time: 5, seen: [place.id], body: .whole([1, 2])),
                        LeanBatch.Entry(
                            kind: .note, time: 6, seen: [], body: .absent(hash: Roadmaps.lake, byteCount: 70)),
                    ], signature: [UInt8](repeating: 3, count: 64))),
        ]
        #expect(Set(messages.map(\.number)).count == Message.Number.allCases.count)
        for message in messages { #expect(try Message(message.encoded()) == message) }
    }

    @Test func `has a frame long enough for the most heads and the least head of a part`() {
        let places = (0..<2).map { Place(sequence: 1 << 48 + UInt64($0), id: EntryID(Roadmaps.gulf)) }
        let writers = (0..<ExchangeLimits.writers).map { number in
            WriterHeads(writer: WriterID(Digest(of: [UInt8(number & 255), UInt8(number >> 8)])), heads: places)
        }
        #expect(Message.heads(round: 9, writers).encoded().count < ExchangeLimits.messageByteCount)
        #expect(Message.listing(round: 9, isLast: true, writers).encoded().count < ExchangeLimits.messageByteCount)
        let summary = RangeSummary(writerCount: Int(UInt32.max), fingerprint: .max)
        let ranges = [RangeSummary](repeating: summary, count: 256 * ExchangeLimits.rangesPerStep)
        #expect(Message.ranges(round: 9, step: 9, ranges).encoded().count < ExchangeLimits.messageByteCount)
        let part = Message.part(byteCountLeft: 1 << 40, [UInt8](repeating: 0, count: ExchangeLimits.partByteCount))
        #expect(part.encoded().count <= ExchangeLimits.messageByteCount)
    }
}

@Suite("The search for a parting")
struct PartingSearchTests {
    @Test func `finds it in a few questions, wherever it is`() throws {
        var most = 0
        for parting in [0, 1, 2, 40, 5000, 9_000, 9_990, 9_999] as [UInt64] {
            let tip = Place(sequence: 10_000, id: EntryID(Roadmaps.lake))
            var search = PartingSearch(tip: tip, newestHeld: 12_000)
            var questions = 0
            while !search.isFound {
                let asked = search.nextQuestion()
                #expect(!asked.isEmpty && asked.count <= 32)
                #expect(asked == asked.sorted() && asked.allSatisfy { $0 < 10_000 })
                questions += 1
                let ids = asked.map { EntryID(Digest(of: [$0 < parting ? 1 : 2])) }
                try search.take(ids) { $0.id == EntryID(Digest(of: [1])) }
            }
            #expect(search.common?.sequence == (parting == 0 ? nil : parting - 1))
            most = max(most, questions)
        }
        #expect(most <= 4)
        print("most questions: \(most)")
    }

    @Test func `refuses ids that are known again after unknown ones`() {
        var search = PartingSearch(tip: Place(sequence: 4, id: EntryID(Roadmaps.lake)), newestHeld: 9)
        _ = search.nextQuestion()
        let known = EntryID(Roadmaps.gulf)
        #expect(throws: ExchangeRefusal.contradictingIDs) {
            try search.take([known, EntryID(Roadmaps.lake), known, known]) { $0.id == known }
        }
    }
}
