import Agreement
import CanonicalEncoding
import Drafting
import Foundation
import Identity
import RoadmapFixtures
import Testing

@testable import Negotiation

@Suite("The rolling text")
struct RollingTextTests {
    private func offices() -> (table: Table, bracket: OperationName, other: OperationName) {
        var table = Table()
        let text = table.text("article-2")
        let (bracket, others) = table.bracket("KOR", "twice a year", in: text, or: ["every month"])
        return (table, bracket, others[0])
    }

    @Test func `shows brackets with the names of those who hold to each wording`() {
        var (table, bracket, other) = offices()
        #expect(table.rolling("article-2") == "The parties meet [twice a year] [every month], in turn in each capital.")
        table.perform("KOR", .position(bracket: bracket, accepts: [.standing]))
        table.perform("CHN", .position(bracket: bracket, accepts: [.standing, .nothing]))
        table.perform("PRK", .position(bracket: bracket, accepts: [.added(other)]))
        #expect(
            table.rolling("article-2")
                == "The parties meet [twice a year **(CHN, KOR)**] [every month **(PRK)**] [ **(CHN)**], in turn in "
                + "each capital.")
        #expect(table.rolling("article-2", Table.korean)?.contains("[") == false)
    }

    @Test func `has no bracket where positions meet`() {
        var (table, bracket, other) = offices()
        table.perform("KOR", .position(bracket: bracket, accepts: [.standing, .added(other)]))
        table.perform("PRK", .position(bracket: bracket, accepts: [.added(other)]))
        #expect(table.rolling("article-2") == "The parties meet every month, in turn in each capital.")
        let rolling = RollingText(of: table.draft)
        #expect(rolling.openCount == 0 && rolling.openByParty.isEmpty && rolling.openByProvision.isEmpty)
    }

    @Test func `closes the gap where nothing stays`() {
        var (table, bracket, _) = offices()
        table.perform("KOR", .choose(bracket: bracket, .nothing))
        #expect(table.rolling("article-2") == "The parties meet, in turn in each capital.")
    }

    @Test func `nests brackets in words that stand and in those that were added`() {
        var (table, _, other) = offices()
        _ = table.bracket("PRK", "twice", in: table.text("article-2"), or: ["once"])
        _ = table.bracket("PRK", "every", in: .alternative(other), or: ["each"])
        #expect(
            table.rolling("article-2")
                == "The parties meet [[twice] [once] a year] [[every] [each] month], in turn in each capital.")
        let rolling = RollingText(of: table.draft)
        #expect(rolling.openCount == 3 && rolling.openByParty == ["KOR": 1, "PRK": 2])
        #expect(rolling.openByProvision.map(\.count) == [3])
    }

    @Test func `puts beneath a bracket what it holds, and beside it an empty one at its beginning`() {
        var (table, outer, _) = offices()
        let text = table.text("article-2")
        let place = table.range(of: "twice", in: text).lowerBound
        let (start, end) = table.draft.anchors(around: place..<place, in: text)!
        let empty = table.perform("PRK", .bracket(text, start: start, end: end))!
        let added = table.perform("PRK", .alternative(bracket: empty))!
        table.write("PRK") { $0.insert("now ", in: .alternative(added), at: 0) }
        _ = table.bracket("KOR", "twice", in: text, or: ["once"])
        _ = table.bracket("PRK", "year", in: text, or: ["month"])
        let shown = "The parties meet [now ][[twice] [once] a [year] [month]] [every month], in turn in each capital."
        #expect(table.rolling("article-2") == shown)
        table.perform("KOR", .choose(bracket: outer, .standing))
        #expect(
            table.rolling("article-2")
                == "The parties meet [now ][twice] [once] a [year] [month], in turn in each capital.")
    }

    @Test func `shows spans that cross as one, each wording lengthened by the words around it`() {
        var table = Table()
        let text = table.text("article-2")
        let (first, _) = table.bracket("KOR", "meet twice", in: text, or: ["convene twice"])
        _ = table.bracket("PRK", "twice a year", in: text, or: ["monthly"])
        #expect(
            table.rolling("article-2")
                == "The parties [meet twice a year] [convene twice a year] [meet monthly], in turn in each capital.")
        #expect(RollingText(of: table.draft).openCount == 2)
        table.perform("KOR", .choose(bracket: first, .standing))
        #expect(
            table.rolling("article-2")
                == "The parties [meet twice a year] [meet monthly], in turn in each capital.")
    }

    @Test func `brackets a whole provision, and what it contains`() {
        var table = Table()
        let bracket = table.perform("PRK", .bracketNode(.base("part-1")))!
        table.perform("KOR", .position(bracket: bracket, accepts: [.standing]))
        table.perform("PRK", .position(bracket: bracket, accepts: [.nothing]))
        #expect(table.rolling("article-1") == "[No party shall use force. **(KOR)**] [ **(PRK)**]")
        let rolling = RollingText(of: table.draft)
        #expect(rolling.openCount == 1 && rolling.openByProvision.map(\.provision) == ["part-1"])
        table.perform("KOR", .position(bracket: bracket, accepts: [.nothing]))
        #expect(table.rolling("article-1") == nil)
    }

    @Test func `writes a number that depends on an outcome side by side, and settles it with that`() {
        var table = Table()
        let text = table.text("article-2")
        let option = table.bracket("KOR", "twice a year", in: text, or: ["every month"])
        table.write("KOR") { $0.insert("4. ", in: text, at: 0) }
        let (start, end) = table.draft.anchors(around: 0..<1, in: text)!
        let number = table.perform("KOR", .bracketFollowing(option.bracket, text, start: start, end: end))!
        let second = table.perform("KOR", .alternative(bracket: number))!
        table.write("KOR") { $0.insert("2", in: .alternative(second), at: 0) }
        #expect(table.rolling("article-2")?.hasPrefix("[4][2]. The parties meet [twice a year] [every month],") == true)
        #expect(RollingText(of: table.draft).openCount == 1)
        table.perform("KOR", .choose(bracket: option.bracket, .added(option.others[0])))
        #expect(table.rolling("article-2") == "2. The parties meet every month, in turn in each capital.")
    }

    @Test func `shows both values of a field that two wrote at once, and who struck what others keep`() {
        var table = Table()
        var other = table
        table.perform("KOR", .set(.base("article-2"), .number, .text("2 bis")))
        other.perform("PRK", .set(.base("article-2"), .number, .text("4")))
        other.perform("PRK", .strike(.base("article-1")))
        table.perform("KOR", .keep(.base("article-1")))
        table.draft.merge(Table.entries(of: other))
        let rolling = RollingText(of: table.draft)
        let article = rolling.provisions.first { $0.identifier == "article-2" }
        let spelled = ["[2 bis **(KOR)**] [4 **(PRK)**]", "[4 **(PRK)**] [2 bis **(KOR)**]"]
        #expect(spelled.contains(article?.number.notation ?? ""))
        #expect(table.rolling("article-1") == "[No party shall use force. **(KOR)**] [ **(PRK)**]")
    }

    @Test func `holds what was struck without words, and reservations where they stand`() {
        var table = Table()
        table.perform("KOR", .strike(.base("article-1")))
        table.perform("PRK", .reserve(.base("article-2"), .adReferendum, nil))
        let rolling = RollingText(of: table.draft)
        #expect(rolling.provisions.first { $0.identifier == "article-1" }?.isStruck == true)
        #expect(rolling.provisions.first { $0.identifier == "article-2" }?.reservations.map(\.party) == ["PRK"])
    }

    @Test func `shows every paragraph of a real report as it was, byte for byte, once it is in a draft`() throws {
        for paragraph in BracketNotationTests.paragraphs {
            var table = Table()
            let text = table.text("article-1")
            let bracketed = try BracketedText(notation: paragraph)
            let isWritten = table.write("KOR") { draft in
                draft.delete(0..<draft.scalarCount(of: text)!, in: text)
                return draft.append(bracketed, to: text)
            }
            #expect(isWritten)
            #expect(Array((table.rolling("article-1") ?? "").utf8) == Array(paragraph.utf8))
            #expect(RollingText(of: table.draft).openCount == bracketed.bracketCount)
        }
    }

    @Test func `stays small and shallow, however deep and tangled the brackets are`() {
        var table = Table()
        let text = table.text("article-1")
        table.write("KOR") { draft in
            draft.delete(0..<draft.scalarCount(of: text)!, in: text)
            draft.insert(String(repeating: "x", count: 600), in: text, at: 0)
            for place in 0..<250 {
                let nested = draft.anchors(around: place..<600 - place, in: text)!
                draft.perform(.bracket(text, start: nested.start, end: nested.end))
                let crossing = draft.anchors(around: place..<place + 300, in: text)!
                draft.perform(.suggest(text, start: crossing.start, end: crossing.end, reason: nil))
            }
        }
        let rolling = table.rolling("article-1") ?? ""
        #expect(rolling.utf8.count < 1_000_000)
        #expect(rolling.contains("x"))
    }
}

@Suite("Layers of the rolling text")
struct RollingLayerTests {
    private func rolling(_ table: Table, drafts: [Draft], _ instruments: [OpenInstrument]) -> RollingText {
        RollingText(
            over: table.base, drafts: drafts, instruments: instruments, languages: table.roadmap.founding.languages)
    }

    private func words(_ rolling: RollingText, _ provision: Identifier) -> String? {
        rolling.provisions.first { $0.identifier == provision }?.words.first { $0.language == "en" }?.text.notation
    }

    @Test func `lay an instrument over the text in force by word, with those who sealed it`() {
        let table = Table()
        let change = SmallRoadmap.meetings("The parties meet three times a year, in turn in each capital.")
        let shown = rolling(table, drafts: [], [OpenInstrument(changes: [change], parties: ["KOR"])])
        #expect(
            words(shown, "article-2")
                == "The parties meet [twice] [three times **(KOR)**] a year, in turn in each capital.")
        #expect(words(shown, "article-1") == "No party shall use force.")
        #expect(shown.openByParty == ["KOR": shown.openCount] && shown.openCount == 2, "in both languages")
    }

    @Test func `lay an instrument over a draft beside its brackets`() {
        var table = Table()
        _ = table.bracket("PRK", "twice", in: table.text("article-2"), or: ["once"])
        let change = SmallRoadmap.meetings("The parties meet.")
        let shown = rolling(table, drafts: [table.draft], [OpenInstrument(changes: [change], parties: ["KOR"])])
        #expect(
            words(shown, "article-2")
                == "[The parties meet [twice] [once] a year, in turn in each capital.] [The parties meet. **(KOR)**]")
    }

    @Test func `bring what an instrument adds, and what a second draft does`() {
        var one = Table()
        var two = Table(title: ["en": "Other", "ko": "다른"])
        one.replace("KOR", "twice", by: "once", in: one.text("article-2"))
        two.write("PRK") { draft in
            let node = draft.add("article-9", kind: "article", provisionClass: "procedure", beneath: nil, behind: nil)!
            draft.insert("New words.", in: .node(node, language: "en"), at: 0)
        }
        let added = OpenInstrument(changes: [SmallRoadmap.hotline], parties: ["CHN"])
        let shown = rolling(one, drafts: [one.draft, two.draft], [added])
        #expect(words(shown, "article-2") == "The parties meet once a year, in turn in each capital.")
        #expect(words(shown, "article-9") == "New words.")
        #expect(words(shown, "article-3") == "[A line between the capitals is open at all hours. **(CHN)**]")
    }
}
