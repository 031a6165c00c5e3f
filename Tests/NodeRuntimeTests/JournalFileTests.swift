import Agreement
import Cryptography
import Exchange
import Foundation
import Identity
import Journal
import Logging
import NodeLogic
import RoadmapFixtures
import Storage
import Testing
import Verification

@testable import NodeRuntime

@Suite("A file of journals", .timeLimit(.minutes(2)))
struct JournalFileTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private static let cyd = Member("CYD", seed: 3)
    private let two = Pact(of: [ada, bob])
    private let three = Pact(of: [ada, bob, cyd])

    private func entryCount(_ place: TemporaryHome) async throws -> Int { try await place.status.entryCount }

    @Test func `carried both ways on a stick makes two homes equal that never connect`() async throws {
        let places = try await homes(of: two)
        for place in places { try await place.accept(two.id, of: two) }
        // There, and back; and there once more, for each signs that it now has the same.
        for (from, to) in [(0, 1), (1, 0), (0, 1)] {
            let file = try await places[from].withDoor { try await $0.journals(since: .everything) }
            _ = try await places[to].withDoor { try await $0.takeIn(journals: file) }
        }
        for place in places { #expect(try await isConcordant(place, two.members)) }
        let counts = [try await entryCount(places[0]), try await entryCount(places[1])]
        #expect(counts[0] == counts[1])
        // The same file again brings nothing.
        let file = try await places[0].withDoor { try await $0.journals(since: .everything) }
        let again = try await places[1].withDoor { try await $0.takeIn(journals: file) }
        #expect(again.newEntryCount == 0 && again.heldEntryCount == counts[0])
    }

    @Test func `mixed with a live link reaches those behind it`() async throws {
        let places = try await homes(of: three)
        let bob = try await TestNode(places[1])
        let cyd = try await TestNode(places[2], dialling: [bob.target])
        // ADA has no connection at all.
        for place in places { try await place.accept(three.id, of: three) }
        let out = try await places[0].withDoor { try await $0.journals(since: .everything) }
        let taken = try await places[1].withDoor { try await $0.takeIn(journals: out) }
        #expect(taken.newEntryCount > 0 && taken.writersWithGaps.isEmpty)
        for place in places.dropFirst() {
            try await eventually { try await place.contents.ledger.seals.count == 3 }
        }
        try await eventually { try await cyd.isLevel(with: bob) }
        let back = try await places[2].withDoor { try await $0.journals(since: .everything) }
        _ = try await places[0].withDoor { try await $0.takeIn(journals: back) }
        try await eventually { try await places[0].contents.ledger.seals.count == 3 }
        for node in [bob, cyd] { try await node.stop() }
    }

    @Test func `since an entry, a time or a file holds what came after, and is told to begin too late`() async throws {
        let places = try await homes(of: two)
        let whole = try await places[0].withDoor { try await $0.journals(since: .everything) }
        _ = try await places[1].withDoor { try await $0.takeIn(journals: whole) }
        try await places[1].accept(two.id, of: two)
        let answer = try await places[1].withDoor { try await $0.journals(since: .everything) }
        _ = try await places[0].withDoor { try await $0.takeIn(journals: answer) }
        let writerOfAda = try #require(try batches(of: whole).first?.writer)
        let newestOfBob = try #require(try batches(of: answer).last { $0.writer != writerOfAda })
        let header = try EntryHeader(encoded: try #require(newestOfBob.entries.last).header)
        try await places[0].accept(two.id, of: two)

        let sinceFile = try await places[0].withDoor { try await $0.journals(since: .file(newest(of: whole))) }
        let sinceEntry = try await places[0].withDoor { try await $0.journals(since: .entry(header.id)) }
        #expect(sinceEntry.count < sinceFile.count && sinceFile.count < answer.count + whole.count)
        let taken = try await places[1].withDoor { try await $0.takeIn(journals: sinceEntry) }
        #expect(taken.writersWithGaps.isEmpty && taken.newEntryCount > 0)
        try await eventually { try await places[1].contents.ledger.seals.count == 2 }

        let far = try await places[0].withDoor { try await $0.journals(since: .time(.max)) }
        #expect(try batches(of: far).isEmpty)
        let near = try await places[0].withDoor { try await $0.journals(since: .time(0)) }
        let everything = try await places[0].withDoor { try await $0.journals(since: .everything) }
        #expect(near == everything)

        // Whoever has nothing yet is told that the beginning is lacking, and takes nothing that hangs in the air.
        let newcomer = try TemporaryHome(Self.bob)
        try await newcomer.home.join(try await places[0].contents)
        let early = try await newcomer.withDoor { try await $0.takeIn(journals: sinceEntry) }
        #expect(!early.writersWithGaps.isEmpty && early.newEntryCount == 0)
        await #expect(throws: NodeRefusal.self) {
            _ = try await places[0].withDoor { try await $0.journals(since: .entry(EntryID(Digest(of: [1])))) }
        }
    }

    @Test func `cut short, changed or about another roadmap changes nothing`() async throws {
        let places = try await homes(of: two)
        try await places[0].accept(two.id, of: two)
        let file = try await places[0].withDoor { try await $0.journals(since: .everything) }
        let before = try await entryCount(places[1])
        let other = Pact(of: [Self.ada, Self.bob, Self.cyd])
        let elsewhere = try await homes(of: other)
        let foreign = try await elsewhere[0].withDoor { try await $0.journals(since: .everything) }
        for bad in [Array(file.dropLast()), Array(file.prefix(file.count / 2)), file + [0], [], foreign] {
            await #expect(throws: NodeRefusal.self) {
                _ = try await places[1].withDoor { try await $0.takeIn(journals: bad) }
            }
            #expect(try await entryCount(places[1]) == before)
        }
        // A signature that does not hold, in a file that is otherwise whole.
        var forged = JournalBundleWriter(two.id)
        for batch in try batches(of: file) {
            var checkpoint = batch.checkpoint ?? []
            checkpoint[checkpoint.count - 1] ^= 1
            forged.add(ReceivedBatch(writer: batch.writer, entries: batch.entries, checkpoint: checkpoint))
        }
        let bytes = forged.encoded()
        await #expect(throws: NodeRefusal.self) {
            _ = try await places[1].withDoor { try await $0.takeIn(journals: bytes) }
        }
        #expect(try await entryCount(places[1]) == before)
    }

    private func batches(of file: [UInt8]) throws -> [ReceivedBatch] {
        var reader = try JournalBundleReader(file)
        var batches: [ReceivedBatch] = []
        while let item = try reader.next() {
            if case .batch(let batch) = item { batches.append(batch) }
        }
        return batches
    }

    private func newest(of file: [UInt8]) throws -> [WriterID: UInt64] {
        var newest: [WriterID: UInt64] = [:]
        for batch in try batches(of: file) {
            newest[batch.writer] = try EntryHeader(encoded: try #require(batch.entries.last).header).sequence
        }
        return newest
    }
}
