import Agreement
import Drafting
import Identity
import RoadmapFixtures
import Testing

@testable import Negotiation

@Suite("What was frozen and is in force")
struct SettledInForceTests {
    /// Parties differ on how often they meet, and KOR freezes its own choice.
    private struct Frozen {
        var table = Table()
        let bracket: OperationName
        let other: OperationName
        let instrument: Instrument

        init(_ prepare: (inout Table) -> Void = { _ in }) throws {
            let text = table.text("article-2")
            let (bracket, others) = table.bracket("KOR", "twice a year", in: text, or: ["every month"])
            (self.bracket, other) = (bracket, others[0])
            prepare(&table)
            table.perform("KOR", .position(bracket: bracket, accepts: [.added(other)]))
            table.perform("PRK", .position(bracket: bracket, accepts: [.standing]))
            let choice = [bracket: Drafting.Alternative.added(other)]
            table.perform("KOR", .choose(bracket: bracket, .added(other)))
            instrument = try table.frozen(choosing: choice) { $0.isLookedAt = true }.instrument
            try table.roadmap.put(instrument)
        }

        mutating func comeIntoForce() {
            for signatory in Signatory.all { table.roadmap.seal(instrument.id, by: signatory) }
        }

        var settled: [OperationName: Drafting.Alternative] {
            SettledInForce(of: table.draft, openedOn: table.base, table.roadmap.evaluation).outcomes
        }

        var rolling: RollingText { RollingText(of: table.draft, taking: settled) }

        var words: String? {
            rolling.provisions.first { $0.identifier == "article-2" }?
                .words.first { $0.language == Table.english }?.text.notation
        }
    }

    private static let open =
        "The parties meet [twice a year **(PRK)**] [every month **(KOR)**], in turn in each capital."

    @Test func `settles the bracket of which its proposer chose a wording`() throws {
        var frozen = try Frozen()
        #expect(frozen.settled.isEmpty && frozen.words == Self.open, "an offer settles nothing")
        frozen.comeIntoForce()
        #expect(frozen.settled == [frozen.bracket: .added(frozen.other)])
        #expect(frozen.words == "The parties meet every month, in turn in each capital.")
        #expect(frozen.rolling.openCount == 0 && frozen.rolling.openByParty.isEmpty)
        #expect(frozen.rolling.openByProvision.isEmpty)
        #expect(frozen.table.draft.openBrackets().all == [frozen.bracket], "in the draft the positions stand")
        #expect(frozen.table.faults() == [.nothingChanges], "and the next freezing does not ask for it")
    }

    @Test func `settles it until somebody takes another position, or chooses anew`() throws {
        for operation in ["position", "choice"] {
            var frozen = try Frozen()
            frozen.comeIntoForce()
            let bracket = frozen.bracket
            frozen.table.perform(
                "PRK",
                operation == "position"
                    ? .position(bracket: bracket, accepts: [.standing, .nothing])
                    : .choose(bracket: bracket, .standing))
            #expect(frozen.settled.isEmpty && frozen.rolling.openCount == 1, "\(operation)")
            #expect(frozen.table.faults() == [.openBracket(bracket, provision: "article-2", language: "en")])
        }
    }

    @Test func `settles nothing that was bracketed since, nor counts what stood in words that went`() throws {
        var frozen = try Frozen { table in
            _ = table.bracket("PRK", "twice", in: table.text("article-2"), or: ["once"])
        }
        #expect(frozen.rolling.openCount == 2)
        frozen.comeIntoForce()
        #expect(frozen.rolling.openCount == 0)
        let (later, _) = frozen.table.bracket("PRK", "in turn", in: frozen.table.text("article-2"))
        #expect(frozen.settled[later] == nil)
        #expect(frozen.words == "The parties meet every month, [in turn] in each capital.")
        #expect(frozen.rolling.openByParty == ["PRK": 1])
    }

    @Test func `settles nothing where another version is in force since`() throws {
        var frozen = try Frozen()
        frozen.comeIntoForce()
        let amended = frozen.table.roadmap.amend(
            ["en": "Meetings", "ko": "회의"], changes: [SmallRoadmap.meetings("The parties meet daily.")])
        for signatory in Signatory.all { frozen.table.roadmap.seal(amended.id, by: signatory) }
        #expect(frozen.table.roadmap.evaluation.versionInForce(of: "article-2") == amended.id)
        #expect(frozen.settled.isEmpty && frozen.words == Self.open)
    }

    @Test func `takes a bracket that follows along`() throws {
        var frozen = try Frozen { table in
            let text = table.text("article-2")
            let bracket = table.draft.allBrackets()[0].name
            table.write("KOR") { $0.insert("4. ", in: text, at: 0) }
            let (start, end) = table.draft.anchors(around: 0..<1, in: text)!
            let number = table.perform("KOR", .bracketFollowing(bracket, text, start: start, end: end))!
            let second = table.perform("KOR", .alternative(bracket: number))!
            table.write("KOR") { $0.insert("2", in: .alternative(second), at: 0) }
        }
        frozen.comeIntoForce()
        #expect(frozen.words == "2. The parties meet every month, in turn in each capital.")
        #expect(frozen.rolling.openCount == 0)
    }
}
