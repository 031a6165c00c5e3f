/// A stretch of the rolling text: words that all have, or that some would have.
public struct RollingSegment: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case agreed, alternative
    }

    public let text: String
    public let kind: Kind
    /// Whose wording it is, of an alternative; nobody may be named.
    public let parties: [String]
    /// The bracket that it stands in, by its number in the text from 0, as ``BracketedText/settled(_:)`` counts; `nil`
    /// for agreed words.
    public let bracket: Int?
    /// Which of the bracket's alternatives it is part of, from 0.
    public let alternative: Int?
    /// How many brackets it stands in; 0 for agreed words.
    public let depth: Int
}

extension BracketedText {
    /// The text in stretches, from beginning to end. An alternative that is empty is a stretch without words; one with
    /// brackets in it is in pieces round theirs.
    public var segments: [RollingSegment] {
        var list = SegmentList()
        list.add(self, in: nil)
        return list.segments
    }
}

private struct SegmentList {
    struct Place {
        let bracket: Int
        let alternative: Int
        let parties: [String]
        let depth: Int
    }

    var segments: [RollingSegment] = []
    private var bracketCount = 0

    mutating func add(_ text: BracketedText, in place: Place?) {
        if text.pieces.isEmpty, let place { add("", in: place) }
        for piece in text.pieces {
            switch piece {
            case .words(let words): add(words, in: place)
            case .bracket(let bracket): add(bracket, depth: (place?.depth ?? 0) + 1)
            }
        }
    }

    private mutating func add(_ bracket: Bracket, depth: Int) {
        let number = bracketCount
        bracketCount += 1
        for (index, alternative) in bracket.alternatives.enumerated() {
            add(
                alternative.text,
                in: Place(bracket: number, alternative: index, parties: alternative.parties, depth: depth))
        }
    }

    private mutating func add(_ words: String, in place: Place?) {
        segments.append(
            RollingSegment(
                text: words, kind: place == nil ? .agreed : .alternative, parties: place?.parties ?? [],
                bracket: place?.bracket, alternative: place?.alternative, depth: place?.depth ?? 0))
    }
}
