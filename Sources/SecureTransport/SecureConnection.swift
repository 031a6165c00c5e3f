internal import NIOCore

/// A connection to an admitted peer, which carries frames both ways.
///
/// In TLS 1.3 the client is done before the server has judged its certificate: a connection that was dialled counts
/// as up only after the first frame from the peer. Until then reading or sending may still throw
/// ``TransportFailure/refusedByPeer(alert:)``.
///
/// One task reads, any number send. Dropping the last reference closes.
package final class SecureConnection: Sendable {
    /// As it was in the handshake.
    package let peer: Peer
    /// 32 bytes that both sides of this connection, and nobody else, can compute (RFC 5705, RFC 8446 section 7.5;
    /// label `EXPORTER-syngraph-hello-1`, no context).
    package let exported: [UInt8]
    /// The peer's address and port, for the log.
    package let address: String

    private let channel: any Channel
    private let handler: NIOLoopBound<ConnectionHandler>
    private let inbox: FrameInbox
    private let limits: TransportLimits
    private let place: PeerPlace?

    init(
        channel: any Channel, handler: NIOLoopBound<ConnectionHandler>, inbox: FrameInbox, limits: TransportLimits,
        place: PeerPlace?, event: TLSHandshakeCompleted
    ) {
        self.place = place
        self.channel = channel
        self.handler = handler
        self.inbox = inbox
        self.limits = limits
        self.peer = event.peer
        self.exported = event.exported
        self.address = channel.remoteAddress.map { "\($0)" } ?? "unknown"
        channel.eventLoop.execute { handler.value.readIfWanted() }
    }

    deinit { channel.close(promise: nil) }

    /// The next frame; nil after an orderly close by either side.
    ///
    /// Stays on the caller's executor: a frame that is there costs no change of thread. While nobody asks, a bounded
    /// number of bytes is kept and then the socket is no longer read. Frames that came before the end are returned
    /// before it. Not to be called by two tasks at once.
    ///
    /// - Throws: ``TransportFailure``, or `CancellationError` for the waiting call; the connection then goes on.
    package nonisolated(nonsending) func nextFrame() async throws -> [UInt8]? {
        try await inbox.take {
            let handler = handler
            channel.eventLoop.execute { handler.value.readAgain() }
        }
    }

    /// Sends frames in their order, whole, and after those of earlier calls.
    ///
    /// Returns when the system has taken the last byte, which says nothing about the peer having read it. The frames
    /// are encoded a little at a time as the socket takes them, so what is held beside `frames` is bounded. Cannot be
    /// called off: a frame that is cut in the middle would end the connection. It ends with the connection.
    ///
    /// - Throws: ``TransportFailure/brokenFrame(_:)`` before anything is sent, if a frame is empty or too long;
    ///   otherwise the connection's end.
    package func send(_ frames: [[UInt8]]) async throws {
        let encoder: FrameEncoder
        do throws(FrameRefusal) {
            encoder = try FrameEncoder(frames, limit: limits.frameByteCount)
        } catch {
            throw TransportFailure.brokenFrame(error)
        }
        guard !frames.isEmpty else { return }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let handler = handler
        channel.eventLoop.execute { handler.value.enqueue(encoder, promise) }
        do {
            try await promise.futureResult.get()
        } catch let failure as TransportFailure {
            throw failure
        } catch {
            throw TransportFailure.connectionFailed("\(error)")
        }
    }

    /// The peer, which was unknown, is known now: it counts as one of its party's, and may say as much as these.
    ///
    /// It holds for frames that the peer begins after it has got what is sent from here on.
    ///
    /// - Returns: the limit that is met; the connection is to be closed then.
    package func introduce(as label: String) -> ConnectionQuota.Limit? {
        let known = Peer(key: peer.key, label: label)
        if let limit = place?.take(for: known) { return limit }
        let handler = handler
        channel.eventLoop.execute { handler.value.introduce(known) }
        return nil
    }

    /// Says close_notify, waits until the peer closes too (a bounded time), and frees the socket.
    ///
    /// What was sent before arrives first; sends that are still waiting fail.
    package func close() async {
        channel.close(promise: nil)
        try? await channel.closeFuture.get()
    }

    /// Bytes of frames that wait for ``nextFrame()``.
    package var heldByteCount: Int {
        get async throws {
            let handler = handler
            return try await channel.eventLoop.submit { handler.value.heldByteCount }.get()
        }
    }
}

extension SecureConnection {
    /// The frames of a connection, until its orderly end. Iterate once.
    package struct Frames: AsyncSequence, Sendable {
        package typealias Element = [UInt8]
        let connection: SecureConnection

        package struct AsyncIterator: AsyncIteratorProtocol {
            let connection: SecureConnection

            package func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
                try await connection.nextFrame()
            }
        }

        package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(connection: connection) }
    }

    /// See ``nextFrame()``.
    package var frames: Frames { Frames(connection: self) }
}
