import Commands
import Foundation
import Testing

@Suite("syngraph draft, about words and provisions")
struct DraftVerbTests {
    private let homes: DraftingHomes

    init() async throws { homes = try await DraftingHomes() }

    // MARK: Drafts

    @Test func `open names the text that it is opened on, and list shows it in every copy`() async throws {
        let answer = await homes.at("us", "draft", "open", "--title", "en=Costs", "--title", "fr=Frais", "--json")
        let opened = try answer.json
        #expect(Set(opened.keys) == ["draft", "base", "provisions", "imported", "remarks"])
        #expect(opened["base"] as? [String] == [homes.roadmap] && opened["provisions"] as? Int == 3)
        try await homes.meet()
        let listed = await homes.at("dprk", "draft", "list", "--json")
        let json = try listed.json
        #expect(Set(json.keys) == ["drafts", "unopened", "unread"])
        let drafts = try #require(json["drafts"] as? [[String: Any]])
        #expect(
            drafts.allSatisfy {
                Set($0.keys) == [
                    "draft", "title", "openedBy", "openedAt", "languages", "base", "isHere", "edits", "waiting",
                    "openBrackets", "closed", "heads",
                ]
            })
        #expect(Set(drafts.compactMap { $0["draft"] as? String }) == [homes.draft, opened["draft"] as? String])
        #expect(drafts.allSatisfy { $0["openedBy"] as? String == "US" && $0["isHere"] as? Bool == true })
        let text = await homes.at("dprk", "draft", "list").output
        #expect(text.contains("\(homes.draft.prefix(8)) “Liaison offices”: opened by US, 0 edits\n"))
        #expect(await homes.at("us", "draft", "list").output == text)
    }

    @Test func `open is refused a language that nobody named, and a treaty that cannot be read`() async throws {
        let treaty = "\(homes.path)/treaty-de.txt"
        try Data("Vertrag\n\nArtikel 1\nFrieden.\n".utf8).write(to: URL(fileURLWithPath: treaty))
        let german = await homes.at("us", "draft", "open", "--from", "de=" + treaty)
        #expect(german.code == .usage && german.talk.contains("the treaty is in de, and the draft is not"))
        #expect(await homes.at("us", "draft", "open", "--from", "en=\(homes.path)/none.txt").code == .noSuchFile)
        #expect(await homes.at("us", "draft", "open", "--title", "Offices").code == .usage)
        let drafts = try #require(try await homes.at("us", "draft", "list", "--json").json["drafts"] as? [Any])
        #expect(drafts.count == 1)
    }

    @Test func `open takes a treaty in, its articles behind all others`() async throws {
        let treaty = "\(homes.path)/treaty-en.txt"
        try Data("Pact\n\nArticle 1\nPeace holds.\n\nArticle 2\nSo be it.\n".utf8)
            .write(to: URL(fileURLWithPath: treaty))
        let opened = try await homes.at("us", "draft", "open", "--from", treaty, "--title", "en=Pact", "--json").json
        #expect(opened["imported"] as? Int == 2, "its title is no provision")
        let draft = try #require(opened["draft"] as? String)
        let shown = try await homes.at("us", "draft", "show", draft, "--json").json
        let provisions = try #require(shown["provisions"] as? [[String: Any]])
        #expect(provisions.count == 5 && provisions.suffix(2).allSatisfy { $0["depth"] as? Int == 0 })
        let words = try #require(provisions.last?["texts"] as? [[String: Any]])
        #expect(words.first?["text"] as? String == "So be it.")
    }

    @Test func `close and reopen say it of the draft, once, and bind nobody`() async throws {
        #expect(try await homes.write("us", "close").output == "closed “Liaison offices”\n")
        #expect(await homes.at("us", "draft", "list").output.hasSuffix("1 edit, closed\n"))
        #expect(try await homes.refusal("us", "close").message == "it is closed already: nothing was changed")
        try await homes.meet()
        // Closing says that its writers are done, and stops nobody.
        try await homes.write("dprk", "strike", "costs")
        #expect(try await homes.write("dprk", "reopen").output == "reopened “Liaison offices”\n")
        let again = try await homes.refusal("dprk", "reopen")
        #expect([again.error, again.message] == ["does-nothing", "it is not closed: nothing was changed"])
        #expect(again.code == .notSo)
        #expect(try await homes.shown("dprk")["closed"] as? Bool == false)
    }

    @Test func `log tells who wrote what, in an order that both have`() async throws {
        try await homes.write("us", "strike", "costs")
        try await homes.write("dprk", "set", "offices", "--number", "4bis")
        await homes.edit("dprk", "offices", to: "The parties exchange liaison offices within 60 days.")
        try await homes.meet()
        let log = await homes.at("us", "draft", "log", homes.draft)
        #expect(log.output == (await homes.at("dprk", "draft", "log", homes.draft)).output)
        let lines = log.output.split(separator: "\n")
        #expect(lines.count == 4 && lines[0].hasSuffix("US: opened it"))
        for end in ["US: struck", "DPRK: set", "DPRK: edited offices (en)"] {
            #expect(lines.contains { $0.hasSuffix(end) }, "\(end)")
        }
        let entries = try #require(
            try await homes.at("us", "draft", "log", homes.draft, "--json").json["entries"] as? [[String: Any]])
        #expect(
            entries.allSatisfy { Set($0.keys) == ["entry", "party", "at", "parents", "operations", "texts"] })
        #expect(entries.map { $0["party"] as? String }.count == 4 && entries[0]["operations"] as? Int == 0)
    }

    @Test func `show has the draft as it was, and the published fields`() async throws {
        let first = try await homes.make("us", "set", "offices", "--attribute", "applies-from=2030-01-31")
        try await homes.write("us", "set", "offices", "--attribute", "applies-from=2031-01-31", "--kind", "chapter")
        let shown = try await homes.shown("us")
        #expect(
            Set(shown.keys) == [
                "draft", "titles", "languages", "closed", "heads", "waiting", "openBrackets", "openBracketsByParty",
                "provisions", "brackets", "notes", "reservations",
            ])
        let offices = try await homes.provision("offices")
        #expect(
            Set(offices.keys) == [
                "provision", "identifiers", "parent", "depth", "struck", "presenceContested", "editedWhileStruck",
                "kinds", "classes", "numbers", "headings", "attributes", "texts", "brackets",
            ])
        #expect(offices["attributes"] as? [String: [String]] == ["applies-from": ["2031-01-31"]])
        let person = await homes.at("us", "draft", "show", homes.draft, "offices").output
        #expect(person.contains("    kind: chapter\n    applies-from: 2031-01-31\n"))
        let past = await homes.at("us", "draft", "show", homes.draft, "offices", "--at", try #require(first.entry))
        #expect(past.output.contains("applies-from: 2030-01-31") && !past.output.contains("kind: chapter"))
        #expect(try await homes.refusal("us", "show", "nowhere").error == "no-such-provision")
        #expect(try await homes.refusal("us", "show", "--language", "de").code == .usage)
        #expect(try await homes.refusal("us", "show", "--at", "00000000").code == .noSuchFile)
        let unknown = await homes.at("us", "draft", "show", "00000000")
        #expect(unknown.code == .noSuchFile && unknown.talk.contains("there is no draft 00000000 in this home"))
    }

    // MARK: Words

    @Test func `edit makes edits of what changed, and of nothing else`() async throws {
        let answer = await homes.edit("us", "offices", to: "The parties must exchange liaison offices within 60 days.")
        #expect(answer.code == .holds && answer.talk.hasPrefix("4 characters typed, 5 deleted\n"))
        #expect(answer.output == "edited offices (en), in “Liaison offices”\n")
        let same = await homes.edit("us", "offices", to: "The parties must exchange liaison offices within 60 days.")
        #expect(same.code == .holds && same.output == "nothing to be changed in “Liaison offices”\n")
        let json = try await homes.edit("us", "offices", to: "[The] parties exchange offices.", "--json").json
        #expect((json["made"] as? [[String: String]])?.map { $0["what"] } == ["bracket"])
        #expect(try await homes.text("offices") == "[The] parties exchange offices.")
        #expect(try await homes.text("offices", "fr").hasSuffix("dans les 60 jours."))
    }

    @Test func `edit prints what is edited, and of which version, and takes that up again`() async throws {
        let printed = try await homes.at(
            "us", "draft", "edit", homes.draft, "offices", "--language", "en", "--print", "--json"
        ).json
        #expect(Set(printed.keys) == ["language", "text", "plain", "heads"])
        let text = try #require(printed["text"] as? String)
        #expect(text == "The parties shall exchange liaison offices within 60 days.")
        let plain = await homes.at("us", "draft", "edit", homes.draft, "offices", "--language", "en", "--print")
        #expect(plain.output == text + "\n" && plain.talk == "as of \(homes.draft.prefix(8))\n")
        try await homes.write("dprk", "bracket", "offices", "--language", "en", "--words", "liaison")
        try await homes.meet()
        let edited = text.replacing("shall", with: "must")
        let late = await homes.edit("us", "offices", to: edited, "--at", homes.draft)
        #expect(late.code == .holds)
        #expect(try await homes.text("offices") == "The parties must exchange [liaison] offices within 60 days.")
        let overtaken = await homes.edit("us", "offices", to: edited, "--at", homes.draft)
        #expect(overtaken.code == .inUse && overtaken.talk.contains("this home has written on the draft since"))
    }

    @Test func `edit hands the text to an editor, and changes nothing where that fails`() async throws {
        func edited(by editor: [String: String]) async -> Answer {
            await homes.at(
                "us", "draft", "edit", homes.draft, "offices", "--language", "en",
                environment: editor.merging(ProcessInfo.processInfo.environment) { one, _ in one })
        }
        let answer = await edited(by: ["VISUAL": "", "EDITOR": "sed -i s/shall/must/"])
        #expect(answer.code == .holds && answer.talk.contains("4 characters typed, 5 deleted"))
        #expect(try await homes.text("offices").hasPrefix("The parties must exchange"))
        let failed = await edited(by: ["VISUAL": "false"])
        #expect(failed.code == .notSo && failed.talk.contains("the editor “false” failed: nothing was changed"))
        let none = await edited(by: ["VISUAL": "", "EDITOR": ""])
        #expect(none.code == .usage && none.talk.contains("no editor is named"))
    }

    @Test func `edit refuses what nobody could sign, what is in no language, and half a bracket`() async throws {
        for (words, code, sentence) in [
            ("The parties \u{200B}meet.", ExitCode.usage, "U+200B"),
            ("The [parties meet.", .notOurFormat, "a bracket opens and never closes: “The [parties meet.”"),
            ("The parties] meet.", .notOurFormat, "a bracket closes that never opened"),
        ] {
            let answer = await homes.edit("us", "offices", to: words)
            #expect(answer.code == code && answer.talk.contains(sentence), "\(answer.talk)")
        }
        #expect(try await homes.refusal("us", "edit", "offices", "--file", "-").message == "the draft is in en and fr")
        #expect(try await homes.refusal("us", "edit", "nowhere", "--language", "en").error == "no-such-provision")
        #expect(try await homes.refusal("us", "edit", "offices", "--language", "de", "--print").code == .usage)
        #expect(try await homes.text("offices") == "The parties shall exchange liaison offices within 60 days.")
    }

    @Test func `undo takes back words, strikes and brackets of one's own, and nobody else's`() async throws {
        try await homes.write("us", "strike", "costs")
        await homes.edit("us", "offices", to: "Nothing.")
        let bracket = try await homes.make("us", "bracket", "offices", "--language", "en", "--words", "Nothing")
        let undone = try await homes.make("us", "undo")
        #expect(undone.done == "took back entry \(try #require(bracket.entry).prefix(8))")
        #expect(try await homes.shown("us")["openBrackets"] as? Int == 0)
        try await homes.make("us", "undo")
        #expect(try await homes.text("offices") == "The parties shall exchange liaison offices within 60 days.")
        try await homes.make("us", "undo")
        #expect(try await homes.text("offices") == "Nothing.", "taking back is an edit like any other")
        let struck = try await homes.make("dprk", "strike", "offices")
        try await homes.meet()
        let theirs = try await homes.refusal("us", "undo", try #require(struck.entry))
        #expect(theirs.code == .notYours && theirs.message.hasSuffix("is not this party's edits"))
        #expect(theirs.hint == "edit what others wrote, or suggest other words")
        let opening = try await homes.refusal("us", "undo", homes.draft)
        #expect(opening.code == .notYours)
    }

    @Test func `undo leaves a bracket that follows another, for nobody can choose of it`() async throws {
        let first = try await homes.make("us", "bracket", "offices", "--language", "en", "--words", "60", "--or", "90")
        let second = try await homes.make(
            "us", "bracket", "costs", "--language", "en", "--words", "own", "--or", "whole", "--follows", first.name)
        let refused = try await homes.refusal("us", "undo", try #require(second.entry))
        #expect(refused.error == "does-nothing")
        #expect(try await homes.text("costs") == "Each party bears its [own] [whole] costs.")
    }

    // MARK: Provisions

    @Test func `add puts a provision where it was said, with its words`() async throws {
        let made = try await homes.make(
            "us", "add", "offices-bis", "--under", "part", "--after", "offices", "--number", "4bis", "--heading",
            "en=Days", "--text", "en=Offices are open on weekdays.", "--text", "fr=Ouvert en semaine.")
        #expect(made.names.map(\.what) == ["provision"] && made.done == "added offices-bis")
        let names = (try await homes.shown("us")["provisions"] as? [[String: Any]])?.map { $0["provision"] as? String }
        #expect(names == ["part", "offices", "offices-bis", "costs"])
        let added = try await homes.provision("offices-bis")
        #expect(added["numbers"] as? [String] == ["4bis"] && added["parent"] as? String == "part")
        #expect(try await homes.text("offices-bis", "fr") == "Ouvert en semaine.")
        let twin = try await homes.make("us", "add", "costs")
        #expect(twin.remarks.first?.hasPrefix("another provision is called costs too") == true)
        let both = try await homes.refusal("us", "strike", "costs")
        #expect(both.code == .usage && both.message == "2 provisions of this draft are called “costs”")
        try await homes.make("us", "strike", twin.name)
        #expect(try await homes.refusal("us", "add", "x", "--after", "costs", "--first").code == .usage)
        #expect(try await homes.refusal("us", "add", "x", "--under", "nowhere").error == "no-such-provision")
        #expect(try await homes.refusal("us", "add", "x", "--text", "de=Wort").code == .usage)
        let elsewhere = try await homes.refusal("us", "add", "x", "--under", "offices", "--after", "offices-bis")
        #expect(elsewhere.message == "“offices-bis” does not stand beneath “offices”")
    }

    @Test func `move puts a provision elsewhere, and never beneath itself`() async throws {
        #expect(
            try await homes.write("us", "move", "costs", "--first", "--under", "part").output.hasPrefix("moved costs"))
        let names = (try await homes.shown("us")["provisions"] as? [[String: Any]])?.map { $0["provision"] as? String }
        #expect(names == ["part", "costs", "offices"])
        let again = try await homes.refusal("us", "move", "costs", "--first", "--under", "part")
        #expect(again.message == "costs stands there already: nothing was changed")
        for place in [["--under", "costs"], ["--after", "part"]] {
            let refused = try await homes.refusal("us", "move", "part", place[0], place[1])
            #expect(refused.message == "part cannot stand beneath itself or behind itself: nothing was changed")
        }
        try await homes.write("us", "move", "costs", "--after", "part")
        #expect(try await homes.provision("costs")["parent"] is NSNull)
        #expect(try await homes.refusal("us", "move", "nowhere", "--first").error == "no-such-provision")
    }

    @Test func `strike and keep say what a provision is to be, and where two differ either settles it`() async throws {
        #expect(try await homes.write("us", "strike", "costs").output == "struck costs, in “Liaison offices”\n")
        #expect(try await homes.provision("costs")["struck"] as? Bool == true)
        #expect(
            try await homes.refusal("us", "strike", "costs").message == "costs is struck already: nothing was changed")
        let kept = try await homes.refusal("us", "keep", "offices")
        #expect(kept.message == "offices is not struck: nothing was changed" && kept.code == .notSo)
        try await homes.meet()
        try await homes.write("us", "keep", "costs")
        try await homes.write("us", "strike", "costs")
        try await homes.write("dprk", "keep", "costs")
        try await homes.meet()
        #expect(try await homes.provision("costs")["presenceContested"] as? Bool == true)
        #expect(
            await homes.at("us", "draft", "show", homes.draft).output.contains("struck by some, and kept by others"))
        try await homes.write("us", "keep", "costs")
        #expect(try await homes.provision("costs")["presenceContested"] as? Bool == false)
        #expect(try await homes.refusal("us", "strike", "nowhere").error == "no-such-provision")
    }

    @Test func `set writes fields, an empty value empties, and two values of two parties both stand`() async throws {
        let made = try await homes.make(
            "us", "set", "offices", "--number", "4bis", "--heading", "en=Offices", "--attribute", "urgent=true",
            "--attribute", "days=60")
        #expect(made.done == "set 4 fields of offices")
        var offices = try await homes.provision("offices")
        #expect(offices["numbers"] as? [String] == ["4bis"])
        #expect((offices["headings"] as? [String: [String]])?["en"] == ["Offices"])
        let attributes = try #require(offices["attributes"] as? [String: [Any]])
        #expect(attributes["urgent"]?.first as? Bool == true && attributes["days"]?.first as? Int == 60)
        let same = try await homes.make("us", "set", "offices", "--number", "4bis")
        #expect(same.entry == nil, "it reads that already")
        try await homes.write("dprk", "set", "offices", "--number", "4a")
        try await homes.meet()
        offices = try await homes.provision("offices")
        #expect(Set(offices["numbers"] as? [String] ?? []) == ["4bis", "4a"])
        try await homes.write("us", "set", "offices", "--number", "")
        #expect(try await homes.provision("offices")["numbers"] as? [AnyHashable] == [NSNull()])
        #expect(try await homes.refusal("us", "set", "offices").message == "say what is to be set")
        let renamed = try await homes.refusal("us", "set", "offices", "--identifier", "bureaus")
        #expect(renamed.message == "only a provision that was added in this draft can be renamed: nothing was changed")
        for words in [["--heading", "de=Wort"], ["--heading", "Wort"], ["--kind", "a b"], ["--attribute", "x"]] {
            #expect(try await homes.refusal("us", "set", "offices", words[0], words[1]).code == .usage, "\(words)")
        }
        try await homes.make("us", "add", "bis")
        try await homes.make("us", "set", "bis", "--identifier", "ter")
        #expect(try await homes.provision("ter")["kinds"] as? [String] == ["article"])
    }
}
