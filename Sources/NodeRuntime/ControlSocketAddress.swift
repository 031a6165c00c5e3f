internal import Foundation

/// The address of a home's control socket: its path, or a short way to it where the path is too long.
///
/// A socket's address holds some hundred bytes, and a home may lie deeper than that. The system then reaches the socket
/// through a descriptor of the home's folder, `/proc/self/fd/N/control.sock`: it still lies in the home, where nobody
/// else can put one in its place, and there is no second place for two programs to disagree about. Owns the descriptor.
final class ControlSocketAddress: Sendable {
    let path: String
    private let place: String
    private let folder: Int32?

    /// Bytes of an address without its closing zero, on the system that has least room.
    static let byteLimit = 103

    /// - Throws: ``HomeFailure/cannotWrite(path:reason:)`` if the home's folder cannot be opened.
    init(of home: Home) throws {
        place = home.controlSocketPath
        guard place.utf8.count > Self.byteLimit else {
            path = place
            folder = nil
            return
        }
        let descriptor = open(home.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw HomeFailure.cannotWrite(path: home.path, reason: String(cString: strerror(errno)))
        }
        folder = descriptor
        path = "/proc/self/fd/\(descriptor)/control.sock"
    }

    deinit { if let folder { close(folder) } }

    /// Binds a socket here to which only its owner may connect.
    ///
    /// - Returns: its descriptor, which is the caller's to close.
    func bind() throws -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        // The file gets the mode that the socket has: there is no moment in which others could connect, and no mask of
        // the whole process to change meanwhile.
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0, bind(descriptor) == 0 else {
            let failure = HomeFailure.cannotWrite(path: place, reason: String(cString: strerror(errno)))
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    private func bind(_ descriptor: Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// True if a socket lies at the path that belongs to this process's user; a link that leads elsewhere is none.
    static func isOurs(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK && status.st_uid == getuid()
    }
}
