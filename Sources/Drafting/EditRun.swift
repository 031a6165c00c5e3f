/// Edits of one kind that follow one another as typing does, as one value of sixteen bytes.
///
/// A run of `count` insertions puts scalars at `position`, `position + 1` and so on; deletions take `count` scalars at
/// `position` (the delete key, a cut selection), or at `position`, `position - 1` and so on (backspace). Each is judged
/// by itself: where it names no place of the text as it then is, it does nothing.
struct EditRun: Hashable, Sendable {
    enum Kind: UInt32, Sendable {
        case insertion, deletion, backspacing
    }

    /// Where the log's text stood when the run began, in bytes: an insertion's own begins there.
    var contentStart: Int
    /// The position in the lower thirty bits, of which no position has more, and the kind in the upper two.
    private var packed: UInt32
    /// In scalars, at least 1.
    private(set) var count: UInt32

    init(_ kind: Kind, position: Int, count: Int, contentStart: Int) {
        self.contentStart = contentStart
        packed = kind.rawValue << 30 | UInt32(position)
        self.count = UInt32(count)
    }

    /// In scalars; 0 is the start of the text.
    var position: Int { Int(packed & 0x3FFF_FFFF) }
    var kind: Kind { Kind(rawValue: packed >> 30)! }
    var isInsertion: Bool { packed >> 30 == 0 }

    /// The scalars that a run of deletions takes out of a text of `scalarCount`.
    func deletedRange(of scalarCount: Int) -> Range<Int> {
        let start = kind == .deletion ? position : position - Int(count) + 1
        let end = kind == .deletion ? position + Int(count) : position + 1
        return min(start, scalarCount)..<min(end, scalarCount)
    }

    /// Lengthens this run by an edit that continues it, if it does.
    @inline(__always)
    mutating func takes(insertionOf added: Int, at place: Int) -> Bool {
        guard isInsertion, position + Int(count) == place else { return false }
        count += UInt32(truncatingIfNeeded: added)
        return true
    }

    /// Lengthens this run by deletions from `place` on that continue it, if they do.
    mutating func takes(deletionOf removed: Int, at place: Int) -> Bool {
        if kind == .deletion, position == place {
            count += UInt32(removed)
            return true
        }
        // A single deletion reads both ways; the one after it tells which.
        guard !isInsertion, kind == .backspacing || count == 1, removed == 1, position - Int(count) == place else {
            return false
        }
        packed = Kind.backspacing.rawValue << 30 | UInt32(position)
        count += 1
        return true
    }
}

/// Edits in the order in which they were made, run-length coded, with the text they inserted.
struct EditLog: Sendable {
    var runs: [EditRun] = []
    /// UTF-8 of all insertions, one after the other.
    var content: [UInt8] = []

    var isEmpty: Bool { runs.isEmpty }

    /// Adds the insertion of `utf8`, which is `count` whole scalars, at least one.
    @inline(__always)
    mutating func insert(_ utf8: UnsafeBufferPointer<UInt8>, scalarCount count: Int, at position: Int) {
        let last = runs.count - 1
        if last < 0 || !runs[last].takes(insertionOf: count, at: position) {
            runs.append(EditRun(.insertion, position: position, count: count, contentStart: content.count))
        }
        if utf8.count == 1 { content.append(utf8[0]) } else { content.append(contentsOf: utf8) }
    }

    /// Adds the deletion of `count` scalars, at least one, from `position` on.
    @inline(__always)
    mutating func delete(_ count: Int, at position: Int) {
        let last = runs.count - 1
        if last < 0 || !runs[last].takes(deletionOf: count, at: position) {
            runs.append(EditRun(.deletion, position: position, count: count, contentStart: content.count))
        }
    }

    /// Adds all of another log, and answers the runs it became.
    mutating func append(_ other: EditLog) -> Range<Int> {
        if runs.isEmpty, content.isEmpty {
            self = other
            return runs.indices
        }
        return append(other, runs: other.runs.indices)
    }

    /// Adds some runs of another log with their text, and answers the runs they became.
    mutating func append(_ other: EditLog, runs added: Range<Int>) -> Range<Int> {
        let start = runs.count
        guard !added.isEmpty else { return start..<start }
        let range =
            other.runs[added.lowerBound].contentStart..<other.contentRange(ofRun: added.upperBound - 1).upperBound
        let shift = content.count - range.lowerBound
        for run in other.runs[added] {
            runs.append(run)
            runs[runs.count - 1].contentStart += shift
        }
        content.append(contentsOf: other.content[range])
        return start..<runs.count
    }

    /// Where the text of the run at `index` lies in ``content``.
    @inline(__always)
    func contentRange(ofRun index: Int) -> Range<Int> {
        runs[index].contentStart..<(index + 1 < runs.count ? runs[index + 1].contentStart : content.count)
    }
}
