import Agreement
import Cryptography
import Foundation
import Identity

/// What is told of many open instruments: what waits for a party, what binds it, and what its acceptance would change.
struct OpenMeasurement: Measurement {
    let rows: [Row]

    struct Row: Encodable {
        let open: Int
        let seals: Int
        let secondsOfInbox: Double
        let secondsOfBound: Double
        let secondsOfWhatIf: Double
        /// Matters in the inbox, and what the party would not seal.
        let matters: Int
        let refused: Int
    }

    init() throws {
        rows = try [1_000, 2_000, 5_000, 10_000].map { count in
            let table = try OpenTable(openCount: count)
            let evaluation = Evaluation(
                instruments: Dictionary(uniqueKeysWithValues: table.instruments.map { ($0.id, $0) }),
                seals: table.seals, roadmap: table.roadmap)
            var (matters, refused) = (0, 0)
            let inbox = (1...3).map { _ in measured { matters = evaluation.matters(for: table.asked).count } }.min()!
            let bound = (1...3).map { _ in measured { refused = evaluation.bonds(of: table.asked).refuses.count } }
                .min()!
            let supposed = SupposedSeal(.accept, on: table.instruments.last!.id, by: table.asked)
            let whatIf = (1...3).map { _ in measured { _ = Supposition([supposed], on: evaluation) } }.min()!
            return Row(
                open: count, seals: table.seals.count, secondsOfInbox: inbox, secondsOfBound: bound,
                secondsOfWhatIf: whatIf, matters: matters, refused: refused)
        }
    }

    var table: String {
        let lines = rows.map { row in
            "| \(row.open) | \(row.seals) | \(microseconds(row.secondsOfInbox)) | \(microseconds(row.secondsOfBound)) "
                + "| \(microseconds(row.secondsOfWhatIf)) | \(row.matters) | \(row.refused) |"
        }
        return """
            of many open instruments

            | open | seals | inbox | bound | what-if | matters | would not seal |
            | --- | --- | --- | --- | --- | --- | --- |
            \(lines.joined(separator: "\n"))
            """
    }
}

/// Forty parties with many amendments on the table: each of an article of its own, but that every tenth is a rival of
/// the one before, every tenth replaces an earlier one, and every tenth is built on one. Half of the parties, with the
/// one that is asked, have accepted every second of them.
private struct OpenTable {
    let roadmap: InstrumentID
    let asked: Identifier
    private(set) var instruments: [Instrument] = []
    private(set) var seals: [SealGiven] = []

    init(openCount: Int) throws {
        let parties = try (0..<40).map(BigRoadmap.member)
        var contents = try BigRoadmap.constitution(parties, [parties])
        for article in 0..<openCount { contents["a\(article)"] = BigRoadmap.text("As founded.", circle: 0) }
        let founding = try BigRoadmap.instrument(nil, 0, [:], contents)
        roadmap = founding.id
        asked = parties[0].name
        instruments = [founding]
        for party in parties { try seal(founding, party) }
        for place in 0..<openCount {
            let next = try amendment(place)
            instruments.append(next)
            guard place.isMultiple(of: 2) else { continue }
            for party in parties.prefix(20) { try seal(next, party) }
        }
    }

    private func amendment(_ place: Int) throws -> Instrument {
        let article = place % 10 == 1 ? place - 1 : place
        let content = BigRoadmap.text("Wording \(place).", circle: 0)
        let base = ["a\(article)", "roster/c0", "rule/c0"]
        let before = [instruments[place].id]
        return try BigRoadmap.instrument(
            roadmap, place + 1, Dictionary(uniqueKeysWithValues: base.map { (Identifier($0)!, roadmap) }),
            ["a\(article)": content], after: place % 10 == 3 ? before : [],
            replaces: place % 10 == 7 ? before : [])
    }

    private mutating func seal(_ instrument: Instrument, _ party: BigRoadmap.Member) throws {
        seals.append(SealGiven(try BigRoadmap.seal(roadmap, instrument.id, party), isSigned: true))
    }
}
