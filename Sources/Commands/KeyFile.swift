internal import Cryptography
internal import Foundation
internal import NodeRuntime
internal import Redline

/// Files with a private key, as a person names them.
enum KeyFile {
    /// - Throws: ``HomeFailure``; that it is no key is said before anything about who can read it.
    static func read(_ path: String, _ passphrase: PassphraseOptions) throws -> SigningKey {
        if FileReading.exists(path) {
            let text = String(decoding: try FileReading.bytes(of: path), as: UTF8.self)
            guard text.contains("PRIVATE KEY-----") else {
                throw HomeFailure.keyRefused(path: path, reason: .notAKeyFile)
            }
        }
        return try Home.readKey(at: path) { try passphrase.toOpen(path) }
    }
}

/// The right to sign with a key file, held by one process at a time: what the key remembers is read, and written,
/// before another may.
///
/// A `flock` on the file, which the system gives up when the process ends. Owns the file's descriptor, and closes it
/// when it goes.
final class KeyLock: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws(Complaint) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .noSuchFile(path) }
        // Whoever throws from here on is whole already: deinit closes the descriptor, and twice would be another's.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Complaint(
                .inUse, "key-in-use", "another process is signing with \(terminalSafe(path))",
                hint: "try again when it has finished")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
