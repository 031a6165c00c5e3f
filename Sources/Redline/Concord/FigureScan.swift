/// A number, a share or a date, in one spelling for all languages: `60`, `50%`, `1982-12-10`.
struct Figure: Hashable, Comparable, Sendable {
    let text: String

    static func < (one: Figure, other: Figure) -> Bool { one.text.utf8.lexicographicallyPrecedes(other.text.utf8) }
}

/// The figures of one text, in its order.
///
/// Digits of any script count, with the separators of any language: `10,000`, `10 000` and `10.000` are one number, as
/// are `0.5` and `0,5`. A date is read where it is written in digits (`2030-01-31`, `31.1.2030`, `2030年1月31日`), or with
/// the name of a month in one of the six languages of the United Nations. Of numbers in words only those are read that
/// Chinese writes where others write digits: in dates, and behind 第 before a unit of the text. Labels of paragraphs are
/// none.
struct FigureScan: Sendable {
    private(set) var figures: [Figure] = []

    init(of units: UnitScan) {
        let tokens = FigureTokens(of: units.scalars, without: units.labels).tokens
        var index = 0
        while index < tokens.count {
            if let (date, count) = DateReading.date(at: index, in: tokens) {
                figures.append(Figure(text: date))
                index += count
            } else if case .number(let number) = tokens[index] {
                let share = Percentage.length(after: index, in: tokens)
                let isShare = share > 0 || Percentage.ends(before: index, in: tokens)
                figures.append(Figure(text: number + (isShare ? "%" : "")))
                index += 1 + share
            } else {
                index += 1
            }
        }
    }
}

/// What figures are made of: numbers, words and marks, without the blanks between them.
struct FigureTokens {
    enum Token: Hashable {
        /// In ASCII digits, without leading zeros and grouping, with a point before its fraction.
        case number(String)
        /// A number of Chinese characters, which is a figure only in some places.
        case chinese(Int)
        /// In small letters.
        case word(String)
        case mark(Unicode.Scalar)
    }

    private(set) var tokens: [Token] = []
    private let scalars: [Unicode.Scalar]

    init(of scalars: [Unicode.Scalar], without labels: [Range<Int>]) {
        self.scalars = scalars
        var index = 0
        var nextLabel = 0
        while index < scalars.count {
            if nextLabel < labels.count, labels[nextLabel].lowerBound <= index {
                index = max(index, labels[nextLabel].upperBound)
                nextLabel += 1
                continue
            }
            index = read(at: index)
        }
    }

    /// Reads one token; returns where the next one begins.
    private mutating func read(at start: Int) -> Int {
        let scalar = scalars[start]
        if scalar.decimalDigit != nil { return readNumber(at: start) }
        if ChineseNumeral.isPart(scalar) {
            var end = start
            while end < scalars.count, ChineseNumeral.isPart(scalars[end]) { end += 1 }
            if let value = ChineseNumeral.value(of: scalars[start..<end]) { tokens.append(.chinese(value)) }
            return end
        }
        switch ScalarClass(scalar) {
        case .space, .lineBreak: return start + 1
        case .letter, .mark:
            var end = start
            while end < scalars.count, scalars[end].decimalDigit == nil,
                [.letter, .mark].contains(ScalarClass(scalars[end]))
            {
                end += 1
            }
            tokens.append(.word(scalars[start..<end].inSmallLetters))
            return end
        default:
            tokens.append(.mark(scalar))
            return start + 1
        }
    }

    // MARK: Numbers

    private static let grouping: [Unicode.Scalar] = [
        ",", ".", " ", "'", "\u{2019}", "\u{66C}", "\u{A0}", "\u{202F}", "\u{2009}",
    ]
    private static let fraction: [Unicode.Scalar] = [",", ".", "\u{66B}"]

    private mutating func readNumber(at start: Int) -> Int {
        var (digits, end) = run(at: start)
        var separator: Unicode.Scalar?
        while digits.count <= 3 || separator != nil, end + 1 < scalars.count, Self.grouping.contains(scalars[end]),
            separator == nil || separator == scalars[end]
        {
            let (group, next) = run(at: end + 1)
            guard group.count == 3 else { break }
            separator = scalars[end]
            digits += group
            end = next
        }
        if end + 1 < scalars.count, Self.fraction.contains(scalars[end]), scalars[end] != separator {
            let (part, next) = run(at: end + 1)
            // Another one behind it makes a date of it, or the number of a section.
            if isJoined(at: next, by: scalars[end]) { return readChain(digits, from: end) }
            if !part.isEmpty, part.count != 3 || scalars[end] == "\u{66B}" {
                tokens.append(.number(Self.plain(digits) + "." + Self.text(part)))
                return next
            }
        }
        tokens.append(.number(Self.plain(digits)))
        return end
    }

    private func isJoined(at end: Int, by mark: Unicode.Scalar) -> Bool {
        end + 1 < scalars.count && scalars[end] == mark && scalars[end + 1].decimalDigit != nil
    }

    /// Numbers with one mark between them, each by itself: `31.1.2030`.
    private mutating func readChain(_ digits: [Int], from start: Int) -> Int {
        tokens.append(.number(Self.plain(digits)))
        let mark = scalars[start]
        var end = start
        while isJoined(at: end, by: mark) {
            let (part, next) = run(at: end + 1)
            tokens += [.mark(mark), .number(Self.plain(part))]
            end = next
        }
        return end
    }

    /// The digits from here on, all of one script.
    private func run(at start: Int) -> (digits: [Int], end: Int) {
        var digits: [Int] = []
        var end = start
        while end < scalars.count, let digit = scalars[end].decimalDigit {
            // 1 and ١ do not make an eleven.
            if !digits.isEmpty, scalars[end].value &- UInt32(digit) != scalars[start].value &- UInt32(digits[0]) {
                break
            }
            digits.append(digit)
            end += 1
        }
        return (digits, end)
    }

    private static func text(_ digits: [Int]) -> String { digits.map(String.init).joined() }

    private static func plain(_ digits: [Int]) -> String {
        let shown = digits.drop { $0 == 0 }
        return shown.isEmpty ? "0" : text(Array(shown))
    }
}

/// Signs and words that make a share of a hundred of a number.
private enum Percentage {
    private static let signs: [Unicode.Scalar] = ["%", "٪", "％", "﹪"]
    private static let phrases: [[String]] = [
        ["percent"], ["per", "cent"], ["pour", "cent"], ["por", "ciento"], ["процентов"], ["процента"], ["процент"],
        ["процентам"], ["процентами"], ["в", "процентах"], ["في", "المائة"], ["في", "المئة"], ["بالمائة"], ["بالمئة"],
        ["퍼센트"], ["パーセント"], ["prozent"],
    ]

    /// How many tokens behind a number say so; 0 if none do.
    static func length(after index: Int, in tokens: [FigureTokens.Token]) -> Int {
        guard index + 1 < tokens.count else { return 0 }
        if case .mark(let mark) = tokens[index + 1], signs.contains(mark) { return 1 }
        let phrase = phrases.first { phrase in
            tokens.dropFirst(index + 1).prefix(phrase.count).elementsEqual(phrase.map { .word($0) })
        }
        return phrase?.count ?? 0
    }

    /// 百分之 before the number, or the sign, as Turkish and Basque have it.
    static func ends(before index: Int, in tokens: [FigureTokens.Token]) -> Bool {
        guard index >= 1, case .mark(let mark) = tokens[index - 1] else { return false }
        if signs.contains(mark) {
            // The sign of the number before it is that one's.
            if index >= 2, case .number = tokens[index - 2] { return false }
            return true
        }
        return mark == "之" && index >= 2 && tokens[index - 2] == .mark("分")
    }
}
