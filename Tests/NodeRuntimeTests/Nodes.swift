import Agreement
import Cryptography
import Foundation
import Identity
import Logging
import NodeLogic
import RoadmapFixtures
import Storage
import Testing
import Verification

@testable import NodeRuntime

/// A node that runs in a task of the test.
final class TestNode: Sendable {
    let place: TemporaryHome
    let log: LogBook
    let port: Int
    private let task: Task<Void, any Error>

    /// Starts the node at a free port, and returns when it is ready.
    init(
        _ place: TemporaryHome, dialling targets: [Dialling.Target] = [], listening: [String] = ["127.0.0.1:0"],
        limits: NodeLimits = NodeLimits(), failure: FailureSwitch = FailureSwitch()
    ) async throws {
        self.place = place
        let log = LogBook()
        self.log = log
        let settings = RunningNode.Settings(listen: listening, dial: targets, logger: log.logger)
        let operated = try OperatorSettings(of: place.home)
        var limits = limits.set(by: operated.limits)
        limits.conversation = operated.nodeLimits.conversation
        limits.allowances = operated.nodeLimits.allowances
        let core = try NodeCore(place.home, log: log.logger, limits: limits, openStore: failure.opening)
        let node = try RunningNode(place.home, settings, operated, core)
        let (readiness, ready) = AsyncStream.makeStream(of: Void.self)
        task = Task {
            defer { ready.finish() }
            try await node.run { ready.yield() }
        }
        var isReady = false
        for await _ in readiness {
            isReady = true
            break
        }
        if !isReady { try await task.value }
        port = await core.listeningPort ?? 0
    }

    deinit { task.cancel() }

    var target: Dialling.Target { Dialling.Target(party: place.member.id, endpoint: "127.0.0.1:\(port)") }

    /// Stops the node, which must not take long.
    func stop(within limit: Duration = .seconds(6), sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        task.cancel()
        try await task.value
        #expect(clock.now - start < limit, sourceLocation: sourceLocation)
    }

    /// How the node ended by itself.
    var end: Result<Void, any Error> { get async { await task.result } }

    var peers: [PeerStatus] { get async throws { try await place.status.peers } }

    /// True if the node has one connection, to this party, and the copies are equal.
    func isLevel(with other: TestNode) async throws -> Bool {
        let peers = try await peers
        return peers.map(\.party) == [other.place.member.id] && peers.allSatisfy(\.isSettled)
    }
}

/// True if both nodes have one connection, to each other, and equal copies.
func areLevel(_ one: TestNode, _ other: TestNode) async throws -> Bool {
    guard try await one.isLevel(with: other) else { return false }
    return try await other.isLevel(with: one)
}

/// True if all of these parties have confirmed the text in force at this home.
func isConcordant(_ place: TemporaryHome, _ members: [Member]) async throws -> Bool {
    let findings = try await place.findings
    guard !findings.evaluation.inForce.isEmpty else { return false }
    return members.allSatisfy { member in
        findings.parties.first { $0.id == member.id }?.state?.inForce == findings.roots.inForce
    }
}

/// A port of this machine that nobody listens at now.
func freePort() -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = bind(descriptor, $0, count)
            _ = getsockname(descriptor, $0, &count)
        }
    }
    return Int(UInt16(bigEndian: address.sin_port))
}

/// A home that founded the pact, and homes that joined it.
func homes(of pact: Pact) async throws -> [TemporaryHome] {
    let places = try pact.members.map { try TemporaryHome($0) }
    try await places[0].home.found(pact.founding)
    let invitation = try await places[0].contents
    for place in places.dropFirst() { try await place.home.join(invitation) }
    return places
}
