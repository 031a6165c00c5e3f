public import Cryptography

/// Keys that every run makes alike: the seed is the SHA-256 of `syngraph test key seal/KOR/0`, and so on.
public enum TestKeys {
    public static func seal(of party: String, _ number: Int = 0) -> SigningKey { key("seal/\(party)/\(number)") }
    public static func recovery(of party: String, _ number: Int = 0) -> SigningKey {
        key("recovery/\(party)/\(number)")
    }
    public static func node(of party: String, _ number: Int = 0) -> SigningKey { key("node/\(party)/\(number)") }

    private static func key(_ label: String) -> SigningKey {
        SigningKey(seed: Digest(of: Array("syngraph test key \(label)".utf8)).bytes)
    }
}
