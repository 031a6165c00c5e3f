/// Writes the only bytes that mean a value: shortest heads, definite lengths, keys in order.
///
/// Records with many small parts (journal headers) write straight through this; the others build a
/// ``CanonicalValue`` and call ``CanonicalValue/encoded()``.
public struct CanonicalEncoder: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(reservingByteCount count: Int = 0) {
        bytes.reserveCapacity(count)
    }

    public mutating func unsigned(_ value: UInt64) { head(0, value) }
    public mutating func negative(_ value: UInt64) { head(1, value) }

    public mutating func bytes(_ value: some Collection<UInt8>) {
        head(2, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    public mutating func bytes(_ value: [UInt8]) {
        head(2, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    public mutating func text(_ value: ExactText) {
        head(3, UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    public mutating func text(_ value: String) { text(ExactText(value)) }

    /// Announces an array; the caller then writes exactly `count` items.
    public mutating func array(count: Int) { head(4, UInt64(count)) }
    /// Announces a map; the caller then writes exactly `count` pairs, their keys in bytewise order.
    public mutating func map(count: Int) { head(5, UInt64(count)) }
    public mutating func tag(_ number: UInt64) { head(6, number) }
    public mutating func bool(_ value: Bool) { bytes.append(value ? 0xf5 : 0xf4) }
    public mutating func null() { bytes.append(0xf6) }

    public mutating func value(_ value: CanonicalValue) {
        switch value {
        case .unsigned(let number): unsigned(number)
        case .negative(let number): negative(number)
        case .bytes(let content): bytes(content)
        case .text(let content): text(content)
        case .array(let items):
            array(count: items.count)
            for item in items { self.value(item) }
        case .map(let map):
            self.map(count: map.entries.count)
            for entry in map.entries {
                self.value(entry.key)
                self.value(entry.value)
            }
        case .tagged(let number, let content):
            tag(number)
            self.value(content)
        case .bool(let truth): bool(truth)
        case .null: null()
        }
    }

    private mutating func head(_ major: UInt8, _ argument: UInt64) {
        let kind = major << 5
        switch argument {
        case ..<24: bytes.append(kind | UInt8(argument))
        case ..<0x100: append(kind | 24, argument, byteCount: 1)
        case ..<0x1_0000: append(kind | 25, argument, byteCount: 2)
        case ..<0x1_0000_0000: append(kind | 26, argument, byteCount: 4)
        default: append(kind | 27, argument, byteCount: 8)
        }
    }

    private mutating func append(_ initial: UInt8, _ argument: UInt64, byteCount: Int) {
        bytes.append(initial)
        for place in stride(from: (byteCount - 1) * 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: argument >> UInt64(place)))
        }
    }
}

extension CanonicalValue {
    /// The only bytes that mean this value; ``CanonicalDecoder/decode(_:)`` is the inverse.
    public func encoded() -> [UInt8] {
        var encoder = CanonicalEncoder()
        encoder.value(self)
        return encoder.bytes
    }
}
