public import Cryptography

/// A scalar by a name that stays when the text around it changes, and when the scalar is deleted.
///
/// Source: `Docs/Specification/drafting.md`, section 6.4.
public struct ScalarName: Hashable, Sendable {
    /// The entry that inserted it; nil for edits that are no entry as yet.
    public let entry: Digest?
    /// Its number among all scalars that the entry inserts, from 0, those counted too whose insertion does nothing.
    public let number: Int

    public init(entry: Digest?, number: Int) {
        self.entry = entry
        self.number = number
    }
}

/// Where a scalar is, or was before it was deleted.
public struct ScalarPosition: Hashable, Sendable {
    /// How many scalars of the text stand before it.
    public let position: Int
    public let isDeleted: Bool
}

/// Tells the names of a text's scalars, and where the scalar of a name is, in time logarithmic in the pieces of the text.
///
/// Of one moment: it knows nothing of what is edited or merged later.
public struct ScalarIndex: Sendable {
    private let graph: EventGraph
    /// Those of the text, deleted ones too, in its order; and how many scalars of the text stand before each.
    let provenance: Provenance
    let starts: [Int]
    /// The pieces by run, and within a run in their order.
    let byItem: [Int]
    /// By run: how many scalars all runs before it insert.
    private let insertedBefore: [Int]
    private let scalarCount: Int
    /// What stands for the edits that are no entry as yet.
    private let open: Digest?

    init(_ provenance: Provenance, _ graph: EventGraph, _ log: EditLog, open: Digest? = nil) {
        self.provenance = provenance
        self.graph = graph
        self.open = open
        var total = 0
        starts = provenance.pieces.map { piece in
            defer { total += piece.remainingCount }
            return total
        }
        scalarCount = total
        let pieces = provenance.pieces
        byItem = pieces.indices.sorted { Provenance.isEarlier(pieces[$0], pieces[$1]) }
        var inserted = 0
        insertedBefore = log.runs.map { run in
            defer { inserted += run.isInsertion ? Int(run.count) : 0 }
            return inserted
        }
    }

    var pieces: [Piece] { provenance.pieces }

    func entry(of piece: Piece) -> EventGraph.Entry { graph.entry(ofRun: Int(piece.run)) }

    /// The name of the scalar at `position`, from 0 and below the text's count.
    public func name(at position: Int) -> ScalarName {
        precondition(position >= 0 && position < scalarCount, "a name past the end of the text")
        // What is deleted stands before the scalar that begins where it did.
        let place = starts.firstPlace { $0 > position } - 1
        let piece = pieces[place]
        let entry = entry(of: piece)
        let first = insertedBefore[graph.runs(of: entry).lowerBound]
        let number = insertedBefore[Int(piece.run)] - first + Int(piece.offset) + position - starts[place]
        let id = graph.stamps[entry].id
        return ScalarName(entry: id == open ? nil : id, number: number)
    }

    /// Where the scalar of a name is; nil if there is none: its entry is not here, inserts fewer, or inserted it past the
    /// end of what its writer saw.
    public func position(of name: ScalarName) -> ScalarPosition? {
        guard (0..<DraftingLimits.editsPerEntry).contains(name.number) else { return nil }
        guard let id = name.entry ?? open, let entry = graph.numbers[id] else { return nil }
        let runs = graph.runs(of: entry)
        guard !runs.isEmpty else { return nil }
        let inserted = insertedBefore[runs.lowerBound] + name.number
        // The last run before which no more are inserted; runs of deletions after it insert none.
        let run = insertedBefore[runs].firstPlace { $0 > inserted } - 1
        return position(of: Item(run: run, offset: inserted - insertedBefore[run]))
    }

    private func position(of item: Item) -> ScalarPosition? {
        let place = byItem.firstPlace { isBehind(pieces[$0], item) } - 1
        guard place >= 0 else { return nil }
        let (piece, start) = (pieces[byItem[place]], starts[byItem[place]])
        guard Int(piece.run) == item.run, item.offset < Int(piece.offset + piece.count) else { return nil }
        let distance = piece.isGone ? 0 : item.offset - Int(piece.offset)
        return ScalarPosition(position: start + distance, isDeleted: piece.isGone)
    }

    private func isBehind(_ piece: Piece, _ item: Item) -> Bool {
        piece.item.run != item.run ? piece.item.run > item.run : piece.item.offset > item.offset
    }
}

extension DraftText {
    /// The names of all scalars as of now. Made anew, unless ``indexScalars()`` was called since the last change.
    public var scalarIndex: ScalarIndex {
        if let index = currentIndex { return index }
        var copy = self
        copy.indexScalars()
        return copy.currentIndex!
    }

    /// Makes ``scalarIndex`` and keeps it. The history is read.
    ///
    /// The next one after some entries more walks over these alone.
    public mutating func indexScalars() {
        precondition(isHistoryRead, "the history is read before it is used")
        guard currentIndex == nil else { return }
        if hasOpenEdits {
            // As if they were an entry: the copy is thrown away.
            let placeholder = Digest(of: [])
            var copy = self
            copy.close(as: EditStamp(sequence: .max, writer: placeholder, id: placeholder))
            index = copy.makeIndex(open: placeholder)
        } else {
            index = makeIndex(open: nil)
        }
        indexedEditCount = openEditCount
    }

    mutating func makeIndex(open: Digest?) -> ScalarIndex {
        var walk = wholeWalk ?? Walk(after: EventGraph.root, scalarCount: 0, firstRun: 0)
        wholeWalk = nil
        walk.goOn(to: graph.count, graph, log)
        wholeWalk = walk
        return ScalarIndex(Provenance(walk), graph, log, open: open)
    }

    var currentIndex: ScalarIndex? { indexedEditCount == openEditCount ? index : nil }
}
