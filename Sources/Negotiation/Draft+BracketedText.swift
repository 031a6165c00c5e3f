public import Drafting

/// Writing a text with brackets into a draft: the words, and each bracket as an operation.
extension Draft {
    /// Adds words at the end of a text, with their brackets; who holds to what is left for each party to say itself.
    ///
    /// What is shown of it then is the same text, if the names are not there and brackets of numbers stand side by side
    /// (``RollingText``). Answers false, with a part of it written, if there is no such text or no room.
    @discardableResult
    public mutating func append(_ bracketed: BracketedText, to text: TextName) -> Bool {
        for piece in bracketed.pieces {
            switch piece {
            case .words(let words):
                guard hasRoom, let end = scalarCount(of: text), insert(words, in: text, at: end) else { return false }
            case .bracket(let bracket):
                guard append(bracket, to: text) else { return false }
            }
        }
        return true
    }

    /// The first alternative is what stands there; the others are added.
    private mutating func append(_ bracket: Bracket, to text: TextName) -> Bool {
        guard let start = scalarCount(of: text), append(bracket.alternatives[0].text, to: text),
            let end = scalarCount(of: text), let anchors = anchors(around: start..<end, in: text), hasRoom,
            let name = perform(.bracket(text, start: anchors.start, end: anchors.end))
        else { return false }
        for alternative in bracket.alternatives.dropFirst() {
            guard hasRoom, let added = perform(.alternative(bracket: name)),
                append(alternative.text, to: .alternative(added))
            else { return false }
        }
        return true
    }
}
