internal import AgreementBridge
internal import AgreementReference
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Plays histories of the reference, holds each against the laws, and the product against it: `histories
/// [--seeds A..B] [--without CLAUSE] [--until-broken] [--every-clause] [--reference-only] [--workers N] [--json]`; or writes
/// their records for another verifier: `histories --bundles FOLDER --seeds A..B`.
///
/// Without `--seeds` it plays new ones, from a number drawn at random, until it is stopped, and tells then what it was
/// about. It prints what it reached every few seconds, and each broken law with the first seed that breaks it, and each
/// difference with the fewest records that show it; it fails if a law is broken or something differs. `--without` takes a clause out of the reference, any number of times, and the product is
/// not asked then; with `--until-broken` it ends at the first history that breaks a law or shows a difference.
/// `--every-clause` does both for each clause in turn (see ``EveryClause``).
@main
struct Histories {
    static func main() async {
        guard let wishes = Wishes(CommandLine.arguments.dropFirst()) else {
            let clauses = ReferenceClause.allCases.map { "\($0)" }.joined(separator: " ")
            print(
                "usage: histories [--seeds A..B] [--without CLAUSE] [--until-broken] [--every-clause] [--reference-only]",
                "                 [--workers N] [--json]", "       histories --bundles FOLDER --seeds A..B",
                "clauses: \(clauses)",
                separator: "\n")
            exit(2)
        }
        if let folder = wishes.bundleFolder { exit(write(wishes.seeds, into: folder)) }
        if wishes.isOfEveryClause { exit(await EveryClause(wishes).play()) }
        let run = Run(wishes)
        let queue = DispatchQueue(label: "histories.stops")  // one of its own: the workers leave no thread to others
        let stops = [SIGINT, SIGTERM].map { stopping(run, on: $0, queue) }
        if wishes.isEndless && !wishes.isJSON { print("seeds from \(wishes.seeds.lowerBound) on, until stopped") }
        let tally = await run.play()
        for stop in stops { stop.cancel() }
        if !wishes.isJSON { print("\(tally.histories) histories", await run.speed) }
        print(wishes.isJSON ? Report(tally).json : Report(tally).lines)
        exit(tally.broken.isEmpty && tally.differing == 0 ? 0 : 1)
    }

    /// Lets whoever stops it know what it was about.
    private static func stopping(
        _ run: Run, on number: Int32, _ queue: DispatchQueue
    ) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { run.end() }
        source.resume()
        return source
    }

    /// Of each seed three files: `7.syngraph`, all of it, and `7a.syngraph` and `7b.syngraph`, some of it each.
    private static func write(_ seeds: ClosedRange<UInt64>, into folder: String) -> Int32 {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for seed in seeds {
                let bundle = HistoryBundle(seed: seed)
                let files = [("", bundle.whole), ("a", bundle.parts[0]), ("b", bundle.parts[1])]
                for (letter, bytes) in files {
                    try Data(bytes).write(to: URL(filePath: "\(folder)/\(seed)\(letter).syngraph"))
                }
            }
            return 0
        } catch {
            print(error)
            return 1
        }
    }
}

/// What was asked for on the command line.
struct Wishes {
    var seeds = UInt64.random(in: 1...(1 << 48))...UInt64.max
    var isEndless: Bool { seeds.upperBound == .max }
    var meaning = ReferenceMeaning.agreed
    var endsWhenBroken = false
    var isOfReferenceOnly = false
    /// The product is asked, too; it knows only what is agreed.
    var isComparing: Bool { !isOfReferenceOnly && meaning == .agreed }
    var isOfEveryClause = false
    var workers = ProcessInfo.processInfo.activeProcessorCount
    var isJSON = false
    var bundleFolder: String?

    init?(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)[...]
        while let option = rest.popFirst() {
            switch option {
            case "--json": isJSON = true
            case "--until-broken": endsWhenBroken = true
            case "--reference-only": isOfReferenceOnly = true
            case "--every-clause": isOfEveryClause = true
            case "--bundles":
                bundleFolder = rest.popFirst()
                guard bundleFolder != nil else { return nil }
            case "--seeds":
                let ends = (rest.popFirst() ?? "").components(separatedBy: "..").map { UInt64($0) }
                guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
                seeds = first...last
            case "--workers":
                guard let number = rest.popFirst().flatMap({ Int($0) }), number > 0 else { return nil }
                workers = number
            case "--without":
                let name = rest.popFirst()
                guard let clause = ReferenceClause.allCases.first(where: { "\($0)" == name }) else { return nil }
                meaning.leaveOut(clause)
            default: return nil
            }
        }
        // Files without end would fill the disk.
        if bundleFolder != nil, seeds.upperBound == .max { return nil }
    }
}

/// Workers that take one seed after the other.
actor Run {
    private let wishes: Wishes
    private var next: UInt64
    private let hasEnded = Atomic(false)
    private var tally = Campaign.Tally()
    private let began = ContinuousClock.now
    private var lastPrinted = ContinuousClock.now
    private static let printingInterval = Duration.seconds(5)

    init(_ wishes: Wishes) {
        self.wishes = wishes
        next = wishes.seeds.lowerBound
    }

    func play() async -> Campaign.Tally {
        let wishes = wishes
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<wishes.workers {
                group.addTask {
                    while let seed = await self.seed() {
                        await self.take(
                            wishes.isComparing
                                ? ComparingProduct.play(seed: seed)
                                : Campaign.play(seed: seed, meaning: wishes.meaning))
                    }
                }
            }
        }
        return tally
    }

    /// How many histories were played a second.
    var speed: String {
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        return String(format: "(%.1f a second)", Double(tally.histories) / seconds)
    }

    /// Begins no more histories. It waits for no turn: workers take all of them.
    nonisolated func end() { hasEnded.store(true, ordering: .relaxed) }

    private func seed() -> UInt64? {
        guard !hasEnded.load(ordering: .relaxed), next <= wishes.seeds.upperBound else { return nil }
        defer { next += 1 }
        return next
    }

    private func take(_ outcome: Campaign.Outcome) {
        let isSilent = wishes.isJSON || wishes.isOfEveryClause
        for law in outcome.broken where tally.broken[law.law] == nil && !isSilent {
            print("seed \(outcome.seed) breaks \(law)")
        }
        for difference in outcome.differences where !wishes.isJSON { print(difference) }
        tally.add(outcome)
        if wishes.endsWhenBroken && !(outcome.broken.isEmpty && outcome.differences.isEmpty) { end() }
        guard !isSilent, ContinuousClock.now - lastPrinted > Self.printingInterval else { return }
        lastPrinted = ContinuousClock.now
        print(Report(tally).line, speed)
        print("  of a hundred:", Report(tally).asked)
        fflush(nil)  // all streams: standard output may be a pipe
    }
}

/// A tally, for people and for programs.
struct Report {
    private let tally: Campaign.Tally

    init(_ tally: Campaign.Tally) { self.tally = tally }

    var line: String {
        "\(tally.histories) histories, \(tally.coverage.instruments) instruments, \(tally.coverage.perfected) perfected, "
            + "\(tally.broken.values.reduce(0, +)) broken laws, \(tally.differing) unlike the product"
    }

    /// What a campaign must have reached, each in at least one of a hundred histories.
    var asked: String {
        let features: [HistoryFeature] = [
            .conditionalCycle, .replacement, .rosterChangeWithOpenInstruments, .decidingAbstention, .closingAbandoned,
            .contestedPair,
        ]
        return features.map { feature in
            let share = Double(tally.reached[feature, default: 0]) * 100 / Double(max(tally.histories, 1))
            return "\(feature.rawValue) " + String(format: "%.1f", share)
        }.joined(separator: ", ")
    }

    var lines: String {
        let reached = HistoryFeature.allCases.map { feature in
            "  \(feature.rawValue): \(percent(tally.reached[feature, default: 0], of: tally.histories)) histories"
        }
        let instruments = tally.coverage.instruments
        let states = ReferenceState.allCases.filter { $0 != .awaitingRecords }.map { state in
            "  \(state.rawValue): \(percent(tally.coverage.states[state, default: 0], of: instruments)) instruments"
        }
        let broken = ReferenceLaw.allCases.filter { tally.broken[$0] != nil }.map {
            "  broken: \($0.rawValue), in \(tally.broken[$0] ?? 0), first by seed \(tally.firstBroken[$0] ?? 0)"
        }
        return ([line] + states + reached + broken).joined(separator: "\n")
    }

    private func percent(_ number: Int, of all: Int) -> String {
        String(format: "%.1f of a hundred", Double(number) * 100 / Double(max(all, 1)))
    }

    /// One object: the number of histories, of instruments (the foundings apart), of those perfected and in force, by
    /// state how many instruments ended in it (foundings too; those that awaited something are counted also on the way),
    /// by feature in how many histories it was reached, by law in how many it was broken and by which seed first, and all
    /// seeds that broke a law or showed a difference.
    var json: String {
        let reached = HistoryFeature.allCases.map { "\"\($0.rawValue)\":\(tally.reached[$0, default: 0])" }
        let broken = ReferenceLaw.allCases.filter { tally.broken[$0] != nil }.map {
            "\"\($0.rawValue)\":{\"histories\":\(tally.broken[$0] ?? 0),\"seed\":\(tally.firstBroken[$0] ?? 0)}"
        }
        let states = ReferenceState.allCases.map {
            "\"\($0.rawValue)\":\(tally.coverage.states[$0, default: 0])"
        }
        return "{\"histories\":\(tally.histories),\"differing\":\(tally.differing),"
            + "\"instruments\":\(tally.coverage.instruments),"
            + "\"perfected\":\(tally.coverage.perfected),\"inForce\":\(tally.coverage.inForce),"
            + "\"states\":{\(states.joined(separator: ","))},\"reached\":{\(reached.joined(separator: ","))},"
            + "\"broken\":{\(broken.joined(separator: ","))},"
            + "\"found\":[\(tally.found.sorted().map(String.init).joined(separator: ","))]}"
    }
}
