internal import Foundation
internal import Redline
internal import Verification

/// Files that a person names.
enum FileReading {
    /// All bytes of a file.
    ///
    /// - Throws: a ``Complaint`` if it is not there, cannot be read, or is larger than any of ours may be.
    static func bytes(of path: String) throws(Complaint) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .noSuchFile(path) }
        defer { try? handle.close() }
        let data: Data
        do { data = try handle.read(upToCount: BundleLimits.byteCount + 1) ?? Data() } catch { throw .noSuchFile(path) }
        guard data.count <= BundleLimits.byteCount else {
            throw Complaint(.notOurFormat, "too-large", "\(terminalSafe(path)) is larger than any file of ours may be")
        }
        return [UInt8](data)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
