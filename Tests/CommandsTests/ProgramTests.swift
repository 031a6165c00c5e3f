import Cryptography
import Foundation
import RoadmapFixtures
import Testing

@Suite("The program")
struct ProgramTests {
    @Test func `says its version and answers 0`() async throws {
        let (code, output) = try await run(["version", "--json"])
        #expect(code == 0)
        let json = try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
        #expect(json["version"] is String)
    }

    @Test func `verifies a file, and gives the shell the published codes`() async throws {
        let folder = try Folder()
        let good = try folder.file("good.syngraph", SmallRoadmap().bundle)
        #expect(try await run(["verify", good]).code == 0)
        let unfinished = try folder.file("unfinished.syngraph", SmallRoadmap(acceptedBy: [.korea]).bundle)
        #expect(try await run(["verify", unfinished, "--require", SmallRoadmap().id.description]).code == 1)
        #expect(try await run(["verify", try folder.file("letter", [1, 2])]).code == 65)
        #expect(try await run(["verify", folder.path + "/none"]).code == 66)
        #expect(try await run(["verfy"]).code == 64)
        #expect(try await run(["help", "verify"]).code == 0)
    }

    /// Runs the program that was built beside these tests, with a time limit and nothing to read.
    private func run(_ arguments: [String]) async throws -> (code: Int32, output: Data) {
        let process = Process()
        let program: URL = try #require(Self.program)
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let limit = Task {
            try await Task.sleep(for: .seconds(60))
            process.terminate()
        }
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        limit.cancel()
        return (process.terminationStatus, output)
    }

    private static var program: URL? {
        // The test bundle, or the runner beside it, stands in the folder that the program was built into.
        let candidates =
            [Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent()]
            + CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        return candidates.compactMap { $0?.appendingPathComponent("syngraph") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
