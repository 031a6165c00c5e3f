import Agreement
import CanonicalEncoding
import Cryptography
import Drafting
import Identity
import RoadmapFixtures
import Testing

@testable import Negotiation

@Suite("Freezing a draft")
struct FreezingTests {
    /// Article 2 amended in both languages.
    private func amended() -> Table {
        var table = Table()
        table.replace("KOR", "twice", by: "once", in: table.text("article-2"))
        table.replace("PRK", "두 차례", by: "한 차례", in: table.text("article-2", Table.korean))
        return table
    }

    @Test func `makes one instrument of all languages, which says what it was frozen from`() throws {
        var table = amended()
        let frozen = try table.frozen()
        let instrument = frozen.instrument
        #expect(instrument.changes.map(\.provision) == ["article-2"])
        #expect(
            instrument.changes[0].content?.text
                == words([
                    "en": "The parties meet once a year, in turn in each capital.",
                    "ko": "당사국은 매년 한 차례 각국 수도에서 교대로 회의를 개최한다.",
                ]))
        #expect(instrument.changes[0].content?.order == table.base["article-2"]?.order)
        #expect(instrument.languages == ["en", "ko"] && instrument.title == table.draft.opening.title)
        #expect(instrument.frozenFrom == ([table.draft.id] + table.draft.heads).sorted())
        try table.roadmap.put(instrument)
        #expect(table.roadmap.evaluation.state(of: instrument.id) == .unsealed)
    }

    @Test func `asks for clean text of those who count, and takes the proposer's choice on demand`() throws {
        var table = amended()
        let (bracket, others) = table.bracket("PRK", "once a year", in: table.text("article-2"), or: ["every month"])
        table.perform("PRK", .position(bracket: bracket, accepts: [.added(others[0])]))
        #expect(table.faults() == [.openBracket(bracket, provision: "article-2", language: "en")])
        let instrument = try table.frozen(choosing: [bracket: .standing]).instrument
        #expect(
            instrument.changes[0].content?.text?.byLanguage["en"]
                == "The parties meet once a year, in turn in each capital.")
        let left = table.freezing(choosing: [bracket: .standing]).positionsLeft
        #expect(left.map(\.held) == [[.init(party: "PRK", wordings: [.words("every month")])]])
        #expect(left.map(\.reads) == [.words("once a year")])
    }

    @Test func `does not wait for an observer's bracket, and shows the position that it leaves`() throws {
        var table = amended()
        let (bracket, _) = table.bracket("USA", "once a year", in: table.text("article-2"))
        table.perform("USA", .position(bracket: bracket, accepts: [.nothing]))
        #expect(table.freezing().counted == ["CHN", "KOR", "PRK"])
        #expect(table.faults().isEmpty)
        #expect(table.freezing().positionsLeft.map(\.held) == [[.init(party: "USA", wordings: [.nothing])]])
    }

    @Test func `refuses a choice that is none`() {
        var table = amended()
        let (bracket, others) = table.bracket("PRK", "once", in: table.text("article-2"), or: ["twice"])
        let (other, _) = table.bracket("PRK", "capital", in: table.text("article-2"))
        #expect(table.faults(choosing: [other: .added(others[0])]).first == .choosesNoAlternative(other))
        table.perform("PRK", .choose(bracket: bracket, .standing))
        #expect(table.faults(choosing: [bracket: .added(others[0])]).contains(.choosesSettled(bracket)))
        #expect(!table.faults(choosing: [bracket: .standing]).contains(.choosesSettled(bracket)))
    }

    @Test func `points out a figure that differs between the languages, and lets it pass once it was seen`() throws {
        var table = Table()
        table.replace("KOR", "twice a year", by: "within 30 days", in: table.text("article-2"))
        table.replace("KOR", "두 차례", by: "60 일", in: table.text("article-2", Table.korean))
        let faults = table.faults()
        #expect(faults.count == 2 && faults.allSatisfy(\.isPointedOut))
        #expect(throws: Never.self) { try table.frozen { $0.isLookedAt = true } }
    }

    @Test func `refuses words that lack a language, or that cannot be signed`() {
        var table = Table()
        table.write("KOR") { draft in
            let node = draft.add("article-9", kind: "article", provisionClass: "procedure", beneath: nil, behind: nil)!
            draft.insert("New\u{200B} words.", in: .node(node, language: "en"), at: 0)
        }
        let faults = table.faults()
        #expect(faults.contains(.lacksWords("article-9", .text, languages: ["ko"])))
        #expect(
            faults.contains {
                if case .unsignable("article-9", .text, "en", _) = $0 { true } else { false }
            })
    }

    @Test func `points out a reservation of those who count`() {
        var table = amended()
        table.perform("USA", .reserve(.base("article-2"), .position, nil))
        #expect(table.faults().isEmpty)
        let reservation = table.perform("PRK", .reserve(.base("article-2"), .adReferendum, nil))!
        #expect(table.faults().map(\.isPointedOut) == [true])
        table.perform("PRK", .lift(reservation: reservation))
        #expect(table.faults().isEmpty)
    }

    @Test func `refuses a field of which two values stand, two of one identifier, and reserved ones`() {
        var table = amended()
        var other = table
        table.perform("KOR", .set(.base("article-2"), .provisionClass, .text("procedure")))
        other.perform("PRK", .set(.base("article-2"), .provisionClass, .text("hard-security")))
        table.draft.merge(Table.entries(of: other))
        #expect(table.faults().contains(.contested("article-2", .provisionClass)))
        table.write("KOR") { draft in
            draft.add("article-1", kind: "article", provisionClass: "procedure", beneath: nil, behind: nil)
            draft.add("roster/new", kind: "article", provisionClass: "procedure", beneath: nil, behind: nil)
        }
        #expect(table.faults().contains(.sharedIdentifier("article-1")))
        #expect(table.faults().contains(.reservedIdentifier("roster/new")))
    }

    @Test func `relies on the provisions that the changed words mention, by number and by id`() throws {
        var table = Table()
        table.write("KOR") { draft in
            draft.insert(
                " This is without prejudice to article 1.", in: Self.end(of: "article-2", "en", draft).0,
                at: Self.end(of: "article-2", "en", draft).1)
            draft.insert(
                " 제1조를 해하지 아니한다.", in: Self.end(of: "article-2", "ko", draft).0,
                at: Self.end(of: "article-2", "ko", draft).1)
        }
        let frozen = try table.frozen()
        #expect(frozen.mentions == ["article-1": ["article-2"]])
        #expect(frozen.instrument.base["article-1"] == table.roadmap.id)
    }

    private static func end(of provision: Identifier, _ language: Identifier, _ draft: Draft) -> (TextName, Int) {
        let text = TextName.node(.base(provision), language: language)
        return (text, draft.scalarCount(of: text)!)
    }

    @Test func `is built on what relies on what it writes`() throws {
        var table = Table()
        let guarantee = table.roadmap.amend(["en": "Guarantee", "ko": "보장"], changes: [SmallRoadmap.guarantee])
        // Another draft is opened after it came into force, and amends the article that it relies on.
        let relying = try Self.relying(on: "article-1", table.roadmap)
        for signatory in Signatory.all { table.roadmap.seal(guarantee.id, by: signatory) }
        try table.roadmap.put(relying)
        for signatory in Signatory.all { table.roadmap.seal(relying.id, by: signatory) }
        #expect(table.roadmap.evaluation.inForce.contains(relying.id))
        table.replace("KOR", "use force", by: "threaten force", in: table.text("article-1"))
        table.replace("KOR", "사용", by: "위협", in: table.text("article-1", Table.korean))
        #expect(try table.frozen().instrument.after == [relying.id])
    }

    private static func relying(on provision: Identifier, _ roadmap: SmallRoadmap) throws -> Instrument {
        try roadmap.evaluation.freeze(
            Amendment(
                title: words(["en": "Relying", "ko": "의존"]), changes: [SmallRoadmap.hotline], reliesOn: [provision]),
            proposer: Signatory.korea.id, salt: [UInt8](repeating: 99, count: 16),
            languages: roadmap.founding.languages, roadmap: roadmap.id)
    }

    @Test func `names what was frozen from the draft before and is sealed, and leaves what nobody sealed`() throws {
        var table = amended()
        let first = try table.frozen(salt: 1).instrument
        try table.roadmap.put(first)
        table.replace("KOR", "once", by: "thrice", in: table.text("article-2"))
        table.replace("KOR", "한", by: "세", in: table.text("article-2", Table.korean))
        #expect(try table.frozen(salt: 2).instrument.replaces.isEmpty)
        table.roadmap.seal(first.id, by: .dprk)
        let second = try table.frozen(salt: 2).instrument
        #expect(second.replaces == [first.id])
        #expect(second.id != first.id, "and the first one is what it was")
    }

    @Test func `goes on from what was frozen before and is in force`() throws {
        var table = amended()
        let first = try table.frozen(salt: 1).instrument
        try table.roadmap.put(first)
        for signatory in Signatory.all { table.roadmap.seal(first.id, by: signatory) }
        #expect(table.roadmap.evaluation.inForce.contains(first.id))
        #expect(table.faults() == [.nothingChanges])
        table.replace("KOR", "once", by: "thrice", in: table.text("article-2"))
        table.replace("KOR", "한", by: "세", in: table.text("article-2", Table.korean))
        let second = try table.frozen(salt: 2).instrument
        #expect(second.base["article-2"] == first.id && second.replaces.isEmpty)
    }

    @Test func `counts whom it counted before, when what they were asked of is repealed`() throws {
        var table = Table()
        let bracket = table.perform("PRK", .bracketNode(.base("article-2")))!
        table.perform("KOR", .position(bracket: bracket, accepts: [.standing]))
        table.perform("PRK", .position(bracket: bracket, accepts: [.nothing]))
        #expect(table.faults() == [.openBracket(bracket, provision: "article-2", language: nil)])
        let repeal = try table.frozen(choosing: [bracket: .nothing]).instrument
        #expect(repeal.changes.map(\.content) == [nil])
        try table.roadmap.put(repeal)
        for signatory in Signatory.all { table.roadmap.seal(repeal.id, by: signatory) }
        #expect(table.roadmap.evaluation.inForce.contains(repeal.id))
        #expect(table.freezing().counted == ["CHN", "KOR", "PRK"])
        #expect(table.faults(choosing: [bracket: .nothing]) == [.nothingChanges])
    }

    @Test func `says where the text in force has changed under the draft, and keeps what did not`() throws {
        var table = amended()
        let other = table.roadmap.amend(
            ["en": "Meetings", "ko": "회의"], changes: [SmallRoadmap.meetings("The parties meet.")])
        for signatory in Signatory.all { table.roadmap.seal(other.id, by: signatory) }
        let clashing = table.faults().compactMap { fault -> Identifier? in
            if case .changedUnderneath(let clash) = fault { clash.provision } else { nil }
        }
        #expect(clashing == ["article-2"])
    }
}

@Suite("Mentions")
struct MentionTests {
    private static func content(_ number: String?, in parent: Identifier? = nil, kind: Identifier = "article")
        -> Content
    {
        Content(
            kind: kind, provisionClass: "text", parent: parent, order: [1], number: number.map { ExactText($0) },
            text: words(["en": "x"]))
    }

    private static let text: [Identifier: Content] = [
        "a": content("1"), "b": content("2"), "b/1": content("1", in: "b", kind: "paragraph"),
        "b/2": content("2", in: "b", kind: "paragraph"), "c": content("Article 3"), "d": content("4 bis"),
        "annex-I": content("I", kind: "annex"), "hotline": content(nil),
    ]

    private func found(_ words: String, of provision: Identifier = "hotline") -> [Identifier] {
        Mentions(of: Self.text).found(in: words, of: provision)
    }

    @Test func `are numbers behind what they number, in lists too`() {
        #expect(found("as in article 1.") == ["a"])
        #expect(found("Articles 1, 2 and 3 apply") == ["a", "b", "c"])
        #expect(found("within 2 days, or 1 week") == [])
        #expect(found("the article. 1 ship") == [])
        #expect(found("статьи 2 и 3; المادة ١; 第2条, 제3조") == ["a", "b", "c"])
    }

    @Test func `are parts of what was mentioned, or of what contains the place`() {
        #expect(found("article 2, paragraph 1") == ["b", "b/1"])
        #expect(found("article 2(2)") == ["b", "b/2"])
        #expect(found("paragraph 1", of: "b/2") == ["b/1"])
        #expect(found("paragraph 1", of: "b") == ["b/1"])
    }

    @Test func `are ids that are no words`() {
        #expect(found("see annex-I, and b/2.") == ["annex-I", "b/2"])
        #expect(found("a hotline, d, and so on", of: "a") == [])
        #expect(found("Annex I") == ["annex-I"])
    }
}

@Suite("Where an instrument comes from")
struct FrozenOriginTests {
    @Test func `shows the positions that it left, and where the draft reads otherwise`() throws {
        var table = Table()
        table.replace("KOR", "in turn", by: "by turns", in: table.text("article-2"))
        table.replace("KOR", "교대로", by: "번갈아", in: table.text("article-2", Table.korean))
        let (bracket, others) = table.bracket("PRK", "twice a year", in: table.text("article-2"), or: ["monthly"])
        table.perform("PRK", .position(bracket: bracket, accepts: [.added(others[0])]))
        table.perform("KOR", .choose(bracket: bracket, .standing))
        let instrument = try table.frozen(choosing: [bracket: .standing]).instrument
        let origin = FrozenOrigin(of: instrument, in: table.draft, openedOn: table.base, table.roadmap.evaluation)
        #expect(origin.left.map(\.held) == [[.init(party: "PRK", wordings: [.words("monthly")])]])
        #expect(origin.left.map(\.reads) == [.words("twice a year")] && origin.differing.isEmpty)

        let lying = try table.roadmap.evaluation.freeze(
            Amendment(
                title: instrument.title, changes: [SmallRoadmap.meetings("The parties never meet.")],
                frozenFrom: instrument.frozenFrom),
            proposer: "KOR", salt: [UInt8](repeating: 5, count: 16), languages: ["en", "ko"],
            roadmap: table.roadmap.id)
        let other = FrozenOrigin(of: lying, in: table.draft, openedOn: table.base, table.roadmap.evaluation)
        #expect(other.differing == ["article-2"])
    }
}
