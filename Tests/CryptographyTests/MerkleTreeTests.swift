import Cryptography
import Testing

@Suite("A Merkle tree")
struct MerkleTreeTests {
    /// The eight leaves that Certificate Transparency's implementations share.
    private let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map { Hexadecimal.bytes(of: $0)! }

    @Test(arguments: [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ])
    func `has the roots of Certificate Transparency's reference`(count: Int, root: String) {
        #expect(MerkleTree.root(of: leaves.prefix(count)).hex == root)
    }

    @Test(arguments: 0...70)
    func `has the root of RFC 9162's recursive definition`(count: Int) {
        let leaves = (0..<count).map { Digest(of: [UInt8($0)]).bytes }
        #expect(MerkleTree.root(of: leaves) == slowRoot(leaves[...]))
    }

    @Test func `tells a leaf from an inner node`() {
        let inner = Digest(of: [0] + leaves[0]).bytes + Digest(of: [0] + leaves[1]).bytes
        #expect(MerkleTree.root(of: [inner]) != MerkleTree.root(of: leaves.prefix(2)))
    }

    private func slowRoot(_ leaves: ArraySlice<[UInt8]>) -> Digest {
        guard let first = leaves.first else { return Digest(of: []) }
        if leaves.count == 1 { return Digest(of: [0] + first) }
        var half = 1
        while 2 * half < leaves.count { half *= 2 }
        return Digest(of: [1] + slowRoot(leaves.prefix(half)).bytes + slowRoot(leaves.dropFirst(half)).bytes)
    }
}
