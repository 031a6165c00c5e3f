internal import COpenSSL

/// Ed25519 as this format admits it: canonical encodings only, nothing of small order, the cofactorless equation.
///
/// libcrypto checks S < L and compares R as bytes, so a non-canonical R cannot pass; what it does not check, the
/// encoding of A and small orders of A and R, is checked here, so that every correct verifier gives the same answer. For a
/// key of order 8·L that also depends on reducing the hash modulo L before it multiplies A: libcrypto does, and we say so.
/// Source: RFC 8032, 5.1.7; `Docs/Specification/signatures.md`.
enum Ed25519 {
    static let seedByteCount = 32
    static let signatureByteCount = 64

    /// True if `point` is the canonical encoding of a point on the curve that is not of small order.
    static func isAcceptable(point: [UInt8]) -> Bool {
        guard point.count == 32, isCanonical(point), !isOfSmallOrder(point) else { return false }
        return isOnCurve(point)
    }

    static func sign(_ message: [UInt8], seed: [UInt8]) -> [UInt8] {
        precondition(seed.count == seedByteCount, "an Ed25519 seed is 32 bytes")
        guard let key = EVP_PKEY_new_raw_private_key(NID_ED25519, nil, seed, seed.count),
            let context = EVP_MD_CTX_new()
        else { preconditionFailure("libcrypto refused an Ed25519 seed") }
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        var signature = [UInt8](repeating: 0, count: signatureByteCount)
        var count = signature.count
        let done =
            EVP_DigestSignInit(context, nil, nil, nil, key) == 1
            && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        precondition(done && count == signatureByteCount, "libcrypto could not sign")
        return signature
    }

    static func isValid(signature: [UInt8], of message: [UInt8], by key: Ed25519Key) -> Bool {
        signature.count == signatureByteCount && !isOfSmallOrder(Array(signature[..<32]))
            && key.verifies(signature, of: message)
    }

    static func publicPoint(ofSeed seed: [UInt8]) -> [UInt8] {
        precondition(seed.count == seedByteCount, "an Ed25519 seed is 32 bytes")
        guard let key = EVP_PKEY_new_raw_private_key(NID_ED25519, nil, seed, seed.count) else {
            preconditionFailure("libcrypto refused an Ed25519 seed")
        }
        defer { EVP_PKEY_free(key) }
        var point = [UInt8](repeating: 0, count: 32)
        var count = point.count
        precondition(EVP_PKEY_get_raw_public_key(key, &point, &count) == 1 && count == 32)
        return point
    }

    /// y < p = 2^255 − 19, and no sign bit where x is 0 (y = ±1).
    private static func isCanonical(_ point: [UInt8]) -> Bool {
        let y = withoutSign(point)
        guard Array(y.reversed()).lexicographicallyPrecedes(Array(prime.reversed())) else { return false }
        let xIsZero = y == one || y == minusOne
        return !(xIsZero && point[31] & 0x80 != 0)
    }

    private static func isOfSmallOrder(_ point: [UInt8]) -> Bool {
        smallOrderY.contains(withoutSign(point))
    }

    static func withoutSign(_ point: [UInt8]) -> [UInt8] {
        var y = point
        y[31] &= 0x7f
        return y
    }

    private static let prime = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
    private static let minusOne = [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
    private static let one = [1] + [UInt8](repeating: 0, count: 31)

    /// The y coordinates of the eight points whose order divides 8 (orders 1, 2, 4, and the two of order 8).
    private static let smallOrderY: [[UInt8]] = [
        one, minusOne, [UInt8](repeating: 0, count: 32),
        Hexadecimal.bytes(of: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")!,
        Hexadecimal.bytes(of: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")!,
    ]
}
