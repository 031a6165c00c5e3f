import Agreement
import Foundation

/// Measures big roadmaps, each part by itself: their evaluation without signatures, a node's copy that takes them in with
/// their signatures, and what is told of many open instruments.
///
/// `AgreementScale [--part evaluation|copy|open] [--parties 1000] [--instruments 10000] [--json]`
@main
struct ScaleMeasurement {
    static func main() throws {
        let arguments = CommandLine.arguments
        func value(_ option: String) -> String? {
            arguments.firstIndex(of: option).flatMap { arguments.dropFirst($0 + 1).first }
        }
        let (part, isJSON) = (value("--part"), arguments.contains("--json"))
        let roadmap = try BigRoadmap(
            partyCount: value("--parties").flatMap { Int($0) } ?? 1_000,
            instrumentCount: value("--instruments").flatMap { Int($0) } ?? 10_000)
        if part == nil || part == "evaluation" { print(try evaluations(of: roadmap).told(asJSON: isJSON)) }
        if part == nil || part == "copy" { print(try CopyMeasurement(roadmap).told(asJSON: isJSON)) }
        if part == nil || part == "open" { print(try OpenMeasurement().told(asJSON: isJSON)) }
    }

    private static func evaluations(of roadmap: BigRoadmap) -> Report {
        let sizes = sizes(of: roadmap)
        let rows = zip(sizes, megabytes(roadmap, sizes)).map { Row(roadmap, sealCount: $0, megabytes: $1) }
        return Report(
            parties: roadmap.parties.count, instruments: roadmap.instruments.count, seals: roadmap.seals.count,
            secondsPerSealShuffled: shuffled(roadmap), rows: rows)
    }

    static func sizes(of roadmap: BigRoadmap) -> [Int] {
        [1_000, 10_000, 100_000, 500_000].filter { $0 < roadmap.seals.count } + [roadmap.seals.count]
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

private struct Report: Measurement {
    let parties: Int
    let instruments: Int
    let seals: Int
    let secondsPerSealShuffled: Double
    let rows: [Row]

    var table: String {
        let lines = rows.map { row in
            "| \(row.seals) | \(row.instruments) | \(row.inForce) | \(String(format: "%.3f s", row.secondsFromNothing)) "
                + "| \(microseconds(row.secondsPerSeal)) | \(microseconds(row.secondsOfSlowestSeal)) "
                + "| \(microseconds(row.secondsPerSealBesideCopy)) | \(microseconds(row.secondsPerHonestCheck)) "
                + "| \(String(format: "%.3f s", row.secondsOfContradictions)) "
                + "| \(String(format: "%.0f MB", row.megabytes)) |"
        }
        return """
            \(parties) parties, \(instruments) instruments, \(seals) seals; signatures are not part of it; seconds of the processor

            | seals | instruments | in force | from nothing | one more seal | the slowest of 1,000 | beside a copy | honest check | all contradictions | memory |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            \(lines.joined(separator: "\n"))

            in any order, the founding's seals last: \(microseconds(secondsPerSealShuffled)) for one seal
            """
    }
}
