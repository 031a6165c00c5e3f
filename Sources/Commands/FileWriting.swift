internal import Foundation
internal import NodeRuntime

/// Files that a person asks for.
enum FileWriting {
    /// Writes a file in one step: whoever reads it sees the old one or all of the new one, which is on disk when this
    /// returns. `-` is standard output; a pipe or a device is written to as it stands.
    ///
    /// - Throws: ``HomeFailure``: the disk is full, or the file cannot be written.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(HomeFailure) {
        if path == "-" { return try put(bytes, into: STDOUT_FILENO, path) }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            try writeInPlace(bytes, path)
        } else {
            try replace(path, with: bytes, mode)
        }
    }

    /// Makes a folder, and those it lies in, where they are not there yet.
    static func makeFolder(_ path: String) throws(HomeFailure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: path, reason: "the folder cannot be made")
        }
    }

    private static func writeInPlace(_ bytes: [UInt8], _ path: String) throws(HomeFailure) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        try put(bytes, into: descriptor, path)
    }

    private static func replace(_ path: String, with bytes: [UInt8], _ mode: mode_t) throws(HomeFailure) {
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        do throws(HomeFailure) {
            try put(bytes, into: descriptor, path)
            guard fsync(descriptor) == 0 else { throw failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let failure = failure(path)
            unlink(temporary)
            throw failure
        }
        try syncFolder(of: path)
    }

    /// A new name is on disk once its folder is.
    private static func syncFolder(of path: String) throws(HomeFailure) {
        let folder = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure(path) }
        defer { close(folder) }
        // Some file systems cannot, and say so: there the name is as durable as it gets.
        guard fsync(folder) == 0 || errno == EINVAL else { throw failure(path) }
    }

    private static func put(_ bytes: [UInt8], into descriptor: Int32, _ path: String) throws(HomeFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    /// The folder that a path is in, and to which paths in the file are relative.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func failure(_ path: String) -> HomeFailure {
        let path = path == "-" ? "standard output" : path
        return errno == ENOSPC || errno == EDQUOT
            ? .diskFull(path: path) : .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
