internal import CanonicalEncoding
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NodeLogic

/// The socket through which the command line speaks to a running node: mode 0600, one request and one answer each.
struct ControlServer {
    private let channel: any Channel
    private let path: String

    init(at path: String, of core: NodeCore) async throws {
        self.path = path
        // Whoever holds the home's lock owns the socket: one left behind by a killed node is nobody's.
        unlink(path)
        let previousMask = umask(0o177)
        defer { umask(previousMask) }
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(ControlFrameDecoder()), MessageToByteHandler(ControlFrameEncoder()),
                        ControlHandler(core))
                }
            }
            .bind(unixDomainSocketPath: path).get()
    }

    func shutDown() async {
        try? await channel.close()
        unlink(path)
    }
}

/// Answers one verb.
private final class ControlHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = [UInt8]
    typealias OutboundOut = [UInt8]

    private let core: NodeCore

    init(_ core: NodeCore) { self.core = core }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let channel = context.channel
        let core = core
        Task {
            let answer = await core.answer(bytes)
            try? await channel.writeAndFlush(answer.encoded())
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension NodeCore {
    func answer(_ bytes: [UInt8]) -> ControlAnswer {
        do {
            switch try ControlRequest(encoded: bytes) {
            case .status: return .status(status(isRunning: true))
            case .bundle: return .bundle(bundle())
            case .publish(let records): return .published(count: try publish(records))
            }
        } catch let refusal as NodeRefusal {
            return .refused(refusal.words)
        } catch let refusal as DecodingRefusal {
            return .refused(refusal.description)
        } catch {
            return .failed("\(error)")
        }
    }
}
