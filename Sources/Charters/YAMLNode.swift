/// A value of a YAML file, with its place.
///
/// Scalars keep the letters that were written: whether `no` is a truth, a word or a country is for the reader of the
/// field to say, never for the parser.
struct YAMLNode: Sendable {
    let place: Place
    let content: Content

    indirect enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case map([(key: Placed<String>, value: YAMLNode)])
        /// Something that has been reported already.
        case broken
    }

    /// `~`, `null`, or nothing at all.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What it is, for a sentence.
    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a single value"
        case .list: "a list"
        case .map: "a map"
        case .broken: "something unreadable"
        }
    }
}

// Each of these gives the value in the shape asked for, or reports what is there instead and gives nil.
extension YAMLNode {
    /// The letters of a single value, however it is quoted.
    func scalar(_ what: String, _ findings: inout Findings) -> String? {
        if case .scalar(let text, _) = content, !isNull { return text }
        reportShape("a single value", what, &findings)
        return nil
    }

    func list(_ what: String, _ findings: inout Findings) -> [YAMLNode]? {
        if case .list(let items) = content { return items }
        reportShape("a list, such as [A, B]", what, &findings)
        return nil
    }

    func map(_ what: String, _ findings: inout Findings) -> [(key: Placed<String>, value: YAMLNode)]? {
        if case .map(let pairs) = content { return pairs.filter { !isRepeated($0.key) } }
        reportShape("a map, such as { key: value }", what, &findings)
        return nil
    }

    /// `true` or `false`, not quoted.
    func truth(_ what: String, _ findings: inout Findings) -> Bool? {
        if let truth = plainTruth { return truth }
        reportShape("`true` or `false`, without quotation marks", what, &findings)
        return nil
    }

    var plainTruth: Bool? {
        guard case .scalar(let text, isPlain: true) = content else { return nil }
        return ["true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false][text]
    }

    /// A whole number from 0 up, in decimal digits.
    func number(_ what: String, upTo limit: UInt64, _ findings: inout Findings) -> UInt64? {
        guard let text = scalar(what, &findings) else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text), number <= limit {
            return number
        }
        findings.report(.badNumber, at: place, "\(what) is \(text.quoted); write a whole number up to \(limit).")
        return nil
    }

    private func reportShape(_ wanted: String, _ what: String, _ findings: inout Findings) {
        if case .broken = content { return }
        findings.report(.wrongShape, at: place, "\(what) is \(kind) here; write \(wanted).")
    }

    private func isRepeated(_ key: Placed<String>) -> Bool {
        // The parser stops at a key that is written twice, so all but the last of them were renamed.
        key.value.unicodeScalars.first.map { SourceText.renamed.contains($0.value) } ?? false
    }
}
