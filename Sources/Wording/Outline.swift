internal import Redline

/// Sentences under sentences, drawn as a tree.
package struct Outline: Hashable, Sendable {
    package let sentence: String
    package var parts: [Outline]

    package init(_ sentence: String, _ parts: [Outline] = []) {
        self.sentence = sentence
        self.parts = parts
    }

    /// Columns that a sentence gets however deep it stands.
    private static let narrowest = 24

    /// The sentence, and below it its parts behind lines that join them.
    ///
    /// - Parameter columns: the width to wrap at; sentences that stand deep may be wider than that.
    package func drawn(columns: Int) -> String { lines(columns: columns).joined(separator: "\n") }

    private func lines(columns: Int) -> [String] {
        // What a sentence has on further lines stands behind the line that leads to its parts.
        let margin = parts.isEmpty ? 0 : 3
        var lines = paragraph(sentence, columns: max(columns, Self.narrowest), hanging: margin)
            .split(separator: "\n").map(String.init)
        if !parts.isEmpty { lines = [lines[0]] + lines.dropFirst().map { "│  " + $0.dropFirst(margin) } }
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            let inner = part.lines(columns: columns - 3)
            lines.append((isLast ? "└─ " : "├─ ") + inner[0])
            lines += inner.dropFirst().map { (isLast ? "   " : "│  ") + $0 }
        }
        return lines
    }
}
