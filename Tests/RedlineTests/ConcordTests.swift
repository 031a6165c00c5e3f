import Testing

@testable import Redline

@Suite("The units of a text")
struct UnitScanTests {
    private func paths(_ text: String) -> [[Int]] { UnitScan(of: text).units.map(\.path) }

    @Test(arguments: [
        ("1. One.\n\n2. Two:\n\n(a) first;\n\n(b) second.\n\n3. Three.", [[1], [2], [2, 1], [2, 2], [3]]),
        ("一、甲。\n\n二、乙：\n\n（一）子；\n\n（二）丑。\n\n三、丙。", [[1], [2], [2, 1], [2, 2], [3]]),
        ("1. Один.\n2. Два:\na) первое;\nb) второе.\n3. Три.", [[1], [2], [2, 1], [2, 2], [3]]),
        ("1. Один.\n2. Два:\nа) первое;\nб) второе.\n3. Три.", [[1], [2], [2, 1], [2, 2], [3]]),
        ("١. واحد\n٢. اثنان:\n(أ) أول؛\n(ب) ثان.\n٣. ثلاثة", [[1], [2], [2, 1], [2, 2], [3]]),
        ("1. 하나\n2. 둘:\n가. 첫째\n나. 둘째\n3. 셋", [[1], [2], [2, 1], [2, 2], [3]]),
        ("① 하나\n② 둘\n③ 셋", [[1], [2], [3]]),
        ("The following:(a) one;(b) two;and (c)", [[1], [2]]),
        ("下列行為：（甲）殺害；（乙）傷害；（丙）滅絕。", [[1], [2], [3]]),
    ])
    func `are the same whatever they are counted by`(text: String, expected: [[Int]]) {
        #expect(paths(text) == expected)
    }

    @Test func `may be letters or Roman numerals, whichever goes on`() {
        let letters = "abcdefghij".map { "(\($0)) x" }.joined(separator: "\n")
        #expect(paths(letters) == (1...10).map { [$0] })
        #expect(
            paths("(a) x\n(i) y\n(ii) z\n(iii) z\n(iv) z\n(v) z\n(b) x") == [
                [1], [1, 1], [1, 2], [1, 3], [1, 4], [1, 5], [2],
            ])
    }

    @Test func `are not what a sentence refers to`() {
        #expect(paths("As in paragraph 1 (a) and (b), and article 2. Then 3 (c).").isEmpty)
        #expect(paths("1. In 1982, 2. and 2.5 of it\n2. Two").map(\.last) == [1, 2])
        #expect(paths("1982. A year.").isEmpty)
    }

    @Test func `may have lost one of their labels`() {
        #expect(paths("1. One\n3. Three\n4. Four") == [[1], [3], [4]])
        #expect(paths("2. Two\n3. Three") == [[2], [3]])
    }
}

@Suite("The figures of a text")
struct FigureScanTests {
    private func figures(_ text: String) -> [String] { FigureScan(of: UnitScan(of: text)).figures.map(\.text) }

    @Test(arguments: [
        ("60 days, 60 jours, ٦٠ يوما, ६० दिन, ６０日", ["60", "60", "60", "60", "60"]),
        (
            "10,000 and 10.000 and 10 000 and 10\u{A0}000 and 10\u{202F}000 and 10’000 and ١٠٬٠٠٠",
            ["10000", "10000", "10000", "10000", "10000", "10000", "10000"]
        ),
        ("0.5 and 0,5 and ٠٫٥", ["0.5", "0.5", "0.5"]),
        ("1,234,567.25 and 1.234.567,25", ["1234567.25", "1234567.25"]),
        (
            "50% or 50 % or 50 per cent or 50 pour cent or ٥٠٪ or 百分之50 or %50",
            ["50%", "50%", "50%", "50%", "50%", "50%", "50%"]
        ),
        ("2 (a) of article 17, 78/650", ["2", "17", "78", "650"]),
        ("007 and 0", ["7", "0"]),
        ("sixty days", []),
    ])
    func `are one spelling for all languages`(text: String, expected: [String]) {
        #expect(figures(text) == expected)
    }

    @Test(arguments: [
        "10 December 1982", "December 10, 1982", "December 10th, 1982", "10 décembre 1982", "10 de diciembre de 1982",
        "10 декабря 1982 года", "10 كانون الأول / ديسمبر 1982", "١٠ كانون الأول/ديسمبر ١٩٨٢", "1982年12月10日",
        "一九八二年十二月十日", "1982년 12월 10일", "1982-12-10", "10.12.1982",
    ])
    func `are dates in any language`(text: String) {
        #expect(figures("on \(text) then") == ["1982-12-10"])
    }

    @Test func `are months and years where there is no more`() {
        #expect(figures("in December 1982, on 1er mars, in 1982") == ["1982-12", "--03-01", "1982"])
        #expect(figures("1982年12月，3月1日，一九八二年") == ["1982-12", "--03-01", "1982"])
    }

    @Test func `are those that Chinese writes in words where others write digits, and no others`() {
        #expect(figures("第七十条第二款，第一百零九條，第二八七条") == ["70", "2", "109", "287"])
        #expect(figures("一般规定，三年，第三部分").isEmpty)
    }

    @Test func `are not the labels of paragraphs`() {
        #expect(figures("1. In 30 days.\n2. In 60.") == ["30", "60"])
    }
}

@Suite("Concord of languages")
struct ConcordTests {
    private func findings(_ texts: [String: String?]) -> [String] {
        Concord(of: texts).findings.map { finding in
            let counts = finding.counts.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }
            return ([finding.kind.rawValue, finding.subject] + counts).joined(separator: " ")
        }
    }

    @Test func `finds nothing where all say the same`() {
        let english = "1. Within 60 days.\n2. By 31 January 2030:\n(a) all;\n(b) 50 per cent."
        let french = "1. Dans les 60 jours.\n2. Au 31 janvier 2030 :\na) tout ;\nb) 50 %."
        let arabic = "١. في غضون ٦٠ يوما.\n٢. بحلول ٣١ كانون الثاني/يناير ٢٠٣٠:\n(أ) الكل؛\n(ب) ٥٠ في المائة."
        #expect(findings(["en": english, "fr": french, "ar": arabic]).isEmpty)
        #expect(findings(["en": english]).isEmpty && findings([:]).isEmpty)
    }

    @Test func `points out what is missing, and what is empty`() {
        #expect(findings(["en": "Words.", "fr": nil]) == ["missing  en1 fr0"])
        #expect(findings(["en": "Words.", "fr": " \n\u{A0}"]) == ["empty  en1 fr0"])
        #expect(findings(["en": "60", "fr": nil, "ko": "61"]).count == 3)
    }

    @Test func `points out a unit that is not everywhere, once with all it contains`() {
        let english = "1. One.\n2. Two:\n(a) x;\n(b) y.\n3. Three."
        #expect(findings(["en": english, "fr": "1. Un.\n2. Deux :\na) x.\n3. Trois."]) == ["unit 2. (b) en1 fr0"])
        #expect(findings(["en": english, "fr": "1. Un.\n3. Trois."]) == ["unit 2. en1 fr0"])
    }

    @Test func `points out a figure that differs, with how often it is there`() {
        #expect(
            findings(["en": "60 days and 60 more", "fr": "60 jours et 90 de plus"])
                == ["figure 60 en2 fr1", "figure 90 en0 fr1"])
        #expect(findings(["en": "5%", "fr": "5"]) == ["figure 5 en0 fr1", "figure 5% en1 fr0"])
    }

    @Test func `costs no more than the length of hostile texts`() {
        for piece in [
            "(a)", "1.", "1 000 ", "(", "第一", "1.1.1.", "- 1 ", "%5%", "i", "-", "10 de de of ", "(i)\n", "2.\n",
        ] {
            let text = String(repeating: piece, count: 1_000)
            let elapsed = ContinuousClock().measure { _ = Concord(of: ["en": text, "fr": text + "1"]) }
            #expect(elapsed < .seconds(20), "\(piece)")
        }
    }
}
