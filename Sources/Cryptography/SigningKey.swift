internal import COpenSSL

/// The private half of an Ed25519 key; it is written only by ``SealedKeyFile``.
///
/// Printed, dumped or put into a message it shows the id of its public half: a log must not be able to leak it.
public struct SigningKey: Sendable {
    let seed: [UInt8]
    public let publicKey: PublicKey

    /// - Precondition: `seed` is 32 bytes, drawn by the caller from the system's randomness.
    public init(seed: [UInt8]) {
        self.seed = seed
        guard let key = PublicKey(ed25519: Ed25519.publicPoint(ofSeed: seed)) else {
            preconditionFailure("a clamped scalar times the base point is never of small order")
        }
        publicKey = key
    }

    public func signature(of message: [UInt8]) -> [UInt8] { Ed25519.sign(message, seed: seed) }

    /// The 32 bytes of the seed, for the transport, which hands them to libssl. Handle with care.
    public var rawSeed: [UInt8] { seed }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "private half of \(publicKey.id)" }
    public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey.id]) }
}

extension PublicKey {
    /// True if `signature` is this key's over `message`, by the strict rules of `Docs/Specification/signatures.md`.
    public func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        Ed25519.isValid(signature: signature, of: message, by: point)
    }
}

/// Randomness of the system. Only programs at the edge call this; rooms without I/O are handed what it gave.
public enum SystemRandomness {
    public static func bytes(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the system gave no randomness")
        return bytes
    }
}
