import CanonicalEncoding
import Testing
import Wording

@Suite("CBOR in diagnostic notation")
struct DiagnosticNotationTests {
    /// Examples of RFC 8949, appendix A, that our model has.
    @Test(arguments: [
        ("00", "0"), ("1bffffffffffffffff", "18446744073709551615"), ("20", "-1"),
        ("3bffffffffffffffff", "-18446744073709551616"), ("f4", "false"), ("f6", "null"),
        ("4401020304", "h'01020304'"), ("62225c", #""\"\\""#), ("62c3bc", "\"ü\""), ("63e6b0b4", "\"水\""),
        ("8301820203820405", "[1, [2, 3], [4, 5]]"), ("a26161016162820203", #"{"a": 1, "b": [2, 3]}"#),
        ("a201020304", "{1: 2, 3: 4}"), ("d74401020304", "23(h'01020304')"),
    ])
    func `is the notation of RFC 8949`(hex: String, expected: String) throws {
        let bytes = stride(from: 0, to: hex.count, by: 2).map { place in
            UInt8(hex.dropFirst(place).prefix(2), radix: 16)!
        }
        #expect(DiagnosticNotation.line(of: try CanonicalDecoder.decode(bytes)) == expected)
    }

    @Test func `shows what an envelope carries, and nothing that commands a terminal`() {
        let header = CanonicalValue.map(CanonicalMap([(.unsigned(1), .integer(-8))])).encoded()
        let payload = CanonicalValue.record([("a", .text("\u{1B}[2J\u{202E}\n\u{E0001}"))]).encoded()
        let envelope = CanonicalValue.tagged(
            18, .array([.bytes(header), .map(CanonicalMap([])), .bytes(payload), .bytes([1])]))
        #expect(
            DiagnosticNotation.line(of: envelope)
                == #"18([<<{1: -8}>>, {}, <<{"a": "\u001b[2J\u202e\n\udb40\udc01"}>>, h'01'])"#)
    }

    @Test func `breaks lines where they would be too long, and nowhere else`() {
        let value = CanonicalValue.record([("list", .array([.text("one"), .text("two"), .text("three")]))])
        #expect(DiagnosticNotation.text(of: value, columns: 80) == #"{"list": ["one", "two", "three"]}"#)
        #expect(
            DiagnosticNotation.text(of: value, columns: 20)
                == "{\n  \"list\": [\n    \"one\",\n    \"two\",\n    \"three\"\n  ]\n}")
    }
}
