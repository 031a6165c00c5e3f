import Cryptography
import Foundation
import GRDB
import Journal
import Testing

@testable import Storage

@Suite("A store on disk")
struct SQLiteStoreTests {
    let home: Home

    init() throws { home = try Home() }

    @Test func `has everything again when it is opened again`() throws {
        var paris = Author(1)
        paris.write(20, .seal)
        let record = StoredRecord(kind: .instrument, bytes: [1])
        do {
            let store = try home.store()
            try store.append(paris.batches, settings: ["writer": paris.writer.digest.bytes])
            try store.put([record])
        }
        let store = try home.store()
        #expect(try store.loadJournal() == paris.journal)
        #expect(try store.record(record.id) == record)
        #expect(try store.setting("writer") == paris.writer.digest.bytes)
    }

    @Test func `waits for the disk: WAL, and synchronous FULL read back`() throws {
        let store = try home.store()
        let (mode, synchronous) = try store.database.read { connection in
            (
                try String.fetchOne(connection, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(connection, sql: "PRAGMA synchronous")
            )
        }
        #expect(mode == "wal" && synchronous == 2)
    }

    @Test func `is readable by its owner only, whatever it was before`() throws {
        let isCreated = FileManager.default.createFile(
            atPath: home.database, contents: nil, attributes: [.posixPermissions: 0o644])
        #expect(isCreated)
        let store = try home.store()
        try store.append(Author(1).batches)
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: home.database + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
        }
    }

    @Test func `is refused under another roadmap, from a newer version, or where there is no such place`() throws {
        do {
            let store = try home.store()
            let other = Digest(of: "another".utf8)
            #expect(throws: StoreFailure.anotherRoadmap(found: Author.roadmap)) { try home.store(roadmap: other) }
            try store.database.write { connection in
                try connection.execute(sql: "INSERT INTO grdb_migrations VALUES ('9: something of the future')")
            }
        }
        #expect(throws: StoreFailure.newerFormat) { try home.store() }
        let nowhere = home.path + "/no/such/place"
        #expect(throws: StoreFailure.cannotOpen(path: nowhere, code: ENOENT)) {
            try SQLiteStore(path: nowhere, roadmap: Author.roadmap)
        }
    }

    @Test func `says that the disk is full, keeps what it had, and goes on when there is room`() throws {
        let store = try home.store()
        var paris = Author(1)
        try store.append(paris.batches)
        let before = paris.journal
        let pages = try store.database.read { try Int.fetchOne($0, sql: "PRAGMA page_count")! }
        try store.database.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = \(pages + 2)") }
        let batches = paris.write(30, byteCount: 4_000)
        #expect(throws: StoreFailure.diskFull) { try store.append(batches, settings: ["a": [1]]) }
        #expect(throws: StoreFailure.diskFull) {
            try store.put([StoredRecord(kind: .seal, bytes: [UInt8](repeating: 1, count: 100_000))])
        }
        #expect(try store.loadJournal() == before)
        #expect(try store.setting("a") == nil)
        try store.database.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        try store.append(batches)
        #expect(try store.loadJournal() == paris.journal)
    }

    @Test(arguments: [
        "UPDATE entries SET header = substr(header, 1, length(header) - 1) WHERE sequence = 3",
        "UPDATE entries SET checkpoint = NULL WHERE sequence = 8",
        "UPDATE entries SET body = x'a0' WHERE sequence = 0",
        "UPDATE entries SET header = (SELECT header FROM entries WHERE sequence = 2) WHERE sequence = 3",
        "UPDATE entries SET kind = 2 WHERE sequence = 5",
        "UPDATE entries SET name = 0 WHERE sequence = 5",
        "UPDATE writers SET next = 5",
        "UPDATE entries SET sequence = 99 WHERE sequence = 8",
        "DELETE FROM entries WHERE sequence = 4",
        "DELETE FROM entries",
        "UPDATE writers SET hasParted = 1",
        "UPDATE writers SET id = zeroblob(32)",
        "UPDATE writers SET id = x'00'",
    ])
    func `that was tampered with is not loaded`(damage: String) throws {
        let store = try home.store()
        var paris = Author(1)
        paris.write(8)
        try store.append(paris.batches)
        try store.database.write { try $0.execute(sql: damage) }
        let failure = #expect(throws: StoreFailure.self) { try store.loadJournal() }
        switch failure {
        case .damagedHistory, .damaged, .sqlite(code: 11, _): break
        default: Issue.record("another failure: \(String(describing: failure))")
        }
    }

    @Test func `hands out no body and no record that is not what it was`() throws {
        let store = try home.store()
        var paris = Author(1)
        let batch = paris.write(1, .seal, saying: "seal")[0]
        try store.append(paris.batches)
        try store.put([StoredRecord(kind: .seal, bytes: [1, 2, 3])])
        try store.database.write { connection in
            try connection.execute(sql: "UPDATE entries SET body = x'00000000' WHERE sequence = 1")
            try connection.execute(sql: "UPDATE records SET bytes = x'010204'")
        }
        let damaged = StoreFailure.damaged(batch.entries[0].header.bodyHash)
        #expect(throws: damaged) { try store.entry(batch.entries[0].id) }
        #expect(throws: damaged) { try store.batches(of: paris.writer, from: 0, byteLimit: 1_000) }
        #expect(throws: damaged) { try store.forEachAgreementEntry { _ in } }
        #expect(throws: StoreFailure.damaged(Digest(of: [1, 2, 4]))) { try store.forEachRecord { _ in } }
    }
}

@Suite("A home's lock")
struct HomeLockTests {
    @Test func `is held by one at a time, and free again when it is let go`() throws {
        let home = try Home()
        do {
            let lock = try HomeLock(home: home.path)
            #expect(throws: StoreFailure.homeInUse(path: home.path)) { try HomeLock(home: home.path) }
            withExtendedLifetime(lock) {}
        }
        _ = try HomeLock(home: home.path)
        let missing = home.path + "/none"
        #expect(throws: StoreFailure.cannotOpen(path: missing + "/lock", code: ENOENT)) { try HomeLock(home: missing) }
    }

    /// A descriptor that is closed twice is, the second time, whatever somebody else has opened meanwhile.
    @Test(.timeLimit(.minutes(1))) func `closes nothing of others when it is refused`() throws {
        let home = try Home()
        let path = home.path
        let lock = try HomeLock(home: path)
        let over = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            for _ in 0..<20_000 { _ = try? HomeLock(home: path) }
            over.signal()
        }
        var lost = 0
        while over.wait(timeout: .now()) == .timedOut {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            if descriptor >= 0, close(descriptor) != 0 { lost += 1 }
        }
        #expect(lost == 0)
        withExtendedLifetime(lock) {}
        withExtendedLifetime(home) {}
    }
}
