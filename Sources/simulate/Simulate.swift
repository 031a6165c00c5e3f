internal import ArgumentParser
internal import Dispatch
internal import Foundation
internal import Simulation

/// Plays nights in which everything goes wrong, one for each seed, and says which claim did not hold.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Play nights of many nodes, a bad network and lying parties, and hold them against what must hold.",
        discussion: """
            Example: simulate --seeds 1..1000 --json
            A seed that fails, fails again: simulate --seeds 4711..4711 --shrink
            """)

    @Option(help: "The seeds, as FIRST..LAST. Without: new ones until stopped.")
    var seeds: Seeds?

    @Option(help: "How many parties take part; if not given, two to five.")
    var parties: Int?

    @Option(help: "How many nights are played at once; if not given, one on each core.")
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "Play no night: say what a tree of so many parties sends, in which each writes one entry.",
            discussion: "May be repeated."))
    var tree: [Int] = []

    @Flag(help: "Answer as one JSON object.")
    var json = false

    @Flag(help: "End at the first night that breaks a claim.")
    var untilBroken = false

    @Flag(help: "Make each failing night as small as it can be, and tell it.")
    var shrink = false

    /// Nights in which every kind of fault and lie must have happened.
    private static let nightsForEverything = 1_000

    func validate() throws {
        if let parties, !(2...1_000).contains(parties) {
            throw ValidationError("--parties is a number from 2 to 1000; two are the fewest that can disagree")
        }
        guard workers.map((1...256).contains) ?? true else {
            throw ValidationError("--workers is a number from 1 to 256")
        }
        guard tree.allSatisfy({ (2...10_000).contains($0) }) else {
            throw ValidationError("--tree is a number from 2 to 10000")
        }
        guard !json || seeds != nil || !tree.isEmpty else {
            throw ValidationError("--json needs --seeds: it answers when all are played")
        }
    }

    func run() throws {
        guard tree.isEmpty else { return tree.forEach { print(Growth.line(parties: $0)) } }
        let first = seeds?.range.lowerBound ?? UInt64(Date.now.timeIntervalSince1970) * 1_000
        let nights = Nights(
            first...(seeds?.range.upperBound ?? .max), report: Report(commit: Commit.current), untilBroken: untilBroken)
        LastWords.arm()
        // Each night is one thread's; several at once change nothing in any of them.
        DispatchQueue.concurrentPerform(iterations: workers ?? ProcessInfo.processInfo.activeProcessorCount) { _ in
            while let seed = nights.next() { play(seed, of: nights) }
        }
        var report = nights.report
        if report.nightCount >= Self.nightsForEverything { report.judgeVariety() }
        if json { print(report.json) } else { say(report.progress + "\n" + report.tale) }
        if !report.failed.isEmpty { throw ExitCode(1) }
    }

    private func play(_ seed: UInt64, of nights: Nights) {
        LastWords.set("seed \(seed) at commit \(nights.commit): the program ended in the middle of it\n")
        let scenario = Scenario(seed: seed, parties: parties)
        let outcome = Outcome(of: scenario)
        let progress = nights.take(outcome)
        if let broken = outcome.broken { say(tale(of: broken, in: scenario, nights.commit)) }
        if !json, let progress { say(progress) }
    }

    private func tale(of broken: Broken, in scenario: Scenario, _ commit: String) -> String {
        let head = "seed \(scenario.seed) at commit \(commit): \(broken.claim.rawValue): \(broken.detail)"
        guard shrink else { return head }
        let small = scenario.shrunk(breaking: broken.claim)
        var lines = [head, "  \(small.cast)", "  \(small.plan.count) of \(scenario.plan.count) happenings break it:"]
        lines += small.plan.map { "  \($0)" }
        if let less = Outcome(of: small).broken { lines.append("  \(less.detail)") }
        return lines.joined(separator: "\n")
    }

    private func say(_ words: String) { FileHandle.standardError.write(Data((words + "\n").utf8)) }
}

/// `FIRST..LAST`, both played.
struct Seeds: ExpressibleByArgument {
    let range: ClosedRange<UInt64>

    init?(argument: String) {
        let ends = argument.components(separatedBy: "..").map { UInt64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        range = first...last
    }
}
