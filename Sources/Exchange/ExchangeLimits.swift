internal import Journal

/// Limits of one conversation; `Docs/Specification/exchange.md`, section 7, has the same table.
///
/// They bound what a hostile peer can make this node hold or wait for. None of them refuses an entry for good: an entry
/// that does not pass one link passes another, or a file, so copies never differ by them.
public enum ExchangeLimits {
    /// The newest version of these messages, and the oldest that this node speaks, with older nodes.
    public static let protocolVersion: UInt64 = 3
    public static let oldestVersion: UInt64 = 1
    /// Versions in a hello: a node that speaks more than this many is not one of ours.
    public static let versions = 16
    /// Roadmaps in a hello: a connection serves one; a peer may offer a few.
    public static let roadmapsOffered = 16

    /// Bytes of one message. The transport refuses longer frames before reading them.
    public static let messageByteCount = 1 << 20
    /// Bytes of a batch in parts: the largest lawful one, with the heads of its entries. One body may have 16 MiB.
    public static let longMessageByteCount = JournalLimits.batchByteCount + (64 << 10)
    /// Bytes of one part: a message less its head.
    public static let partByteCount = messageByteCount - 64
    /// Bytes of entries after which this node ends a batch where it can: half a message, so that most fit one.
    public static let batchByteCount = 512 << 10
    /// Entries in one batch: a block of the journal. Bounds the hashing that one message can ask for.
    public static let entriesPerBatch = Int(JournalLimits.entriesPerBlock)
    /// Bytes of batches sent and not yet acknowledged, in each direction; a longer batch goes alone.
    public static let bytesInFlight = 4 << 20
    /// A peer that takes fewer bytes than this at once would only ever be sent batches one by one.
    public static let leastBytesInFlight = 64 << 10
    /// Batches sent and not yet acknowledged, in each direction: enough for a slow disk far away.
    public static let batchesInFlight = 32

    /// Writers in one list of heads: 4096 forked ones fit a message. In version 1 nobody may have more.
    public static let writers = 4096
    /// Writers in a range that differs, up to which it is listed: fewer bytes than its 256 parts, or not many more.
    public static let listedRange = 128
    /// Writers listed in one round, which a node keeps for every connection; more are left to the next round.
    public static let listedWriters = 65_536
    /// Ranges split in 256 in one step: their summaries fit a message.
    public static let rangesPerStep = 256
    /// Steps in a round: nobody finds 129 writers whose ids begin with the same 8 bytes.
    public static let steps = 8
    /// Heads of one writer: what a journal keeps of a fork.
    public static let headsPerWriter = 2
    /// Ids that one probe may ask for: four probes find the parting in 10,000 entries.
    public static let idsPerProbe = 32
    /// Unknown writers that this node keeps by their keys, to begin a round when it admits one of them; of more it keeps
    /// that there are some, and begins a round when it admits any key.
    public static let declinedWriters = 64
    /// Batches by unknown writers in a round, before the conversation ends: as many writers as a round compares.
    public static let unknownBatches = listedWriters
    /// Writers whose keys have used up an allowance, of which the peer may send batches before the conversation ends.
    public static let postponedWriters = 4096
    /// Rounds of finding in a row that brought nothing, before the conversation ends: half a minute in all.
    public static let idleRounds: UInt64 = 4

    /// Bytes that a peer whose key is unknown may say before it is known: some dozens of changes of keys.
    public static let introductionByteCount = 64 << 10
    /// Bytes of the message with which this node shows its own statements: the rest is for a hello and the asking.
    public static let shownByteCount = introductionByteCount - 2048
    /// Milliseconds for such a peer to become known.
    public static let introductionPatience: UInt64 = 5_000

    /// Milliseconds for hello, summary and heads, each.
    public static let findingPatience: UInt64 = 10_000
    /// Milliseconds without hearing anything after which the peer is asked whether it is there.
    public static let pingAfter: UInt64 = 10_000
    /// Milliseconds without hearing anything after which the peer is given up.
    public static let silenceLimit: UInt64 = 30_000
    /// Milliseconds for ids that were asked for.
    public static let answerPatience: UInt64 = 30_000
    /// Milliseconds for an acknowledgement: the peer's disk may be slow, but not this slow.
    public static let acknowledgementPatience: UInt64 = 60_000
    /// Milliseconds for which two quiet sides may differ before they compare anew, for news may be under way; doubled
    /// with every round that brought nothing.
    public static let differencePatience: UInt64 = 2_000
}
