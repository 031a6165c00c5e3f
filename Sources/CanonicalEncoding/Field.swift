/// A decoded value on its way into a record's type, with the path that names it in a refusal.
///
/// Every accessor either gives the value in the type asked for, or refuses with the path: `changes[3].set.kind`, where
/// the outermost record is the empty path.
public struct Field: Sendable {
    public let value: CanonicalValue
    public let path: String

    public init(_ value: CanonicalValue, path: String) {
        self.value = value
        self.path = path
    }

    /// The path of the field `name` within the one at `path`.
    ///
    /// A stranger chose the name, and people read the path on a terminal: what could be mistaken for something else, or
    /// goes on for megabytes, is shown as `(…)`.
    public static func path(_ name: ExactText, in path: String) -> String {
        let isPlain = (1...128).contains(name.utf8.count) && name.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        let shown = isPlain ? name.string : "(…)"
        return path.isEmpty ? shown : "\(path).\(shown)"
    }

    public func refusal(_ fault: DecodingFault) -> DecodingRefusal {
        DecodingRefusal(fault, field: path)
    }

    public func unsigned() throws(DecodingRefusal) -> UInt64 {
        guard case .unsigned(let number) = value else { throw refusal(.wrongType) }
        return number
    }

    public func bool() throws(DecodingRefusal) -> Bool {
        guard case .bool(let truth) = value else { throw refusal(.wrongType) }
        return truth
    }

    public func bytes() throws(DecodingRefusal) -> [UInt8] {
        guard case .bytes(let content) = value else { throw refusal(.wrongType) }
        return content
    }

    public func bytes(count: Int) throws(DecodingRefusal) -> [UInt8] {
        let content = try bytes()
        guard content.count == count else { throw refusal(.badLength) }
        return content
    }

    public func text() throws(DecodingRefusal) -> ExactText {
        guard case .text(let content) = value else { throw refusal(.wrongType) }
        return content
    }

    /// One of the words that a type knows; any other is `out-of-range`.
    public func choice<Choice: RawRepresentable<String>>() throws(DecodingRefusal) -> Choice {
        guard let choice = Choice(rawValue: try text().string) else { throw refusal(.outOfRange) }
        return choice
    }

    public var isNull: Bool { value == .null }

    /// The items of an array of at most `limit`.
    public func list(limit: Int) throws(DecodingRefusal) -> [Field] {
        guard case .array(let items) = value else { throw refusal(.wrongType) }
        guard items.count <= limit else { throw refusal(.tooMany) }
        return items.enumerated().map { Field($1, path: "\(path)[\($0)]") }
    }

    /// The pairs of a map with text keys, of at most `limit`, in canonical order.
    public func pairs(limit: Int) throws(DecodingRefusal) -> [(key: Field, value: Field)] {
        guard case .map(let map) = value else { throw refusal(.wrongType) }
        guard map.entries.count <= limit else { throw refusal(.tooMany) }
        var pairs: [(key: Field, value: Field)] = []
        pairs.reserveCapacity(map.entries.count)
        for entry in map.entries {
            guard case .text(let name) = entry.key else { throw refusal(.wrongType) }
            let path = Self.path(name, in: path)
            pairs.append((Field(entry.key, path: path), Field(entry.value, path: path)))
        }
        return pairs
    }

    /// The items of an array whose order says nothing: refused unless they ascend without repeats.
    public func ascending<Item: Comparable>(
        limit: Int, _ read: (Field) throws(DecodingRefusal) -> Item
    ) throws(DecodingRefusal) -> [Item] {
        var items: [Item] = []
        for field in try list(limit: limit) {
            let item = try read(field)
            if let last = items.last, last >= item { throw field.refusal(.notAscending) }
            items.append(item)
        }
        return items
    }
}

/// The fields of a record, taken one by one; what is left over at the end is unknown, and refused.
public struct RecordFields: Sendable {
    /// In canonical order. Records have a dozen fields: looking through them is faster than a table.
    private var left: [(name: ExactText, value: CanonicalValue)] = []
    private let path: String

    /// - Throws: `wrong-type` unless `field` is a map with text keys.
    public init(_ field: Field) throws(DecodingRefusal) {
        path = field.path
        guard case .map(let map) = field.value else { throw field.refusal(.wrongType) }
        left.reserveCapacity(map.entries.count)
        for entry in map.entries {
            guard case .text(let name) = entry.key else { throw field.refusal(.wrongType) }
            left.append((name, entry.value))
        }
    }

    /// The fields of a record by itself, of a type that it names.
    ///
    /// - Throws: the faults of the encoding; `wrong-type` unless it is a map with text keys; those of ``type(_:)``.
    public init(payload: [UInt8], type: String) throws(DecodingRefusal) {
        try self.init(Field(CanonicalDecoder.decode(payload), path: ""))
        try self.type(type)
    }

    public mutating func required(_ name: ExactText) throws(DecodingRefusal) -> Field {
        guard let field = optional(name) else {
            throw DecodingRefusal(.missingField, field: Field.path(name, in: path))
        }
        return field
    }

    public mutating func optional(_ name: ExactText) -> Field? {
        guard let place = left.firstIndex(where: { $0.name == name }) else { return nil }
        return Field(left.remove(at: place).value, path: Field.path(name, in: path))
    }

    /// Takes the field `type` and refuses any other value than `expected`.
    public mutating func type(_ expected: String) throws(DecodingRefusal) {
        let field = try required("type")
        guard try field.text() == ExactText(expected) else { throw field.refusal(.wrongKind) }
    }

    public func finish() throws(DecodingRefusal) {
        guard let unknown = left.map(\.name).min() else { return }
        throw DecodingRefusal(.unknownField, field: Field.path(unknown, in: path))
    }
}
