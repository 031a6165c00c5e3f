package import CanonicalEncoding
internal import Cryptography
internal import Redline

/// A value as people and other tools read CBOR: diagnostic notation (RFC 8949, section 8), with byte strings that carry
/// CBOR of their own written as `<<…>>` (RFC 8610, appendix G.3).
///
/// Laid out over lines of at most about `columns` where that is possible, and safe for a terminal: what is invisible or
/// commands the terminal is escaped within its text, as JSON would.
package struct DiagnosticNotation {
    private let columns: Int
    private var lines: [String] = []

    package static func text(of value: CanonicalValue, columns: Int = 100) -> String {
        var notation = DiagnosticNotation(columns: columns)
        notation.write(.value(value), prefix: "", suffix: "", indent: 0)
        return notation.lines.joined(separator: "\n")
    }

    /// The same on one line, whatever its length.
    package static func line(of value: CanonicalValue) -> String { inline(.value(value)) }

    private init(columns: Int) { self.columns = columns }

    // MARK: Over several lines

    private mutating func write(_ node: Node, prefix: String, suffix: String, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        if let short = Self.inlineIfShort(node, limit: columns - indent - prefix.count - suffix.count) {
            lines.append(margin + prefix + short + suffix)
            return
        }
        switch Self.parts(of: node) {
        case .leaf(let text): lines.append(margin + prefix + text + suffix)
        case .group(let opening, let members, let closing):
            lines.append(margin + prefix + opening)
            for (place, member) in members.enumerated() {
                let comma = place + 1 < members.count ? "," : ""
                let label = member.key.map { Self.inline(.value($0)) + ": " } ?? ""
                write(member.node, prefix: label, suffix: comma, indent: indent + 2)
            }
            lines.append(margin + closing + suffix)
        }
    }

    // MARK: Parts

    /// A value, or one that a byte string carries encoded.
    private enum Node {
        case value(CanonicalValue)
        case embedded(CanonicalValue)
    }

    private typealias Member = (key: CanonicalValue?, node: Node)

    private enum Parts {
        case leaf(String)
        case group(String, [Member], String)
    }

    private static func parts(of node: Node) -> Parts {
        switch node {
        case .embedded(let inner): .group("<<", [(nil, .value(inner))], ">>")
        case .value(let value): parts(of: value)
        }
    }

    private static func parts(of value: CanonicalValue) -> Parts {
        switch value {
        case .unsigned(let number): .leaf("\(number)")
        case .negative(let number): .leaf(number == .max ? "-18446744073709551616" : "-\(number + 1)")
        case .bytes(let bytes): .leaf("h'" + Hexadecimal.text(of: bytes) + "'")
        case .text(let text): .leaf(quoted(text))
        case .bool(let truth): .leaf(truth ? "true" : "false")
        case .null: .leaf("null")
        case .array(let items): .group("[", items.map { (nil, .value($0)) }, "]")
        case .map(let map): .group("{", map.entries.map { ($0.key, .value($0.value)) }, "}")
        case .tagged(18, .array(let items)) where items.count == 4: .group("18([", envelope(items), "])")
        case .tagged(let tag, let inner): .group("\(tag)(", [(nil, .value(inner))], ")")
        }
    }

    /// A COSE_Sign1: its protected header and its payload are CBOR within byte strings.
    private static func envelope(_ items: [CanonicalValue]) -> [Member] {
        items.enumerated().map { place, item in
            guard place % 2 == 0, case .bytes(let bytes) = item, let inner = try? CanonicalDecoder.decode(bytes) else {
                return (nil, .value(item))
            }
            return (nil, .embedded(inner))
        }
    }

    private static func inline(_ node: Node) -> String { inlineIfShort(node, limit: .max)! }

    /// Nil as soon as it grows beyond the limit: a long record is not written once for each depth it has.
    private static func inlineIfShort(_ node: Node, limit: Int) -> String? {
        switch parts(of: node) {
        case .leaf(let text): return text.utf8.count <= limit ? text : nil
        case .group(let opening, let members, let closing):
            var text = opening
            for (place, member) in members.enumerated() {
                if place > 0 { text += ", " }
                if let key = member.key { text += inline(.value(key)) + ": " }
                guard text.utf8.count < limit, let rest = inlineIfShort(member.node, limit: limit - text.utf8.count)
                else { return nil }
                text += rest
            }
            text += closing
            return text.utf8.count <= limit ? text : nil
        }
    }

    // MARK: Leaves

    private static func quoted(_ text: ExactText) -> String {
        var quoted = "\""
        for scalar in text.string.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.isUnseen: quoted += escape(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// As in JSON (RFC 8259, section 7): beyond the basic plane a pair of surrogates.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
