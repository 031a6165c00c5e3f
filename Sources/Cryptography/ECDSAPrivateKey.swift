internal import COpenSSL

/// A private key of ECDSA, loaded once, for loading it costs more than signing with it.
///
/// Owns libcrypto's key, frees it when it goes, and never changes it: any thread may sign.
final class ECDSAPrivateKey: @unchecked Sendable {
    let curve: PrimeCurve
    /// x ‖ y of the public half.
    let point: [UInt8]
    private let scalar: [UInt8]
    private let key: OpaquePointer

    /// - Precondition: `scalar` is from 1 to n − 1, at full length.
    init(_ curve: PrimeCurve, scalar: [UInt8]) {
        self.curve = curve
        self.scalar = scalar
        point = curve.point(ofScalar: scalar)
        let encoding = Self.privateKeyInfo(curve, scalar, point)
        let key = encoding.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            return d2i_AutoPrivateKey(nil, &next, bytes.count)
        }
        guard let key else { preconditionFailure("libcrypto refused a private key") }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    func signature(of message: [UInt8]) -> [UInt8] { ECDSA(curve: curve).sign(message, key: key) }

    var privateKeyInfo: [UInt8] { Self.privateKeyInfo(curve, scalar, point) }

    /// PKCS#8 around an ECPrivateKey with its public half: for each curve one form, whose lengths are all known.
    private static func privateKeyInfo(_ curve: PrimeCurve, _ scalar: [UInt8], _ point: [UInt8]) -> [UInt8] {
        let (head, middle) = curve == .p256 ? (head256, middle256) : (head384, middle384)
        return head + scalar + middle + point
    }

    private static let head256 = Hexadecimal.bytes(
        of: "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420")!
    private static let middle256 = Hexadecimal.bytes(of: "a14403420004")!
    private static let head384 = Hexadecimal.bytes(
        of: "3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201010430")!
    private static let middle384 = Hexadecimal.bytes(of: "a16403620004")!
}

extension ECDSAPrivateKey {
    /// Takes the private key out of a key of libcrypto's.
    ///
    /// - Returns: nil if it is on another curve, or its public half is not that of its private half.
    convenience init?(of key: OpaquePointer) {
        guard let curve = PrimeCurve(of: key), let scalar = Self.scalar(of: key, curve) else { return nil }
        self.init(curve, scalar: scalar)
        guard let public_ = PublicKey(library: key), public_.rawRepresentation == [4] + point else { return nil }
    }

    private static func scalar(of key: OpaquePointer, _ curve: PrimeCurve) -> [UInt8]? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 else { return nil }
        defer { BN_clear_free(number) }
        var scalar = [UInt8](repeating: 0, count: curve.byteCount)
        guard BN_bn2binpad(number, &scalar, Int32(scalar.count)) == Int32(scalar.count),
            scalar.contains(where: { $0 != 0 }), scalar.lexicographicallyPrecedes(curve.order)
        else { return nil }
        return scalar
    }
}
