internal import Charters
internal import Foundation
internal import Identity
internal import Redline
internal import Wording

/// Charters and amendments as files, and what is said of their faults.
enum CharterFiles {
    /// The text of a file that a lawyer wrote.
    static func text(of path: String) throws(Complaint) -> String {
        let bytes = try FileReading.bytes(of: path)
        guard bytes.count <= CharterLimits.fileByteCount else {
            throw Complaint(
                .notOurFormat, "too-large",
                "\(terminalSafe(path)) has more than \(CharterLimits.fileByteCount >> 20) MiB, the most such a file may"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Complaint(
                .notOurFormat, "not-text", "\(terminalSafe(path)) is not text in UTF-8",
                hint: "save it as UTF-8; a word processor's own format will not do")
        }
        return text
    }

    /// The card in a file; nil where there is none. What it throws says what is wrong with it.
    static func card(at path: String) throws -> PartyCard? {
        guard FileReading.exists(path) else { return nil }
        let bytes: [UInt8]
        do { bytes = try FileReading.bytes(of: path) } catch { throw Unreadable() }
        return try PartyCard(encoded: bytes)
    }

    private struct Unreadable: Error, CustomStringConvertible {
        let description = "the file cannot be opened"
    }

    /// A path that a file names, seen from the file's folder.
    static func path(_ named: String, besides file: String) -> String {
        named.hasPrefix("/") ? named : FileWriting.folder(of: file) + "/" + named
    }

    /// Says every fault as `file:line:column: sentence`, as editors and compilers know it.
    static func speak(_ faults: CharterFaults, in path: String, _ voice: CommandVoice) -> ExitCode {
        let count = Quoting.count(faults.faults.count, "fault")
        if voice.speaksJSON {
            voice.result(
                .object([
                    ("error", .string("faults")),
                    ("message", .string("\(terminalSafe(path)) has \(count); nothing was changed")), ("hint", .null),
                    ("file", .string(path)),
                    (
                        "faults",
                        .array(
                            faults.faults.map {
                                .object([
                                    ("line", .number($0.line)), ("column", .number($0.column)),
                                    ("code", .string($0.code.rawValue)), ("message", .string($0.message)),
                                ])
                            })
                    ),
                ]))
        }
        for fault in faults.faults { voice.talk(terminalSafe("\(path):\(fault)")) }
        voice.talk("syngraph: \(terminalSafe(path)) has \(count); nothing was changed")
        return .notOurFormat
    }
}
