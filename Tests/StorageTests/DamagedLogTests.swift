import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Storage

/// A store as a machine leaves it that stops between two writes: copied while it is open, so its log is not taken in.
private final class StoppedStore {
    let home: Home
    private let pristine: Data
    let author: Author

    var log: String { home.database + "-wal" }

    /// - Parameter batchCount: batches of one to five entries after the first, a transaction each.
    init(batchCount: Int) throws {
        let source = try Home()
        home = try Home()
        var author = Author(3)
        let store = try source.store()
        for number in 0..<batchCount { author.write(1 + number % 5, byteCount: 40 + 97 * number) }
        for batch in author.batches { try store.append([batch]) }
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: source.database + suffix, toPath: home.database + suffix)
        }
        pristine = try Data(contentsOf: URL(filePath: home.database))
        self.author = author
        withExtendedLifetime(store) {}
    }

    func bytes() throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: log))) }

    /// Puts the database back as it was, beside another log.
    func put(_ log: [UInt8]) throws {
        try pristine.write(to: URL(filePath: home.database))
        try Data(log).write(to: URL(filePath: self.log))
        try? FileManager.default.removeItem(atPath: home.database + "-shm")
    }

    /// Pages of the log that SQLite itself takes.
    func pagesTakenBySQLite() throws -> Int {
        var configuration = Configuration()
        configuration.journalMode = .wal
        let database = try DatabaseQueue(path: home.database, configuration: configuration)
        return try database.inDatabase { connection in
            _ = try Int.fetchOne(connection, sql: "SELECT COUNT(*) FROM sqlite_schema")
            let row = try #require(try Row.fetchOne(connection, sql: "PRAGMA wal_checkpoint(PASSIVE)"))
            return row[1] as Int
        }
    }
}

@Suite("A log that was not closed in order")
struct DamagedLogTests {
    @Test func `is none after an orderly end`() throws {
        let home = try Home()
        var store: SQLiteStore? = try home.store()
        #expect(store?.recovery == nil)
        store = nil
        #expect(try home.store().recovery == nil)
    }

    @Test func `counts as a whole where nothing befell it`() throws {
        let stopped = try StoppedStore(batchCount: 6)
        let log = try stopped.bytes()
        let recovery = try #require(LogRecovery(ofLogAt: stopped.log))
        #expect(recovery.lostPageCount == 0 && recovery.unfinishedPageCount == 0)
        #expect(try stopped.pagesTakenBySQLite() == recovery.keptPageCount)
        try stopped.put(log)
        let store = try stopped.home.store()
        #expect(store.recovery == recovery)
        #expect(try store.loadJournal().entryCount == stopped.author.journal.entryCount)
    }

    @Test func `has lost what stands behind a byte that was changed, says so, and keeps the rest`() throws {
        let stopped = try StoppedStore(batchCount: 6)
        let whole = try stopped.bytes()
        let pages = try #require(LogRecovery(ofLogAt: stopped.log)).keptPageCount
        var log = whole
        log[log.count - 4000] ^= 1
        try stopped.put(log)
        let store = try stopped.home.store()
        let recovery = try #require(store.recovery)
        #expect(recovery.lostPageCount == 1)
        #expect(recovery.keptPageCount + recovery.unfinishedPageCount == pages - 1)
        let journal = try store.loadJournal()
        let held = journal.entryCount
        #expect(0 < held && held < stopped.author.journal.entryCount)
        // What is left is a beginning of the chain, so the rest can come again from whoever has it.
        let writer = stopped.author.writer
        for sequence in 0..<UInt64(held) {
            #expect(journal[writer]?.entries(at: sequence) == stopped.author.journal[writer]?.entries(at: sequence))
        }
        var copy = Copy(store: store, journal: journal)
        try copy.take(stopped.author.batches)
        #expect(try store.loadJournal().entryCount == stopped.author.journal.entryCount)
    }

    @Test func `without its last bytes, or without a header, is taken as SQLite takes it`() throws {
        let stopped = try StoppedStore(batchCount: 4)
        let whole = try stopped.bytes()
        try stopped.put(Array(whole.dropLast(100)))
        #expect(LogRecovery(ofLogAt: stopped.log)?.lostPageCount == 1)
        var headless = whole
        headless[20] ^= 1
        try stopped.put(headless)
        #expect(LogRecovery(ofLogAt: stopped.log)?.lostPageCount == 1)
        #expect(LogRecovery(ofLogAt: stopped.log)?.keptPageCount == 0)
        try stopped.put([])
        #expect(LogRecovery(ofLogAt: stopped.log) == nil)
    }

    /// SQLite mends the log when it opens it: whoever comes next finds it whole.
    @Test func `is known to have lost something until whoever writes has taken note`() throws {
        let stopped = try StoppedStore(batchCount: 4)
        try stopped.put(Array(try stopped.bytes().dropLast(100)))
        for isLast in [false, false, true] {
            let store = try stopped.home.store()
            #expect(store.hasLost)
            if isLast { store.noteLossHandled() }
            #expect(store.hasLost != isLast)
        }
        #expect(try !stopped.home.store().hasLost)
    }

    /// `DISK_SEEDS` has more of them played: `make disk-test`.
    @Test func `is read as SQLite reads it, whatever befell it`() throws {
        let seeds = ProcessInfo.processInfo.environment["DISK_SEEDS"].flatMap(UInt64.init) ?? 40
        let stopped = try StoppedStore(batchCount: 12)
        let whole = try stopped.bytes()
        for seed in 0..<seeds {
            var random = SeededGenerator(seed: seed)
            var log = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 32..<log.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: log = Array(log[..<place])
                case 1: log[place] ^= UInt8.random(in: 1...255, using: &random)
                case 2: for index in place..<min(log.count, place + 512) { log[index] = 0 }
                default: log += (0..<4120).map { _ in UInt8.random(in: 0...255, using: &random) }
                }
                if log.count <= 33 { break }
            }
            try stopped.put(log)
            let recovery = LogRecovery(ofLogAt: stopped.log)
            #expect(try stopped.pagesTakenBySQLite() == recovery?.keptPageCount ?? 0, "seed \(seed)")
            try stopped.put(log)
            let store = try stopped.home.store()
            let journal = try store.loadJournal()
            var copy = Copy(store: store, journal: journal)
            try copy.take(stopped.author.batches)
            #expect(try store.loadJournal().entryCount == stopped.author.journal.entryCount, "seed \(seed)")
        }
    }
}
