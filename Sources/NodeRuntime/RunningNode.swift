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
        self.home = home
        self.settings = settings
        let core = try NodeCore(home, log: settings.logger)
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

    /// Runs until the task is cancelled; then says good-bye to its peers and closes what it opened.
    public func run(whenReady: @Sendable () -> Void = {}) async throws {
        let control = try await ControlServer(at: home.controlSocketPath, of: core)
        var listeners: [BoundListener] = []
        do {
            for address in try await listenAddresses() {
                let listener = try await endpoint.listen(host: address.host, port: address.port)
                listeners.append(listener)
                await core.noteListening(at: listener.port)
                settings.logger.info("listening", metadata: ["address": "\(listener.host):\(listener.port)"])
            }
        } catch {
            await control.shutDown()
            throw error
        }
        whenReady()
        let bound = listeners
        await withTaskGroup(of: Void.self) { group in
            for listener in bound { group.addTask { await accept(from: listener) } }
            group.addTask { await dialAgainAndAgain() }
            group.addTask { await tick() }
            await group.waitForAll()
        }
        await core.leaveAll()
        for listener in listeners { await listener.shutDown() }
        await control.shutDown()
        settings.logger.info("stopped")
    }

    // MARK: Connections

    private func accept(from listener: BoundListener) async {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask { await converse(on: connection, isDialled: false) }
            }
        }
    }

    private func dialAgainAndAgain() async {
        var dialling = Dialling()
        let finished = DialEnds()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = await core.now.milliseconds
                for end in finished.takeAll() {
                    dialling.ended(end.target, wasUp: end.wasUp, at: now, jitter: UInt64.random(in: 0...UInt64.max))
                }
                let connected = await core.connectedParties
                for target in dialling.due(among: await targets(), connected: connected, at: now) {
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
            let connection = try await endpoint.dial(host: address.host, port: address.port)
            return await converse(on: connection, isDialled: true)
        } catch {
            settings.logger.debug("cannot reach \(target.party) at \(target.endpoint): \(error)")
            return false
        }
    }

    /// Carries frames between the connection and its conversation until either ends.
    ///
    /// - Returns: true if the peer was heard at all, which is when a connection counts as up.
    @discardableResult
    private func converse(on connection: SecureConnection, isDialled: Bool) async -> Bool {
        guard let key = PublicKey(ed25519: connection.peer.key.bytes),
            let party = core.admitted.withLock({ $0.party(ofNode: key) }),
            let (id, outgoing) = await core.open(
                with: party, node: key.id, isDialled: isDialled, exportedKey: connection.exported)
        else {
            await connection.close()
            return false
        }
        let wasHeard = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await frames in outgoing {
                    do { try await connection.send(frames) } catch { break }
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
                return wasHeard
            }
            return await group.reduce(false) { $0 || $1 }
        }
        return wasHeard
    }

    private func tick() async {
        while !Task.isCancelled {
            await core.wakeDue()
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    // MARK: Whom and where

    private func targets() async -> [Dialling.Target] {
        let parties = await core.endpointsOfOthers()
        let known = parties.flatMap { party, endpoints in
            endpoints.map { Dialling.Target(party: party, endpoint: $0) }
        }
        return (known + settings.dial).filter { settings.peers?.contains($0.party) ?? true }
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
            return try NodeCredentials(seed: key.rawSeed, pem: String(decoding: data, as: UTF8.self))
        }
        let certificate = try NodeCertificate.forNode(of: party, key: key, days: 3650)
        return try NodeCredentials(seed: key.rawSeed, chain: [certificate])
    }

    private static func judge(
        _ key: PeerKey, by admission: Admission, of own: Identifier, keepingTo peers: Set<Identifier>?
    ) -> PeerJudgement {
        guard let key = PublicKey(ed25519: key.bytes), let party = admission.party(ofNode: key) else {
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
        case .ended(let address, let peer, let failure?): "connection with \(peer.label) at \(address) broke: \(failure)"
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

    /// The endpoints of the other parties' nodes, by the records in force.
    func endpointsOfOthers() -> [(Identifier, [String])] {
        copy.evaluation.partiesInForce.filter { $0.party != party }.map { other, _ in
            (other, copy.evaluation.recordInForce(of: other)?.nodes.flatMap(\.endpoints) ?? [])
        }
    }

    /// The endpoints that the record in force names for this node.
    func ownEndpoints() -> [String] {
        copy.evaluation.recordInForce(of: party)?.nodes.first { $0.key.id == ownNode }?.endpoints ?? []
    }
}

extension NodeCertificate {
    /// A self-signed certificate over a node's key, valid from an hour ago, for clocks that are a little wrong.
    static func forNode(of party: Identifier, key: SigningKey, days: Int64) throws -> [UInt8] {
        let now = Int64(WallClock.seconds)
        var serial = SystemRandomness.bytes(count: 16)
        serial[0] = serial[0] & 0x3f | 0x40
        return try selfSigned(
            seed: key.rawSeed, commonName: "\(party) node".prefix(64).description, validFrom: now - 3600,
            validUntil: now + days * 86_400, serial: serial)
    }
}

extension Home {
    /// Makes a self-signed certificate over the node's key and returns it in PEM.
    public func makeCertificate(days: Int64) throws -> String {
        let key = try Home.readKey(at: nodeKeyPath) { nil }
        return NodeCertificate.pem(try NodeCertificate.forNode(of: settings().party, key: key, days: days))
    }
}
