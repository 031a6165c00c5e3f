import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity
import Testing

@testable import Charters

@Suite("A charter")
struct CharterTests {
    @Test func `without fault gives a founding that is in force once its parties have accepted`() throws {
        let strait = try StraitInForce()
        #expect(strait.evaluation.inForce == [strait.founding.id])
        #expect(strait.founding.isFounding)
        #expect(strait.founding.proposer.string == "NO")
        #expect(strait.founding.languages.map(\.string) == ["en", "fr"])
    }

    @Test func `gives the same founding from the same salt, and another from another`() throws {
        let charter = try Strait.read(Strait.charter).get()
        let one = try charter.foundingInstrument(salt: Strait.salt)
        #expect(try charter.foundingInstrument(salt: Strait.salt) == one)
        #expect(try charter.foundingInstrument(salt: [UInt8](repeating: 8, count: 16)).id != one.id)
        #expect(throws: DecodingRefusal.self) { try charter.foundingInstrument(salt: [1, 2, 3]) }
    }

    @Test func `keeps the order in which siblings were written, and what contains what`() throws {
        let strait = try StraitInForce()
        #expect(strait.order(under: nil) == ["passage", "dues"])
        let inside = strait.order(under: "passage")
        #expect(inside.first == "passage/right")
        #expect(inside.count == 2)
    }

    @Test func `keeps the order of a hundred siblings`() throws {
        let ids = (0..<100).map { "article-\($0)" }
        let strait = try StraitInForce(
            Strait.charter + ids.map { "  - { id: \($0), kind: article, class: dues }\n" }.joined())
        #expect(strait.order(under: nil) == ["passage", "dues"] + ids)
    }

    @Test func `makes an id from the salt and the place where its author gave none`() throws {
        let strait = try StraitInForce()
        let made = strait.founding.changes.map(\.provision.string).filter { $0.hasPrefix("p/") }
        let digest = Digest(of: Strait.salt + [0, 0, 0, 2])  // the third provision, counted from 0
        #expect(made == ["p/" + digest.hex.prefix(16)])
    }

    @Test func `takes a party's code for letters, never for a falsehood`() throws {
        let strait = try StraitInForce()
        let roster = try #require(strait.founding.rosters.first { $0.standing.string == "coast" })
        #expect(roster.roster.holders.map(\.string) == ["DNK", "NO", "SWE"])
    }

    @Test func `keeps dormant rosters dormant, and empty ones empty`() throws {
        let rosters = try Strait.read(Strait.charter).get().rosters
        #expect(rosters[Identifier("archive")!] == Roster(holders: [Identifier("SWE")!], isDormant: true))
        #expect(rosters[Identifier("observer")!] == Roster(holders: []))
    }

    @Test func `reads every form of rule`() throws {
        let rules = try Strait.read(Strait.charter).get().rules
        let coast = Identifier("coast")!
        #expect(
            rules[Identifier("navigation")!]
                == .all([
                    .need(.all, of: [coast], counting: .accept),
                    .need(.atLeast(1), of: [Identifier("pilot")!], counting: .accept),
                    .need(.majority, of: [coast, Identifier("pilot")!], counting: .acceptOrAbstain),
                ]))
        #expect(
            rules[Identifier("dues")!]
                == .any([.party(Identifier("DNK")!), .need(.fraction(2, 3), of: [coast], counting: .accept)]))
        #expect(
            rules[Identifier("duty")!]
                == .all([.named(Identifier("obligors")!), .need(.majority, of: [coast], counting: .accept)]))
    }

    @Test func `reads attributes in the types that they were written in`() throws {
        let strait = try StraitInForce()
        let contents = strait.founding.changes.compactMap(\.content)
        let duty = try #require(contents.first { $0.provisionClass.string == "duty" })
        #expect(duty.attributes[Identifier("obligors")!] == .array([.text("NO")]))
        #expect(duty.attributes[Identifier("lamps")!] == .unsigned(12))
        #expect(duty.attributes[Identifier("all-year")!] == .bool(true))
        #expect(duty.attributes[Identifier("since")!] == .text("1905"))
        #expect(duty.attributes[Identifier("more")!] == .array([.text("a"), .record([("b", .integer(-2))])]))
    }

    @Test func `drops the line break that YAML adds at the end of an indented text, and no other`() throws {
        let text = try StraitInForce().evaluation.provisionInForce(Identifier("dues")!)?.content.text
        #expect(text?.text(in: Identifier("en")!) == "No dues are taken.")
        let two = Strait.edited("No dues are taken.", "No dues\n        are taken.")
        let kept = try StraitInForce(two).evaluation.provisionInForce(Identifier("dues")!)?.content.text
        #expect(kept?.text(in: Identifier("en")!) == "No dues\nare taken.")
    }

    @Test func `keeps a number as it was written, quoted or not`() throws {
        let written = Strait.edited("number: 2\n", "number: 2.10\n")
        let content = try StraitInForce(written).evaluation.provisionInForce(Identifier("dues")!)?.content
        #expect(content?.number == "2.10")
    }

    @Test func `keeps asterisks in its texts`() throws {
        let written = Strait.edited("Every ship may pass.", "\"*Every* ship ** may pass*\"")
        let content = try StraitInForce(written).evaluation.provisionInForce(Identifier("passage/right")!)?.content
        #expect(content?.text?.text(in: Identifier("en")!) == "*Every* ship ** may pass*")
    }

    @Test func `may begin with a byte order mark and end its lines as Windows does`() throws {
        let plain = try Strait.read(Strait.charter).get().foundingInstrument(salt: Strait.salt)
        let windows = "\u{feff}" + Strait.charter.replacingOccurrences(of: "\n", with: "\r\n")
        #expect(try Strait.read(windows).get().foundingInstrument(salt: Strait.salt) == plain)
    }

    @Test func `with many faults names them all, in the order of its lines`() {
        var text = Strait.edited("of: pilot }", "of: pilots }")
        text = Strait.edited("fr: Tout navire peut passer.", "de: Jedes Schiff", in: text)
        text = Strait.edited("    kind: article\n    class: dues\n", "    kind: article\n    class: due\n", in: text)
        text = Strait.edited("proposer: NO", "proposer: NOR", in: text)
        let faults = Strait.faults(in: text)
        #expect(
            faults.map(\.code) == [
                .unknownParty, .unknownStanding, .missingLanguage, .extraLanguage, .missingRule,
            ])
        #expect(faults.map(\.line) == faults.map(\.line).sorted())
        #expect(faults[1].message.contains("Did you mean `pilot`?"))
        #expect(faults[2].message.contains("`passage/right`"))
    }
}
