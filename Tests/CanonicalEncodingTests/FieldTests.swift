import CanonicalEncoding
import Testing

@Suite("A field")
struct FieldTests {
    private func record(_ fields: [(String, CanonicalValue?)], path: String = "") throws -> RecordFields {
        try RecordFields(Field(.record(fields), path: path))
    }

    @Test func `is given in the type asked for, or refused with its path`() throws {
        let field = Field(.unsigned(7), path: "a.b")
        #expect(try field.unsigned() == 7)
        let wrong = DecodingRefusal(.wrongType, field: "a.b")
        #expect(throws: wrong) { try field.bool() }
        #expect(throws: wrong) { try field.bytes() }
        #expect(throws: wrong) { try field.text() }
        #expect(throws: wrong) { try field.list(limit: 1) }
        #expect(throws: wrong) { try field.pairs(limit: 1) }
        #expect(throws: wrong) { try RecordFields(field) }
        #expect(throws: wrong) { try Field(.negative(0), path: "a.b").unsigned() }
        #expect(!field.isNull && Field(.null, path: "").isNull)
        #expect(wrong.description == "a field holds another type of value than it must (in a.b)")
    }

    @Test func `of a fixed length is refused one byte off`() throws {
        #expect(try Field(.bytes([1, 2]), path: "salt").bytes(count: 2) == [1, 2])
        for count in [1, 3] {
            #expect(throws: DecodingRefusal(.badLength, field: "salt")) {
                try Field(.bytes([1, 2]), path: "salt").bytes(count: count)
            }
        }
    }

    @Test func `that is a list names its items by their places, and is refused above its limit`() throws {
        let list = Field(.array([.unsigned(3), .unsigned(5), .unsigned(5)]), path: "after")
        #expect(try list.list(limit: 3).map(\.path) == ["after[0]", "after[1]", "after[2]"])
        #expect(throws: DecodingRefusal(.tooMany, field: "after")) { try list.list(limit: 2) }
        #expect(throws: DecodingRefusal(.notAscending, field: "after[2]")) {
            try list.ascending(limit: 3) { field throws(DecodingRefusal) in try field.unsigned() }
        }
    }

    @Test func `that is a map gives its pairs in canonical order, with text keys only`() throws {
        let map = Field(.record([("aa", .null), ("b", .null)]), path: "names")
        #expect(try map.pairs(limit: 2).map(\.value.path) == ["names.b", "names.aa"])
        #expect(throws: DecodingRefusal(.tooMany, field: "names")) { try map.pairs(limit: 1) }
        let integers = Field(.map(CanonicalMap([(.unsigned(1), .null)])), path: "names")
        #expect(throws: DecodingRefusal(.wrongType, field: "names")) { try integers.pairs(limit: 1) }
        #expect(throws: DecodingRefusal(.wrongType, field: "names")) { try RecordFields(integers) }
    }

    @Test func `that is missing or unknown is named, without a dot before the outermost`() throws {
        var outer = try record([("b", .null), ("a", .null)])
        #expect(throws: DecodingRefusal(.missingField, field: "type")) { try outer.required("type") }
        #expect(throws: DecodingRefusal(.unknownField, field: "a")) { try outer.finish() }
        #expect(outer.optional("a")?.path == "a")
        #expect(outer.optional("a")?.path == nil)
        #expect(try outer.required("b").path == "b")
        try outer.finish()
        var inner = try record([("x", .null)], path: "seal")
        #expect(throws: DecodingRefusal(.missingField, field: "seal.keys")) { try inner.required("keys") }
        #expect(throws: DecodingRefusal(.unknownField, field: "seal.x")) { try inner.finish() }
    }

    @Test func `called type must say what was expected`() throws {
        var seal = try record([("type", .text("syngraph/seal/1"))])
        try seal.type("syngraph/seal/1")
        var other = try record([("type", .text("syngraph/seal/2"))])
        #expect(throws: DecodingRefusal(.wrongKind, field: "type")) { try other.type("syngraph/seal/1") }
        var number = try record([("type", .unsigned(1))])
        #expect(throws: DecodingRefusal(.wrongType, field: "type")) { try number.type("syngraph/seal/1") }
    }

    @Test(arguments: ["\u{1b}[2J", "", "a b", "é", String(repeating: "a", count: 129)])
    func `does not put a stranger's name on the screen as it came`(name: String) throws {
        let fields = try record([(name, .null)], path: "seal")
        #expect(throws: DecodingRefusal(.unknownField, field: "seal.(…)")) { try fields.finish() }
    }
}
