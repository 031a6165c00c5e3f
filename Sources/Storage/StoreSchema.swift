internal import GRDB

/// The tables, and how each version came from the one before. A migration that was released is never changed.
///
/// Keys are integers, so that rows stand in the order of their storing and nothing is sorted by random hashes; ids are
/// found through narrow indexes. An entry's `name` is the first eight bytes of its id; the id itself is the hash of the
/// header, which a reader computes and compares.
enum StoreSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: entries, records, settings") { connection in
            try connection.execute(sql: version1)
        }
        migrator.registerMigration("2: draft entries are found") { connection in
            try connection.execute(sql: "CREATE INDEX draftEntries ON entries (number) WHERE kind = 17")
        }
        return migrator
    }

    private static let version1 = """
        CREATE TABLE writers (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            next INTEGER NOT NULL,           -- length of the trunk
            hasParted INTEGER NOT NULL       -- 1 where branches 1 and 2 hang on the trunk's end
        ) STRICT;
        CREATE TABLE entries (
            number INTEGER PRIMARY KEY,
            writer INTEGER NOT NULL,
            branch INTEGER NOT NULL,         -- 0 for the trunk
            sequence INTEGER NOT NULL,
            name INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            header BLOB NOT NULL,
            checkpoint BLOB,
            body BLOB
        ) STRICT;
        CREATE UNIQUE INDEX entriesByPlace ON entries (writer, branch, sequence);
        CREATE INDEX entriesByName ON entries (name);
        CREATE INDEX agreementEntries ON entries (number) WHERE kind BETWEEN 1 AND 5;
        CREATE TABLE records (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        """
}
