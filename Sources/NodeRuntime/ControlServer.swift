internal import CanonicalEncoding
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NodeLogic
internal import Synchronization

/// The socket through which the command line speaks to a running node: mode 0600, one request and one answer each.
struct ControlServer {
    private let channel: any Channel
    private let path: String
    private let visits = ControlVisits()

    init(at home: Home, of core: NodeCore) async throws {
        path = home.controlSocketPath
        // Whoever holds the home's lock owns the socket: one left behind by a killed node is nobody's.
        unlink(path)
        let visits = visits
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard visits.admit(channel) else { throw ChannelError.ioOnClosedChannel }
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(ControlFrameDecoder()), MessageToByteHandler(ControlFrameEncoder()),
                        ControlHandler(core, visits))
                }
            }
            .withBoundSocket(try ControlSocketAddress(of: home).bind()).get()
    }

    /// Takes no more requests, gives the answers that are being worked on a moment, and closes everything.
    func shutDown() async {
        try? await channel.close()
        unlink(path)
        let visits = visits
        await Task {
            for _ in 0..<200 {
                guard visits.areAnswering else { break }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }.value
        for channel in visits.close() { try? await channel.close() }
    }
}

/// The verbs at the socket.
private final class ControlVisits: Sendable {
    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var answering = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    var areAnswering: Bool { state.withLock { $0.answering > 0 } }

    /// False if there are too many, or no more are taken.
    func admit(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let isAdmitted = state.withLock { state in
            guard !state.isClosed, state.open.count < ControlLimits.connectionCount else { return false }
            state.open[id] = channel
            return true
        }
        if isAdmitted {
            channel.closeFuture.whenComplete { _ in self.state.withLock { _ = $0.open.removeValue(forKey: id) } }
        }
        return isAdmitted
    }

    func noteAnswering(_ change: Int) { state.withLock { $0.answering += change } }

    /// Admits nobody any more, and says who is still there.
    func close() -> [any Channel] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.open.values)
        }
    }
}

/// Answers one verb, and closes. Belongs to its channel's event loop.
private final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = [UInt8]
    typealias OutboundOut = [UInt8]

    private let core: NodeCore
    private let visits: ControlVisits
    private var patience: Scheduled<Void>?
    private var hasAsked = false

    init(_ core: NodeCore, _ visits: ControlVisits) {
        self.core = core
        self.visits = visits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        patience = context.eventLoop.scheduleTask(in: .seconds(ControlLimits.requestSeconds)) {
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { patience?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasAsked else { return }
        hasAsked = true
        patience?.cancel()
        let bytes = unwrapInboundIn(data)
        let channel = context.channel
        let core = core
        let visits = visits
        visits.noteAnswering(1)
        Task {
            try? await channel.writeAndFlush(await core.answer(bytes))
            try? await channel.close()
            visits.noteAnswering(-1)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension NodeCore {
    /// Answers a request, in bytes as in kind.
    func answer(_ request: [UInt8]) async -> [UInt8] {
        let bytes = await decide(request).encoded()
        guard bytes.count <= ControlLimits.messageByteCount else {
            return ControlAnswer.failed("the answer is longer than a message may be").encoded()
        }
        return bytes
    }

    private func decide(_ request: [UInt8]) async -> ControlAnswer {
        do {
            switch try ControlRequest(encoded: request) {
            case .status: return .status(status(isRunning: true))
            case .bundle: return .bundle(bundle())
            case .publish(let records): return .published(count: try publish(records))
            case .forks: return .forks(try forks().map(ToldFork.init))
            case .draftEntries(let number): return .draftEntries(try draftPage(after: number))
            case .publishDraft(let body, let previous):
                return .draftPublished(try publishDraft(body, after: previous))
            case .reload:
                guard let reload = reloading.withLock({ $0 }) else { return .failed("no node runs that could") }
                return .reloaded(try await reload())
            case .journals(let start): return .bundle(try journals(since: start))
            case .takeIn(let file): return .tookIn(try takeInJournals(file))
            }
        } catch let refusal as NodeSettingsRefusal {
            return .refused(refusal.description)
        } catch let refusal as NodeRefusal {
            return .refused(refusal.words)
        } catch let refusal as DecodingRefusal {
            return .refused(refusal.description)
        } catch HomeFailure.diskFull {
            return .diskFull
        } catch {
            return .failed("\(error)")
        }
    }
}
