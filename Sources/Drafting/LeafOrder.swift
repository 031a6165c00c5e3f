/// Leaves in an order, with a weight each: which leaf holds the n-th unit, and how many units stand before a leaf.
///
/// A B+-tree of which only the inner nodes are kept here; what a leaf holds is its owner's. Leaves are small numbers,
/// given by ``addLeaf(after:weight:)`` and used again after ``remove(_:)``. Every question and every change takes time
/// logarithmic in the number of leaves, whoever chose the order in which they came.
struct LeafOrder<Weight: AdditiveArithmetic & Sendable>: Sendable {
    typealias Leaf = Int32
    private static var fanout: Int { 16 }
    private static var none: Int32 { -1 }

    /// The sum over all leaves.
    private(set) var total = Weight.zero
    private(set) var firstLeaf: Leaf
    /// By leaf.
    private var successors: [Leaf] = []
    private var predecessors: [Leaf] = []
    /// By leaf: the node it hangs on times ``fanout``, and its slot there.
    private var leafPlaces: [Int32] = []
    private var freeLeaves: [Leaf] = []

    /// By node times ``fanout`` and slot: a leaf at the lowest level, a node above.
    private var children: [Int32] = []
    private var weights: [Weight] = []
    /// By node.
    private var childCounts: [Int32] = []
    private var nodePlaces: [Int32] = []
    private var freeNodes: [Int32] = []
    private var root: Int32
    /// Levels of nodes: 1 while the root holds leaves.
    private var height = 1

    /// One leaf that weighs nothing: ``firstLeaf``.
    init() {
        root = 0
        firstLeaf = 0
        root = addNode()
        firstLeaf = newLeaf()
        children[0] = firstLeaf
        childCounts[0] = 1
        leafPlaces[0] = 0
    }

    /// How many leaves were ever given out: owners size their stores by it.
    var leafCapacity: Int { successors.count }

    func successor(of leaf: Leaf) -> Leaf? {
        let next = successors[Int(leaf)]
        return next == Self.none ? nil : next
    }

    func predecessor(of leaf: Leaf) -> Leaf? {
        let previous = predecessors[Int(leaf)]
        return previous == Self.none ? nil : previous
    }

    mutating func add(_ weight: Weight, to leaf: Leaf) {
        total += weight
        var place = leafPlaces[Int(leaf)]
        while place >= 0 {
            weights[Int(place)] += weight
            place = nodePlaces[Int(place) / Self.fanout]
        }
    }

    /// The leaf that holds the unit `rank`, counted from 0 by `measure`, and the unit's rank within that leaf.
    ///
    /// `rank` is less than the total.
    @inline(__always)
    func find(_ rank: Int, by measure: (Weight) -> Int) -> (leaf: Leaf, rank: Int) {
        var rank = rank
        var node = Int(root)
        for _ in 0..<height {
            var slot = node * Self.fanout
            while true {
                let size = measure(weights[slot])
                if rank < size { break }
                rank -= size
                slot += 1
            }
            node = Int(children[slot])
        }
        return (Int32(truncatingIfNeeded: node), rank)
    }

    /// The weight of all leaves before `leaf`.
    @inline(__always)
    func prefix(before leaf: Leaf, by measure: (Weight) -> Int) -> Int {
        var sum = 0
        var place = Int(leafPlaces[Int(leaf)])
        while place >= 0 {
            let node = place / Self.fanout
            for slot in node * Self.fanout..<place { sum += measure(weights[slot]) }
            place = Int(nodePlaces[node])
        }
        return sum
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

    /// A new leaf right after `leaf`.
    mutating func addLeaf(after leaf: Leaf, weight: Weight) -> Leaf {
        let added = newLeaf()
        let next = successors[Int(leaf)]
        successors[Int(leaf)] = added
        predecessors[Int(added)] = leaf
        successors[Int(added)] = next
        if next != Self.none { predecessors[Int(next)] = added }
        insert(added, at: leafPlaces[Int(leaf)] + 1, level: 1)
        add(weight, to: added)
        return added
    }

    /// Takes a leaf out that weighs nothing and is not the only one.
    mutating func remove(_ leaf: Leaf) {
        let (previous, next) = (predecessors[Int(leaf)], successors[Int(leaf)])
        if previous == Self.none { firstLeaf = next } else { successors[Int(previous)] = next }
        if next != Self.none { predecessors[Int(next)] = previous }
        freeLeaves.append(leaf)
        removeChild(at: leafPlaces[Int(leaf)], level: 1)
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

    private mutating func addNode() -> Int32 {
        if let node = freeNodes.popLast() { return node }
        for _ in 0..<Self.fanout {
            children.append(Self.none)
            weights.append(.zero)
        }
        childCounts.append(0)
        nodePlaces.append(Self.none)
        return Int32(childCounts.count - 1)
    }

    private mutating func setPlace(_ place: Int32, ofChild child: Int32, level: Int) {
        if level == 1 { leafPlaces[Int(child)] = place } else { nodePlaces[Int(child)] = place }
    }

    /// Hangs `child`, of no weight as yet, at `place`; `level` is that of the node it comes to hang on.
    private mutating func insert(_ child: Int32, at place: Int32, level: Int) {
        // `place` may be one past a full node's last slot, so the node is that of the slot before.
        var node = (place - 1) / Int32(Self.fanout)
        var slot = Int(place) - Int(node) * Self.fanout
        if Int(childCounts[Int(node)]) == Self.fanout {
            let upper = split(node, level: level)
            if slot > Self.fanout / 2 {
                node = upper
                slot -= Self.fanout / 2
            }
        }
        let first = Int(node) * Self.fanout
        var moved = first + Int(childCounts[Int(node)])
        while moved > first + slot {
            move(from: moved - 1, to: moved, level: level)
            moved -= 1
        }
        children[moved] = child
        weights[moved] = .zero
        setPlace(Int32(moved), ofChild: child, level: level)
        childCounts[Int(node)] += 1
    }

    private mutating func move(from old: Int, to new: Int, level: Int) {
        children[new] = children[old]
        weights[new] = weights[old]
        setPlace(Int32(new), ofChild: children[new], level: level)
    }

    /// Moves the upper half of a full node to a new one right after it.
    private mutating func split(_ node: Int32, level: Int) -> Int32 {
        if node == root { growRoot() }
        let upper = addNode()
        let half = Self.fanout / 2
        var sum = Weight.zero
        for slot in 0..<half {
            sum += weights[Int(node) * Self.fanout + half + slot]
            move(from: Int(node) * Self.fanout + half + slot, to: Int(upper) * Self.fanout + slot, level: level)
        }
        childCounts[Int(node)] = Int32(half)
        childCounts[Int(upper)] = Int32(half)
        insert(upper, at: nodePlaces[Int(node)] + 1, level: level + 1)
        weights[Int(nodePlaces[Int(node)])] -= sum
        weights[Int(nodePlaces[Int(upper)])] = sum
        return upper
    }

    private mutating func growRoot() {
        let old = root
        root = addNode()
        height += 1
        let place = root * Int32(Self.fanout)
        children[Int(place)] = old
        weights[Int(place)] = total
        childCounts[Int(root)] = 1
        nodePlaces[Int(root)] = Self.none
        nodePlaces[Int(old)] = place
    }

    private mutating func removeChild(at place: Int32, level: Int) {
        let node = place / Int32(Self.fanout)
        let end = Int(node) * Self.fanout + Int(childCounts[Int(node)])
        for slot in Int(place) + 1..<max(end, Int(place) + 1) { move(from: slot, to: slot - 1, level: level) }
        childCounts[Int(node)] -= 1
        if childCounts[Int(node)] == 0, node != root {
            freeNodes.append(node)
            removeChild(at: nodePlaces[Int(node)], level: level + 1)
        }
    }
}
