internal import Cryptography
internal import Foundation
internal import GRDB
internal import Journal

/// Writes one batch into the tables, as its placement says. Runs within a transaction.
struct StoredWriter {
    private let batch: VerifiedBatch
    private let connection: Database
    private let writer: Row

    /// Where a writer's history stands in the tables.
    struct Row {
        let number: Int64
        let id: WriterID
        /// Length of the trunk.
        let next: UInt64
        let hasParted: Bool
    }

    init(_ batch: VerifiedBatch, in connection: Database) throws {
        self.batch = batch
        self.connection = connection
        writer = try Row(batch.writer, in: connection) ?? Row(number: 0, id: batch.writer, next: 0, hasParted: false)
    }

    func keep() throws {
        switch batch.placement {
        case .held: break
        case .dropped:
            for entry in batch.entries where entry.header.kind.isAgreement {
                try Self.keep(StoredRecord(kind: entry.header.kind, bytes: entry.body ?? []), in: connection)
            }
        case .growth(let sequence): try grow(from: sequence)
        case .parting(let sequence, let branches): try part(at: sequence, into: branches)
        }
    }

    private func grow(from sequence: UInt64) throws {
        guard sequence == writer.next, !writer.hasParted else { throw StoreFailure.outOfStep(batch.writer) }
        let next = Int64(sequence) + Int64(batch.newEntries.count)
        var number = writer.number
        if number == 0 {
            try connection.cachedStatement(sql: "INSERT INTO writers (id, next, hasParted) VALUES (?, ?, 0)")
                .execute(arguments: [Data(batch.writer.digest.bytes), next])
            number = connection.lastInsertedRowID
        } else {
            try connection.cachedStatement(sql: "UPDATE writers SET next = ? WHERE number = ?")
                .execute(arguments: [next, number])
        }
        for entry in batch.newEntries { try insert(entry, branch: 0, writer: number) }
    }

    /// Moves what is kept beyond the parting onto its branches, saves agreement records of the rest, and deletes that.
    private func part(at sequence: UInt64, into branches: [[EntryID]]) throws {
        guard writer.number != 0, sequence <= writer.next else { throw StoreFailure.outOfStep(batch.writer) }
        var places: [EntryID: (branch: Int, sequence: Int64)] = [:]
        for (branch, ids) in branches.enumerated() {
            for (depth, id) in ids.enumerated() { places[id] = (branch + 1, Int64(sequence) + Int64(depth)) }
        }
        var held: Set<EntryID> = []
        try forEachEntry(from: sequence) { number, header in
            if places[header.id] != nil {
                held.insert(header.id)
                // A branch number of its own, so that no two rows stand in one place while all are moved.
                try connection.execute(
                    sql: "UPDATE entries SET branch = -number WHERE number = ?", arguments: [number])
            } else if header.kind.isAgreement {
                try connection.execute(
                    sql: """
                        INSERT OR IGNORE INTO records (id, kind, bytes)
                        SELECT ?, kind, body FROM entries WHERE number = ?
                        """,
                    arguments: [Data(header.bodyHash.bytes), number])
            }
        }
        try connection.execute(
            sql: "DELETE FROM entries WHERE writer = ? AND branch >= 0 AND sequence >= ?",
            arguments: [writer.number, Int64(sequence)])
        for id in held {
            guard let row = try EntryRow.named(id, in: connection) else { throw StoreFailure.damaged(id.digest) }
            try connection.execute(
                sql: "UPDATE entries SET branch = ? WHERE number = ?", arguments: [places[id]!.branch, row.number])
        }
        for entry in batch.entries where !held.contains(entry.id) && entry.header.sequence >= sequence {
            if let place = places[entry.id] {
                try insert(entry, branch: place.branch, writer: writer.number)
                held.insert(entry.id)
            } else if entry.header.kind.isAgreement {
                try Self.keep(StoredRecord(kind: entry.header.kind, bytes: entry.body ?? []), in: connection)
            }
        }
        guard held.count == places.count else { throw StoreFailure.outOfStep(batch.writer) }
        try connection.execute(
            sql: "UPDATE writers SET next = ?, hasParted = 1 WHERE number = ?",
            arguments: [Int64(sequence), writer.number])
    }

    private func forEachEntry(from sequence: UInt64, _ visit: (Int64, EntryHeader) throws -> Void) throws {
        // Numbers first: the rows are changed while they are visited.
        let numbers = try Int64.fetchAll(
            connection, sql: "SELECT number FROM entries WHERE writer = ? AND sequence >= ? ORDER BY number",
            arguments: [writer.number, Int64(sequence)])
        let statement = try connection.cachedStatement(sql: "SELECT header FROM entries WHERE number = ?")
        for number in numbers {
            let header = try Data.fetchOne(statement, arguments: [number])
            try visit(number, EntryHeader(encoded: Array(header ?? Data())))
        }
    }

    private func insert(_ entry: VerifiedEntry, branch: Int, writer: Int64) throws {
        let checkpoint = batch.checkpoint?.entry == entry.id ? batch.checkpoint?.bytes : nil
        try connection.cachedStatement(
            sql: """
                INSERT INTO entries (writer, branch, sequence, name, kind, header, checkpoint, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            writer, branch, Int64(entry.header.sequence), entry.id.name, Int64(bitPattern: entry.header.kind.code),
            Data(entry.header.bytes), checkpoint.map { Data($0) }, entry.body.map { Data($0) },
        ])
    }

    static func keep(_ record: StoredRecord, in connection: Database) throws {
        try connection.cachedStatement(sql: "INSERT OR IGNORE INTO records (id, kind, bytes) VALUES (?, ?, ?)")
            .execute(arguments: [Data(record.id.bytes), Int64(record.kind.code), Data(record.bytes)])
    }
}

extension StoredWriter.Row {
    init?(_ id: WriterID, in connection: Database) throws {
        let statement = try connection.cachedStatement(
            sql: "SELECT number, id, next, hasParted FROM writers WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [Data(id.digest.bytes)]) else { return nil }
        try self.init(row)
    }

    static func all(in connection: Database) throws -> [Self] {
        try Row.fetchAll(connection, sql: "SELECT number, id, next, hasParted FROM writers ORDER BY number")
            .map { try Self($0) }
    }

    private init(_ row: GRDB.Row) throws {
        guard let id = try row.bytes(1).flatMap({ Digest($0) }), let next = UInt64(exactly: row[2] as Int64) else {
            throw StoreFailure.sqlite(code: ResultCode.SQLITE_CORRUPT.rawValue, message: "a writer's row is damaged")
        }
        self.init(number: row[0], id: WriterID(id), next: next, hasParted: row[3])
    }

    /// Streams the writer's headers through the check.
    func checkedHistory(in roadmap: Digest, _ connection: Database) throws -> WriterHistory {
        var check = HistoryCheck(roadmap: roadmap, writer: id)
        var last = try stream(branch: 0, into: &check, connection)
        if hasParted {
            for branch in 1...2 {
                check.beginBranch()
                try check.endBranch(checkpoint: stream(branch: branch, into: &check, connection))
            }
            last = nil
        }
        let history = try check.finish(checkpoint: last)
        guard UInt64(history.trunk.count) == next, history.hasForked == hasParted else {
            throw EntryRefusal.outOfOrder(expected: next, found: UInt64(history.trunk.count))
        }
        return history
    }

    /// - Returns: the checkpoint of the branch's last entry.
    private func stream(branch: Int, into check: inout HistoryCheck, _ connection: Database) throws -> [UInt8]? {
        let statement = try connection.cachedStatement(
            sql: """
                SELECT header, CASE sequence WHEN 0 THEN body END, checkpoint, sequence, name, kind FROM entries
                WHERE writer = ? AND branch = ? ORDER BY sequence
                """)
        let rows = try Row.fetchCursor(statement, arguments: [number, branch])
        var checkpoint: [UInt8]?
        while let row = try rows.next() {
            let header = try check.take(header: row.bytes(0) ?? [], body: row.bytes(1))
            checkpoint = try row.bytes(2)
            try header.check(sequence: row[3], name: row[4], kind: row[5])
            if branch == 0, checkpoint != nil { check.noteCheckpoint(at: header.sequence) }
        }
        return checkpoint
    }
}

extension EntryHeader {
    /// Refuses columns that say something else than the header beside them, for rows are found by the columns.
    func check(sequence: Int64, name: Int64, kind: Int64) throws(StoreFailure) {
        guard sequence == Int64(self.sequence), name == id.name, kind == Int64(bitPattern: self.kind.code) else {
            throw .damaged(id.digest)
        }
    }
}
