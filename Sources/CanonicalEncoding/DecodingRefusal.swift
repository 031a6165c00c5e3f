/// Why bytes are not a record: the first fault met, where it stands, and in which field.
///
/// `offset` counts bytes from the first one handed to the decoder; faults of shape (a missing field) carry the path of
/// the field instead and the offset 0.
public struct DecodingRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let fault: DecodingFault
    public let offset: Int
    public let field: String

    public init(_ fault: DecodingFault, offset: Int = 0, field: String = "") {
        self.fault = fault
        self.offset = offset
        self.field = field
    }

    public var description: String {
        let place = field.isEmpty ? "at byte \(offset)" : "in \(field)"
        return "\(fault.sentence) (\(place))"
    }
}

/// The faults by their published codes; `Docs/Specification/encoding.md` has the same table, and says which comes first.
public enum DecodingFault: String, Hashable, Sendable, CaseIterable {
    // Of the encoding.
    case truncated
    case trailingBytes = "trailing-bytes"
    case notShortestForm = "not-shortest-form"
    case indefiniteLength = "indefinite-length"
    case reservedHead = "reserved-head"
    case floatOrSimple = "float-or-simple"
    case invalidUTF8 = "invalid-utf8"
    case keyKind = "key-kind"
    case keyOrder = "key-order"
    case duplicateKey = "duplicate-key"
    case tooDeep = "too-deep"
    case tooLong = "too-long"
    // Of the shape.
    case wrongType = "wrong-type"
    case wrongKind = "wrong-kind"
    case missingField = "missing-field"
    case unknownField = "unknown-field"
    case badIdentifier = "bad-identifier"
    case badLength = "bad-length"
    case outOfRange = "out-of-range"
    case emptyList = "empty-list"
    case notAscending = "not-ascending"
    case tooMany = "too-many"
    case badKey = "bad-key"
    case badSignatureEnvelope = "bad-signature-envelope"
    case contradiction

    public var sentence: String {
        switch self {
        case .truncated: "the bytes end in the middle of a value"
        case .trailingBytes: "there are bytes after the end of the record"
        case .notShortestForm: "a number or length is not written in its shortest form"
        case .indefiniteLength: "a length is left open, which this format does not allow"
        case .reservedHead: "a byte that no value begins with"
        case .floatOrSimple: "a floating-point or unassigned simple value, which this format does not allow"
        case .invalidUTF8: "a text is not valid UTF-8"
        case .keyKind: "a map mixes texts and integers as keys, or has a key that is neither"
        case .keyOrder: "a map's keys are not in order"
        case .duplicateKey: "a map has the same key twice"
        case .tooDeep: "values are nested more deeply than allowed"
        case .tooLong: "a record, text or byte string is longer than allowed"
        case .wrongType: "a field holds another type of value than it must"
        case .wrongKind: "the record says that it is of another kind"
        case .missingField: "a field that must be there is missing"
        case .unknownField: "a field that this version does not know"
        case .badIdentifier: "not an identifier: one to 128 of A-Z a-z 0-9 . / -, beginning with a letter or digit"
        case .badLength: "a value has the wrong length"
        case .outOfRange: "a value is out of its range"
        case .emptyList: "a list is empty that must not be"
        case .notAscending: "a list whose order says nothing is not ascending, or repeats an item"
        case .tooMany: "a list, map or record has more items than allowed"
        case .badKey: "not a key that this format admits"
        case .badSignatureEnvelope: "not a signature envelope of the one form allowed"
        case .contradiction: "two fields contradict each other"
        }
    }
}
