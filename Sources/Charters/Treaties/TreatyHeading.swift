/// A line that begins an article, a part or an annex, as treaties write it in many languages: `Article 2`,
/// `Article premier`, `Статья 2`, `第二条`, `المادة 2`, `제2조`, `PART II`.
struct TreatyHeading: Hashable {
    enum Kind: String, Hashable, CaseIterable {
        case part, chapter, section, article, annex
    }

    let kind: Kind
    let ordinal: Int
    /// Where it stands, in scalars of the text: the label alone, without what follows it on the line.
    let range: Range<Int>

    /// The heading whose label begins at `start`; nil if none does.
    init?(in scalars: [Unicode.Scalar], at start: Int) {
        guard start < scalars.count, let found = Self.eastAsian(scalars, start) ?? Self.spaced(scalars, start) else {
            return nil
        }
        (kind, ordinal, range) = (found.kind, found.ordinal, start..<found.end)
    }

    init(kind: Kind, ordinal: Int, range: Range<Int>) {
        (self.kind, self.ordinal, self.range) = (kind, ordinal, range)
    }

    // MARK: Scripts with spaces

    private static let words: [(word: [Unicode.Scalar], kind: Kind)] = [
        (
            .article,
            [
                "Article", "ARTICLE", "Artículo", "ARTÍCULO", "Artigo", "ARTIGO", "Articolo", "Artikel", "Статья",
                "СТАТЬЯ",
                "Стаття", "المادة",
            ]
        ),
        (.part, ["PART", "Part", "PARTIE", "Partie", "PARTE", "Parte", "ЧАСТЬ", "Часть", "Teil", "TEIL", "الجزء"]),
        (
            .chapter,
            [
                "CHAPTER", "Chapter", "CHAPITRE", "Chapitre", "CAPÍTULO", "Capítulo", "ГЛАВА", "Глава", "Kapitel",
                "الفصل",
            ]
        ),
        (.section, ["SECTION", "Section", "SECCIÓN", "Sección", "РАЗДЕЛ", "Раздел", "Abschnitt", "الفرع"]),
        (
            .annex,
            [
                "ANNEX", "Annex", "ANNEXE", "Annexe", "ANEXO", "Anexo", "ПРИЛОЖЕНИЕ", "Приложение", "Anhang", "المرفق",
            ]
        ),
    ].flatMap { (kind: Kind, words: [String]) in words.map { (Array($0.unicodeScalars), kind) } }

    private static let spelledOut: [String: Int] = [
        "premier": 1, "première": 1, "1er": 1, "الأول": 1, "الثاني": 2, "الثالث": 3, "الرابع": 4, "الخامس": 5,
        "السادس": 6,
        "السابع": 7, "الثامن": 8, "التاسع": 9, "العاشر": 10,
    ]

    private static func spaced(_ scalars: [Unicode.Scalar], _ start: Int) -> (kind: Kind, ordinal: Int, end: Int)? {
        for (word, kind) in words where scalars[start...].starts(with: word) {
            var index = start + word.count
            guard index < scalars.count, isBlank(scalars[index]) else { continue }
            while index < scalars.count, isBlank(scalars[index]) { index += 1 }
            let numberStart = index
            while index < scalars.count, index - numberStart <= 16, !scalars[index].properties.isWhitespace,
                !".:-–—)(".unicodeScalars.contains(scalars[index])
            {
                index += 1
            }
            let number = Array(scalars[numberStart..<index])
            let name = String(String.UnicodeScalarView(number))
            guard let ordinal = spelledOut[name.lowercased()] ?? Numeral.value(of: number), ordinal > 0 else {
                continue
            }
            guard beginsAHeading(scalars, index) else { continue }
            return (kind, ordinal, index)
        }
        return nil
    }

    /// Whether a heading can end here: the line ends, or goes on with something that begins. `Article 6 shall` and
    /// `Article 6, paragraph 2` speak of an article.
    private static func beginsAHeading(_ scalars: [Unicode.Scalar], _ end: Int) -> Bool {
        var index = end
        while index < scalars.count, isBlank(scalars[index]) { index += 1 }
        guard index < scalars.count else { return true }
        let next = scalars[index]
        return !next.properties.isLowercase && !",;)(".unicodeScalars.contains(next)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\u{a0}" }

    // MARK: East Asian scripts

    private static let signs: [(sign: [Unicode.Scalar], kind: Kind)] = [
        (["条"], .article), (["條"], .article), (["조"], .article), (["部", "分"], .part), (["編"], .part), (["编"], .part),
        (["부"], .part), (["章"], .chapter), (["장"], .chapter), (["节"], .section), (["節"], .section), (["절"], .section),
    ]

    private static func eastAsian(_ scalars: [Unicode.Scalar], _ start: Int) -> (kind: Kind, ordinal: Int, end: Int)? {
        if scalars[start...].starts(with: "附件".unicodeScalars) {
            let number = numeral(scalars, start + 2)
            guard !number.isEmpty, let ordinal = Numeral.value(of: Array(number)) else { return nil }
            return (.annex, ordinal, number.endIndex)
        }
        guard scalars[start] == "第" || scalars[start] == "제" else { return nil }
        let number = numeral(scalars, start + 1)
        guard !number.isEmpty, let ordinal = Numeral.value(of: Array(number)), ordinal > 0,
            let (sign, kind) = signs.first(where: { scalars[number.endIndex...].starts(with: $0.sign) })
        else { return nil }
        return (kind, ordinal, number.endIndex + sign.count)
    }

    private static func numeral(_ scalars: [Unicode.Scalar], _ start: Int) -> ArraySlice<Unicode.Scalar> {
        var end = start
        while end < scalars.count, end - start < 12, Numeral.isPart(scalars[end]) { end += 1 }
        return scalars[min(start, scalars.count)..<end]
    }
}

/// Whole numbers as headings write them: in the digits of any script, in Roman numerals, in Chinese characters.
enum Numeral {
    static func isPart(_ scalar: Unicode.Scalar) -> Bool { worth(scalar) != nil }

    /// Nil for what is no number, or one above 9,999.
    static func value(of scalars: [Unicode.Scalar]) -> Int? {
        guard !scalars.isEmpty, scalars.count <= 12 else { return nil }
        let worths = scalars.compactMap(worth)
        guard worths.count == scalars.count else { return roman(scalars) }
        let isPositional = worths.allSatisfy { $0 < 10 }
        if isPositional { return worths.count <= 4 ? worths.reduce(0) { 10 * $0 + $1 } : nil }
        var (sum, digit) = (0, nil as Int?)
        for worth in worths {
            if worth >= 10 {
                sum += (digit ?? 1) * worth
                digit = nil
            } else {
                digit = worth
            }
        }
        return sum + (digit ?? 0) <= 9_999 ? sum + (digit ?? 0) : nil
    }

    /// What a digit of any script, or a Chinese numeral up to a thousand, is worth.
    private static func worth(_ scalar: Unicode.Scalar) -> Int? {
        if scalar == "〇" { return 0 }
        guard scalar.properties.numericType == .decimal || "零一二三四五六七八九十百千".unicodeScalars.contains(scalar) else {
            return nil
        }
        return scalar == "零" ? 0 : scalar.properties.numericValue.map { Int($0) }
    }

    private static func roman(_ scalars: [Unicode.Scalar]) -> Int? {
        let worths: [Unicode.Scalar: Int] = ["I": 1, "V": 5, "X": 10, "L": 50, "C": 100]
        let numbers = scalars.compactMap { worths[$0] }
        guard numbers.count == scalars.count else { return nil }
        return numbers.indices.reduce(0) { sum, index in
            let next = index + 1 < numbers.count ? numbers[index + 1] : 0
            return sum + (numbers[index] < next ? -numbers[index] : numbers[index])
        }
    }

    /// `XII`, up to 399; the digits above.
    static func romanText(_ number: Int) -> String {
        guard (1..<400).contains(number) else { return "\(number)" }
        var (rest, text) = (number, "")
        for (worth, letters) in [
            (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
        ] {
            while rest >= worth { (rest, text) = (rest - worth, text + letters) }
        }
        return text
    }
}
