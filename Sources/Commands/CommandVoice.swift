internal import Wording

/// How a verb speaks: results on standard output, talk on standard error.
///
/// Colour goes only to a terminal, and never against `NO_COLOR`. Whatever a stranger wrote is made safe before it comes
/// here; what comes here is printed as it is.
public struct CommandVoice: Sendable {
    /// True if results are one JSON object.
    public let speaksJSON: Bool
    /// True if results may carry colours.
    public let isColoured: Bool
    /// The width that results are laid out for.
    public let columns: Int

    private let output: @Sendable (String) -> Void
    private let talkOutput: @Sendable (String) -> Void

    /// Widths that text is set in: below, tables cannot be; above, lines are hard to follow.
    private static let columnLimits = 40...100

    init(json: Bool, in surroundings: Surroundings) {
        speaksJSON = json
        let noColour = surroundings.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        isColoured = surroundings.outputColumns != nil && !noColour && surroundings.environment["TERM"] != "dumb"
        let asked = surroundings.outputColumns ?? surroundings.environment["COLUMNS"].flatMap(Int.init) ?? 80
        columns = min(max(asked, Self.columnLimits.lowerBound), Self.columnLimits.upperBound)
        output = surroundings.writeOutput
        talkOutput = surroundings.writeTalk
    }

    /// Says a result, which may have several lines.
    public func result(_ text: String = "") { output(text + "\n") }

    /// The one result of a verb that was asked for JSON.
    func result(_ value: JSONValue) { output(value.text + "\n") }

    /// Says what is no result: progress, hints, questions.
    public func talk(_ text: String) { talkOutput(text + "\n") }

    /// Says why a verb failed; as JSON too if that was asked for.
    func complain(_ complaint: Complaint) {
        if speaksJSON { result(complaint.json) }
        talk("syngraph: \(complaint.message)")
        if let hint = complaint.hint { talk("  \(hint)") }
    }
}

/// What a stretch of a result is, for a reader's eye.
public enum Emphasis: String, Hashable, Sendable {
    case heading = "1"
    case faint = "2"
    case good = "32"
    case waiting = "33"
    case bad = "31"
}

extension CommandVoice {
    /// The text in its colour, if there are colours; never more than one line.
    public func marked(_ text: String, _ emphasis: Emphasis) -> String {
        isColoured ? "\u{1B}[\(emphasis.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Sentences set in lines with a margin; see `paragraph` of `Wording`.
    public func paragraph(_ text: String, indent: Int = 0, hanging: Int? = nil) -> String {
        Wording.paragraph(text, columns: columns, indent: indent, hanging: hanging)
    }

    /// Rows of cells in columns as wide as they must be, the last one wrapped into what is left of the width.
    public func table(_ rows: [[String]], indent: Int = 2) -> String {
        let cellCount = rows.map(\.count).max() ?? 0
        guard cellCount > 0 else { return "" }
        let widths = (0..<cellCount).map { column in
            rows.map { $0.count > column ? columnCount(of: $0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = String(repeating: " ", count: indent)
            for (column, cell) in row.enumerated().dropLast() {
                line += cell + String(repeating: " ", count: widths[column] - columnCount(of: cell) + 2)
            }
            let margin = columnCount(of: line)
            guard let last = row.last, margin + 16 <= columns else { return line + (row.last ?? "") }
            let words = paragraph(last, indent: margin)
            return line + words.dropFirst(margin)
        }.joined(separator: "\n")
    }
}
