/// Those limits of a conversation that each node may set for itself; the others are the protocol's, and the same for all.
///
/// What a node sets delays entries, and refuses none for good. Source: `Docs/Specification/exchange.md`, section 7.
public struct ConversationLimits: Hashable, Sendable {
    /// Bytes of batches under way, each way: at least ``ExchangeLimits/leastBytesInFlight``.
    public var bytesInFlight = ExchangeLimits.bytesInFlight
    /// Batches under way, each way; at least 1.
    public var batchesInFlight = ExchangeLimits.batchesInFlight
    /// Unknown writers that are kept by their keys.
    public var declinedWriters = ExchangeLimits.declinedWriters
    /// Batches by unknown writers in a round, before the conversation ends.
    var unknownBatches = ExchangeLimits.unknownBatches
    /// Milliseconds for hello, summary and heads, each.
    public var findingPatience = ExchangeLimits.findingPatience
    /// Milliseconds for ids, and for heads of later rounds.
    public var answerPatience = ExchangeLimits.answerPatience
    /// Milliseconds for an acknowledgement after the last.
    public var acknowledgementPatience = ExchangeLimits.acknowledgementPatience
    /// Milliseconds of silence before a ping.
    public var pingAfter = ExchangeLimits.pingAfter
    /// Milliseconds of silence before the end.
    public var silenceLimit = ExchangeLimits.silenceLimit

    public init() {}

    /// What this side tells of itself in a hello.
    var link: LinkLimits {
        LinkLimits(bytesInFlight: UInt64(bytesInFlight), batchesInFlight: UInt64(batchesInFlight))
    }
}
