/// The paragraphs and items of lists in one text, found by their labels: `1.`, `(a)`, `一、`, `（甲）`, `(أ)`.
///
/// A label is taken for one where it goes on with a list or begins one: `(b)` after `(a)`, `(i)` after `(h)` or as the
/// first of a list within an item. It stands at the beginning of a line, or behind the mark that ends what is before it;
/// `paragraph 1 (b)` within a sentence is none. What series of signs a language counts by does not matter: the second
/// item of the third paragraph has the path 3, 2 in all of them.
struct UnitScan: Sendable {
    struct Unit: Hashable, Sendable {
        /// Its number, behind those of what contains it.
        let path: [Int]
        /// As it is labelled, behind the labels of what contains it: `3. (b)`.
        let subject: String
    }

    let scalars: [Unicode.Scalar]
    private(set) var units: [Unit] = []
    /// Where the labels stand, in scalars: what is there are no figures.
    private(set) var labels: [Range<Int>] = []

    private var levels: [Level] = []

    private struct Level {
        let style: Style
        var ordinal: Int
        var label: String
    }

    /// What one list has in common.
    private struct Style: Hashable {
        let series: OrdinalSeries
        let isOpened: Bool
        let closing: Closing
    }

    private enum Closing { case parenthesis, point, dash, none }

    /// Levels of lists within each other.
    private static let depthLimit = 6
    /// Labels that may be left out in the middle of a list, and the rest be taken for its continuation.
    private static let gapLimit = 4

    init(of text: String) {
        scalars = Array(text.unicodeScalars)
        var index = 0
        var place = Place.lineStart
        while index < scalars.count {
            let scalar = scalars[index]
            if place != .within, let label = label(at: index), take(label, at: index, place) {
                index = label.end
                // The first item may follow its paragraph's label: `1. (a)`.
                place = .lineStart
                continue
            }
            place = self.place(after: scalar, place)
            index += 1
        }
    }

    // MARK: Places

    /// Where a label might stand.
    private enum Place {
        case lineStart
        /// Behind a colon, where a list may begin.
        case afterColon
        /// Behind the end of an item.
        case afterItem
        case within
    }

    private func place(after scalar: Unicode.Scalar, _ place: Place) -> Place {
        switch ScalarClass(scalar) {
        case .lineBreak: return .lineStart
        case .space: return place
        default: break
        }
        switch scalar {
        case ":", "：": return .afterColon
        case ";", "；", "؛", ".", "。", ",", "，", "،": return .afterItem
        case "“", "\"", "«", "「": return place == .lineStart ? place : .within
        default: return .within
        }
    }

    // MARK: Labels

    private struct Label {
        let readings: [(style: Style, ordinal: Int)]
        let end: Int
        let text: String

        var withoutPoints: Label {
            Label(
                readings: readings.filter { $0.style.closing != .point || $0.style.series == .chinese }, end: end,
                text: text)
        }
    }

    private func label(at start: Int) -> Label? {
        var index = start
        let isOpened = scalars[index] == "(" || scalars[index] == "（"
        let isDashed = scalars[index] == "-" || scalars[index] == "–"
        if isOpened { index += 1 }
        if isDashed {
            index += 1
            if index < scalars.count, scalars[index] == " " { index += 1 }
        }
        let coreStart = index
        while index < scalars.count, index - coreStart < OrdinalSeries.longestCore, Self.isCore(scalars[index]) {
            index += 1
        }
        let core = Array(scalars[coreStart..<index])
        guard !core.isEmpty, let closing = closing(at: index, core, isOpened, isDashed) else { return nil }
        let readings = OrdinalSeries.readings(of: core).filter { closing.closing != .none || $0.series == .circled }
            .map { (Style(series: $0.series, isOpened: isOpened, closing: closing.closing), $0.ordinal) }
        guard !readings.isEmpty else { return nil }
        let text = String(String.UnicodeScalarView(scalars[start..<closing.end]))
        return Label(readings: readings, end: closing.end, text: text)
    }

    private func closing(
        at index: Int, _ core: [Unicode.Scalar], _ isOpened: Bool, _ isDashed: Bool
    ) -> (closing: Closing, end: Int)? {
        let scalar = index < scalars.count ? scalars[index] : "\n"
        if isDashed {
            let isNumber = core.allSatisfy { $0.decimalDigit != nil }
            return isNumber && [.space, .lineBreak].contains(ScalarClass(scalar)) ? (.dash, index) : nil
        }
        switch scalar {
        case ")", "）": return (.parenthesis, index + 1)
        case ".", "．", "、":
            guard !isOpened else { return nil }
            // `1.5` is a figure.
            let next = index + 1 < scalars.count ? scalars[index + 1] : " "
            return next.decimalDigit == nil ? (.point, index + 1) : nil
        default:
            return core.count == 1 && (0x2460...0x2473).contains(core[0].value) ? (.none, index) : nil
        }
    }

    private static func isCore(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.decimalDigit != nil { return true }
        if scalar.value == 0x640 || (0x2460...0x2473).contains(scalar.value) { return true }
        switch ScalarClass(scalar) {
        case .letter, .unspaced: return true
        default: return false
        }
    }

    // MARK: Lists

    /// Takes a label for the next unit, if it is one.
    private mutating func take(_ found: Label, at start: Int, _ place: Place) -> Bool {
        // Within a line `2.` may end a sentence; `(b)` behind a semicolon does not.
        let label = place == .lineStart ? found : found.withoutPoints
        guard !label.readings.isEmpty else { return false }
        for depth in levels.indices.reversed() {
            if let reading = label.readings.first(where: {
                $0.style == levels[depth].style && $0.ordinal == levels[depth].ordinal + 1
            }) {
                return note(label, start, reading, at: depth)
            }
        }
        // What stands behind a dash is set apart, wherever on a line the page that it was taken from broke.
        let isApart = place == .lineStart || label.readings.contains { $0.style.closing == .dash }
        guard isApart || place == .afterColon else { return false }
        if let reading = label.readings.first(where: { reading in
            reading.ordinal == 1 && !levels.contains { $0.style == reading.style }
        }), levels.count < Self.depthLimit {
            return note(label, start, reading, at: levels.count)
        }
        return isApart && takeAfterGap(label, at: start)
    }

    /// Takes a label for one of a list in which others are left out, or of one that begins anew.
    private mutating func takeAfterGap(_ label: Label, at start: Int) -> Bool {
        for depth in levels.indices.reversed() {
            if let reading = label.readings.first(where: { reading in
                let skipped = reading.ordinal - levels[depth].ordinal - 1
                return reading.style == levels[depth].style
                    && (reading.ordinal == 1 || (1...Self.gapLimit).contains(skipped))
            }) {
                return note(label, start, reading, at: depth)
            }
        }
        // A list whose first label is lost.
        guard levels.isEmpty,
            let reading = label.readings.first(where: { $0.style.series == .decimal && $0.ordinal == 2 })
        else { return false }
        return note(label, start, reading, at: 0)
    }

    private mutating func note(
        _ label: Label, _ start: Int, _ reading: (style: Style, ordinal: Int), at depth: Int
    ) -> Bool {
        levels.removeSubrange(depth...)
        levels.append(Level(style: reading.style, ordinal: reading.ordinal, label: label.text))
        units.append(
            Unit(path: levels.map(\.ordinal), subject: levels.map(\.label).joined(separator: " ")))
        labels.append(start..<label.end)
        return true
    }
}
