/// Marks in an order: which of two comes first, and which is the n-th, in logarithmic time whoever chose the order.
struct MarkOrder: Sendable {
    typealias Mark = LeafOrder<Int>.Leaf
    private var leaves = LeafOrder<Int>()

    /// One mark: ``first``.
    init() { leaves.add(1, to: leaves.firstLeaf) }

    var first: Mark { leaves.firstLeaf }
    /// Marks are small numbers from 0, below this one.
    var count: Int { leaves.total }

    mutating func add(after mark: Mark) -> Mark { leaves.addLeaf(after: mark, weight: 1) }
    func precedes(_ one: Mark, _ other: Mark) -> Bool { leaves.precedes(one, other) }
    func next(after mark: Mark) -> Mark? { leaves.successor(of: mark) }
    subscript(rank: Int) -> Mark { leaves.find(rank) { $0 }.leaf }
}
