import Agreement
import Commands
import Cryptography
import Foundation
import RoadmapFixtures
import Testing
import Verification

@Suite("syngraph rules")
struct RulesVerbTests {
    private static let council = """
        syngraph: charter/1
        title: { en: Council }
        languages: [en]
        proposer: P1
        parties: [P1, P2, P3, P4, P5, E1, E2, E3, E4, E5, E6, E7, E8, E9, E10]
        standings:
          member: [P1, P2, P3, P4, P5, E1, E2, E3, E4, E5, E6, E7, E8, E9, E10]
          permanent: [P1, P2, P3, P4, P5]
        rules:
          substantive:
            all:
              - { need: { atLeast: 9 }, of: member }
              - { need: all, of: permanent, counting: [accept, abstain] }
          roster: { need: all, of: member }
          rule: { need: all, of: member }
          party: { need: all, of: member }
        provisions:
          - { id: decisions, kind: article, class: substantive, text: { en: The council decides. } }

        """

    private let folder: Folder

    init() throws { folder = try Folder() }

    private func charter(_ text: String) throws -> String { try folder.file("charter.yaml", Array(text.utf8)) }

    @Test func `prints of a charter exactly the published fields`() async throws {
        let charter = try charter(Self.council)
        let answer = await typed("rules", charter, "--json")
        #expect(answer.code == .holds && answer.talk.isEmpty)
        let json = try answer.json
        #expect(Set(json.keys) == ["charter", "roadmap", "classes", "liarsToSplitAcross", "warnings"])
        #expect(json["roadmap"] is NSNull && json["charter"] as? String == charter)
        let classes = try #require(json["classes"] as? [[String: Any]])
        #expect(classes.compactMap { $0["class"] as? String } == ["party", "roster", "rule", "substantive"])
        let figures = try #require(classes.last)
        #expect(
            Set(figures.keys) == [
                "class", "parties", "smallestCoalitionSize", "smallestCoalitionCount", "vetoHolders",
                "smallestBlockingSize", "liarsToSplit", "liarsToSplitAcross", "acrossWith", "silentTolerated",
                "throughAmendment", "neverMet", "notAnalysed",
            ])
        #expect(figures["smallestCoalitionSize"] as? Int == 9 && figures["smallestCoalitionCount"] as? String == "210")
        #expect(figures["vetoHolders"] as? [String] == ["P1", "P2", "P3", "P4", "P5"])
        #expect(figures["smallestBlockingSize"] as? Int == 1 && figures["liarsToSplit"] as? Int == 5)
        #expect(figures["silentTolerated"] as? [String: Int] == ["worst": 0, "best": 6])
        #expect(figures["notAnalysed"] is NSNull)
        let through = try #require(figures["throughAmendment"] as? [String: Any])
        #expect(Set(through.keys) == ["smallestCoalitionSize", "vetoHolders", "liarsToSplit", "by"])
    }

    @Test func `warns aloud of rules that can be split, on standard error and in JSON`() async throws {
        let split = Self.council.replacing("{ atLeast: 9 }, of: member", with: "{ atLeast: 5 }, of: member")
            .replacing("- { need: all, of: permanent, counting: [accept, abstain] }", with: "- { named: obligors }")
        let answer = await typed("rules", try charter(split), "--json")
        #expect(answer.code == .holds)
        #expect(answer.talk.hasPrefix("WARNING: the rule of substantive is met by two groups"))
        #expect(try (answer.json["warnings"] as? [String])?.count == 1)
        #expect(try answer.json["liarsToSplitAcross"] as? Int == 0)
    }

    @Test func `refuses a charter with a rule that can never be met, by its line`() async throws {
        let impossible = Self.council.replacing("{ atLeast: 9 }", with: "{ atLeast: 16 }")
        let answer = await typed("rules", try charter(impossible), "--json")
        #expect(answer.code == .notOurFormat)
        let fault = try #require((try answer.json["faults"] as? [[String: Any]])?.first)
        #expect(fault["code"] as? String == "impossible-rule" && fault["line"] as? Int == 12)
    }

    @Test func `reads the rules in force from a bundle or a home, and before that the founding's`() async throws {
        for roadmap in [SmallRoadmap(), SmallRoadmap(acceptedBy: [])] {
            let path = try folder.file("a.syngraph", roadmap.bundle)
            let answer = await typed("rules", "--in", path, "--json")
            #expect(answer.code == .holds)
            #expect(try answer.json["roadmap"] as? String == roadmap.id.hex)
            let classes = try #require(try answer.json["classes"] as? [[String: Any]])
            #expect(classes.count == 5)
            #expect(await typed("rules", "--json", door: MemoryDoor(roadmap: roadmap)).output == answer.output)
        }
        let both = await typed("rules", "charter.yaml", "--in", "a.syngraph")
        #expect(both.code == .usage)
    }

    @Test func `says who has withdrawn and is counted all the same`() async throws {
        let story = Succession()
        var ledger = Ledger(roadmap: story.pact.id)
        try ledger.insert(story.pact.founding)
        for signed in story.acceptances { try ledger.insertSeal(signed) }
        for isGone in [false, true] {
            if isGone { try ledger.insertWithdrawal(story.withdrawal) }
            let path = try folder.file("\(isGone).syngraph", BundleWriter(ledger).encoded())
            let answer = await typed("rules", "--in", path, "--json")
            let warnings = try #require(try answer.json["warnings"] as? [String])
            #expect(answer.code == .holds)
            #expect(warnings.contains { $0.hasPrefix("BOB has withdrawn, and the figures count them") } == isGone)
        }
    }
}
