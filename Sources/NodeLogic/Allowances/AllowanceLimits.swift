/// How much a node takes of each node key.
///
/// They delay entries, and refuse none for good: what is beyond waits at the peers. Whatever they are, two copies that
/// can talk come to hold the same. Source: `Docs/Specification/exchange.md`, section 7.
public struct AllowanceLimits: Hashable, Sendable {
    /// Entries of a day that are no records of the agreement; at least a batch (256).
    public var entriesPerDay = 65_536
    /// Bytes of them, headers with bodies; at least those of a batch (``ExchangeLimits/longMessageByteCount``).
    public var bytesPerDay = 256 << 20
    /// Records of the agreement of a day.
    public var recordsPerDay = 1 << 20
    /// Bytes of them.
    public var recordBytesPerDay = 1 << 30
    /// Instruments that nobody has sealed.
    public var unsealedInstruments = 4_096
    /// Such instruments that are taken in a day beyond that, so that nothing waits for ever for a seal that stands behind.
    public var instrumentsBeyondPerDay = 256

    public init() {}
}
