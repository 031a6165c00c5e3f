import Commands
import Foundation
import Testing

@Suite("syngraph draft, about what is not agreed")
struct DraftStanceTests {
    private let homes: DraftingHomes

    init() async throws { homes = try await DraftingHomes() }

    /// US brackets words of the article about offices, with two wordings beside them, and both have it.
    private func bracketed() async throws -> String {
        let made = try await homes.make(
            "us", "bracket", "offices", "--language", "en", "--words", "within 60 days", "--or", "at once", "--or",
            "upon signature")
        #expect(made.names.map(\.what) == ["bracket", "wording", "wording"])
        #expect(made.done == "bracketed words of offices")
        try await homes.meet()
        return made.name
    }

    private func bracket(_ name: String, at party: String = "us") async throws -> [String: Any] {
        let all = try #require(try await homes.shown(party)["brackets"] as? [[String: Any]])
        return try #require(all.first { $0["bracket"] as? String == name })
    }

    // MARK: Brackets

    @Test func `bracket puts words, or a whole provision, in brackets`() async throws {
        let name = try await bracketed()
        #expect(
            try await homes.text("offices")
                == "The parties shall exchange liaison offices [within 60 days] [at once] [upon signature].")
        let shown = try await bracket(name)
        #expect(
            Set(shown.keys) == [
                "bracket", "by", "suggestion", "follows", "wordings", "open", "outcome", "reads",
            ])
        #expect(shown["by"] as? String == "US" && shown["open"] as? Bool == true && shown["outcome"] is NSNull)
        let wordings = try #require(shown["wordings"] as? [[String: Any]])
        #expect(wordings.map { $0["wording"] as? String }.first == "in")
        #expect(wordings.map { $0["text"] as? String } == [nil, "at once", "upon signature", nil])
        let whole = try await homes.make("dprk", "bracket", "costs", "--whole")
        #expect(whole.done == "bracketed costs" && whole.names.map(\.what) == ["bracket"])
        #expect(try await homes.shown("dprk")["openBracketsByParty"] as? [String: Int] == ["US": 1, "DPRK": 1])
    }

    @Test func `bracket says which words, and that they stand there`() async throws {
        for (words, message) in [
            (["--words", "nowhere"], "“nowhere” does not stand in the text of offices"),
            (["--words", "s"], "“s” stands 5 times in the text of offices"),
            (["--words", "s", "--occurrence", "9"], "“s” stands 5 times in the text of offices"),
            ([], "say --words, with other wordings or not; or --whole, which has none"),
            (["--whole", "--or", "x"], "say --words, with other wordings or not; or --whole, which has none"),
            (["--words", "60", "--follows", "00000000.0"], "there is no entry 00000000 of this draft"),
        ] {
            let answer = await homes.at(
                "us", words: ["draft", "bracket", homes.draft, "offices", "--language", "en"] + words)
            #expect(answer.code != .holds && answer.talk.hasPrefix("syngraph: \(message)"), "\(answer.talk)")
        }
        let second = try await homes.make(
            "us", "bracket", "offices", "--language", "en", "--words", "s", "--occurrence", "2")
        #expect(second.names.count == 1)
        #expect(
            try await homes.refusal("us", "bracket", "offices", "--words", "60").hint == "say which with --language")
    }

    @Test func `a bracket that follows another comes to what that one comes to`() async throws {
        let name = try await bracketed()
        let made = try await homes.make(
            "us", "bracket", "costs", "--language", "en", "--words", "own", "--or", "whole", "--follows", name)
        #expect(try await bracket(made.name)["follows"] as? String == name)
        let taken = try await homes.make("us", "position", made.name, "1")
        #expect(
            taken.remarks.first == "it comes to what another bracket comes to: positions on it are kept and not asked")
        try await homes.make("us", "choose", name, "1")
        #expect(try await homes.text("costs") == "Each party bears its whole costs.")
        #expect(try await homes.shown("us")["openBrackets"] as? Int == 0)
    }

    // MARK: Positions and choices

    @Test func `position names what a party could accept, and where parties meet the bracket goes`() async throws {
        let name = try await bracketed()
        let first = try await homes.make("us", "position", name, "in", "2")
        #expect(first.done == "took a position on bracket \(name)")
        #expect(first.remarks == ["the bracket is open: US holds a position on it"])
        let again = try await homes.refusal("us", "position", name, "2", "in")
        #expect(again.message == "that is its position on bracket \(name) already: nothing was changed")
        try await homes.meet()
        try await homes.make("dprk", "position", name, "1")
        #expect(try await homes.shown("dprk")["openBracketsByParty"] as? [String: Int] == ["US": 1, "DPRK": 1])
        let met = try await homes.make("dprk", "position", name, "2", "out")
        #expect(met.remarks == ["the bracket is settled"])
        #expect(
            try await homes.text("offices", at: "dprk") == "The parties shall exchange liaison offices upon signature.")
        let person = await homes.at("dprk", "draft", "show", homes.draft, "offices", environment: [:])
        #expect(
            person.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                .contains("in (US); 1 “at once”; 2 “upon signature” (DPRK, US); out (DPRK); settled:"))
        let gone = try await homes.make("dprk", "position", name, "--withdraw")
        #expect(gone.done == "withdrew its position on bracket \(name)")
        let nothing = try await homes.refusal("dprk", "position", name, "--withdraw")
        #expect(nothing.message == "DPRK holds no position on bracket \(name): nothing was changed")
    }

    @Test func `position refuses a wording that is none, and a bracket that is none`() async throws {
        let name = try await bracketed()
        for wording in ["3", "0", "yes", "00000000.0"] {
            #expect(try await homes.refusal("us", "position", name, wording).code == .usage, "\(wording)")
        }
        let refused = try await homes.refusal("us", "position", name, "3")
        #expect(refused.message == "“3” is no wording of bracket \(name)")
        #expect(refused.hint?.hasSuffix("a number from 1 to 2 of the wordings that were added") == true)
        #expect(try await homes.refusal("us", "position", name).code == .usage)
        #expect(try await homes.refusal("us", "position", name, "in", "--withdraw").code == .usage)
        #expect(try await homes.refusal("us", "position", "in", "1").message.hasPrefix("“in” is no name of a bracket"))
        let other = name.prefix(8) + ".1"
        #expect(try await homes.refusal("us", "position", String(other), "in").error == "no-such-bracket")
    }

    @Test func `choose settles one's own bracket, and never what another holds to`() async throws {
        let name = try await bracketed()
        try await homes.make("dprk", "position", name, "in")
        let against = try await homes.make("dprk", "choose", name, "1")
        #expect(against.remarks == ["the bracket is open: DPRK holds a position on it"])
        try await homes.meet()
        let chosen = try await homes.make("us", "choose", name, "2")
        #expect(chosen.done == "chose a wording of bracket \(name)")
        #expect(try await bracket(name)["outcome"] is NSNull)
        #expect((try await bracket(name)["reads"] as? String)?.hasSuffix(".2") == true)
        let again = try await homes.refusal("us", "choose", name, "2")
        #expect(again.message == "that is chosen of bracket \(name) already: nothing was changed")
        let opened = try await homes.make("us", "choose", name, "--again")
        #expect(opened.done == "opened the choice on bracket \(name) again")
        let nothing = try await homes.refusal("us", "choose", name, "--again")
        #expect(nothing.message == "nothing is chosen of bracket \(name): nothing was changed")
        #expect(try await homes.refusal("us", "choose", name).message == "say which wording, or --again")
        try await homes.make("dprk", "position", name, "--withdraw")
        try await homes.meet()
        let settled = try await homes.make("us", "choose", name, "in")
        #expect(settled.remarks == ["the bracket is settled"])
    }

    @Test func `what another party chose can be chosen too`() async throws {
        let name = try await bracketed()
        try await homes.make("dprk", "choose", name, "1")
        try await homes.meet()
        #expect(try await bracket(name)["open"] as? Bool == true, "nobody alone removes what another bracketed")
        let chosen = try await homes.make("us", "choose", name, "1")
        #expect(chosen.remarks == ["the bracket is settled"])
    }

    @Test func `suggest is accepted or refused with one choice`() async throws {
        let made = try await homes.make(
            "us", "suggest", "offices", "--language", "en", "--words", "60", "--by", "90", "--reason", "en=As in 5.")
        #expect(made.done == "suggested words for offices" && made.names.map(\.what) == ["suggestion"])
        try await homes.meet()
        #expect(try await bracket(made.name)["suggestion"] as? Bool == true)
        #expect(
            await homes.at("dprk", "draft", "show", homes.draft, "offices").output
                .contains("suggestion \(made.name) by US; 1 “90”; open; As in 5."))
        try await homes.make("dprk", "choose", made.name, "1")
        #expect(try await homes.text("offices", at: "dprk").hasSuffix("within 90 days."))
        try await homes.make("dprk", "choose", made.name, "in")
        #expect(try await homes.text("offices", at: "dprk").hasSuffix("within 60 days."))
        let empty = try await homes.make("us", "suggest", "costs", "--language", "en", "--words", " own", "--by", "")
        try await homes.make("us", "choose", empty.name, "1")
        #expect(try await homes.text("costs") == "Each party bears its costs.")
        #expect(
            try await homes.refusal("us", "suggest", "costs", "--by", "x").message == "say which words, with --words")
        #expect(try await homes.refusal("us", "suggest", "costs", "--words", "own").code == .usage)
        let unsigned = try await homes.refusal(
            "us", "suggest", "costs", "--language", "en", "--words", "party", "--by", "a\u{200B}b")
        #expect(unsigned.code == .usage && unsigned.message.contains("U+200B"))
    }

    // MARK: Reservations

    @Test func `reserve and lift are each party's own`() async throws {
        let name = try await bracketed()
        let made = try await homes.make(
            "us", "reserve", "offices", "--kind", "ad-referendum", "--words", "en=Awaiting instructions.")
        #expect(made.done == "reserved its position on offices" && made.names.map(\.what) == ["reservation"])
        let second = try await homes.make("us", "reserve", name)
        #expect(second.done == "reserved its position on bracket \(name)")
        try await homes.meet()
        let shown = try #require(try await homes.shown("dprk")["reservations"] as? [[String: Any]])
        #expect(
            shown.allSatisfy { Set($0.keys) == ["reservation", "party", "provision", "kind", "words", "lifted"] })
        #expect(Set(shown.compactMap { $0["kind"] as? String }) == ["ad-referendum", "position"])
        #expect(shown.allSatisfy { $0["provision"] as? String == "offices" })
        let rolling = await homes.at("dprk", "rolling").output
        #expect(rolling.contains("US agrees ad referendum: Awaiting instructions.\n"))
        #expect(rolling.contains("US reserves its position on bracket \(name)\n"))
        let theirs = try await homes.refusal("dprk", "lift", made.name)
        #expect(theirs.code == .notYours)
        #expect(theirs.message == "the reservation is that of US: only it can lift it")
        #expect(try await homes.make("us", "lift", made.name).done == "lifted reservation \(made.name)")
        #expect(try await homes.refusal("us", "lift", made.name).message == "it is lifted already: nothing was changed")
        #expect(try await homes.refusal("us", "lift", name).error == "no-such-reservation")
        #expect(
            try await homes.refusal("us", "reserve", "offices", "--kind", "odd").message
                == "a reservation is a position, ad-referendum or scrutiny, not “odd”")
        #expect(try await homes.refusal("us", "reserve", "nowhere").error == "no-such-provision")
    }

    // MARK: Notes

    @Test func `note, reply and resolve make a thread that survives edits`() async throws {
        let made = try await homes.make(
            "us", "note", "offices", "--language", "en", "--words", "within 60 days", "--say", "en=From what day?")
        #expect(made.done == "noted on offices" && made.names.map(\.what) == ["note"])
        try await homes.meet()
        let reply = try await homes.make("dprk", "reply", made.name, "--say", "en=From signature.")
        #expect(reply.done == "replied to note \(made.name)" && reply.names.map(\.what) == ["reply"])
        await homes.edit("dprk", "offices", to: "They shall exchange liaison offices in ninety days.")
        try await homes.meet()
        var notes = try #require(try await homes.shown("us")["notes"] as? [[String: Any]])
        #expect(Set(notes[0].keys) == ["note", "provision", "on", "party", "words", "replies", "resolved"])
        #expect(notes[0]["on"] as? String == "in ninety days" && notes[0]["resolved"] as? Bool == false)
        #expect((notes[0]["replies"] as? [[String: Any]])?.map { $0["party"] as? String } == ["DPRK"])
        let person = await homes.at("us", "draft", "show", homes.draft, "offices").output
        #expect(person.contains("note \(made.name) on “in ninety days”, US: From what day?\n"))
        #expect(person.contains("reply, DPRK: From signature.\n"))
        #expect(try await homes.make("us", "resolve", made.name).done == "resolved note \(made.name)")
        notes = try #require(try await homes.shown("us")["notes"] as? [[String: Any]])
        #expect(notes[0]["resolved"] as? Bool == true)
        #expect(
            try await homes.refusal("us", "resolve", made.name).message
                == "note \(made.name) is resolved already: nothing was changed")
        #expect(try await homes.make("us", "resolve", made.name, "--reopen").done == "reopened note \(made.name)")
        #expect(
            try await homes.refusal("us", "resolve", made.name, "--reopen").message
                == "note \(made.name) is not resolved: nothing was changed")
    }

    @Test func `a note may be on a whole provision, and in several languages`() async throws {
        let made = try await homes.make("us", "note", "costs", "--say", "en=Whose?", "--say", "fr=De qui ?")
        let notes = try #require(try await homes.shown("us")["notes"] as? [[String: Any]])
        #expect(notes[0]["on"] is NSNull && notes[0]["provision"] as? String == "costs")
        #expect(notes[0]["words"] as? [String: String] == ["en": "Whose?", "fr": "De qui ?"])
        #expect(try await homes.refusal("us", "note", "costs").code == .usage)
        #expect(try await homes.refusal("us", "note", "costs", "--say", "Whose?").code == .usage)
        #expect(try await homes.refusal("us", "note", "nowhere", "--say", "en=?").error == "no-such-provision")
        for verb in ["reply", "resolve"] {
            let other = String(made.name.prefix(8)) + ".1"
            let words = verb == "reply" ? ["--say", "en=Ours."] : []
            let answer = await homes.at("us", words: ["draft", verb, homes.draft, other] + words)
            #expect(answer.code == .noSuchFile && answer.talk.contains("there is no note “\(other)” in this draft"))
        }
    }
}
