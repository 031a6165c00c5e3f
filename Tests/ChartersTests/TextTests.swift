import Testing

@testable import Charters

@Suite("A text that is to be signed")
struct TextTests {
    @Test(arguments: ["a", "é", "中", "한", "\n", "’", "—", "𠮷", "№", "\u{00a0}", "😀"])
    func `may hold letters, signs and line breaks`(character: String) {
        #expect(character.unicodeScalars.allSatisfy { ForbiddenCharacter($0) == nil })
    }

    @Test(
        arguments: zip(
            ["\u{0}", "\t", "\r", "\u{85}", "\u{2028}", "\u{202e}", "\u{2067}", "\u{200f}", "\u{61c}", "\u{200b}"],
            [
                .control, .control, .control, .control, .control, .bidirectional, .bidirectional, .bidirectional,
                .bidirectional, .invisible,
            ] as [ForbiddenCharacter]))
    func `holds no character that is not seen where it stands`(character: String, reason: ForbiddenCharacter) {
        #expect(character.unicodeScalars.map { ForbiddenCharacter($0) } == [reason])
    }

    @Test(
        arguments: zip(
            [
                "\u{feff}", "\u{ad}", "\u{3164}", "\u{fe0f}", "\u{e0041}", "\u{e000}", "\u{f0000}", "\u{378}",
                "\u{fffe}", "\u{fffd}",
            ],
            [
                .invisible, .invisible, .invisible, .invisible, .invisible, .privateUse, .privateUse, .unassigned,
                .unassigned, .replacement,
            ] as [ForbiddenCharacter]))
    func `holds no character that means something else elsewhere, or nothing`(
        character: String, reason: ForbiddenCharacter
    ) {
        #expect(character.unicodeScalars.map { ForbiddenCharacter($0) } == [reason])
    }

    @Test func `is in the normalization form in which each letter has one spelling`() {
        #expect("é한글 中文".isNFC)
        #expect(!"e\u{301}".isNFC)
        #expect(!"\u{1112}\u{1161}\u{11ab}".isNFC)
        #expect(!"\u{212b}".isNFC)  // the ångström sign is the letter å
    }
}

@Suite("An unquoted word")
struct PlainNumberTests {
    @Test(arguments: zip(["0", "12", "-7", "+3", "0o17", "0xfF", "007"], [0, 12, -7, 3, 15, 255, 7] as [Int64]))
    func `in digits is a whole number`(word: String, number: Int64) {
        #expect(PlainNumber(word) == .whole(number))
    }

    @Test(arguments: ["1.5", ".5", "5.", "1e3", "-1.5E-3", ".inf", "-.INF", ".nan"])
    func `with a fraction is a number that records do not know`(word: String) {
        #expect(PlainNumber(word) == .fractional)
    }

    @Test(arguments: ["NO", "1_000", "12a", "-", "+", ".", "1e", "0x", "0b1", "1:30", "2030-01-01", "0o9", "", "e5"])
    func `that only looks like one is a text`(word: String) {
        #expect(PlainNumber(word) == nil)
    }

    @Test func `beyond 64 bits is no number that we keep`() {
        #expect(PlainNumber("9223372036854775807") == .whole(.max))
        #expect(PlainNumber("9223372036854775808") == .outOfRange)
        #expect(PlainNumber("-9223372036854775808") == .whole(.min))
        #expect(PlainNumber("0xffffffffffffffff") == .outOfRange)
    }
}

@Suite("A name that nobody knows")
struct NearestNameTests {
    @Test func `is answered by the nearest, at most three`() {
        let known = ["heading", "reading", "headings", "number", "heeding"]
        #expect(NearestName.among(known, to: "headin") == ["heading", "headings", "heeding"])
        #expect(NearestName.among(known, to: "HEADING").first == "heading")
    }

    @Test func `far from all is answered by none`() {
        #expect(NearestName.among(["heading", "number"], to: "class") == [])
        #expect(NearestName.question(["heading"], near: "class") == "")
    }
}
