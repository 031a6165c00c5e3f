internal import Cryptography

/// Which end of the connection a node is.
public enum Role: UInt8, Hashable, Sendable {
    case dialler = 1
    case listener = 2

    var other: Role { self == .dialler ? .listener : .dialler }
}

/// How a hello names a roadmap without naming it.
///
/// HMAC-SHA-256 under a key that only the two ends of this TLS session have, over the sender's role, so that a proof
/// can neither be carried to another session nor be sent back: a stranger learns of no roadmap that it does not know.
enum Greeting {
    static func proof(of roadmap: Digest, by role: Role, under exportedKey: [UInt8]) -> Digest {
        Digest.authenticationCode(
            key: exportedKey, message: Array("syngraph/hello/1".utf8) + [role.rawValue] + roadmap.bytes)
    }
}
