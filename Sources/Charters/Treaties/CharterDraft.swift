internal import Identity

/// A charter with the text of a treaty, as a person goes on writing it.
///
/// The parties, one standing of them all, and rules that everybody must meet are there so that the file is a charter;
/// who is to agree to what is for its authors to say.
struct CharterDraft {
    private(set) var text = ""
    private let languages: [Identifier]
    private let provisionClass: Identifier

    init(_ reading: TreatyReading, parties: [Identifier], provisionClass: Identifier) {
        languages = reading.languages
        self.provisionClass = provisionClass
        line(
            0,
            "# Made from a treaty's text. Parties, standings and rules are only a beginning: write who must agree to what."
        )
        line(0, "syngraph: charter/1")
        words(0, "title", reading.titles)
        line(0, "languages: [\(list(languages))]")
        line(0, "proposer: \(parties[0].string)")
        line(0, "parties: [\(list(parties))]")
        line(0, "")
        line(0, "standings:")
        line(1, "party: [\(list(parties))]")
        line(0, "")
        line(0, "rules:")
        for name in Set([provisionClass.string, "roster", "rule", "party"]).sorted() {
            line(1, "\(name): { need: all, of: party }")
        }
        line(0, "")
        line(0, "provisions:")
        let units = reading.units.filter { !($0.headings.isEmpty && $0.texts.isEmpty) }
        let there = Set(units.map(\.id))
        let children = Dictionary(grouping: units) { $0.parent.flatMap { there.contains($0) ? $0 : nil } }
        for unit in children[nil] ?? [] { add(unit, children, depth: 1) }
    }

    /// Parts, chapters, sections and articles: four levels, and no more.
    private mutating func add(_ unit: TreatyUnit, _ children: [String?: [TreatyUnit]], depth: Int) {
        line(depth, "- id: \(unit.id)")
        line(depth + 1, "kind: \(unit.kind.split(separator: "/").last ?? "text")")
        line(depth + 1, "class: \(provisionClass.string)")
        if let number = unit.number { line(depth + 1, "number: \(YAMLText.quoted(number))") }
        if !unit.headings.isEmpty { words(depth + 1, "heading", unit.headings) }
        if !unit.texts.isEmpty { words(depth + 1, "text", unit.texts) }
        guard let contained = children[unit.id] else { return }
        line(depth + 1, "provisions:")
        for child in contained { add(child, children, depth: depth + 2) }
    }

    private mutating func words(_ depth: Int, _ key: String, _ texts: [Identifier: String]) {
        line(depth, "\(key):")
        for language in languages {
            guard let words = texts[language] else { continue }
            let value = YAMLText.value(words, indent: 2 * (depth + 2))
            line(depth + 1, "\(language.string): \(value)")
        }
    }

    private mutating func line(_ depth: Int, _ words: String) {
        text += (words.isEmpty ? "" : String(repeating: "  ", count: depth)) + words + "\n"
    }

    private func list(_ names: [Identifier]) -> String { names.map { $0.string }.joined(separator: ", ") }
}

/// Texts as YAML writes them, so that they are read as exactly these.
enum YAMLText {
    /// A text in one line, or, where it has several, indented below.
    static func value(_ text: String, indent: Int) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isBlock =
            lines.count > 1 && lines[0].unicodeScalars.first.map { $0 != " " } ?? false
            && lines.last.map { !$0.isEmpty } ?? false
            && lines.allSatisfy { line in line.isEmpty || line.unicodeScalars.contains { $0 != " " } }
        guard isBlock else { return quoted(text) }
        let margin = String(repeating: " ", count: indent)
        return "|-\n" + lines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
