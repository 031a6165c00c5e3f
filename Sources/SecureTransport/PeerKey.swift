/// The public key that a peer has proven to hold: 32 raw bytes of Ed25519 (RFC 8032, section 5.1.5).
package struct PeerKey: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Any other length than 32 is not a key.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    package static let byteCount = 32

    package var description: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

/// What the policy says about a key.
///
/// The policy is asked on the connection's event loop, once in each handshake: it must answer from memory.
package enum PeerJudgement: Hashable, Sendable {
    /// The key speaks for a known party; `label` is how we name it in our own log.
    case admitted(label: String)
    /// `reason` goes to our own log, never to the peer.
    case refused(reason: String)
}

/// A peer that was admitted.
package struct Peer: Hashable, Sendable {
    package let key: PeerKey
    package let label: String
}
