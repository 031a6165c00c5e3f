internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import Logging
internal import NodeLogic
internal import NodeRuntime
internal import ServiceLifecycle
internal import UnixSignals

/// `syngraph node …`
struct Node: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run this party's nodes.", subcommands: [NodeRun.self, NodeNew.self, NodeReload.self])
}

/// `syngraph node run`
struct NodeRun: Verb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Exchange with the other parties' nodes until told to stop.",
        discussion: """
            Listens where the party's record says, dials the others, stores what they send before it acknowledges, and \
            serves the command line through the home's control socket. Ends on SIGTERM or SIGINT; on SIGHUP reads its \
            certificates again.

              syngraph node run --home ~/KOR

            HOST is a name or an address, an IPv6 address in brackets. Limits, and authorities that issue certificates \
            to parties' nodes, stand in node.json in the home.
            """)

    @OptionGroup var homeOptions: HomeOptions
    @Option(name: .long, help: "Listen at HOST:PORT instead of where the party's record says; may be repeated.")
    var listen: [String] = []
    @Flag(name: .long, help: "Listen nowhere: this node only dials.")
    var dialOnly = false
    @Option(name: .long, help: "Keep to this party's nodes only; may be repeated.")
    var peer: [String] = []
    @Option(name: .long, help: "Also dial CODE=HOST:PORT; may be repeated.")
    var dial: [String] = []
    @Option(name: .long, help: "How much to say: error, warning, info or debug.")
    var logLevel = "info"

    var wantsJSON: Bool { false }

    /// How often, and in which steps, a home in use by a verb that is just ending is tried again.
    private static let patience = (attempts: 40, milliseconds: 50)

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let settings = try settings()
        try await settleKeys(of: home, voice)
        let node = try await opened(home, settings)
        let service = NodeService(node: node, logger: settings.logger) {
            voice.talk("the node of \(home.path) is ready")
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: settings.logger))
        try await group.run()
        return .holds
    }

    /// A change of keys may have come back from its last official while no node ran.
    private func settleKeys(of home: Home, _ voice: CommandVoice) async throws {
        let keys = HomeKeys(home: home)
        guard !keys.pending.isEmpty else { return }
        let party = try home.settings().party
        try await homeOptions.withDoor { try await keys.settle(through: $0, of: party, voice) }
    }

    private func opened(_ home: Home, _ settings: RunningNode.Settings) async throws -> RunningNode {
        for attempt in 1... {
            do {
                return try RunningNode(home, settings)
            } catch HomeFailure.inUse where attempt < Self.patience.attempts {
                try await Task.sleep(for: .milliseconds(Self.patience.milliseconds))
            }
        }
        throw HomeFailure.inUse(path: home.path)
    }

    private func settings() throws -> RunningNode.Settings {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw Complaint.usage("there is no log level \(logLevel)", hint: "use error, warning, info or debug")
        }
        var logger = Logger(label: "syngraph") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return RunningNode.Settings(
            listen: dialOnly ? [] : listen.isEmpty ? nil : listen,
            peers: peer.isEmpty ? nil : Set(try peer.map(Self.party)), dial: try dial.map(Self.target),
            logger: logger)
    }

    private static func party(_ text: String) throws -> Identifier {
        guard let party = Identifier(text) else { throw Complaint.usage("\(text) is not a party's code") }
        return party
    }

    private static func target(_ text: String) throws -> Dialling.Target {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, RunningNode.isEndpoint(parts[1]) else {
            throw Complaint.usage(
                "\(text) does not say whom to dial where",
                hint: "write CODE=HOST:PORT, an IPv6 address in brackets: KOR=[2001:db8::1]:7443")
        }
        return Dialling.Target(party: try party(parts[0]), endpoint: parts[1])
    }
}

/// The node as a service that ends when the program is told to, and reads its certificates again on SIGHUP.
private struct NodeService: Service {
    let node: RunningNode
    let logger: Logger
    let whenReady: @Sendable () -> Void

    func run() async throws {
        // From before the node is ready: until somebody listens, the signal would end the program.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in hangUps { await reload() }
            }
            group.addTask {
                try await cancelWhenGracefulShutdown { try await node.run(whenReady: whenReady) }
            }
            // The node's end is the service's; the other task never ends by itself.
            try await group.next()
            group.cancelAll()
        }
    }

    private func reload() async {
        do {
            if try await !node.reload() { logger.info("certificates and authorities are what they were") }
        } catch {
            logger.error("the former certificates stay in use: \(error)")
        }
    }
}
