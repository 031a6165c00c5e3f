internal import NIOCore

/// The handshake is over on our side, and the peer was admitted.
struct TLSHandshakeCompleted: Sendable {
    let peer: Peer
    /// Keying material that both sides of this connection, and nobody else, can compute (RFC 5705).
    let exported: [UInt8]

    var peerKey: PeerKey { peer.key }
    var label: String { peer.label }
}

/// The peer sent close_notify: what came before is all it wanted to say.
struct TLSClosedByPeer: Sendable {}

/// Carries bytes through TLS between a socket without automatic reading and the next handler.
///
/// It reads by itself until the handshake is over and again while closing; between them the next handler asks.
/// The end is told once: by ``TLSClosedByPeer``, by an error of ``TransportFailure``, or, for a close of our own,
/// by the channel becoming inactive. Belongs to its channel's event loop; the session is freed with its removal.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case unconnected
        case handshaking
        case up
        /// Nothing more is read or written; the socket is kept a moment so that our last bytes arrive.
        case closing
        case gone
    }

    private let limits: TransportLimits
    private var session: TLSSession?
    private var phase = Phase.unconnected
    private var timer: Scheduled<Void>?
    /// Plaintext that could not be encrypted yet.
    private var waiting = CircularBuffer<(plaintext: ByteBuffer, promise: EventLoopPromise<Void>?)>()
    private var waitingByteCount = 0

    init(context: TLSContext, role: TLSRole, limits: TransportLimits) throws(TransportFailure) {
        self.session = try TLSSession(context: context, role: role)
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        vanish()
        session = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard phase == .unconnected else { return }
        phase = .handshaking
        schedule(limits.handshakeTimeout, context) { handler, context in
            handler.fail(.handshakeTimedOut(handler.limits.handshakeTimeout), context)
        }
        advanceHandshake(context)
        context.read()
    }
}

// MARK: - From the socket

extension TLSHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .handshaking || phase == .up, let session else { return }
        let ciphertext = unwrapInboundIn(data)
        session.receive(ciphertext)
        if phase == .handshaking { advanceHandshake(context) }
        if phase == .up { readPlaintext(context, expecting: ciphertext.readableBytes) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch phase {
        case .up: context.fireChannelReadComplete()
        case .handshaking, .closing: context.read()
        case .unconnected, .gone: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let last = phase
        vanish()
        switch last {
        case .handshaking: context.fireErrorCaught(TransportFailure.connectionFailed("closed in the handshake"))
        case .up: context.fireErrorCaught(TransportFailure.truncated)
        case .unconnected, .closing, .gone: break
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard phase != .closing, phase != .gone else { return }
        vanish()
        context.fireErrorCaught(error as? TransportFailure ?? .connectionFailed("\(error)"))
        context.close(promise: nil)
    }

    private func advanceHandshake(_ context: ChannelHandlerContext) {
        guard let session else { return }
        let outcome = session.advanceHandshake()
        flushCiphertext(context)
        switch outcome {
        case .unfinished:
            break
        case .failed(let failure):
            fail(failure, context)
        case .finished(let peer, let exported):
            guard phase == .handshaking else { return }
            timer?.cancel()
            phase = .up
            encryptWaiting(context)
            context.flush()
            context.fireUserInboundEventTriggered(TLSHandshakeCompleted(peer: peer, exported: exported))
        }
    }

    private func readPlaintext(_ context: ChannelHandlerContext, expecting byteCount: Int) {
        guard let session else { return }
        // A record more than came: a part of one may have waited, and the last call wants room to find nothing in.
        var plaintext = context.channel.allocator.buffer(capacity: byteCount + TLSSession.recordByteCount)
        var outcome = TLSSession.Reading.some
        while case .some = outcome { outcome = session.read(into: &plaintext) }
        // Reading may have made an answer: to a KeyUpdate, or an alert.
        flushCiphertext(context)
        if plaintext.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(plaintext)) }
        guard phase == .up else { return }  // the next handler may have closed
        switch outcome {
        case .some, .nothingYet:
            break
        case .ended:
            context.fireUserInboundEventTriggered(TLSClosedByPeer())
            if phase == .up { linger(context, sayingGoodbye: true) }
        case .failed(let failure):
            fail(failure, context)
        }
    }
}

// MARK: - To the socket

extension TLSHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let plaintext = unwrapOutboundIn(data)
        switch phase {
        case .closing, .gone:
            promise?.fail(TransportFailure.closed)
        case .unconnected, .handshaking:
            guard waitingByteCount + plaintext.readableBytes <= limits.earlyWriteByteCount else {
                promise?.fail(TransportFailure.earlyWriteTooLong)
                return
            }
            wait(plaintext, promise)
        case .up:
            wait(plaintext, promise)
            encryptWaiting(context)
        }
    }

    func flush(context: ChannelHandlerContext) {
        if phase == .up { context.flush() }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, phase == .up || phase == .closing else {
            context.close(mode: mode, promise: promise)
            return
        }
        context.channel.closeFuture.cascade(to: promise)
        if phase == .up { linger(context, sayingGoodbye: true) }
    }

    private func wait(_ plaintext: ByteBuffer, _ promise: EventLoopPromise<Void>?) {
        waiting.append((plaintext, promise))
        waitingByteCount += plaintext.readableBytes
    }

    /// Encrypts what waits, a slice at a time; its promise goes with the ciphertext of its last slice.
    private func encryptWaiting(_ context: ChannelHandlerContext) {
        guard let session else { return }
        while phase == .up, let next = waiting.popFirst() {
            var plaintext = next.plaintext
            let promise = next.promise
            waitingByteCount -= plaintext.readableBytes
            var ciphertext = context.channel.allocator.buffer(capacity: plaintext.readableBytes + 1024)
            do throws(TransportFailure) {
                while plaintext.readableBytes > 0 {
                    let isWritten = try session.write(&plaintext)
                    session.drain(into: &ciphertext)
                    if !isWritten { break }
                    if ciphertext.readableBytes >= TransportLimits.writeByteCount {
                        context.write(wrapOutboundOut(ciphertext), promise: nil)
                        ciphertext = context.channel.allocator.buffer(capacity: plaintext.readableBytes + 1024)
                    }
                }
            } catch {
                promise?.fail(error)
                fail(error, context)
                return
            }
            if plaintext.readableBytes > 0 {
                if ciphertext.readableBytes > 0 { context.write(wrapOutboundOut(ciphertext), promise: nil) }
                waiting.prepend((plaintext, promise))
                waitingByteCount += plaintext.readableBytes
                return
            }
            context.write(wrapOutboundOut(ciphertext), promise: promise)
        }
    }

    private func flushCiphertext(_ context: ChannelHandlerContext) {
        guard let session else { return }
        var ciphertext = context.channel.allocator.buffer(capacity: 0)
        session.drain(into: &ciphertext)
        if ciphertext.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(ciphertext), promise: nil) }
    }
}

// MARK: - The end

extension TLSHandler {
    /// Sends the alert that libssl has made, if any, tells the next handler, and closes.
    private func fail(_ failure: TransportFailure, _ context: ChannelHandlerContext) {
        guard phase == .handshaking || phase == .up else { return }
        // After a handshake that we refuse ourselves there is no alert to make: close_notify ends it.
        linger(context, sayingGoodbye: phase == .up || failure == .refusedPeer(.noCommonProtocol))
        context.fireErrorCaught(failure)
    }

    /// Closes our direction and discards what still comes until the peer closes too, or the time is over.
    ///
    /// Closing at once, with bytes of the peer unread, makes the system send a reset, which may destroy our
    /// last bytes, such as the alert, before the peer has read them.
    private func linger(_ context: ChannelHandlerContext, sayingGoodbye: Bool) {
        phase = .closing
        timer?.cancel()
        if sayingGoodbye { session?.close() }
        flushCiphertext(context)
        failWaiting()
        schedule(limits.closingTimeout, context) { _, context in context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        context.read()
    }

    private func vanish() {
        phase = .gone
        timer?.cancel()
        timer = nil
        failWaiting()
    }

    private func failWaiting() {
        waitingByteCount = 0
        while let (_, promise) = waiting.popFirst() { promise?.fail(TransportFailure.closed) }
    }

    private func schedule(
        _ delay: Duration, _ context: ChannelHandlerContext,
        _ act: @escaping (TLSHandler, ChannelHandlerContext) -> Void
    ) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [weak self] in
            guard let self, self.phase != .gone else { return }
            act(self, context)
        }
    }
}
