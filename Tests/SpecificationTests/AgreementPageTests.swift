import CanonicalEncoding
import Cryptography
import Identity
import TestSupport
import Testing

@testable import Agreement

@Suite("The page on the agreement")
struct AgreementPageTests {
    private let page = SpecificationPage("agreement.md")

    @Test func `has the limits of the code, and no other`() {
        var limits = SourceFile("Sources/Agreement/AgreementLimits.swift").numbers(of: "AgreementLimits")
        #expect(limits.count == 14)
        #expect(limits["shareNumber"] == Int(AgreementLimits.shareNumber))
        #expect(limits["ruleDepth"] == AgreementLimits.ruleDepth)
        limits["knownLimit"] = StateCertificate.knownLimit
        limits["missingSearchLimit"] = Evaluation.missingSearchLimit
        #expect(page.limits(under: "Limits") == limits)
    }

    @Test func `has a row for every way to be ill-formed, and no other`() {
        let cases = SourceFile("Sources/Agreement/WellFormedness.swift").cases(of: "IllFormedness").map(\.name)
        #expect(cases.count > 15)
        #expect(page.table(under: "Well formed").map { $0[0] }.sorted() == cases.sorted())
    }

    @Test func `has a row for every objection, and no other`() {
        let cases = SourceFile("Sources/Agreement/HonestCheck.swift").cases(of: "Objection").map(\.name)
        #expect(cases.count == 16)
        #expect(page.table(under: "What an honest node refuses to seal").map { $0[0] } == cases)
    }

    @Test func `has the states in the order in which they are looked for`() {
        #expect(page.table(under: "States").map { $0[0] } == InstrumentState.allCases.map(\.rawValue))
    }

    @Test func `has the kinds of contradiction`() {
        let kinds = SourceFile("Sources/Agreement/Contradiction.swift").cases(of: "Kind").map(\.rawValue)
        #expect(page.table(under: "Contradictions").map { $0[0] } == kinds)
    }

    @Test func `has the reserved prefixes`() {
        let prefixes = page.table(under: "Reserved provisions").map { String($0[0].prefix { $0 != "/" }) }
        #expect(prefixes == ["roster", "rule", "party", "closing"])
        for prefix in prefixes { #expect(ReservedProvision(name("\(prefix)/x"))?.word.string == prefix) }
        #expect(ReservedProvision(name("article/x")) == nil)
    }

    @Test func `has the verdicts`() {
        let row = page.table(under: "Seals").first { $0[0] == "verdict" }
        let words = Seal.Verdict.allCases.map { "`\($0.rawValue)`" }
        #expect(row?[2].hasPrefix("\(words[0]), \(words[1]) or \(words[2])") == true)
    }
}

@Suite("The page on the agreement, of fields")
struct AgreementFieldTests {
    private let page = SpecificationPage("agreement.md")
    private let bridge: Bridge

    init() throws { bridge = try Bridge() }

    @Test func `lists an instrument's in the order in which they are judged`() throws {
        try expectOrder("Instruments", of: Vector.all(of: "instrument").first { $0.name == "every-field" }!.bytes) {
            value throws(DecodingRefusal) in _ = try Instrument(payload: value.encoded())
        }
    }

    @Test func `lists a seal's in the order in which they are judged`() throws {
        try expectOrder("Seals", of: Vector.all(of: "seal").first { $0.name == "every-field" }!.bytes) {
            value throws(DecodingRefusal) in _ = try Seal(payload: value.encoded())
        }
    }

    @Test func `lists a state certificate's in the order in which they are judged`() throws {
        try expectOrder("State certificates", of: bridge.certificate.payload) {
            value throws(DecodingRefusal) in _ = try StateCertificate(payload: value.encoded())
        }
    }

    @Test func `lists a provision's in the order in which they are judged`() throws {
        let every = try Instrument(payload: Vector.all(of: "instrument").first { $0.name == "every-field" }!.bytes)
        let content = try #require(every.changes[0].content)
        try expectOrder("Provisions", of: content.value.encoded()) { value throws(DecodingRefusal) in
            _ = try Content(Field(value, path: ""), of: name("2"))
        }
    }

    private func expectOrder(
        _ heading: String, of example: [UInt8], _ read: (CanonicalValue) throws(DecodingRefusal) -> Void
    ) throws {
        try FieldTable(page.table(under: heading)).expectOrder(of: example, read)
    }
}

@Suite("The examples of the page on the agreement")
struct AgreementExampleTests {
    private let page = SpecificationPage("agreement.md")
    private let bridge: Bridge

    init() throws { bridge = try Bridge() }

    @Test func `are written by the code, byte by byte`() throws {
        let seal = try Seal(payload: bridge.seals[0].payload)
        let content = try #require(bridge.founding.change(to: name("1"))?.content)
        let leaf = StateRoots.leaf(name("1"), version: bridge.founding, content: content)
        #expect(
            page.blocks("cbor-hex") == [
                bridge.founding.payload, bridge.amendment.payload, seal.payload, leaf, bridge.certificate.payload,
            ])
        let roots = StateRoots(of: Evaluation(of: try bridge.ledger))
        let digests = [
            bridge.founding.id, bridge.amendment.id, seal.id, roots.inForce, roots.perfected, bridge.certificate.id,
        ]
        #expect(page.blocks("hex") == digests.map(\.bytes))
    }

    @Test func `are read as what the page says`() throws {
        let blocks = page.blocks("cbor-hex")
        let founding = try Instrument(payload: blocks[0])
        #expect(founding.isFounding)
        #expect(founding.changes.count == 8)
        #expect(try Instrument(payload: blocks[1]).roadmap == founding.id)
        #expect(try Seal(payload: blocks[2]).instrument == founding.id)
        #expect(try StateCertificate(payload: blocks[4]).inForce.bytes == page.blocks("hex")[3])
    }

    @Test func `are in force, and open`() throws {
        let evaluation = Evaluation(of: try bridge.ledger)
        #expect(evaluation.state(of: bridge.founding.id) == .inForce)
        #expect(evaluation.state(of: bridge.amendment.id) == .sealed)
    }
}
