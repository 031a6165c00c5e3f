/// A walk over the event graph: it finds out what edits mean that were made without knowledge of each other.
///
/// An edit names a position of the text as its writer saw it. The walk keeps every scalar that was ever there since its
/// base, deleted ones too, and before each entry prepares the version that the entry's writer saw, by taking back what
/// they had not seen and bringing back what they had. Then the position names a scalar, and the scalar's place in the
/// text of all is where the edit goes. Nothing of this is ever stored: sequential editing needs no walk at all, and a
/// walk begins at the last entry that everybody had seen.
///
/// Four versions are kept prepared, and each entry takes the one that is nearest to what its writer saw. So up to four
/// writers who go on apart for long cost nothing for going back and forth between them.
///
/// Where two insertions meet, they are ordered as in FugueMax: scalars form a tree, in which an insertion hangs on the
/// scalar to its left, or if that one has a child there, on the one to its right. So what one writer typed in one place
/// stays together, forwards and backwards.
///
/// Sources: J. Gentle, M. Kleppmann, "Collaborative Text Editing with Eg-walker" (2024), for the walk; M. Weidner, M.
/// Kleppmann, "The Art of the Fugue" (2023), for the order. `Docs/Decisions/0020` says why.
struct Walk: Sendable {
    /// The entry that the walk began after; all it walks descend from it.
    let base: EventGraph.Entry
    /// The last entry walked.
    private(set) var last: EventGraph.Entry
    /// By view: the entry that, with its past, is the version prepared there.
    private var prepared: SIMD4<Int>
    private var lastView: View = 0
    /// By entry after the base: a bit for each view that it is in.
    private var presence: [UInt8] = []
    private(set) var pieces: PieceSequence
    private let firstRun: Int

    /// By run, from ``firstRun`` on.
    private var origins: [Origins] = []
    private var entries: [Int32] = []
    private var targetEnds: [Int] = []
    /// What the runs of deletions took out of the text, one run after the other.
    private var targets: [Target] = []
    private var siblings = SiblingIndex()
    private var difference = VersionDifference()
    private var otherDifference = VersionDifference()

    /// The neighbours of an insertion when it was made; `nil` for left if it was invalid.
    private struct Origins: Sendable {
        var left: Item
        var right: Item
        static let none = Origins(left: .end, right: .end)
    }

    private struct Target: Sendable {
        let item: Item
        let count: Int
    }

    /// Begins after `base`, as of which the text had `scalarCount` scalars; its next run is `firstRun`.
    init(after base: EventGraph.Entry, scalarCount: Int, firstRun: Int) {
        self.base = base
        self.firstRun = firstRun
        last = base
        prepared = SIMD4(repeating: base)
        pieces = PieceSequence(scalarCount: scalarCount, firstRun: firstRun)
    }

    /// Walks the entry after ``last``, and edits `text` accordingly unless it `isApplied` there already.
    mutating func walk(_ graph: EventGraph, _ log: EditLog, text: inout TextRope, isApplied: Bool) {
        let entry = last + 1
        let view = prepare(graph.parents(of: entry), graph, log)
        presence.append(1 << UInt8(view))
        for run in graph.runs(of: entry) {
            entries.append(Int32(entry))
            if log.runs[run].isInsertion {
                let place = insert(log.runs[run], number: run, in: view, graph, log)
                if let place, !isApplied {
                    let position = pieces.count(before: place, by: { Int($0.remaining) })
                    log.content.withUnsafeBufferPointer {
                        let utf8 = UnsafeBufferPointer(rebasing: $0[log.contentRange(ofRun: run)])
                        text.insert(utf8, scalarCount: Int(log.runs[run].count), at: position)
                    }
                }
            } else {
                origins.append(.none)
                delete(log.runs[run], in: view, text: &text, isApplied: isApplied)
            }
            targetEnds.append(targets.count)
        }
        last = entry
        prepared[view] = entry
        lastView = view
    }

    // MARK: Preparing a version

    /// Makes a view that of `parents`: takes back what is in it and not in theirs, and brings back the reverse.
    private mutating func prepare(_ parents: ArraySlice<Int>, _ graph: EventGraph, _ log: EditLog) -> View {
        // A writer who goes on has all that the view has in which they wrote last.
        if let view = prepared.indices.filter({ parents.contains(prepared[$0]) }).max(by: {
            prepared[$0] < prepared[$1]
        }) {
            bring(parents, into: view, graph, log)
            return view
        }
        let view = nearestView(to: parents, graph)
        for entry in difference.onlyFirst { change(entry, by: -1, in: view, graph, log) }
        for entry in difference.onlySecond { change(entry, by: 1, in: view, graph, log) }
        return view
    }

    /// Brings entries and their past into a view, which lacks nothing but some of them.
    private mutating func bring(_ entries: ArraySlice<Int>, into view: View, _ graph: EventGraph, _ log: EditLog) {
        var open = Array(entries)
        while let entry = open.popLast() {
            guard entry > base, presence[entry - base - 1] & 1 << view == 0 else { continue }
            change(entry, by: 1, in: view, graph, log)
            open += graph.parents(of: entry)
        }
    }

    /// The view from which few entries lead to `parents`, and in ``difference`` these entries.
    private mutating func nearestView(to parents: ArraySlice<Int>, _ graph: EventGraph) -> View {
        var nearest = lastView
        difference.find(between: prepared[nearest], and: parents, after: base, in: graph)
        for view in prepared.indices where difference.count > 16 {
            otherDifference.find(
                between: prepared[view], and: parents, after: base, in: graph, limit: difference.count)
            if otherDifference.count < difference.count {
                swap(&difference, &otherDifference)
                nearest = view
            }
        }
        return nearest
    }

    private mutating func change(_ entry: Int, by step: Int, in view: View, _ graph: EventGraph, _ log: EditLog) {
        presence[entry - base - 1] ^= 1 << UInt8(view)
        for run in graph.runs(of: entry) {
            let index = run - firstRun
            if log.runs[run].isInsertion {
                guard origins[index].left != .end else { continue }
                change(Item(run: run, offset: 0), count: Int(log.runs[run].count), by: step, in: view)
            } else {
                for target in (index == 0 ? 0 : targetEnds[index - 1])..<targetEnds[index] {
                    change(targets[target].item, count: targets[target].count, by: step, in: view)
                }
            }
        }
    }

    private mutating func change(_ start: Item, count: Int, by step: Int, in view: View) {
        var item = start
        var rest = count
        while rest > 0 {
            let place = pieces.place(ofPieceAt: item)
            let length = Int(pieces[place].count)
            pieces.change(at: place, by: step, in: view)
            item = item.advanced(by: length)
            rest -= length
        }
    }

    // MARK: Deletions

    private mutating func delete(_ run: EditRun, in view: View, text: inout TextRope, isApplied: Bool) {
        let range = run.deletedRange(of: Int(pieces.weight.visible[view]))
        var rest = range.count
        while rest > 0 {
            var (place, offset) = pieces.findVisible(range.lowerBound, in: view)
            if offset > 0 { place = pieces.split(at: place, length: offset) }
            if Int(pieces[place].count) > rest {
                place = pieces.split(at: place, length: rest)
                // The first part stands right before the second, and always in the same leaf.
                place.slot -= 1
            }
            let piece = pieces[place]
            if !piece.isGone, !isApplied {
                text.remove(Int(piece.count), at: pieces.count(before: place, by: { Int($0.remaining) }))
            }
            pieces.change(at: place, by: 1, in: view, isGoing: true)
            targets.append(Target(item: piece.item, count: Int(piece.count)))
            rest -= Int(piece.count)
        }
    }

    // MARK: Insertions

    /// Puts a run into its place among the pieces; `nil` if its position is past the end.
    private mutating func insert(
        _ run: EditRun, number: Int, in view: View, _ graph: EventGraph, _ log: EditLog
    ) -> PieceSequence.Place? {
        guard run.position <= Int(pieces.weight.visible[view]) else {
            origins.append(.none)
            return nil
        }
        let gap = gap(at: run.position, in: view)
        origins.append(Origins(left: gap.left, right: gap.right))
        let isBefore = leftOrigin(of: gap.right) == gap.left
        let parent = SiblingIndex.Parent(item: isBefore ? gap.right : gap.left, isBefore: isBefore)
        let sibling = siblings.place(under: parent) { comesFirst($0, before: number, isBefore: isBefore, graph) }
        var place = gap.place
        if gap.isContended {
            if let after = sibling.after {
                place = pieces.place(ofPieceAt: Item(run: firstInSubtree(of: after), offset: 0))
            } else if isBefore {
                place = pieces.place(ofPieceAt: gap.right)
            } else if let before = sibling.before {
                place = pieces.place(ofLastPieceOf: lastInSubtree(of: before, log))
                place.slot += 1
            }
        }
        siblings.insert(number, at: sibling)
        var states = SIMD4<UInt32>.zero
        states[view] = 1
        return pieces.insert(Piece(run: number, offset: 0, count: Int(run.count), states: states), at: place)
    }

    /// The place of an insertion as its writer saw it.
    private struct Gap {
        /// The visible scalar to the left, and what follows it in the prepared version, be it deleted.
        let left: Item
        let right: Item
        /// Right after `left`.
        let place: PieceSequence.Place
        /// Whether something that the writer had not seen stands between the two.
        let isContended: Bool
    }

    private mutating func gap(at position: Int, in view: View) -> Gap {
        guard position > 0 else { return gap(after: nil, .start, next: pieces.firstPiece, in: view) }
        let (found, offset) = pieces.findVisible(position - 1, in: view)
        let piece = pieces[found]
        let left = piece.item.advanced(by: offset)
        if offset + 1 < piece.count {
            let place = pieces.split(at: found, length: offset + 1)
            return Gap(left: left, right: left.advanced(by: 1), place: place, isContended: false)
        }
        return gap(after: found, left, next: pieces.place(after: found), in: view)
    }

    private func gap(
        after found: PieceSequence.Place?, _ left: Item, next: PieceSequence.Place?, in view: View
    ) -> Gap {
        var place = found ?? pieces.firstPlace
        if found != nil { place.slot += 1 }
        guard let next else { return Gap(left: left, right: .end, place: place, isContended: false) }
        if pieces[next].states[view] > 0 {
            return Gap(left: left, right: pieces[next].item, place: place, isContended: false)
        }
        let rank = pieces.count(before: next, by: { Int($0.known[view]) })
        let isLast = rank == Int(pieces.weight.known[view])
        let right = isLast ? .end : pieces[pieces.findKnown(rank, in: view)].item
        return Gap(left: left, right: right, place: place, isContended: true)
    }

    /// What stood to the left of an item when it was inserted; nothing is known of the text the walk began with.
    private func leftOrigin(of item: Item) -> Item? {
        guard item.run >= firstRun else { return nil }
        return item.offset > 0 ? item.advanced(by: -1) : origins[item.run - firstRun].left
    }

    /// Whether `other`, which hangs on the same side of the same scalar as `run`, stands before it.
    ///
    /// Before a scalar the stamps decide. Behind it, what was inserted further from its right neighbour goes first, so
    /// that everything stays close to both neighbours; among equals the stamps decide.
    private func comesFirst(_ other: Int, before run: Int, isBefore: Bool, _ graph: EventGraph) -> Bool {
        if !isBefore {
            let rights = (origins[other - firstRun].right, origins[run - firstRun].right)
            if rights.0 != rights.1 { return follows(rights.0, rights.1) }
        }
        return graph.stamps[Int(entries[other - firstRun])] < graph.stamps[Int(entries[run - firstRun])]
    }

    private func follows(_ one: Item, _ other: Item) -> Bool {
        if one == .end { return true }
        if other == .end { return false }
        return pieces.precedes(pieces.place(ofPieceAt: other), pieces.place(ofPieceAt: one))
    }

    /// The run that stands first among `run` and all that hangs on it.
    private func firstInSubtree(of run: Int) -> Int {
        var first = run
        while let child = siblings.first(of: .init(item: Item(run: first, offset: 0), isBefore: true)) { first = child }
        return first
    }

    /// The run that stands last among `run` and all that hangs on it. Only on a run's last scalar can something hang
    /// behind: who has seen another of its scalars has seen the one that follows it there.
    private func lastInSubtree(of run: Int, _ log: EditLog) -> Int {
        var last = run
        while true {
            let end = Item(run: last, offset: Int(log.runs[last].count) - 1)
            guard let child = siblings.last(of: .init(item: end, isBefore: false)) else { return last }
            last = child
        }
    }
}
