import NIOCore
import NIOPosix
import Synchronization

@testable import SecureTransport

/// A TCP relay on loopback that can be cut, without TLS knowing of it.
final class Relay: Sendable {
    let port: Int
    private let listener: any Channel
    private let sockets: Sockets

    /// What diallers have sent, as it came.
    var heard: [UInt8] { sockets.heard.withLock { $0 } }

    private final class Sockets: Sendable {
        let open = Mutex<[any Channel]>([])
        let heard = Mutex<[UInt8]>([])
        func add(_ channel: any Channel) { open.withLock { $0.append(channel) } }
    }

    /// `flippingByteAfter`: where in what the dialer sends one bit is turned over.
    init(to port: Int, flippingByteAfter flip: Int? = nil) async throws {
        let sockets = Sockets()
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { inner in
                sockets.add(inner)
                return inner.eventLoop.makeCompletedFuture {
                    try inner.pipeline.syncOperations.addHandler(
                        Forward(flip: flip, tap: { bytes in sockets.heard.withLock { $0 += bytes } }) { inner in
                            // Both sides on one event loop, so that they may call each other.
                            ClientBootstrap(group: inner.eventLoop)
                                .channelInitializer { outer in
                                    sockets.add(outer)
                                    return outer.eventLoop.makeCompletedFuture {
                                        try outer.pipeline.syncOperations.addHandler(Forward(to: inner))
                                    }
                                }
                                .connect(host: "127.0.0.1", port: port)
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = listener.localAddress!.port!
        self.sockets = sockets
    }

    /// Ends every TCP connection.
    func cut() async {
        for channel in sockets.open.withLock({ $0 }) { try? await channel.close().get() }
    }

    func close() async {
        await cut()
        try? await listener.close().get()
    }

    private final class Forward: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private var other: (any Channel)?
        private var flip: Int?
        private let tap: @Sendable ([UInt8]) -> Void
        private let connect: ((any Channel) -> EventLoopFuture<any Channel>)?

        init(
            to other: (any Channel)? = nil, flip: Int? = nil, tap: @escaping @Sendable ([UInt8]) -> Void = { _ in },
            connect: ((any Channel) -> EventLoopFuture<any Channel>)? = nil
        ) {
            (self.other, self.flip, self.tap, self.connect) = (other, flip, tap, connect)
        }

        func channelActive(context: ChannelHandlerContext) {
            let channel = context.channel
            connect?(channel).assumeIsolated().whenSuccess { other in
                self.other = other
                channel.setOption(.autoRead, value: true).whenSuccess { channel.read() }
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            tap(Array(bytes.readableBytesView))
            if let place = flip {
                let isHere = place < bytes.readableBytes
                if isHere { bytes.setInteger(bytes.getInteger(at: place, as: UInt8.self)! ^ 1, at: place) }
                flip = isHere ? nil : place - bytes.readableBytes
            }
            other?.writeAndFlush(bytes, promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { other?.close(promise: nil) }
    }
}

/// A TCP client without TLS.
struct PlainClient {
    let channel: any Channel

    init(port: Int) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
    }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Speaks TLS as a node, but for the frames: what is written goes as it is.
    init(port: Int, speakingTLSAs node: Node) async throws {
        let context = try TLSContext(credentials: node.credentials(), wallClock: { Clock.now }) { _ in
            .admitted(label: "anybody")
        }
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        TLSHandler(context: context, role: .client, limits: TransportLimits()))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Waits until the other side has closed.
    func closed() async throws { try await channel.closeFuture.get() }
}

/// A TCP listener that accepts and says nothing.
struct ServerSocket {
    let channel: any Channel
    let port: Int

    init() async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress!.port!
    }

    func close() async { try? await channel.close().get() }
}
