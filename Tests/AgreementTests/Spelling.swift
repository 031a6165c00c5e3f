import Agreement
import CanonicalEncoding
import Cryptography
import Identity

/// The digest that hex digits spell; for the made-up key records of liars, one of their text.
func digest(_ text: String) -> Digest { Digest(hex: text) ?? Digest(of: Array(text.utf8)) }

func name(_ text: String) -> Identifier {
    guard let name = Identifier(text) else { preconditionFailure("\(text) is no identifier") }
    return name
}

func words(_ text: String) -> Words { Words([name("en"): ExactText(text)])! }

/// The value of what cannot be refused, being made by this test.
func require<Value>(_ make: () throws -> Value) -> Value {
    do { return try make() } catch { preconditionFailure("\(error)") }
}
