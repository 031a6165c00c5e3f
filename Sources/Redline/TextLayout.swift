/// Sets the segments of a redline in lines, made safe for a terminal; plain text is a redline that kept everything.
///
/// Safety comes first, then markers or colours, then the breaking of lines: so nothing a text holds can pass for
/// either of ours.
struct TextLayout {
    /// How the reader is told what went and what came.
    enum Marking { case none, colour, brackets }

    private var filler: LineFiller
    private let indent: Int
    /// The token before, if it is on the same line; it decides whether the line may break.
    private var previous: LineToken?

    /// - Parameter columns: As for `wrapped`; nil if the terminal, or nobody, is to break the lines.
    init(columns: Int?, indent: Int) {
        let indent = max(0, indent)
        self.indent = indent
        filler = LineFiller(columns: max(2, max(0, columns ?? .max) - indent))
    }

    func text(_ segments: [RedlinedText.Segment], marking: Marking) -> String {
        var layout = self
        for segment in segments { layout.add(segment, marking: marking) }
        let margin = String(repeating: " ", count: indent)
        var text = ""
        for (index, line) in layout.filler.finished().enumerated() {
            if index > 0 { text += "\n" }
            if !line.isEmpty { text += margin }
            for piece in line { text += marking == .colour ? piece.coloured : piece.text }
        }
        return text
    }

    private mutating func add(_ segment: RedlinedText.Segment, marking: Marking) {
        var safe = terminalSafe(segment.text, keepingLineFeeds: true)
        let fate: LineFiller.Fate
        var (opening, closing) = ("", "")
        switch segment {
        case .kept:
            fate = .kept
        case .deleted:
            fate = .deleted
            (opening, closing) = ("[-", "-]")
        case .inserted:
            fate = .inserted
            (opening, closing) = ("{+", "+}")
        }
        if marking == .brackets {
            safe = safe.spellingOutBrackets
        } else {
            (opening, closing) = ("", "")
        }
        let tokens = TokenizedText(safe)
        for index in 0..<tokens.count {
            let token = LineToken(tokens.text(index..<index + 1), tokens.kinds[index])
            var mayBreak = previous.map { token.mayFollowBreak(after: $0) } ?? false
            if !opening.isEmpty {
                filler.add(LineFiller.Piece(opening, fate), mayBreak: mayBreak)
                mayBreak = false
                opening = ""
            }
            add(token, fate, mayBreak: mayBreak, marking: marking)
        }
        if !closing.isEmpty { filler.add(LineFiller.Piece(closing, fate), mayBreak: false) }
    }

    private mutating func add(_ token: LineToken, _ fate: LineFiller.Fate, mayBreak: Bool, marking: Marking) {
        guard token.isWhite else {
            filler.add(LineFiller.Piece(token.text, fate), mayBreak: mayBreak)
            previous = token
            return
        }
        var blanks = ""
        func addBlanks() {
            guard !blanks.isEmpty else { return }
            // Blanks that went or came are part of what is to be seen, and never dropped.
            if fate == .kept && token.mayBreakWithin {
                filler.addSpace(LineFiller.Piece(blanks))
            } else {
                filler.add(LineFiller.Piece(blanks, fate), mayBreak: false)
            }
            previous = token
            blanks = ""
        }
        for scalar in token.text.unicodeScalars {
            guard scalar == "\n" else {
                blanks.unicodeScalars.append(scalar)
                continue
            }
            addBlanks()
            // A line break that went or came would leave nothing to colour.
            if fate != .kept && marking == .colour { filler.add(LineFiller.Piece("¶", fate), mayBreak: false) }
            filler.endLine()
            previous = nil
        }
        addBlanks()
    }
}

extension LineFiller.Piece {
    /// The piece in its colour, and back to none at its end, so that no line leaks into the next.
    fileprivate var coloured: String {
        switch fate {
        case .kept: text
        case .deleted: "\u{1B}[31;9m" + text + "\u{1B}[0m"
        case .inserted: "\u{1B}[32;4m" + text + "\u{1B}[0m"
        }
    }
}

extension String {
    /// The text with the first half of each marker spelt out, so that only the redline itself can write markers.
    fileprivate var spellingOutBrackets: String {
        var text = ""
        text.reserveCapacity(utf8.count)
        var scalars = unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            let pair: [Unicode.Scalar] = scalars.first.map { [scalar, $0] } ?? []
            if pair == ["[", "-"] || pair == ["-", "]"] || pair == ["{", "+"] || pair == ["+", "}"] {
                text += scalar.spelling
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// A token as the one who breaks lines sees it.
private struct LineToken {
    let text: String
    private let kind: TokenizedText.Kind
    /// What the token is, without the marks on it.
    private let base: Unicode.Scalar

    init(_ text: String, _ kind: TokenizedText.Kind) {
        self.text = text
        self.kind = kind
        base = text.unicodeScalars.first ?? " "
    }

    var isWhite: Bool { kind == .space || kind == .lineBreak }

    /// Whether it is white space of which some is not there to forbid the break.
    var mayBreakWithin: Bool {
        isWhite && !text.unicodeScalars.allSatisfy { [0xA0, 0x2007, 0x202F].contains($0.value) }
    }

    func mayFollowBreak(after previous: LineToken) -> Bool {
        if previous.isWhite { return previous.mayBreakWithin }
        if isWhite { return false }
        if ScalarSet.neverFirst.contains(base.value) || ScalarSet.neverLast.contains(previous.base.value) {
            return false
        }
        return isIdeographic || previous.isIdeographic
    }

    private var isIdeographic: Bool {
        kind == .character || kind == .punctuation && ScalarSet.wide.contains(base.value)
    }
}

extension ScalarSet {
    /// Closing marks, and the small kana and iteration marks that Japanese does not begin a line with.
    fileprivate static let neverFirst = ScalarSet([
        0x21, 0x22, 0x25, 0x25, 0x27, 0x27, 0x29, 0x29, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F, 0x3F, 0x5D, 0x5D, 0x7D, 0x7D,
        0xBB, 0xBB, 0xE2F, 0xE2F, 0xE46, 0xE46, 0xEAF, 0xEAF, 0xEC6, 0xEC6, 0x104A, 0x104B, 0x17D4, 0x17D7,
        0x2019, 0x2019, 0x201D, 0x201D, 0x2026, 0x2026, 0x203A, 0x203A, 0x3001, 0x3002, 0x3005, 0x3005, 0x3009, 0x3009,
        0x300B, 0x300B, 0x300D, 0x300D, 0x300F, 0x300F, 0x3011, 0x3011, 0x3015, 0x3015, 0x3017, 0x3017, 0x3019, 0x3019,
        0x301B, 0x301B, 0x301E, 0x301F, 0x303B, 0x303B, 0x3041, 0x3041, 0x3043, 0x3043, 0x3045, 0x3045, 0x3047, 0x3047,
        0x3049, 0x3049, 0x3063, 0x3063, 0x3083, 0x3083, 0x3085, 0x3085, 0x3087, 0x3087, 0x308E, 0x308E, 0x309D, 0x309E,
        0x30A1, 0x30A1, 0x30A3, 0x30A3, 0x30A5, 0x30A5, 0x30A7, 0x30A7, 0x30A9, 0x30A9, 0x30C3, 0x30C3, 0x30E3, 0x30E3,
        0x30E5, 0x30E5, 0x30E7, 0x30E7, 0x30EE, 0x30EE, 0x30F5, 0x30F6, 0x30FB, 0x30FE, 0xFF01, 0xFF01, 0xFF05, 0xFF05,
        0xFF09, 0xFF09, 0xFF0C, 0xFF0C, 0xFF0E, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF1F, 0xFF3D, 0xFF3D, 0xFF5D, 0xFF5D,
        0xFF60, 0xFF61, 0xFF63, 0xFF65, 0xFF67, 0xFF70,
    ])

    /// Opening marks, and the vowels that Thai and Lao write before their consonant.
    fileprivate static let neverLast = ScalarSet([
        0x28, 0x28, 0x5B, 0x5B, 0x7B, 0x7B, 0xAB, 0xAB, 0xE40, 0xE44, 0xEC0, 0xEC4, 0x2018, 0x2018, 0x201C, 0x201C,
        0x2039, 0x2039, 0x3008, 0x3008, 0x300A, 0x300A, 0x300C, 0x300C, 0x300E, 0x300E, 0x3010, 0x3010, 0x3014, 0x3014,
        0x3016, 0x3016, 0x3018, 0x3018, 0x301A, 0x301A, 0x301D, 0x301D, 0xFF08, 0xFF08, 0xFF3B, 0xFF3B, 0xFF5B, 0xFF5B,
        0xFF5F, 0xFF5F, 0xFF62, 0xFF62,
    ])
}
