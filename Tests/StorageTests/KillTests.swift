import Cryptography
import Foundation
import Journal
import Testing

@testable import Storage

/// A process that is killed loses nothing that SQLite wrote, but the machine stays up: what this shows is that nothing is
/// half-written and nothing is acknowledged early, not that the disk was waited for (see `synchronous`).
@Suite("A writer that is killed")
struct KillTests {
    @Test(.timeLimit(.minutes(10)))
    func `loses nothing that it acknowledged, in ten deaths, the log torn behind its last sync`() async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("kill test: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let home = try Home()
        var acknowledged: [(sequence: UInt64, id: String)] = []
        for _ in 0..<10 {
            acknowledged += try await lifeAndDeath(
                home, seed: random.next(), after: .milliseconds(Int.random(in: 40..<400, using: &random)))
            try tear(home, &random)
            guard let last = acknowledged.last else { continue }
            let store = try home.store()
            let journal = try store.loadJournal()
            let history = try #require(journal.writers.first.flatMap { journal[$0] })
            #expect(!history.hasForked, "seed \(seed)")
            #expect(UInt64(history.count) > last.sequence, "seed \(seed)")
            for (sequence, id) in acknowledged {
                #expect(history.entries(at: sequence).map(\.description) == [id], "seed \(seed)")
            }
        }
        #expect(acknowledged.count > 10, "seed \(seed)")
    }

    /// Does to the log what a machine may do that stops: what stands behind the last finished transaction was never
    /// waited for, so it is cut, changed, or followed by rubbish.
    private func tear(_ home: Home, _ random: inout SeededGenerator) throws {
        let log = URL(filePath: home.database + "-wal")
        guard let recovery = LogRecovery(ofLogAt: log.path) else { return }
        #expect(recovery.lostPageCount == 0, "a process that is killed loses nothing that it wrote")
        var bytes = try Array(Data(contentsOf: log))
        let end = 32 + recovery.keptPageCount * (24 + 4096)
        if bytes.count > end, Bool.random(using: &random) {
            bytes = Array(bytes[..<Int.random(in: end...bytes.count, using: &random)])
        }
        for place in end..<bytes.count where Int.random(in: 0..<64, using: &random) == 0 {
            bytes[place] = UInt8.random(in: 0...255, using: &random)
        }
        let rubbish = Int.random(in: 0..<6000, using: &random)
        bytes += (0..<rubbish).map { _ in UInt8.random(in: 0...255, using: &random) }
        try Data(bytes).write(to: log)
    }

    /// Lets a writer live for a while, kills it, and tells what it had acknowledged.
    private func lifeAndDeath(
        _ home: Home, seed: UInt64, after life: Duration
    ) async throws -> [(sequence: UInt64, id: String)] {
        let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        process.executableURL = products.appending(path: "StoreWriter")
        process.arguments = [home.database, "\(seed)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let reading = Task.detached { output.fileHandleForReading.readDataToEndOfFile() }
        try await Task.sleep(for: life)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // The last line counts only if it was written out to its end.
        let lines = String(decoding: await reading.value, as: UTF8.self).components(separatedBy: "\n").dropLast()
        return lines.map { line in
            let words = line.split(separator: " ")
            return (UInt64(words[0])!, String(words[1]))
        }
    }
}
