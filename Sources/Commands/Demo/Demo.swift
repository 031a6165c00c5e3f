internal import ArgumentParser
internal import Foundation

/// `syngraph demo`
struct Demo: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Play the whole story on this machine: eight parties, eight nodes, one roadmap.",
        discussion: """
            Eight parties found a roadmap, break a deadlock with two conditional seals, admit an observer, and verify \
            everything offline from one file. Uses loopback only, and only commands that a person has.

              syngraph demo --dir korea
            """)

    @Option(name: .long, help: "The folder to play in; must be empty or not there yet.")
    var dir: String
    @Option(name: .long, help: "Where the example charters lie; by default Docs/Examples beside or above.")
    var examples: String?
    @Option(name: .long, help: "Kill a node this many times at random moments, and start it again.")
    var kills = 0
    @Option(name: .long, help: "The seed of those moments; drawn and printed if not given.")
    var seed: UInt64?

    var wantsJSON: Bool { false }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard kills >= 0 else { throw Complaint.usage("--kills takes a number from 0") }
        let folder = URL(filePath: dir).standardizedFileURL.absoluteURL
        let charters = try findExamples()
        try prepare(folder)
        let stage = DemoStage(folder: folder, program: try Self.program())
        let havoc = kills > 0 ? Havoc(count: kills, seed: seed ?? UInt64.random(in: 1...UInt64(UInt32.max))) : nil
        let story = DemoStory(
            stage: stage, cast: DemoCast(ports: try FreePorts.find(7)), charters: charters, voice: voice, havoc: havoc)
        do {
            try await story.tell()
            await stage.endAll()
        } catch {
            await stage.endAll()
            let sentence = (error as? DemoFailure)?.sentence ?? "\(error)"
            throw Complaint(
                .notSo, "demo-failed", "the demo failed: \(sentence)", hint: "the nodes' logs are in \(folder.path)/log"
            )
        }
        return .holds
    }

    private func prepare(_ folder: URL) throws {
        let files = FileManager.default
        if let inside = try? files.contentsOfDirectory(atPath: folder.path), !inside.isEmpty {
            throw Complaint(
                .cannotWrite, "not-empty", "\(dir) is not empty", hint: "name a folder that is not there yet")
        }
        for name in ["homes", "cards", "log"] {
            do {
                try files.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
            } catch {
                throw Complaint(.cannotWrite, "cannot-write", "cannot make the folder \(dir): \(error)")
            }
        }
    }

    /// Beside the working directory, or above the program where it was built.
    private func findExamples() throws -> URL {
        var places = examples.map { [URL(filePath: $0)] } ?? [URL(filePath: "Docs/Examples")]
        if examples == nil {
            var above = try Self.program().deletingLastPathComponent()
            while above.pathComponents.count > 1 {
                places.append(above.appending(path: "Docs/Examples"))
                above.deleteLastPathComponent()
            }
        }
        let found = places.first {
            FileManager.default.fileExists(atPath: $0.appending(path: "korea.yaml").path)
        }
        guard let found else {
            throw Complaint(
                .noSuchFile, "no-such-file", "there is no korea.yaml in \(places[0].path)",
                hint: "say where the examples lie: --examples Docs/Examples")
        }
        return found.standardizedFileURL.absoluteURL
    }

    private static func program() throws -> URL {
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: path)
    }
}
