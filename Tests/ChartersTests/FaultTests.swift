import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity
import Testing

@testable import Charters

/// A charter with one fault: what was exchanged for what, and where the fault must be seen.
struct Spoilt: CustomTestStringConvertible, Sendable {
    let code: CharterFault.Code
    let old: String
    let new: String
    let line: Int

    init(_ code: CharterFault.Code, _ old: String, _ new: String, line: Int) {
        self.code = code
        self.old = old
        self.new = new
        self.line = line
    }

    var testDescription: String { "\(code.rawValue): \(new.prefix(60))" }

    static let charters: [Spoilt] = [
        // Of the file.
        Spoilt(.notYAML, "title: { en", "title: { en: [", line: 3),
        Spoilt(.notYAML, "languages: [en, fr]", "\tlanguages: [en, fr]", line: 4),
        Spoilt(.severalDocuments, "# Three", "{ a: b }\n---\n# Three", line: 4),
        Spoilt(.aliasOrAnchor, "en: Passage,", "en: &p Passage,", line: 29),
        Spoilt(.aliasOrAnchor, "en: Passage, fr: Passage", "en: Passage, fr: *p", line: 29),
        Spoilt(.explicitTag, "proposer: NO", "proposer: !!int NO", line: 5),
        Spoilt(.explicitTag, "en: Passage,", "en: !ship Passage,", line: 29),
        Spoilt(.duplicateKey, "proposer: NO", "proposer: NO\nproposer: SWE", line: 5),
        Spoilt(
            .duplicateKey, "kind: paragraph\n        class: duty", "kind: a\n        kind: b\n        class: duty",
            line: 35),
        Spoilt(.notThisFormat, "syngraph: charter/1", "syngraph: charter/2", line: 2),
        Spoilt(.notThisFormat, "syngraph: charter/1", "syngraph: amendment/1", line: 2),
        Spoilt(.notThisFormat, "syngraph: charter/1\n", "", line: 2),
        // Of the shape.
        Spoilt(.wrongShape, "languages: [en, fr]", "languages: en", line: 4),
        Spoilt(.wrongShape, "proposer: NO", "proposer: [NO]", line: 5),
        Spoilt(.wrongShape, "dormant: true", "dormant: yes", line: 12),
        Spoilt(.wrongShape, "dormant: true", "dormant: \"true\"", line: 12),
        Spoilt(.wrongShape, "counting: [accept, abstain]", "counting: [abstain]", line: 18),
        Spoilt(.wrongShape, "need: majority, of: [", "need: most, of: [", line: 18),
        Spoilt(.wrongShape, "party: DNK }", "party: DNK, named: x }", line: 19),
        Spoilt(.wrongShape, "{ party: DNK }", "{ party: DNK, of: coast }", line: 19),
        Spoilt(.wrongShape, "{ atLeast: 1 }", "{ atLeast: 1, fraction: [1, 2] }", line: 17),
        Spoilt(.wrongShape, "lamps: 12", "lamps: ~", line: 38),
        Spoilt(.wrongShape, "obligors: [NO]", "obligors: NO", line: 38),
        Spoilt(.unknownKey, "note: {", "notes: {", line: 6),
        Spoilt(
            .unknownKey, "{ need: all, of: coast }\n      - ", "{ need: all, off: coast, of: coast }\n      - ",
            line: 16),
        Spoilt(.unknownKey, "heading: {", "headings: {", line: 29),
        Spoilt(.missingKey, "proposer: NO\n", "", line: 2),
        Spoilt(.missingKey, "    kind: article\n    class: dues\n", "    class: dues\n", line: 39),
        Spoilt(.missingKey, "{ need: { atLeast: 1 }, of: pilot }", "{ need: { atLeast: 1 } }", line: 17),
        Spoilt(.missingKey, "{ need: { atLeast: 1 }, of: pilot }", "{ of: pilot }", line: 17),
        Spoilt(.missingKey, "holders: [SWE], ", "", line: 12),
        Spoilt(.emptyList, "languages: [en, fr]", "languages: []", line: 4),
        Spoilt(.emptyList, "of: [coast, pilot]", "of: []", line: 18),
        Spoilt(
            .emptyList, "[{ party: DNK }, { need: { fraction: [2, 3] }, of: coast }]", "[]", line: 19),
        Spoilt(.repeatedItem, "of: [coast, pilot]", "of: [coast, coast]", line: 18),
        Spoilt(.repeatedItem, "coast: [DNK, NO, SWE]", "coast: [DNK, NO, SWE, NO]", line: 9),
        Spoilt(.badIdentifier, "id: dues", "id: dues and more", line: 39),
        Spoilt(.badIdentifier, "  pilot: [DNK]", "  pilöt: [DNK]\n  pilot: [DNK]", line: 10),
        Spoilt(.badIdentifier, "id: dues", "id: \(String(repeating: "d", count: 129))", line: 39),
        Spoilt(.badNumber, "{ atLeast: 1 }", "{ atLeast: 0 }", line: 17),
        Spoilt(.badNumber, "{ atLeast: 1 }", "{ atLeast: one }", line: 17),
        Spoilt(.badNumber, "{ atLeast: 1 }", "{ atLeast: 4294967297 }", line: 17),
        Spoilt(.badNumber, "fraction: [2, 3]", "fraction: [3, 2]", line: 19),
        Spoilt(.badNumber, "fraction: [2, 3]", "fraction: [0, 2]", line: 19),
        Spoilt(.badNumber, "fraction: [2, 3]", "fraction: [1, 2, 3]", line: 19),
        Spoilt(.badNumber, "lamps: 12", "lamps: 12.5", line: 38),
        Spoilt(.badDate, "lamps: 12", "appliesFrom: 2030-02-29", line: 38),
        Spoilt(.badDate, "lamps: 12", "appliesUntil: 2030", line: 38),
        Spoilt(.badNumber, "lamps: 12", "lamps: 9223372036854775808", line: 38),
        Spoilt(.tooMany, "of: [coast, pilot]", "of: [\((0...256).map { "s\($0)" }.joined(separator: ", "))]", line: 18),
        Spoilt(.tooDeep, "{ party: DNK }", nest("{ party: DNK }", in: "{ all: [", "] }", 8), line: 19),
        Spoilt(.tooDeep, "lamps: 12", "lamps: " + nest("12", in: "[", "]", 40), line: 38),
        Spoilt(.tooDeep, "lamps: 12", "lamps: " + nest("12", in: "[", "]", 300), line: 38),
        // Of the words.
        Spoilt(.missingLanguage, "heading: { en: Passage, fr: Passage }", "heading: { en: Passage }", line: 29),
        Spoilt(.missingLanguage, "languages: [en, fr]", "languages: [en, fr, da]", line: 3),
        Spoilt(.extraLanguage, "fr: Passage }", "fr: Passage, da: Passage }", line: 29),
        Spoilt(.emptyText, "fr: Passage }", "fr: \"  \" }", line: 29),
        Spoilt(.emptyText, "fr: Passage }", "fr: }", line: 29),
        Spoilt(.emptyText, "number: \"1\"", "number:", line: 28),
        Spoilt(.forbiddenCharacter, "Every ship", "Every\u{202e} ship", line: 34),
        Spoilt(.forbiddenCharacter, "Every ship", "Every\u{200b} ship", line: 34),
        Spoilt(.forbiddenCharacter, "Every ship", "Every\u{0007} ship", line: 34),
        Spoilt(.forbiddenCharacter, "Every ship", "Every\u{0378} ship", line: 34),
        Spoilt(.forbiddenCharacter, "Every ship", "Every\u{e000} ship", line: 34),
        Spoilt(.forbiddenCharacter, "Every ship", "Every\u{fffd} ship", line: 34),
        Spoilt(.forbiddenCharacter, "Every ship may pass.", "\"Every\\u202E ship\"", line: 34),
        Spoilt(.forbiddenCharacter, "Every ship may pass.", "\"Every\\uE000 ship\"", line: 34),
        Spoilt(.forbiddenCharacter, "Every ship may pass.", "\"Every\\tship\"", line: 34),
        Spoilt(.forbiddenCharacter, "# Three", "# \u{2066}Three", line: 1),
        Spoilt(.forbiddenCharacter, "since: \"1905\"", "since: \"19\\u200d05\"", line: 38),
        Spoilt(.notNFC, "La Norvège", "La Norve\u{300}ge", line: 37),
        Spoilt(.notNFC, "since: \"1905\"", "since: \"e\u{301}t\u{e9}\"", line: 38),
        // Of parties, standings and rules.
        Spoilt(.duplicateParty, "parties: [DNK, NO, SWE]", "parties: [DNK, NO, SWE, DNK]", line: 7),
        Spoilt(.unknownParty, "proposer: NO", "proposer: FIN", line: 5),
        Spoilt(.unknownParty, "pilot: [DNK]", "pilot: [DNK, FIN]", line: 10),
        Spoilt(.unknownParty, "{ party: DNK }", "{ party: FIN }", line: 19),
        Spoilt(.unknownParty, "obligors: [NO]", "obligors: [NO, FIN]", line: 38),
        Spoilt(.missingCard, "parties: [DNK, NO, SWE]", "parties: [DNK, NO, SWE, nobody]", line: 7),
        Spoilt(.badCard, "parties: [DNK, NO, SWE]", "parties: [DNK, NO, SWE, torn]", line: 7),
        Spoilt(.cardOfAnother, "parties: [DNK, NO, SWE]", "parties: [DNK, NO, SWE, swapped]", line: 7),
        Spoilt(.keyUsedTwice, "parties: [DNK, NO, SWE]", "parties: [DNK, NO, SWE, copycat]", line: 7),
        Spoilt(.unknownStanding, "of: pilot }", "of: pilots }", line: 17),
        Spoilt(.unknownStanding, "of: [coast, pilot]", "of: [coast, shore]", line: 18),
        Spoilt(.missingRule, "  party: { need: all, of: coast }\n", "", line: 13),
        Spoilt(.missingRule, "class: dues\n    number", "class: tolls\n    number", line: 41),
        Spoilt(.impossibleRule, "{ atLeast: 1 }", "{ atLeast: 2 }", line: 17),
        Spoilt(.impossibleRule, "of: pilot }", "of: observer }", line: 17),
        Spoilt(.impossibleRule, "of: pilot }", "of: archive }", line: 17),
        Spoilt(
            .impossibleRule, "{ all: [{ named: obligors }, { need: majority, of: coast }] }", "{ named: obligors }",
            line: 20),
        Spoilt(
            .impossibleRule, "{ party: DNK }, { need: { fraction: [2, 3] }",
            "{ need: all, of: observer }, { need: { atLeast: 4 }", line: 19),
        // Of provisions.
        Spoilt(.reservedPrefix, "id: dues", "id: rule/dues", line: 39),
        Spoilt(.reservedPrefix, "id: dues", "id: closing/", line: 39),
        Spoilt(.duplicateProvision, "id: dues", "id: passage/right", line: 39),
    ]

    static func nest(_ inner: String, in open: String, _ close: String, _ count: Int) -> String {
        String(repeating: open, count: count) + inner + String(repeating: close, count: count)
    }

    static func card(_ party: Identifier) throws -> PartyCard? {
        switch party.string {
        case "nobody": return nil
        case "torn": return try PartyCard(encoded: [0x82, 0x61])
        case "swapped": return Strait.card(Identifier("FIN")!)
        case "copycat": return Strait.card(party, sealKey: Strait.key("SWE node"))
        default: return Strait.card(party)
        }
    }
}

@Suite("A charter's fault")
struct FaultTests {
    @Test(arguments: Spoilt.charters)
    func `is seen by its code, in its line, with a sentence`(spoilt: Spoilt) {
        let faults = Strait.faults(in: Strait.edited(spoilt.old, spoilt.new), cards: Spoilt.card)
        #expect(
            faults.contains { $0.code == spoilt.code && $0.line == spoilt.line },
            "\(spoilt.code.rawValue) in line \(spoilt.line), not \(faults.map { "\($0.code.rawValue): \($0)" })")
        for fault in faults {
            #expect(fault.message.hasSuffix(".") || fault.message.hasSuffix("?"))
            #expect(fault.column > 0)
        }
    }

    @Test func `of one place does not bring others with it`() {
        for spoilt in Spoilt.charters where ![.severalDocuments, .tooDeep].contains(spoilt.code) {
            let faults = Strait.faults(in: Strait.edited(spoilt.old, spoilt.new), cards: Spoilt.card)
            let others = faults.filter { $0.code != spoilt.code }
            #expect(others.count <= 1, "\(spoilt.testDescription) brings \(others)")
        }
    }

    @Test func `is known for every code, in a charter or an amendment`() {
        var known = Set(Spoilt.charters.map(\.code))
        known.formUnion(SpoiltAmendment.all.map(\.code))
        // Each of these has a test of its own.
        known.formUnion([
            .tooLarge, .tooManyFaults, .nothingInForce, .noRoom, .ambiguousInstrument, .refusedRecord,
            .misprintNotThere,
        ])
        #expect(Set(CharterFault.Code.allCases).subtracting(known).map(\.rawValue).sorted() == [])
    }

    @Test func `of size is the only one of a file that is too large`() {
        let room = CharterLimits.fileByteCount - Strait.charter.utf8.count
        let comment = "# " + String(repeating: "x", count: room - 3) + "\n"
        #expect(Strait.faults(in: comment + Strait.charter).isEmpty)
        #expect(Strait.faults(in: "#" + comment + Strait.charter).map(\.code) == [.tooLarge])
    }

    @Test func `is named no more than a thousand times`() {
        let list = (0..<1_200).map { "x\($0)" }.joined(separator: ", ")
        let faults = Strait.faults("pilot: [DNK]", "pilot: [DNK, \(list)]")
        #expect(faults.count == CharterLimits.faults + 1)
        #expect(faults.contains { $0.code == .tooManyFaults })
    }

    @Test func `of the whole is seen where each part is lawful`() {
        // More provisions than an instrument may write, each of them without fault.
        let many = (0...AgreementLimits.provisionsPerInstrument).map { _ in "  - { kind: a, class: dues }\n" }
        let faults = Strait.faults(in: Strait.charter + many.joined())
        #expect(faults.map(\.code) == [.refusedRecord])
    }

    @Test func `of nesting is none at the limit, and one beyond it`() {
        #expect(Strait.faults(in: Self.nested(AgreementLimits.provisionDepth + 1)).isEmpty)
        #expect(Strait.faults(in: Self.nested(AgreementLimits.provisionDepth + 2)).map(\.code) == [.tooDeep])
    }

    @Test func `of a bomb of aliases is seen at once`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let names = repeatElement("*a\(level - 1)", count: 9).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(names)]\n"
        }
        bomb += "? *a30\n: x\n"
        let faults = Strait.faults(in: Strait.edited("proposer: NO\n", "proposer: NO\n" + bomb))
        #expect(faults.contains { $0.code == .aliasOrAnchor && $0.line == 6 })
    }

    @Test func `of a key written three times is seen twice, and the rest of the file is read on`() {
        let faults = Strait.faults("proposer: NO\n", "proposer: FIN\nproposer: NO\n\"proposer\": FIN\n")
        #expect(faults.filter { $0.code == .duplicateKey }.map(\.line) == [5, 6])
        #expect(faults.contains { $0.code == .unknownParty && $0.line == 7 })
    }

    @Test(arguments: [900, 20_000], ["[", "{ a: ", "- ", "? ", "- - ? [ "])
    func `of nesting that no parser should follow is seen`(count: Int, opening: String) {
        let faults = Strait.faults(in: "syngraph: charter/1\ntitle:\n  " + String(repeating: opening, count: count))
        #expect(!faults.isEmpty)
    }

    @Test func `of nesting that a parser can follow is seen where it becomes too deep`() {
        let list = Spoilt.nest("x", in: "[", "]", 400)
        let faults = Strait.faults("note: { en: A first version., fr: Une première version. }", "note: \(list)")
        #expect(faults.map(\.code).contains(.tooDeep))
        #expect(faults.allSatisfy { $0.line == 6 })
    }

    @Test func `of two keys that differ by a tag is that they are one key`() {
        let faults = Strait.faults("lamps: 12,", "lamps: 12, !x lamps: 13, more-lamps: { a: 1, !x a: 2 },")
        #expect(faults.filter { $0.code == .duplicateKey }.count == 2)
    }

    @Test func `quotes what was written without obeying it`() {
        let faults = Strait.faults("proposer: NO", "proposer: \"\\e[31m\(String(repeating: "N", count: 500))\"")
        #expect(faults.count == 1)
        #expect(faults[0].message.unicodeScalars.allSatisfy { ForbiddenCharacter($0) == nil })
        #expect(faults[0].message.utf8.count < 400)
    }

    /// The charter with a chain of provisions, each within the one before.
    private static func nested(_ count: Int) -> String {
        var chain = ""
        for level in 0..<count {
            let indent = String(repeating: "  ", count: 2 * level + 1)
            chain += "\(indent)- kind: part\n\(indent)  class: dues\n"
            if level + 1 < count { chain += "\(indent)  provisions:\n" }
        }
        return Strait.charter + chain
    }
}
