internal import CanonicalEncoding
internal import Identity

extension YAMLNode {
    /// Reads attributes: names to texts, whole numbers, truths, lists and maps of such.
    func attributes(_ what: String, _ findings: inout Findings) -> [Identifier: Placed<CanonicalValue>]? {
        guard let entries = attributeEntries(what, depth: 0, &findings) else { return nil }
        return Dictionary(uniqueKeysWithValues: entries)
    }

    private func attributeEntries(
        _ what: String, depth: Int, _ findings: inout Findings
    ) -> [(Identifier, Placed<CanonicalValue>)]? {
        guard let pairs = map(what, &findings) else { return nil }
        checkCount(pairs.count, what, &findings)
        if pairs.isEmpty, depth == 0 {
            findings.report(.emptyList, at: place, "\(what) are an empty map; write one, or delete the key.")
            return nil
        }
        var entries: [(Identifier, Placed<CanonicalValue>)] = []
        for (key, value) in pairs {
            guard let name = key.identifier("A key in \(what.midSentence)", &findings),
                let value = value.attribute(
                    depth < 2 ? "\(key.value.quoted) in \(what.midSentence)" : what, depth: depth + 1, &findings)
            else { continue }
            entries.append((name, value))
        }
        return entries
    }

    private func attribute(_ what: String, depth: Int, _ findings: inout Findings) -> Placed<CanonicalValue>? {
        guard depth <= CharterLimits.attributeDepth else {
            findings.report(
                .tooDeep, at: place, "\(what) is nested more than \(CharterLimits.attributeDepth) levels deep.")
            return nil
        }
        switch content {
        case .scalar(let text, let isPlain):
            return scalarAttribute(text, isPlain: isPlain, what, &findings).map {
                Placed<CanonicalValue>(value: $0, place: place)
            }
        case .list(let items):
            checkCount(items.count, what, &findings)
            var values: [CanonicalValue] = []
            for item in items {
                let item = (what: depth < 2 ? "An item of \(what.midSentence)" : what, node: item)
                if let value = item.node.attribute(item.what, depth: depth + 1, &findings) {
                    values.append(value.value)
                }
            }
            return Placed(value: .array(values), place: place)
        case .map:
            guard let entries = attributeEntries(what, depth: depth, &findings) else { return nil }
            return Placed(value: .record(entries.map { ($0.0.string, $0.1.value) }), place: place)
        case .broken: return nil
        }
    }

    private func scalarAttribute(
        _ text: String, isPlain: Bool, _ what: String, _ findings: inout Findings
    ) -> CanonicalValue? {
        if isPlain {
            if isNull {
                findings.report(.wrongShape, at: place, "\(what) has no value. Write one, or delete the key.")
                return nil
            }
            if let plainTruth { return .bool(plainTruth) }
            switch PlainNumber(text) {
            case .whole(let number): return .integer(number)
            case .outOfRange:
                findings.report(
                    .badNumber, at: place,
                    "\(what) is \(text.quoted), a number larger than 64 bits hold. Put it into quotation marks.")
                return nil
            case .fractional:
                findings.report(
                    .badNumber, at: place,
                    "\(what) is \(text.quoted), which is no whole number. Put it into quotation marks to keep it as "
                        + "text, or write it in a smaller unit.")
                return nil
            case nil: break
            }
        }
        checkCharacters(text, what, &findings)
        return .text(text)
    }

    private func checkCount(_ count: Int, _ what: String, _ findings: inout Findings) {
        guard count > CharterLimits.itemsPerAttribute else { return }
        findings.report(
            .tooMany, at: place, "\(what) has \(count) items; at most \(CharterLimits.itemsPerAttribute) are allowed.")
    }
}

/// What an unquoted word of YAML's core schema (YAML 1.2.2, section 10.3.2) means as a number.
enum PlainNumber: Hashable {
    case whole(Int64)
    case outOfRange
    /// With a fraction or an exponent, infinite, or no number at all, which the schema counts among the numbers.
    case fractional

    /// Nil for a word that is no number.
    init?(_ text: String) {
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        if let number = Self.whole(text) {
            self = number
        } else if [".inf", ".Inf", ".INF"].contains(unsigned) || [".nan", ".NaN", ".NAN"].contains(text) {
            self = .fractional
        } else if Self.isFractional(unsigned) {
            self = .fractional
        } else {
            return nil
        }
    }

    private static func whole(_ text: String) -> PlainNumber? {
        for (prefix, radix) in [("0o", 8), ("0x", 16)] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(2)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
            return Int64(digits, radix: radix).map { .whole($0) } ?? .outOfRange
        }
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ isDigit($0, radix: 10) }) else { return nil }
        return Int64(text).map { .whole($0) } ?? .outOfRange
    }

    /// ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
    private static func isFractional(_ text: Substring) -> Bool {
        var rest = text.utf8[...]
        func digits() -> Int {
            let count = rest.prefix { isDigit($0, radix: 10) }.count
            rest = rest.dropFirst(count)
            return count
        }
        let before = digits()
        var after = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            after = digits()
        }
        guard before + after > 0 else { return false }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30 < radix
        case 0x41...0x46, 0x61...0x66: radix == 16
        default: false
        }
    }
}
