internal import Cryptography
internal import Foundation

/// A Python with libraries that are not ours, so that we do not only agree with ourselves.
///
/// It is the one that `SYNGRAPH_PYTHON` names, else that of `deploy/install-packages --tests` in `.build/foreign`, else the
/// system's. What it lacks, the tests that want it are skipped for.
public struct ForeignPython: Sendable {
    public let path: String

    public static let shared: ForeignPython? = {
        let named = ProcessInfo.processInfo.environment["SYNGRAPH_PYTHON"]
        let own = Repository.path(of: ".build/foreign/bin/python3")
        return [named, own, "/usr/bin/python3"].compactMap { $0 }
            .first { FileManager.default.isExecutableFile(atPath: $0) }.map(ForeignPython.init(path:))
    }()

    /// Whether there is one that has all of these libraries.
    public static func has(_ libraries: String...) -> Bool {
        let words = libraries.map { "import \($0)" }.joined(separator: "\n")
        return (try? shared?.run(["-c", words]))?.status == 0
    }

    /// What a script of ours says, by its path from the top of the repository.
    public func says(_ script: String, _ arguments: [String]) throws -> [String] {
        let (_, said) = try run([Repository.path(of: script)] + arguments)
        return said.split(separator: "\n").map(String.init)
    }

    /// Has zcbor say which of these bytes are as the CDDL file describes their type.
    ///
    /// - Returns: `TYPE COUNT` for each type, `message NUMBER COUNT` for messages; then what is wrong, behind `wrong:`.
    public func validates(_ items: [(type: String, bytes: [UInt8])]) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "said-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let lines = items.map { "\($0.type) \(Hexadecimal.text(of: $0.bytes))" }
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        return try says(
            "Tests/Foreign/messages.py", [Repository.path(of: "Docs/Specification/syngraph.cddl"), file.path])
    }

    /// - Returns: how it ended, and its standard output; it is stopped after two minutes.
    public func run(_ arguments: [String]) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "120", path, "-B"] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}
