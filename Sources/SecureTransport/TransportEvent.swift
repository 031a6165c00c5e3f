/// What the transport tells our own log.
package enum TransportEvent: Hashable, Sendable {
    /// The handshake is over on our side. The peer may still refuse us: see ``SecureConnection``.
    case opened(address: String, peer: Peer)
    /// A connection that never came about.
    case refused(address: String, TransportFailure)
    /// A connection turned away before a byte was read.
    case overLimit(address: String, ConnectionQuota.Limit)
    /// The end of an opened connection; `nil` for an orderly close by either side.
    case ended(address: String, peer: Peer, TransportFailure?)
}

/// Takes the transport's events; called on event loops, so it must not block.
package typealias TransportLog = @Sendable (TransportEvent) -> Void
