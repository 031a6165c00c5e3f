import Foundation
import Testing

@testable import Negotiation

@Suite("Bracket notation")
struct BracketNotationTests {
    /// Every paragraph with brackets of a real report, one to a line.
    static let paragraphs: [String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/brackets/prepcom-report-paragraphs.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }()

    @Test func `writes every paragraph of the report as it read it, byte for byte`() throws {
        #expect(Self.paragraphs.count == 7)
        for paragraph in Self.paragraphs {
            let text = try BracketedText(notation: paragraph)
            #expect(!text.isClean)
            #expect(Array(text.notation.utf8) == Array(paragraph.utf8))
        }
    }

    @Test func `finds all brackets of the report`() throws {
        let found = try Self.paragraphs.map { try BracketedText(notation: $0) }
        let signs = Self.paragraphs.reduce(0) { $0 + $1.utf8.filter { $0 == UInt8(ascii: "[") }.count }
        #expect(found.reduce(0) { $0 + $1.alternativeCount } == signs)
        // Six pairs stand side by side: two wordings, two accounting periods, three numbers, one placeholder and number.
        #expect(found.reduce(0) { $0 + $1.bracketCount } == signs - 6)
    }

    @Test func `takes what stands side by side as alternatives, and a lone bracket as words that stay or go`() throws {
        let text = try BracketedText(
            notation:
                "accounts [for the financial period] [for every calendar year] as are necessary [, including all].")
        #expect(text.brackets.map(\.alternatives.count) == [2, 1])
        #expect(text.brackets.map(\.isLone) == [false, true])
        #expect(text.bracketCount == 2)
    }

    @Test func `takes the subparagraphs of a list as brackets of their own`() throws {
        let text = try BracketedText(notation: "of: [(b) [x] member[s] from each; and] [(c) One member.]")
        #expect(text.brackets.count == 2)
        #expect(text.bracketCount == 4)
        let numbers = try BracketedText(notation: "[(a) one] [(a) another]")
        #expect(numbers.brackets.count == 1)
    }

    @Test func `names the parties of an alternative`() throws {
        let spelled = "offices [within 60 days **(US, ROK)**] [upon signature **(DPRK)**] [ **(JPN)**]."
        let text = try BracketedText(notation: spelled)
        #expect(text.brackets[0].alternatives.map(\.parties) == [["US", "ROK"], ["DPRK"], ["JPN"]])
        #expect(text.brackets[0].alternatives.map(\.text.notation) == ["within 60 days", "upon signature", ""])
        #expect(text.notation == spelled)
    }

    @Test(arguments: [
        "[a **(US,ROK)**]", "[a **()**]", "[a **(US, )**]", "[a**(US)**]", "[a **(U*S)**]", "[a **(US)** ]",
        "[ **(US)]",
        "[**(US)**]", "[[a] **(US)**]", "[]", "[][]", "[ ] [ ]", "[a]  [b]", "[a]\n[b]", "[a] [b] ", "a [[b]] c",
        "[a] \u{301}[b]", "[a]\u{301}[b]", "[\u{200D}]", "\r\n[\r]\n", "[e\u{301}] [é]",
    ])
    func `writes as it read, however odd`(_ spelled: String) throws {
        #expect(Array(try BracketedText(notation: spelled).notation.utf8) == Array(spelled.utf8))
    }

    @Test func `writes any text of brackets as it read it`() throws {
        var random = SystemRandomNumberGenerator()
        let signs = ["[", "]", " ", "a", "(", ")", "**", " **(", ")**", ", ", "é", "(b)", "\u{301}", "."]
        var readable = 0
        for _ in 0..<20_000 {
            let spelled = (0..<Int.random(in: 1...24, using: &random)).map { _ in signs.randomElement()! }.joined()
            guard let text = try? BracketedText(notation: spelled) else { continue }
            readable += 1
            #expect(Array(text.notation.utf8) == Array(spelled.utf8))
        }
        #expect(readable > 1_000)
    }

    @Test func `says where a bracket opens that never closes, or closes nothing`() {
        #expect(throws: BracketedText.NotationError.opensAndNeverCloses(at: 2)) {
            try BracketedText(notation: "é [ab [c]")
        }
        #expect(throws: BracketedText.NotationError.closesNothing(at: 3)) { try BracketedText(notation: "[a]]") }
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(throws: BracketedText.NotationError.tooDeep(at: 64)) { try BracketedText(notation: deep) }
        #expect(throws: Never.self) { try BracketedText(notation: String(deep.dropFirst().dropLast())) }
    }

    @Test func `reads many alternatives in time that grows with their number`() throws {
        let clock = ContinuousClock()
        func time(_ count: Int) throws -> Duration {
            let spelled = String(repeating: "[ab]", count: count)
            let start = clock.now
            #expect(try BracketedText(notation: spelled).bracketCount == 1)
            return start.duration(to: clock.now)
        }
        _ = try time(1_000)
        let small = try time(5_000)
        let large = try time(50_000)
        #expect(large < small * 40)
    }
}

@Suite("Settling brackets")
struct SettlingTests {
    private func settle(_ notation: String, _ outcomes: [Int: BracketedText.Outcome]) throws -> String {
        try BracketedText(notation: notation).settled { number, _ in outcomes[number] ?? .open }.notation
    }

    @Test func `keeps the alternative that stays, and leaves what is open`() throws {
        let text = "shall [promptly] submit accounts [for the period] [for every year]."
        #expect(try settle(text, [1: .stays(1)]) == "shall [promptly] submit accounts for every year.")
        #expect(try settle(text, [0: .stays(0), 1: .stays(0)]) == "shall promptly submit accounts for the period.")
    }

    @Test func `closes the gap where nothing stays`() throws {
        #expect(try settle("shall appoint [, by consensus,] an auditor", [0: .nothing]) == "shall appoint an auditor")
        #expect(try settle("as are necessary [, including all].", [0: .nothing]) == "as are necessary.")
        #expect(try settle("[Placeholder] Text", [0: .nothing]) == "Text")
        #expect(try settle("to the end [of the year]", [0: .nothing]) == "to the end")
        #expect(try settle("member[s] from", [0: .nothing]) == "member from")
    }

    @Test func `settles numbers with the option that they depend on`() throws {
        let text = "[4][2]. Recognizes. [5][3]. Decides. [6][4]. Requests."
        let second = try BracketedText(notation: text).settled { _, _ in .stays(1) }
        #expect(second.isClean)
        #expect(second.notation == "2. Recognizes. 3. Decides. 4. Requests.")
    }

    @Test func `counts brackets as they open, nested ones too`() throws {
        let text = "[(b) [x] member[s]; and] [(c) One.]"
        #expect(try settle(text, [1: .stays(0), 2: .nothing]) == "[(b) x member; and] [(c) One.]")
        #expect(try settle(text, [0: .stays(0), 3: .nothing]) == "(b) [x] member[s]; and")
    }
}

@Suite("Segments")
struct SegmentTests {
    @Test func `cut the text at its brackets`() throws {
        let text = try BracketedText(notation: "a [b [c **(US)**] d **(ROK)**] [] e")
        #expect(text.segments.map(\.text) == ["a ", "b ", "c", " d", "", " e"])
        #expect(
            text.segments.map(\.kind) == [.agreed, .alternative, .alternative, .alternative, .alternative, .agreed])
        #expect(text.segments.map(\.parties) == [[], ["ROK"], ["US"], ["ROK"], [], []])
        #expect(text.segments.map(\.bracket) == [nil, 0, 1, 0, 0, nil])
        #expect(text.segments.map(\.alternative) == [nil, 0, 0, 0, 1, nil])
        #expect(text.segments.map(\.depth) == [0, 1, 2, 1, 1, 0])
    }
}

extension BracketedText {
    fileprivate var alternativeCount: Int {
        brackets.reduce(0) { $0 + $1.alternatives.reduce(0) { $0 + 1 + $1.text.alternativeCount } }
    }
}
