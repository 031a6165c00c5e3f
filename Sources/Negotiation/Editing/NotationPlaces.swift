/// A bracketed text with the place of everything in its notation, in Unicode scalars from 0.
struct PlacedText {
    enum Piece {
        case words(Range<Int>)
        case bracket([PlacedAlternative])
    }

    let pieces: [Piece]

    init(_ text: BracketedText) {
        var position = 0
        self.init(text, &position)
    }

    fileprivate init(_ text: BracketedText, _ position: inout Int) {
        var pieces: [Piece] = []
        for piece in text.pieces {
            switch piece {
            case .words(let words):
                let end = position + words.unicodeScalars.count
                pieces.append(.words(position..<end))
                position = end
            case .bracket(let bracket):
                var alternatives: [PlacedAlternative] = []
                for (index, alternative) in bracket.alternatives.enumerated() {
                    if index > 0 { position += bracket.separators[index - 1].unicodeScalars.count }
                    alternatives.append(PlacedAlternative(alternative, &position))
                }
                pieces.append(.bracket(alternatives))
            }
        }
        self.pieces = pieces
    }

    /// All places at which parties are named.
    var attributions: [Range<Int>] {
        pieces.flatMap { (piece) -> [Range<Int>] in
            guard case .bracket(let wordings) = piece else { return [] }
            return wordings.flatMap { $0.text.attributions + [$0.attribution] }
        }
    }
}

/// One wording of a bracket, and where its signs stand.
struct PlacedAlternative {
    let open: Int
    let text: PlacedText
    let parties: [String]
    let close: Int
    /// Where the parties are named.
    var attribution: Range<Int> {
        let count = parties.isEmpty ? 0 : Self.attribution(of: parties).unicodeScalars.count
        return close - count..<close
    }

    fileprivate init(_ alternative: Bracket.Alternative, _ position: inout Int) {
        open = position
        position += 1
        text = PlacedText(alternative.text, &position)
        parties = alternative.parties
        if !parties.isEmpty { position += Self.attribution(of: parties).unicodeScalars.count }
        close = position
        position += 1
    }

    /// As the notation writes it.
    static func attribution(of parties: [String]) -> String { " **(\(parties.joined(separator: ", ")))**" }
}
