import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity

/// Measures the evaluation of a big roadmap whose signatures have been checked: how long from nothing, and how long one
/// more seal takes, at several sizes.
///
/// `AgreementScale [--parties 1000] [--instruments 10000] [--json]`
@main
struct ScaleMeasurement {
    static func main() throws {
        let arguments = CommandLine.arguments
        func number(_ option: String, _ usual: Int) -> Int {
            arguments.firstIndex(of: option).flatMap { arguments.dropFirst($0 + 1).first }.flatMap { Int($0) } ?? usual
        }
        let roadmap = try BigRoadmap(
            partyCount: number("--parties", 1_000), instrumentCount: number("--instruments", 10_000))
        let sizes = [1_000, 10_000, 100_000, 500_000].filter { $0 < roadmap.seals.count } + [roadmap.seals.count]
        let rows = zip(sizes, megabytes(roadmap, sizes)).map { Row(roadmap, sealCount: $0, megabytes: $1) }
        let report = Report(
            parties: roadmap.parties.count, instruments: roadmap.instruments.count, seals: roadmap.seals.count,
            shuffled: shuffled(roadmap), rows: rows)
        print(arguments.contains("--json") ? try report.json : report.table)
    }

    /// What an evaluation holds, without the records that it is made of. All are kept until the last is measured, for
    /// memory that one gave back would serve the next.
    private static func megabytes(_ roadmap: BigRoadmap, _ sizes: [Int]) -> [Double] {
        var held: [Evaluation] = []
        return sizes.map { size in
            let known = roadmap.instruments(sealedBy: size)
            let seals = Array(roadmap.seals[..<size])
            let before = residentByteCount()
            held.append(Evaluation(instruments: known, seals: seals, roadmap: roadmap.roadmap))
            return Double(residentByteCount() - before) / 1e6
        }
    }

    /// All instruments first, and the seals in an order that has nothing to do with anything; the founding's last.
    private static func shuffled(_ roadmap: BigRoadmap) -> Double {
        var random = SplitMix(state: 1)
        let seals =
            roadmap.seals.filter { $0.instrument != roadmap.roadmap }.shuffled(using: &random)
            + roadmap.seals.filter { $0.instrument == roadmap.roadmap }
        let known = Dictionary(uniqueKeysWithValues: roadmap.instruments.map { ($0.id, $0) })
        var evaluation = Evaluation(instruments: known, seals: [], roadmap: roadmap.roadmap)
        let seconds = measured { for seal in seals { evaluation.add(seal) } }
        precondition(evaluation.inForce.count == roadmap.instruments.count, "everything is in force in the end")
        return seconds / Double(seals.count)
    }
}

/// What was measured where so many seals had been given.
private struct Row: Encodable {
    let seals: Int
    let instruments: Int
    let inForce: Int
    let secondsFromNothing: Double
    /// Of the seals that came next, taken in one by one.
    let secondsPerSeal: Double
    let secondsOfSlowestSeal: Double
    /// The same where a copy of the evaluation is held, as a reader does.
    let secondsPerSealBesideCopy: Double
    /// Of one question whether a party may accept the newest instrument, and of all contradictions of all parties.
    let secondsPerHonestCheck: Double
    let secondsOfContradictions: Double
    /// Of the evaluation, without the records that it was made of.
    let megabytes: Double

    /// The last thousand seals are those that come next.
    init(_ roadmap: BigRoadmap, sealCount: Int, megabytes: Double) {
        let next = roadmap.seals[max(0, sealCount - 1_000)..<sealCount]
        let before = Array(roadmap.seals[..<next.startIndex])
        let known = roadmap.instruments(sealedBy: sealCount)
        func anew() -> Evaluation { Evaluation(instruments: known, seals: before, roadmap: roadmap.roadmap) }
        self.megabytes = megabytes
        var evaluation = anew()
        secondsFromNothing = (1...2).map { _ in measured { _ = anew() } }.min()!
        var beside = evaluation
        var times: [Double] = []
        for seal in next {
            let held = beside
            times.append(measured { beside.add(seal) })
            precondition(held.instrumentIDs.count == known.count)
        }
        secondsPerSealBesideCopy = times.reduce(0, +) / Double(times.count)
        beside = Evaluation(instruments: [:], seals: [], roadmap: roadmap.roadmap)
        times = next.map { seal in measured { evaluation.add(seal) } }
        secondsPerSeal = times.reduce(0, +) / Double(times.count)
        secondsOfSlowestSeal = times.max()!
        let asked = roadmap.parties.prefix(100)
        secondsPerHonestCheck =
            measured {
                for party in asked {
                    let objections = evaluation.objections(to: .accept, on: next.last!.instrument, by: party.name)
                    precondition(objections.isEmpty)
                }
            } / Double(asked.count)
        secondsOfContradictions = measured { precondition(evaluation.contradictions().isEmpty) }
        seals = sealCount
        instruments = known.count
        inForce = evaluation.inForce.count
    }
}

private struct Report: Encodable {
    let parties: Int
    let instruments: Int
    let seals: Int
    let secondsPerSealShuffled: Double
    let rows: [Row]

    init(parties: Int, instruments: Int, seals: Int, shuffled: Double, rows: [Row]) {
        self.parties = parties
        self.instruments = instruments
        self.seals = seals
        secondsPerSealShuffled = shuffled
        self.rows = rows
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    var table: String {
        func microseconds(_ seconds: Double) -> String { String(format: "%.1f µs", seconds * 1e6) }
        let lines = rows.map { row in
            "| \(row.seals) | \(row.instruments) | \(row.inForce) | \(String(format: "%.3f s", row.secondsFromNothing)) "
                + "| \(microseconds(row.secondsPerSeal)) | \(microseconds(row.secondsOfSlowestSeal)) "
                + "| \(microseconds(row.secondsPerSealBesideCopy)) | \(microseconds(row.secondsPerHonestCheck)) "
                + "| \(String(format: "%.3f s", row.secondsOfContradictions)) "
                + "| \(String(format: "%.0f MB", row.megabytes)) |"
        }
        return """
            \(parties) parties, \(instruments) instruments, \(seals) seals; signatures are not part of it

            | seals | instruments | in force | from nothing | one more seal | the slowest of 1,000 | beside a copy | honest check | all contradictions | memory |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            \(lines.joined(separator: "\n"))

            in any order, the founding's seals last: \(microseconds(secondsPerSealShuffled)) for one seal
            """
    }
}

private func measured(_ work: () -> Void) -> Double {
    let duration = ContinuousClock().measure(work)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

/// What this process holds in memory and has touched; 0 where the system does not say.
private func residentByteCount() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
}

/// The same sequence every time.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
