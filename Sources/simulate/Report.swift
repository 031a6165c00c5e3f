internal import Foundation
internal import Simulation

/// What came of the nights that were played.
struct Report: Sendable {
    let commit: String
    private(set) var nightCount = 0
    /// Ascending by seed.
    private(set) var failed: [Failure] = []
    private var eventCount = 0
    private var counts: [Happening: Int] = [:]
    private var firstSeed: UInt64?
    private let began = ContinuousClock.now

    struct Failure: Encodable, Sendable {
        let seed: UInt64
        let commit: String
        let claim: String
    }

    init(commit: String) { self.commit = commit }

    mutating func take(_ outcome: Outcome) {
        firstSeed = min(firstSeed ?? outcome.seed, outcome.seed)
        nightCount += 1
        eventCount += outcome.eventCount
        counts.merge(outcome.counts, uniquingKeysWith: +)
        if let broken = outcome.broken {
            failed.append(Failure(seed: outcome.seed, commit: commit, claim: broken.claim.rawValue))
            failed.sort { $0.seed < $1.seed }
        }
    }

    /// What never happened.
    private var missing: [Happening] { Happening.allCases.filter { counts[$0, default: 0] == 0 } }

    mutating func judgeVariety() {
        guard !missing.isEmpty, let firstSeed else { return }
        let names = missing.map(\.rawValue).joined(separator: ", ")
        let claim = "\(Claim.everythingHappens.rawValue): not \(names)"
        failed.append(Failure(seed: firstSeed, commit: commit, claim: claim))
    }

    private var seconds: Double {
        let (seconds, attoseconds) = (ContinuousClock.now - began).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    var progress: String {
        let perMinute = seconds > 0 ? Int(Double(nightCount) / seconds * 60) : 0
        return "\(nightCount) nights, \(failed.count) failed, \(eventCount) events, \(perMinute) nights a minute"
    }

    /// How often everything happened.
    var tale: String {
        Happening.allCases.map { "\($0.rawValue) \(counts[$0, default: 0])" }.joined(separator: ", ")
    }

    var json: String {
        struct Answer: Encodable {
            let seeds: Int
            let failed: [Failure]
            let events: Int
            let seconds: Double
            let counts: [String: Int]
        }
        let answer = Answer(
            seeds: nightCount, failed: failed, events: eventCount, seconds: (seconds * 1_000).rounded() / 1_000,
            counts: Dictionary(
                uniqueKeysWithValues: Happening.allCases.filter { $0.sort != .act }.map {
                    ($0.rawValue, counts[$0, default: 0])
                }))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: (try? encoder.encode(answer)) ?? Data(), as: UTF8.self)
    }
}

/// The commit that is checked out where the program runs, for whoever wants to play a failure again.
enum Commit {
    static var current: String {
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return "unknown" }
        let words = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        let commit = String(decoding: words, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return git.terminationStatus == 0 && !commit.isEmpty ? commit : "unknown"
    }
}
