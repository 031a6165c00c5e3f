public import Cryptography
internal import CanonicalEncoding
public import Identity

/// The roots that nodes certify: one digest for the whole text in force, one for the set of perfected instruments.
///
/// Leaves are salted, so that the proof of one article lets nobody guess its neighbours.
/// Source: `Docs/Specification/agreement.md`, section "State root"; RFC 9162, 2.1.
public struct StateRoots: Hashable, Sendable {
    public let perfected: Digest
    public let inForce: Digest

    public init(of evaluation: Evaluation) {
        perfected = MerkleTree.root(of: evaluation.perfected.map(\.bytes))
        inForce = MerkleTree.root(of: evaluation.textInForce.map { StateLeaf($0).encoded })
    }

    static func leaf(_ provision: Identifier, version: Instrument, content: Content) -> [UInt8] {
        StateLeaf(ProvisionInForce(id: provision, content: content, version: version)).encoded
    }
}

/// A provision as the state root counts it, laid open: with the secret that hides its content in the leaf.
///
/// The secret is this provision's alone: whoever is told it can check this leaf, and no other of the same instrument.
/// Source: `Docs/Specification/agreement.md`, section "State root".
public struct StateLeaf: Hashable, Sendable {
    public let provision: Identifier
    /// The instrument in force that last wrote it.
    public let version: InstrumentID
    /// HMAC-SHA-256 of "syngraph/leaf/1" ‖ provision under the salt of that instrument.
    public let secret: Digest
    public let content: Content

    public init(provision: Identifier, version: InstrumentID, secret: Digest, content: Content) {
        self.provision = provision
        self.version = version
        self.secret = secret
        self.content = content
    }

    public init(_ provision: ProvisionInForce) {
        self.init(
            provision: provision.id, version: provision.version.id,
            secret: Digest.authenticationCode(
                key: provision.version.salt,
                message: Array("syngraph/leaf/1".utf8) + Array(provision.id.string.utf8)),
            content: provision.content)
    }

    /// CBOR of `[provision, version, SHA-256(secret ‖ content)]`.
    public var encoded: [UInt8] {
        let hidden = Digest(of: secret.bytes + content.value.encoded())
        return CanonicalValue.array([provision.value, version.value, hidden.value]).encoded()
    }
}
