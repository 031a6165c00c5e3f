internal import NIOCore

/// The header of a frame: its payload's length in bytes, as four bytes, the highest first.
///
/// Source: `Docs/Specification/transport.md`, section 4.
enum FrameHeader {
    static let byteCount = 4
}

/// Cuts a stream of bytes into frames, holding at most the one that is not complete.
///
/// The length is judged when its fourth byte is there, before any of the payload is kept. The memory held grows
/// with what has arrived, not with what was announced, beyond one read.
struct FrameDecoder {
    /// Bytes of a frame; it counts from the next one on.
    var limit: Int
    private var header: UInt32 = 0
    private var headerByteCount = 0
    private var payload: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    /// Whether the bytes so far are whole frames.
    var isBetweenFrames: Bool { headerByteCount == 0 }

    /// Bytes of the unfinished frame held.
    var heldByteCount: Int { payload.count }

    /// The next whole frame of `bytes`, or nil when all of them are taken and none is complete.
    ///
    /// After it throws, the stream has no meaning any more: the connection is to be closed.
    mutating func nextFrame(from bytes: inout ByteBuffer) throws(FrameRefusal) -> [UInt8]? {
        while headerByteCount < FrameHeader.byteCount {
            guard let byte = bytes.readInteger(as: UInt8.self) else { return nil }
            header = header << 8 | UInt32(byte)
            headerByteCount += 1
            if headerByteCount == FrameHeader.byteCount { try judge(header) }
        }
        let wanted = min(Int(header) - payload.count, bytes.readableBytes)
        if payload.isEmpty, wanted > 0 { payload.reserveCapacity(min(Int(header), TransportLimits.readByteCount)) }
        bytes.readWithUnsafeReadableBytes { readable in
            payload.append(contentsOf: UnsafeRawBufferPointer(rebasing: readable[..<wanted]))
            return wanted
        }
        guard payload.count == Int(header) else { return nil }
        defer { (header, headerByteCount, payload) = (0, 0, []) }
        return payload
    }

    private func judge(_ announced: UInt32) throws(FrameRefusal) {
        guard announced > 0 else { throw .empty }
        guard announced <= UInt32(clamping: limit) else { throw .tooLong(announced: announced, limit: limit) }
    }
}

/// Frames waiting to be written, encoded a piece at a time so that they are never all copied.
struct FrameEncoder {
    private var frames: [[UInt8]]
    private var index = 0
    /// How much of the frame at `index` is written, its header included.
    private var offset = 0

    /// Refuses frames that a peer with the same limit would refuse.
    init(_ frames: [[UInt8]], limit: Int) throws(FrameRefusal) {
        for frame in frames {
            guard !frame.isEmpty else { throw .empty }
            guard frame.count <= limit else {
                throw .tooLong(announced: UInt32(clamping: frame.count), limit: limit)
            }
        }
        self.frames = frames
    }

    var isDone: Bool { index == frames.count }

    /// Appends the next bytes to `buffer` until it has `byteCount` or nothing is left.
    mutating func encode(into buffer: inout ByteBuffer, upTo byteCount: Int) {
        while index < frames.count, buffer.readableBytes < byteCount {
            if offset == 0 {
                // The header is never cut: it may exceed `byteCount` by three bytes.
                buffer.writeInteger(UInt32(frames[index].count))
                offset = FrameHeader.byteCount
            }
            let start = offset - FrameHeader.byteCount
            let end = min(frames[index].count, start + max(0, byteCount - buffer.readableBytes))
            buffer.writeBytes(frames[index][start..<end])
            offset += end - start
            if end == frames[index].count {
                frames[index] = []
                (index, offset) = (index + 1, 0)
            }
        }
    }
}
