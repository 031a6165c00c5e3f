internal import Foundation
internal import Redline
internal import Verification

/// Files that a person names.
enum FileReading {
    /// All bytes of a file.
    ///
    /// - Throws: a ``Complaint`` if it is not there, cannot be read, or is larger than any of ours may be.
    static func bytes(of path: String) throws(Complaint) -> [UInt8] {
        let handle = try opened(path)
        defer { try? handle.close() }
        let data: Data
        do { data = try handle.read(upToCount: BundleLimits.byteCount + 1) ?? Data() } catch { throw .noSuchFile(path) }
        guard data.count <= BundleLimits.byteCount else {
            throw Complaint(.notOurFormat, "too-large", "\(terminalSafe(path)) is larger than any file of ours may be")
        }
        return [UInt8](data)
    }

    /// A file piece by piece, for whoever needs no more of it at once.
    ///
    /// - Throws: a ``Complaint`` if it is not there or cannot be read. What cannot be read later looks like its end, and a
    ///   file that is cut off is never taken for whole.
    static func pieces(of path: String) throws(Complaint) -> ByteSource {
        let handle = try opened(path)
        var first: Data?
        do { first = try handle.read(upToCount: pieceByteCount) } catch { throw .noSuchFile(path) }
        return {
            defer { first = nil }
            return [UInt8](first ?? (try? handle.read(upToCount: pieceByteCount)) ?? Data())
        }
    }

    private static func opened(_ path: String) throws(Complaint) -> FileHandle {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw .folderNotFile(path)
        }
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .noSuchFile(path) }
        return handle
    }

    private static let pieceByteCount = 1 << 18

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
