/// The ways to sign that this format knows, by their COSE numbers.
///
/// A key has one of them, fixed by its kind and curve. Source: RFC 9053, tables 1 and 2.
public enum SignatureAlgorithm: Int64, Hashable, Sendable, CaseIterable {
    /// EdDSA, with Ed25519.
    case ed25519 = -8
    /// ECDSA with SHA-256, over P-256.
    case es256 = -7
    /// ECDSA with SHA-384, over P-384.
    case es384 = -35

    /// As people write it.
    public var name: String {
        switch self {
        case .ed25519: "Ed25519"
        case .es256: "ES256"
        case .es384: "ES384"
        }
    }

    /// Bytes of every signature.
    public var signatureByteCount: Int {
        switch self {
        case .ed25519: 64
        case .es256: 64
        case .es384: 96
        }
    }

    /// Bytes of randomness that a new private key is made of.
    public var entropyByteCount: Int {
        switch self {
        case .ed25519: 32
        case .es256: 40
        case .es384: 56
        }
    }

    /// The curve of ECDSA; nil for Ed25519.
    var curve: PrimeCurve? {
        switch self {
        case .ed25519: nil
        case .es256: .p256
        case .es384: .p384
        }
    }
}
