public import CanonicalEncoding

/// A public key that has been checked: holding one is the proof that its bytes are the one spelling of a usable key.
///
/// The bytes are a COSE_Key in deterministic CBOR, `{1: 1, -1: 6, -2: x}` for Ed25519 and `{1: 2, -1: curve, -2: x, -3: y}`
/// for P-256 (curve 1) and P-384 (curve 2), with neither `alg` nor `kid`. What is checked of the coordinates stands in
/// `Docs/Specification/signatures.md`. Source: RFC 9053, sections 7.1 and 7.2.
public struct PublicKey: Hashable, Sendable {
    /// The encoded COSE_Key.
    public let bytes: [UInt8]
    /// The COSE key thumbprint (RFC 9679) with SHA-256: the digest of exactly the bytes above.
    public let id: KeyID
    /// The one algorithm that this key signs by.
    public let algorithm: SignatureAlgorithm
    /// The 32 bytes of the point of Ed25519; x ‖ y of the others.
    let point: [UInt8]
    /// The same point, as libcrypto wants it; nil for the others.
    private let ed25519: Ed25519Key?

    /// Reads an encoded COSE_Key.
    ///
    /// - Throws: the encoding's faults; `bad-key` for whatever else is not the one spelling of a usable key.
    public init(encoded bytes: [UInt8]) throws(DecodingRefusal) {
        guard case .map(let map) = try CanonicalDecoder.decode(bytes), let read = Self.read(map),
            Self.isAcceptable(read.point, for: read.algorithm)
        else { throw DecodingRefusal(.badKey) }
        self.bytes = bytes
        id = KeyID(Digest(of: bytes))
        algorithm = read.algorithm
        point = read.point
        ed25519 = Self.set(up: point, algorithm)
    }

    /// Nil unless `point` is the canonical encoding of a point that is not of small order.
    public init?(ed25519 point: [UInt8]) { self.init(point, .ed25519) }

    /// Nil unless `encoding` is 4 ‖ x ‖ y of a point on P-256, in 65 bytes, or on P-384, in 97 (SEC 1, section 2.3.3).
    public init?(uncompressed encoding: [UInt8]) {
        guard encoding.first == 4,
            let algorithm = SignatureAlgorithm.allCases.first(where: {
                $0.curve.map { encoding.count == 1 + 2 * $0.byteCount } ?? false
            })
        else { return nil }
        self.init(Array(encoding.dropFirst()), algorithm)
    }

    private init?(_ point: [UInt8], _ algorithm: SignatureAlgorithm) {
        guard Self.isAcceptable(point, for: algorithm) else { return nil }
        self.point = point
        self.algorithm = algorithm
        bytes = Self.map(point, algorithm).encoded()
        id = KeyID(Digest(of: bytes))
        ed25519 = Self.set(up: point, algorithm)
    }

    private static func set(up point: [UInt8], _ algorithm: SignatureAlgorithm) -> Ed25519Key? {
        algorithm == .ed25519 ? Ed25519Key(point) : nil
    }

    /// Two keys are one if their bytes are.
    public static func == (one: PublicKey, other: PublicKey) -> Bool { one.bytes == other.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// The point as a certificate carries it: 32 bytes for Ed25519, 4 ‖ x ‖ y for the others.
    public var rawRepresentation: [UInt8] { algorithm == .ed25519 ? point : [4] + point }

    /// True if `signature` is this key's over `message`, by the strict rules of `Docs/Specification/signatures.md`.
    public func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch algorithm.curve {
        case nil: ed25519.map { Ed25519.isValid(signature: signature, of: message, by: $0) } ?? false
        case let curve?: ECDSA(curve: curve).isValid(signature: signature, of: message, by: point)
        }
    }
}

// MARK: - The COSE_Key

extension PublicKey {
    private static func isAcceptable(_ point: [UInt8], for algorithm: SignatureAlgorithm) -> Bool {
        algorithm.curve?.isOnCurve(point) ?? Ed25519.isAcceptable(point: point)
    }

    /// The algorithm and the point that a map names; nil if it is of no form that we know.
    private static func read(_ map: CanonicalMap) -> (algorithm: SignatureAlgorithm, point: [UInt8])? {
        guard case .bytes(let x)? = map[.negative(1)] else { return nil }
        switch (map.entries.count, map[.unsigned(1)]) {
        case (3, .unsigned(1)): return map[.negative(0)] == .unsigned(6) ? (.ed25519, x) : nil
        case (4, .unsigned(2)):
            let algorithm = SignatureAlgorithm.allCases.first {
                $0.curve.map { map[.negative(0)] == .unsigned($0.coseNumber) } ?? false
            }
            // y is there in full, and not as one bit: a compressed point would be a second spelling.
            guard let algorithm, let count = algorithm.curve?.byteCount, case .bytes(let y)? = map[.negative(2)],
                x.count == count, y.count == count
            else { return nil }
            return (algorithm, x + y)
        default: return nil
        }
    }

    private static func map(_ point: [UInt8], _ algorithm: SignatureAlgorithm) -> CanonicalValue {
        guard let curve = algorithm.curve else {
            return .map(
                CanonicalMap([
                    (.unsigned(1), .unsigned(1)), (.negative(0), .unsigned(6)), (.negative(1), .bytes(point)),
                ]))
        }
        return .map(
            CanonicalMap([
                (.unsigned(1), .unsigned(2)), (.negative(0), .unsigned(curve.coseNumber)),
                (.negative(1), .bytes(Array(point[..<curve.byteCount]))),
                (.negative(2), .bytes(Array(point[curve.byteCount...]))),
            ]))
    }
}

/// The thumbprint by which signatures name a key.
public struct KeyID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let digest: Digest

    public init(_ digest: Digest) { self.digest = digest }

    public var description: String { digest.hex }
    public static func < (one: KeyID, other: KeyID) -> Bool { one.digest < other.digest }
}
