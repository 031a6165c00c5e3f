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

/// One of the versions that a walk keeps prepared: its place among them.
typealias View = Int

/// Scalars of one run, next to each other in the text, of which a walk thinks the same.
struct Piece: Hashable, Sendable {
    var run: Int32
    var offset: Int32
    var count: Int32
    /// Whether it is deleted as of everything walked.
    var isGone = false
    /// By view: 0 if not there yet, 1 if visible, one more for every deletion.
    var states: SIMD4<UInt32>

    /// A piece that is visible in some views, and in the others not there yet.
    init(run: Int, offset: Int, count: Int, states: SIMD4<UInt32>) {
        self.run = Int32(run)
        self.offset = Int32(offset)
        self.count = Int32(count)
        self.states = states
    }

    var item: Item { Item(run: Int(run), offset: Int(offset)) }

    var weight: PieceWeight {
        let all = SIMD4<Int32>(repeating: count)
        return PieceWeight(
            visible: all.replacing(with: 0, where: states .!= 1), known: all.replacing(with: 0, where: states .== 0),
            remaining: isGone ? 0 : count)
    }

    /// Leaves the first `length` scalars, and answers the rest.
    mutating func split(at length: Int) -> Piece {
        var rest = self
        rest.offset += Int32(length)
        rest.count -= Int32(length)
        count = Int32(length)
        return rest
    }
}

/// How many scalars of some pieces a reader would count.
struct PieceWeight: AdditiveArithmetic, Hashable, Sendable {
    /// By view: visible there.
    var visible: SIMD4<Int32>
    /// By view: inserted as of it, be they deleted or not.
    var known: SIMD4<Int32>
    /// Not deleted by anything walked.
    var remaining: Int32

    static let zero = PieceWeight(visible: .zero, known: .zero, remaining: 0)

    @inline(__always)
    static func + (one: PieceWeight, other: PieceWeight) -> PieceWeight {
        PieceWeight(
            visible: one.visible &+ other.visible, known: one.known &+ other.known,
            remaining: one.remaining &+ other.remaining)
    }

    @inline(__always)
    static func - (one: PieceWeight, other: PieceWeight) -> PieceWeight {
        PieceWeight(
            visible: one.visible &- other.visible, known: one.known &- other.known,
            remaining: one.remaining &- other.remaining)
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

    private static let leafCapacity = 32

    private(set) var order = LeafOrder<PieceWeight>()
    /// By leaf, ``leafCapacity`` each.
    private var pieces: [Piece]
    private var counts: [Int] = [0]
    /// By run, from `firstRun` on: the leaf of its first piece, and the offset of its last.
    private var headLeaves: [Int32] = []
    private var lastOffsets: [Int32] = []
    /// The leaf of every other piece, by its first item.
    private var otherLeaves: [Item: Int32] = [:]
    private let firstRun: Int

    /// A text of `scalarCount` scalars of which nobody needs to know who wrote them.
    init(scalarCount: Int, firstRun: Int) {
        self.firstRun = firstRun
        pieces = Array(repeating: Piece(run: 0, offset: 0, count: 0, states: .zero), count: Self.leafCapacity)
        if scalarCount > 0 {
            let underlying = Piece(run: Item.underlyingRun, offset: 0, count: scalarCount, states: .one)
            _ = insert(underlying, at: Place(leaf: 0, slot: 0))
        }
    }

    var weight: PieceWeight { order.total }
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

    // MARK: Finding

    /// The place of the piece that holds the scalar of this rank among those visible in a view, and its place in the piece.
    func findVisible(_ rank: Int, in view: View) -> (place: Place, offset: Int) {
        let (leaf, rank) = order.find(rank, by: { Int($0.visible[view]) })
        return find(rank, in: leaf, by: { $0.states[view] == 1 })
    }

    /// The place of the piece that holds the scalar of this rank among those that a view knows.
    func findKnown(_ rank: Int, in view: View) -> Place {
        let (leaf, rank) = order.find(rank, by: { Int($0.known[view]) })
        return find(rank, in: leaf, by: { $0.states[view] > 0 }).place
    }

    @inline(__always)
    private func find(_ rank: Int, in leaf: Int32, by counts: (Piece) -> Bool) -> (place: Place, offset: Int) {
        var rank = rank
        var place = Place(leaf: leaf, slot: 0)
        while true {
            let piece = self[place]
            if counts(piece) {
                if rank < piece.count { return (place, rank) }
                rank -= Int(piece.count)
            }
            place.slot += 1
        }
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

    /// What stands before a place.
    @inline(__always)
    func count(before place: Place, by measure: (PieceWeight) -> Int) -> Int {
        var count = order.prefix(before: place.leaf, by: measure)
        for slot in 0..<place.slot { count += measure(self[Place(leaf: place.leaf, slot: slot)].weight) }
        return count
    }

    func precedes(_ one: Place, _ other: Place) -> Bool {
        one.leaf == other.leaf ? one.slot < other.slot : order.precedes(one.leaf, other.leaf)
    }

    // MARK: Changing

    /// Puts a piece before the one at `place`, or last in its leaf.
    mutating func insert(_ piece: Piece, at place: Place) -> Place {
        let place = makeRoom(at: place)
        let first = Int(place.leaf) * Self.leafCapacity
        var slot = first + counts[Int(place.leaf)]
        while slot > first + place.slot {
            pieces[slot] = pieces[slot - 1]
            slot -= 1
        }
        pieces[slot] = piece
        counts[Int(place.leaf)] += 1
        order.add(piece.weight, to: place.leaf)
        index(piece, in: place.leaf)
        if piece.run >= 0 { noteLast(piece) }
        return place
    }

    /// Cuts the piece at `place` so that its first `length` scalars, neither none nor all, are a piece of their own.
    /// Answers the place of the second part.
    mutating func split(at place: Place, length: Int) -> Place {
        let slot = Int(place.leaf) * Self.leafCapacity + place.slot
        let whole = pieces[slot].weight
        let rest = pieces[slot].split(at: length)
        order.add(pieces[slot].weight - whole, to: place.leaf)
        return insert(rest, at: Place(leaf: place.leaf, slot: place.slot + 1))
    }

    /// Adds `step` to the state that the piece at `place` has in a view, and if `isGoing` notes that it is gone.
    mutating func change(at place: Place, by step: Int, in view: View, isGoing: Bool = false) {
        let slot = Int(place.leaf) * Self.leafCapacity + place.slot
        let before = pieces[slot].weight
        pieces[slot].states[view] &+= UInt32(truncatingIfNeeded: step)
        if isGoing { pieces[slot].isGone = true }
        order.add(pieces[slot].weight - before, to: place.leaf)
    }

    /// Makes sure that the leaf has a free slot; answers where `place` is then.
    private mutating func makeRoom(at place: Place) -> Place {
        guard counts[Int(place.leaf)] == Self.leafCapacity else { return place }
        let half = Self.leafCapacity / 2
        let first = Int(place.leaf) * Self.leafCapacity
        var moved = PieceWeight.zero
        for slot in half..<Self.leafCapacity { moved += pieces[first + slot].weight }
        let upper = order.addLeaf(after: place.leaf, weight: .zero)
        pieces.append(contentsOf: repeatElement(pieces[first], count: Self.leafCapacity))
        counts.append(half)
        counts[Int(place.leaf)] = half
        for slot in 0..<half {
            let piece = pieces[first + half + slot]
            pieces[Int(upper) * Self.leafCapacity + slot] = piece
            index(piece, in: upper)
        }
        order.add(.zero - moved, to: place.leaf)
        order.add(moved, to: upper)
        return place.slot <= half ? place : Place(leaf: upper, slot: place.slot - half)
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
