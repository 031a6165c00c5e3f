import Synchronization
import Testing

@testable import SecureTransport

/// The nodes of these tests, each a seed.
enum Node: UInt8, CaseIterable {
    case france = 1
    case germany = 2
    /// Nobody's node.
    case stranger = 9

    var seed: [UInt8] { [UInt8](repeating: rawValue, count: 32) }
    var label: String { "\(self)" }

    func certificate(validFrom: Int64 = Clock.now - 60, validUntil: Int64 = Clock.now + 60) throws -> [UInt8] {
        try NodeCertificate.selfSigned(
            seed: seed, commonName: "\(label) node", validFrom: validFrom, validUntil: validUntil,
            serial: [UInt8](repeating: 7, count: 16))
    }

    func credentials(validFrom: Int64 = Clock.now - 60, validUntil: Int64 = Clock.now + 60) throws -> NodeCredentials {
        try NodeCredentials(seed: seed, chain: [certificate(validFrom: validFrom, validUntil: validUntil)])
    }

    func key() throws -> PeerKey { try credentials().publicKey }
}

enum Clock {
    static let now: Int64 = 1_800_000_000
}

/// What an endpoint told its log.
final class Events: Sendable {
    private let all = Mutex<[TransportEvent]>([])

    var log: TransportLog {
        { event in self.all.withLock { $0.append(event) } }
    }

    var list: [TransportEvent] { all.withLock { $0 } }

    /// The reasons for which connections never came about.
    var refusals: [TransportFailure] {
        list.compactMap { event in if case .refused(_, let failure) = event { failure } else { nil } }
    }

    var endings: [TransportFailure?] {
        list.compactMap { event in if case .ended(_, _, let failure) = event { .some(failure) } else { nil } }
    }

    /// The first refusal, waited for.
    func refusal() async throws -> TransportFailure? {
        try await eventually { !self.refusals.isEmpty }
        return refusals.first
    }
}

/// Waits until the condition holds, or fails the test after a few seconds.
func eventually(
    within limit: Duration = .seconds(8), location: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        guard ContinuousClock.now - start < limit else {
            Issue.record("it did not come to that within \(limit)", sourceLocation: location)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

extension SecureEndpoint {
    /// An endpoint of `node` that admits `admitted`.
    static func of(
        _ node: Node, admitting admitted: Set<Node> = [.france, .germany], meetingOthers: Bool = false,
        credentials: NodeCredentials? = nil,
        offering protocols: [String] = [TLSContext.applicationProtocol], limits: TransportLimits = .init(),
        events: Events = Events()
    ) throws -> SecureEndpoint {
        let names = try Dictionary(uniqueKeysWithValues: admitted.map { (try $0.key(), $0.label) })
        let context = try TLSContext(
            credentials: credentials ?? node.credentials(), wallClock: { Clock.now }, offering: protocols
        ) { key in
            if let name = names[key] { return .admitted(label: name) }
            return meetingOthers ? .unknown(reason: "no node of a party") : .refused(reason: "no node of a party")
        }
        return SecureEndpoint(context: context, limits: limits, log: events.log)
    }
}

/// A listener of France and a connection to it from Germany, both ends.
struct Pair {
    let listener: BoundListener
    let france: SecureConnection
    let germany: SecureConnection

    static func connect(
        france: TransportLimits = .init(), germany: TransportLimits = .init(), events: Events = Events()
    ) async throws -> Pair {
        let listener = try await SecureEndpoint.of(.france, limits: france, events: events)
            .listen(host: "127.0.0.1", port: 0)
        return try await Pair(
            listener: listener, via: listener.port, by: SecureEndpoint.of(.germany, limits: germany))
    }

    init(listener: BoundListener, via port: Int, by dialer: SecureEndpoint) async throws {
        self.listener = listener
        germany = try await dialer.dial(host: "127.0.0.1", port: port)
        var connections = listener.connections.makeAsyncIterator()
        france = try #require(await connections.next())
    }

    func close() async {
        await germany.close()
        await listener.shutDown()
    }
}

/// Bytes that differ from place to place, so that a swap or a loss shows.
func pattern(_ count: Int, from start: Int = 0) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
        var place = start
        for index in 0..<count {
            bytes[index] = UInt8(truncatingIfNeeded: place &* 31 &+ (place >> 8))
            place &+= 1
        }
        filled = count
    }
}
