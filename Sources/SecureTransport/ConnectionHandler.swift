internal import NIOCore

/// The last handler: cuts frames, keeps a few for the reader, writes as fast as the socket takes, watches the clock.
///
/// Belongs to its channel's event loop.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limits: TransportLimits
    private let address: String
    /// Of an accepted connection.
    private let place: PeerPlace?
    private let log: TransportLog
    /// Kept once, then let go: it holds the connection, which is to close with its last reference.
    private var established: EventLoopPromise<SecureConnection>?
    private var context: ChannelHandlerContext?
    private var peer: Peer?
    private var end: FrameInbox.End?

    // Reading
    private var decoder: FrameDecoder
    private let inbox: FrameInbox
    private var isReading = false
    private var lastHeard = NIODeadline.now()
    /// When the unfinished frame was begun; nil between frames.
    private var frameBegan: NIODeadline?
    private var idleTimer: Scheduled<Void>?

    // Writing
    private var outbox = CircularBuffer<(frames: FrameEncoder, promise: EventLoopPromise<Void>)>()
    private var isWriting = false
    private var stallTimer: Scheduled<Void>?

    init(
        limits: TransportLimits, address: String, place: PeerPlace?, log: @escaping TransportLog,
        established: EventLoopPromise<SecureConnection>
    ) {
        self.limits = limits
        self.address = address
        self.place = place
        self.log = log
        self.established = established
        self.decoder = FrameDecoder(limit: limits.frameByteCount)
        self.inbox = FrameInbox(roomByteCount: limits.inboxByteCount)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish(.failed(.connectionFailed("closed")))
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failed(.truncated))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failed(error as? TransportFailure ?? .connectionFailed("\(error)")))
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSHandshakeCompleted:
            peer = event.peer
            if event.peer.isUnknown { decoder.limit = min(limits.introductionByteCount, limits.frameByteCount) }
            lastHeard = .now()
            watchSilence(context)
            log(.opened(address: address, peer: event.peer))
            let promise = established
            established = nil
            promise?.succeed(
                SecureConnection(
                    channel: context.channel, handler: NIOLoopBound(self, eventLoop: context.eventLoop),
                    inbox: inbox, limits: limits, place: place, event: event))
        case is TLSClosedByPeer:
            finish(decoder.isBetweenFrames ? .orderly : .failed(.truncated))
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        finish(peer == nil ? .failed(.closed) : .orderly)
        context.close(mode: mode, promise: promise)
    }

    /// Notes the first reason for the end, and tells everybody who waits. The socket may live a moment longer.
    private func finish(_ reason: FrameInbox.End) {
        guard end == nil else { return }
        end = reason
        idleTimer?.cancel()
        stallTimer?.cancel()
        let failure: TransportFailure? = if case .failed(let failure) = reason { failure } else { nil }
        if let peer {
            log(.ended(address: address, peer: peer, failure))
        } else {
            log(.refused(address: address, failure ?? .closed))
            established?.fail(failure ?? .closed)
            established = nil
        }
        while let (_, promise) = outbox.popFirst() { promise.fail(failure ?? .closed) }
        inbox.finish(reason)
    }

    private func fail(_ failure: TransportFailure, _ context: ChannelHandlerContext) {
        finish(.failed(failure))
        context.close(promise: nil)
    }
}

// MARK: - Reading

extension ConnectionHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard end == nil else { return }
        var bytes = unwrapInboundIn(data)
        lastHeard = .now()
        var frames: [[UInt8]] = []
        var refusal: FrameRefusal?
        do throws(FrameRefusal) {
            while let frame = try decoder.nextFrame(from: &bytes) { frames.append(frame) }
        } catch {
            refusal = error
        }
        if decoder.isBetweenFrames {
            frameBegan = nil
        } else if !frames.isEmpty || frameBegan == nil {
            frameBegan = lastHeard
        }
        inbox.put(frames)  // those before a refused one too
        if let refusal { fail(.brokenFrame(refusal), context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        readIfWanted()
    }

    /// Asks the socket for more while the reader keeps up.
    func readIfWanted() {
        guard let context, peer != nil, end == nil, !isReading, inbox.hasRoom() else { return }
        isReading = true
        context.read()
    }

    /// The reader has caught up. The silence that we asked for does not count as the peer's.
    func readAgain() {
        lastHeard = .now()
        if frameBegan != nil { frameBegan = lastHeard }
        readIfWanted()
    }

    /// The peer is known now: it may say as much as others.
    func introduce(_ peer: Peer) {
        guard end == nil else { return }
        self.peer = peer
        decoder.limit = limits.frameByteCount
        log(.opened(address: address, peer: peer))
    }

    /// Bytes held for a reader who is behind, the unfinished frame included.
    var heldByteCount: Int { inbox.byteCount + decoder.heldByteCount }

    /// Runs again when the peer could at the earliest have been silent, or slow, for too long.
    private func watchSilence(_ context: ChannelHandlerContext) {
        let (idle, slow) = (TimeAmount(limits.idleTimeout), TimeAmount(limits.frameTimeout))
        var due = isReading ? lastHeard + idle : .now() + idle
        due = min(due, isReading ? (frameBegan ?? .now()) + slow : .now() + slow)
        idleTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [weak self] in
            guard let self, self.end == nil else { return }
            if self.isReading, .now() - self.lastHeard >= idle {
                self.fail(.peerIsSilent(self.limits.idleTimeout), context)
            } else if self.isReading, let began = self.frameBegan, .now() - began >= slow {
                self.fail(.peerIsSlow(self.limits.frameTimeout), context)
            } else {
                self.watchSilence(context)
            }
        }
    }
}

// MARK: - Writing

extension ConnectionHandler {
    /// Writes the frames after those already waiting; the promise is kept when the system has taken the last byte.
    func enqueue(_ frames: FrameEncoder, _ promise: EventLoopPromise<Void>) {
        switch end {
        case .failed(let failure): promise.fail(failure)
        case .orderly: promise.fail(TransportFailure.closed)
        case nil:
            outbox.append((frames, promise))
            writeWhileWritable()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stallTimer?.cancel()
        if context.channel.isWritable {
            writeWhileWritable()
        } else if end == nil {
            let limit = limits.idleTimeout
            stallTimer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [weak self] in
                guard let self, self.end == nil else { return }
                self.fail(.peerDoesNotRead(limit), context)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    /// A flush may make the channel writable and call back; the outer loop then goes on, not a deeper one.
    private func writeWhileWritable() {
        guard let context, !isWriting else { return }
        isWriting = true
        defer { isWriting = false }
        while end == nil, context.channel.isWritable, !outbox.isEmpty {
            while end == nil, context.channel.isWritable, !outbox.isEmpty { writeSlice(context) }
            context.flush()
        }
    }

    /// Small frames share a slice, large ones take many.
    private func writeSlice(_ context: ChannelHandlerContext) {
        var slice = context.channel.allocator.buffer(capacity: TransportLimits.writeByteCount)
        var finished: [EventLoopPromise<Void>] = []
        while !outbox.isEmpty, slice.readableBytes < TransportLimits.writeByteCount {
            outbox[outbox.startIndex].frames.encode(into: &slice, upTo: TransportLimits.writeByteCount)
            guard outbox[outbox.startIndex].frames.isDone else { break }
            finished.append(outbox.removeFirst().promise)
        }
        guard !finished.isEmpty else {
            context.write(wrapOutboundOut(slice), promise: nil)
            return
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        for promise in finished { written.futureResult.cascade(to: promise) }
        context.write(wrapOutboundOut(slice), promise: written)
    }
}
