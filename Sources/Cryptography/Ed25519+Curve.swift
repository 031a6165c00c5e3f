internal import COpenSSL

// Is a y coordinate that of a point on the curve? libcrypto 3.0 answers that only by failing to verify, which does not
// tell a bad key from a bad signature; a key is judged when it enters a record, so the question is put to its integers.
// Nothing secret passes through, so nothing here needs to take constant time.

extension Ed25519 {
    /// True if x² = (y² − 1) / (d·y² + 1) has a root modulo p (RFC 8032, 5.1.3).
    ///
    /// - Precondition: `point` is 32 bytes.
    static func isOnCurve(_ point: [UInt8]) -> Bool {
        guard let context = BN_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        defer { BN_CTX_free(context) }
        BN_CTX_start(context)
        defer { BN_CTX_end(context) }
        guard let y2 = BN_CTX_get(context), let product = BN_CTX_get(context), let denominator = BN_CTX_get(context)
        else { preconditionFailure("libcrypto is out of memory") }
        let (prime, d) = (CurveConstants.shared.prime, CurveConstants.shared.d)
        let y = withoutSign(point)
        // A quotient is a square exactly if the product is (the denominator is never 0: −1/d is no square).
        let isComputed =
            BN_lebin2bn(y, Int32(y.count), y2) != nil && BN_mod_sqr(y2, y2, prime, context) == 1
            && BN_mod_mul(denominator, d, y2, prime, context) == 1 && BN_add_word(denominator, 1) == 1
            && BN_sub_word(y2, 1) == 1 && BN_mod_mul(product, y2, denominator, prime, context) == 1
        precondition(isComputed, "libcrypto could not compute with integers")
        // The Legendre symbol: 1 for a square, 0 for 0, −1 for all else.
        let symbol = BN_kronecker(product, prime, context)
        precondition((-1...1).contains(symbol), "libcrypto could not compute a Legendre symbol")
        return symbol >= 0
    }
}

/// p and d as libcrypto's integers; made once, only ever read, and never freed.
private final class CurveConstants: @unchecked Sendable {
    static let shared = CurveConstants()
    let prime = integer("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed")
    let d = integer("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3")

    private static func integer(_ hex: String) -> OpaquePointer {
        let bytes = Hexadecimal.bytes(of: hex)!
        guard let integer = BN_bin2bn(bytes, Int32(bytes.count), nil) else {
            preconditionFailure("libcrypto is out of memory")
        }
        return integer
    }
}
