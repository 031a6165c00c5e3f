import CanonicalEncoding
import Cryptography
import Exchange
import Journal

/// A node whose disk is memory: what the store will be to a conversation, in the shortest form.
final class MemoryNode: JournalReading {
    let name: String
    let key: SigningKey
    private(set) var writer: WriterID?
    private(set) var journal: Journal
    private var entries: [EntryID: ReceivedEntry] = [:]
    private var checkpoints: [EntryID: [UInt8]] = [:]
    var admitted: Set<PublicKey> = []
    /// Entries that are taken of a key; of one that is not named, all.
    var entryLimits: [PublicKey: Int] = [:]
    /// Entries that were appended by another's batch, the repeated ones too.
    private(set) var receivedEntryCount = 0

    init(_ name: String, seed: UInt8, roadmap: Digest = Roadmaps.gulf) {
        self.name = name
        key = NodeKeys.key(seed)
        journal = Journal(roadmap: roadmap)
        admitted = NodeKeys.admitted
    }

    /// Begins so many further writers with this node's key, of one entry each: what a node is that was moved often.
    func begin(writers numbers: Range<Int>) {
        for number in numbers {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            let composition = Composition(
                roadmap: journal.roadmap, key: key.publicKey,
                incarnation: Incarnation(bytes + [UInt8](repeating: 1, count: 8))!, at: 1_700_000_000)
            for batch in composition.finish(signing: key) { append(batch) }
        }
    }

    /// Writes notes as one of this key's writers.
    func write(_ count: Int, as writer: WriterID, saying text: String = "note") {
        guard var composition = journal.composing(as: writer) else { return }
        for number in 0..<count { composition.compose(.note, body: Array("\(text) \(number)".utf8), at: 1_700_000_000) }
        for batch in composition.finish(signing: key) { append(batch) }
    }

    /// The same disk in another machine: how forks come to be.
    func copy(_ name: String) -> MemoryNode {
        let copy = MemoryNode(name, seed: key.rawSeed[0], roadmap: journal.roadmap)
        copy.writer = writer
        copy.journal = journal
        copy.entries = entries
        copy.checkpoints = checkpoints
        copy.admitted = admitted
        return copy
    }

    func mayWrite(_ key: PublicKey) -> Bool { admitted.contains(key) }
    var admittedKeyCount: Int { admitted.count }

    func allowanceUsedUp(for batch: VerifiedBatch) -> Allowance? {
        isOpen(.entries, to: batch.key) ? nil : .entries
    }

    func isOpen(_ allowance: Allowance, to key: PublicKey) -> Bool {
        guard let limit = entryLimits[key] else { return true }
        return journal.writers.reduce(0) { $0 + (journal[$1]?.key == key ? journal[$1]!.count : 0) } < limit
    }

    func bodyRefusal(_ kind: EntryKind, _ body: [UInt8]) -> DecodingRefusal? {
        body == Array("not a note".utf8) ? DecodingRefusal(.wrongKind) : nil
    }

    /// Writes notes of our own and stores them.
    func write(_ count: Int, saying text: String = "note", bodyByteCount: Int? = nil) {
        var composition: Composition
        if let writer {
            guard let next = journal.composing(as: writer) else { return }
            composition = next
        } else {
            let incarnation = Incarnation([UInt8](repeating: 7, count: 16))!
            composition = Composition(
                roadmap: journal.roadmap, key: key.publicKey, incarnation: incarnation, at: 1_700_000_000)
            writer = composition.writer
        }
        for number in 0..<count {
            var body = Array("\(text) \(number) of \(name)".utf8)
            if let bodyByteCount { body = [UInt8](repeating: UInt8(number % 251), count: bodyByteCount) }
            composition.compose(.note, body: body, at: 1_700_000_000)
        }
        for batch in composition.finish(signing: key) { append(batch) }
    }

    func store(_ batch: VerifiedBatch) {
        receivedEntryCount += batch.entries.count
        append(batch)
    }

    func append(_ batch: VerifiedBatch) {
        for entry in batch.entries { entries[entry.id] = entry.received }
        if let checkpoint = batch.checkpoint { checkpoints[checkpoint.entry] = checkpoint.bytes }
        journal.append(batch)
    }

    func batch(of writer: WriterID, from sequence: UInt64, onBranchTo tip: Place, byteCount: Int) -> ReceivedBatch? {
        guard let history = journal[writer], sequence <= tip.sequence else { return nil }
        let branch = history.branches.first { $0[0] == tip.id } ?? []
        let ids = history.trunk[min(Int(sequence), history.trunk.count)...] + branch
        var taken: [ReceivedEntry] = []
        var bytes = 0
        var end: (count: Int, checkpoint: [UInt8])?
        for (id, place) in zip(ids, sequence...) {
            guard let entry = entries[id], place / 256 == sequence / 256 else { break }
            bytes += entry.header.count + (entry.body?.count ?? 0)
            if bytes > byteCount, end != nil { break }
            taken.append(entry)
            if let checkpoint = checkpoints[id] { end = (taken.count, checkpoint) }
            if (entry.body?.count ?? 0) > 64 << 10 { break }
        }
        guard let end else { return nil }
        return ReceivedBatch(writer: writer, entries: Array(taken.prefix(end.count)), checkpoint: end.checkpoint)
    }
}

/// Keys that every test uses, made once: checking a point takes a while.
enum NodeKeys {
    private static let keys = (1...9).map { SigningKey(seed: [UInt8](repeating: $0, count: 32)) }
    static let admitted = Set(keys.map(\.publicKey))

    static func key(_ seed: UInt8) -> SigningKey {
        (1...9).contains(seed) ? keys[Int(seed) - 1] : SigningKey(seed: [UInt8](repeating: seed, count: 32))
    }
}

enum Roadmaps {
    static let gulf = Digest(of: Array("the roadmap of the gulf".utf8))
    static let lake = Digest(of: Array("the roadmap of the lake".utf8))
}

/// SplitMix64: a seed on one line repeats a failing night.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
