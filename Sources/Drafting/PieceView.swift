/// One of the versions that a walk keeps prepared: its place among them.
typealias View = Int

/// What one prepared version shows of a ``PieceSequence``: of every piece whether it was inserted as of it, and whether
/// it was not deleted.
///
/// Two bits a piece, and two counts for every leaf of ``leafCapacity`` pieces: so small that as many views can be kept as
/// there are writers, and that copying one costs next to nothing.
struct PieceView: Sendable {
    typealias Place = PieceSequence.Place
    static let leafCapacity = 32

    fileprivate(set) var visible: LeafCounts
    fileprivate(set) var known: LeafCounts
    /// By leaf.
    private(set) var masks: [Mask]

    /// The slots of a leaf that are visible, and those that were inserted, be they deleted or not.
    struct Mask: Sendable {
        var visible: UInt32 = 0
        var known: UInt32 = 0
    }

    /// A view that knows nothing of a sequence of so many leaves.
    init(placeCount: Int, leafCount: Int) {
        visible = LeafCounts(placeCount: placeCount)
        known = LeafCounts(placeCount: placeCount)
        masks = Array(repeating: Mask(), count: leafCount)
    }

    func isKnown(_ place: Place) -> Bool { masks[Int(place.leaf)].known & Self.bit(place) != 0 }

    private static func bit(_ place: Place) -> UInt32 { 1 << UInt32(truncatingIfNeeded: place.slot) }

    // MARK: What is known of a piece of `count` scalars

    mutating func show(_ place: Place, count: Int, _ order: LeafOrder) {
        masks[Int(place.leaf)].visible |= Self.bit(place)
        masks[Int(place.leaf)].known |= Self.bit(place)
        visible.add(count, to: place.leaf, order)
        known.add(count, to: place.leaf, order)
    }

    mutating func forget(_ place: Place, count: Int, _ order: LeafOrder) {
        masks[Int(place.leaf)].visible &= ~Self.bit(place)
        masks[Int(place.leaf)].known &= ~Self.bit(place)
        visible.add(-count, to: place.leaf, order)
        known.add(-count, to: place.leaf, order)
    }

    mutating func hide(_ place: Place, count: Int, _ order: LeafOrder) {
        guard masks[Int(place.leaf)].visible & Self.bit(place) != 0 else { return }
        masks[Int(place.leaf)].visible &= ~Self.bit(place)
        visible.add(-count, to: place.leaf, order)
    }

    mutating func unhide(_ place: Place, count: Int, _ order: LeafOrder) {
        masks[Int(place.leaf)].visible |= Self.bit(place)
        visible.add(count, to: place.leaf, order)
    }

    // MARK: Pieces that move

    /// Makes room for a piece at `place`, of which nothing is known.
    mutating func open(_ place: Place) {
        let mask = masks[Int(place.leaf)]
        masks[Int(place.leaf)] = Mask(
            visible: Self.opened(mask.visible, at: place.slot), known: Self.opened(mask.known, at: place.slot))
    }

    /// Makes room at `place` for the second part of the piece before it, of which the same is known.
    mutating func duplicate(before place: Place) {
        open(place)
        let bit = Self.bit(place)
        masks[Int(place.leaf)].visible |= masks[Int(place.leaf)].visible << 1 & bit
        masks[Int(place.leaf)].known |= masks[Int(place.leaf)].known << 1 & bit
    }

    @inline(__always)
    private static func opened(_ slots: UInt32, at slot: Int) -> UInt32 {
        let below: UInt32 = 1 << UInt32(truncatingIfNeeded: slot) - 1
        return slots & below | (slots & ~below) << 1
    }

    /// Gives a new leaf the upper half of what is known of a full one, and answers it.
    mutating func moveUpperHalf(of leaf: Int32) -> Mask {
        let half = UInt32(Self.leafCapacity / 2)
        let mask = masks[Int(leaf)]
        let upper = Mask(visible: mask.visible >> half, known: mask.known >> half)
        masks[Int(leaf)] = Mask(visible: mask.visible & (1 << half - 1), known: mask.known & (1 << half - 1))
        masks.append(upper)
        return upper
    }

    /// Moves the counts of what went from a leaf to another.
    mutating func move(visible: Int, known: Int, from leaf: Int32, to upper: Int32, _ order: LeafOrder) {
        self.visible.add(-visible, to: leaf, order)
        self.visible.add(visible, to: upper, order)
        self.known.add(-known, to: leaf, order)
        self.known.add(known, to: upper, order)
    }
}

/// How many scalars the leaves of a ``PieceSequence`` hold: those that nothing walked deleted, and those of each view.
struct PieceWeights: LeafWeights {
    var remaining = LeafCounts()
    var views: [PieceView] = []

    mutating func addPlaces(_ count: Int) { forEach { $0.addPlaces(count) } }
    mutating func copy(from old: Int, to new: Int) { forEach { $0.copy(from: old, to: new) } }
    mutating func clear(_ place: Int) { forEach { $0.clear(place) } }
    mutating func shift(sumOf places: Range<Int>, from lower: Int, to upper: Int) {
        forEach { $0.shift(sumOf: places, from: lower, to: upper) }
    }
    mutating func setTotal(_ place: Int) { forEach { $0.setTotal(place) } }

    @inline(__always)
    private mutating func forEach(_ body: (inout LeafCounts) -> Void) {
        body(&remaining)
        for view in views.indices {
            body(&views[view].visible)
            body(&views[view].known)
        }
    }
}
