internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The door of a node: listens, dials, and hands out connections whose peer was admitted.
///
/// ```swift
/// let credentials = try NodeCredentials(seed: seed, chain: [certificate])
/// let context = try TLSContext(credentials: credentials, wallClock: now) { key in
///     known[key].map { .admitted(label: $0) } ?? .refused(reason: "no node of a party")
/// }
/// let endpoint = SecureEndpoint(context: context) { event in … }
/// let listener = try await endpoint.listen(host: "::", port: 7443)
/// for await connection in listener.connections { … }
///
/// let connection = try await endpoint.dial(host: "node.example", port: 7443)
/// try await connection.send([hello])
/// for try await frame in connection.frames { … }
/// ```
package final class SecureEndpoint: Sendable {
    package let limits: TransportLimits
    private let log: TransportLog
    private let context: Mutex<TLSContext>
    private let group: MultiThreadedEventLoopGroup

    /// Runs on the process's shared event loops.
    package init(
        context: TLSContext, limits: TransportLimits = TransportLimits(), log: @escaping TransportLog = { _ in }
    ) {
        self.context = Mutex(context)
        self.limits = limits
        self.log = log
        self.group = .singleton
    }

    /// Uses other credentials or another policy from the next handshake on; open connections stay as they are.
    package func use(_ context: TLSContext) {
        self.context.withLock { $0 = context }
    }

    /// Connects to `host`, an address or a name, and completes the handshake.
    ///
    /// - Returns: A connection that counts as up after its first frame: see ``SecureConnection``.
    /// - Throws: ``TransportFailure``, or `CancellationError`.
    package func dial(host: String, port: Int) async throws -> SecureConnection {
        let opening: Opening
        do {
            opening = try await ClientBootstrap(group: group)
                .connectTimeout(TimeAmount(limits.handshakeTimeout))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        Opening(
                            channel: channel,
                            connection: try self.prepare(channel, .client, address: "\(host):\(port)"))
                    }
                }
        } catch {
            throw error as? TransportFailure ?? .connectionFailed("\(error)")
        }
        return try await withTaskCancellationHandler {
            do {
                return try await opening.connection.get()
            } catch {
                try Task.checkCancellation()
                throw error as? TransportFailure ?? .connectionFailed("\(error)")
            }
        } onCancel: {
            opening.channel.close(promise: nil)
        }
    }

    private struct Opening: Sendable {
        let channel: any Channel
        let connection: EventLoopFuture<SecureConnection>
    }

    /// Accepts connections at `host`, an address or a name of this machine. Port 0 takes a free one.
    ///
    /// - Throws: ``TransportFailure/connectionFailed(_:)`` when the system does not allow it.
    package func listen(host: String, port: Int) async throws -> BoundListener {
        let reception = Reception(limits: limits)
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try self.receive(channel, by: reception) }
                }
                .bind(host: host, port: port).get()
            return BoundListener(channel: channel, reception: reception)
        } catch {
            throw error as? TransportFailure ?? .connectionFailed("\(error)")
        }
    }

    private func receive(_ channel: any Channel, by reception: Reception) throws {
        guard let address = channel.remoteAddress else { throw TransportFailure.closed }
        let origin = ConnectionQuota.origin(of: address)
        if let limit = reception.quota.take(origin) {
            log(.overLimit(address: "\(address)", limit))
            throw TransportFailure.closed
        }
        channel.closeFuture.whenComplete { _ in reception.quota.giveBack(origin) }
        guard reception.admit(channel) else { throw TransportFailure.closed }
        let place = PeerPlace(of: reception.quota, for: origin)
        try prepare(channel, .server, address: "\(address)", place).whenSuccess { connection in
            if let limit = place.take(for: connection.peer) {
                // Let go of, it closes, and with the good-bye of an admitted peer.
                self.log(.overLimit(address: "\(address)", limit))
                return
            }
            channel.closeFuture.whenComplete { _ in place.giveBack() }
            reception.hand(over: connection)
        }
    }

    private func prepare(
        _ channel: any Channel, _ role: TLSRole, address: String, _ place: PeerPlace? = nil
    ) throws -> EventLoopFuture<SecureConnection> {
        let options = channel.syncOptions
        try options?.setOption(.autoRead, value: false)
        try options?.setOption(.maxMessagesPerRead, value: 1)
        try options?.setOption(
            .recvAllocator,
            value: AdaptiveRecvByteBufferAllocator(
                minimum: 1024, initial: 4096, maximum: TransportLimits.readByteCount))
        try options?.setOption(
            .writeBufferWaterMark,
            value: .init(low: limits.outboxByteCount / 4, high: limits.outboxByteCount))
        let tls = try TLSHandler(context: context.withLock { $0 }, role: role, limits: limits)
        let established = channel.eventLoop.makePromise(of: SecureConnection.self)
        try channel.pipeline.syncOperations.addHandlers(
            tls,
            ConnectionHandler(limits: limits, address: address, place: place, log: log, established: established))
        return established.futureResult
    }
}
