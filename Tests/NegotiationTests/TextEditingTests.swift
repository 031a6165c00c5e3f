import CanonicalEncoding
import Cryptography
import Identity
import Negotiation
import Testing

@testable import Drafting

/// A draft of one article, and one person after the other who edits it.
private struct EditingTable {
    static let english = Identifier("en")
    static let text = TextName.node(.base(Identifier("4")), language: english)

    var draft: Draft
    private var sequence: UInt64 = 0

    init(_ words: String) {
        let opening = try! DraftOpening(title: Words([Self.english: "Offices"])!, languages: [Self.english], base: [])
        draft = Draft(
            opening, stamp: Self.stamp(0, opening.body), party: Identifier("US"),
            base: DraftBase([
                DraftBase.Provision(
                    identifier: Identifier("4"), parent: nil, kind: Identifier("article"),
                    provisionClass: Identifier("text"), texts: [Self.english: ExactText(words)])
            ]))
    }

    static func stamp(_ sequence: UInt64, _ body: [UInt8]) -> EditStamp {
        EditStamp(sequence: sequence, writer: Digest(of: [7]), id: Digest(of: body + [UInt8(sequence % 256)]))
    }

    var notation: String { EditableText(of: Self.text, in: draft)!.notation }
    var words: String { draft.string(of: Self.text)! }

    /// Edits the notation, and makes an entry of it.
    @discardableResult
    mutating func edit(_ edited: String, by party: String = "US") throws -> TextEdited {
        draft.writingParty = Identifier(party)!
        let text = try #require(EditableText(of: Self.text, in: draft))
        let result = try text.apply(edited, to: &draft, by: Identifier(party)!)
        close()
        return result
    }

    mutating func close() {
        guard draft.hasOpenWork else { return }
        sequence += 1
        draft.close(as: Self.stamp(sequence, draft.openEdits.body), previous: nil)
    }
}

@Suite("An edited text")
struct TextEditingTests {
    @Test func `is an edit of the word that changed, and of nothing else`() throws {
        var table = EditingTable("The parties shall exchange liaison offices within 60 days.")
        let result = try table.edit("The parties shall exchange liaison offices within 90 days.")
        #expect([result.inserted, result.deleted] == [1, 1])
        #expect(table.words == "The parties shall exchange liaison offices within 90 days.")
        #expect(try table.edit("The parties may exchange liaison offices within 90 days.").deleted == 5)
        #expect(try table.edit(table.notation).isNothing)
    }

    @Test func `keeps the words between two that changed`() throws {
        var table = EditingTable("The State Party shall, in good faith, notify the other.")
        let result = try table.edit("Each State Party shall, in utmost good faith, inform the other.")
        #expect(table.words == "Each State Party shall, in utmost good faith, inform the other.")
        #expect(result.inserted == "Each".count + "utmost ".count + "inform".count)
        #expect(result.deleted == "The".count + "notify".count)
    }

    @Test func `brackets what is put in brackets, with another wording beside it`() throws {
        var table = EditingTable("They shall exchange offices within 60 days.")
        let edited = "They shall exchange offices [within 60 days **(US)**] [upon signature]."
        let result = try table.edit(edited)
        #expect(result.deleted == 0 && result.inserted == "upon signature".count)
        #expect(result.bracketed.count == 1 && result.positioned.count == 1)
        #expect(table.words == "They shall exchange offices within 60 days.", "the words stay where they stood")
        #expect(table.notation == edited)
        let bracket = try #require(table.draft.allBrackets().first)
        #expect(bracket.positions == [Identifier("US"): [.standing]])
        #expect(bracket.alternatives.count == 3)
    }

    @Test func `takes a party's own name for its position, and nobody else's`() throws {
        var table = EditingTable("within 60 days")
        try table.edit("[within 60 days **(US)**] [upon signature]")
        #expect(throws: TextEditingFault.speaksForOthers(["US"])) {
            try table.edit("[within 60 days] [upon signature **(DPRK)**]", by: "DPRK")
        }
        try table.edit("[within 60 days **(US)**] [upon signature **(DPRK)**]", by: "DPRK")
        #expect(table.notation == "[within 60 days **(US)**] [upon signature **(DPRK)**]")
        #expect(table.draft.openBrackets().all.count == 1)
        try table.edit("[within 60 days] [upon signature **(DPRK, US)**]")
        #expect(table.draft.openBrackets().all.isEmpty, "where they meet, the bracket goes")
        #expect(table.notation == "upon signature")
        #expect(table.words == "within 60 days")
    }

    @Test func `edits the words of an alternative where they stand`() throws {
        var table = EditingTable("offices within 60 days.")
        try table.edit("offices [within 60 days] [upon signature].")
        let result = try table.edit("offices [within 60 days] [upon full signature].")
        #expect([result.inserted, result.deleted] == ["full ".count, 0])
        #expect(result.bracketed.isEmpty)
        #expect(table.notation == "offices [within 60 days] [upon full signature].")
        try table.edit("offices [within 60 days] [upon full signature] [never].")
        #expect(table.draft.allBrackets().count == 1 && table.draft.allBrackets()[0].alternatives.count == 4)
    }

    @Test func `leaves a wording alone beside which another is typed that ends or begins as it does`() throws {
        var table = EditingTable("offices within 60 days.")
        try table.edit("offices [within 60 days] [upon signature].")
        let behind = try table.edit("offices [within 60 days] [upon signature] [within 60 days of signature].")
        #expect([behind.inserted, behind.deleted] == ["within 60 days of signature".count, 0])
        #expect(table.draft.allBrackets()[0].alternatives.count == 4)
        var other = EditingTable("offices at once.")
        let between = try other.edit("offices at once [upon signature].")
        #expect([between.inserted, between.deleted] == [" upon signature".count, 0])
        var third = EditingTable("offices in 60 days or so.")
        try third.edit("offices [in 60 days] or so.")
        let beside = try third.edit("offices [in 60 days] [in 90 days] or so.")
        #expect([beside.inserted, beside.deleted] == ["in 90 days".count, 0])
        let second = try other.edit("offices at once [upon notice] [upon signature].")
        #expect([second.inserted, second.deleted] == ["upon notice".count, 0])
    }

    @Test(arguments: [
        "A [within 60 working days] B", "A [within 60 days or so] B", "A [about within 60 days] B", "A [soon] B",
        "AA [within 60 days] B", "A[within 60 days]B", "A [within 60] B", "A [days] B", "A [with] BC",
        "A [within [60] days] B", "[A [within 60 days] B]", "A [within 60 days] [X [Y]] B", "A [within 60 days] B C",
        "C A [within 60 days] B", "A [within 60 days] , B",
        "A [within 60 days B]", "[A within 60 days] B", "[A within 60 days B]", "A [within] 60 days B",
        "A within [60 days] B", "A within [60] days B", "A [within] 60 [days] B",
    ])
    func `within and beside a bracket says afterwards what was typed`(edited: String) throws {
        var table = EditingTable("A within 60 days B")
        try table.edit("A [within 60 days] B")
        try table.edit(edited)
        #expect(table.notation == edited)
    }

    @Test func `chooses the wording that is left when the brackets are taken away`() throws {
        for (edited, reads) in [
            ("A within 60 days B", "A within 60 days B"), ("A upon signature B", "A upon signature B"), ("A B", "A B"),
            ("A upon full signature B", "A upon full signature B"),
        ] {
            var table = EditingTable("A within 60 days B")
            try table.edit("A [within 60 days] [upon signature] B")
            #expect(try table.edit(edited).chosen.count == 1)
            #expect(table.draft.openBrackets().all.isEmpty, "who opened a bracket may take it back")
            #expect(table.notation == reads)
            #expect(table.words.hasPrefix("A within 60 days"), "what is not read stays")
        }
    }

    @Test func `leaves a bracket open that another holds to`() throws {
        var table = EditingTable("A within 60 days B")
        try table.edit("A [within 60 days **(US)**] [upon signature] B")
        try table.edit("A upon signature B", by: "DPRK")
        #expect(table.draft.openBrackets().all.count == 1)
        #expect(table.notation == "A [within 60 days **(US)**] [upon signature] B")
    }

    @Test func `edits what a settled bracket reads in the wording's own text`() throws {
        var table = EditingTable("A within 60 days B")
        try table.edit("A [within 60 days] [upon signature] B")
        try table.edit("A upon signature B")
        try table.edit("A upon my signature B")
        #expect(table.notation == "A upon my signature B")
        #expect(table.words == "A within 60 days B")
        try table.edit("A upon [my] signature B")
        #expect(table.notation == "A upon [my] signature B")
    }

    @Test func `is refused where a wording is gone that others may hold, or brackets do not close`() throws {
        var table = EditingTable("A within 60 days B")
        try table.edit("A [within 60 days] [upon signature] B")
        let name = table.draft.allBrackets()[0].name
        #expect(throws: TextEditingFault.alternativeGone(name)) { try table.edit("A [within 60 days] B") }
        #expect(throws: TextEditingFault.notation(.opensAndNeverCloses(at: 2))) { try table.edit("A [within") }
        table.draft.writingParty = Identifier("US")
        #expect(!table.draft.hasOpenWork)
    }

    @Test func `has words for brackets where the text has brackets of its own`() throws {
        var table = EditingTable("A [b] c")
        let text = try #require(EditableText(of: EditingTable.text, in: table.draft))
        #expect(text.isPlain)
        try table.edit("A [b] [d] c")
        #expect(table.draft.allBrackets().isEmpty)
        #expect(table.words == "A [b] [d] c")
    }

    @Test func `leaves brackets that cross out, and their words in`() throws {
        var table = EditingTable("one two three four")
        for range in [0..<7, 4..<13] {
            let anchors = table.draft.anchors(around: range, in: EditingTable.text)!
            table.draft.perform(.bracket(EditingTable.text, start: anchors.start, end: anchors.end))
        }
        table.close()
        let text = try #require(EditableText(of: EditingTable.text, in: table.draft))
        #expect(text.notation == "one two three four" && text.unshown.count == 2)
        try table.edit("one two tree four")
        #expect(table.words == "one two tree four")
    }

    /// A wording that was added comes last, wherever it was typed.
    private static func sorted(_ notation: String) -> [Character] { notation.filter { $0 != " " }.sorted() }

    @Test func `types words anew that the signs of a bracket were moved over, and no others`() throws {
        var table = EditingTable("A within 60 days B")
        try table.edit("A [within 60 days] B")
        let wider = try table.edit("A [within 60 days B]")
        #expect([wider.inserted, wider.deleted] == ["s B".count, "s B".count], "and the character at the edge")
        #expect(table.words == "A within 60 days B" && table.draft.allBrackets().count == 1)
        var other = EditingTable("A within 60 days B")
        try other.edit("A [within 60 days] B")
        let narrower = try other.edit("A [within] 60 days B")
        #expect([narrower.inserted, narrower.deleted] == [" 60 days".count, " 60 days".count])
        #expect(other.words == "A within 60 days B" && other.draft.allBrackets().count == 1)
    }

    @Test func `types words behind a bracket whose last character went, and none within it`() throws {
        var table = EditingTable("A within 60 days B")
        for edited in [
            "A [within 60 days] B", "A [within 60 days or so] B", "A [within 60 days or so], B",
            "A [within 60 days or so] at most, B", "A [within] 60 days or so at most, B",
        ] {
            try table.edit(edited)
            #expect(table.notation == edited)
        }
        #expect(table.draft.allBrackets().count == 1)
    }

    @Test func `is refused where two brackets would stand on the same words`() throws {
        var table = EditingTable("A within 60 days B")
        try table.edit("A [within 60 days] B")
        #expect(throws: TextEditingFault.cannotBeSaid) { try table.edit("A [[within 60 days]] B") }
    }

    /// What others hold to are the words of the bracket: it never comes to stand on none of them.
    @Test func `chooses where all signs are gone, also if others were put elsewhere`() throws {
        var table = EditingTable("A within 60 days B")
        try table.edit("A [within 60 days **(US)**] B")
        let result = try table.edit("A within 60 days [B]", by: "DPRK")
        #expect(result.chosen.count == 1 && result.bracketed.count == 1)
        #expect(table.notation == "A within 60 days [B]", "what was chosen is what US holds to")
    }

    @Test(arguments: [
        ("A sixty days B", "A ninety days B", "ninety days"), ("A sixty days B", "A sixty weeks B", "sixty weeks"),
        ("A sixty days B", "A sixty day B", "sixty day"), ("A sixty days B", "A sixty dayz B", "sixty dayz"),
        ("A sixty days B", "A sixty hours B", "sixty hours"), ("A sixty days B", "A Sixty days B", "Sixty days"),
        ("A sixty days B", "A six to ten years B", "six to ten years"),
        ("A sixty days B", "A about sixty days B", "sixty days"),
    ])
    func `leaves a note on the words that came in the place of its own`(
        text: String, edited: String, words: String
    ) throws {
        var table = EditingTable(text)
        let (start, end) = try #require(table.draft.anchors(around: 2..<12, in: EditingTable.text))
        table.draft.perform(
            .noteOnRange(EditingTable.text, start: start, end: end, Words([EditingTable.english: "?"])!))
        table.close()
        try table.edit(edited)
        #expect(table.words == edited)
        guard case .text(_, let range?)? = table.draft.allNotes.first?.subject else {
            Issue.record("the note has lost its words")
            return
        }
        #expect(String(String.UnicodeScalarView(Array(edited.unicodeScalars)[range])) == words)
    }

    @Test func `puts new words within the bracket that another has just put on those that went`() throws {
        for (edited, shown) in [
            ("A ninety days B", "A [ninety days] B"), ("A sixty year B", "A [sixty year] B"),
        ] {
            var table = EditingTable("A sixty days B")
            var other = table
            try other.edit("A [sixty days] B", by: "DPRK")
            try table.edit(edited)
            table.draft.merge(other.draft.entries)
            #expect(table.notation == shown)
        }
    }

    /// Whatever is typed, the notation says it afterwards, or it is refused and nothing is done.
    @Test(arguments: 0..<150) func `says afterwards what was typed, or is refused`(seed: UInt64) throws {
        var numbers = Numbers(state: seed &+ 1)
        var table = EditingTable("alpha beta gamma delta")
        for _ in 0..<6 {
            let edited = numbers.edited(table.notation)
            let before = table.draft
            do {
                let isSettling = try table.edit(edited).chosen.count > 0
                guard !isSettling else { continue }
                #expect(Self.sorted(table.notation) == Self.sorted(edited), "seed \(seed)")
            } catch is TextEditingFault {
                table.draft = before
            }
        }
    }
}

/// Numbers that are the same each time.
private struct Numbers {
    var state: UInt64

    mutating func next(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }

    /// Some words put in brackets, typed or deleted.
    mutating func edited(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        switch next(4) {
        case 0:
            scalars.insert(contentsOf: " new\(next(9)) ".unicodeScalars, at: next(scalars.count + 1))
        case 1:
            let start = next(scalars.count)
            scalars.removeSubrange(start..<min(scalars.count, start + 1 + next(5)))
        case 2:
            let start = next(scalars.count)
            let end = min(scalars.count, start + 1 + next(8))
            scalars.insert("]", at: end)
            scalars.insert("[", at: start)
        default:
            let place = scalars.indices.filter { scalars[$0] == "]" }
            guard !place.isEmpty else { return text }
            scalars.insert(contentsOf: " [other\(next(9))]".unicodeScalars, at: place[next(place.count)] + 1)
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
