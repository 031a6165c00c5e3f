import Foundation
import Testing

@testable import SecureTransport

/// The system's `openssl` command, run in a folder of its own that goes with this object.
final class Tool: Sendable {
    static let path = "/usr/bin/openssl"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("transport-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Runs to its end, or for at most ten seconds. Answers with what it printed.
    @discardableResult
    func run(_ arguments: String...) async throws -> String { try await run(arguments) }

    @discardableResult
    func run(_ arguments: [String]) async throws -> String {
        let running = try start(arguments)
        let start = ContinuousClock.now
        while running.process.isRunning {
            if ContinuousClock.now - start > .seconds(10) {
                Issue.record("openssl \(arguments[0]) did not end")
                running.process.terminate()
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return running.output()
    }

    struct Running {
        let process: Process
        let log: URL

        func output() -> String { String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self) }
    }

    /// Starts in the background, with nothing to read: at its end at once, or, as `s_server` needs, not yet there.
    func start(_ arguments: [String], isInputOpen: Bool = false) throws -> Running {
        let log = folder.appendingPathComponent(UUID().uuidString)
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = isInputOpen ? Pipe() : FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = process.standardOutput
        try process.run()
        return Running(process: process, log: log)
    }

    /// Writes a node's key and certificate as the command wants them; answers with their names.
    func write(_ node: Node, certificate: [UInt8]? = nil) throws -> (key: String, certificate: String) {
        // PKCS #8 of an Ed25519 seed has one form (RFC 8410, section 7).
        let der = [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20] + node.seed
        let key = "-----BEGIN PRIVATE KEY-----\n\(Data(der).base64EncodedString())\n-----END PRIVATE KEY-----\n"
        try write(key, to: "\(node).key")
        try write(NodeCertificate.pem(certificate ?? node.certificate()), to: "\(node).pem")
        return ("\(node).key", "\(node).pem")
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }
}
