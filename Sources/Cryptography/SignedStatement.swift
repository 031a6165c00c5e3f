public import CanonicalEncoding

/// The kinds of statement, each with its media type inside the signature, so that none passes for another.
///
/// Source: RFC 9596 (the `typ` header); `Docs/Specification/signatures.md`.
public enum StatementKind: String, Hashable, Sendable, CaseIterable {
    case seal
    case keys
    case withdrawal
    case state
    case checkpoint
    case card

    public var mediaType: String {
        switch self {
        case .seal: "application/syngraph-seal+cbor"
        case .keys: "application/syngraph-keys+cbor"
        case .withdrawal: "application/syngraph-withdrawal+cbor"
        case .state: "application/syngraph-state+cbor"
        case .checkpoint: "application/syngraph-checkpoint+cbor"
        case .card: "application/syngraph-card+cbor"
        }
    }
}

/// A payload with one signature over it, in the one envelope this format admits; not yet checked.
///
/// COSE_Sign1, tag 18, attached payload, empty unprotected header, protected header exactly `alg`, `kid` and `typ`.
/// The signature has the length that `alg` gives it; whether `alg` is the key's is seen when it is checked.
/// Source: RFC 9052, section 4.2.
public struct SignedStatement: Hashable, Sendable {
    public let kind: StatementKind
    public let signer: KeyID
    public let algorithm: SignatureAlgorithm
    public let payload: [UInt8]
    public let signature: [UInt8]
    /// What checking the signature by its signer's key has found, if somebody has. A key's id is the hash of the key, so
    /// the answer is the same whoever hands it in.
    private var finding: Bool?

    /// Signs `payload` with `key`.
    public init(_ payload: [UInt8], as kind: StatementKind, by key: SigningKey) {
        self.kind = kind
        self.payload = payload
        signer = key.publicKey.id
        algorithm = key.publicKey.algorithm
        let header = Self.protectedHeader(kind, signer, algorithm)
        signature = key.signature(of: Self.toBeSigned(header, payload))
    }

    /// Reads an envelope of the given kind.
    ///
    /// - Throws: the encoding's faults, of the envelope and then of its protected header; `bad-signature-envelope` for
    ///   anything else than the one form; `wrong-kind` for another `typ`.
    public init(encoded bytes: [UInt8], expecting kind: StatementKind) throws(DecodingRefusal) {
        guard case .tagged(18, .array(let parts)) = try CanonicalDecoder.decode(bytes), parts.count == 4,
            case .bytes(let header) = parts[0], parts[1] == .map(CanonicalMap([])),
            case .bytes(let payload) = parts[2], case .bytes(let signature) = parts[3]
        else { throw DecodingRefusal(.badSignatureEnvelope) }
        let fields = try CanonicalDecoder.decode(header)
        guard case .map(let map) = fields, map.entries.count == 3,
            case .bytes(let signer)? = map[.unsigned(4)], let id = Digest(signer),
            let algorithm = SignatureAlgorithm.allCases.first(where: { map[.unsigned(1)] == .integer($0.rawValue) }),
            case .text(let type)? = map[.unsigned(16)], signature.count == algorithm.signatureByteCount
        else { throw DecodingRefusal(.badSignatureEnvelope) }
        guard type == ExactText(kind.mediaType) else { throw DecodingRefusal(.wrongKind, field: "typ") }
        self.kind = kind
        self.signer = KeyID(id)
        self.algorithm = algorithm
        self.payload = payload
        self.signature = signature
    }

    /// Puts together an envelope whose signature was made elsewhere.
    public init(
        _ payload: [UInt8], as kind: StatementKind, signer: KeyID, algorithm: SignatureAlgorithm = .ed25519,
        signature: [UInt8]
    ) {
        self.kind = kind
        self.payload = payload
        self.signer = signer
        self.algorithm = algorithm
        self.signature = signature
    }

    public func encoded() -> [UInt8] {
        var encoder = CanonicalEncoder(reservingByteCount: payload.count + 192)
        encoder.tag(18)
        encoder.array(count: 4)
        encoder.bytes(Self.protectedHeader(kind, signer, algorithm))
        encoder.map(count: 0)
        encoder.bytes(payload)
        encoder.bytes(signature)
        return encoder.bytes
    }

    /// True if the signature is `key`'s over this payload as this kind of statement.
    public func isValid(by key: PublicKey) -> Bool {
        guard key.id == signer, key.algorithm == algorithm else { return false }
        return finding ?? check(by: key)
    }

    /// The same, with the answer in it: it is not computed again. For whoever checks many at once, on all cores.
    public func checked(by key: PublicKey) -> SignedStatement {
        guard key.id == signer, key.algorithm == algorithm else { return self }
        var statement = self
        statement.finding = check(by: key)
        return statement
    }

    private func check(by key: PublicKey) -> Bool {
        key.isValid(signature, of: Self.toBeSigned(Self.protectedHeader(kind, signer, algorithm), payload))
    }

    /// Two statements are one if all that was written is the same, whether or not somebody has checked it.
    public static func == (one: SignedStatement, other: SignedStatement) -> Bool {
        one.kind == other.kind && one.signer == other.signer && one.algorithm == other.algorithm
            && one.payload == other.payload && one.signature == other.signature
    }

    /// The payload counts, or a stranger could have any number of statements with one signature meet in one place.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(signer)
        hasher.combine(payload)
        hasher.combine(signature)
    }

    /// The bytes that `key` is to sign, for a signature that is made elsewhere.
    public static func bytesToSign(_ payload: [UInt8], as kind: StatementKind, by key: PublicKey) -> [UInt8] {
        toBeSigned(protectedHeader(kind, key.id, key.algorithm), payload)
    }

    private static func protectedHeader(
        _ kind: StatementKind, _ signer: KeyID, _ algorithm: SignatureAlgorithm
    ) -> [UInt8] {
        var encoder = CanonicalEncoder(reservingByteCount: 96)
        encoder.map(count: 3)
        encoder.unsigned(1)
        encoder.value(.integer(algorithm.rawValue))
        encoder.unsigned(4)
        encoder.bytes(signer.digest.bytes)
        encoder.unsigned(16)
        encoder.text(kind.mediaType)
        return encoder.bytes
    }

    /// The Sig_structure of RFC 9052, section 4.4, with empty external data.
    private static func toBeSigned(_ header: [UInt8], _ payload: [UInt8]) -> [UInt8] {
        var encoder = CanonicalEncoder(reservingByteCount: payload.count + 192)
        encoder.array(count: 4)
        encoder.text("Signature1")
        encoder.bytes(header)
        encoder.bytes([])
        encoder.bytes(payload)
        return encoder.bytes
    }
}
