import Foundation
import TestSupport
import Testing

@Suite("The CDDL file, read by zcbor", .enabled(if: ForeignPython.has("zcbor", "cbor2")))
struct CDDLTests {
    @Test func `describes every kind of record in the vectors, and none with a field more`() throws {
        let python = try #require(ForeignPython.shared)
        let said = try python.says(
            "Tests/Foreign/cddl.py", ["Docs/Specification/syngraph.cddl", "Tests/Vectors"].map(Repository.path(of:)))
        #expect(said.filter { $0.hasPrefix("wrong") } == [])
        let kinds = Set(said.filter { !$0.hasPrefix("wrong") }.map { $0.prefix { $0 != " " } }.map(String.init))
        #expect(
            kinds == [
                "accusation", "bundle-footer", "bundle-header", "bundle-record", "card-file-header", "card-statement",
                "checkpoint-statement", "cose-key", "draft-edits", "draft-opening", "expression", "instrument",
                "journal-header", "keys", "keys-statement", "message",
                "party-record", "proof", "seal", "seal-statement", "state",
                "state-statement", "withdrawal", "withdrawal-statement", "writer-body",
            ])
    }
}
