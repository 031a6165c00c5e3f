import CanonicalEncoding
import Cryptography
@testable import Journal

/// A node that writes, as a test wants it to: honestly, or not.
struct Scribe {
    static let roadmap = Digest(of: "the roadmap".utf8)

    let key: SigningKey
    let body: WriterBody
    var roadmap = Scribe.roadmap

    static let paris = Scribe(seed: 1)
    static let seoul = Scribe(seed: 2)

    init(seed: UInt8, incarnation: UInt8 = 0) {
        key = SigningKey(seed: [UInt8](repeating: seed, count: 32))
        body = WriterBody(
            key: key.publicKey, incarnation: Incarnation([UInt8](repeating: incarnation, count: 16))!)
    }

    var writer: WriterID { body.writer }

    /// Entry 0. Two with different `time` are a fork at the very beginning.
    func first(time: UInt64 = 1_000) -> VerifiedEntry {
        entry(0, after: EntryID(roadmap), .writer, body.encoded(), time: time)
    }

    func next(_ before: VerifiedEntry, _ kind: EntryKind = .note, saying text: String = "…") -> VerifiedEntry {
        entry(before.header.sequence + 1, after: before.id, kind, Array(text.utf8))
    }

    func entry(
        _ sequence: UInt64, after previous: EntryID, _ kind: EntryKind, _ body: [UInt8], time: UInt64 = 1_000
    ) -> VerifiedEntry {
        let header = EntryHeader(
            roadmap: roadmap, writer: writer, sequence: sequence, previous: previous, seen: [], time: time, kind: kind,
            body: body)
        return VerifiedEntry(header, body: body)
    }

    /// Entry 0 and `count` − 1 notes on it.
    func chain(_ count: Int) -> [VerifiedEntry] { [first()] + chain(count - 1, after: first()) }

    func chain(_ count: Int, after before: VerifiedEntry, saying text: String = "…") -> [VerifiedEntry] {
        var entries: [VerifiedEntry] = []
        for _ in 0..<count { entries.append(next(entries.last ?? before, saying: text)) }
        return entries
    }

    func checkpoint(_ entry: VerifiedEntry) -> [UInt8] { Checkpoint(of: entry.header, signing: key).bytes }

    func batch(_ entries: some Collection<VerifiedEntry>) -> ReceivedBatch {
        ReceivedBatch(
            writer: writer, entries: entries.map(\.received),
            checkpoint: entries.isEmpty ? nil : checkpoint(Array(entries).last!))
    }
}

extension Journal {
    func check(
        _ batch: ReceivedBatch, mayWrite: (PublicKey) -> Bool = { _ in true },
        bodyCheck: (EntryKind, [UInt8]) -> DecodingRefusal? = { _, _ in nil }
    ) throws(EntryRefusal) -> VerifiedBatch {
        try verify(batch, mayWrite: mayWrite, bodyCheck: bodyCheck)
    }

    @discardableResult
    mutating func take(_ batch: ReceivedBatch) throws(EntryRefusal) -> VerifiedBatch {
        let verified = try check(batch)
        append(verified)
        return verified
    }

    /// A journal that holds these batches.
    init(holding batches: ReceivedBatch...) throws {
        self.init(roadmap: Scribe.roadmap)
        for batch in batches { try take(batch) }
    }
}

extension ReceivedBatch {
    /// The batch with one entry replaced.
    func with(_ index: Int, header: [UInt8]? = nil, body: [UInt8]?) -> ReceivedBatch {
        var entries = entries
        entries[index] = ReceivedEntry(header: header ?? entries[index].header, body: body)
        return ReceivedBatch(writer: writer, entries: entries, checkpoint: checkpoint)
    }

    func with(checkpoint: [UInt8]?) -> ReceivedBatch {
        ReceivedBatch(writer: writer, entries: entries, checkpoint: checkpoint)
    }
}

/// Random numbers that a failing test can repeat from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
