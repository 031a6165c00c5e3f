public import Cryptography

/// An entry that edits a text: who made it and when, what it had seen, and the edits as bytes.
public struct EditEntry: Hashable, Sendable {
    public let stamp: EditStamp
    /// Ids of entries of this text that its writer had; what those had seen need not be named.
    public let parents: [Digest]
    /// As ``DraftText/openEdits`` gives them. Bytes that are no edits are none, and the entry is kept all the same, for
    /// others may have seen it.
    public let edits: [UInt8]

    public init(stamp: EditStamp, parents: [Digest], edits: [UInt8]) {
        self.stamp = stamp
        self.parents = parents
        self.edits = edits
    }
}

/// A text that several write at once, apart, and that merges: one language of one provision.
///
/// Any set of entries that holds the parents of each has one text, whatever the order in which they came, whoever
/// forked or lied. Positions count Unicode scalars.
///
/// Editing is as fast as in a text of one's own, for that is what it is: edits change the text and are noted as runs of
/// typing. Nothing else happens until an entry comes that had not seen all the others (``Walk``).
public struct DraftText: Sendable {
    var text = TextRope()
    var graph = EventGraph()
    var log = EditLog()
    /// Edits made here since the last entry.
    private var open = EditLog()
    private(set) var openEditCount = 0
    /// Where the last walk stopped, for the next one may go on from there.
    private(set) var walk: Walk?
    var patience = Patience.usual
    /// Of a text that was opened, until all of its history is read.
    var archive: Archive?
    /// The names of all scalars, when there were so many open edits; made when asked for (``scalarIndex``).
    var index: ScalarIndex?
    var indexedEditCount = 0
    /// The walk over everything that the index was made of.
    var wholeWalk: Walk?

    public init() {}

    public var scalarCount: Int { text.scalarCount }
    public var utf8: [UInt8] { text.utf8 }
    public var string: String { text.string }

    // MARK: Editing

    /// Inserts `string` before the scalar at `position`, from 0 to ``scalarCount``.
    @inline(__always)
    public mutating func insert(_ string: String, at position: Int) {
        precondition(position >= 0 && position <= scalarCount, "an insertion past the end of the text")
        var string = string
        string.withUTF8 { insert($0, at: position) }
    }

    private mutating func insert(_ utf8: UnsafeBufferPointer<UInt8>, at position: Int) {
        let count = TextRope.scalarCount(of: utf8)
        guard count > 0 else { return }
        countEdits(count)
        open.insert(utf8, scalarCount: count, at: position)
        text.insert(utf8, scalarCount: count, at: position)
    }

    /// Deletes the scalars of a range of the text.
    public mutating func delete(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= scalarCount, "a deletion past the end of the text")
        guard !range.isEmpty else { return }
        countEdits(range.count)
        open.delete(range.count, at: range.lowerBound)
        text.remove(range.count, at: range.lowerBound)
    }

    private mutating func countEdits(_ count: Int) {
        openEditCount += count
        precondition(openEditCount <= DraftingLimits.editsPerEntry, "more edits than an entry can hold")
    }

    // MARK: Entries

    /// Whether anything was edited since the last entry.
    public var hasOpenEdits: Bool { !open.isEmpty }
    /// The edits since the last entry, as an entry has them.
    public var openEdits: [UInt8] { open.encoded }
    /// The entries that no other has seen: the parents of the next one made here, ascending.
    public var heads: [Digest] { graph.frontier.map { graph.stamps[$0].id }.sorted() }
    public var entryCount: Int { graph.count }
    public func contains(_ id: Digest) -> Bool { graph.numbers[id] != nil }

    /// Makes the edits since the last entry an entry, whose parents are the ``heads``.
    ///
    /// `stamp` is that of an entry that holds ``openEdits`` and was not added before.
    public mutating func close(as stamp: EditStamp) {
        precondition(isHistoryRead, "the history is read before entries come or go")
        precondition(!contains(stamp.id), "an entry is closed once")
        index = nil
        let runs = log.append(open)
        _ = graph.add(stamp, parents: graph.frontier, runEnd: runs.upperBound)
        graph.settle(scalarCount: text.scalarCount)
        open = EditLog()
        openEditCount = 0
    }

    /// Takes in entries, in any order, known ones too. There are no open edits.
    ///
    /// Returns those whose parents are missing, in their order: they wait with the caller.
    public mutating func merge(_ entries: [EditEntry]) -> [EditEntry] {
        precondition(isHistoryRead, "the history is read before entries come or go")
        precondition(open.isEmpty, "open edits become an entry before others come in")
        let order = MergeOrder(entries, known: graph.numbers)
        if !order.ready.isEmpty { index = nil }
        var numbers = Array(repeating: EventGraph.root, count: entries.count)
        for index in order.ready {
            let parents = order.parents(of: index).map { $0 < 0 ? ~$0 : numbers[$0] }
            numbers[index] = add(entries[index], parents: parents)
        }
        return order.waiting.map { entries[$0] }
    }

    private mutating func add(_ entry: EditEntry, parents: [EventGraph.Entry]) -> EventGraph.Entry {
        let runs = (try? log.append(encoded: entry.edits)) ?? log.runs.count..<log.runs.count
        return add(entry.stamp, parents: parents, runs: runs)
    }

    /// Adds an entry of which the log has the runs already.
    mutating func add(_ stamp: EditStamp, parents: [EventGraph.Entry], runs: Range<Int>) -> EventGraph.Entry {
        let isSequential = graph.isSequential(parents: parents)
        let number = graph.add(stamp, parents: parents, runEnd: runs.upperBound)
        if isSequential { apply(runs) } else { walkTo(number) }
        graph.settle(scalarCount: text.scalarCount)
        return number
    }

    /// Applies runs that had seen all: their positions are those of the text.
    private mutating func apply(_ runs: Range<Int>) {
        for index in runs {
            let run = log.runs[index]
            if run.isInsertion {
                guard run.position <= text.scalarCount else { continue }
                log.content.withUnsafeBufferPointer {
                    let utf8 = UnsafeBufferPointer(rebasing: $0[log.contentRange(ofRun: index)])
                    text.insert(utf8, scalarCount: Int(run.count), at: run.position)
                }
            } else {
                let range = run.deletedRange(of: text.scalarCount)
                text.remove(range.count, at: range.lowerBound)
            }
        }
    }

    /// Walks to the entry just added, which had not seen all.
    private mutating func walkTo(_ entry: EventGraph.Entry) {
        var walk = takeWalk(to: entry)
        while walk.last + 1 < entry { walk.walk(graph, log, text: &text, isApplied: true) }
        walk.walk(graph, log, text: &text, isApplied: false)
        self.walk = walk
    }

    /// A walk that reaches back far enough for an entry: the last one, which may have to catch up, or a new one.
    ///
    /// Walking costs by the run. The last walk goes on unless it has more to catch up with than it has walked. Where it
    /// does not reach back far enough, the new one begins twice as far back as it must. So whoever sends entries that
    /// were made long ago, again and again, makes everyone walk over the history a few times, and not each time.
    private mutating func takeWalk(to entry: EventGraph.Entry) -> Walk {
        let end = graph.runs(of: entry).lowerBound
        let base = graph.base(before: entry)
        let needed = end - graph.runEnd(of: base.entry)
        guard let walk else { return newWalk(after: base) }
        self.walk = nil
        guard walk.base <= base.entry else {
            return newWalk(after: graph.base(withRuns: 2 * needed, before: end))
        }
        let walked = graph.runEnd(of: walk.last) - graph.runEnd(of: walk.base)
        return end - graph.runEnd(of: walk.last) <= max(needed, walked) ? walk : newWalk(after: base)
    }

    private func newWalk(after base: (entry: EventGraph.Entry, scalarCount: Int)) -> Walk {
        Walk(
            after: base.entry, scalarCount: base.scalarCount, firstRun: graph.runEnd(of: base.entry), patience: patience
        )
    }
}
