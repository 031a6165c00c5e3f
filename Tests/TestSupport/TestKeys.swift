public import Cryptography

/// Keys that every run makes alike: the seed is the SHA-256 of `syngraph test key seal/KOR/0`, and so on.
public enum TestKeys {
    public static func seal(of party: String, _ number: Int = 0) -> SigningKey { key("seal/\(party)/\(number)") }
    public static func recovery(of party: String, _ number: Int = 0) -> SigningKey {
        key("recovery/\(party)/\(number)")
    }
    public static func node(of party: String, _ number: Int = 0) -> SigningKey { key("node/\(party)/\(number)") }

    /// A seal key of any kind; its label names the algorithm: `seal/KOR/ES256`. Each byte of entropy beyond 32 is of the
    /// SHA-256 of the same text with ` more` behind it.
    public static func seal(of party: String, _ algorithm: SignatureAlgorithm) -> SigningKey {
        guard algorithm != .ed25519 else { return seal(of: party) }
        let label = "syngraph test key seal/\(party)/\(algorithm.name)"
        let entropy = Digest(of: Array(label.utf8)).bytes + Digest(of: Array("\(label) more".utf8)).bytes
        return SigningKey(algorithm, entropy: Array(entropy[..<algorithm.entropyByteCount]))
    }

    private static func key(_ label: String) -> SigningKey {
        SigningKey(seed: Digest(of: Array("syngraph test key \(label)".utf8)).bytes)
    }
}
