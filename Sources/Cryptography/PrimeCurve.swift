internal import COpenSSL

/// A curve of NIST, on which ECDSA signs: P-256 and P-384.
///
/// Both have a cofactor of 1: every point on the curve but the one at infinity is of the order n, so that no key of small
/// order exists. Source: FIPS 186-5 and SP 800-186, section 3.2.1; `Docs/Specification/signatures.md`.
enum PrimeCurve: Hashable, Sendable {
    case p256, p384

    /// Bytes of a coordinate, of a scalar, and of each half of a signature.
    var byteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        }
    }

    /// Its number in a COSE_Key (RFC 9053, table 18).
    var coseNumber: UInt64 {
        switch self {
        case .p256: 1
        case .p384: 2
        }
    }

    /// n, the highest byte first.
    var order: [UInt8] {
        switch self {
        case .p256: Self.order256
        case .p384: Self.order384
        }
    }

    /// (n − 1) / 2: the highest low s.
    var halfOrder: [UInt8] {
        switch self {
        case .p256: Self.halfOrder256
        case .p384: Self.halfOrder384
        }
    }

    /// True if `point`, x ‖ y, is two coordinates below p of a point on the curve.
    ///
    /// The point at infinity has no coordinates, and (0, 0) is not on either curve.
    func isOnCurve(_ point: [UInt8]) -> Bool {
        guard point.count == 2 * byteCount else { return false }
        let group = CurveMaterial.of(self).group
        guard let place = EC_POINT_new(group) else { preconditionFailure("libcrypto is out of memory") }
        defer { EC_POINT_free(place) }
        // libcrypto refuses a coordinate that is not below p, and a point that is not on the curve.
        let encoding = [4] + point
        let isOn = EC_POINT_oct2point(group, place, encoding, encoding.count, nil) == 1
        if !isOn { ERR_clear_error() }
        return isOn
    }

    private static let order256 = Hexadecimal.bytes(
        of: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")!
    private static let order384 = Hexadecimal.bytes(
        of: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973")!
    private static let halfOrder256 = half(order256)
    private static let halfOrder384 = half(order384)

    private static func half(_ number: [UInt8]) -> [UInt8] {
        zip([0] + number, number).map { above, byte in above << 7 | byte >> 1 }
    }
}

extension PrimeCurve {
    /// A key of libcrypto's for x ‖ y, to be freed by the caller; nil if the point is not on the curve.
    func newLibraryKey(of point: [UInt8]) -> OpaquePointer? {
        guard let key = EVP_PKEY_dup(CurveMaterial.of(self).parameters) else {
            preconditionFailure("libcrypto is out of memory")
        }
        let encoding = [4] + point
        guard EVP_PKEY_set1_encoded_public_key(key, encoding, encoding.count) == 1 else {
            ERR_clear_error()
            EVP_PKEY_free(key)
            return nil
        }
        return key
    }

    /// The point, x ‖ y, of a scalar: scalar · G.
    ///
    /// - Precondition: `scalar` is from 1 to n − 1, at full length.
    func point(ofScalar scalar: [UInt8]) -> [UInt8] {
        precondition(scalar.count == byteCount, "a scalar is as long as the order")
        let group = CurveMaterial.of(self).group
        guard let number = BN_bin2bn(scalar, Int32(scalar.count), nil), let place = EC_POINT_new(group) else {
            preconditionFailure("libcrypto is out of memory")
        }
        defer {
            BN_clear_free(number)
            EC_POINT_free(place)
        }
        var encoding = [UInt8](repeating: 0, count: 1 + 2 * byteCount)
        let form = POINT_CONVERSION_UNCOMPRESSED
        let isDone =
            EC_POINT_mul(group, place, number, nil, nil, nil) == 1
            && EC_POINT_point2oct(group, place, form, &encoding, encoding.count, nil) == encoding.count
        precondition(isDone, "libcrypto could not multiply the base point")
        return Array(encoding.dropFirst())
    }

    /// A scalar from 1 to n − 1 out of randomness 8 bytes longer than the order, so that no scalar is likelier than
    /// another by more than 2^-64 (FIPS 186-5, A.2.1).
    func scalar(fromEntropy entropy: [UInt8]) -> [UInt8] {
        precondition(entropy.count == byteCount + 8, "8 bytes more than the order has")
        guard let context = BN_CTX_secure_new(), let limit = BN_bin2bn(order, Int32(byteCount), nil),
            let number = BN_bin2bn(entropy, Int32(entropy.count), nil), let rest = BN_secure_new()
        else { preconditionFailure("libcrypto is out of memory") }
        defer {
            BN_clear_free(rest)
            BN_clear_free(number)
            BN_free(limit)
            BN_CTX_free(context)
        }
        BN_set_flags(number, BN_FLG_CONSTTIME)
        var scalar = [UInt8](repeating: 0, count: byteCount)
        let isDone =
            BN_sub_word(limit, 1) == 1 && BN_nnmod(rest, number, limit, context) == 1 && BN_add_word(rest, 1) == 1
            && BN_bn2binpad(rest, &scalar, Int32(byteCount)) == Int32(byteCount)
        precondition(isDone, "libcrypto could not reduce a number")
        return scalar
    }
}

/// What libcrypto needs to know of a curve; made once, only ever read, and never freed: naming the curve anew for each
/// signature would cost a third of a verification.
private final class CurveMaterial: @unchecked Sendable {
    let group: OpaquePointer
    /// A key without a point, which is copied for every key.
    let parameters: OpaquePointer

    static func of(_ curve: PrimeCurve) -> CurveMaterial {
        switch curve {
        case .p256: p256
        case .p384: p384
        }
    }

    private static let p256 = CurveMaterial(NID_X9_62_prime256v1, "P-256")
    private static let p384 = CurveMaterial(NID_secp384r1, "P-384")

    private init(_ number: Int32, _ name: String) {
        guard let group = EC_GROUP_new_by_curve_name(number),
            let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
        else { preconditionFailure("libcrypto does not offer \(name)") }
        defer { EVP_PKEY_CTX_free(context) }
        var parameters: OpaquePointer?
        let isDone =
            EVP_PKEY_paramgen_init(context) == 1 && EVP_PKEY_CTX_set_group_name(context, name) == 1
            && EVP_PKEY_paramgen(context, &parameters) == 1
        guard isDone, let parameters else { preconditionFailure("libcrypto does not offer \(name)") }
        self.group = group
        self.parameters = parameters
    }
}
