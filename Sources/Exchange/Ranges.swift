internal import CanonicalEncoding
internal import Cryptography
internal import Journal

/// The writers whose ids begin with the same bytes, in a list of heads.
struct WriterRange: Hashable, Sendable {
    /// At most 32 bytes; none for all writers.
    let prefix: [UInt8]
    /// Where they stand in the list, which ascends by writer.
    let places: Range<Int>

    func contains(_ writer: WriterID) -> Bool { writer.digest.bytes.starts(with: prefix) }

    /// The range in 256, by the next byte; empty ones too.
    func split(in heads: [WriterHeads]) -> [WriterRange] {
        var ranges: [WriterRange] = []
        var start = places.lowerBound
        for byte in UInt8.min...UInt8.max {
            var end = start
            while end < places.upperBound, heads[end].writer.digest.bytes[prefix.count] == byte { end += 1 }
            ranges.append(WriterRange(prefix: prefix + [byte], places: start..<end))
            start = end
        }
        return ranges
    }
}

/// What one side says of a range: how many writers it holds in it, and a fingerprint of their heads.
struct RangeSummary: Hashable, Sendable {
    let writerCount: Int
    /// The first eight bytes of an HMAC; 0 where there is no writer.
    let fingerprint: UInt64

    /// Under the key of this session, so that nobody but the two ends can look for histories that look alike.
    init(_ heads: some Collection<WriterHeads>, round: UInt64, under key: [UInt8]) {
        writerCount = heads.count
        guard !heads.isEmpty else {
            fingerprint = 0
            return
        }
        var encoder = CanonicalEncoder(reservingByteCount: 80 * heads.count + 32)
        encoder.array(count: 3)
        encoder.text("syngraph/range/1")
        encoder.unsigned(round)
        encoder.array(count: heads.count)
        for writer in heads { encoder.writerHeads(writer) }
        fingerprint = Digest.authenticationCode(key: key, message: encoder.bytes).bytes.prefix(8)
            .reduce(0) { $0 << 8 | UInt64($1) }
    }

    init(writerCount: Int, fingerprint: UInt64) {
        self.writerCount = writerCount
        self.fingerprint = fingerprint
    }
}

/// One round in which two sides find out in which writers they differ, by ranges of ids.
///
/// Both say the same kind of thing at every step, so both see the same differences and come to the same next step:
/// ranges that differ are split in 256, or listed where few writers are left in them. With `w` writers, of which `d`
/// differ, it costs some `d` times the logarithm of `w`; up to 128 writers are listed at once.
/// Source: `Docs/Specification/exchange.md`, section 9; after A. Meyer, "Range-Based Set Reconciliation" (2022).
struct Finding: Sendable {
    let round: UInt64
    /// This side's heads when the round began; ascending by writer.
    let heads: [WriterHeads]
    let digest: Digest
    private let key: [UInt8]

    private(set) var step: UInt64 = 0
    /// The parts of the ranges that are split in this step, and what this side says of them.
    private var parts: [WriterRange] = []
    private(set) var summaries: [RangeSummary] = []
    /// Ranges that differ and are small enough to be told whole.
    private var listed: [WriterRange] = []
    private var listedCount = 0
    /// Ranges that differ and are left to the next round; those in which this side has none are not kept.
    private var left: [WriterRange] = []
    private var isPartial = false
    private(set) var isListing = false
    private var nextListed = 0
    private var claims: [WriterHeads] = []

    init(round: UInt64, heads: [WriterHeads], under key: [UInt8]) {
        self.round = round
        self.heads = heads
        self.key = key
        digest = HeadsDigest.of(heads)
    }

    /// What comes next for both sides.
    enum Next: Hashable {
        /// Send the summaries of this step.
        case split
        /// Send the lists.
        case list
        case finish
    }

    /// Takes what the peer says of all it holds.
    mutating func take(writerCount: Int, _ theirs: Digest) -> Next {
        guard theirs != digest else { return .finish }
        var wide: [WriterRange] = []
        judge(WriterRange(prefix: [], places: heads.indices), writerCount, &wide)
        return proceed(with: wide)
    }

    /// Takes the peer's summaries of this step.
    mutating func take(_ theirs: [RangeSummary]) throws(ExchangeRefusal) -> Next {
        guard theirs.count == summaries.count else { throw .unasked(number: Message.Number.ranges.rawValue) }
        var wide: [WriterRange] = []
        for (number, part) in parts.enumerated() where summaries[number] != theirs[number] {
            judge(part, theirs[number].writerCount, &wide)
        }
        return proceed(with: wide)
    }

    /// Decides about a range that differs; both sides know the same of it.
    private mutating func judge(_ range: WriterRange, _ theirCount: Int, _ wide: inout [WriterRange]) {
        let most = max(range.places.count, theirCount)
        let isOneSided = min(range.places.count, theirCount) == 0
        if most <= ExchangeLimits.listedRange || isOneSided && most <= ExchangeLimits.listedWriters {
            guard listedCount + most <= ExchangeLimits.listedWriters else { return leave(range) }
            listedCount += most
            listed.append(range)
        } else if wide.count < ExchangeLimits.rangesPerStep, range.prefix.count < ExchangeLimits.steps {
            wide.append(range)
        } else {
            leave(range)
        }
    }

    private mutating func leave(_ range: WriterRange) {
        isPartial = true
        if !range.places.isEmpty { left.append(range) }
    }

    private mutating func proceed(with wide: [WriterRange]) -> Next {
        step += 1
        parts = wide.flatMap { $0.split(in: heads) }
        summaries = parts.map { RangeSummary(heads[$0.places], round: round, under: key) }
        guard wide.isEmpty else { return .split }
        listed.sort { $0.prefix.lexicographicallyPrecedes($1.prefix) }
        isListing = !listed.isEmpty
        return isListing ? .list : .finish
    }

    /// This side's heads in the ranges that are listed.
    var list: [WriterHeads] { listed.flatMap { heads[$0.places] } }

    /// Takes the next part of the peer's list.
    mutating func take(list: [WriterHeads]) throws(ExchangeRefusal) {
        let unasked = ExchangeRefusal.unasked(number: Message.Number.listing.rawValue)
        for writer in list {
            if let last = claims.last, last.writer >= writer.writer { throw unasked }
            while nextListed < listed.count, !listed[nextListed].contains(writer.writer) { nextListed += 1 }
            guard nextListed < listed.count, claims.count < ExchangeLimits.listedWriters else { throw unasked }
            claims.append(writer)
        }
    }

    /// What was found: of which writers the peer's heads are known, and which of this side's may be lacking there.
    var outcome: (known: [WriterHeads], open: [WriterID], isPartial: Bool) {
        var isOpen = [Bool](repeating: false, count: heads.count)
        for range in listed + left { for place in range.places { isOpen[place] = true } }
        let level = heads.indices.filter { !isOpen[$0] }.map { heads[$0] }
        let open = listed.flatMap { range in heads[range.places].map(\.writer) }
        return (level + claims, open, isPartial)
    }
}
