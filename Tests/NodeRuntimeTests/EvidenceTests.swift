import Agreement
import Cryptography
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import Storage
import Testing
import Verification

@testable import NodeRuntime

@Suite("A node that is shown a lie", .timeLimit(.minutes(2)))
struct EvidenceTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private static let cyd = Member("CYD", seed: 3)
    private let pact = Pact(of: [ada, bob, cyd])

    private func open(_ place: TemporaryHome, log: LogBook = LogBook()) throws -> NodeCore {
        try NodeCore(place.home, log: log.logger)
    }

    private func seals(_ verdict: Seal.Verdict, by members: Member...) -> [PublishedRecord] {
        members.flatMap { $0.signed($0.seal(pact.id, verdict, of: pact.id)) }.map { .seal($0) }
    }

    private func warnings(_ words: String, in log: LogBook) -> Int {
        log.text.split(separator: "\n").count { $0.hasPrefix("warning: ") && $0.contains(words) }
    }

    /// CYD's node writes one note after entry 0, and then another in its place.
    private var stories: [VerifiedBatch] {
        let beginning = Composition(
            roadmap: pact.id, key: Self.cyd.nodeKey.publicKey,
            incarnation: Incarnation([UInt8](repeating: 1, count: 16))!, at: 7)
        return ["one", "other"].flatMap { note in
            var composition = beginning
            composition.compose(.note, body: [0x60 + UInt8(note.utf8.count)] + note.utf8, at: 7)
            return composition.finish(signing: Self.cyd.nodeKey)
        }
    }

    /// Takes them in as a peer would send them.
    private func tellStories(to core: NodeCore) async throws {
        for story in stories {
            let journal = await core.journal
            let verified = try journal.verify(story.received, mayWrite: { _ in true }, bodyCheck: { _, _ in nil })
            try await core.takeIn(verified)
        }
    }

    @Test func `warns of two verdicts once, and keeps them`() async throws {
        let place = try await homes(of: pact)[0]
        let log = LogBook()
        let core = try open(place, log: log)
        _ = try await core.publish(seals(.accept, by: Self.ada, Self.bob, Self.cyd))
        await core.tick()
        #expect(warnings("proof of a lie", in: log) == 0)
        _ = try await core.publish(seals(.reject, by: Self.cyd))
        for _ in 0..<3 { await core.tick() }
        #expect(warnings("proof of a lie of CYD: two-verdicts", in: log) == 1)
        _ = try await core.publish([.instrument(pact.amendment([Pact.article("article-2", "They meet.")]))])
        await core.tick()
        #expect(warnings("proof of a lie", in: log) == 1)
        await core.close()
        let files = EvidenceWriter(try await place.contents.ledger).files()
        #expect(files.map(\.accusation.kind) == [.twoVerdicts])
        #expect(files.map(\.accusation.party) == [Self.cyd.id])
    }

    @Test func `warns of two changes of the same keys, and keeps them`() async throws {
        let place = try await homes(of: pact)[0]
        let log = LogBook()
        let core = try open(place, log: log)
        _ = try await core.publish(seals(.accept, by: Self.ada, Self.bob, Self.cyd))
        for number in [2, 3] as [UInt8] {
            let change = Change(
                to: Reign("CYD", number), root: Self.cyd.record, of: Self.cyd.id, by: [Self.cyd.sealKey], in: pact.id)
            _ = try await core.publish(change.signed.map { .keyStatement($0) })
        }
        await core.tick()
        #expect(warnings("proof of a lie of CYD: forked-keys", in: log) == 1)
        await core.close()
        #expect(EvidenceWriter(try await place.contents.ledger).files().map(\.accusation.kind) == [.forkedKeys])
    }

    @Test func `warns of two stories by a writer once, and can show them to anyone`() async throws {
        let place = try await homes(of: pact)[0]
        let log = LogBook()
        let core = try open(place, log: log)
        _ = try await core.publish(seals(.accept, by: Self.ada, Self.bob, Self.cyd))
        try await tellStories(to: core)
        for _ in 0..<3 { await core.tick() }
        #expect(warnings("two stories by one writer, with a key of CYD's node", in: log) == 1)
        await core.close()
        let contents = try await place.contents
        let forks = try await place.withDoor { try await $0.forks() }
        #expect(forks.map(\.writer) == [stories[0].writer])
        #expect(forks.map(\.parting) == [0] || forks.map(\.parting) == [1])
        #expect(forks.flatMap(\.branches).flatMap(\.entries).allSatisfy { $0.body == nil })
        let file = try #require(EvidenceWriter(contents.ledger).files(and: forks).first)
        let report = try VerificationReport(verifying: file.bytes, expecting: pact.id)
        #expect(report.findings?.judgements.map(\.reason) == [.fork])
        #expect(file.accusation.party == Self.cyd.id)
    }

    @Test func `shows both stories through its socket as its store has them`() async throws {
        let place = try await homes(of: pact)[0]
        let core = try open(place)
        try await tellStories(to: core)
        await core.close()
        let stored = try await place.withDoor { try await $0.forks() }
        #expect(stored.count == 1)
        let node = try await TestNode(place)
        #expect(try await place.withDoor { try await $0.forks() } == stored)
        try await node.stop()
        let other = try await homes(of: pact)[1]
        let honest = try await TestNode(other)
        #expect(try await other.withDoor { try await $0.forks() }.isEmpty)
        try await honest.stop()
    }
}
