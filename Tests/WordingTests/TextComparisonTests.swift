import Agreement
import CanonicalEncoding
import Identity
import Redline
import RoadmapFixtures
import Testing
import Wording

/// Texts made by hand: provisions of one class, in one language or in several.
enum HandWritten {
    static func text(_ contents: [(String, Content)], by author: String = "KOR") -> RoadmapText {
        RoadmapText(
            contents: Dictionary(uniqueKeysWithValues: contents.map { (Identifier($0.0)!, $0.1) }), authors: [:],
            author: Identifier(author)!)
    }

    static func content(
        order: UInt8 = 1, in parent: String? = nil, kind: String = "article", number: String? = nil,
        heading: [String: String]? = nil, text: [String: String]? = nil
    ) -> Content {
        func words(_ texts: [String: String]) -> Words {
            Words(Dictionary(uniqueKeysWithValues: texts.map { (Identifier($0.key)!, ExactText($0.value)) }))!
        }
        return Content(
            kind: Identifier(kind)!, provisionClass: Identifier("procedure")!,
            parent: parent.map { Identifier($0)! }, order: [order], number: number.map { ExactText($0) },
            heading: heading.map(words), text: text.map(words))
    }

    /// Siblings in this order, which say nothing.
    static func siblings(_ ids: String, orders: [UInt8]? = nil) -> RoadmapText {
        text(
            ids.enumerated().map { index, id in
                (String(id), content(order: orders?[index] ?? UInt8(10 * index + 10), text: ["en": "Words."]))
            })
    }
}

@Suite("Two texts side by side")
struct TextComparisonTests {
    private func terminal(_ comparison: TextComparison) -> String {
        comparison.provisions.map { $0.terminal(colour: false, columns: 80) }.joined(separator: "\n")
    }

    @Test func `are compared provision by provision, in every language, and give both texts back`() throws {
        var roadmap = SmallRoadmap()
        let before = RoadmapText(inForceBy: roadmap.evaluation, founding: roadmap.founding)
        let meetings = roadmap.amend(
            ["en": "Meetings", "ko": "회의"],
            changes: [SmallRoadmap.meetings("The parties meet four times a year, in turn in each capital.")])
        let after = try #require(RoadmapText(after: meetings, by: roadmap.evaluation))
        let comparison = TextComparison(from: before, to: after)
        #expect(comparison.provisions.map(\.id.string) == ["article-2"])
        let provision = comparison.provisions[0]
        #expect(provision.fate == .amended && provision.move == nil && provision.author.string == "KOR")
        #expect(provision.words.map(\.language.string) == ["en", "ko"])
        for words in provision.words {
            let (old, new) = (before.contents[provision.id]?.text, after.contents[provision.id]?.text)
            #expect(words.text.oldText == old?.byLanguage[words.language]?.string)
            #expect(words.text.newText == new?.byLanguage[words.language]?.string)
        }
        #expect(terminal(comparison).contains("The parties meet [-twice-]{+four times+} a year"))
        let english = TextComparison(from: before, to: after, language: Identifier("en")!)
        #expect(english.provisions[0].words.map(\.language.string) == ["en"])
    }

    @Test func `that are the same differ in nothing, and are there where the whole is asked for`() {
        let roadmap = SmallRoadmap()
        let text = RoadmapText(inForceBy: roadmap.evaluation, founding: roadmap.founding)
        #expect(TextComparison(from: text, to: text).provisions.isEmpty)
        let whole = TextComparison(from: text, to: text, whole: true)
        #expect(whole.provisions.count == text.contents.count && whole.differing.isEmpty)
        #expect(whole.provisions.prefix(3).map(\.id.string) == ["part-1", "article-1", "article-2"])
        #expect(whole.provisions.map(\.depth).prefix(4) == [0, 1, 1, 0])
    }

    @Test func `of an instrument and of the text that it found are those in its bytes`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        for signatory in Signatory.all { roadmap.seal(hotline.id, by: signatory) }
        let meetings = roadmap.amend(
            ["en": "None", "ko": "없음"], by: .dprk, changes: [Instrument.Change(Identifier("article-2")!, nil)])
        let found = try #require(RoadmapText(before: hotline, by: roadmap.evaluation))
        let made = try #require(RoadmapText(after: hotline, by: roadmap.evaluation))
        #expect(TextComparison(from: found, to: made).provisions.map(\.id.string) == ["article-3"])
        // What is repealed has an author, too: who put its end forward.
        let end = try #require(RoadmapText(after: meetings, by: roadmap.evaluation))
        let gone = TextComparison(from: try #require(RoadmapText(before: meetings, by: roadmap.evaluation)), to: end)
        #expect(gone.provisions.map(\.fate) == [.repealed] && gone.provisions.map(\.author.string) == ["PRK"])
        for signatory in Signatory.all { roadmap.seal(meetings.id, by: signatory) }
        let inForce = RoadmapText(inForceBy: roadmap.evaluation, founding: roadmap.founding)
        #expect(inForce.author(of: Identifier("article-2")!) == Signatory.dprk.id)
        #expect(inForce.contents[Identifier("article-2")!] == nil)
        let founding = try #require(RoadmapText(after: roadmap.founding, by: roadmap.evaluation))
        #expect(Set(founding.contents.keys) == Set(roadmap.founding.changes.map(\.provision)))
        #expect(RoadmapText(before: roadmap.founding, by: roadmap.evaluation)?.contents.isEmpty == true)
    }

    @Test func `can be narrowed to one provision and what it contains`() {
        let text = HandWritten.text([
            ("a", HandWritten.content(order: 1)), ("b", HandWritten.content(order: 2)),
            ("b1", HandWritten.content(in: "b")), ("b2", HandWritten.content(in: "b1")),
        ])
        #expect(Set(text.narrowed(to: Identifier("b")!).contents.keys.map(\.string)) == ["b", "b1", "b2"])
        #expect(text.narrowed(to: Identifier("c")!).contents.isEmpty)
        let part = text.narrowed(to: Identifier("b1")!)
        let whole = TextComparison(from: part, to: part, whole: true)
        #expect(whole.provisions.map(\.depth) == [0, 1] && whole.provisions.allSatisfy { $0.move == nil })
    }

    @Test func `tell a change of anything but words in sentences`() {
        let old = HandWritten.text([("a", HandWritten.content(text: ["en": "Words."]))])
        let new = HandWritten.text([("a", HandWritten.content(kind: "principle", text: ["en": "Words."]))])
        let comparison = TextComparison(from: old, to: new)
        #expect(comparison.provisions.map(\.fate) == [.amended])
        #expect(comparison.provisions.first?.facts == ["kind: article → principle"])
    }
}

@Suite("A provision that moves")
struct MoveTests {
    private func moved(_ old: RoadmapText, _ new: RoadmapText) -> [String] {
        TextComparison(from: old, to: new).provisions.filter { $0.move != nil }.map(\.id.string)
    }

    @Test func `is shown as moved, with where it stood, and its words as they are`() throws {
        let old = HandWritten.text([
            ("p", HandWritten.content(order: 1)), ("q", HandWritten.content(order: 2)),
            ("a", HandWritten.content(in: "p", text: ["en": "Words."])),
            ("b", HandWritten.content(order: 2, in: "p", text: ["en": "Other words."])),
        ])
        let new = HandWritten.text([
            ("p", HandWritten.content(order: 1)), ("q", HandWritten.content(order: 2)),
            ("a", HandWritten.content(in: "p", text: ["en": "Words."])),
            ("b", HandWritten.content(in: "q", text: ["en": "Other words."])),
        ])
        let comparison = TextComparison(from: old, to: new)
        let provision = try #require(comparison.provisions.first)
        #expect(comparison.provisions.count == 1 && provision.fate == .same)
        #expect(provision.moveInWords == "moved from p (behind a) to q (first there)")
        #expect(provision.terminal(colour: false, columns: 80).hasPrefix("b: moves, as it is\n"))
    }

    @Test func `is the one whose order key is another`() {
        let old = HandWritten.siblings("abcd")
        #expect(moved(old, HandWritten.siblings("abcd", orders: [50, 20, 30, 40])) == ["a"])
        #expect(moved(old, HandWritten.siblings("abcd", orders: [10, 20, 30, 5])) == ["d"])
        // Another key, and the same place.
        #expect(moved(old, HandWritten.siblings("abcd", orders: [10, 25, 30, 40])).isEmpty)
    }

    @Test func `is one of as few as can be where all keys are new`() {
        let old = HandWritten.siblings("abcdef")
        #expect(moved(old, HandWritten.siblings("abcdef", orders: [1, 2, 3, 4, 5, 6])).isEmpty)
        #expect(moved(old, HandWritten.siblings("abcdef", orders: [7, 2, 3, 4, 5, 6])) == ["a"])
        #expect(moved(old, HandWritten.siblings("abcdef", orders: [6, 5, 4, 3, 2, 1])).count == 5)
    }

    @Test func `is not one that neighbours came to or went from`() {
        let old = HandWritten.siblings("abc")
        let new = HandWritten.siblings("xbcy", orders: [10, 20, 30, 40])
        #expect(moved(old, new).isEmpty)
        let comparison = TextComparison(from: old, to: new)
        #expect(comparison.provisions.map(\.id.string) == ["a", "x", "y"])
        #expect(comparison.provisions.map(\.fate) == [.repealed, .added, .added])
    }

    @Test func `leaves what is gone where it stood, and what contained it with what it contained`() {
        func text(_ ids: [(String, String?, UInt8)]) -> RoadmapText {
            HandWritten.text(ids.map { ($0.0, HandWritten.content(order: $0.2, in: $0.1, text: ["en": "Words."])) })
        }
        let old = text([("a", nil, 1), ("b", nil, 2), ("b1", "b", 1), ("b2", "b", 2), ("c", nil, 3), ("d", nil, 4)])
        let new = text([("a", nil, 1), ("d", nil, 4), ("b2", "d", 1)])
        let comparison = TextComparison(from: old, to: new, whole: true)
        #expect(comparison.provisions.map(\.id.string) == ["a", "b", "b1", "c", "d", "b2"])
        #expect(comparison.provisions.map(\.depth) == [0, 0, 1, 0, 0, 1])
        #expect(comparison.provisions.filter { $0.move != nil }.map(\.id.string) == ["b2"])
    }
}
