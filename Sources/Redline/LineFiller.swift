/// Fills the lines of a terminal with pieces of text that cannot themselves be broken.
///
/// Pieces that hold together collect until a place where a line may break; then they go on the line together, or
/// begin the next. A stretch wider than a whole line is cut between characters. White space at a break is dropped;
/// anywhere else it is kept, so that with no bound on the columns nothing is lost.
struct LineFiller {
    /// What became of the piece in a redline; plain text is kept.
    enum Fate: Hashable, Sendable { case kept, deleted, inserted }

    struct Piece {
        var text: String
        var fate: Fate
        var width: Int

        init(_ text: String, _ fate: Fate = .kept) {
            self.text = text
            self.fate = fate
            width = displayWidth(of: text)
        }
    }

    /// Finished lines, each a list of pieces, of which no two neighbours had the same fate.
    private(set) var lines: [[Piece]] = []

    private let columns: Int
    private var line: [Piece] = []
    private var lineWidth = 0
    /// White space after the line so far, to be kept if something follows on the same line.
    private var space: Piece?
    private var held: [Piece] = []
    private var heldWidth = 0

    /// - Parameter columns: The width of a line, at least 2 so that any character fits.
    init(columns: Int) {
        precondition(columns >= 2, "a line has room for a wide character")
        self.columns = columns
    }

    /// Adds a piece; the line may break before it if `mayBreak`.
    mutating func add(_ piece: Piece, mayBreak: Bool) {
        if mayBreak { release() }
        held.append(piece)
        heldWidth += piece.width
    }

    /// Adds white space at which the line may break.
    mutating func addSpace(_ piece: Piece) {
        release()
        if let space, lineWidth + space.width <= columns { append(space) }
        space = piece
    }

    /// Ends the line.
    mutating func endLine() {
        release()
        if let space, lineWidth + space.width <= columns { append(space) }
        space = nil
        startLine()
    }

    /// Ends the last line and hands over all of them.
    mutating func finished() -> [[Piece]] {
        endLine()
        return lines
    }

    private mutating func release() {
        guard !held.isEmpty else { return }
        if lineWidth + (space?.width ?? 0) + heldWidth <= columns {
            if let space { append(space) }
            for piece in held { append(piece) }
        } else {
            if lineWidth > 0 { startLine() }
            for piece in held { appendCutting(piece) }
        }
        space = nil
        held = []
        heldWidth = 0
    }

    private mutating func startLine() {
        lines.append(line)
        line = []
        lineWidth = 0
    }

    private mutating func append(_ piece: Piece) {
        lineWidth += piece.width
        if let last = line.last, last.fate == piece.fate {
            line[line.count - 1].text += piece.text
            line[line.count - 1].width += piece.width
        } else {
            line.append(piece)
        }
    }

    private mutating func appendCutting(_ piece: Piece) {
        guard lineWidth + piece.width > columns else { return append(piece) }
        var part = ""
        var partWidth = 0
        for scalar in piece.text.unicodeScalars {
            let width = scalar.displayWidth
            if lineWidth + partWidth + width > columns {
                if !part.isEmpty { append(Piece(part, piece.fate)) }
                startLine()
                (part, partWidth) = ("", 0)
            }
            part.unicodeScalars.append(scalar)
            partWidth += width
        }
        if !part.isEmpty { append(Piece(part, piece.fate)) }
    }
}
