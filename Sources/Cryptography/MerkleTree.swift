/// The root of a Merkle tree over leaves, hashed as Certificate Transparency does.
///
/// Leaves are hashed with the prefix 0, inner nodes with 1, so that no inner node passes for a leaf; the tree over n
/// leaves splits at the largest power of two below n. Source: RFC 9162, section 2.1.1.
public enum MerkleTree {
    /// The root over `leaves`, in their order; SHA-256 of nothing for none.
    public static func root(of leaves: some Sequence<[UInt8]>) -> Digest {
        var peaks: [(height: Int, digest: Digest)] = []
        for leaf in leaves {
            var node = (height: 0, digest: leafDigest(leaf))
            while let last = peaks.last, last.height == node.height {
                node = (node.height + 1, innerDigest(last.digest, node.digest))
                peaks.removeLast()
            }
            peaks.append(node)
        }
        guard var root = peaks.popLast()?.digest else { return Digest(of: []) }
        while let peak = peaks.popLast() { root = innerDigest(peak.digest, root) }
        return root
    }

    static func leafDigest(_ leaf: [UInt8]) -> Digest { Digest(of: [0] + leaf) }

    static func innerDigest(_ left: Digest, _ right: Digest) -> Digest {
        Digest(of: [1] + left.bytes + right.bytes)
    }
}
