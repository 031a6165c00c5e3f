import Cryptography
import TestSupport
import Testing

@Suite("A tree of which some leaves are shown")
struct PartialTreeTests {
    private func leaves(_ count: Int) -> [[UInt8]] { (0..<count).map { Digest(of: [UInt8($0)]).bytes } }

    private func partial(showing places: [Int], of leaves: [[UInt8]]) -> PartialTree? {
        PartialTree(
            count: UInt64(leaves.count), shown: places.map { (UInt64($0), leaves[$0]) },
            nodes: PartialTree.nodes(beside: places, of: leaves))
    }

    @Test(arguments: 1...40)
    func `has the root of the whole, and paths that RFC 9162's own check accepts`(count: Int) throws {
        let leaves = leaves(count)
        let root = MerkleTree.root(of: leaves)
        var generator = SplitMix64(seed: UInt64(count))
        for _ in 0..<8 {
            let places = leaves.indices.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
            guard !places.isEmpty else { continue }
            let tree = try #require(partial(showing: places, of: leaves))
            #expect(tree.root == root)
            for place in places {
                let path = tree.path(of: UInt64(place))
                #expect(isUnder(root, leaves[place], at: place, of: count, path))
                #expect(!isUnder(root, leaves[place] + [0], at: place, of: count, path))
                #expect(count == 1 || !isUnder(root, leaves[place], at: (place + 1) % count, of: count, path))
            }
        }
    }

    @Test func `has as many nodes as it takes, and none more or fewer are admitted`() {
        let leaves = leaves(11)
        let nodes = PartialTree.nodes(beside: [2, 3, 9], of: leaves)
        #expect(nodes.count == 4)
        let shown = [2, 3, 9].map { (place: UInt64($0), leaf: leaves[$0]) }
        #expect(PartialTree(count: 11, shown: shown, nodes: nodes)?.root == MerkleTree.root(of: leaves))
        #expect(PartialTree(count: 11, shown: shown, nodes: nodes + [nodes[0]]) == nil)
        #expect(PartialTree(count: 11, shown: shown, nodes: Array(nodes.dropLast())) == nil)
        #expect(PartialTree(count: 11, shown: shown, nodes: nodes.reversed())?.root != MerkleTree.root(of: leaves))
    }

    /// RFC 9162, section 2.1.3.2, word by word.
    private func isUnder(_ root: Digest, _ leaf: [UInt8], at place: Int, of count: Int, _ path: [Digest]) -> Bool {
        var (fn, sn, r) = (place, count - 1, Digest(of: [0] + leaf))
        for p in path {
            if sn == 0 { return false }
            if fn & 1 == 1 || fn == sn {
                r = Digest(of: [1] + p.bytes + r.bytes)
                while fn & 1 == 0, fn != 0 { (fn, sn) = (fn >> 1, sn >> 1) }
            } else {
                r = Digest(of: [1] + r.bytes + p.bytes)
            }
            (fn, sn) = (fn >> 1, sn >> 1)
        }
        return sn == 0 && r == root
    }
}
