/// A scalar that was inserted: the number of its run in the log, and its place in that run.
///
/// Scalars of the text that a walk begins with belong to no run it walked; they have the run -1.
struct Item: Hashable, Sendable {
    private let packed: Int
    static let underlyingRun = -1

    init(run: Int, offset: Int) { packed = run << 32 | offset }

    var run: Int { packed >> 32 }
    var offset: Int { packed & 0xFFFF_FFFF }
    func advanced(by distance: Int) -> Item { Item(run: run, offset: offset + distance) }

    /// Stands for the place before all text.
    static let start = Item(run: -2, offset: 0)
    /// Stands for the place after all text.
    static let end = Item(run: -3, offset: 0)
    var isText: Bool { run >= Self.underlyingRun }
}

/// Scalars of one run, next to each other in the text, of which a walk thinks the same.
struct Piece: Hashable, Sendable {
    var run: Int32
    var offset: Int32
    var count: Int32
    /// The latest of the deletions walked that took it out, in ``Deleters``; none if it stands.
    var deletion = Deleters.none

    init(run: Int, offset: Int, count: Int) {
        self.run = Int32(run)
        self.offset = Int32(offset)
        self.count = Int32(count)
    }

    var item: Item { Item(run: Int(run), offset: Int(offset)) }
    /// Whether it is deleted as of everything walked.
    var isGone: Bool { deletion != Deleters.none }
    var remainingCount: Int { isGone ? 0 : Int(count) }

    /// Leaves the first `length` scalars, and answers the rest.
    mutating func split(at length: Int) -> Piece {
        var rest = self
        rest.offset += Int32(length)
        rest.count -= Int32(length)
        count = Int32(length)
        return rest
    }
}

/// All pieces in the order of the text, deleted ones too: found by what is visible in a view, by what it knows, or by
/// item, each in logarithmic time.
struct PieceSequence: Sendable {
    /// Where a piece is: a leaf and a slot in it. Good until the next insertion.
    struct Place: Hashable, Sendable {
        var leaf: Int32
        var slot: Int
    }

    private static let leafCapacity = PieceView.leafCapacity

    private var order: LeafOrder
    private var weights = PieceWeights()
    /// By leaf, ``leafCapacity`` each.
    private var pieces: [Piece]
    private var counts: [Int] = [0]
    /// By run, from `firstRun` on: the leaf of its first piece, and the offset of its last.
    private var headLeaves: [Int32] = []
    private var lastOffsets: [Int32] = []
    /// The leaf of every other piece, by its first item.
    private var otherLeaves: [Item: Int32] = [:]
    private let firstRun: Int

    /// A text of `scalarCount` scalars of which nobody needs to know who wrote them; and one view, in which all of them
    /// are visible.
    init(scalarCount: Int, firstRun: Int) {
        self.firstRun = firstRun
        order = LeafOrder(&weights)
        pieces = Array(repeating: Piece(run: 0, offset: 0, count: 0), count: Self.leafCapacity)
        _ = addView()
        if scalarCount > 0 {
            let underlying = Piece(run: Item.underlyingRun, offset: 0, count: scalarCount)
            _ = insert(underlying, at: Place(leaf: 0, slot: 0), visibleIn: 0)
        }
    }

    /// Before everything.
    var firstPlace: Place { Place(leaf: order.firstLeaf, slot: 0) }
    /// The first piece, if any.
    var firstPiece: Place? { counts[Int(order.firstLeaf)] > 0 ? firstPlace : nil }

    subscript(place: Place) -> Piece { pieces[Int(place.leaf) * Self.leafCapacity + place.slot] }

    func forEach(_ body: (Piece) -> Void) {
        var leaf: Int32? = order.firstLeaf
        while let current = leaf {
            for slot in 0..<counts[Int(current)] { body(self[Place(leaf: current, slot: slot)]) }
            leaf = order.successor(of: current)
        }
    }

    /// Calls `body` with the place of each piece of `count` scalars from `item` on, which were inserted together.
    @inline(__always)
    mutating func forEachPiece(of item: Item, count: Int, _ body: (inout PieceSequence, Place) -> Void) {
        var item = item
        var rest = count
        while rest > 0 {
            let place = place(ofPieceAt: item)
            let length = Int(self[place].count)
            body(&self, place)
            item = item.advanced(by: length)
            rest -= length
        }
    }

    // MARK: Views

    /// One more view, in which the text that the walk began with is visible and nothing else is known.
    mutating func addView() -> View {
        weights.views.append(PieceView(placeCount: weights.remaining.placeCount, leafCount: counts.count))
        let view = weights.views.count - 1
        for place in places where self[place].run == Item.underlyingRun { show(at: place, in: view) }
        return view
    }

    /// One more view, of what another one shows.
    mutating func addView(copying view: View) -> View {
        weights.views.append(weights.views[view])
        return weights.views.count - 1
    }

    private var places: [Place] {
        counts.indices.flatMap { leaf in (0..<counts[leaf]).map { Place(leaf: Int32(leaf), slot: $0) } }
    }

    func visibleCount(in view: View) -> Int { weights.views[view].visible.total }
    func knownCount(in view: View) -> Int { weights.views[view].known.total }
    func isKnown(at place: Place, in view: View) -> Bool { weights.views[view].isKnown(place) }

    /// Brings in an insertion that the view lacks.
    mutating func show(at place: Place, in view: View) {
        weights.views[view].show(place, count: Int(self[place].count), order)
    }

    /// Takes an insertion back that is visible.
    mutating func forget(at place: Place, in view: View) {
        weights.views[view].forget(place, count: Int(self[place].count), order)
    }

    /// Hides what is visible, and does nothing to what is not.
    mutating func hide(at place: Place, in view: View) {
        weights.views[view].hide(place, count: Int(self[place].count), order)
    }

    /// Makes what is hidden visible again.
    mutating func unhide(at place: Place, in view: View) {
        weights.views[view].unhide(place, count: Int(self[place].count), order)
    }

    // MARK: Finding

    /// The place of the piece that holds the scalar of this rank among those visible in a view, and its place in the piece.
    func findVisible(_ rank: Int, in view: View) -> (place: Place, offset: Int) {
        let (leaf, rank) = weights.views[view].visible.find(rank, order)
        return find(rank, in: leaf, among: weights.views[view].masks[Int(leaf)].visible)
    }

    /// The place of the piece that holds the scalar of this rank among those that a view knows.
    func findKnown(_ rank: Int, in view: View) -> Place {
        let (leaf, rank) = weights.views[view].known.find(rank, order)
        return find(rank, in: leaf, among: weights.views[view].masks[Int(leaf)].known).place
    }

    @inline(__always)
    private func find(_ rank: Int, in leaf: Int32, among slots: UInt32) -> (place: Place, offset: Int) {
        var rank = rank
        var rest = slots
        let first = Int(leaf) * Self.leafCapacity
        while true {
            let slot = rest.trailingZeroBitCount
            let count = Int(pieces[first + slot].count)
            if rank < count { return (Place(leaf: leaf, slot: slot), rank) }
            rank -= count
            rest &= rest &- 1
        }
    }

    /// How many scalars that a view knows stand before a place.
    func knownCount(before place: Place, in view: View) -> Int {
        let before = weights.views[view].known.count(before: place.leaf, order)
        let slots = weights.views[view].masks[Int(place.leaf)].known & (1 << UInt32(place.slot) - 1)
        return before + count(of: slots, in: place.leaf)
    }

    private func count(of slots: UInt32, in leaf: Int32) -> Int {
        var rest = slots
        var sum = 0
        while rest != 0 {
            sum += Int(pieces[Int(leaf) * Self.leafCapacity + rest.trailingZeroBitCount].count)
            rest &= rest &- 1
        }
        return sum
    }

    /// How many scalars stand before a place that nothing walked deleted.
    func remainingCount(before place: Place) -> Int {
        let first = Int(place.leaf) * Self.leafCapacity
        var count = weights.remaining.count(before: place.leaf, order)
        for slot in first..<first + place.slot { count += pieces[slot].remainingCount }
        return count
    }

    /// The place of the piece that begins with `item`.
    func place(ofPieceAt item: Item) -> Place {
        let leaf = item.offset == 0 && item.run >= firstRun ? headLeaves[item.run - firstRun] : otherLeaves[item]!
        var place = Place(leaf: leaf, slot: 0)
        while self[place].item != item { place.slot += 1 }
        return place
    }

    /// The place of the last piece of a run.
    func place(ofLastPieceOf run: Int) -> Place {
        place(ofPieceAt: Item(run: run, offset: Int(lastOffsets[run - firstRun])))
    }

    /// The next piece, if any.
    func place(after place: Place) -> Place? {
        if place.slot + 1 < counts[Int(place.leaf)] { return Place(leaf: place.leaf, slot: place.slot + 1) }
        return order.successor(of: place.leaf).map { Place(leaf: $0, slot: 0) }
    }

    func precedes(_ one: Place, _ other: Place) -> Bool {
        one.leaf == other.leaf ? one.slot < other.slot : order.precedes(one.leaf, other.leaf)
    }

    // MARK: Changing

    /// Puts a piece before the one at `place`, or last in its leaf; one view knows it.
    mutating func insert(_ piece: Piece, at place: Place, visibleIn view: View) -> Place {
        let place = open(at: place)
        put(piece, at: place)
        for other in weights.views.indices { weights.views[other].open(place) }
        show(at: place, in: view)
        weights.remaining.add(piece.remainingCount, to: place.leaf, order)
        return place
    }

    /// Cuts the piece at `place` so that its first `length` scalars, neither none nor all, are a piece of their own.
    /// Answers the place of the second part.
    mutating func split(at place: Place, length: Int) -> Place {
        let second = open(at: Place(leaf: place.leaf, slot: place.slot + 1))
        let rest = pieces[Int(second.leaf) * Self.leafCapacity + second.slot - 1].split(at: length)
        put(rest, at: second)
        for view in weights.views.indices { weights.views[view].duplicate(before: second) }
        return second
    }

    /// Notes a deletion of the piece at `place`, in ``Deleters``.
    mutating func delete(at place: Place, by deletion: Int32) {
        let slot = Int(place.leaf) * Self.leafCapacity + place.slot
        weights.remaining.add(-pieces[slot].remainingCount, to: place.leaf, order)
        pieces[slot].deletion = deletion
    }

    private mutating func put(_ piece: Piece, at place: Place) {
        pieces[Int(place.leaf) * Self.leafCapacity + place.slot] = piece
        counts[Int(place.leaf)] += 1
        index(piece, in: place.leaf)
        if piece.run >= 0 { noteLast(piece) }
    }

    /// Moves what stands from `place` on by a slot, in a leaf of its own if there is no room; answers where `place` is
    /// then. What stands before `place` stays in its leaf.
    private mutating func open(at place: Place) -> Place {
        let place = makeRoom(at: place)
        let first = Int(place.leaf) * Self.leafCapacity
        var slot = first + counts[Int(place.leaf)]
        while slot > first + place.slot {
            pieces[slot] = pieces[slot - 1]
            slot -= 1
        }
        return place
    }

    /// Makes sure that the leaf has a free slot; answers where `place` is then.
    private mutating func makeRoom(at place: Place) -> Place {
        guard counts[Int(place.leaf)] == Self.leafCapacity else { return place }
        let half = Self.leafCapacity / 2
        let upper = order.addLeaf(after: place.leaf, &weights)
        let (from, to) = (Int(place.leaf) * Self.leafCapacity + half, Int(upper) * Self.leafCapacity)
        pieces.append(contentsOf: repeatElement(pieces[from], count: Self.leafCapacity))
        counts.append(half)
        counts[Int(place.leaf)] = half
        var remaining = 0
        for slot in 0..<half {
            pieces[to + slot] = pieces[from + slot]
            remaining += pieces[to + slot].remainingCount
            index(pieces[to + slot], in: upper)
        }
        weights.remaining.add(-remaining, to: place.leaf, order)
        weights.remaining.add(remaining, to: upper, order)
        for view in weights.views.indices { moveUpperHalf(of: place.leaf, to: upper, in: view) }
        return place.slot <= half ? place : Place(leaf: upper, slot: place.slot - half)
    }

    private mutating func moveUpperHalf(of leaf: Int32, to upper: Int32, in view: View) {
        let moved = weights.views[view].moveUpperHalf(of: leaf)
        weights.views[view].move(
            visible: count(of: moved.visible, in: upper), known: count(of: moved.known, in: upper), from: leaf,
            to: upper, order)
    }

    private mutating func index(_ piece: Piece, in leaf: Int32) {
        guard piece.offset == 0, piece.run >= firstRun else {
            otherLeaves[piece.item] = leaf
            return
        }
        let run = Int(piece.run) - firstRun
        while headLeaves.count <= run {
            headLeaves.append(-1)
            lastOffsets.append(0)
        }
        headLeaves[run] = leaf
    }

    private mutating func noteLast(_ piece: Piece) {
        let run = Int(piece.run) - firstRun
        lastOffsets[run] = max(lastOffsets[run], piece.offset)
    }
}
