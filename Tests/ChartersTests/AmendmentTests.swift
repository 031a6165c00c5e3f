import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity
import Testing

@testable import Charters

@Suite("An amendment")
struct AmendmentTests {
    @Test func `without fault is frozen, and in force once its parties have accepted`() throws {
        var strait = try StraitInForce()
        let instrument = try strait.freeze(Strait.amendment)
        try strait.accept(instrument)
        #expect(strait.evaluation.inForce == [strait.founding.id, instrument.id].sorted())
        #expect(instrument.note?.text(in: Identifier("en")!) == "As agreed in June.")
        #expect(instrument.base.keys.contains(Identifier("passage/right")!))
    }

    @Test func `changes the fields that it gives, empties those it gives as nothing, and keeps the others`() throws {
        let strait = try StraitInForce()
        let instrument = try strait.freeze(Strait.amendment)
        let before = try #require(strait.evaluation.provisionInForce(Identifier("dues")!)?.content)
        let after = try #require(instrument.change(to: Identifier("dues")!)?.content)
        #expect(after.text?.text(in: Identifier("en")!) == "Dues are taken from 2030.")
        #expect(before.number == "2")
        #expect(after.number == nil)
        #expect((after.kind, after.provisionClass) == (before.kind, before.provisionClass))
        #expect((after.parent, after.order) == (before.parent, before.order))
    }

    @Test func `adds provisions where it says, and last where it says nothing`() throws {
        var strait = try StraitInForce()
        try strait.accept(strait.freeze(Strait.amendment))
        #expect(strait.order(under: "passage").prefix(2) == ["passage/right", "passage/pilots"])
        let digest = Digest(of: Strait.salt + [0, 0, 0, 1])  // the second addition, counted from 0
        #expect(strait.order(under: nil) == ["passage", "p/\(digest.hex.prefix(16))", "dues"])
        try strait.accept(strait.freeze(StraitInForce.amendment("- { add: last, kind: article, class: duty }")))
        #expect(strait.order(under: nil).last == "last")
    }

    @Test func `adds a provision under one that it adds itself`() throws {
        var strait = try StraitInForce()
        try strait.accept(
            strait.freeze(
                StraitInForce.amendment(
                    """
                    - { add: part, kind: part, class: duty }
                    - { add: part/two, under: part, kind: article, class: duty }
                    - { add: part/one, under: part, before: part/two, kind: article, class: duty }
                    """)))
        #expect(strait.order(under: "part") == ["part/one", "part/two"])
    }

    @Test func `moves a provision among its siblings, or elsewhere`() throws {
        var strait = try StraitInForce()
        try strait.accept(strait.freeze(StraitInForce.amendment("- { move: dues, before: passage }")))
        #expect(strait.order(under: nil) == ["dues", "passage"])
        let inside = StraitInForce.amendment("- { move: dues, under: passage, before: passage/right }")
        try strait.accept(strait.freeze(inside))
        #expect(strait.order(under: nil) == ["passage"])
        #expect(strait.order(under: "passage").first == "dues")
        try strait.accept(strait.freeze(StraitInForce.amendment("- { move: dues, under: ~ }")))
        #expect(strait.order(under: nil) == ["passage", "dues"])
    }

    @Test func `may amend and move one provision`() throws {
        var strait = try StraitInForce()
        let changes = "- { move: dues, before: passage }\n- { amend: dues, number: 0 }"
        let instrument = try strait.freeze(StraitInForce.amendment(changes))
        #expect(instrument.changes.count == 1)
        try strait.accept(instrument)
        #expect(strait.order(under: nil) == ["dues", "passage"])
        #expect(strait.evaluation.provisionInForce(Identifier("dues")!)?.content.number == "0")
    }

    @Test func `repeals a provision, with what it contains where it says so`() throws {
        var strait = try StraitInForce()
        try strait.accept(strait.freeze(StraitInForce.amendment("- { repeal: passage, with-contents: true }")))
        #expect(strait.order(under: nil) == ["dues"])
        #expect(strait.order(under: "passage") == [])
    }

    @Test func `spares what it moves out of a provision that it repeals`() throws {
        var strait = try StraitInForce()
        let changes = "- { repeal: passage, with-contents: true }\n- { move: passage/right, under: ~ }"
        try strait.accept(strait.freeze(StraitInForce.amendment(changes)))
        #expect(strait.order(under: nil) == ["dues", "passage/right"])
    }

    @Test func `wakes a dormant roster by writing it without the mark`() throws {
        var strait = try StraitInForce()
        try strait.accept(strait.freeze(StraitInForce.amendment("- { roster: archive, holders: [NO] }")))
        let content = strait.evaluation.provisionInForce(Identifier("roster/archive")!)?.content
        #expect(content?.reserved == .roster(Roster(holders: [Identifier("NO")!])))
    }

    @Test func `on the version that it says it saw is read`() throws {
        let strait = try StraitInForce()
        let was = strait.founding.id.hex.prefix(12)
        #expect(strait.faults(ofChanges: "- { repeal: dues, was: '\(was)' }").isEmpty)
    }

    @Test func `names what it replaces by the first digits of its id`() throws {
        var strait = try StraitInForce()
        let first = try strait.freeze(StraitInForce.amendment("- { amend: dues, number: 3 }"))
        try strait.accept(first)
        let more = "replaces: ['\(first.id.hex.prefix(8))']\n"
        let second = StraitInForce.amendment("- { amend: passage, number: 3 }", more: more)
        #expect(try strait.read(second).get().amendment(salt: Strait.salt).replaces == [first.id])
    }

    @Test func `voids what is disputed, by the first digits of its id, and need change nothing besides`() throws {
        var strait = try StraitInForce()
        let hung = try strait.freeze(StraitInForce.amendment("- { amend: dues, number: 3 }"))
        let stolen = try strait.dispute(hung, of: "SWE")
        let voids = "syngraph: amendment/1\ntitle: { en: Theft, fr: Vol }\nvoids: ['\(stolen.hex.prefix(8))']\n"
        let amendment = try strait.read(voids).get().amendment(salt: Strait.salt)
        #expect(amendment.voids == [stolen] && amendment.changes.isEmpty)
        let frozen = try strait.freeze(voids)
        #expect(frozen.voids == [stolen] && frozen.base.keys.contains(Identifier("rule/roster")!))
        let twice = voids.replacingOccurrences(of: "']", with: "', '\(stolen.hex)']")
        #expect(strait.read(twice).faults.map(\.code) == [.repeatedItem])
    }

    @Test func `names an instrument by digits that fit no other, and is told where they fit two`() {
        let ids = ["aaaaaaaa0", "aaaaaaaa1", "bbbbbbbb0"].map {
            Digest(hex: $0 + String(repeating: "0", count: 64 - $0.utf8.count))!
        }
        func find(_ digits: String) -> (InstrumentID?, [CharterFault.Code]) {
            var findings = Findings()
            let node = YAMLNode(place: .start, content: .scalar(digits, isPlain: true))
            return (node.instrument("It", among: ids, &findings), findings.faults.map(\.code))
        }
        #expect(find("bbbbbbbb") == (ids[2], []))
        #expect(find("aaaaaaaa1") == (ids[1], []))
        #expect(find("aaaaaaaa") == (nil, [.ambiguousInstrument]))
        #expect(find("cccccccc") == (nil, [.unknownInstrument]))
        #expect(find("BBBBBBBB") == (nil, [.unknownInstrument]))
    }

    @Test func `is refused while nothing is in force`() throws {
        let founding = try Strait.read(Strait.charter).get().foundingInstrument(salt: Strait.salt)
        let evaluation = Evaluation(instruments: [founding.id: founding], seals: [], roadmap: founding.id)
        let read = AmendmentFile.read(
            Strait.amendment, on: evaluation, languages: founding.languages, cards: { _ in nil })
        #expect(read.faults.map(\.code) == [.nothingInForce])
    }

    @Test(arguments: SpoiltAmendment.all)
    func `with a fault is refused, with its code and its line`(spoilt: SpoiltAmendment) throws {
        let strait = try StraitInForce()
        let faults = strait.faults(ofChanges: spoilt.changes, more: spoilt.more)
        #expect(
            faults.contains { $0.code == spoilt.code && $0.line == spoilt.line },
            "\(spoilt.code.rawValue) in line \(spoilt.line), not \(faults.map { "\($0.code.rawValue): \($0)" })")
        #expect(faults.filter { $0.code != spoilt.code }.count <= 1, "\(faults)")
    }

    @Test func `is told where its additions have filled the room between two provisions`() throws {
        // Each halves the room that the last one left: eight take a byte.
        let changes = (0...AgreementLimits.orderByteCount * 8).map {
            "- { add: a\($0), before: \($0 == 0 ? "passage" : "a\($0 - 1)"), kind: a, class: dues }"
        }
        let strait = try StraitInForce()
        #expect(strait.faults(ofChanges: changes.prefix(2_000).joined(separator: "\n")).isEmpty)
        let faults = strait.faults(ofChanges: changes.joined(separator: "\n"))
        #expect(faults.first?.code == .noRoom)
        #expect(faults.allSatisfy { $0.code == .noRoom })
    }

    @Test func `suggests the ids that are near to one that nobody knows`() throws {
        let strait = try StraitInForce()
        let near = strait.faults(ofChanges: "- { repeal: pasage/rigth }")
        #expect(near.first?.message.hasSuffix("Did you mean `passage/right`?") == true)
        let part = strait.faults(ofChanges: "- { repeal: right }")
        #expect(part.first?.message.hasSuffix("Did you mean `passage/right`?") == true)
        let far = strait.faults(ofChanges: "- { repeal: weather }")
        #expect(far.first?.message.contains("Did you mean") == false)
    }
}

/// Changes with one fault, on the strait's charter; the first change stands in line 4.
struct SpoiltAmendment: CustomTestStringConvertible, Sendable {
    let code: CharterFault.Code
    let changes: String
    let more: String
    let line: Int

    init(_ code: CharterFault.Code, _ changes: String, more: String = "", line: Int = 4) {
        self.code = code
        self.changes = changes
        self.more = more
        self.line = line
    }

    var testDescription: String { "\(code.rawValue): \(changes.prefix(80)) \(more)" }

    static let all: [SpoiltAmendment] = [
        SpoiltAmendment(.notDisputed, "- { repeal: dues }", more: "voids: ['00000000']\n", line: 5),
        SpoiltAmendment(.unknownInstrument, "- { repeal: dues }", more: "voids: [theft]\n", line: 5),
        SpoiltAmendment(.emptyList, "- { repeal: dues }", more: "voids: []\n", line: 5),
        SpoiltAmendment(.wrongShape, "- dues"),
        SpoiltAmendment(.wrongShape, "- { amend: dues, repeal: passage, number: 1 }"),
        SpoiltAmendment(.wrongShape, "- { move: dues, before: passage, after: passage }"),
        SpoiltAmendment(.unknownKey, "- { repeal: dues, with-content: true }"),
        SpoiltAmendment(.unknownKey, "- { amend: dues, number: 1, under: passage }"),
        SpoiltAmendment(.missingKey, "- { strike: dues }"),
        SpoiltAmendment(.missingKey, "- {}"),
        SpoiltAmendment(.missingKey, "- { add: tolls, class: dues }"),
        SpoiltAmendment(.missingKey, "- { roster: pilot, dormant: true }"),
        SpoiltAmendment(.missingKey, "- { rule: dues }"),
        SpoiltAmendment(.missingKey, "- { party: ISL }"),
        SpoiltAmendment(.missingLanguage, "- { amend: dues, text: { en: Free. } }"),
        SpoiltAmendment(.extraLanguage, "- { amend: dues, text: { en: Free., fr: Libre., da: Fri. } }"),
        SpoiltAmendment(.missingCard, "- { party: ISL, card: lost }"),
        SpoiltAmendment(.cardOfAnother, "- { party: ISL, card: cards/FIN.card }"),
        SpoiltAmendment(.unknownParty, "- { roster: pilot, holders: [DNK, FIN] }"),
        SpoiltAmendment(.unknownParty, "- { add: ~, kind: article, class: duty, attributes: { obligors: [FIN] } }"),
        SpoiltAmendment(.unknownStanding, "- { rule: dues, is: { need: all, of: shore } }"),
        SpoiltAmendment(.missingRule, "- { amend: dues, class: tolls }"),
        SpoiltAmendment(
            .missingRule, "- { rule: tolls, is: { need: all, of: coast } }\n- { amend: dues, class: tolls }", line: 5),
        SpoiltAmendment(.impossibleRule, "- { rule: dues, is: { need: { atLeast: 2 }, of: pilot } }"),
        SpoiltAmendment(.impossibleRule, "- { roster: pilot, holders: [] }"),
        SpoiltAmendment(.impossibleRule, "- { roster: pilot, holders: [NO], dormant: true }"),
        SpoiltAmendment(.reservedPrefix, "- { repeal: rule/dues }"),
        SpoiltAmendment(.reservedPrefix, "- { add: roster/new, kind: article, class: dues }"),
        SpoiltAmendment(.duplicateProvision, "- { add: dues, kind: article, class: dues }"),
        SpoiltAmendment(.unknownProvision, "- { amend: tolls, number: 1 }"),
        SpoiltAmendment(.unknownProvision, "- { add: ~, under: tolls, kind: article, class: dues }"),
        SpoiltAmendment(.unknownProvision, "- { move: dues, before: tolls }"),
        SpoiltAmendment(.unknownProvision, "- { repeal: dues }", more: "relies-on: [tolls]\n", line: 5),
        SpoiltAmendment(.changesNothing, "- { amend: dues }"),
        SpoiltAmendment(.changesNothing, "- { move: dues }"),
        SpoiltAmendment(.contradictoryChanges, "- { amend: dues, number: 1 }\n- { repeal: dues }", line: 5),
        SpoiltAmendment(.contradictoryChanges, "- { amend: dues, number: 1 }\n- { amend: dues, number: 2 }", line: 5),
        SpoiltAmendment(
            .contradictoryChanges, "- { add: new, kind: a, class: dues }\n- { add: new, kind: b, class: dues }", line: 5
        ),
        SpoiltAmendment(
            .contradictoryChanges, "- { amend: passage/right, number: 1 }\n- { repeal: passage, with-contents: true }"),
        SpoiltAmendment(
            .contradictoryChanges, "- { roster: pilot, holders: [NO] }\n- { roster: pilot, holders: [DNK] }", line: 5),
        SpoiltAmendment(.leavesContents, "- { repeal: passage }"),
        SpoiltAmendment(.leavesContents, "- { repeal: dues }\n- { add: ~, under: dues, kind: a, class: dues }"),
        SpoiltAmendment(.notThere, "- { move: dues, before: passage/right }"),
        SpoiltAmendment(.notThere, "- { move: dues, before: dues }"),
        SpoiltAmendment(.withinItself, "- { move: passage, under: passage/right }"),
        SpoiltAmendment(.withinItself, "- { move: passage, under: passage }"),
        SpoiltAmendment(.baseMoved, "- { amend: dues, number: 1, was: '0123456789abcdef' }"),
        SpoiltAmendment(.unknownInstrument, "- { amend: dues, number: 1, was: latest }"),
        SpoiltAmendment(.unknownInstrument, "- { repeal: dues }", more: "replaces: ['01234567']\n", line: 5),
        SpoiltAmendment(.unknownInstrument, "- { repeal: dues }", more: "replaces: ['0123']\n", line: 5),
        SpoiltAmendment(.emptyList, "- { repeal: dues }", more: "relies-on: []\n", line: 5),
    ]
}

extension StraitInForce {
    /// The ids of what stands under a provision, or at the top level, in order.
    func order(under parent: String?) -> [String] {
        evaluation.textInForce
            .filter { !ReservedProvision.isReserved($0.id) && $0.content.parent?.string == parent }
            .sorted { $0.content.order.lexicographicallyPrecedes($1.content.order) }
            .map(\.id.string)
    }

    @Test func `corrects a misprint without a word changed, each in what those before have left`() throws {
        var strait = try StraitInForce(
            Strait.edited(
                "  roster: { need: all, of: coast }\n",
                "  roster: { need: all, of: coast }\n  correction: { need: majority, of: coast }\n"))
        let head = "syngraph: amendment/1\ntitle: { en: A change, fr: Une modification }\n"
        let file =
            head + """
                corrections:
                  - { in: dues, language: en, misprint: dues are, reads: due is }
                  - { in: dues, language: en, misprint: No due is, reads: Nothing is, id: dues/c2 }
                """
        let instrument = try strait.freeze(file)
        #expect(instrument.base[Identifier("dues")!] == .some(strait.founding.id))
        #expect(!instrument.writes(Identifier("dues")!) && instrument.writes(Identifier("dues/c2")!))
        let classes = instrument.changes.compactMap { $0.content?.provisionClass.string }
        #expect(classes == ["correction", "correction"])
        try strait.accept(instrument)
        let article = try #require(strait.evaluation.provisionInForce(Identifier("dues")!))
        let (text, corrections) = strait.evaluation.corrected(article)
        #expect(text?.byLanguage[Identifier("en")!] == "Nothing is taken.")
        #expect(corrections.map(\.fate) == [.applied, .applied])
    }

    @Test(arguments: [
        ("{ in: dues, language: en, misprint: tolls, reads: dues }", CharterFault.Code.misprintNotThere),
        ("{ in: dues, language: en, misprint: e, reads: a }", .misprintNotThere),
        ("{ in: passage, language: en, misprint: e, reads: a }", .misprintNotThere),
        ("{ in: dues, language: de, misprint: e, reads: a }", .extraLanguage),
        ("{ in: dues, language: en, misprint: dues, reads: dues }", .changesNothing),
        ("{ in: does, language: en, misprint: dues, reads: fees }", .unknownProvision),
        ("{ in: roster/coast, language: en, misprint: dues, reads: fees }", .reservedPrefix),
        ("{ in: passage/right, language: en, misprint: may, reads: can }", .contradictoryChanges),
        ("{ in: dues, language: en, misprint: dues }", .missingKey),
        ("{ in: dues, language: en, misprint: dues, reads: fees, id: passage }", .duplicateProvision),
    ])
    func `refuses a correction that corrects nothing`(correction: String, code: CharterFault.Code) throws {
        let strait = try StraitInForce(
            Strait.edited(
                "  roster: { need: all, of: coast }\n",
                "  roster: { need: all, of: coast }\n  correction: { need: majority, of: coast }\n"))
        let faults = strait.faults(
            ofChanges: "- { amend: passage/right, number: 3 }", more: "corrections:\n  - \(correction)\n")
        #expect(faults.map(\.code) == [code])
    }

    @Test func `has no corrections without a rule for them, and no dates that are none`() throws {
        let strait = try StraitInForce()
        let faults = strait.faults(
            ofChanges: "- { amend: dues, attributes: { appliesFrom: 2030-02-30, appliesUntil: 12 } }",
            more: "corrections:\n  - { in: passage/right, language: en, misprint: may, reads: can }\n")
        #expect(faults.map(\.code) == [.badDate, .badDate, .missingRule])
        #expect(
            strait.faults(
                ofChanges: "- { amend: dues, attributes: { appliesFrom: 2030-02-28, appliesUntil: milestone-2 } }"
            ).isEmpty)
    }

    @Test func `asks for answers by the end of a day`() throws {
        let strait = try StraitInForce()
        let change = "- { amend: dues, number: 3 }"
        let file = StraitInForce.amendment(change, more: "answer-by: 2026-03-01\n")
        #expect(try strait.freeze(file).answerBy == 1_772_409_599)
        #expect(try strait.freeze(StraitInForce.amendment(change)).answerBy == nil)
        for day in ["tomorrow", "2026-02-29", "1969-12-31"] {
            #expect(strait.faults(ofChanges: change, more: "answer-by: \(day)\n").map(\.code) == [.badDate])
        }
    }
}
