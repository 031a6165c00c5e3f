import NIOCore
import NIOPosix
import Synchronization

/// A TCP relay on loopback that can be cut, without TLS knowing of it.
final class Relay: Sendable {
    let port: Int
    private let listener: any Channel
    private let sockets: Sockets

    private final class Sockets: Sendable {
        let open = Mutex<[any Channel]>([])
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
                        Forward(flip: flip) { inner in
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
        private let connect: ((any Channel) -> EventLoopFuture<any Channel>)?

        init(
            to other: (any Channel)? = nil, flip: Int? = nil,
            connect: ((any Channel) -> EventLoopFuture<any Channel>)? = nil
        ) {
            (self.other, self.flip, self.connect) = (other, flip, connect)
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
