internal import ArgumentParser
internal import Foundation
internal import NodeRuntime
internal import Redline

/// `--passphrase-file`, for verbs that open or write encrypted keys.
///
/// A passphrase comes from that file, or else from the environment, or else from the person at the terminal; never from
/// the command line, which everybody on the machine can read.
struct PassphraseOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read the passphrase from the first line of this file.",
            discussion: "Default: SYNGRAPH_PASSPHRASE, or else you are asked.", valueName: "file"))
    var passphraseFile: String?

    /// Bytes of a passphrase that libcrypto takes.
    private static let byteCountLimit = 1000

    /// The passphrase of a key that is there.
    ///
    /// - Returns: nil if there is nobody to ask.
    func toOpen(_ path: String) throws(Complaint) -> String? {
        if let given = try given() { return given }
        guard Keyboard.isThere else { return nil }
        return Keyboard.askHidden("passphrase of \(terminalSafe(path)): ")
    }

    /// The passphrase for keys that are about to be made; a person types it twice.
    func toEncrypt() throws(Complaint) -> String {
        if let given = try given() { return given }
        guard Keyboard.isThere else {
            throw .usage(
                "there is no terminal to ask for a passphrase",
                hint: "give --passphrase-file FILE, or --no-passphrase for keys in the clear")
        }
        guard let first = Keyboard.askHidden("passphrase for the new keys: "),
            let second = Keyboard.askHidden("once more: ")
        else { throw .usage("no passphrase was typed, and no key was made") }
        guard first == second else { throw .usage("the two passphrases differ, and no key was made") }
        return try Self.checked(first)
    }

    private func given() throws(Complaint) -> String? {
        if let path = passphraseFile {
            guard Self.isOwnersAlone(path) else {
                throw Complaint(
                    .notYours, "passphrase-readable-by-others",
                    "\(terminalSafe(path)) is a passphrase that others on this machine can read",
                    hint: "chmod 600 \(terminalSafe(path)), and consider who may have read it")
            }
            let bytes = try FileReading.bytes(of: path).prefix { $0 != 0x0a && $0 != 0x0d }
            return try Self.checked(String(decoding: bytes, as: UTF8.self))
        }
        guard let given = Surroundings.current.environment["SYNGRAPH_PASSPHRASE"], !given.isEmpty else { return nil }
        return try Self.checked(given)
    }

    /// A pipe is nobody else's; a file may be.
    private static func isOwnersAlone(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return true }
        return PrivateFile.isPrivate(path)
    }

    private static func checked(_ passphrase: String) throws(Complaint) -> String {
        guard !passphrase.isEmpty else { throw .usage("an empty passphrase protects nothing") }
        guard passphrase.utf8.count <= byteCountLimit, !passphrase.utf8.contains(0) else {
            throw .usage("a passphrase has at most \(byteCountLimit) bytes, none of them zero")
        }
        return passphrase
    }
}
