public import Cryptography
internal import CanonicalEncoding
internal import Identity

/// The roots that nodes certify: one digest for the whole text in force, one for the set of perfected instruments.
///
/// Leaves are salted, so that the proof of one article lets nobody guess its neighbours.
/// Source: `Docs/Specification/agreement.md`, section "State root"; RFC 9162, 2.1.
public struct StateRoots: Hashable, Sendable {
    public let perfected: Digest
    public let inForce: Digest

    public init(of evaluation: Evaluation) {
        perfected = MerkleTree.root(of: evaluation.perfected.map(\.bytes))
        inForce = MerkleTree.root(
            of: evaluation.textInForce.map { provision in
                Self.leaf(provision.id, version: provision.version, content: provision.content)
            })
    }

    /// CBOR of `[provision, version, SHA-256(s ‖ content)]`, where s is HMAC-SHA-256 of "syngraph/leaf/1" ‖ provision
    /// under the salt of the instrument that is the version.
    static func leaf(_ provision: Identifier, version: Instrument, content: Content) -> [UInt8] {
        let salt = Digest.authenticationCode(
            key: version.salt, message: Array("syngraph/leaf/1".utf8) + Array(provision.string.utf8))
        let hidden = Digest(of: salt.bytes + content.value.encoded())
        return CanonicalValue.array([provision.value, version.id.value, hidden.value]).encoded()
    }
}
