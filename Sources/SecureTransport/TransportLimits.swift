/// What a peer, known or not, may make us hold, wait for or count.
///
/// Each has a default and is a setting of the node; limits of a link delay, they never decide what is agreed.
/// Source: `Docs/Specification/transport.md`, section 6.
package struct TransportLimits: Hashable, Sendable {
    /// The longest payload of a frame. A batch of entries fits many times over, and 256 peers that each leave one
    /// frame unfinished hold 256 MiB, which the smallest machine we ask for has.
    package var frameByteCount = 1 << 20

    /// Whole frames kept ready for a slow reader; while they are more, the socket is not read.
    /// One read (64 KiB) and one frame may come on top.
    package var inboxByteCount = 256 << 10

    /// Ciphertext waiting for the socket; while it is more, no further frame is encrypted.
    package var outboxByteCount = 256 << 10

    /// What may be written before the handshake is over. A connection is handed out after it, so this is nearly
    /// always nothing; the channel does not count it, so it needs a bound of its own.
    package var earlyWriteByteCount = 64 << 10

    /// The certificates of one peer, leaf and issuers: a node certificate has about 300 bytes, a long PKI chain 8 KiB.
    /// Takes effect where it is given to ``TLSContext``, which judges certificates.
    package var certificateByteCount = 32 << 10

    /// From the TCP connection to the end of the handshake, and before that for the TCP connection itself.
    /// Two round trips to the far side of the world by satellite are 3 s.
    package var handshakeTimeout: Duration = .seconds(10)

    /// Without a byte of a frame while we are ready to read, or without the peer taking any while we write.
    /// The exchange speaks more often than that; a cut cable says nothing.
    package var idleTimeout: Duration = .seconds(60)

    /// From the first byte of a frame to its last, while we are ready to read: whoever trickles is not silent, and would
    /// keep its place for ever. The longest frame takes so long at 28 kbit/s.
    package var frameTimeout: Duration = .seconds(300)

    /// How long the other side may take to close after we have said that we do.
    package var closingTimeout: Duration = .seconds(2)

    /// Accepted connections from one IPv4 address or one IPv6 /64: a party's nodes behind one router.
    package var connectionsPerAddress = 32

    /// Accepted connections from nodes of one party: it has 64 nodes at most, and seldom more than a few.
    package var connectionsPerParty = 32

    /// Accepted connections of one listener.
    package var connectionCount = 256

    /// Accepted connections of one listener whose peer is not known yet; 0: nobody is met whose key is unknown.
    package var introductionCount = 8

    /// Those from one IPv4 address or one IPv6 /64.
    package var introductionsPerAddress = 2

    /// Bytes that such a peer may say before it is known, and a frame of its.
    package var introductionByteCount = 64 << 10

    /// How long it may take to become known.
    package var introductionTimeout: Duration = .seconds(5)

    package init() {}

    /// The most that one TLS write takes at a time: memory BIOs grow with what is put in, and are copied as they do.
    static let writeByteCount = 64 << 10

    /// The most that one read of the socket takes.
    static let readByteCount = 64 << 10
}
