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
    let endpoint: SecureEndpoint
    private let home: Home
    let connections = ConnectionCount()

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

    private func tick() async {
        while !Task.isCancelled {
            await core.tick()
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: Whom and where

    func targets(known: [Dialling.Target]) -> [Dialling.Target] {
        (known + settings.dial).filter { settings.peers?.contains($0.party) ?? true }
    }

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

/// What dialling is decided by.
struct DialState: Sendable {
    let now: Moment
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
