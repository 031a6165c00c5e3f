/// A walk over the event graph: it finds out what edits mean that were made without knowledge of each other.
///
/// An edit names a position of the text as its writer saw it. The walk keeps every scalar that was ever there since its
/// base, deleted ones too, and before each entry prepares the version that the entry's writer saw, by taking back what
/// they had not seen and bringing back what they had. Then the position names a scalar, and the scalar's place in the
/// text of all is where the edit goes. Nothing of this is ever stored: sequential editing needs no walk at all, and a
/// walk begins at the last entry that everybody had seen.
///
/// One version is prepared for whoever has seen most, and brought to what another has seen and back where that is near.
/// A writer for whom it would go back too often gets a version of their own (``Versions``), which only ever gains: so no
/// choice of parents makes a walk cost more than each writer's taking in each entry once.
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
    private var versions: Versions
    private(set) var pieces: PieceSequence
    private let firstRun: Int

    /// By run, from ``firstRun`` on.
    private var origins: [Origins] = []
    private var entries: [Int32] = []
    private var targetEnds: [Int] = []
    /// What the runs of deletions took out of the text, one run after the other.
    private var targets: [Target] = []
    private var siblings = SiblingIndex()
    private(set) var deleters = Deleters()
    /// How many runs were brought into views or taken back.
    private(set) var changeCount = 0

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
    init(after base: EventGraph.Entry, scalarCount: Int, firstRun: Int, patience: Patience = .usual) {
        self.base = base
        self.firstRun = firstRun
        last = base
        versions = Versions(after: base, patience)
        pieces = PieceSequence(scalarCount: scalarCount, firstRun: firstRun)
    }

    /// Walks the entry after ``last``, and edits `text` accordingly unless it `isApplied` there already.
    mutating func walk(_ graph: EventGraph, _ log: EditLog, text: inout TextRope, isApplied: Bool) {
        let entry = last + 1
        let view = prepareVersion(before: entry, graph, log)
        for run in graph.runs(of: entry) {
            entries.append(Int32(entry))
            if log.runs[run].isInsertion {
                let place = insert(log.runs[run], number: run, in: view, graph, log)
                if let place, !isApplied {
                    let position = pieces.remainingCount(before: place)
                    log.content.withUnsafeBufferPointer {
                        let utf8 = UnsafeBufferPointer(rebasing: $0[log.contentRange(ofRun: run)])
                        text.insert(utf8, scalarCount: Int(log.runs[run].count), at: position)
                    }
                }
            } else {
                origins.append(.none)
                delete(log.runs[run], of: entry, in: view, text: &text, isApplied: isApplied)
            }
            targetEnds.append(targets.count)
        }
        last = entry
        versions.add(entry, to: view)
    }

    // MARK: Preparing a version

    /// Makes a view that of the past of an entry, the next one, and answers it.
    private mutating func prepareVersion(before entry: Int, _ graph: EventGraph, _ log: EditLog) -> View {
        switch versions.route(to: entry, graph, walkedRunCount: graph.runEnd(of: last) - firstRun) {
        case .goOn(let view): return bringIn(graph.parents(of: entry), into: view, graph, log)
        case .goBack:
            goBack(in: Versions.common, graph, log)
            return bringIn(graph.parents(of: entry), into: Versions.common, graph, log)
        case .branchOff:
            let view = pieces.addView(copying: Versions.common)
            goBack(in: view, graph, log)
            return bringIn(graph.parents(of: entry), into: view, graph, log)
        case .beginAnew:
            return bringIn(graph.parents(of: entry), into: pieces.addView(), graph, log)
        }
    }

    /// Takes out of a view what ``Versions`` found that it has and should not.
    private mutating func goBack(in view: View, _ graph: EventGraph, _ log: EditLog) {
        for entry in versions.excess {
            versions.remove(entry, from: view)
            for run in graph.runs(of: entry).reversed() { takeBack(run, from: view, log) }
        }
    }

    /// Brings entries and their past into a view, which lacks nothing but some of them.
    private mutating func bringIn(
        _ entries: ArraySlice<Int>, into view: View, _ graph: EventGraph, _ log: EditLog
    ) -> View {
        for entry in versions.lack(of: entries, in: view, graph) {
            for run in graph.runs(of: entry) { bringIn(run, into: view, log) }
        }
        return view
    }

    private mutating func bringIn(_ run: Int, into view: View, _ log: EditLog) {
        changeCount += 1
        if let inserted = inserted(by: run, log) {
            pieces.forEachPiece(of: inserted.item, count: inserted.count) { $0.show(at: $1, in: view) }
        }
        for target in targets(of: run) {
            pieces.forEachPiece(of: target.item, count: target.count) { $0.hide(at: $1, in: view) }
        }
    }

    private mutating func takeBack(_ run: Int, from view: View, _ log: EditLog) {
        changeCount += 1
        if let inserted = inserted(by: run, log) {
            pieces.forEachPiece(of: inserted.item, count: inserted.count) { $0.forget(at: $1, in: view) }
        }
        let (deleters, versions) = (deleters, versions)
        for target in targets(of: run) {
            pieces.forEachPiece(of: target.item, count: target.count) { pieces, place in
                let isStillDeleted = deleters.contains(pieces[place].deletion) { versions.has($0, in: view) }
                if !isStillDeleted { pieces.unhide(at: place, in: view) }
            }
        }
    }

    private func inserted(by run: Int, _ log: EditLog) -> Target? {
        guard log.runs[run].isInsertion, origins[run - firstRun].left != .end else { return nil }
        return Target(item: Item(run: run, offset: 0), count: Int(log.runs[run].count))
    }

    /// What a run of deletions took out.
    private func targets(of run: Int) -> ArraySlice<Target> {
        let index = run - firstRun
        return targets[(index == 0 ? 0 : targetEnds[index - 1])..<targetEnds[index]]
    }

    // MARK: Deletions

    private mutating func delete(
        _ run: EditRun, of entry: Int, in view: View, text: inout TextRope, isApplied: Bool
    ) {
        let range = run.deletedRange(of: pieces.visibleCount(in: view))
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
                text.remove(Int(piece.count), at: pieces.remainingCount(before: place))
            }
            pieces.hide(at: place, in: view)
            pieces.delete(at: place, by: deleters.add(entry, after: piece.deletion))
            targets.append(Target(item: piece.item, count: Int(piece.count)))
            rest -= Int(piece.count)
        }
    }

    // MARK: Insertions

    /// Puts a run into its place among the pieces; `nil` if its position is past the end.
    private mutating func insert(
        _ run: EditRun, number: Int, in view: View, _ graph: EventGraph, _ log: EditLog
    ) -> PieceSequence.Place? {
        guard run.position <= pieces.visibleCount(in: view) else {
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
        return pieces.insert(Piece(run: number, offset: 0, count: Int(run.count)), at: place, visibleIn: view)
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
        if pieces.isKnown(at: next, in: view) {
            return Gap(left: left, right: pieces[next].item, place: place, isContended: false)
        }
        let rank = pieces.knownCount(before: next, in: view)
        let isLast = rank == pieces.knownCount(in: view)
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
