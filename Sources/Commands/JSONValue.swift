internal import Redline

/// A value of JSON, with the fields of an object in the order in which they are named.
///
/// Our own because the order is part of what a reader sees, and because what is invisible is escaped: a hostile text
/// stays harmless when somebody looks at the output on a terminal. Source: RFC 8259.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(UInt64)
    /// The integer −1 − n.
    case negative(UInt64)
    case string(String)
    case array([JSONValue])
    case object([Field])

    struct Field: Hashable, Sendable {
        let name: String
        let value: JSONValue
    }

    static func object(_ fields: [(String, JSONValue)]) -> JSONValue {
        .object(fields.map { Field(name: $0.0, value: $0.1) })
    }

    static func number(_ count: Int) -> JSONValue { count < 0 ? .negative(UInt64(-1 - count)) : .number(UInt64(count)) }

    /// Indented by two spaces; empty lists and objects on one line.
    var text: String {
        var text = ""
        write(to: &text, margin: "\n")
        return text
    }

    private func write(to text: inout String, margin: String) {
        switch self {
        case .null: text += "null"
        case .bool(let truth): text += truth ? "true" : "false"
        case .number(let number): text += String(number)
        case .negative(.max): text += "-18446744073709551616"
        case .negative(let number): text += "-\(number + 1)"
        case .string(let string): Self.write(string, to: &text)
        case .array(let items):
            guard !items.isEmpty else { return text += "[]" }
            for (place, item) in items.enumerated() {
                text += (place == 0 ? "[" : ",") + margin + "  "
                item.write(to: &text, margin: margin + "  ")
            }
            text += margin + "]"
        case .object(let fields):
            guard !fields.isEmpty else { return text += "{}" }
            for (place, field) in fields.enumerated() {
                text += (place == 0 ? "{" : ",") + margin + "  "
                Self.write(field.name, to: &text)
                text += ": "
                field.value.write(to: &text, margin: margin + "  ")
            }
            text += margin + "}"
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case " "..."~": text.unicodeScalars.append(scalar)
            default:
                let isSeen = terminalSafe(String(scalar)).unicodeScalars.first == scalar
                if isSeen { text.unicodeScalars.append(scalar) } else { text += escape(scalar) }
            }
        }
        text += "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
