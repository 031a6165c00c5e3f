internal import NIOCore
internal import Synchronization

/// A socket that accepts connections, until it is shut down.
package final class BoundListener: Sendable {
    /// The port that is listened at, also when 0 was asked for.
    package let port: Int
    /// The address that is listened at.
    package let host: String
    /// Connections whose peer was admitted, in the order of their handshakes' ends. For one consumer; it ends with
    /// ``shutDown()``. Those that nobody takes are bounded by the limit of connections.
    package var connections: AsyncStream<SecureConnection> { reception.connections }

    private let channel: any Channel
    private let reception: Reception

    init(channel: any Channel, reception: Reception) {
        self.channel = channel
        self.reception = reception
        self.port = channel.localAddress?.port ?? 0
        self.host = channel.localAddress?.ipAddress ?? ""
    }

    deinit {
        channel.close(promise: nil)
        _ = reception.close()
    }

    /// Accepts nothing more, closes in order what was accepted, and returns when all of it is closed, which takes
    /// at most about the closing timeout.
    package func shutDown() async {
        channel.close(promise: nil)
        let open = reception.close()
        try? await channel.closeFuture.get()
        for child in open { try? await child.closeFuture.get() }
    }
}

/// What a listener has accepted.
final class Reception: Sendable {
    let quota: ConnectionQuota
    let connections: AsyncStream<SecureConnection>
    private let handOver: AsyncStream<SecureConnection>.Continuation
    private let state = Mutex(State())

    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    init(limits: TransportLimits) {
        quota = ConnectionQuota(limits: limits)
        (connections, handOver) = AsyncStream.makeStream()
    }

    /// False once the listener is shut down.
    func admit(_ channel: any Channel) -> Bool {
        let isAdmitted = state.withLock { state in
            if !state.isClosed { state.open[ObjectIdentifier(channel)] = channel }
            return !state.isClosed
        }
        let id = ObjectIdentifier(channel)
        channel.closeFuture.whenComplete { _ in self.state.withLock { _ = $0.open.removeValue(forKey: id) } }
        return isAdmitted
    }

    /// A connection that nobody will take any more closes as its last reference goes.
    func hand(over connection: SecureConnection) { handOver.yield(connection) }

    /// Closes everything that is open, and says what that was.
    func close() -> [any Channel] {
        let open = state.withLock { state in
            state.isClosed = true
            return Array(state.open.values)
        }
        handOver.finish()
        for channel in open { channel.close(promise: nil) }
        return open
    }
}
