import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import Testing
import Verification
import Wording

@Suite("The phrasebook")
struct PhrasebookTests {
    private func book(_ roadmap: SmallRoadmap) -> Phrasebook { Phrasebook(roadmap.ledger, roadmap.evaluation) }

    @Test func `says who consented, and whose move it is`() {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        #expect(
            book(roadmap).state(of: hotline.id)?.sentence
                == "nobody has consented yet; it would complete with the acceptance of CHN, KOR and PRK")
        roadmap.seal(hotline.id, by: .korea)
        let state = book(roadmap).state(of: hotline.id)
        #expect(state?.sentence == "KOR accepted; it would complete with the acceptance of CHN and PRK")
        #expect(state?.next?.parties.map(\.string) == ["CHN", "PRK"])
        roadmap.seal(hotline.id, by: .china)
        roadmap.seal(hotline.id, by: .dprk)
        #expect(book(roadmap).state(of: hotline.id)?.sentence == "it is in force; CHN, KOR and PRK accepted")
        #expect(book(roadmap).state(of: hotline.id)?.next == nil)
    }

    @Test func `tells of a rejection that does not stop an instrument`() {
        var roadmap = SmallRoadmap()
        let fewer = roadmap.amend(["en": "Fewer"], changes: [SmallRoadmap.meetings("The parties meet once.")])
        roadmap.seal(fewer.id, .reject, by: .korea)
        #expect(
            book(roadmap).state(of: fewer.id)?.sentence
                == "KOR rejected; it would complete with the acceptance of CHN and PRK")
    }

    @Test func `says what was given in return for what`() {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        let guarantee = roadmap.amend(["en": "Guarantee", "ko": "보장"], changes: [SmallRoadmap.guarantee])
        for signatory in [Signatory.china, .korea] { roadmap.seal(hotline.id, by: signatory) }
        roadmap.seal(hotline.id, by: .dprk, provided: [guarantee.id])
        let state = book(roadmap).state(of: hotline.id)
        #expect(state?.state == .conditional)
        #expect(state?.sentence.hasPrefix("it has its consent, and waits for") == true)
        #expect(state?.next?.parties.map(\.string) == ["CHN", "KOR", "PRK"])
        #expect(
            book(roadmap).verdicts(on: hotline.id)
                == "CHN and KOR accepted; PRK accepted, provided \(book(roadmap).name(guarantee.id))")
    }

    @Test func `names a liar and the instruments`() {
        var roadmap = SmallRoadmap()
        let one = roadmap.amend(["en": "Three meetings"], changes: [SmallRoadmap.meetings("Three times a year.")])
        let other = roadmap.amend(["en": "No meetings"], changes: [SmallRoadmap.meetings("Never.")])
        roadmap.seal(one.id, by: .dprk)
        roadmap.seal(other.id, by: .dprk)
        let found = roadmap.evaluation.contradictions()
        #expect(found.count == 1)
        let sentence = book(roadmap).sentence(for: found[0])
        #expect(sentence.hasPrefix("PRK committed to “"))
        #expect(sentence.hasSuffix("of which neither may follow the other"))
        #expect(sentence.contains("“Three meetings”") && sentence.contains("“No meetings”"))
    }

    @Test func `lets no title command the terminal or close its quotation marks`() {
        let hostile = "Peace”\u{1B}[2J \u{202E}\nin force"
        let roadmap = SmallRoadmap(title: hostile)
        let name = book(roadmap).name(roadmap.id)
        #expect(name.hasPrefix("“Peace\"\\u{1B}[2J \\u{202E}\\u{A}in force” ("))
        #expect(!name.unicodeScalars.contains("\u{1B}"))
    }

    @Test func `has a sentence for every way in which an instrument is ill-formed`() {
        let id = Digest(of: [])
        let name = Identifier("article-1")!
        let reasons: [IllFormedness] = [
            .closingMalformed(name), .closesFounding(id), .closingNotOffered(id, lacking: name),
            .closingNotBuiltOnSubject(id), .namesIllFormed(id), .foundingNotBeneath, .foundingLacksRule(name),
            .foundingLacksRecord(party: name), .writesOutsideBase(name), .notNewestVersion(name),
            .groundInConflict(id, id), .groundReplaced(id, by: id), .repealsReserved(name), .decidedOutsideBase(name),
            .parentNotThere(of: name), .parentNotReliedOn(of: name, parent: name), .parentsInCycle(name),
            .movesUnseen(name, contained: name), .repealsNothing(name), .foundingNamesNobody,
            .leavesChildBehind(name, child: name), .keyServesTwice(KeyID(id)),
        ]
        let book = book(SmallRoadmap())
        for sentence in reasons.map(book.sentence(for:)) {
            #expect(!sentence.hasSuffix(".") && sentence.first?.isUppercase == false, "\(sentence)")
        }
    }
}

@Suite("A report in words")
struct ReportWordsTests {
    @Test func `says for whom and up to when it holds`() throws {
        var roadmap = SmallRoadmap()
        roadmap.confirm(by: .china)
        roadmap.confirm(by: .korea)
        let report = try VerificationReport(verifying: roadmap.bundle, expecting: nil)
        #expect(report.subject == "some roadmap that calls itself “Roadmap for a small peninsula”")
        #expect(report.sentence == "valid")
        #expect(
            report.findings?.forceSentence
                == "Nothing in this file replaces it. CHN and KOR (of 3 parties) signed that this was their newest "
                + "state, at 2026-03-01T09:30:00Z by their own clocks. What they signed since, and what PRK knows, is not in "
                + "this file.")
        let told = try VerificationReport(verifying: roadmap.bundle, expecting: roadmap.id)
        #expect(told.subject == "the roadmap “Roadmap for a small peninsula”")
    }

    @Test func `names the record at which an invalid file goes wrong`() throws {
        var bytes = SmallRoadmap().bundle
        bytes[bytes.count / 2] ^= 1
        let report = try VerificationReport(verifying: bytes, expecting: nil)
        #expect(report.verdict == .invalid)
        #expect(report.sentence.hasPrefix("invalid: "))
        #expect(report.sentence.contains("at byte "))
    }

    @Test func `says what is not there`() throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        let guarantee = roadmap.draft(["en": "Guarantee"], changes: [SmallRoadmap.guarantee])
        roadmap.seal(hotline.id, by: .dprk, provided: [guarantee.id])
        let report = try VerificationReport(verifying: roadmap.bundle, expecting: nil)
        #expect(report.sentence == "valid, but incomplete: 1 record that it names is not in it")
    }
}
