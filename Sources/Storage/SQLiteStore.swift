public import Cryptography
internal import Foundation
internal import GRDB
internal import Glibc
public import Journal

/// A store in one SQLite file.
///
/// One connection, used by one thread at a time: a node has one writer, its reads are short, and a single connection has
/// a single `synchronous` setting to be sure of. The journal mode is WAL and `synchronous` is FULL, which is read back
/// after opening: a call that returned was waited for by the disk, and what SQLite does not finish it rolls back.
/// Owns the database's handle, which closes when this goes.
public final class SQLiteStore: JournalStore {
    public let roadmap: Digest
    public let recovery: LogRecovery?
    public var hasLost: Bool { access(lossMark, F_OK) == 0 }
    /// Stands beside the file from before SQLite mends the log, when nothing tells any more that something is gone, until
    /// whoever writes has taken note.
    private let lossMark: String
    let database: DatabaseQueue

    /// Opens the file at `path`, or creates it, readable by its owner only.
    ///
    /// Whoever opens it holds the home's ``HomeLock``.
    ///
    /// - Throws: `cannotOpen`, `newerFormat`, `anotherRoadmap`, `notDurable`, or SQLite's own.
    public init(path: String, roadmap: Digest) throws(StoreFailure) {
        self.roadmap = roadmap
        try Self.createPrivately(path)
        recovery = LogRecovery(ofLogAt: path + "-wal")
        lossMark = path + "-lost"
        if let recovery, recovery.lostPageCount > 0 { try Self.setMark(lossMark) }
        var configuration = Configuration()
        configuration.journalMode = .wal
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw StoreFailure(error)
        }
        try insistOnDurability()
        try setSizes()
        try migrate()
        try insistOnRoadmap()
    }

    /// SQLite gives the `-wal` and `-shm` files beside it the same permissions.
    private static func createPrivately(_ path: String) throws(StoreFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else { throw .cannotOpen(path: path, code: errno) }
        close(descriptor)
    }

    private static func setMark(_ path: String) throws(StoreFailure) {
        try createPrivately(path)
        let folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        defer { close(folder) }
        guard folder >= 0, fsync(folder) == 0 else { throw .cannotOpen(path: path, code: errno) }
    }

    public func noteLossHandled() { unlink(lossMark) }

    /// GRDB relaxes `synchronous` when it turns WAL on, after any hook of ours, so it is set once that is done.
    private func insistOnDurability() throws(StoreFailure) {
        let found = try run { database in
            try database.inDatabase { connection in
                try connection.execute(sql: "PRAGMA synchronous = FULL")
                return try Int.fetchOne(connection, sql: "PRAGMA synchronous") ?? -1
            }
        }
        guard found == 2 else { throw .notDurable(synchronous: found) }
    }

    /// A batch of entries touches a page of the index of names for nearly each of them. With SQLite's own sizes a catch-up
    /// read and wrote the same pages again and again.
    private func setSizes() throws(StoreFailure) {
        try run { database in
            try database.inDatabase { connection in
                try connection.execute(sql: "PRAGMA cache_size = -\(Self.cacheByteCount >> 10)")
                try connection.execute(sql: "PRAGMA wal_autocheckpoint = \(Self.logPageCount)")
            }
        }
    }

    /// Bytes of pages that are held: the indexes of some 100,000 entries.
    private static let cacheByteCount = 8 << 20
    /// Pages of the log, of 4 KiB, after which they are written to where they belong; SQLite's own number is 1,000.
    private static let logPageCount = 4_000

    private func migrate() throws(StoreFailure) {
        let migrator = StoreSchema.migrator
        let isNewer = try run { try $0.read { try migrator.hasBeenSuperseded($0) } }
        guard !isNewer else { throw .newerFormat }
        try run { try migrator.migrate($0) }
    }

    private func insistOnRoadmap() throws(StoreFailure) {
        guard let bytes = try setting(Self.roadmapSetting), let found = Digest(bytes) else {
            return try set(Self.roadmapSetting, to: roadmap.bytes)
        }
        guard found == roadmap else { throw .anotherRoadmap(found: found) }
    }

    private static let roadmapSetting = "roadmap"

    public func append(_ batches: [VerifiedBatch], settings: [String: [UInt8]]) throws(StoreFailure) {
        try write { connection in
            for batch in batches { try StoredWriter(batch, in: connection).keep() }
            for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
                try connection.execute(
                    sql: "INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                    arguments: [name, Data(value)])
            }
        }
    }

    public func attach(_ body: [UInt8], to id: EntryID) throws(StoreFailure) -> Bool {
        try write { connection in
            guard let row = try EntryRow.named(id, in: connection) else { return false }
            guard try EntryHeader(encoded: row.header).isOf(body) else { return false }
            try connection.execute(
                sql: "UPDATE entries SET body = ? WHERE number = ?", arguments: [Data(body), row.number])
            return true
        }
    }

    public func batches(
        of writer: WriterID, from sequence: UInt64, byteLimit: Int
    ) throws(StoreFailure) -> [ReceivedBatch] {
        try read { connection in
            guard let stored = try StoredWriter.Row(writer, in: connection), sequence <= stored.next else { return [] }
            var cut = BatchCut(byteLimit: byteLimit)
            let isOpen = try EntryRow.take(into: &cut, from: sequence, branch: 0, of: stored, in: connection)
            if let batch = cut.batch(of: writer) { return [batch] }
            guard isOpen, stored.hasParted else { return [] }
            var batches: [ReceivedBatch] = []
            for branch in 1...2 {
                var cut = cut
                _ = try EntryRow.take(into: &cut, from: stored.next, branch: branch, of: stored, in: connection)
                if let batch = cut.batch(of: writer) { batches.append(batch) }
            }
            return batches
        }
    }

    public func entry(_ id: EntryID) throws(StoreFailure) -> ReceivedEntry? {
        try read { connection in
            try EntryRow.named(id, in: connection).map { ReceivedEntry(header: $0.header, body: $0.body) }
        }
    }

    public func loadJournal() throws(StoreFailure) -> Journal {
        try read { connection in
            var journal = Journal(roadmap: roadmap)
            for writer in try StoredWriter.Row.all(in: connection) {
                do {
                    journal.restore(try writer.checkedHistory(in: roadmap, connection))
                } catch let refusal as EntryRefusal {
                    throw StoreFailure.damagedHistory(writer.id, refusal)
                }
            }
            return journal
        }
    }

    public func forEachAgreementEntry(
        _ visit: (StoredEntry) throws(StoreFailure) -> Void
    ) throws(StoreFailure) {
        try read { connection in
            let rows = try Row.fetchCursor(
                connection,
                sql: "SELECT header, body FROM entries WHERE kind BETWEEN 1 AND 5 ORDER BY number")
            while let row = try rows.next() {
                let header = try EntryHeader(encoded: row.bytes(0) ?? [])
                guard let body = try row.bytes(1), header.isOf(body) else {
                    throw StoreFailure.damaged(header.bodyHash)
                }
                try visit(StoredEntry(header: header, body: body))
            }
        }
    }

    public func draftEntries(after number: UInt64, byteLimit: Int) throws(StoreFailure) -> [NumberedEntry] {
        try read { connection in
            var (entries, byteCount) = ([NumberedEntry](), 0)
            let rows = try Row.fetchCursor(
                connection,
                sql: "SELECT number, header, body FROM entries WHERE kind = 17 AND number > ? ORDER BY number",
                arguments: [Int64(clamping: number)])
            while let row = try rows.next() {
                let header = try EntryHeader(encoded: row.bytes(1) ?? [])
                let body = try row.bytes(2)
                guard body.map(header.isOf) != false else { throw StoreFailure.damaged(header.bodyHash) }
                let entry = NumberedEntry(number: UInt64(row[0] as Int64), header: header, body: body)
                guard entries.take(entry, byteCount: &byteCount, byteLimit: byteLimit) else { break }
            }
            return entries
        }
    }

    public func put(_ records: [StoredRecord]) throws(StoreFailure) {
        try write { connection in
            for record in records { try StoredWriter.keep(record, in: connection) }
        }
    }

    public func record(_ id: Digest) throws(StoreFailure) -> StoredRecord? {
        try read { connection in
            try Row.fetchOne(
                connection, sql: "SELECT id, kind, bytes FROM records WHERE id = ?", arguments: [Data(id.bytes)]
            ).map(StoredRecord.init(row:))
        }
    }

    public func forEachRecord(_ visit: (StoredRecord) throws(StoreFailure) -> Void) throws(StoreFailure) {
        try read { connection in
            let rows = try Row.fetchCursor(connection, sql: "SELECT id, kind, bytes FROM records ORDER BY number")
            while let row = try rows.next() { try visit(StoredRecord(row: row)) }
        }
    }

    public func setting(_ name: String) throws(StoreFailure) -> [UInt8]? {
        try read { connection in
            try Data.fetchOne(connection, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
                .map { Array($0) }
        }
    }

    public func counts() throws(StoreFailure) -> StoreCounts {
        try read { connection in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(connection, sql: "SELECT COUNT(*) FROM \(table)") ?? 0
            }
            return try StoreCounts(
                writers: count("writers"), entries: count("entries"), records: count("records"))
        }
    }

    private func write<Result>(_ body: (Database) throws -> Result) throws(StoreFailure) -> Result {
        try run { try $0.write(body) }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws(StoreFailure) -> Result {
        try run { try $0.read(body) }
    }

    private func run<Result>(_ body: (DatabaseQueue) throws -> Result) throws(StoreFailure) -> Result {
        do {
            return try body(database)
        } catch {
            throw StoreFailure(error)
        }
    }
}

extension StoreFailure {
    /// What went wrong below us, in our words where we have some.
    init(_ error: any Error) {
        switch error {
        case let failure as StoreFailure: self = failure
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: self = .diskFull
        case let error as DatabaseError:
            self = .sqlite(code: error.extendedResultCode.rawValue, message: error.message ?? "")
        default: self = .sqlite(code: ResultCode.SQLITE_CORRUPT.rawValue, message: "\(error)")
        }
    }
}
