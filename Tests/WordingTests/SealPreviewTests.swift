import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import Testing
import Wording

@Suite("What a party is told before it seals")
struct SealPreviewTests {
    private func preview(
        _ roadmap: SmallRoadmap, _ id: InstrumentID, _ verdict: Seal.Verdict = .accept, by signatory: Signatory,
        provided: [InstrumentID] = []
    ) throws -> SealPreview {
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        return try #require(SealPreview(of: id, verdict, by: signatory.id, provided: provided, in: book))
    }

    @Test func `shows the change against the text beneath, by word and in every language`() throws {
        var roadmap = SmallRoadmap()
        let meetings = roadmap.amend(
            ["en": "Meetings", "ko": "회의"],
            changes: [SmallRoadmap.meetings("The parties meet four times a year, in turn in each capital.")])
        let preview = try preview(roadmap, meetings.id, by: .korea)
        #expect(preview.changes.count == 1)
        #expect(preview.changes[0].fate == .amended)
        #expect(preview.changes[0].words.map(\.language.string) == ["en", "ko"])
        let terminal = preview.terminal(colour: false, columns: 80)
        #expect(terminal.contains("The parties meet [-twice-]{+four times+} a year"))
    }

    @Test func `says that the last seal completes it, and that an earlier one waits`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        let first = try preview(roadmap, hotline.id, by: .korea)
        #expect(first.willDo.contains("leave it waiting for CHN and PRK"))
        roadmap.seal(hotline.id, by: .korea)
        roadmap.seal(hotline.id, by: .china)
        let last = try preview(roadmap, hotline.id, by: .dprk)
        #expect(last.willDo == ["complete it: it is in force from that moment on"])
        #expect(last.objections.isEmpty && last.warnings.isEmpty)
    }

    @Test func `says what comes into force together`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        let guarantee = roadmap.amend(["en": "Guarantee", "ko": "보장"], changes: [SmallRoadmap.guarantee])
        for signatory in [Signatory.china, .korea] {
            roadmap.seal(hotline.id, by: signatory)
            roadmap.seal(guarantee.id, by: signatory)
        }
        roadmap.seal(hotline.id, by: .dprk, provided: [guarantee.id])
        let preview = try preview(roadmap, guarantee.id, by: .dprk, provided: [hotline.id])
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        #expect(preview.willDo.contains("bring into force with it \(book.name(hotline.id))"))
        #expect(preview.willDo.contains("count only while \(book.name(hotline.id)) stands"))
    }

    @Test func `names the rivals that will be refused, and every change of the constitution`() throws {
        var roadmap = SmallRoadmap()
        let four = roadmap.amend(["en": "Four meetings"], changes: [SmallRoadmap.meetings("Four meetings a year.")])
        let none = roadmap.amend(["en": "No meetings"], changes: [SmallRoadmap.meetings("No meetings.")])
        roadmap.seal(none.id, by: .dprk)
        let preview = try preview(roadmap, four.id, by: .korea)
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        #expect(
            preview.willRefuse.prefix(2) == [
                "other wordings of article-2, unless built on this one",
                "whatever relies on the words that article-2 had before",
            ])
        #expect(preview.willRefuse.contains("\(book.name(none.id)), which is on the table; sealed by PRK"))

        let accession = roadmap.amend(
            ["en": "Accession"],
            changes: [
                Instrument.Change(
                    Identifier("roster/partner")!,
                    Content(.roster(Roster(holders: [Signatory.china.id, Signatory.korea.id]))))
            ])
        let constitutional = try self.preview(roadmap, accession.id, by: .dprk)
        #expect(
            constitutional.willRefuse.prefix(2) == [
                "every other change of rosters, rules and party records, unless built on this one",
                "whatever is decided under roster/partner as it was before",
            ])
        #expect(constitutional.willRefuse.contains { $0.contains("“No meetings”") })
        #expect(constitutional.changes[0].facts == ["added: KOR", "then: CHN and KOR"])
        #expect(constitutional.needs.contains("new on a roster: KOR accepts"))
    }

    @Test func `warns of a language that is missing, and objects as the party's own software would`() throws {
        var roadmap = SmallRoadmap()
        let four = roadmap.amend(["en": "Four meetings"], changes: [SmallRoadmap.meetings("Four meetings a year.")])
        let none = roadmap.amend(["en": "No meetings"], changes: [SmallRoadmap.meetings("No meetings.")])
        roadmap.seal(none.id, by: .korea)
        let preview = try preview(roadmap, four.id, by: .korea)
        #expect(preview.warnings == ["its title is not there in ko"])
        #expect(preview.objections.count == 1)
        #expect(preview.objections[0].hasPrefix("this party committed before to its rival “No meetings”"))
    }

    @Test func `warns of words that change in one language and not in the other`() throws {
        var roadmap = SmallRoadmap()
        let content = try #require(roadmap.evaluation.provisionInForce(Identifier("article-1")!)?.content)
        let amendment = roadmap.amend(
            ["en": "Force", "ko": "무력"],
            changes: [
                SmallRoadmap.provision(
                    "article-1", class: "hard-security", in: "part-1", number: "1",
                    text: [
                        "en": "No party shall first use force.",
                        "ko": try #require(content.text?.byLanguage[Identifier("ko")!]?.string),
                    ], order: 1)
            ])
        let preview = try preview(roadmap, amendment.id, by: .dprk)
        #expect(preview.warnings == ["the text of article-1 changes in en and stays as it was in ko"])
    }

    @Test func `warns of what falls with it unnamed, before anybody has sealed it`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        let guarantee = roadmap.amend(["en": "Guarantee", "ko": "보장"], changes: [SmallRoadmap.guarantee])
        for signatory in Signatory.all {
            roadmap.seal(hotline.id, by: signatory)
            roadmap.seal(guarantee.id, by: signatory, provided: [hotline.id])
        }
        let instead = roadmap.amend(
            ["en": "Instead", "ko": "대신"], replaces: [hotline.id], changes: [SmallRoadmap.meetings("They call.")])
        let book = Phrasebook(roadmap.ledger, roadmap.evaluation)
        let preview = try preview(roadmap, instead.id, by: .korea)
        #expect(
            preview.warnings == [
                "once it is in force \(book.name(guarantee.id)) falls too, which it does not name: it was given in "
                    + "return for \(book.name(hotline.id))"
            ])
        #expect(preview.willDo.contains { $0.hasPrefix("put an end to \(book.name(hotline.id))") })
    }

    @Test func `of a rejection says that it binds to nothing and takes nothing away`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        let preview = try preview(roadmap, hotline.id, .reject, by: .dprk)
        #expect(preview.willDo == ["put PRK's no on record, as signed and for everybody to see"])
        #expect(preview.willRefuse.isEmpty)
    }

    @Test func `gives a fingerprint of eight groups of four digits`() throws {
        let roadmap = SmallRoadmap()
        let preview = try preview(roadmap, roadmap.id, by: .korea)
        #expect(preview.fingerprint.split(separator: " ").map(\.count) == Array(repeating: 4, count: 8))
        #expect(roadmap.id.hex.hasPrefix(preview.fingerprint.filter { $0 != " " }))
    }
}
