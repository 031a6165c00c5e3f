import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import Testing
import Verification

@testable import NodeRuntime

@Suite("A node's control socket", .timeLimit(.minutes(2)))
struct ControlSocketTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private let pact = Pact(of: [ada, bob])

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    @Test func `is its owner's alone, and a socket`() async throws {
        let place = try await homes(of: pact)[0]
        let node = try await TestNode(place)
        #expect(mode(place.home.controlSocketPath) == S_IFSOCK | 0o600)
        try await node.stop()
        #expect(mode(place.home.controlSocketPath) == nil)
    }

    @Test func `answers as the store itself would`() async throws {
        let place = try await homes(of: pact)[0]
        try await place.accept(pact.id, of: pact)
        let (bundle, status) = (try await place.withDoor { try await $0.bundle() }, try await place.status)
        let node = try await TestNode(place)
        #expect(try await place.withDoor { try await $0.bundle() } == bundle)
        let running = try await place.status
        #expect(running.isRunning)
        #expect(running.port == node.port)
        #expect((running.party, running.roadmap, running.writer) == (status.party, status.roadmap, status.writer))
        #expect(running.entryCount == status.entryCount)

        let others = Self.bob.signed(Self.bob.seal(pact.id, of: pact.id))
        #expect(try await place.publish(others) == 1)
        #expect(try await place.publish(others) == 0)
        let lie = Self.ada.seal(pact.id, .reject, of: pact.id)
        let refusal = NodeRefusal(.dishonest(seal: lie.id, [.otherVerdict(.accept)]))
        await #expect(throws: NodeRefusal(words: refusal.words)) { try await place.publish(Self.ada.signed(lie)) }
        try await node.stop()
        #expect(try await place.contents.ledger.seals.count == 2)
    }

    @Test func `takes the place of one that a killed node left behind`() async throws {
        let place = try await homes(of: pact)[0]
        close(try ControlSocketAddress(of: place.home).bind())
        #expect(mode(place.home.controlSocketPath) != nil)
        #expect(try await !place.status.isRunning, "nobody answers at it: the store itself is the door")
        let node = try await TestNode(place)
        #expect(try await place.status.isRunning)
        try await node.stop()
    }

    @Test func `is not gone around where a node runs and does not answer`() async throws {
        let place = try await homes(of: pact)[0]
        let mute = try ControlSocketAddress(of: place.home).bind()
        defer { close(mute) }
        #expect(listen(mute, 8) == 0)
        await #expect(throws: HomeFailure.notReached(path: place.home.controlSocketPath, reason: ControlDoor.stuck)) {
            try await place.home.door()
        }
    }

    @Test func `is not followed where a link leads elsewhere`() async throws {
        let places = try await homes(of: pact)
        let node = try await TestNode(places[1])
        try FileManager.default.createSymbolicLink(
            atPath: places[0].home.controlSocketPath, withDestinationPath: places[1].home.controlSocketPath)
        #expect(try await places[0].status.party == Self.ada.id)
        #expect(try await !places[0].status.isRunning)
        try await node.stop()
    }

    @Test func `serves a home whose path is longer than a socket's address`() async throws {
        let place = try TemporaryHome(Self.ada, depth: 8)
        #expect(place.home.controlSocketPath.utf8.count > 200)
        try await place.home.found(pact.founding)
        let node = try await TestNode(place)
        #expect(mode(place.home.controlSocketPath) == S_IFSOCK | 0o600)
        #expect(try await place.status.isRunning)
        try await place.accept(pact.id, of: pact)
        #expect(try await place.contents.ledger.seals.count == 1)
        try await node.stop()
        #expect(mode(place.home.controlSocketPath) == nil)
    }

    // MARK: Whoever else knocks

    @Test func `refuses what is no request, in words, and hangs up`() async throws {
        let place = try await homes(of: pact)[0]
        let node = try await TestNode(place)
        let garbage: [[UInt8]] = [
            [0xff], [0x80], [0x81, 0x05], [0x82, 0x01, 0x01], [0x82, 0x03, 0x81, 0x82, 0x03, 0x40], [0x81, 0x61, 0x61],
        ]
        for request in garbage {
            let answer = try await Knock(place.home).asking(ControlFraming.frame(request))
            guard case .refused = try ControlAnswer(encoded: Array(answer.dropFirst(4))) else {
                Issue.record("\(request) was answered by \(answer)")
                continue
            }
        }
        // An empty message is none either.
        #expect(try await !Knock(place.home).asking(ControlFraming.frame([])).isEmpty)
        #expect(try await place.status.isRunning)
        try await node.stop()
    }

    @Test func `hangs up on a message that is longer than any may be, and on one that is cut short`() async throws {
        let place = try await homes(of: pact)[0]
        let node = try await TestNode(place)
        #expect(try await Knock(place.home).asking([0xff, 0xff, 0xff, 0xff]).isEmpty)
        #expect(try await Knock(place.home).asking([0x04, 0x00, 0x00, 0x01]).isEmpty)
        let half = try Knock(place.home)
        half.say([0x00, 0x00, 0x00, 0x05, 0x81])
        half.hangUp()
        #expect(try await place.status.isRunning)
        try await node.stop()
    }

    @Test func `answers one request of each, and takes no more than it may at once`() async throws {
        let place = try await homes(of: pact)[0]
        let node = try await TestNode(place)
        let status = ControlFraming.frame(ControlRequest.status.encoded())
        let one = try await Knock(place.home).asking(status)
        let both = try await Knock(place.home).asking(status + status)
        #expect(one.count == both.count)
        try await eventually {
            // Idle visitors are sent away in the end, so a slow machine needs new ones.
            let idle = try (0..<ControlLimits.connectionCount).map { _ in try Knock(place.home) }
            defer { idle.forEach { $0.hangUp() } }
            return try await Knock(place.home).asking(status).isEmpty
        }
        try await eventually { try await !Knock(place.home).asking(status).isEmpty }
        try await node.stop(within: .seconds(4))
    }

    @Test func `keeps no node from stopping by an idle visitor`() async throws {
        let place = try await homes(of: pact)[0]
        let node = try await TestNode(place)
        let idle = try Knock(place.home)
        try await node.stop(within: .seconds(3))
        #expect(await idle.hear().isEmpty)
        #expect(try await !place.status.isRunning)
    }

    @Test func `serves while the node exchanges`() async throws {
        let places = try await homes(of: pact)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await place.accept(pact.id, of: pact) }
        for place in places { try await eventually { try await isConcordant(place, pact.members) } }
        let amendments = (1...20).map { number in
            pact.amendment([Pact.article("article-\(number + 1)", "Number \(number).")], salt: UInt8(number))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, amendment) in amendments.enumerated() {
                let place = places[number % 2]
                group.addTask { _ = try await place.withDoor { try await $0.publish([.instrument(amendment)]) } }
                group.addTask { _ = try await place.status }
            }
            try await group.waitForAll()
        }
        for place in places {
            try await eventually { try await place.contents.ledger.instruments.count == 21 }
        }
        for node in [ada, bob] { try await node.stop() }
    }

    @Test func `reads back every request and answer it writes`() throws {
        let records: [PublishedRecord] = [
            .instrument(pact.founding), .seal(pact.acceptances[0]),
            .certificate(Self.ada.certificate(of: pact.id, writer: "ada")),
        ]
        let writer = WriterID(Digest(of: [7]))
        let starts: [ExportStart] = [
            .everything, .entry(EntryID(Digest(of: [8]))), .time(1_800_000_000), .file([writer: 9]), .file([:]),
        ]
        let requests = starts.map { ControlRequest.journals($0) } + [.takeIn(journals: [1, 2])]
        for request in requests + [.status, .bundle, .publish(records), .publish([])] {
            #expect(try ControlRequest(encoded: request.encoded()) == request)
        }
        let peer = PeerStatus(party: Self.bob.id, isDialled: true, isSettled: false)
        let statuses = [nil, Digest(of: [1])].map { writer in
            NodeStatus(
                party: Self.ada.id, roadmap: pact.id, isRunning: writer != nil, writer: writer, entryCount: 3,
                port: writer.map { _ in 7000 }, peers: writer.map { _ in [peer] } ?? [])
        }
        var taken = JournalImport()
        (taken.newEntryCount, taken.heldEntryCount, taken.newRecordCount, taken.leftOutCount) = (1, 2, 3, 4)
        taken.writersWithGaps = [writer]
        let answers: [ControlAnswer] =
            statuses.map { .status($0) } + [
                .bundle([1, 2]), .published(count: 7), .refused("no"), .failed("broken"), .diskFull,
                .tookIn(taken),
            ]
        for answer in answers { #expect(try ControlAnswer(encoded: answer.encoded()) == answer) }
    }
}

enum ControlFraming {
    static func frame(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) } + bytes
    }
}

/// Somebody at the control socket who need not be one of our verbs.
private final class Knock {
    private let descriptor: Int32
    private var isOpen = true

    init(_ home: Home) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: home.controlSocketPath.utf8) }
        let descriptor = descriptor
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        try #require(isConnected)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { hangUp() }

    func say(_ bytes: [UInt8]) { _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Everything until the node hangs up. Waits on a thread of its own, for the node needs those of the tasks.
    func hear() async -> [UInt8] {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var heard: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = recv(descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { return continuation.resume(returning: heard) }
                    heard += buffer[..<count]
                }
            }
        }
    }

    func asking(_ bytes: [UInt8]) async -> [UInt8] {
        say(bytes)
        return await hear()
    }

    func hangUp() {
        if isOpen { close(descriptor) }
        isOpen = false
    }
}
