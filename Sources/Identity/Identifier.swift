/// The name of a party, provision, class, standing, kind, attribute or language.
///
/// One to 128 ASCII characters of `A-Z a-z 0-9 . / -`, beginning with a letter or digit; compared and ordered as bytes.
/// A type of its own because Swift's strings compare by canonical equivalence, and other systems' do not.
public struct Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let string: String

    public init?(_ string: String) {
        guard Self.isWellFormed(string) else { return nil }
        self.string = string
    }

    public var description: String { string }

    public static func < (one: Identifier, other: Identifier) -> Bool {
        one.string.utf8.lexicographicallyPrecedes(other.string.utf8)
    }

    private static func isWellFormed(_ string: String) -> Bool {
        let bytes = string.utf8
        guard let first = bytes.first, bytes.count <= IdentityLimits.identifierByteCount, isAlphanumeric(first) else {
            return false
        }
        return bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2e || $0 == 0x2f || $0 == 0x2d }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}
