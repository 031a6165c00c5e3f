/// Marks in an order: which of two comes first, and which is the n-th, in logarithmic time whoever chose the order.
struct MarkOrder: Sendable {
    typealias Mark = LeafOrder.Leaf
    private var leaves: LeafOrder
    /// One for each.
    private var counts = LeafCounts()

    /// One mark: ``first``.
    init() {
        leaves = LeafOrder(&counts)
        counts.add(1, to: leaves.firstLeaf, leaves)
    }

    var first: Mark { leaves.firstLeaf }
    /// Marks are small numbers from 0, below this one.
    var count: Int { counts.total }

    mutating func add(after mark: Mark) -> Mark {
        let added = leaves.addLeaf(after: mark, &counts)
        counts.add(1, to: added, leaves)
        return added
    }

    func precedes(_ one: Mark, _ other: Mark) -> Bool { leaves.precedes(one, other) }
    func next(after mark: Mark) -> Mark? { leaves.successor(of: mark) }
    subscript(rank: Int) -> Mark { counts.find(rank, leaves).leaf }
}
