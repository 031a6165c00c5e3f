internal import Glibc
public import Journal

/// The right to a home directory, held by one process at a time.
///
/// A `flock` on the file `lock` in it, which the system gives up when the process ends, however it ends. Owns the file's
/// descriptor, and closes it when it goes.
public final class HomeLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `homeInUse` if another process, or another lock of this one, holds it; `cannotOpen`.
    public init(home: String) throws(StoreFailure) {
        let path = home + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
        // Whoever throws from here on is whole already: deinit closes the descriptor, and twice would be another's.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK ? .homeInUse(path: home) : .cannotOpen(path: path, code: errno)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
