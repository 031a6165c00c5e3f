import CanonicalEncoding
import Identity
import TestSupport
import Testing

@Suite("An identifier")
struct IdentifierTests {
    @Test(arguments: ["KOR", "a", "0", "rule/hard-security", "v1.0", "a//", "A.-/", String(repeating: "x", count: 128)])
    func `is of ASCII letters, digits, dots, slashes and hyphens`(text: String) throws {
        let identifier = try #require(Identifier(text))
        #expect(identifier.string == text)
        #expect(try Field(identifier.value, path: "").identifier() == identifier)
    }

    @Test(arguments: [
        "", "/a", ".a", "-a", "a b", "a_b", "é", "e\u{301}", "a\u{301}", "a\0", "a\n", "ａ", "K\u{200b}R", "a:b",
        String(repeating: "x", count: 129),
    ])
    func `is nothing else`(text: String) {
        #expect(Identifier(text) == nil)
        #expect(throws: DecodingRefusal(.badIdentifier, field: "party")) {
            try Field(.text(text), path: "party").identifier()
        }
    }

    @Test func `is compared and ordered as bytes`() {
        let sorted = ["a", "A", "a/b", "a.b", "a-b", "ab", "9"].map { Identifier($0)! }.sorted().map(\.string)
        #expect(sorted == ["9", "A", "a", "a-b", "a.b", "a/b", "ab"])
        #expect(Identifier("kor") != Identifier("KOR"))
    }
}

@Suite("Words")
struct WordsTests {
    private let words = TestParties.words(["en": "Korea", "ko": "한국", "zh-Hans": "韩国"])

    @Test func `are given in the language asked for, or else in the first`() {
        #expect(words.text(in: Identifier("ko")) == "한국")
        #expect(words.text(in: Identifier("fr")) == "Korea")
        #expect(words.text(in: nil) == "Korea")
        #expect(words.languages.map(\.string) == ["en", "ko", "zh-Hans"])
    }

    @Test func `are in some language`() throws {
        #expect(Words([:]) == nil)
        #expect(try Words(Field(words.value, path: "names")) == words)
    }

    @Test func `keep each spelling as it came`() throws {
        let composed = TestParties.words(["fr": "\u{e9}"])
        let combining = TestParties.words(["fr": "e\u{301}"])
        #expect(composed != combining)
        #expect(try Words(Field(combining.value, path: "")) == combining)
    }
}
