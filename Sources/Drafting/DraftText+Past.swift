public import Cryptography

/// Scalars next to each other, which one entry inserted and the same entries deleted.
public struct TextSpan: Hashable, Sendable {
    public let text: String
    /// Who inserted it.
    public let insertion: EditStamp
    /// Who deleted it, by stamp; none if it is in the text.
    public let deletions: [EditStamp]
}

/// Scalars next to each other, of which the same became between two versions.
public struct VersionSpan: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case same, inserted, deleted
    }

    public let text: String
    public let kind: Kind
    /// Who inserted or deleted it: of several who deleted it, the first by stamp. Nil for what is the same, and for what
    /// only the old version has because nobody had inserted it in the new one, which does not follow from the old.
    public let by: EditStamp?
}

/// The text as it was, and who made it what it is. Edits that are no entry as yet are left out of this.
extension DraftText {
    /// The text as of some entries and their past; nil if one is not here.
    public mutating func string(asOf heads: [Digest]) throws(StoredTextRefusal) -> String? {
        let index = try historyIndex()
        guard let isPast = isPast(of: heads) else { return nil }
        return string(index, index.pieces.indices.filter { isThere($0, asOf: isPast, index) })
    }

    /// All that was ever in the text, in its order, with who inserted and who deleted it.
    public mutating func spans() throws(StoredTextRefusal) -> [TextSpan] {
        let index = try historyIndex()
        return spans(index) { place in
            let piece = index.pieces[place]
            let deletions = index.provenance.deletions(of: piece).map { graph.stamps[$0] }.sorted()
            return TextMarks(insertion: graph.stamps[index.entry(of: piece)], deletions: deletions)
        }.map { TextSpan(text: $0.text, insertion: $0.marks.insertion, deletions: $0.marks.deletions) }
    }

    /// What became of a text between two versions, each given by entries that with their past are all of it: in the order
    /// of the text, what is in both, what only the new one has, and what only the old one. Nil if an entry is not here.
    public mutating func changes(from old: [Digest], to new: [Digest]) throws(StoredTextRefusal) -> [VersionSpan]? {
        let index = try historyIndex()
        guard let isOld = isPast(of: old), let isNew = isPast(of: new) else { return nil }
        return spans(index) { change(at: $0, from: isOld, to: isNew, index) }
            .map { VersionSpan(text: $0.text, kind: $0.marks.kind, by: $0.marks.by) }
    }

    // MARK: Pieces to spans

    private struct TextMarks: Equatable {
        let insertion: EditStamp
        let deletions: [EditStamp]
    }

    private struct ChangeMarks: Equatable {
        let kind: VersionSpan.Kind
        let by: EditStamp?
    }

    private func change(at place: Int, from isOld: [Bool], to isNew: [Bool], _ index: ScalarIndex) -> ChangeMarks? {
        let piece = index.pieces[place]
        switch (isThere(place, asOf: isOld, index), isThere(place, asOf: isNew, index)) {
        case (false, false): return nil
        case (true, true): return ChangeMarks(kind: .same, by: nil)
        case (false, true): return ChangeMarks(kind: .inserted, by: graph.stamps[index.entry(of: piece)])
        case (true, false):
            let deletions = index.provenance.deletions(of: piece).filter { isNew[$0] }
            return ChangeMarks(kind: .deleted, by: deletions.map { graph.stamps[$0] }.min())
        }
    }

    /// The pieces of which `marks` says something, joined where it says the same.
    private func spans<Marks: Equatable>(
        _ index: ScalarIndex, _ marks: (Int) -> Marks?
    ) -> [(text: String, marks: Marks)] {
        var groups: [(places: [Int], marks: Marks)] = []
        for place in index.pieces.indices {
            guard let marks = marks(place) else { continue }
            if groups.last?.marks == marks {
                groups[groups.count - 1].places.append(place)
            } else {
                groups.append(([place], marks))
            }
        }
        let ranges = contentRanges(index)
        return groups.map { group in
            (String(decoding: group.places.flatMap { log.content[ranges[$0]] }, as: UTF8.self), group.marks)
        }
    }

    private func string(_ index: ScalarIndex, _ places: [Int]) -> String {
        let ranges = contentRanges(index)
        var utf8: [UInt8] = []
        for place in places { utf8.append(contentsOf: log.content[ranges[place]]) }
        return String(decoding: utf8, as: UTF8.self)
    }

    /// By piece: where its text is in the log.
    func contentRanges(_ index: ScalarIndex) -> [Range<Int>] {
        var ranges = Array(repeating: 0..<0, count: index.pieces.count)
        var cursor = ContentCursor(log)
        for place in index.byItem { ranges[place] = cursor.range(of: index.pieces[place]) }
        return ranges
    }

    private func isThere(_ place: Int, asOf isPast: [Bool], _ index: ScalarIndex) -> Bool {
        let piece = index.pieces[place]
        return index.provenance.isThere(piece, insertedBy: index.entry(of: piece), asOf: isPast)
    }

    /// By entry, whether it is among these or in their past; nil if one is not here.
    private func isPast(of heads: [Digest]) -> [Bool]? {
        let numbers = heads.compactMap { graph.numbers[$0] }
        return numbers.count == heads.count ? graph.isPast(of: numbers) : nil
    }

    /// The content of all runs, and the names of what entries inserted.
    fileprivate mutating func historyIndex() throws(StoredTextRefusal) -> ScalarIndex {
        try readContent()
        if hasOpenEdits { return makeIndex(open: nil) }
        indexScalars()
        return scalarIndex
    }
}

extension DraftText {
    /// Takes back what an entry did, as far as it still has an effect, by edits that are open afterwards: deletes what it
    /// inserted and nobody deleted, and inserts again what nobody else deleted, where it stood. False if there is nothing
    /// to take back, or no such entry. There are no open edits.
    ///
    /// These are edits like others: what is inserted again are new scalars, and who takes back the same entry twice
    /// inserts them twice.
    public mutating func undo(_ id: Digest) throws(StoredTextRefusal) -> Bool {
        precondition(!hasOpenEdits, "open edits become an entry before another is taken back")
        let index = try historyIndex()
        guard let entry = graph.numbers[id] else { return false }
        let ranges = contentRanges(index)
        var steps: [UndoStep] = []
        for (place, piece) in index.pieces.enumerated() {
            let isOwn = index.entry(of: piece) == entry
            if isOwn, !piece.isGone {
                steps.append(.delete(Int(piece.count), at: index.starts[place]))
            } else if !isOwn, piece.isGone, index.provenance.deletions(of: piece) == [entry] {
                let text = String(decoding: log.content[ranges[place]], as: UTF8.self)
                steps.append(.insert(text, at: index.starts[place]))
            }
        }
        // From the end on, for then no step moves what the next one speaks of.
        for step in UndoStep.joined(steps).reversed() { perform(step) }
        return !steps.isEmpty
    }

    private mutating func perform(_ step: UndoStep) {
        switch step {
        case .insert(let text, let position): insert(text, at: position)
        case .delete(let count, let position): delete(position..<position + count)
        }
    }
}

private enum UndoStep {
    case insert(String, at: Int)
    case delete(Int, at: Int)

    /// What follows one another as one step, so that it becomes one run.
    static func joined(_ steps: [UndoStep]) -> [UndoStep] {
        var joined: [UndoStep] = []
        for step in steps {
            switch (joined.last, step) {
            case (.insert(let text, let position)?, .insert(let more, let next)) where next == position:
                joined[joined.count - 1] = .insert(text + more, at: position)
            case (.delete(let count, let position)?, .delete(let more, let next)) where next == position + count:
                joined[joined.count - 1] = .delete(count + more, at: position)
            default: joined.append(step)
            }
        }
        return joined
    }
}
