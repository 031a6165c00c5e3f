/// Why a connection did not come about, or ended other than by an orderly close.
///
/// For our own log and our own callers. The peer learns no more of it than a TLS alert.
package enum TransportFailure: Error, Hashable, Sendable {
    /// The peer is not one to talk to.
    case refusedPeer(PeerRefusal)
    /// The peer said that we are not one to talk to, by this alert (RFC 8446, section 6).
    case refusedByPeer(alert: String)
    /// The TLS library refused what the peer sent; its own words.
    case brokenTLS(String)
    /// The peer sent bytes that are not frames.
    case brokenFrame(FrameRefusal)
    case handshakeTimedOut(Duration)
    /// No byte of a frame came for so long, though we were reading.
    case peerIsSilent(Duration)
    /// The peer took nothing of what we wrote for so long.
    case peerDoesNotRead(Duration)
    /// A frame was begun and not finished for so long.
    case peerIsSlow(Duration)
    /// The bytes ended without close_notify or within a frame: what came last is missing, or may be.
    case truncated
    /// More was written before the end of the handshake than we keep.
    case earlyWriteTooLong
    /// The connection was closed here, or closed by the peer in order, so nothing more can be sent.
    case closed
    /// The system's networking failed; its own words.
    case connectionFailed(String)
}

/// Why a peer is not one to talk to, in the order in which it is found.
package enum PeerRefusal: Error, Hashable, Sendable {
    /// No application protocol in common (ALPN, RFC 7301).
    case noCommonProtocol
    /// No certificate at all.
    case noCertificate
    /// A certificate that its issuer forbids for this (RFC 5280: unknown critical extension, key usage, purpose).
    case unfitCertificate(String)
    case certificateNotYetValid
    case certificateExpired
    /// The certificate's key is none of Ed25519, P-256 and P-384, or in another form.
    case unsupportedKey
    /// The authority that issued it has revoked it.
    case certificateRevoked
    /// The policy refused the key, for this reason, and no authority vouches for it.
    case unknownKey(PeerKey, reason: String)
    /// The handshake ended without a certificate having been judged.
    case unjudged
}

/// Why bytes are not frames.
package enum FrameRefusal: Error, Hashable, Sendable {
    /// The announced length is above the limit; none of the payload was kept.
    case tooLong(announced: UInt32, limit: Int)
    /// A frame of no bytes says nothing.
    case empty
}

extension TransportFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refusedPeer(let refusal): "refused the peer: \(refusal)"
        case .refusedByPeer(let alert): "the peer refused us: \(alert)"
        case .brokenTLS(let reason): "TLS failed: \(reason)"
        case .brokenFrame(let refusal): "refused a frame: \(refusal)"
        case .handshakeTimedOut(let limit): "no handshake within \(limit)"
        case .peerIsSilent(let limit): "the peer was silent for \(limit)"
        case .peerDoesNotRead(let limit): "the peer read nothing for \(limit)"
        case .peerIsSlow(let limit): "a frame was not whole after \(limit)"
        case .truncated: "the connection ended too early"
        case .earlyWriteTooLong: "too much was written before the handshake was over"
        case .closed: "the connection is closed"
        case .connectionFailed(let reason): "the connection failed: \(reason)"
        }
    }
}

extension PeerRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noCommonProtocol: "no application protocol in common"
        case .noCertificate: "it showed no certificate"
        case .unfitCertificate(let reason): "unfit certificate: \(reason)"
        case .certificateNotYetValid: "its certificate is not yet valid"
        case .certificateExpired: "its certificate has expired"
        case .unsupportedKey: "its key is none of Ed25519, P-256 and P-384"
        case .certificateRevoked: "its certificate is revoked"
        case .unknownKey(let key, let reason): "unknown key \(key): \(reason)"
        case .unjudged: "no certificate was judged"
        }
    }
}

extension FrameRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let announced, let limit): "\(announced) bytes announced, \(limit) allowed"
        case .empty: "a frame of no bytes"
        }
    }
}

extension TransportFailure {
    /// The name by which the specification knows it, and by which it is counted.
    package var code: String {
        switch self {
        case .refusedPeer(let refusal): refusal.code
        case .refusedByPeer: "refusedByPeer"
        case .brokenTLS: "brokenTLS"
        case .brokenFrame: "brokenFrame"
        case .handshakeTimedOut: "handshakeTimedOut"
        case .peerIsSilent: "peerIsSilent"
        case .peerDoesNotRead: "peerDoesNotRead"
        case .peerIsSlow: "peerIsSlow"
        case .truncated: "truncated"
        case .earlyWriteTooLong: "earlyWriteTooLong"
        case .closed: "closed"
        case .connectionFailed: "connectionFailed"
        }
    }
}

extension PeerRefusal {
    package var code: String {
        switch self {
        case .noCommonProtocol: "noCommonProtocol"
        case .noCertificate: "noCertificate"
        case .unfitCertificate: "unfitCertificate"
        case .certificateNotYetValid: "certificateNotYetValid"
        case .certificateExpired: "certificateExpired"
        case .unsupportedKey: "unsupportedKey"
        case .certificateRevoked: "certificateRevoked"
        case .unknownKey: "unknownKey"
        case .unjudged: "unjudged"
        }
    }
}
