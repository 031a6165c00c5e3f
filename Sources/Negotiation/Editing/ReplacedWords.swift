internal import Drafting

/// Words that go, in whose place others come: between which of them these are inserted.
///
/// A note or a bracket ends where its own first and last scalars stood, deleted or not. So what is typed between two
/// scalars that go is within whatever these were within, here and in copies where somebody else has just put a bracket on
/// them; what is typed before the first or behind the last of them would be out of what begins or ends there.
struct ReplacedWords {
    /// Where the words that go begin and end. Empty where none do.
    private let range: Range<Int>
    /// Where what was typed came to stand.
    private let place: Int
    /// Whether what goes begins within a word, and so may be the end of one.
    private let isWithinWord: Bool

    /// - Parameters:
    ///   - place: where something is typed: before this scalar.
    ///   - original: the text before.
    ///   - isGone: by scalar, whether it goes.
    ///   - room: the places between which it must stay, both taken: brackets that are shown.
    init(around place: Int, _ original: [Unicode.Scalar], _ isGone: [Bool], _ room: ClosedRange<Int>) {
        var (start, end) = (place, place)
        while start > room.lowerBound, isGone[start - 1] { start -= 1 }
        while end < room.upperBound, isGone[end] { end += 1 }
        range = start..<end
        let before = start > 0 ? original[start - 1].properties : nil
        isWithinWord = before.map { $0.isAlphabetic || $0.numericType != nil } ?? false
        self.place = place
    }

    /// The place that is within most notes and brackets which have words that go; of several, one between two that go.
    func place(within marks: [Range<Int>]) -> Int {
        guard !range.isEmpty else { return place }
        let edges = isWithinWord ? [range.lowerBound, range.upperBound] : [range.upperBound, range.lowerBound]
        let places = (range.count > 1 ? [range.lowerBound + 1, range.upperBound - 1] : []) + edges
        let counts = places.map { place in
            marks.count { $0.overlaps(range) && $0.lowerBound < place && place < $0.upperBound }
        }
        return places[counts.firstIndex(of: counts.max()!)!]
    }
}

extension TextEditing {
    /// By text, the ranges of notes and brackets.
    static func marks(in draft: Draft) -> [TextName: [Range<Int>]] {
        var marks: [TextName: [Range<Int>]] = [:]
        for case .text(let text, let range?) in draft.allNotes.map(\.subject) { marks[text, default: []].append(range) }
        let bracketed = Set(
            draft.allBrackets().compactMap { bracket in
                if case .text(let text) = bracket.subject { text } else { nil }
            })
        for text in bracketed {
            marks[text, default: []] += draft.contestedSpans(of: text).flatMap(\.brackets).map(\.range)
        }
        return marks
    }
}
