/// The public key that a peer has proven to hold: the SubjectPublicKeyInfo of its certificate, in DER.
///
/// Of each of the three kinds there is one form: Ed25519 (RFC 8410, section 4), and P-256 and P-384 by the names of their
/// curves, with an uncompressed point (RFC 5480). So two keys are the same if their bytes are.
package struct PeerKey: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Anything else than one of these forms is not a key. Whether the point is one is for the policy to see, and for the
    /// handshake, which such a key cannot pass.
    package init?(_ bytes: [UInt8]) {
        guard Self.heads.contains(where: { bytes.starts(with: $0.head) && bytes.count == $0.head.count + $0.rest })
        else {
            return nil
        }
        self.bytes = bytes
    }

    /// The longest form, that of P-384.
    static let byteLimit = 120

    package var description: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// What stands before the key, and how many bytes follow; of the two curves the 4 of an uncompressed point is part of
    /// the head.
    private static let heads: [(head: [UInt8], rest: Int)] = [
        ([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00], 32),
        (
            [
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86,
                0x48,
                0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
            ], 64
        ),
        (
            [
                0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x05, 0x2B, 0x81,
                0x04,
                0x00, 0x22, 0x03, 0x62, 0x00, 0x04,
            ], 96
        ),
    ]
}

/// What the policy says about a key.
///
/// The policy is asked on the connection's event loop, once in each handshake: it must answer from memory.
package enum PeerJudgement: Hashable, Sendable {
    /// The key speaks for a known party; `label` is how we name it in our own log.
    case admitted(label: String)
    /// `reason` goes to our own log, never to the peer.
    case refused(reason: String)
    /// The key is nobody's that we know, and may be met all the same: the peer may come to be known. `reason` is said where
    /// it does not.
    case unknown(reason: String)
}

/// A peer that was admitted, or that may yet be.
package struct Peer: Hashable, Sendable {
    package let key: PeerKey
    package let label: String
    /// An authority vouched for the key, which the policy did not know.
    package let isVouchedFor: Bool
    /// Why the key is nobody's that we know; nil for one that is. Whoever has it may show whose it is:
    /// ``SecureConnection/introduce(as:)``.
    package let whyUnknown: String?
    package var isUnknown: Bool { whyUnknown != nil }

    package init(key: PeerKey, label: String, isVouchedFor: Bool = false, whyUnknown: String? = nil) {
        self.key = key
        self.label = label
        self.isVouchedFor = isVouchedFor
        self.whyUnknown = whyUnknown
    }

    static func unknown(_ key: PeerKey, because reason: String) -> Peer {
        Peer(key: key, label: "an unknown node", whyUnknown: reason)
    }
}
