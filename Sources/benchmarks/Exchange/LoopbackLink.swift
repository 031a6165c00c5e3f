internal import Cryptography
internal import SecureTransport
internal import Synchronization

/// A mutual TLS 1.3 connection between two nodes of this process, over the loopback interface.
final class LoopbackLink: Sendable {
    private let pumps: [Task<Void, Never>]
    private let connections: [SecureConnection]
    private let listener: BoundListener
    private let counted: Counted

    /// Bytes that both sides handed to TLS so far, the lengths of frames included.
    private final class Counted: Sendable {
        let byteCount = Mutex(0)
    }

    var byteCount: Int { counted.byteCount.withLock { $0 } }

    init(_ dialler: ExchangeNode, _ listening: ExchangeNode) async throws {
        let door = SecureEndpoint(context: try Self.context(of: "listener"))
        let listener = try await door.listen(host: "127.0.0.1", port: 0)
        let out = SecureEndpoint(context: try Self.context(of: "dialler"))
        async let accepted = Self.first(of: listener)
        let dialled = try await out.dial(host: "127.0.0.1", port: listener.port)
        guard let accepted = await accepted else { throw TransportFailure.closed }
        self.listener = listener
        connections = [dialled, accepted]
        let ends = [(dialler, dialled), (listening, accepted)]
        let counted = Counted()
        self.counted = counted
        var pumps: [Task<Void, Never>] = []
        for (node, connection) in ends {
            let frames = await node.begin(exportedKey: connection.exported)
            pumps.append(
                Task {
                    for await frames in frames {
                        let byteCount = frames.reduce(0) { $0 + $1.count + 4 }
                        counted.byteCount.withLock { $0 += byteCount }
                        do { try await connection.send(frames) } catch { break }
                    }
                })
            pumps.append(
                Task {
                    while let frame = try? await connection.nextFrame() { await node.hear(frame) }
                })
        }
        self.pumps = pumps
    }

    func close() async {
        for connection in connections { await connection.close() }
        await listener.shutDown()
        for pump in pumps { pump.cancel() }
    }

    private static func first(of listener: BoundListener) async -> SecureConnection? {
        for await connection in listener.connections { return connection }
        return nil
    }

    private static func context(of name: String) throws -> TLSContext {
        let seed = Digest(of: Array(name.utf8)).bytes
        let certificate = try NodeCertificate.selfSigned(
            seed: seed, commonName: name, validFrom: 0, validUntil: 4_000_000_000,
            serial: [0x40] + [UInt8](repeating: 1, count: 15))
        let credentials = try NodeCredentials(seed: seed, chain: [certificate])
        return try TLSContext(
            credentials: credentials, wallClock: { 2_000_000_000 },
            policy: { _ in
                .admitted(label: "the other end")
            })
    }
}
