import Foundation
import Testing

/// The `openssl` of this machine, at work in a folder of its own.
struct OpenSSL {
    let folder: URL

    /// Makes the folder, and takes it away afterwards with all that is in it.
    static func inTemporaryFolder(_ body: (OpenSSL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "syngraph-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(OpenSSL(folder: folder))
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: folder.appending(path: name)) }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func bytes(of name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: folder.appending(path: name))) }

    func text(of name: String) throws -> String { try String(decoding: bytes(of: name), as: UTF8.self) }

    /// What openssl says; it can ask nobody anything, and is stopped after twenty seconds.
    @discardableResult
    func run(_ arguments: String...) throws -> String {
        let (status, said) = try attempt(arguments)
        try #require(status == 0, "openssl \(arguments.joined(separator: " "))")
        return said
    }

    /// As `run`, where it may fail.
    func attempt(_ arguments: [String]) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "20", "openssl"] + arguments
        process.currentDirectoryURL = folder
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
