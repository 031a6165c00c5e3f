/// Reads deterministic CBOR and refuses every other spelling, so that what decodes was written in the only way.
///
/// Nothing is allocated for what the bytes merely announce: an array is never reserved larger than the bytes left.
/// Source: RFC 8949, section 4.2.1; `Docs/Specification/encoding.md`.
public struct CanonicalDecoder: Sendable {
    private let bytes: ArraySlice<UInt8>
    private let start: Int
    private var position: Int
    /// Values that the one being read may still hold.
    private var valuesLeft = EncodingLimits.valueCount

    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        start = bytes.startIndex
        position = bytes.startIndex
    }

    public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// Bytes read so far, counted from the first one handed in.
    public var offset: Int { position - start }
    public var isAtEnd: Bool { position == bytes.endIndex }

    /// Decodes one value that takes up all of `bytes`; the inverse of ``CanonicalValue/encoded()``.
    public static func decode(_ bytes: [UInt8]) throws(DecodingRefusal) -> CanonicalValue {
        guard bytes.count <= EncodingLimits.recordByteCount else { throw DecodingRefusal(.tooLong) }
        var decoder = CanonicalDecoder(bytes)
        let value = try decoder.value()
        try decoder.finish()
        return value
    }

    /// Refuses whatever follows the value just read.
    public func finish() throws(DecodingRefusal) {
        guard isAtEnd else { throw refusal(.trailingBytes) }
    }

    /// Reads the next value, whatever it is.
    public mutating func value() throws(DecodingRefusal) -> CanonicalValue {
        valuesLeft = EncodingLimits.valueCount
        return try value(depth: 0)
    }

    public mutating func unsigned() throws(DecodingRefusal) -> UInt64 {
        try expect(major: 0)
    }

    public mutating func arrayCount() throws(DecodingRefusal) -> Int {
        try itemCount(of: expect(major: 4), bytesPerItem: 1)
    }

    public mutating func byteString() throws(DecodingRefusal) -> ArraySlice<UInt8> {
        let count = try expect(major: 2)
        return try take(count)
    }

    /// Reads the head of a byte string and leaves its bytes, which need not be there: how many are announced.
    public mutating func byteStringCount() throws(DecodingRefusal) -> UInt64 { try expect(major: 2) }

    /// The same of a list, and of its items.
    public mutating func listCount() throws(DecodingRefusal) -> UInt64 { try expect(major: 4) }

    /// The same of a text.
    public mutating func textByteCount() throws(DecodingRefusal) -> UInt64 { try expect(major: 3) }

    public mutating func text() throws(DecodingRefusal) -> ExactText {
        let count = try expect(major: 3)
        return try validated(take(count))
    }

    private mutating func expect(major: UInt8) throws(DecodingRefusal) -> UInt64 {
        let before = position
        let (found, argument) = try head()
        guard found == major else {
            position = before
            throw refusal(.wrongType)
        }
        return argument
    }

    private mutating func value(depth: Int) throws(DecodingRefusal) -> CanonicalValue {
        guard depth < EncodingLimits.depth else { throw refusal(.tooDeep) }
        guard valuesLeft > 0 else { throw refusal(.tooMany) }
        valuesLeft -= 1
        let (major, argument) = try head()
        switch major {
        case 0: return .unsigned(argument)
        case 1: return .negative(argument)
        case 2: return .bytes(Array(try take(argument)))
        case 3: return .text(try validated(take(argument)))
        case 4: return .array(try items(argument, depth: depth))
        case 5: return .map(try entries(argument, depth: depth))
        case 6: return .tagged(argument, try value(depth: depth + 1))
        default: return try simple(argument)
        }
    }

    private mutating func items(_ announced: UInt64, depth: Int) throws(DecodingRefusal) -> [CanonicalValue] {
        let count = try itemCount(of: announced, bytesPerItem: 1)
        var items: [CanonicalValue] = []
        // One byte can announce an item of many in memory: grow as items really come.
        items.reserveCapacity(min(count, 1024))
        for _ in 0..<count { items.append(try value(depth: depth + 1)) }
        return items
    }

    private mutating func entries(_ announced: UInt64, depth: Int) throws(DecodingRefusal) -> CanonicalMap {
        let count = try itemCount(of: announced, bytesPerItem: 2)
        var entries: [CanonicalMap.Entry] = []
        entries.reserveCapacity(min(count, 1024))
        var previousKey: ArraySlice<UInt8>?
        for _ in 0..<count {
            let keyStart = position
            let key = try value(depth: depth + 1)
            let keyBytes = bytes[keyStart..<position]
            if let fault = Self.fault(ofKey: key, keyBytes, after: previousKey, first: entries.first?.key) {
                throw DecodingRefusal(fault, offset: keyStart - start)
            }
            previousKey = keyBytes
            entries.append(CanonicalMap.Entry(key: key, value: try value(depth: depth + 1)))
        }
        return CanonicalMap(inOrder: entries)
    }

    private static func fault(
        ofKey key: CanonicalValue, _ keyBytes: ArraySlice<UInt8>, after previous: ArraySlice<UInt8>?,
        first: CanonicalValue?
    ) -> DecodingFault? {
        guard key.isText || key.isInteger else { return .keyKind }
        if let first, first.isText != key.isText { return .keyKind }
        guard let previous else { return nil }
        if previous == keyBytes { return .duplicateKey }
        return previous.lexicographicallyPrecedes(keyBytes) ? nil : .keyOrder
    }

    /// Major type and argument of the next head, refused unless written in the shortest form.
    private mutating func head() throws(DecodingRefusal) -> (major: UInt8, argument: UInt64) {
        guard position < bytes.endIndex else { throw refusal(.truncated) }
        let initial = bytes[position]
        let major = initial >> 5
        let info = initial & 0x1f
        if info < 24 {
            position += 1
            return (major, UInt64(info))
        }
        if info == 31 { throw refusal(major == 7 || major < 2 || major == 6 ? .reservedHead : .indefiniteLength) }
        guard info < 28 else { throw refusal(.reservedHead) }
        if major == 7 { throw refusal(.floatOrSimple) }
        let byteCount = 1 << Int(info - 24)
        guard bytes.endIndex - position > byteCount else { throw refusal(.truncated) }
        var argument: UInt64 = 0
        for byte in bytes[(position + 1)...(position + byteCount)] { argument = argument << 8 | UInt64(byte) }
        let smallest: UInt64 = info == 24 ? 24 : 1 << UInt64(4 * byteCount)
        guard argument >= smallest else { throw refusal(.notShortestForm) }
        position += 1 + byteCount
        return (major, argument)
    }

    private func simple(_ argument: UInt64) throws(DecodingRefusal) -> CanonicalValue {
        switch argument {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        default: throw refusal(.floatOrSimple)
        }
    }

    private func itemCount(of announced: UInt64, bytesPerItem: Int) throws(DecodingRefusal) -> Int {
        guard announced <= UInt64((bytes.endIndex - position) / bytesPerItem) else { throw refusal(.truncated) }
        return Int(announced)
    }

    private mutating func take(_ announced: UInt64) throws(DecodingRefusal) -> ArraySlice<UInt8> {
        guard announced <= UInt64(bytes.endIndex - position) else { throw refusal(.truncated) }
        let content = bytes[position..<(position + Int(announced))]
        position = content.endIndex
        return content
    }

    private func validated(_ content: ArraySlice<UInt8>) throws(DecodingRefusal) -> ExactText {
        // A buffer, for which the standard library has the check ready made: a slice's is put together at every call.
        guard let string = content.withUnsafeBufferPointer({ String(validating: $0, as: UTF8.self) }) else {
            throw refusal(.invalidUTF8)
        }
        return ExactText(string)
    }

    private func refusal(_ fault: DecodingFault) -> DecodingRefusal {
        DecodingRefusal(fault, offset: offset)
    }
}
