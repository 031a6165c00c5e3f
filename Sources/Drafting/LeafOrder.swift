/// Leaves in an order, of which others keep count: which leaf holds the n-th unit, and how many units stand before a
/// leaf.
///
/// A B+-tree of which only the inner nodes are kept here; what a leaf holds is its owner's, and so are the counts
/// (``LeafCounts``), for a text has one and a walk several. Leaves are small numbers, given by ``addLeaf(after:_:)`` and
/// used again after ``remove(_:_:)``. Every question and every change takes time logarithmic in the number of leaves,
/// whoever chose the order in which they came.
struct LeafOrder: Sendable {
    typealias Leaf = Int32
    static let fanout = 16
    private static var none: Int32 { -1 }

    private(set) var firstLeaf: Leaf
    /// By leaf.
    private var successors: [Leaf] = []
    private var predecessors: [Leaf] = []
    /// By leaf: its place, the node it hangs on times ``fanout`` and its slot there.
    fileprivate private(set) var leafPlaces: [Int32] = []
    private var freeLeaves: [Leaf] = []

    /// By place: a leaf at the lowest level, a node above.
    fileprivate private(set) var children: [Int32] = []
    /// By node.
    private var childCounts: [Int32] = []
    fileprivate private(set) var nodePlaces: [Int32] = []
    private var freeNodes: [Int32] = []
    fileprivate private(set) var root: Int32
    /// Levels of nodes: 1 while the root holds leaves.
    fileprivate private(set) var height = 1

    /// One leaf: ``firstLeaf``.
    init(_ weights: inout some LeafWeights) {
        root = 0
        firstLeaf = 0
        root = addNode(&weights)
        firstLeaf = newLeaf()
        children[0] = firstLeaf
        childCounts[0] = 1
        leafPlaces[0] = 0
    }

    func successor(of leaf: Leaf) -> Leaf? {
        let next = successors[Int(leaf)]
        return next == Self.none ? nil : next
    }

    func predecessor(of leaf: Leaf) -> Leaf? {
        let previous = predecessors[Int(leaf)]
        return previous == Self.none ? nil : previous
    }

    /// Whether `one` stands before `other`; not before itself.
    func precedes(_ one: Leaf, _ other: Leaf) -> Bool {
        if one == other { return false }
        var places = (leafPlaces[Int(one)], leafPlaces[Int(other)])
        // All leaves hang at one depth, so both climbs meet at the same step.
        while Int(places.0) / Self.fanout != Int(places.1) / Self.fanout {
            places = (nodePlaces[Int(places.0) / Self.fanout], nodePlaces[Int(places.1) / Self.fanout])
        }
        return places.0 < places.1
    }

    /// A new leaf right after `leaf`, which weighs nothing yet.
    mutating func addLeaf(after leaf: Leaf, _ weights: inout some LeafWeights) -> Leaf {
        let added = newLeaf()
        let next = successors[Int(leaf)]
        successors[Int(leaf)] = added
        predecessors[Int(added)] = leaf
        successors[Int(added)] = next
        if next != Self.none { predecessors[Int(next)] = added }
        insert(added, at: leafPlaces[Int(leaf)] + 1, level: 1, &weights)
        return added
    }

    /// Takes a leaf out that weighs nothing and is not the only one.
    mutating func remove(_ leaf: Leaf, _ weights: inout some LeafWeights) {
        let (previous, next) = (predecessors[Int(leaf)], successors[Int(leaf)])
        if previous == Self.none { firstLeaf = next } else { successors[Int(previous)] = next }
        if next != Self.none { predecessors[Int(next)] = previous }
        freeLeaves.append(leaf)
        removeChild(at: leafPlaces[Int(leaf)], level: 1, &weights)
    }

    // MARK: Nodes

    private mutating func newLeaf() -> Leaf {
        if let leaf = freeLeaves.popLast() {
            successors[Int(leaf)] = Self.none
            predecessors[Int(leaf)] = Self.none
            return leaf
        }
        successors.append(Self.none)
        predecessors.append(Self.none)
        leafPlaces.append(Self.none)
        return Int32(successors.count - 1)
    }

    private mutating func addNode(_ weights: inout some LeafWeights) -> Int32 {
        if let node = freeNodes.popLast() { return node }
        for _ in 0..<Self.fanout { children.append(Self.none) }
        weights.addPlaces(Self.fanout)
        childCounts.append(0)
        nodePlaces.append(Self.none)
        return Int32(childCounts.count - 1)
    }

    private mutating func setPlace(_ place: Int32, ofChild child: Int32, level: Int) {
        if level == 1 { leafPlaces[Int(child)] = place } else { nodePlaces[Int(child)] = place }
    }

    /// Hangs `child`, of no weight as yet, at `place`; `level` is that of the node it comes to hang on.
    private mutating func insert(_ child: Int32, at place: Int32, level: Int, _ weights: inout some LeafWeights) {
        // `place` may be one past a full node's last slot, so the node is that of the slot before.
        var node = (place - 1) / Int32(Self.fanout)
        var slot = Int(place) - Int(node) * Self.fanout
        if Int(childCounts[Int(node)]) == Self.fanout {
            let upper = split(node, level: level, &weights)
            if slot > Self.fanout / 2 {
                node = upper
                slot -= Self.fanout / 2
            }
        }
        let first = Int(node) * Self.fanout
        var moved = first + Int(childCounts[Int(node)])
        while moved > first + slot {
            move(from: moved - 1, to: moved, level: level, &weights)
            moved -= 1
        }
        children[moved] = child
        weights.clear(moved)
        setPlace(Int32(moved), ofChild: child, level: level)
        childCounts[Int(node)] += 1
    }

    private mutating func move(from old: Int, to new: Int, level: Int, _ weights: inout some LeafWeights) {
        children[new] = children[old]
        weights.copy(from: old, to: new)
        setPlace(Int32(new), ofChild: children[new], level: level)
    }

    /// Moves the upper half of a full node to a new one right after it.
    private mutating func split(_ node: Int32, level: Int, _ weights: inout some LeafWeights) -> Int32 {
        if node == root { growRoot(&weights) }
        let upper = addNode(&weights)
        let half = Self.fanout / 2
        let first = Int(upper) * Self.fanout
        for slot in 0..<half {
            move(from: Int(node) * Self.fanout + half + slot, to: first + slot, level: level, &weights)
        }
        childCounts[Int(node)] = Int32(half)
        childCounts[Int(upper)] = Int32(half)
        insert(upper, at: nodePlaces[Int(node)] + 1, level: level + 1, &weights)
        weights.shift(
            sumOf: first..<first + half, from: Int(nodePlaces[Int(node)]), to: Int(nodePlaces[Int(upper)]))
        return upper
    }

    private mutating func growRoot(_ weights: inout some LeafWeights) {
        let old = root
        root = addNode(&weights)
        height += 1
        let place = root * Int32(Self.fanout)
        children[Int(place)] = old
        weights.setTotal(Int(place))
        childCounts[Int(root)] = 1
        nodePlaces[Int(root)] = Self.none
        nodePlaces[Int(old)] = place
    }

    private mutating func removeChild(at place: Int32, level: Int, _ weights: inout some LeafWeights) {
        let node = place / Int32(Self.fanout)
        let end = Int(node) * Self.fanout + Int(childCounts[Int(node)])
        for slot in Int(place) + 1..<max(end, Int(place) + 1) { move(from: slot, to: slot - 1, level: level, &weights) }
        childCounts[Int(node)] -= 1
        if childCounts[Int(node)] == 0, node != root {
            freeNodes.append(node)
            removeChild(at: nodePlaces[Int(node)], level: level + 1, &weights)
        }
    }
}

/// What leaves weigh, kept for the places of a ``LeafOrder``, which tells of everything that it moves.
protocol LeafWeights: Sendable {
    /// As many new places, of no weight.
    mutating func addPlaces(_ count: Int)
    mutating func copy(from old: Int, to new: Int)
    mutating func clear(_ place: Int)
    /// Takes the weight of `places` from one place and adds it to another.
    mutating func shift(sumOf places: Range<Int>, from lower: Int, to upper: Int)
    /// Gives a place the weight of everything.
    mutating func setTotal(_ place: Int)
}

/// How many units of one kind each leaf holds, and each node of a ``LeafOrder``.
struct LeafCounts: LeafWeights {
    /// In all leaves.
    private(set) var total = 0
    private var counts: [Int32]

    /// Nothing, in so many places.
    init(placeCount: Int = 0) { counts = Array(repeating: 0, count: placeCount) }

    var placeCount: Int { counts.count }

    mutating func add(_ count: Int, to leaf: LeafOrder.Leaf, _ order: LeafOrder) {
        total += count
        let count = Int32(truncatingIfNeeded: count)
        var place = Int(order.leafPlaces[Int(leaf)])
        while place >= 0 {
            counts[place] &+= count
            place = Int(order.nodePlaces[place / LeafOrder.fanout])
        }
    }

    /// The leaf that holds the unit `rank`, counted from 0, and the unit's rank within that leaf; less than the total.
    @inline(__always)
    func find(_ rank: Int, _ order: LeafOrder) -> (leaf: LeafOrder.Leaf, rank: Int) {
        var rank = rank
        var node = Int(order.root)
        for _ in 0..<order.height {
            var slot = node * LeafOrder.fanout
            while true {
                let size = Int(counts[slot])
                if rank < size { break }
                rank -= size
                slot += 1
            }
            node = Int(order.children[slot])
        }
        return (Int32(truncatingIfNeeded: node), rank)
    }

    /// How many there are in all leaves before `leaf`.
    @inline(__always)
    func count(before leaf: LeafOrder.Leaf, _ order: LeafOrder) -> Int {
        var sum = 0
        var place = Int(order.leafPlaces[Int(leaf)])
        while place >= 0 {
            let node = place / LeafOrder.fanout
            for slot in node * LeafOrder.fanout..<place { sum += Int(counts[slot]) }
            place = Int(order.nodePlaces[node])
        }
        return sum
    }

    mutating func addPlaces(_ count: Int) { for _ in 0..<count { counts.append(0) } }
    mutating func copy(from old: Int, to new: Int) { counts[new] = counts[old] }
    mutating func clear(_ place: Int) { counts[place] = 0 }

    mutating func shift(sumOf places: Range<Int>, from lower: Int, to upper: Int) {
        var sum: Int32 = 0
        for place in places { sum &+= counts[place] }
        counts[lower] &-= sum
        counts[upper] &+= sum
    }

    mutating func setTotal(_ place: Int) { counts[place] = Int32(truncatingIfNeeded: total) }
}
