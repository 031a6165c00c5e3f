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

    /// A process of our own making: Foundation's counts as running for as long as anything that it left behind runs.
    private func perform(_ words: String) throws -> Outcome {
        // Into a file: a pipe that nobody empties would hold the command up, and one that a child keeps open, us.
        let path = folder.path + ".output"
        try Data().write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = try spawn(["/usr/bin/env", "--chdir=\(folder.path)", "/bin/bash", "-c", words], output: path)
        let deadline = Date(timeIntervalSinceNow: Self.limit)
        var status: Int32 = 0
        var ended = waitpid(process, &status, WNOHANG)
        while ended == 0, Date() < deadline {
            Thread.sleep(forTimeInterval: 0.005)
            ended = waitpid(process, &status, WNOHANG)
        }
        if ended == 0 {
            kill(process, SIGKILL)
            waitpid(process, &status, 0)
        }
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        // As a shell says it: 128 and the signal where one ended it.
        let exitCode = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
        return Outcome(output: lines, exitCode: ended == 0 ? nil : exitCode)
    }

    /// Starts a program with nothing to read, all that it says in one file, and the transcript's names for variables.
    private func spawn(_ words: [String], output path: String) throws -> pid_t {
        let environment = names.merging([
            "PATH": "\(Self.programFolder):/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8",
            "EXAMPLES": Transcript.documents.appendingPathComponent("Examples").path,
        ]) { $1 }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_APPEND, 0)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var (arguments, variables) = (words.map { strdup($0) }, environment.map { strdup("\($0)=\($1)") })
        defer { for text in arguments + variables { free(text) } }
        arguments.append(nil)
        variables.append(nil)
        var process = pid_t()
        let failure = posix_spawn(&process, words[0], &actions, nil, arguments, variables)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
        return process
    }

    /// Where the program lies: beside the tests.
    private static let programFolder: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().path
    }()
}
