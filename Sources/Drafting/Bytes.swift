/// Writes numbers and bytes, one after the other.
struct ByteWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    init(reserving byteCount: Int = 0) { bytes.reserveCapacity(byteCount) }

    mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    /// Unsigned LEB128: seven bits a byte, the lowest first.
    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A number that may be negative, small ones of either sign in few bytes.
    mutating func signedNumber(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }
}

/// Reads what ``ByteWriter`` wrote, and nothing else.
struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    mutating func number() throws(EditRefusal) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard position < bytes.count else { throw .wrongLength }
            let byte = bytes[position]
            position += 1
            // The tenth byte has room for one bit; a last byte of 0 would be a longer spelling.
            guard shift < 63 || byte <= 1, byte != 0 || shift == 0 else { throw .badNumber }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    mutating func signedNumber() throws(EditRefusal) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func take(_ count: Int) throws(EditRefusal) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw .wrongLength }
        position += count
        return bytes[position - count..<position]
    }
}
