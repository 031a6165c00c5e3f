/// Where every scalar ever inserted went: into the text, in its order, or out of it.
struct Provenance: Sendable {
    /// In the order of the text.
    private(set) var pieces: [Piece] = []
    /// Which entries deleted each.
    private let deleters: Deleters

    /// After the first `entryCount` entries.
    init(of entryCount: Int, _ graph: EventGraph, _ log: EditLog) {
        var walk = Walk(after: EventGraph.root, scalarCount: 0, firstRun: 0)
        walk.goOn(to: entryCount, graph, log)
        self.init(walk)
    }

    /// After all that a walk from the root has walked.
    init(_ walk: Walk) {
        deleters = walk.deleters
        walk.pieces.forEach { pieces.append($0) }
    }

    /// The entries that deleted a piece, the one first walked last.
    func deletions(of piece: Piece) -> [EventGraph.Entry] { deleters.entries(of: piece.deletion) }

    /// Whether a piece was in the text as of some entries: `isPast` says which.
    func isThere(_ piece: Piece, insertedBy entry: EventGraph.Entry, asOf isPast: [Bool]) -> Bool {
        isPast[entry] && !deleters.contains(piece.deletion) { isPast[$0] }
    }

    /// What was deleted, run after run, as UTF-8.
    func deletedText(_ log: EditLog) -> [UInt8] {
        var deleted: [UInt8] = []
        var cursor = ContentCursor(log)
        for piece in pieces.filter(\.isGone).sorted(by: Self.isEarlier) {
            deleted.append(contentsOf: log.content[cursor.range(of: piece)])
        }
        return deleted
    }

    /// By run, and within one in its order.
    static func isEarlier(_ one: Piece, _ other: Piece) -> Bool {
        one.run != other.run ? one.run < other.run : one.offset < other.offset
    }

    /// The bytes of `count` scalars from `start` on, or up to the end if there are fewer.
    static func byteCount(of count: Int, _ utf8: UnsafeBufferPointer<UInt8>, _ start: Int, _ isASCII: Bool) -> Int {
        if isASCII { return min(count, utf8.count - start) }
        var end = start
        for _ in 0..<count where end < utf8.count { end += TextRope.width(of: utf8[end]) }
        return min(end, utf8.count) - start
    }
}

extension Walk {
    /// Walks all of the first `entryCount` entries that it has not walked, none of which changes a text.
    mutating func goOn(to entryCount: Int, _ graph: EventGraph, _ log: EditLog) {
        var nothing = TextRope()
        while last + 1 < entryCount { walk(graph, log, text: &nothing, isApplied: true) }
    }
}

/// Finds the bytes of pieces, asked for by run and within a run in their order. All of them together take one look at
/// the text.
struct ContentCursor {
    private let log: EditLog
    private var run = -1
    private var isASCII = false
    /// In the run, in scalars; and in the text, in bytes.
    private var offset = 0
    private var byte = 0

    init(_ log: EditLog) { self.log = log }

    mutating func range(of piece: Piece) -> Range<Int> {
        if Int(piece.run) != run { begin(Int(piece.run)) }
        pass(Int(piece.offset) - offset)
        let start = byte
        pass(Int(piece.count))
        return start..<byte
    }

    private mutating func begin(_ run: Int) {
        let range = log.contentRange(ofRun: run)
        self.run = run
        isASCII = range.count == Int(log.runs[run].count)
        offset = 0
        byte = range.lowerBound
    }

    private mutating func pass(_ count: Int) {
        offset += count
        byte += log.content.withUnsafeBufferPointer { Provenance.byteCount(of: count, $0, byte, isASCII) }
    }
}
