internal import NIOCore
internal import Synchronization

/// Frames between the event loop, which puts them in, and the one task that takes them out.
///
/// The loop asks whether there is room before it reads the socket. Without room it waits until half of the frames
/// are taken, so that a reader in step costs no change of thread for each frame.
final class FrameInbox: Sendable {
    enum End: Sendable {
        case orderly
        case failed(TransportFailure)
    }

    /// One wait for a frame, which another task may call off.
    private final class Request: Sendable {
        let isCancelled = Atomic(false)
    }

    private struct State {
        var frames = CircularBuffer<[UInt8]>()
        var byteCount = 0
        var end: End?
        /// The loop was told that there is no room, and not yet that there is again.
        var isLoopWaiting = false
        var reader: Reader?

        typealias Reader = (request: Request, continuation: CheckedContinuation<[UInt8]?, any Error>)

        /// The next frame, then the end, or nil when there is neither.
        mutating func take() -> Result<[UInt8]?, TransportFailure>? {
            if let frame = frames.popFirst() {
                byteCount -= frame.count
                return .success(frame)
            }
            return switch end {
            case .orderly: .success(nil)
            case .failed(let failure): .failure(failure)
            case nil: nil
            }
        }

        /// The reader who waits, with an answer, if there are both.
        mutating func answer() -> (() -> Void)? {
            guard let waiting = reader, let answer = take() else { return nil }
            reader = nil
            return { waiting.continuation.resume(with: answer.mapError { $0 }) }
        }
    }

    private let roomByteCount: Int
    private let state = Mutex(State())

    init(roomByteCount: Int) { self.roomByteCount = roomByteCount }

    var byteCount: Int { state.withLock { $0.byteCount } }

    /// Whether the socket may be read. False is taken back by ``take(whenRoom:)``'s closure.
    func hasRoom() -> Bool {
        state.withLock { state in
            state.isLoopWaiting = state.byteCount >= roomByteCount
            return !state.isLoopWaiting
        }
    }

    func put(_ frames: [[UInt8]]) {
        let answer = state.withLock { state in
            for frame in frames {
                state.frames.append(frame)
                state.byteCount += frame.count
            }
            return state.answer()
        }
        answer?()
    }

    /// Nothing is put in any more; what is in stays. The first end counts.
    func finish(_ end: End) {
        let answer = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.answer()
        }
        answer?()
    }

    /// The next frame as soon as there is one; nil after an orderly end; the failure else.
    ///
    /// - Parameter whenRoom: Called when the loop may read again.
    nonisolated(nonsending) func take(whenRoom: () -> Void) async throws -> [UInt8]? {
        let (taken, isRoomNow) = state.withLock { state in
            let taken = state.take()
            let isRoomNow = state.isLoopWaiting && state.byteCount <= roomByteCount / 2
            if isRoomNow { state.isLoopWaiting = false }
            return (taken, isRoomNow)
        }
        if isRoomNow { whenRoom() }
        if let taken { return try taken.get() }
        return try await wait()
    }

    private nonisolated(nonsending) func wait() async throws -> [UInt8]? {
        let request = Request()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: (() -> Void)? = state.withLock { state in
                    precondition(state.reader == nil, "one task at a time reads a connection's frames")
                    // Set before the canceller takes the lock, so one of the two sees the other.
                    guard !request.isCancelled.load(ordering: .acquiring) else {
                        return { continuation.resume(throwing: CancellationError()) }
                    }
                    state.reader = (request, continuation)
                    return state.answer()
                }
                answer?()
            }
        } onCancel: {
            request.isCancelled.store(true, ordering: .releasing)
            let waiting = state.withLock { state in
                guard let reader = state.reader, reader.request === request else { return nil as State.Reader? }
                state.reader = nil
                return reader
            }
            waiting?.continuation.resume(throwing: CancellationError())
        }
    }
}
