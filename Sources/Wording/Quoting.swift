package import CanonicalEncoding
package import Cryptography
package import Identity
internal import Redline

/// How strangers' words and ids stand among ours: always safe for a terminal, always recognisable as theirs.
package enum Quoting {
    /// Characters of a title that a sentence quotes; whoever wants all of it has it shown.
    private static let titleLength = 80
    /// Names that a sentence lists one by one.
    private static let listLength = 40

    /// A stranger's words in quotation marks that they cannot close by themselves.
    package static func quoted(_ text: ExactText) -> String {
        let scalars = text.string.unicodeScalars
        let shown = String(String.UnicodeScalarView(scalars.prefix(titleLength)))
        let safe = terminalSafe(shown).map { character in
            character == "“" || character == "”" ? "\"" : String(character)
        }.joined()
        return "“\(safe)\(scalars.count > titleLength ? "…" : "")”"
    }

    /// The first eight hexadecimal digits: enough to name a record to this program.
    package static func short(_ id: Digest) -> String { String(id.hex.prefix(8)) }

    /// Eight groups of four digits, to be read aloud: 128 bits, which nobody can steer another text to.
    package static func fingerprint(_ id: Digest) -> String {
        let digits = Array(id.hex.prefix(32))
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: " ")
    }

    /// `A`, `A and B`, `A, B and C`.
    package static func list(_ items: [String], _ conjunction: String = "and") -> String {
        guard items.count > 1 else { return items.first ?? "nobody" }
        guard items.count <= listLength else {
            let rest = items.count - listLength
            return items.prefix(listLength).joined(separator: ", ") + " \(conjunction) \(rest) others"
        }
        return items.dropLast().joined(separator: ", ") + " \(conjunction) " + items.last!
    }

    package static func list(_ names: some Sequence<Identifier>, _ conjunction: String = "and") -> String {
        list(names.map(\.string), conjunction)
    }

    /// `1 provision`, `3 provisions`.
    package static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// A value of an attribute on one line.
    package static func readable(_ value: CanonicalValue) -> String {
        switch value {
        case .unsigned(let number): "\(number)"
        case .negative(.max): "-18446744073709551616"
        case .negative(let number): "-\(number + 1)"
        case .bytes(let bytes): "0x" + Hexadecimal.text(of: bytes)
        case .text(let text): terminalSafe(text.string)
        case .array(let items): "[" + items.map(readable).joined(separator: ", ") + "]"
        case .map(let map):
            "{" + map.entries.map { readable($0.key) + ": " + readable($0.value) }.joined(separator: ", ") + "}"
        case .tagged(let tag, let content): "\(tag)(\(readable(content)))"
        case .bool(let truth): truth ? "yes" : "no"
        case .null: "nothing"
        }
    }
}
