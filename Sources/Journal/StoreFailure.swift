public import Cryptography

/// Why a store could not do what was asked. The caller's surroundings failed, or the store is damaged.
public enum StoreFailure: Error, Hashable, Sendable {
    /// The disk, or the space allowed, is full. Nothing of the call was stored.
    case diskFull
    /// Another process holds the home's lock.
    case homeInUse(path: String)
    /// The home or its lock file cannot be opened; `code` is the system's errno.
    case cannotOpen(path: String, code: Int32)
    /// The store was written by a newer version of this software.
    case newerFormat
    case anotherRoadmap(found: Digest)
    /// The database does not wait for the disk as it must: PRAGMA synchronous read back as this, not as 2.
    case notDurable(synchronous: Int)
    /// The batch was verified for another state of this writer's history than the store holds.
    case outOfStep(WriterID)
    /// What is stored of this writer does not pass the check that a peer's entries must pass.
    case damagedHistory(WriterID, EntryRefusal)
    /// What is stored under this digest is not what it was.
    case damaged(Digest)
    /// SQLite's own code and message, for example `SQLITE_IOERR`.
    case sqlite(code: Int32, message: String)
}
