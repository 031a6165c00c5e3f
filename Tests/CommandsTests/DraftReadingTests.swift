import Commands
import Foundation
import Testing

@Suite("What is read of a draft")
struct DraftReadingTests {
    private let homes: DraftingHomes
    private let bracket: String

    /// US changes a word, brackets others and holds to them; both have it.
    init() async throws {
        homes = try await DraftingHomes()
        await homes.edit("us", "offices", to: "The parties must exchange liaison offices within 60 days.")
        bracket = try await homes.make(
            "us", "bracket", "offices", "--language", "en", "--words", "within 60 days", "--or", "upon signature"
        ).name
        try await homes.make("us", "position", bracket, "in")
        try await homes.meet()
    }

    private func list(_ party: String, _ words: String...) async throws -> [[String: Any]] {
        let answer = await homes.at(party, words: words + ["--json"])
        try #require(answer.code == .holds && answer.talk.isEmpty, "\(answer.talk)")
        let value = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
        return try #require(value as? [[String: Any]])
    }

    // MARK: rolling

    @Test func `rolling prints what is agreed, and what is not with the names of those who hold to it`() async throws {
        let items = try await list("dprk", "rolling")
        #expect(items.allSatisfy { Set($0.keys) == ["provision", "language", "segments", "brackets"] })
        let english = try #require(
            items.first { $0["provision"] as? String == "offices" && $0["language"] as? String == "en" })
        #expect(english["brackets"] as? Int == 1)
        let segments = try #require(english["segments"] as? [[String: Any]])
        #expect(segments.allSatisfy { Set($0.keys) == ["text", "kind", "parties"] })
        #expect(
            segments.map { "\($0["kind"]!) \($0["text"]!) \(($0["parties"] as! [String]).joined())" } == [
                "agreed The parties must exchange liaison offices  ", "alternative within 60 days US",
                "alternative upon signature ", "agreed . ",
            ])
        #expect(items.map { $0["provision"] as? String }.contains("costs"))
        let person = await homes.at("dprk", "rolling", "offices", "--language", "en", environment: ["COLUMNS": "200"])
        #expect(person.output.hasPrefix("  4 (offices)\n"))
        #expect(person.output.contains("[upon signature]."))
        #expect(person.output.hasSuffix("1 bracket open: US 1\n"))
    }

    @Test func `rolling narrows to a provision, to a draft, to what is open, and to counts`() async throws {
        #expect(try await list("us", "rolling", "--open").map { $0["provision"] as? String } == ["offices", "offices"])
        #expect(try await list("us", "rolling", "costs", "--language", "fr").count == 1)
        #expect(try await list("us", "rolling", "--draft", homes.draft).count == 6)
        let counts = try await homes.at("us", "rolling", "--counts", "--json").json
        #expect(Set(counts.keys) == ["open", "byProvision", "byParty"] && counts["open"] as? Int == 1)
        #expect((counts["byParty"] as? [[String: Any]])?.first?["party"] as? String == "US")
        let said = await homes.at("us", "rolling", "--counts")
        #expect(said.output == "1 bracket open: US 1\n  offices: 1\n")
        for (words, code) in [
            (["nowhere"], ExitCode.noSuchFile), (["--draft", "00000000"], .noSuchFile), (["--language", "de"], .usage),
        ] {
            #expect(await homes.at("us", words: ["rolling"] + words).code == code, "\(words)")
        }
    }

    @Test func `rolling leaves out a draft that is closed`() async throws {
        try await homes.write("us", "close")
        #expect(await homes.at("us", "rolling").output.hasSuffix("clean text: no bracket is open\n"))
        #expect(await homes.at("us", "rolling", "--draft", homes.draft).output.hasSuffix("1 bracket open: US 1\n"))
    }

    // MARK: blame

    @Test func `blame says whose words a draft has, of every wording that is open too`() async throws {
        let parts = try await list("dprk", "blame", "offices", "--draft", homes.draft, "--language", "en")
        #expect(parts.allSatisfy { Set($0.keys) == ["provision", "language", "alternative", "words"] })
        #expect(parts.count == 2 && parts[0]["alternative"] is NSNull)
        #expect(parts[1]["alternative"] as? String == String(bracket.prefix(8)) + ".1")
        let words = try #require(parts[0]["words"] as? [[String: Any]])
        #expect(words.allSatisfy { Set($0.keys) == ["text", "party", "entry", "instrument", "committed"] })
        #expect(
            words.map { $0["text"] as! String }.joined() == "The parties must exchange liaison offices within 60 days.")
        #expect(words.compactMap { $0["party"] as? String } == ["US"])
        #expect(words.first { $0["party"] as? String == "US" }?["text"] as? String == "must")
        let person = await homes.at("dprk", "blame", "offices", "--draft", homes.draft, "--language", "en").output
        #expect(person.hasPrefix("offices (en)\n  “The parties ”\n    as the draft was opened on it\n  “must”\n"))
        let inForce = try await list("dprk", "blame", "offices")
        #expect(inForce.map { $0["language"] as? String } == ["en", "fr"])
        let first = try #require((inForce[0]["words"] as? [[String: Any]])?.first)
        #expect(first["instrument"] as? String == homes.roadmap && first["committed"] as? [String] == ["DPRK", "US"])
        for (words, code, message) in [
            (["nowhere", "--draft", homes.draft], ExitCode.noSuchFile, "the draft has no nowhere"),
            (["nowhere"], .noSuchFile, "no provision nowhere is in force in this home"),
            (["offices", "--language", "de"], .usage, "the roadmap is not written in that language"),
            (["offices", "--draft", "00000000"], .noSuchFile, "there is no draft 00000000 in this home"),
        ] {
            let answer = await homes.at("us", words: ["blame"] + words)
            #expect(answer.code == code && answer.talk.contains(message), "\(answer.talk)")
        }
    }

    // MARK: diff and concord

    @Test func `diff lays a draft over what is in force, and over what it was`() async throws {
        let items = try await list("dprk", "diff", "in-force", "draft", homes.draft)
        #expect(items.map { $0["provision"] as? String } == ["offices"] && items[0]["language"] as? String == "en")
        let segments = try #require(items[0]["segments"] as? [[String: String]])
        #expect(segments.filter { $0["kind"] != "same" }.map { $0["text"] } == ["shall", "must"])
        #expect(items[0]["author"] as? String == "US")
        let past = try await list("us", "diff", "draft", homes.draft, "at", homes.draft, "draft", homes.draft)
        #expect(past.count == 1)
        #expect(try await list("us", "diff", "in-force", "draft", homes.draft, "at", homes.draft).isEmpty)
        #expect(try await list("us", "diff", "in-force", "draft", homes.draft + "@costs").isEmpty)
        #expect(try await list("us", "diff", "in-force", "draft", homes.draft, "at", homes.draft + "@offices").isEmpty)
        for words in [["draft"], ["draft", homes.draft, "at"], ["draft", homes.draft + "@costs", "at", homes.draft]] {
            let answer = await homes.at("us", words: ["diff", "in-force"] + words)
            #expect(answer.code == .usage, "\(words): \(answer.talk)")
        }
        #expect(await homes.at("us", "diff", "in-force", "draft", "00000000").code == .noSuchFile)
        let entry = await homes.at("us", "diff", "in-force", "draft", homes.draft, "at", "00000000")
        #expect(entry.code == .noSuchFile && entry.talk.contains("there is no entry 00000000 of this draft"))
    }

    @Test func `diff marks who inserted and deleted what, as Word does`() async throws {
        try await homes.write("dprk", "strike", "costs")
        await homes.edit(
            "dprk", "offices",
            to: "The two parties must exchange liaison offices [within 60 days **(US)**] [upon signature].")
        try await homes.meet()
        let text = await homes.at(
            "us", "diff", "in-force", "draft", homes.draft, "--markdown", "--language", "en"
        ).output
        #expect(text.contains(#"[two&#32;]{.insertion author="DPRK""#))
        #expect(text.contains(#"[shall]{.deletion author="US""#) && text.contains(#"[must]{.insertion author="US""#))
        #expect(text.contains(#"[Each party bears its own costs\.]{.deletion author="DPRK""#))
    }

    @Test func `concord points out where the languages of a draft part, now and as of then`() async throws {
        await homes.edit("us", "costs", to: "Each party bears 10 per cent of its own costs.")
        let now = try await homes.at("us", "concord", "draft", homes.draft, "--json").json
        #expect(now["text"] as? String == "draft \(homes.draft)")
        let findings = try #require(now["findings"] as? [[String: Any]])
        #expect(findings.count == 1 && findings[0]["provision"] as? String == "costs")
        #expect(findings[0]["kind"] as? String == "figure")
        let past = try await homes.at("us", "concord", "draft", homes.draft, "at", homes.draft, "--json").json
        #expect((past["findings"] as? [Any])?.isEmpty == true)
        #expect(past["text"] as? String == "draft \(homes.draft) at \(homes.draft)")
        #expect(await homes.at("us", "concord", "draft", "00000000").code == .noSuchFile)
    }

    // MARK: freeze

    @Test func `freeze says all that is not ripe, and changes nothing`() async throws {
        try await homes.make("us", "reserve", "offices")
        let refused = try await homes.refusal("us", "freeze")
        #expect(refused.code == .notSo && refused.error == "not-ripe")
        #expect(
            refused.message
                == "the draft is not ripe: the bracket \(bracket) is open in offices (en); US has reserved its position "
                + "on offices")
        for (words, code) in [
            (["--choose", "in"], ExitCode.usage), (["--choose", bracket + "=7"], .usage),
            (["--choose", "00000000.0=in"], .noSuchFile), (["--relies-on", "nowhere"], .noSuchFile),
            (["--choose", bracket + "=in", "--choose", bracket + "=out"], .usage),
            (["--replacing", "00000000"], .noSuchFile), (["--answer-by", "soon"], .usage),
        ] {
            let answer = await homes.at("us", words: ["draft", "freeze", homes.draft] + words)
            #expect(answer.code == code, "\(words): \(answer.talk)")
        }
        #expect(await homes.at("us", "inbox").output.contains("offices") == false)
    }

    @Test func `freeze takes the proposer's choice, leaves it on record, and shows what would be frozen`() async throws
    {
        try await homes.make("dprk", "position", bracket, "1")
        try await homes.meet()
        let before = try await homes.shown("us")["heads"] as? [String]
        let dry = try await homes.at(
            "us", "draft", "freeze", homes.draft, "--choose", bracket + "=in", "--dry-run", "--json"
        ).json
        #expect(dry["instrument"] is NSNull && (dry["positionsLeft"] as? [Any])?.count == 1)
        #expect(try await homes.shown("us")["heads"] as? [String] == before)
        let frozen = try await homes.at(
            "us", "draft", "freeze", homes.draft, "--choose", bracket + "=in", "--json"
        ).json
        for field in ["frozenFrom", "mentions", "positionsLeft"] { #expect(frozen[field] != nil) }
        let left = try #require((frozen["positionsLeft"] as? [[String: Any]])?.first)
        #expect(Set(left.keys) == ["bracket", "provision", "language", "frozen", "held"])
        #expect(left["frozen"] as? String == "within 60 days" && left["bracket"] as? String == bracket)
        let held = try #require((left["held"] as? [[String: Any]])?.first)
        #expect(held["party"] as? String == "DPRK" && held["wordings"] as? [String] == ["upon signature"])
        let chosen = try #require(try await homes.shown("us")["brackets"] as? [[String: Any]]).first
        #expect(chosen?["reads"] as? String == "in" && chosen?["open"] as? Bool == true)
        let instrument = try #require(frozen["instrument"] as? String)
        #expect((frozen["frozenFrom"] as? [String])?.contains(homes.draft) == true)
        try await homes.meet()
        let seal = await homes.at("dprk", "seal", "accept", instrument, "--yes")
        #expect(seal.code == .holds && (seal.talk + seal.output).contains("DPRK held to “upon"), "\(seal.talk)")
        // What is offered stands in the draft already, and is no further bracket; what is in force settles it.
        #expect(await homes.at("us", "rolling", "--counts").output == "1 bracket open: DPRK 1 and US 1\n  offices: 1\n")
        try await homes.meet()
        #expect(await homes.at("us", "seal", "accept", instrument, "--yes").code == .holds)
        let rolling = await homes.at("us", "rolling").output
        #expect(rolling.contains("en: The parties must exchange liaison offices within 60 days.\n"))
        #expect(rolling.hasSuffix("clean text: no bracket is open\n"))
        let again = try await homes.refusal("us", "freeze")
        #expect(again.message == "the draft is not ripe: it reads what is in force")
    }
}
