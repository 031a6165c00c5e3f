/// An ECDSA signature as libraries and tokens write it: in DER, a sequence of the two integers r and s.
///
/// Source: RFC 3279, section 2.2.3 (Ecdsa-Sig-Value); ITU-T X.690 (DER).
enum DERSignature {
    /// Bytes of the longest: two integers of 48 bytes and a sign byte each, and three heads of two bytes.
    static let byteLimit = 2 + 2 * (2 + 1 + 48)

    /// The DER form of r ‖ s.
    ///
    /// - Precondition: at most 96 bytes, so that every length fits into one byte.
    static func encode(_ signature: [UInt8]) -> [UInt8] {
        precondition(signature.count <= 96, "a signature over P-384 has 96 bytes")
        let half = signature.count / 2
        let integers = integer(signature[..<half]) + integer(signature[half...])
        return [0x30, UInt8(integers.count)] + integers
    }

    /// r ‖ s, each filled up to `halfByteCount`; nil for anything but the one DER form of two integers that fit.
    static func decode(_ der: [UInt8], halfByteCount: Int) -> [UInt8]? {
        guard der.count <= byteLimit, der.count >= 2, der[0] == 0x30, Int(der[1]) == der.count - 2 else { return nil }
        var rest = der[2...]
        guard let r = takeInteger(from: &rest, halfByteCount), let s = takeInteger(from: &rest, halfByteCount),
            rest.isEmpty
        else { return nil }
        return r + s
    }

    /// The shortest form of a number that is not negative: a zero byte goes before a first byte of 128 and more.
    private static func integer(_ number: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(number.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }

    private static func takeInteger(from rest: inout ArraySlice<UInt8>, _ byteCount: Int) -> [UInt8]? {
        guard rest.popFirst() == 0x02, let length = rest.popFirst(), length > 0, rest.count >= Int(length) else {
            return nil
        }
        let encoding = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        let digits = encoding.drop { $0 == 0 }
        guard digits.count <= byteCount else { return nil }
        let number = [UInt8](repeating: 0, count: byteCount - digits.count) + digits
        return integer(number[...]).dropFirst(2).elementsEqual(encoding) ? number : nil
    }
}
