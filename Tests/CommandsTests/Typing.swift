import Agreement
import Commands
import Cryptography
import Foundation
import Journal
import NodeLogic
import NodeRuntime
import RoadmapFixtures
import Testing

/// What a verb answered.
struct Answer {
    let code: ExitCode
    let output: String
    let talk: String

    /// The one object on standard output; fails the test if there is none, or more.
    var json: [String: Any] {
        get throws {
            let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return try #require(object as? [String: Any])
        }
    }
}

/// Types a command line in this process, in a world of its own.
func typed(
    _ words: String..., environment: [String: String] = [:], columns: Int? = nil, door: MemoryDoor? = nil,
    isRandom: Bool = false
) async -> Answer {
    await typed(words: words, environment: environment, columns: columns, door: door, isRandom: isRandom)
}

/// - Parameters:
///   - isRandom: every randomness is another, for verbs that make several keys; else it is all sevens.
///   - atHome: homes are opened on disk.
func typed(
    words: [String], environment: [String: String] = [:], columns: Int? = nil, door: MemoryDoor? = nil,
    isRandom: Bool = false, atHome: Bool = false
) async -> Answer {
    let output = Recorder()
    let talk = Recorder()
    let surroundings = Surroundings(
        environment: environment, outputColumns: columns, writeOutput: { output.add($0) },
        writeTalk: { talk.add($0) }, now: { 1_772_357_400 },
        randomBytes: { isRandom ? SystemRandomness.bytes(count: $0) : [UInt8](repeating: 7, count: $0) },
        openHome: { home in
            if atHome { return try await Surroundings.process.openHome(home) }
            guard let door else { throw HomeFailure.noHome(path: home.path) }
            return door
        })
    let code = await SyngraphCommand.perform(words, in: surroundings)
    return Answer(code: code, output: output.text, talk: talk.text)
}

private final class Recorder: @unchecked Sendable {
    private let lock = NSLock()
    private var pieces: [String] = []

    func add(_ piece: String) { lock.withLock { pieces.append(piece) } }
    var text: String { lock.withLock { pieces.joined() } }
}

/// A home in memory.
struct MemoryDoor: HomeDoor {
    var roadmap: SmallRoadmap
    var peers: [PeerStatus] = []
    var told: [ForkProof] = []

    func bundle() async throws -> [UInt8] { roadmap.bundle }
    func publish(_ records: [PublishedRecord]) async throws -> Int { throw HomeFailure.refused(reason: "read only") }
    func status() async throws -> NodeStatus {
        NodeStatus(
            party: Signatory.korea.id, roadmap: roadmap.id, isRunning: true, writer: nil, entryCount: 7, port: 7000,
            peers: peers)
    }
    func forks() async throws -> [ForkProof] { told }
    func draftEntries() async throws -> [JournalledDraftEntry] { [] }
    func publishDraft(_ body: [UInt8], after previous: Digest?) async throws -> DraftPublication { .overtaken }
    func journals(since start: ExportStart) async throws -> [UInt8] {
        throw HomeFailure.refused(reason: "nothing is journalled")
    }
    func takeIn(journals file: [UInt8]) async throws -> JournalImport {
        throw HomeFailure.refused(reason: "read only")
    }
    func close() async {}
}

/// A folder that goes when the test is over.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/syngraph-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
