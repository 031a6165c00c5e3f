internal import Redline

/// Why a verb could not do what it was asked: what happened, where, and what to do about it.
///
/// The one error that verbs throw at a person. Lower case, and no full stop at the end of a line.
public struct Complaint: Error, Hashable, Sendable {
    public let code: ExitCode
    /// The word by which a script knows it: `no-such-file`.
    public let word: String
    /// What happened and where. A stranger's words in it have been made safe for a terminal.
    public let message: String
    /// What to do next.
    public let hint: String?

    public init(_ code: ExitCode, _ word: String, _ message: String, hint: String? = nil) {
        self.code = code
        self.word = word
        self.message = message
        self.hint = hint
    }

    /// The same facts for a program.
    var json: JSONValue {
        .object([
            ("error", .string(word)), ("message", .string(message)), ("hint", hint.map { .string($0) } ?? .null),
        ])
    }
}

extension Complaint {
    static func noSuchFile(_ path: String) -> Complaint {
        Complaint(.noSuchFile, "no-such-file", "there is no file \(terminalSafe(path)), or it cannot be read")
    }

    static func folderNotFile(_ path: String) -> Complaint {
        Complaint(
            .noSuchFile, "folder", "\(terminalSafe(path)) is a folder, and a file is wanted",
            hint: "of a party's home, `syngraph export --home \(terminalSafe(path)) --out FILE` makes one")
    }

    /// Something failed that no room explains; the shell learns what `sysexits.h` offers for this, 69.
    static func unforeseen(_ error: any Error) -> Complaint {
        Complaint(.notReached, "unforeseen", "it did not work: \(terminalSafe(String(describing: error)))")
    }

    static func usage(_ message: String, hint: String? = nil) -> Complaint {
        Complaint(.usage, "usage", message, hint: hint)
    }
}
