import Foundation

/// A transcript on its way: its own folder, the program as it was built, and the ids that it has told so far.
///
/// Every command is a shell of its own in that folder, with nothing to read and no settings but those named here; ids that
/// the answers named are there as variables.
struct TranscriptRun {
    /// Seconds that one command may take.
    static let limit: TimeInterval = 30

    private let folder: URL
    private var names: [String: String] = [:]

    struct Outcome {
        let output: [String]
        /// Nil if it was ended because it took too long.
        let exitCode: Int32?
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("transcript-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func cleanUp() { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    /// Runs a command, and learns the ids that its answer names.
    ///
    /// - Returns: what is wrong with its answer; nil if it is as written.
    mutating func check(_ command: Transcript.Command) throws -> String? {
        let outcome = try perform(command.words)
        guard let exitCode = outcome.exitCode else { return "it took longer than \(Int(Self.limit)) seconds" }
        let printed = outcome.output.joined(separator: "\n")
        guard exitCode == command.exitCode else {
            return "its exit code is \(exitCode), not \(command.exitCode); it printed:\n\(printed)"
        }
        guard let names = OutputPattern(lines: command.answer).match(outcome.output, knowing: names) else {
            return "it printed:\n\(printed)\ninstead of:\n\(command.answer.joined(separator: "\n"))"
        }
        self.names = names
        return nil
    }

    private func perform(_ words: String) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", words]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        // Into a file: a pipe that nobody empties would hold the command up, and one that a child keeps open, us.
        let path = folder.path + ".output"
        try Data().write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        process.standardOutput = output
        process.standardError = output
        process.environment = names.merging([
            "PATH": "\(Self.programFolder):/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8",
            "EXAMPLES": Transcript.documents.appendingPathComponent("Examples").path,
        ]) { $1 }
        try process.run()
        let deadline = Date(timeIntervalSinceNow: Self.limit)
        while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.005) }
        let isLate = process.isRunning
        if isLate { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return Outcome(output: lines, exitCode: isLate ? nil : process.terminationStatus)
    }

    /// Where the program lies: beside the tests.
    private static let programFolder: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().path
    }()
}
