import Cryptography
import Foundation
import Journal
import Storage

/// Somebody who writes into a journal of their own; a copy of it that writes on tells another story.
struct Author {
    static let roadmap = Digest(of: "the roadmap".utf8)

    let key: SigningKey
    let writer: WriterID
    private(set) var journal = Journal(roadmap: Author.roadmap)
    private(set) var batches: [VerifiedBatch] = []

    /// An author whose chain has its entry 0.
    init(_ seed: UInt8) {
        key = SigningKey(seed: [UInt8](repeating: seed, count: 32))
        let beginning = Composition(
            roadmap: Author.roadmap, key: key.publicKey, incarnation: Incarnation([UInt8](repeating: seed, count: 16))!,
            at: 1_000)
        writer = beginning.writer
        take(beginning.finish(signing: key))
    }

    /// Writes `count` entries, under one signature but for what the format asks for.
    @discardableResult
    mutating func write(
        _ count: Int = 1, _ kind: EntryKind = .note, saying text: String = "…", byteCount: Int? = nil
    ) -> [VerifiedBatch] {
        var composition = journal.composing(as: writer)!
        let body = byteCount.map { [UInt8](repeating: 7, count: $0) } ?? Array(text.utf8)
        for _ in 0..<count { composition.compose(kind, body: body, at: 1_000) }
        let written = composition.finish(signing: key)
        take(written)
        return written
    }

    private mutating func take(_ written: [VerifiedBatch]) {
        for batch in written { journal.append(batch) }
        batches += written
    }
}

/// A store with the journal that its owner keeps in memory beside it.
struct Copy {
    let store: any JournalStore
    var journal = Journal(roadmap: Author.roadmap)

    /// Checks what was sent, stores it, and only then counts it.
    @discardableResult
    mutating func take(_ received: ReceivedBatch) throws -> VerifiedBatch {
        let batch = try journal.verify(received, mayWrite: { _ in true }, bodyCheck: { _, _ in nil })
        try store.append([batch])
        journal.append(batch)
        return batch
    }

    mutating func take(_ batches: [VerifiedBatch]) throws {
        for batch in batches { try take(batch.received) }
    }
}

/// A directory of its own, gone with the value that holds it.
final class Home {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "syngraph-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/journal.sqlite" }

    func store(roadmap: Digest = Author.roadmap) throws(StoreFailure) -> SQLiteStore {
        try SQLiteStore(path: database, roadmap: roadmap)
    }
}

/// The stores that one contract binds.
enum StoreMaker: String, CaseIterable, Sendable {
    case memory
    case sqlite

    func with<Result>(_ body: (inout Copy) throws -> Result) throws -> Result {
        let home = try Home()
        let store: any JournalStore = self == .memory ? MemoryStore(roadmap: Author.roadmap) : try home.store()
        var copy = Copy(store: store)
        return try withExtendedLifetime(home) { try body(&copy) }
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
