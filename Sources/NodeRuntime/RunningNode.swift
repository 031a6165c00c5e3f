internal import Agreement
internal import Cryptography
internal import Exchange
internal import Foundation
public import Identity
public import Logging
public import NodeLogic
internal import SecureTransport
internal import Synchronization

/// A party's node as a process: it listens, dials, exchanges, answers the command line, until it is cancelled.
public struct RunningNode: Sendable {
    /// How a node is to run.
    public struct Settings: Sendable {
        /// Where to listen; nil: at the endpoints that the party's record names for this node.
        public var listen: [String]?
        /// The parties to keep to, dialled and admitted; nil for all.
        public var peers: Set<Identifier>?
        /// Further endpoints to dial, by party.
        public var dial: [Dialling.Target]
        public var logger: Logger

        public init(
            listen: [String]? = nil, peers: Set<Identifier>? = nil, dial: [Dialling.Target] = [], logger: Logger
        ) {
            self.listen = listen
            self.peers = peers
            self.dial = dial
            self.logger = logger
        }
    }

    private let core: NodeCore
    private let settings: Settings
    private let endpoint: SecureEndpoint
    private let home: Home

    /// Opens the home and makes ready; nothing is listened at yet.
    public init(_ home: Home, _ settings: Settings) throws {
        try self.init(home, settings, NodeCore(home, log: settings.logger))
    }

    init(_ home: Home, _ settings: Settings, _ core: NodeCore) throws {
        self.home = home
        self.settings = settings
        self.core = core
        let log = settings.logger
        let peers = settings.peers
        let context = try TLSContext(
            credentials: Self.credentials(of: home, for: core.party), wallClock: { Int64(WallClock.seconds) },
            policy: { Self.judge($0, by: core.admitted.withLock { $0 }, of: core.party, keepingTo: peers) })
        endpoint = SecureEndpoint(context: context) { event in
            if let words = Self.words(for: event) { log.info("\(words)") }
        }
    }

    /// Milliseconds that peers have to take the last frames and the good-bye when a node stops.
    private static let farewellLimit = 2_000

    /// Runs until the task is cancelled; then says good-bye to its peers and closes what it opened. Once only.
    ///
    /// - Throws: what keeps it from beginning, and ``HomeFailure`` when it can no longer trust its store.
    public func run(whenReady: @Sendable () -> Void = {}) async throws {
        var failure: (any Error)?
        do {
            let control = try await ControlServer(at: home, of: core)
            do {
                let listeners = try await listen()
                whenReady()
                failure = await serve(listeners)
            } catch {
                failure = error
            }
            await control.shutDown()
        } catch {
            failure = error
        }
        // Last, for whoever opens the home next owns the control socket's place.
        await core.close()
        settings.logger.info("stopped")
        if let failure { throw failure }
    }

    private func listen() async throws -> [BoundListener] {
        var listeners: [BoundListener] = []
        do {
            for address in try await listenAddresses() {
                let listener = try await endpoint.listen(host: address.host, port: address.port)
                listeners.append(listener)
                await core.noteListening(at: listener.port)
                settings.logger.info("listening", metadata: ["address": "\(listener.host):\(listener.port)"])
            }
        } catch {
            for listener in listeners { await listener.shutDown() }
            throw error
        }
        return listeners
    }

    /// Keeps the connections going until this task is cancelled or the node fails, and then ends them.
    ///
    /// They run in a task of their own, for what is cancelled can no longer say good-bye.
    private func serve(_ listeners: [BoundListener]) async -> HomeFailure? {
        let serving = Task {
            await withTaskGroup(of: Void.self) { group in
                for listener in listeners { group.addTask { await accept(from: listener) } }
                group.addTask { await dialAgainAndAgain() }
                group.addTask { await tick() }
                await group.waitForAll()
            }
        }
        var failure: HomeFailure?
        for await found in core.failures {
            failure = found
            break
        }
        let farewell = Task {
            await core.leaveAll()
            for _ in 0..<(Self.farewellLimit / 10) {
                guard connections.count > 0 else { break }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        await farewell.value
        serving.cancel()
        for listener in listeners { await listener.shutDown() }
        await serving.value
        return failure
    }

    // MARK: Connections

    /// Counts the connections that conversations are carried on.
    private final class ConnectionCount: Sendable {
        private let number = Mutex(0)

        var count: Int { number.withLock { $0 } }
        func add(_ change: Int) { number.withLock { $0 += change } }
    }

    private let connections = ConnectionCount()

    private func accept(from listener: BoundListener) async {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask { await converse(on: connection, dialled: nil) }
            }
        }
    }

    private func dialAgainAndAgain() async {
        var dialling = Dialling()
        let finished = DialEnds()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let state = await core.dialState
                for end in finished.takeAll() {
                    dialling.ended(
                        end.target, wasUp: end.wasUp, at: state.now.milliseconds,
                        jitter: UInt64.random(in: 0...UInt64.max))
                }
                let due = dialling.due(
                    among: state.isLeaving ? [] : targets(known: state.targets), connected: state.connected,
                    at: state.now.milliseconds)
                for target in due {
                    group.addTask {
                        finished.add(DialEnd(target: target, wasUp: await dial(target)))
                    }
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private struct DialEnd: Sendable {
        let target: Dialling.Target
        let wasUp: Bool
    }

    /// Where the tasks that dial leave how it ended.
    private final class DialEnds: Sendable {
        private let ends = Mutex<[DialEnd]>([])

        func add(_ end: DialEnd) { ends.withLock { $0.append(end) } }

        func takeAll() -> [DialEnd] {
            ends.withLock { ends in
                defer { ends = [] }
                return ends
            }
        }
    }

    private func dial(_ target: Dialling.Target) async -> Bool {
        guard let address = Endpoint(target.endpoint) else { return false }
        do {
            return await converse(on: try await connect(to: address), dialled: target)
        } catch {
            settings.logger.debug("cannot reach \(target.party) at \(target.endpoint): \(error)")
            return false
        }
    }

    /// Dials, and stops waiting at once when the task is cancelled: a peer that does not answer must not keep a node
    /// from stopping. The attempt then ends by itself, and closes what it may yet bring about.
    private func connect(to address: Endpoint) async throws -> SecureConnection {
        let (outcomes, outcome) = AsyncStream.makeStream(of: Result<SecureConnection, any Error>.self)
        let attempt = Task { [endpoint] in
            do {
                outcome.yield(.success(try await endpoint.dial(host: address.host, port: address.port)))
            } catch {
                outcome.yield(.failure(error))
            }
            outcome.finish()
        }
        return try await withTaskCancellationHandler {
            for await outcome in outcomes { return try outcome.get() }
            throw CancellationError()
        } onCancel: {
            attempt.cancel()
        }
    }

    /// Carries frames between the connection and its conversation until either ends.
    ///
    /// - Parameter target: whom this node meant to reach; nil if the peer dialled.
    /// - Returns: true if the peer was heard at all, which is when a connection counts as up.
    @discardableResult
    private func converse(on connection: SecureConnection, dialled target: Dialling.Target?) async -> Bool {
        connections.add(1)
        defer { connections.add(-1) }
        guard let key = PublicKey(subjectPublicKeyInfo: connection.peer.key.bytes),
            let party = core.admitted.withLock({ $0.party(ofNode: key) }), isMeant(party, by: target),
            let (id, outgoing) = await core.open(
                with: party, node: key, isDialled: target != nil, exportedKey: connection.exported)
        else {
            await connection.close()
            return false
        }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await frames in outgoing {
                    do { try await connection.send(frames) } catch { break }
                    await core.noteSent(frames, on: id)
                }
                await connection.close()
                return false
            }
            group.addTask {
                var wasHeard = false
                while let frame = try? await connection.nextFrame() {
                    wasHeard = true
                    await core.hear(frame, on: id)
                }
                await core.end(id)
                // Whoever sends to a peer that does not read waits until the connection is closed.
                if Task.isCancelled { await connection.close() }
                return wasHeard
            }
            return await group.reduce(false) { $0 || $1 }
        }
    }

    /// Another party's node at the endpoint would be dialled again and again in the place of the one that is meant.
    private func isMeant(_ party: Identifier, by target: Dialling.Target?) -> Bool {
        guard let target, target.party != party else { return true }
        settings.logger.warning("the node at \(target.endpoint) is \(party)'s, not \(target.party)'s")
        return false
    }

    private func tick() async {
        while !Task.isCancelled {
            await core.tick()
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: Whom and where

    private func targets(known: [Dialling.Target]) -> [Dialling.Target] {
        (known + settings.dial).filter { settings.peers?.contains($0.party) ?? true }
    }

    private func listenAddresses() async throws -> [Endpoint] {
        let texts = if let listen = settings.listen { listen } else { await core.ownEndpoints() }
        return try texts.map { text in
            guard let endpoint = Endpoint(text) else { throw NodeSettingsRefusal.notAnEndpoint(text) }
            return endpoint
        }
    }

    // MARK: TLS

    private static func credentials(of home: Home, for party: Identifier) throws -> NodeCredentials {
        let key = try Home.readKey(at: home.nodeKeyPath) { nil }
        if let data = FileManager.default.contents(atPath: home.certificatePath) {
            return try NodeCredentials(privateKeyInfo: key.privateKeyInfo, pem: String(decoding: data, as: UTF8.self))
        }
        let certificate = try NodeCertificate.forNode(of: party, key: key, days: 3650)
        return try NodeCredentials(privateKeyInfo: key.privateKeyInfo, chain: [certificate])
    }

    private static func judge(
        _ key: PeerKey, by admission: Admission, of own: Identifier, keepingTo peers: Set<Identifier>?
    ) -> PeerJudgement {
        guard let key = PublicKey(subjectPublicKeyInfo: key.bytes), let party = admission.party(ofNode: key) else {
            return .refused(reason: "no party's record in force names this node key")
        }
        if let peers, !peers.contains(party) { return .refused(reason: "this node keeps to other peers than \(party)") }
        return .admitted(label: party.string)
    }

    private static func words(for event: TransportEvent) -> String? {
        switch event {
        // Nobody at home is what a dialler hears all day; it tries again.
        case .opened, .ended(_, _, nil), .refused(_, .connectionFailed): nil
        case .refused(let address, let failure): "refused a connection with \(address): \(failure)"
        case .overLimit(let address, let limit): "turned \(address) away: \(limit)"
        case .ended(let address, let peer, let failure?):
            "connection with \(peer.label) at \(address) broke: \(failure)"
        }
    }
}

/// What is wrong with how a node is told to run.
public enum NodeSettingsRefusal: Error, Hashable, Sendable {
    case notAnEndpoint(String)
}

/// `host:port`; an IPv6 address stands in brackets.
struct Endpoint: Hashable {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        self.host = host
        self.port = port
    }
}

extension NodeCore {
    func noteListening(at port: Int) { listeningPort = listeningPort ?? port }

    /// What dialling is decided by.
    struct DialState: Sendable {
        let now: Moment
        /// The endpoints of the other parties' nodes, by the records in force.
        let targets: [Dialling.Target]
        let connected: Set<Identifier>
        let isLeaving: Bool
    }

    var dialState: DialState {
        let targets = partyRecords.filter { $0.party != party }.flatMap { other, record in
            record.nodes.flatMap(\.endpoints).map { Dialling.Target(party: other, endpoint: $0) }
        }
        return DialState(
            now: now, targets: targets, connected: connectedParties, isLeaving: isLeaving || restUntil > now)
    }

    /// The endpoints that the record in force names for this node.
    func ownEndpoints() -> [String] {
        partyRecords.first { $0.party == party }?.record.nodes.first { $0.key.id == ownNode }?.endpoints ?? []
    }
}

extension NodeCertificate {
    /// A self-signed certificate over a node's key, valid from an hour ago, for clocks that are a little wrong.
    static func forNode(of party: Identifier, key: SigningKey, days: Int64) throws -> [UInt8] {
        let now = Int64(WallClock.seconds)
        var serial = SystemRandomness.bytes(count: 16)
        serial[0] = serial[0] & 0x3f | 0x40
        return try selfSigned(
            privateKeyInfo: key.privateKeyInfo, commonName: "\(party) node".prefix(64).description,
            validFrom: now - 3600, validUntil: now + days * 86_400, serial: serial)
    }
}

extension Home {
    /// Makes a self-signed certificate over the node's key and returns it in PEM.
    public func makeCertificate(days: Int64) throws -> String {
        let key = try Home.readKey(at: nodeKeyPath) { nil }
        return NodeCertificate.pem(try NodeCertificate.forNode(of: settings().party, key: key, days: days))
    }
}
