internal import Cryptography
internal import Foundation
internal import NodeRuntime
internal import Redline

/// Files with a key, as a person names them.
enum KeyFile {
    /// What a key file holds. One that holds both halves is private.
    enum Half {
        case `private`
        case `public`(PublicKey)
    }

    /// Looks which half a file holds; what is neither is for ``read(_:_:)`` to refuse.
    ///
    /// - Throws: a ``Complaint`` for a public key that no record may hold.
    static func half(at path: String) throws(Complaint) -> Half {
        guard FileReading.exists(path) else { return .private }
        let bytes = try FileReading.bytes(of: path)
        guard !String(decoding: bytes, as: UTF8.self).contains("PRIVATE KEY-----") else { return .private }
        do throws(PublicKeyFile.Refusal) {
            return .public(try PublicKeyFile.decode(bytes))
        } catch {
            switch error {
            case .notAPublicKey: return .private
            case .notOfOurKinds:
                throw Complaint(
                    .notOurFormat, "key-of-another-kind",
                    "\(terminalSafe(path)) holds no public key of Ed25519, P-256 or P-384",
                    hint: "make the key anew, of one of these kinds")
            }
        }
    }

    /// Reads a private key.
    ///
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
