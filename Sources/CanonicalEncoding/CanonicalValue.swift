/// A value of the one data model that all our records share: what deterministic CBOR can say, less floats.
///
/// A value has exactly one encoding, and an encoding exactly one value, so that hashing the bytes is hashing the meaning.
/// Source: RFC 8949, sections 3 and 4.2.1; `Docs/Specification/encoding.md`.
public enum CanonicalValue: Hashable, Sendable {
    case unsigned(UInt64)
    /// The integer −1 − n.
    case negative(UInt64)
    case bytes([UInt8])
    case text(ExactText)
    case array([CanonicalValue])
    case map(CanonicalMap)
    indirect case tagged(UInt64, CanonicalValue)
    case bool(Bool)
    case null
}

/// A map whose keys are all texts or all integers, in the bytewise order of their encodings, none twice.
public struct CanonicalMap: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let key: CanonicalValue
        public let value: CanonicalValue
    }

    public let entries: [Entry]

    /// Puts entries into the canonical order.
    ///
    /// - Precondition: the keys are all texts or all integers, and no key stands twice: a map that breaks this is a bug
    ///   of ours, for what strangers send comes through ``CanonicalDecoder``.
    public init(_ pairs: [(CanonicalValue, CanonicalValue)]) {
        precondition(pairs.allSatisfy { $0.0.isText || $0.0.isInteger }, "a canonical map's keys are texts or integers")
        let sorted = pairs.map { (key: $0.0.encoded(), entry: Entry(key: $0.0, value: $0.1)) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (one, next) in zip(sorted, sorted.dropFirst()) {
            precondition(one.key != next.key, "a canonical map holds each key once")
            precondition(one.entry.key.isText == next.entry.key.isText, "a canonical map's keys are of one kind")
        }
        entries = sorted.map(\.entry)
    }

    init(inOrder entries: [Entry]) {
        self.entries = entries
    }

    public subscript(key: CanonicalValue) -> CanonicalValue? {
        entries.first { $0.key == key }?.value
    }
}

extension CanonicalValue {
    /// A map with text keys from the fields that are present; the order in which they are named does not matter.
    public static func record(_ fields: [(String, CanonicalValue?)]) -> CanonicalValue {
        .map(CanonicalMap(fields.compactMap { name, value in value.map { (.text(ExactText(name)), $0) } }))
    }

    public static func text(_ string: String) -> CanonicalValue { .text(ExactText(string)) }

    public static func integer(_ value: Int64) -> CanonicalValue {
        value < 0 ? .negative(UInt64(-1 - value)) : .unsigned(UInt64(value))
    }

    var isText: Bool {
        if case .text = self { true } else { false }
    }

    var isInteger: Bool {
        switch self {
        case .unsigned, .negative: true
        default: false
        }
    }
}

/// A text that is its UTF-8 bytes: two spellings of "é" are two texts.
///
/// Swift's `String` compares by canonical equivalence, which would make one dictionary key of what is two on another
/// system; this type compares, orders and hashes by bytes.
public struct ExactText: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let string: String

    public init(_ string: String) {
        var native = string
        native.makeContiguousUTF8()
        self.string = native
    }

    public init(stringLiteral value: String) { self.init(value) }

    public var utf8: String.UTF8View { string.utf8 }
    public var description: String { string }

    public static func == (one: ExactText, other: ExactText) -> Bool {
        // In one piece: two views of UTF-8 are walked byte by byte.
        one.utf8.withContiguousStorageIfAvailable { ours in
            other.utf8.withContiguousStorageIfAvailable { ours.count == $0.count && ours.elementsEqual($0) }
        }.flatMap(\.self) ?? one.utf8.elementsEqual(other.utf8)
    }

    public static func < (one: ExactText, other: ExactText) -> Bool {
        one.string.utf8.lexicographicallyPrecedes(other.string.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var copy = string
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // No UTF-8 holds this byte. Without an end, ["ab", "c"] and ["a", "bc"] would always collide, and a stranger could
        // fill a table with as many lists as one text has ways to be cut.
        hasher.combine(0xff as UInt8)
    }
}
