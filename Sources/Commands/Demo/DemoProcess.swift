internal import Foundation

/// The demo's hands: it types the same commands as a person, and starts and ends the nodes' processes.
///
/// Holds no keys and opens no home. Owns the processes that it started; ``endAll()`` ends every one that still runs.
actor DemoStage {
    let folder: URL
    private let program: URL
    private var nodes: [String: Process] = [:]
    private(set) var typedCount = 0

    struct Outcome: Sendable {
        let code: Int32
        let output: String
        let talk: String
    }

    init(folder: URL, program: URL) {
        self.folder = folder
        self.program = program
    }

    nonisolated func home(_ code: String) -> String { folder.appending(path: "homes/\(code)").path }
    nonisolated func file(_ name: String) -> String { folder.appending(path: name).path }

    /// Types one command; an answer that does not come within a minute is a failure.
    func type(_ words: [String]) async throws -> Outcome {
        typedCount += 1
        let number = typedCount
        let scratch = folder.appending(path: "log")
        let output = scratch.appending(path: "command-\(number).out")
        let talk = scratch.appending(path: "command-\(number).err")
        let process = try start(words, output: output, talk: talk)
        try await ended(process, words)
        defer {
            try? FileManager.default.removeItem(at: output)
            try? FileManager.default.removeItem(at: talk)
        }
        return Outcome(
            code: process.terminationStatus,
            output: String(decoding: (try? Data(contentsOf: output)) ?? Data(), as: UTF8.self),
            talk: String(decoding: (try? Data(contentsOf: talk)) ?? Data(), as: UTF8.self))
    }

    /// Starts a party's node, or starts it again.
    func startNode(_ player: DemoCast.Player) throws {
        var words = ["node", "run", "--home", home(player.code)]
        for peer in player.keepsTo { words += ["--peer", peer] }
        let log = folder.appending(path: "log/\(player.code).log")
        nodes[player.code] = try start(words, output: log, talk: log)
    }

    /// Ends a node as a power cut would: at once, with nothing said.
    func killNode(_ code: String) async {
        guard let process = nodes.removeValue(forKey: code) else { return }
        kill(process.processIdentifier, SIGKILL)
        while process.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
    }

    func isRunning(_ code: String) -> Bool { nodes[code]?.isRunning ?? false }

    /// Asks every node to end, and waits until all have.
    func endAll() async {
        for process in nodes.values where process.isRunning { process.terminate() }
        for _ in 0..<500 where nodes.values.contains(where: \.isRunning) {
            try? await Task.sleep(for: .milliseconds(20))
        }
        for process in nodes.values where process.isRunning { kill(process.processIdentifier, SIGKILL) }
        nodes = [:]
    }

    private func start(_ words: [String], output: URL, talk: URL) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        let outputHandle = try handle(appendingTo: output)
        process.standardOutput = outputHandle
        process.standardError = talk == output ? outputHandle : try handle(appendingTo: talk)
        try process.run()
        return process
    }

    private func handle(appendingTo file: URL) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: file.path) {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        return handle
    }

    private func ended(_ process: Process, _ words: [String]) async throws {
        for _ in 0..<12_000 {
            guard process.isRunning else { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        kill(process.processIdentifier, SIGKILL)
        throw DemoFailure("`syngraph \(words.joined(separator: " "))` did not end within a minute")
    }
}

/// A claim of the demo that did not come true.
struct DemoFailure: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
}

/// Ports of this machine's loopback that nobody listens at just now.
enum FreePorts {
    static func find(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
                }
            }
            guard isBound else { throw DemoFailure("there is no free port on the loopback interface") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
