internal import CanonicalEncoding
internal import Cryptography

extension JSONValue {
    /// A value of a record as JSON can say it: bytes as hexadecimal digits, integer keys as texts, a tag as an object.
    init(_ value: CanonicalValue) {
        switch value {
        case .unsigned(let number): self = .number(number)
        case .negative(let number): self = .negative(number)
        case .bytes(let bytes): self = .string(Hexadecimal.text(of: bytes))
        case .text(let text): self = .string(text.string)
        case .array(let items): self = .array(items.map(JSONValue.init))
        case .map(let map): self = .object(map.entries.map { ($0.key.fieldName, JSONValue($0.value)) })
        case .tagged(let tag, let content): self = .object([("tag", .number(tag)), ("value", JSONValue(content))])
        case .bool(let truth): self = .bool(truth)
        case .null: self = .null
        }
    }
}

extension CanonicalValue {
    /// A map's key as a text.
    var fieldName: String {
        switch self {
        case .text(let text): text.string
        case .unsigned(let number): "\(number)"
        case .negative(.max): "-18446744073709551616"
        case .negative(let number): "-\(number + 1)"
        case .bytes, .array, .map, .tagged, .bool, .null: "?"
        }
    }
}
