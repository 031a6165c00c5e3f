import NIOCore
import Testing

@testable import SecureTransport

@Suite("A frame", .timeLimit(.minutes(10)))
struct FrameCodecTests {
    /// Everything that `bytes` hold, fed in pieces of `size`.
    private func decode(_ bytes: [UInt8], limit: Int = 16, pieces size: Int) throws -> ([[UInt8]], held: Int) {
        var decoder = FrameDecoder(limit: limit)
        var frames: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            var piece = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
            while let frame = try decoder.nextFrame(from: &piece) { frames.append(frame) }
        }
        return (frames, decoder.heldByteCount)
    }

    private func encode(_ frames: [[UInt8]], limit: Int = 16, slices: Int) throws -> [UInt8] {
        var encoder = try FrameEncoder(frames, limit: limit)
        var bytes: [UInt8] = []
        while !encoder.isDone {
            var slice = ByteBuffer()
            encoder.encode(into: &slice, upTo: slices)
            bytes += Array(slice.readableBytesView)
        }
        return bytes
    }

    @Test func `is four bytes of length, highest first, and the payload`() throws {
        #expect(try encode([[0xAA, 0xBB]], slices: 64) == [0, 0, 0, 2, 0xAA, 0xBB])
        #expect(try encode([pattern(258)], limit: 300, slices: 64).prefix(4) == [0, 0, 1, 2])
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 64], [1, 2, 4, 5, 6, 64])
    func `is the same however the bytes are cut`(pieces: Int, slices: Int) throws {
        let frames = [pattern(1), pattern(16), pattern(5, from: 9), pattern(2)]
        let bytes = try encode(frames, slices: slices)
        #expect(bytes.count == 24 + 16)
        let (decoded, held) = try decode(bytes, pieces: pieces)
        #expect(decoded == frames)
        #expect(held == 0)
    }

    @Test func `of the limit passes, and of one more byte is refused before any of it is held`() throws {
        let whole = [0, 0, 0, 16] + pattern(16)
        #expect(try decode(whole, pieces: 64).0 == [pattern(16)])

        var decoder = FrameDecoder(limit: 16)
        var bytes = ByteBuffer(bytes: [0, 0, 0, 17] + pattern(17))
        #expect(throws: FrameRefusal.tooLong(announced: 17, limit: 16)) { try decoder.nextFrame(from: &bytes) }
        #expect(decoder.heldByteCount == 0)
        #expect(bytes.readableBytes == 17)
    }

    @Test func `of the greatest length that can be announced is refused`() throws {
        #expect(throws: FrameRefusal.tooLong(announced: .max, limit: 16)) {
            try decode([0xFF, 0xFF, 0xFF, 0xFF], pieces: 1)
        }
    }

    @Test func `of no bytes is refused, on the way in and out`() throws {
        #expect(throws: FrameRefusal.empty) { try decode([0, 0, 0, 0], pieces: 1) }
        #expect(throws: FrameRefusal.empty) { try encode([[1], []], slices: 64) }
        #expect(throws: FrameRefusal.tooLong(announced: 17, limit: 16)) { try encode([pattern(17)], slices: 64) }
    }

    @Test func `that is not complete is all that is held`() throws {
        let (frames, held) = try decode([0, 0, 0, 1, 9, 0, 0, 0, 16, 1, 2, 3], pieces: 5)
        #expect(frames == [[9]])
        #expect(held == 3)
    }
}
