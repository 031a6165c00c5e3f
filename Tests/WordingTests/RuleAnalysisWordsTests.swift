import Agreement
import Identity
import RoadmapFixtures
import Testing
import Wording

@Suite("An analysis of rules in words")
struct RuleAnalysisWordsTests {
    private func name(_ text: String) -> Identifier { Identifier(text)! }

    /// Five parties; the classes named, all others by unanimity.
    private func constitution(_ rules: [String: Rule], holders: [String] = ["A", "B", "C", "D", "E"]) -> Constitution {
        let all = Rule.need(.all, of: [name("member")], counting: .accept)
        var constitution = Constitution(
            rules: [name("party"): all, name("roster"): all, name("rule"): all],
            rosters: [
                name("member"): Roster(holders: holders.map(name)), name("guest"): Roster(holders: []),
                name("asleep"): Roster(holders: holders.map(name), isDormant: true),
            ], records: Dictionary(uniqueKeysWithValues: holders.map { (name($0), nil) }))
        for (provisionClass, rule) in rules { constitution.rules[name(provisionClass)] = rule }
        return constitution
    }

    private func words(_ constitution: Constitution) -> [String: [String]] {
        let groups = RuleAnalysis(of: constitution).words(of: constitution)
        return Dictionary(
            uniqueKeysWithValues: groups.map { group in
                (
                    group.classes.map(\.string).joined(separator: " "),
                    group.facts.map { $0.joined(separator: ": ") }
                )
            })
    }

    @Test func `says each figure in a plain clause, of classes with one rule once`() {
        let most = Rule.need(.majority, of: [name("member")], counting: .accept)
        let words = words(
            constitution(["text": most, "rule": .need(.atLeast(2), of: [name("member")], counting: .accept)]))
        #expect(
            words["party roster"] == [
                "passes with: all 5 that it counts, in 1 way", "veto: A, B, C, D and E",
                "stopped by: 1 party is enough",
                "silence: nobody may be silent", "to split it: 5 parties would have to lie",
                "across classes: 2 parties would have to lie: one instrument of it, one of rule",
                "in steps: 2 can pass it, who first amend a rule; split so by 0 liars",
            ])
        #expect(
            words["text"] == [
                "passes with: 3 of the 5 that it counts, in 10 ways", "veto: nobody",
                "stopped by: 3 parties are enough",
                "silence: any 2 may be silent", "to split it: 1 party would have to lie",
                "across classes: nobody would have to lie: one instrument of it, one of rule",
                "in steps: 2 can pass it, who first amend a rule; split so by 0 liars",
            ])
        #expect(words["rule"]?.last == "in steps: no fewer, if rules, rosters or records are amended first")
    }

    @Test func `warns of rules that can be split, within a class and across classes, once for each pair`() {
        let split = constitution([
            "one": .party(name("A")), "two": .party(name("B")),
            "half": .need(.atLeast(2), of: [name("member")], counting: .accept),
        ])
        let warnings = RuleAnalysis(of: split).warnings(split.records)
        #expect(warnings.count == 2)
        #expect(warnings[0].hasPrefix("the rule of half is met by two groups that share no party: contradicting"))
        #expect(
            warnings[1].hasPrefix(
                "the rules of one and two are each met by a group that shares no party with one that meets the rule of "
                    + "half: an instrument"))
        let pair = constitution(["one": .party(name("A")), "two": .party(name("B"))])
        let once = RuleAnalysis(of: pair).warnings(pair.records)
        #expect(once.count == 1)
        #expect(
            once[0].hasPrefix(
                "the rule of one is met by a group that shares no party with one that meets the rule of two:"))
        let sound = constitution(["text": .need(.majority, of: [name("member")], counting: .accept)])
        #expect(RuleAnalysis(of: sound).warnings(sound.records).isEmpty)
    }

    @Test func `says why a rule can never be met`() {
        func warning(_ rule: Rule) -> String? {
            let constitution = constitution(["text": rule])
            return RuleAnalysis(of: constitution).warnings(constitution.records).first
        }
        let begin = "the rule of text can never be met: "
        #expect(
            warning(.need(.atLeast(6), of: [name("member")], counting: .accept))
                == begin + "it needs 6 of the member holders, of whom there are 5")
        #expect(warning(.need(.all, of: [name("guest")], counting: .accept)) == begin + "nobody holds guest")
        #expect(
            warning(.need(.all, of: [name("asleep")], counting: .accept)) == begin
                + "asleep is dormant and counts nobody")
        #expect(warning(.named(name("obligors"))) == begin + "it counts nobody where the text names nobody")
    }

    @Test func `warns of a party without recovery keys that a class can never do without`() {
        // Hard security needs CHN, but the key states can amend that: it is not stalled for ever.
        let roadmap = SmallRoadmap()
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        #expect(
            book.warningsOnRules(after: roadmap.id) == [
                "KOR and PRK have no recovery keys: if one of them loses its seal keys, nothing of hard-security, party, "
                    + "roster or rule can ever be changed again, for nothing of it passes without each of them"
            ])
    }

    @Test func `is told to a party before it seals a change of the constitution, and of nothing else`() throws {
        var roadmap = SmallRoadmap()
        let weaker = roadmap.amend(
            ["en": "Any one", "ko": "하나"],
            changes: [
                Instrument.Change(
                    Identifier("rule/procedure")!,
                    Content(.rule(.need(.atLeast(1), of: [name("key-state")], counting: .accept))))
            ])
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        let preview = try #require(SealPreview(of: weaker.id, by: Signatory.dprk.id, in: book))
        #expect(preview.warnings.contains { $0.hasPrefix("the rule of procedure is met by two groups") })
        let other = try #require(SealPreview(of: hotline.id, by: Signatory.dprk.id, in: book))
        #expect(other.warnings.isEmpty)
        let rejected = try #require(SealPreview(of: weaker.id, .reject, by: Signatory.dprk.id, in: book))
        #expect(rejected.warnings.isEmpty)
    }
}
