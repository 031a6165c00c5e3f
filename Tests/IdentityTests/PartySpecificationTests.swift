import CanonicalEncoding
import Identity
import TestSupport
import Testing

@testable import Cryptography

@Suite("The page on parties")
struct PartySpecificationTests {
    private let page = SpecificationPage("parties.md")

    @Test func `has the limits of the code`() {
        #expect(
            page.limits(under: "Limits") == [
                "identifierByteCount": IdentityLimits.identifierByteCount, "languages": IdentityLimits.languages,
                "keysPerParty": IdentityLimits.keysPerParty, "nodesPerParty": IdentityLimits.nodesPerParty,
                "signaturesPerCard": IdentityLimits.signaturesPerCard,
                "endpointsPerNode": IdentityLimits.endpointsPerNode,
                "endpointByteCount": IdentityLimits.endpointByteCount,
            ])
        #expect(page.limits(under: "Key files") == ["byteLimit": SealedKeyFile.byteLimit])
    }

    @Test func `lists a record's fields in the order in which they are judged`() {
        let fields = page.table(under: "The party record")
        #expect(fields.map { $0[0] } == ["names", "seal", "recovery", "next", "nodes"])
        let required = fields.filter { $0[1] == "required" }.map { $0[0] }
        // Of a map with nothing in it the first missing field is named; then of one with that field, the next.
        let korea = RecordContents(TestParties.korea)
        for (place, name) in required.enumerated() {
            #expect(
                throws: DecodingRefusal(.missingField, field: name)
            ) { try PartyRecord(Field(korea.with(only: required.prefix(place)), path: "")) }
        }
    }

    @Test func `shows records that are read, and written again as they stand`() throws {
        let examples = page.blocks("cbor-hex")
        let records = try examples.map { try PartyRecord(Field(CanonicalDecoder.decode($0), path: "")) }
        #expect(records == [TestParties.least, TestParties.korea])
        #expect(records.map { $0.value.encoded() } == examples)
        #expect(page.blocks("hex") == [TestParties.korea.id.bytes])
    }

    @Test func `shows the card of its first record`() throws {
        let card = page.blocks("cbor-sequence-hex")[0]
        #expect(try PartyCard(encoded: card).record == TestParties.least)
        #expect(
            PartyCard(party: Identifier("A")!, record: TestParties.least).encoded(signedBy: [TestKeys.seal(of: "A")])
                == card)
    }
}

/// A record's fields by name.
private struct RecordContents {
    private let fields: [(String, CanonicalValue?)]

    init(_ record: PartyRecord) {
        guard case .map(let map) = record.value else { preconditionFailure("a record is a map") }
        fields = ["names", "seal", "recovery", "next", "nodes"].map { ($0, map[.text($0)]) }
    }

    func with(only names: some Collection<String>) -> CanonicalValue {
        .record(fields.filter { names.contains($0.0) })
    }
}
