import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import TestSupport
import Testing

@Suite("The page on keys that change")
struct KeysPageTests {
    private let page = SpecificationPage("keys.md")
    private let bridge: Bridge

    init() throws { bridge = try Bridge() }

    @Test func `has the limits of the code, and no other`() {
        #expect(
            page.limits(under: "Limits") == [
                "acknowledgedPerStatement": StatementLimits.acknowledgedPerStatement,
                "rostersPerWithdrawal": StatementLimits.rostersPerWithdrawal,
                "committedPerWithdrawal": StatementLimits.committedPerWithdrawal,
                "waitingStatements": StatementLimits.waitingStatements,
                "waitingByteCount": StatementLimits.waitingByteCount,
            ])
        #expect(SourceFile("Sources/Agreement/StatementLimits.swift").numbers(of: "StatementLimits").count == 5)
    }

    @Test func `lists a key statement's fields in the order in which they are judged`() throws {
        let every = Vector.all(of: "key-statement").first { $0.name == "every-field" }!.bytes
        try FieldTable(page.table(under: "Key statements")).expectOrder(of: every) { value throws(DecodingRefusal) in
            _ = try KeyStatement(payload: value.encoded())
        }
    }

    @Test func `lists a withdrawal's fields in the order in which they are judged`() throws {
        let every = Vector.all(of: "withdrawal").first { $0.name == "every-field" }!.bytes
        try FieldTable(page.table(under: "Withdrawals")).expectOrder(of: every) { value throws(DecodingRefusal) in
            _ = try Withdrawal(payload: value.encoded())
        }
    }

    @Test func `shows a key statement and a withdrawal that the code writes byte by byte`() throws {
        let (rotation, withdrawal) = (try bridge.rotation, try bridge.withdrawal)
        #expect(page.blocks("cbor-hex") == [rotation.payload, withdrawal.payload])
        #expect(page.blocks("hex") == [rotation.id.bytes, withdrawal.id.bytes])
    }

    @Test func `shows a key statement that is good by the two signatures it speaks of`() throws {
        let statement = try KeyStatement(payload: page.blocks("cbor-hex")[0])
        var ledger = try bridge.ledger
        #expect(ledger.keyRecord(of: statement.party, named: statement.id) == nil)
        for key in [TestKeys.seal(of: "A"), TestKeys.seal(of: "A", 1)] {
            #expect(ledger.keyRecord(of: statement.party, named: statement.id) == nil)
            try ledger.insertKeyStatement(SignedStatement(statement.payload, as: .keys, by: key))
        }
        #expect(ledger.keyRecord(of: statement.party, named: statement.id)?.version == 1)
        #expect(statement.acknowledges == [Digest(of: bridge.seals[0].payload)])
    }
}

/// A page's table of a record's fields.
struct FieldTable {
    private let rows: [[String]]

    init(_ rows: [[String]]) { self.rows = rows }

    /// The table names the fields that there are; each is judged before the next: where all from one on are of a type
    /// that no field has, that one is refused; and where the required ones are missing from one on, that one is missed.
    func expectOrder(
        of example: [UInt8], _ read: (CanonicalValue) throws(DecodingRefusal) -> Void
    ) throws {
        guard case .map(let map) = try CanonicalDecoder.decode(example) else {
            preconditionFailure("a record is a map")
        }
        let fields = rows.map { row in (row[0], map[.text(ExactText(row[0]))]) }
        #expect(map.entries.count == fields.count, "the example has every field of the table, and no other")
        for (place, row) in rows.enumerated() {
            let spoilt = fields.enumerated().map { $0.offset < place ? $0.element : ($0.element.0, .tagged(0, .null)) }
            #expect(throws: DecodingRefusal(.wrongType, field: row[0])) { try read(.record(spoilt)) }
            guard row[1] == "required" else { continue }
            let short = fields.enumerated().filter { $0.offset < place }.map(\.element)
            #expect(throws: DecodingRefusal(.missingField, field: row[0])) { try read(.record(short)) }
        }
    }
}
