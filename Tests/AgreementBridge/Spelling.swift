internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// How the reference's texts are spelt in the product.
enum Spelling {
    /// The digest that hex digits spell; for what is made up (the key record of a liar) one of its text.
    static func digest(_ text: String) -> Digest { Digest(hex: text) ?? Digest(of: Array(text.utf8)) }

    static func name(_ text: String) -> Identifier {
        guard let name = Identifier(text) else { preconditionFailure("\(text) is no identifier") }
        return name
    }

    static func words(_ text: String) -> Words { Words([name("en"): ExactText(text)])! }

    /// The value of what cannot be refused, being made here.
    static func require<Value>(_ make: () throws -> Value) -> Value {
        do { return try make() } catch { preconditionFailure("\(error)") }
    }
}
