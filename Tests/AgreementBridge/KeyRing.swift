internal import Cryptography

/// The keys that the reference knows by name: a name has the same key in every history.
///
/// A class because making a key costs as much as signing; it belongs to one thread.
final class KeyRing {
    private var keys: [String: SigningKey] = [:]

    func key(_ name: String) -> SigningKey {
        if let key = keys[name] { return key }
        let key = SigningKey(seed: Digest(of: Array("the bridge's key: \(name)".utf8)).bytes)
        keys[name] = key
        return key
    }

    /// One that no record has.
    var strangers: SigningKey { key("a stranger's") }
}
