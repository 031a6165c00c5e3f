internal import NIOCore

/// Cuts the control socket's bytes into messages: four bytes of length, big-endian, then as many bytes.
struct ControlFrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = [UInt8]

    struct TooLong: Error {}

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let count = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return .needMoreData }
        guard count <= ControlLimits.messageByteCount else { throw TooLong() }
        guard buffer.readableBytes >= 4 + Int(count) else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: 4)
        context.fireChannelRead(wrapInboundOut(buffer.readBytes(length: Int(count))!))
        return .continue
    }
}

struct ControlFrameEncoder: MessageToByteEncoder {
    typealias OutboundIn = [UInt8]

    func encode(data: [UInt8], out: inout ByteBuffer) {
        out.writeInteger(UInt32(data.count))
        out.writeBytes(data)
    }
}
