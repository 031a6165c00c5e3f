public import CanonicalEncoding

/// A public key that has been checked: holding one is the proof that its bytes are the one spelling of a usable key.
///
/// The bytes are a COSE_Key in deterministic CBOR, `{1: 1, -1: 6, -2: x}` for Ed25519, with neither `alg` nor `kid`.
/// Source: RFC 9053, section 7.2; the checks of `x` are those of RFC 8032, 5.1.3, and refuse points of small order, by
/// which one signature would fit two messages.
public struct PublicKey: Hashable, Sendable {
    /// The encoded COSE_Key.
    public let bytes: [UInt8]
    /// The 32 bytes of the point.
    let point: [UInt8]

    /// Reads an encoded COSE_Key.
    ///
    /// ES256 and ES384 have their place in the format; this version refuses them as `bad-key`.
    ///
    /// - Throws: the encoding's faults; `bad-key` for whatever else is not the one spelling of a usable key.
    public init(encoded bytes: [UInt8]) throws(DecodingRefusal) {
        guard case .map(let map) = try CanonicalDecoder.decode(bytes),
            map.entries.count == 3,
            map[.unsigned(1)] == .unsigned(1), map[.negative(0)] == .unsigned(6),
            case .bytes(let point)? = map[.negative(1)], Ed25519.isAcceptable(point: point)
        else { throw DecodingRefusal(.badKey) }
        self.bytes = bytes
        self.point = point
    }

    /// Nil unless `point` is the canonical encoding of a point that is not of small order.
    public init?(ed25519 point: [UInt8]) {
        guard Ed25519.isAcceptable(point: point) else { return nil }
        self.point = point
        bytes = CanonicalValue.map(
            CanonicalMap([(.unsigned(1), .unsigned(1)), (.negative(0), .unsigned(6)), (.negative(1), .bytes(point))])
        ).encoded()
    }

    /// The 32 bytes of an Ed25519 point, as a certificate carries them.
    public var rawRepresentation: [UInt8] { point }

    /// The COSE key thumbprint (RFC 9679) with SHA-256: the digest of exactly the bytes above.
    public var id: KeyID { KeyID(Digest(of: bytes)) }

    public var algorithm: SignatureAlgorithm { .ed25519 }
}

/// The thumbprint by which signatures name a key.
public struct KeyID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let digest: Digest

    public init(_ digest: Digest) { self.digest = digest }

    public var description: String { digest.hex }
    public static func < (one: KeyID, other: KeyID) -> Bool { one.digest < other.digest }
}

/// Signature algorithms by their COSE numbers (RFC 9053, table 2).
public enum SignatureAlgorithm: Int64, Hashable, Sendable {
    case ed25519 = -8
}
