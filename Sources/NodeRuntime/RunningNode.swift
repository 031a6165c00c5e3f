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

    let core: NodeCore
    let settings: Settings
    let tls: NodeTLS
    private let home: Home
    let connections = ConnectionCount()

    /// Opens the home and makes ready; nothing is listened at yet.
    public init(_ home: Home, _ settings: Settings) throws {
        let operated = try OperatorSettings(of: home)
        try self.init(
            home, settings, operated,
            NodeCore(home, log: settings.logger, limits: operated.nodeLimits.set(by: operated.limits)))
    }

    init(_ home: Home, _ settings: Settings, _ operated: OperatorSettings, _ core: NodeCore) throws {
        self.home = home
        self.settings = settings
        self.core = core
        tls = try NodeTLS(
            home, operated, core, keepingTo: settings.peers, log: settings.logger, counting: core.counters)
        let tls = tls
        core.reloading.withLock { $0 = { try await tls.reload() } }
    }

    /// Reads certificates, keys and authorities again: those of the next handshakes. Limits keep what they were.
    ///
    /// - Returns: false if nothing had changed.
    /// - Throws: ``NodeSettingsRefusal`` or ``HomeFailure``; what was in use stays in use then.
    @discardableResult
    public func reload() async throws -> Bool { try await tls.reload() }

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
                let listener = try await tls.endpoint.listen(host: address.host, port: address.port)
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
                group.addTask { await tls.watch() }
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

    private func tick() async {
        while !Task.isCancelled {
            await core.tick()
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: Whom and where

    /// - Parameter state: knows which of the nodes of the records are connected; of what the command line names it is
    ///   only known whose it is.
    func targets(by state: DialState) -> [Dialling.Target] {
        guard !state.isLeaving else { return [] }
        let named = settings.dial.filter { !state.connected.contains($0.party) }
        return (state.targets + named).filter { settings.peers?.contains($0.party) ?? true }
    }

    /// Whether a text is `HOST:PORT` as a node dials and listens.
    public static func isEndpoint(_ text: String) -> Bool { Endpoint(text) != nil }

    private func listenAddresses() async throws -> [Endpoint] {
        let texts = if let listen = settings.listen { listen } else { await core.ownEndpoints() }
        return try texts.map { text in
            guard let endpoint = Endpoint(text) else { throw NodeSettingsRefusal.notAnEndpoint(text) }
            return endpoint
        }
    }
}

/// What is wrong with how a node is told to run.
public enum NodeSettingsRefusal: Error, Hashable, Sendable {
    case notAnEndpoint(String)
    /// The operator's settings, with what is wrong as a sentence.
    case badSettings(path: String, reason: String)
    /// A file that the settings name.
    case unreadable(path: String)
    case badAuthority(Identifier, reason: String)
    case badCertificate(reason: String)
}

extension NodeSettingsRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAnEndpoint(let text): "\(text) is no HOST:PORT"
        case .badSettings(let path, let reason): "\(path): \(reason)"
        case .unreadable(let path): "\(path) cannot be read"
        case .badAuthority(let party, let reason): "the authority of \(party): \(reason)"
        case .badCertificate(let reason): "the node's certificate: \(reason)"
        }
    }
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
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        // Without brackets nobody can say where an IPv6 address ends and its port begins.
        guard !host.isEmpty, isBracketed || !host.contains(":") else { return nil }
        self.host = host
        self.port = port
    }
}

/// What dialling is decided by.
struct DialState: Sendable {
    let now: Moment
    /// The endpoints of other nodes that are not connected, by the records in force.
    let targets: [Dialling.Target]
    let connected: Set<Identifier>
    let isLeaving: Bool
}

extension NodeCore {
    var dialState: DialState {
        DialState(
            now: now, targets: node.dialTargets, connected: node.connectedParties,
            isLeaving: !node.takesConnections(at: now))
    }

    func ownEndpoints() -> [String] { node.ownEndpoints }
}
