/// What a bracketed text comes down to, once it is known what stays in which bracket.
extension BracketedText {
    /// What stays of a bracket.
    public enum Outcome: Hashable, Sendable {
        /// Nobody has settled it: it is left.
        case open
        /// The alternative of this index; without one, the last. One without words is as nothing.
        case stays(Int)
        /// Nothing; and the space that would be one too many goes too.
        case nothing
    }

    /// The text with its brackets settled.
    ///
    /// `outcome` is asked of every bracket, with its number: from 0, as their first `[` comes in the text.
    public func settled(_ outcome: (_ number: Int, Bracket) -> Outcome) -> BracketedText {
        var number = 0
        return settled(countingFrom: &number, outcome)
    }

    fileprivate func settled(countingFrom number: inout Int, _ outcome: (Int, Bracket) -> Outcome) -> BracketedText {
        var result = BracketedText()
        var isSomethingGone = false
        for piece in pieces {
            switch piece {
            case .words(let words):
                if isSomethingGone { result.append(closingTheGapWith: words) } else { result.append(words) }
                isSomethingGone = false
            case .bracket(let bracket):
                let decided = outcome(number, bracket)
                number += 1
                let settled = bracket.settled(countingFrom: &number, outcome)
                switch decided {
                case .open: result.pieces.append(.bracket(settled))
                case .stays(let index):
                    let stays = settled.alternatives[min(max(index, 0), settled.alternatives.count - 1)].text
                    if stays.pieces.isEmpty { isSomethingGone = true } else { result.append(stays) }
                case .nothing: isSomethingGone = true
                }
            }
        }
        if isSomethingGone { result.dropLastSpace() }
        return result
    }

    mutating func append(_ other: BracketedText) {
        for piece in other.pieces {
            if case .words(let words) = piece { append(words) } else { pieces.append(piece) }
        }
    }

    /// Adds words behind a place that has become empty, so that one space, and none before a stop, is left of two.
    private mutating func append(closingTheGapWith words: String) {
        let next = words.utf8.first
        if next == UInt8(ascii: " "), pieces.isEmpty || endsWithSpace {
            append(String(words.unicodeScalars.dropFirst()))
        } else {
            if let next, ".,;:)".utf8.contains(next) { dropLastSpace() }
            append(words)
        }
    }

    private var endsWithSpace: Bool {
        guard case .words(let words)? = pieces.last else { return false }
        return words.utf8.last == UInt8(ascii: " ")
    }

    private mutating func dropLastSpace() {
        guard endsWithSpace, case .words(let words)? = pieces.popLast() else { return }
        append(String(words.unicodeScalars.dropLast()))
    }
}

extension Bracket {
    fileprivate func settled(
        countingFrom number: inout Int, _ outcome: (Int, Bracket) -> BracketedText.Outcome
    ) -> Bracket {
        var result = self
        for index in result.alternatives.indices {
            result.alternatives[index].text = result.alternatives[index].text.settled(
                countingFrom: &number, outcome)
        }
        return result
    }
}
