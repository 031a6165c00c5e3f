/// A Merkle tree of which some leaves are shown, and of the rest no more than it takes to find the root.
///
/// The nodes that are handed in are the roots of the greatest subtrees without a shown leaf, from left to right. For one
/// leaf these are the nodes of its path (RFC 9162, 2.1.3), in another order; for several, what their paths share is there
/// once. Source: RFC 9162, 2.1.1; `Docs/Specification/proof.md`, section "The tree".
public struct PartialTree: Sendable {
    /// Leaves of the whole tree.
    public let count: UInt64
    public let root: Digest
    private let digests: [Subtree: Digest]

    /// The leaves from `first` on, `count` of them.
    private struct Subtree: Hashable {
        let first: UInt64
        let count: UInt64

        /// Splits at the largest power of two below its count.
        var halves: (left: Subtree, right: Subtree) {
            let half: UInt64 = 1 << UInt64(63 - (count - 1).leadingZeroBitCount)
            return (Subtree(first: first, count: half), Subtree(first: first + half, count: count - half))
        }

        func contains(_ place: UInt64) -> Bool { place >= first && place - first < count }
    }

    /// - Parameter shown: ascending by place, at least one, each place below `count`.
    /// - Returns: nil unless there are exactly as many nodes as there are such subtrees.
    public init?(count: UInt64, shown: [(place: UInt64, leaf: [UInt8])], nodes: [Digest]) {
        var digests: [Subtree: Digest] = [:]
        var left = nodes[...]
        func digest(of tree: Subtree, _ shown: ArraySlice<(place: UInt64, leaf: [UInt8])>) -> Digest? {
            let found: Digest?
            if let first = shown.first {
                if tree.count == 1 {
                    found = MerkleTree.leafDigest(first.leaf)
                } else {
                    let halves = tree.halves
                    let cut = shown.firstIndex { $0.place >= halves.right.first } ?? shown.endIndex
                    guard let one = digest(of: halves.left, shown[..<cut]),
                        let other = digest(of: halves.right, shown[cut...])
                    else { return nil }
                    found = MerkleTree.innerDigest(one, other)
                }
            } else {
                found = left.popFirst()
            }
            digests[tree] = found
            return found
        }
        precondition(!shown.isEmpty && shown.allSatisfy { $0.place < count }, "a partial tree shows leaves of its own")
        guard let root = digest(of: Subtree(first: 0, count: count), shown[...]), left.isEmpty else { return nil }
        self.count = count
        self.root = root
        self.digests = digests
    }

    /// The path of a shown leaf, from its sibling upwards (RFC 9162, 2.1.3.1): any verifier of Certificate Transparency
    /// finds the root with it.
    ///
    /// - Precondition: the leaf is one of those shown.
    public func path(of place: UInt64) -> [Digest] {
        var path: [Digest] = []
        var tree = Subtree(first: 0, count: count)
        while tree.count > 1 {
            let (left, right) = tree.halves
            let isLeft = left.contains(place)
            guard let sibling = digests[isLeft ? right : left] else {
                preconditionFailure("the leaf at \(place) is not shown")
            }
            path.append(sibling)
            tree = isLeft ? left : right
        }
        return path.reversed()
    }

    /// The nodes beside some leaves of a whole tree: what ``init(count:shown:nodes:)`` takes.
    ///
    /// - Parameter places: ascending, at least one.
    public static func nodes(beside places: [Int], of leaves: [[UInt8]]) -> [Digest] {
        var nodes: [Digest] = []
        func walk(_ range: Range<Int>, _ places: ArraySlice<Int>) {
            guard !places.isEmpty else { return nodes.append(MerkleTree.root(of: leaves[range])) }
            guard range.count > 1 else { return }
            let halves = Subtree(first: UInt64(range.lowerBound), count: UInt64(range.count)).halves
            let middle = Int(halves.right.first)
            let cut = places.firstIndex { $0 >= middle } ?? places.endIndex
            walk(range.lowerBound..<middle, places[..<cut])
            walk(middle..<range.upperBound, places[cut...])
        }
        walk(0..<leaves.count, places[...])
        return nodes
    }
}
