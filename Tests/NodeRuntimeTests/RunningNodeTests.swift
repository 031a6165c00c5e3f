import Agreement
import Cryptography
import Foundation
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import Storage
import Testing
import Verification

@testable import NodeRuntime

@Suite("Running nodes", .timeLimit(.minutes(3)))
struct RunningNodeTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private static let cyd = Member("CYD", seed: 3)
    private let two = Pact(of: [ada, bob])
    private let three = Pact(of: [ada, bob, cyd])

    @Test func `bring founding and seals to each other over TLS, and confirm the same text`() async throws {
        let places = try await homes(of: two)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await place.accept(two.id, of: two) }
        for place in places {
            try await eventually { try await isConcordant(place, two.members) }
        }
        try await eventually { try await areLevel(ada, bob) }
        #expect(try await ada.peers.map(\.isDialled) == [false])
        #expect(try await bob.peers.map(\.isDialled) == [true])
        let statuses = [try await places[0].status, try await places[1].status]
        #expect(statuses.map(\.isRunning) == [true, true])
        // Each chain's beginning, the founding, two seals, two certificates.
        #expect(statuses.map(\.entryCount) == [7, 7])
        #expect(try await places[0].contents.ledger.seals == places[1].contents.ledger.seals)
        try await bob.stop()
        try await ada.stop()
        #expect(ada.log.text.contains("the peer ended the conversation (code 0)"), "the good-bye arrives")
    }

    @Test func `with keys of ES256 and ES384 bring their copies level, and confirm the same text`() async throws {
        let members = [
            Member("ADA", seed: 1, algorithm: .es256), Member("BOB", seed: 2, algorithm: .es384),
            Member("CYD", seed: 3),
        ]
        let pact = Pact(of: members)
        let places = try await homes(of: pact)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        let cyd = try await TestNode(places[2], dialling: [ada.target, bob.target])
        for place in places { try await place.accept(pact.id, of: pact) }
        for place in places { try await eventually { try await isConcordant(place, members) } }
        try await eventually { try await cyd.peers.map(\.party) == members.prefix(2).map(\.id) }
        for node in [cyd, bob, ada] { try await node.stop() }
    }

    @Test func `pass on what they hear, for parties that have no connection to each other`() async throws {
        let places = try await homes(of: three)
        let bob = try await TestNode(places[1])
        let ada = try await TestNode(places[0], dialling: [bob.target])
        let cyd = try await TestNode(places[2], dialling: [bob.target])
        for place in places { try await place.accept(three.id, of: three) }
        for place in places { try await eventually { try await isConcordant(place, three.members) } }
        #expect(try await ada.peers.map(\.party) == [Self.bob.id])
        #expect(try await cyd.peers.map(\.party) == [Self.bob.id])
        for node in [ada, bob, cyd] { try await node.stop() }
    }

    @Test func `go on with the same writer after a stop, and catch up on what they missed`() async throws {
        let places = try await homes(of: two)
        var ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await place.accept(two.id, of: two) }
        for place in places { try await eventually { try await isConcordant(place, two.members) } }
        let writer = try await places[0].status.writer
        let port = ada.port
        try await ada.stop()
        try await eventually { try await bob.peers.isEmpty }
        let amendment = two.amendment([Pact.article("article-2", "They meet.")])
        _ = try await places[1].withDoor { try await $0.publish([.instrument(amendment)]) }
        try await places[1].accept(amendment.id, of: two)

        ada = try await TestNode(places[0], listening: ["127.0.0.1:\(port)"])
        try await eventually { try await places[0].contents.ledger.instruments[amendment.id] != nil }
        try await places[0].accept(amendment.id, of: two)
        for place in places { try await eventually { try await isConcordant(place, two.members) } }
        #expect(try await places[0].status.writer == writer)
        #expect(try await places[1].findings.evaluation.inForce.contains(amendment.id))
        for node in [ada, bob] { try await node.stop() }
    }

    @Test func `that dial each other at once end with one connection`() async throws {
        let places = try await homes(of: two)
        let ports = [freePort(), freePort()]
        let targets = zip(two.members, ports).map {
            Dialling.Target(party: $0.id, endpoint: "127.0.0.1:\($1)")
        }
        async let first = TestNode(places[0], dialling: [targets[1]], listening: ["127.0.0.1:\(ports[0])"])
        async let second = TestNode(places[1], dialling: [targets[0]], listening: ["127.0.0.1:\(ports[1])"])
        let (ada, bob) = (try await first, try await second)
        for place in places { try await place.accept(two.id, of: two) }
        for place in places { try await eventually { try await isConcordant(place, two.members) } }
        // The same one at both ends, and it stays.
        for _ in 0..<2 {
            try await eventually { try await areLevel(ada, bob) }
            let (atAda, atBob) = (try await ada.peers, try await bob.peers)
            #expect(atAda.count == 1 && atBob.count == 1)
            #expect(atAda.first?.isDialled != atBob.first?.isDialled)
            try await Task.sleep(for: .milliseconds(500))
        }
        for node in [ada, bob] { try await node.stop() }
    }

    @Test func `refuse whom no record in force names, and who has nothing to show`() async throws {
        let places = try await homes(of: two)
        let ada = try await TestNode(places[0])
        let eve = try TemporaryHome(Member("BOB", seed: 66))
        try await eve.home.join(try await places[0].contents)
        let stranger = try await TestNode(eve, dialling: [ada.target])
        try await eventually { ada.log.text.contains("refused a connection") }
        #expect(ada.log.text.contains("no party's record in force names this node key"))
        #expect(try await ada.peers.isEmpty)
        #expect(try await stranger.peers.isEmpty)
        #expect(!ada.log.text.contains("connected"))
        for node in [ada, stranger] { try await node.stop() }
    }

    @Test func `let a newcomer connect once its accession is in force`() async throws {
        let places = try await homes(of: two)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await place.accept(two.id, of: two) }
        for place in places { try await eventually { try await isConcordant(place, two.members) } }

        let accession = two.amendment([
            Instrument.Change(Identifier("party/CYD")!, Content(.party(Self.cyd.record))),
            Instrument.Change(
                Identifier("roster/member")!, Content(.roster(Roster(holders: three.members.map(\.id))))),
        ])
        _ = try await places[0].withDoor { try await $0.publish([.instrument(accession)]) }
        let newcomer = try TemporaryHome(Self.cyd)
        try await newcomer.home.join(try await places[0].contents)
        let cyd = try await TestNode(newcomer, dialling: [ada.target])
        try await eventually { ada.log.text.contains("refused a connection") }

        // The newcomer's acceptance travels by hand; it proves the keys that the amendment brings.
        _ = try await places[0].publish(Self.cyd.signed(Self.cyd.seal(accession.id, of: two.id)))
        for place in places { try await place.accept(accession.id, of: two) }
        for place in places + [newcomer] {
            try await eventually { try await isConcordant(place, three.members) }
        }
        #expect(try await ada.peers.map(\.party) == [Self.bob.id, Self.cyd.id])
        for node in [ada, bob, cyd] { try await node.stop() }
    }

    @Test func `let go of a peer that is no longer in force`() async throws {
        let places = try await homes(of: two)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await place.accept(two.id, of: two) }
        for place in places { try await eventually { try await isConcordant(place, two.members) } }
        let moved = Member("BOB", seed: 22)
        let amendment = two.amendment([Instrument.Change(Identifier("party/BOB")!, Content(.party(moved.record)))])
        _ = try await places[0].withDoor { try await $0.publish([.instrument(amendment)]) }
        // By the keys that it had: those that the amendment brings give no consent to their own coming.
        for place in places { try await place.accept(amendment.id, of: two) }
        try await eventually { try await ada.peers.isEmpty }
        #expect(ada.log.text.contains("this node ended the conversation"))
        for node in [ada, bob] { try await node.stop() }
    }

    @Test func `leave alone another party's node at the endpoint they dial`() async throws {
        let places = try await homes(of: three)
        let ada = try await TestNode(places[0])
        let wrong = Dialling.Target(party: Self.cyd.id, endpoint: "127.0.0.1:\(ada.port)")
        let bob = try await TestNode(places[1], dialling: [ada.target, wrong])
        try await eventually { bob.log.text.contains("is ADA's, not CYD's") }
        try await eventually { try await bob.isLevel(with: ada) }
        try await Task.sleep(for: .seconds(1))
        #expect(bob.log.text.components(separatedBy: "info: connected").count == 2, "the good connection stays")
        for node in [ada, bob] { try await node.stop() }
    }

    // MARK: Stopping

    @Test func `close what they opened when they stop, and can be started again at once`() async throws {
        let places = try await homes(of: two)
        let ada = try await TestNode(places[0])
        #expect(FileManager.default.fileExists(atPath: places[0].home.controlSocketPath))
        let port = ada.port
        try await ada.stop(within: .seconds(3))
        #expect(!FileManager.default.fileExists(atPath: places[0].home.controlSocketPath))
        #expect(ada.log.text.hasSuffix("info: stopped"))
        let again = try await TestNode(places[0], listening: ["127.0.0.1:\(port)"])
        try await again.stop(within: .seconds(3))
        #expect(try await !places[0].status.isRunning)
    }

    @Test func `stop though a peer that they dial never answers`() async throws {
        let places = try await homes(of: two)
        // A socket that takes connections and says nothing.
        let silent = try SilentListener()
        let target = Dialling.Target(party: Self.bob.id, endpoint: "127.0.0.1:\(silent.port)")
        // An address that nobody has, from a range kept for documents: the attempt ends after ten seconds, or at once.
        let nowhere = Dialling.Target(party: Self.bob.id, endpoint: "203.0.113.7:9")
        let ada = try await TestNode(places[0], dialling: [target, nowhere])
        try await eventually { silent.hasBeenDialled }
        try await ada.stop(within: .seconds(4))
    }

    @Test func `do not begin where they cannot listen, and leave nothing behind`() async throws {
        let places = try await homes(of: two)
        let silent = try SilentListener()
        await #expect(throws: (any Error).self) {
            _ = try await TestNode(places[0], listening: ["127.0.0.1:0", "127.0.0.1:\(silent.port)"])
        }
        await #expect(throws: NodeSettingsRefusal.notAnEndpoint("nonsense")) {
            _ = try await TestNode(places[0], listening: ["nonsense"])
        }
        #expect(!FileManager.default.fileExists(atPath: places[0].home.controlSocketPath))
        #expect(try await !places[0].status.isRunning)
    }

    @Test func `stop when they no longer know what their disk holds`() async throws {
        let places = try await homes(of: two)
        let failure = FailureSwitch()
        let ada = try await TestNode(places[0], failure: failure)
        failure.current = .sqlite(code: 10, message: "disk I/O error")
        await #expect(throws: (any Error).self) { try await places[0].accept(two.id, of: two) }
        let end = await ada.end
        #expect(throws: HomeFailure.self) { try end.get() }
        failure.current = nil
        #expect(try await places[0].contents.ledger.seals.isEmpty)
    }
}

/// A socket that takes connections and never says a word.
private final class SilentListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        port = freePort()
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        address.sin_port = UInt16(port).bigEndian
        let descriptor = descriptor
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try #require(isBound && listen(descriptor, 8) == 0)
    }

    deinit { close(descriptor) }

    /// Takes a connection that waits, and keeps it open.
    var hasBeenDialled: Bool { accept(descriptor, nil, nil) >= 0 }
}
