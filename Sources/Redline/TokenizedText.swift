/// A text cut into the pieces a reader takes in at a glance: words, marks, and the white between them.
///
/// - A *word* is a run of letters, digits and their marks. A hyphen or apostrophe between two letters belongs to the
///   word ("cease-fire", "l’accord"), and so does a point or comma between two digits: figures change as a whole.
/// - A *character* of a script that does not space its words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) stands
///   alone, with the marks on it. Korean spaces its words, so Hangul makes words.
/// - A *punctuation* mark or symbol stands alone, with the marks on it.
/// - A *space* is a run of white space within a line.
/// - A *line break* stands alone; a carriage return and the line feed after it are one.
///
/// The pieces, joined, are the text byte for byte. What a scalar is, is decided by ``ScalarClass`` alone.
struct TokenizedText {
    enum Kind: UInt8, Sendable {
        case word, character, punctuation, space, lineBreak

        /// Whether a reader counts it as a word.
        var isWord: Bool { self == .word || self == .character }
    }

    /// The text as UTF-8.
    let bytes: [UInt8]

    private(set) var kinds: [Kind] = []
    /// For each token, the offset in `bytes` just after it.
    private var ends: [Int] = []

    init(_ text: String) {
        bytes = Array(text.utf8)
        var open: Kind?
        // The last scalar that was not a mark: marks take on the nature of what they sit on.
        var previous = ScalarClass.mark
        var latest: Unicode.Scalar?
        var end = 0
        var scalars = text.unicodeScalars.makeIterator()
        var upcoming = scalars.next()
        while let scalar = upcoming {
            upcoming = scalars.next()
            let scalarClass = ScalarClass(scalar)
            let joins: Bool
            let kind: Kind
            switch scalarClass {
            case .letter, .digit:
                kind = .word
                joins = open == .word
            case .mark:
                kind = .word
                joins = open != nil && open != .space && open != .lineBreak
            case .unspaced, .stacker:
                kind = .character
                joins = open == .character && (scalarClass == .stacker || previous == .stacker)
            case .wordJoiner:
                let follows = upcoming.map(ScalarClass.init)
                joins = open == .word && previous.isLetterOrDigit && follows?.isLetterOrDigit == true
                kind = .punctuation
            case .figureJoiner:
                joins = open == .word && previous == .digit && upcoming.map(ScalarClass.init) == .digit
                kind = .punctuation
            case .punctuation:
                kind = .punctuation
                joins = false
            case .space:
                kind = .space
                joins = open == .space
            case .lineBreak:
                kind = .lineBreak
                joins = scalar == "\n" && latest == "\r"
            }
            if !joins {
                if let open { close(open, at: end) }
                open = kind
            }
            if scalarClass != .mark || !joins { previous = scalarClass }
            latest = scalar
            end += UTF8.width(scalar)
        }
        if let open { close(open, at: end) }
    }

    private mutating func close(_ kind: Kind, at end: Int) {
        kinds.append(kind)
        ends.append(end)
    }

    var count: Int { ends.count }

    /// The bytes of one token.
    subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[start(of: index)..<ends[index]]
    }

    /// The text of the tokens in `range`.
    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[start(of: range.lowerBound)..<start(of: range.upperBound)], as: UTF8.self)
    }

    private func start(of index: Int) -> Int {
        index == 0 ? 0 : ends[index - 1]
    }
}
