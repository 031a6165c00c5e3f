internal import Cryptography
internal import Foundation
internal import GRDB
internal import Journal

/// One entry as the table has it, checked against its own hash.
struct EntryRow {
    let number: Int64
    let header: [UInt8]
    let body: [UInt8]?

    /// The entry of this id: the index knows its first eight bytes, the header's hash decides.
    static func named(_ id: EntryID, in connection: Database) throws -> EntryRow? {
        let statement = try connection.cachedStatement(
            sql: "SELECT number, header, body FROM entries WHERE name = ?")
        let rows = try Row.fetchCursor(statement, arguments: [id.name])
        while let row = try rows.next() {
            guard let header = try row.bytes(1), Digest(of: header) == id.digest else { continue }
            return EntryRow(number: row[0], header: header, body: try checked(row.bytes(2), of: header))
        }
        return nil
    }

    /// Hands a branch's entries from `sequence` to the end of its block to `cut`.
    ///
    /// - Returns: false once `cut` wants no more.
    static func take(
        into cut: inout BatchCut, from sequence: UInt64, branch: Int, of writer: StoredWriter.Row,
        in connection: Database
    ) throws -> Bool {
        let end = (sequence / JournalLimits.entriesPerBlock + 1) * JournalLimits.entriesPerBlock
        let statement = try connection.cachedStatement(
            sql: """
                SELECT header, body, checkpoint FROM entries
                WHERE writer = ? AND branch = ? AND sequence >= ? AND sequence < ? ORDER BY sequence
                """)
        let rows = try Row.fetchCursor(
            statement, arguments: [writer.number, branch, Int64(sequence), Int64(end)])
        while let row = try rows.next() {
            let header = try row.bytes(0) ?? []
            let entry = ReceivedEntry(header: header, body: try checked(row.bytes(1), of: header))
            guard cut.take(BatchCut.Row(entry: entry, checkpoint: try row.bytes(2))) else { return false }
        }
        return true
    }

    /// What was stored is sent on and read by others, so damage on disk must stop here.
    private static func checked(_ body: [UInt8]?, of header: [UInt8]) throws -> [UInt8]? {
        guard let body else { return nil }
        let decoded = try EntryHeader(encoded: header)
        guard decoded.isOf(body) else { throw StoreFailure.damaged(decoded.bodyHash) }
        return body
    }
}

extension EntryID {
    /// The first eight bytes, as the table's index has them.
    var name: Int64 {
        Int64(bitPattern: digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}

extension StoredRecord {
    init(row: Row) throws {
        let bytes = try row.bytes(2) ?? []
        let kind = EntryKind(code: UInt64(bitPattern: row[1] as Int64))
        let digest = Digest(of: bytes)
        guard kind.isAgreement, try row.bytes(0) == digest.bytes else { throw StoreFailure.damaged(digest) }
        self.init(kind: kind, bytes: bytes)
    }
}

extension Row {
    /// The bytes of a column; nil where it is null.
    func bytes(_ column: Int) throws -> [UInt8]? {
        try withUnsafeData(atIndex: column) { data in data.map { Array($0) } }
    }
}
