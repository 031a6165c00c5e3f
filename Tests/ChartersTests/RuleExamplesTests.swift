import Agreement
import Foundation
import Identity
import Testing

@testable import Charters

@Suite("The examples of charters")
struct RuleExamplesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    private static let charters = [
        "charter-108", "consortium", "korea", "majority", "security-council", "two", "unanimity",
    ]

    @Test(arguments: charters)
    func `found a roadmap, whose rules cannot be split`(name: String) throws {
        let text = try Self.text("Docs/Examples/\(name).yaml")
        let reading = Charter.read(text) { Strait.card($0) }
        #expect(reading.faults == [])
        let founding = try reading.get().foundingInstrument(salt: Strait.salt)
        let evaluation = Evaluation(instruments: [founding.id: founding], seals: [], roadmap: founding.id)
        #expect(evaluation.illFormedness(of: founding.id) == nil)
        // What is read without cards is what is founded.
        let constitution = try Charter.readConstitution(text).get()
        let founded = try #require(evaluation.constitution(after: founding.id))
        #expect(constitution.rules == founded.rules && constitution.rosters == founded.rosters)
        #expect(Set(constitution.records.keys) == Set(founded.records.keys))
        let analysis = RuleAnalysis(of: constitution)
        #expect(analysis == RuleAnalysis(of: founded))
        #expect(try #require(analysis.liarsToSplitAcross) > 0)
        #expect(analysis.classes.allSatisfy { $0.notAnalysed == nil && $0.obstacles.isEmpty })
    }

    /// The rows of the table of examples in the page on the analysis.
    private static func rows() throws -> [[String]] {
        let page = try text("Docs/Specification/rules.md")
        return page.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains(".yaml` |") }.map { row in
            row.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "`", with: "")
            }.filter { !$0.isEmpty }
        }
    }

    @Test func `come down to the figures that the page on the analysis names`() throws {
        let rows = try Self.rows()
        #expect(rows.count == 10)
        for row in rows {
            let constitution = try Charter.readConstitution(Self.text("Docs/Examples/\(row[0])")).get()
            let analysis = RuleAnalysis(of: constitution)
            let figures = try #require(analysis.classes.first { $0.provisionClass.string == row[1] })
            let coalitions = try #require(figures.coalitions)
            let found: [String] = [
                "\(try #require(figures.partyCount))", "\(coalitions.smallestSize)", "\(coalitions.smallestCount)",
                "\(coalitions.vetoHolders.count)", "\(coalitions.smallestBlockingSize)",
                "\(try #require(figures.liarsToSplit))", "\(try #require(figures.liarsToSplitAcross))",
                "\(try #require(figures.worstSilenceTolerated))", "\(try #require(figures.bestSilenceTolerated))",
            ]
            #expect(found == Array(row.dropFirst(2)), "\(row[0]), \(row[1])")
        }
    }

    @Test func `of 193 parties are analysed in a moment`() throws {
        let text = try Self.text("Docs/Examples/charter-108.yaml")
        let time = try ContinuousClock().measure {
            let analysis = RuleAnalysis(of: try Charter.readConstitution(text).get())
            #expect(analysis.liarsToSplitAcross == 65)
        }
        // Two seconds is what is promised of a release build; this one checks every step it takes.
        #expect(time < .seconds(20))
    }

    @Test func `are read without cards, and all their faults named`() throws {
        let text = Strait.edited("{ atLeast: 1 }", "{ atLeast: 2 }")
        let codes = Charter.readConstitution(text).faults.map(\.code)
        #expect(codes == [.impossibleRule])
        let misnamed = Charter.readConstitution(Strait.edited("proposer: NO", "proposer: FIN")).faults
        #expect(misnamed.map(\.code) == [.unknownParty])
    }
}
