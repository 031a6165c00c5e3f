internal import COpenSSL

/// The private half of a key; it is written only by ``SealedKeyFile``.
///
/// Printed, dumped or put into a message it shows the id of its public half: a log must not be able to leak it.
public struct SigningKey: Sendable {
    private let secret: Secret
    public let publicKey: PublicKey

    private enum Secret: Sendable {
        case ed25519(seed: [UInt8])
        case ecdsa(ECDSAPrivateKey)
    }

    /// An Ed25519 key.
    ///
    /// - Precondition: `seed` is 32 bytes, drawn by the caller from the system's randomness.
    public init(seed: [UInt8]) {
        secret = .ed25519(seed: seed)
        guard let key = PublicKey(ed25519: Ed25519.publicPoint(ofSeed: seed)) else {
            preconditionFailure("a clamped scalar times the base point is never of small order")
        }
        publicKey = key
    }

    /// A key of any kind.
    ///
    /// - Precondition: `entropy` has as many bytes as the algorithm's `entropyByteCount`, drawn by the caller from the
    ///   system's randomness. For Ed25519 it is the seed.
    public init(_ algorithm: SignatureAlgorithm, entropy: [UInt8]) {
        precondition(entropy.count == algorithm.entropyByteCount, "a new key takes exactly so much randomness")
        guard let curve = algorithm.curve else {
            self.init(seed: entropy)
            return
        }
        self.init(ECDSAPrivateKey(curve, scalar: curve.scalar(fromEntropy: entropy)))
    }

    init(_ key: ECDSAPrivateKey) {
        secret = .ecdsa(key)
        guard let publicKey = PublicKey(uncompressed: [4] + key.point) else {
            preconditionFailure("a multiple of the base point is on the curve")
        }
        self.publicKey = publicKey
    }

    /// Signs `message`. Ed25519 gives the same signature each time, ECDSA another.
    public func signature(of message: [UInt8]) -> [UInt8] {
        switch secret {
        case .ed25519(let seed): Ed25519.sign(message, seed: seed)
        case .ecdsa(let key): key.signature(of: message)
        }
    }

    /// The private key in DER, as PKCS#8 has it (RFC 5958, version 1; RFC 8410, section 7; RFC 5915). Handle with care.
    public var privateKeyInfo: [UInt8] {
        switch secret {
        case .ed25519(let seed): Self.ed25519Head + seed
        case .ecdsa(let key): key.privateKeyInfo
        }
    }

    private static let ed25519Head = Hexadecimal.bytes(of: "302e020100300506032b657004220420")!

    /// The 32 bytes of the seed. Handle with care.
    ///
    /// - Precondition: the key is Ed25519.
    public var rawSeed: [UInt8] {
        guard case .ed25519(let seed) = secret else { preconditionFailure("only an Ed25519 key has a seed") }
        return seed
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "private half of \(publicKey.id)" }
    public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey.id]) }
}

/// Randomness of the system. Only programs at the edge call this; rooms without I/O are handed what it gave.
public enum SystemRandomness {
    public static func bytes(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the system gave no randomness")
        return bytes
    }
}
