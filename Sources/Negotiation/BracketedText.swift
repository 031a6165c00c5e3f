/// A text with square brackets round what is not agreed, as negotiators write it.
///
/// `shall submit accounts [for the financial period **(US, ROK)**] [for every calendar year **(DPRK)**].`
///
/// Brackets that stand side by side are alternatives to each other: one of them will stay. A bracket that stands alone
/// holds words that will stay or go. Brackets nest. There is no way to write a bracket that is not one: words between
/// brackets are never agreed.
public struct BracketedText: Hashable, Sendable {
    public enum Piece: Hashable, Sendable {
        /// Words that stand outside of all brackets, or outside of all within the alternative that they are part of.
        case words(String)
        case bracket(Bracket)
    }

    public var pieces: [Piece]

    public init(pieces: [Piece] = []) {
        self.pieces = pieces
    }

    /// How many brackets are left, nested ones counted: alternatives side by side are one bracket. Clean text has none.
    public var bracketCount: Int {
        brackets.reduce(0) { $0 + 1 + $1.alternatives.reduce(0) { $0 + $1.text.bracketCount } }
    }

    public var isClean: Bool { brackets.isEmpty }

    /// The outermost brackets, in the order of the text.
    public var brackets: [Bracket] {
        pieces.compactMap { if case .bracket(let bracket) = $0 { bracket } else { nil } }
    }

    /// Adds words; they join the words before them.
    public mutating func append(_ words: String) {
        guard !words.isEmpty else { return }
        if case .words(let before)? = pieces.last {
            pieces[pieces.count - 1] = .words(before + words)
        } else {
            pieces.append(.words(words))
        }
    }
}

/// A place where the parties are not of one mind: what they would have there.
public struct Bracket: Hashable, Sendable {
    /// At least one. One alone is words that stay or go.
    public var alternatives: [Alternative]
    /// What stands between the alternatives, one fewer than they are: nothing (`[4][2].`), or a space.
    public var separators: [String]
    /// By which whoever made it knows it again; the notation has none.
    public var mark: Int?

    public init(_ alternatives: [Alternative], separators: [String]? = nil, mark: Int? = nil) {
        precondition(!alternatives.isEmpty, "a bracket has an alternative")
        self.alternatives = alternatives
        self.separators = separators ?? Array(repeating: " ", count: alternatives.count - 1)
        self.mark = mark
        precondition(self.separators.count == alternatives.count - 1, "what stands between stands between two")
    }

    /// Whether its words stay or go, with nothing to stand in their place.
    public var isLone: Bool { alternatives.count == 1 }
}

extension Bracket {
    /// One of the wordings in a bracket, and who would have it. It may be empty, and may have brackets of its own.
    public struct Alternative: Hashable, Sendable {
        public var text: BracketedText
        /// Whose wording it is, as they are to be named; nobody may be.
        public var parties: [String]

        public init(_ text: BracketedText, parties: [String] = []) {
            self.text = text
            self.parties = parties
        }
    }
}
