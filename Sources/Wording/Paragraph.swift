internal import Redline

/// Sentences set in lines, broken at spaces only.
///
/// It escapes nothing: a stranger's words in the sentences were made safe where they were quoted, and doing it twice
/// would change them.
///
/// - Parameter hanging: the margin of all lines but the first; the same as the first's if nil.
package func paragraph(_ text: String, columns: Int, indent: Int = 0, hanging: Int? = nil) -> String {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var width = indent
    var isEmpty = true
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
        let wordWidth = columnCount(of: word)
        if !isEmpty && width + 1 + wordWidth > columns {
            lines.append(line)
            width = hanging ?? indent
            line = String(repeating: " ", count: width)
            isEmpty = true
        }
        line += (isEmpty ? "" : " ") + word
        width += (isEmpty ? 0 : 1) + wordWidth
        isEmpty = false
    }
    return (lines + [line]).joined(separator: "\n")
}

/// A sentence behind its label, the labels of several in one column: `languages    en and ko`.
package func labelled(_ label: String, _ text: String, columns: Int) -> String {
    let margin = max(labelColumns, columnCount(of: label) + 1)
    let lines = paragraph(text, columns: columns, indent: margin)
    return label + lines.dropFirst(columnCount(of: label))
}

private let labelColumns = 13

/// The columns that a text of ours takes on a terminal; its colours take none.
package func columnCount(of text: some StringProtocol) -> Int {
    guard text.unicodeScalars.contains("\u{1B}") else { return displayWidth(of: String(text)) }
    let parts = text.split(separator: "\u{1B}", omittingEmptySubsequences: false)
    let visible = [parts[0]] + parts.dropFirst().map { $0.drop { $0 != "m" }.dropFirst() }
    return displayWidth(of: visible.joined())
}

/// A heading and its items, each behind a hyphen; empty without items.
func listed(_ heading: String, _ items: [String], _ columns: Int) -> String {
    guard !items.isEmpty else { return "" }
    return ([heading] + items.map { paragraph("- \($0)", columns: columns, indent: 2, hanging: 4) })
        .joined(separator: "\n")
}
