/// The series by which paragraphs and items of lists are counted, and what a label is in them.
enum OrdinalSeries: Hashable, Sendable {
    case decimal, latin, latinCapital, roman, romanCapital, cyrillic, arabicAbjad, hangul, chinese, stems, circled

    /// The readings of the core of a label: `i` is the ninth letter, and the Roman one.
    ///
    /// - Parameter core: at most ``longestCore`` scalars.
    static func readings(of core: [Unicode.Scalar]) -> [(series: OrdinalSeries, ordinal: Int)] {
        guard let first = core.first, core.count <= longestCore else { return [] }
        if first.decimalDigit != nil {
            let digits = core.map(\.decimalDigit)
            guard core.count <= 4, digits.allSatisfy({ $0 != nil }) else { return [] }
            return [(.decimal, digits.reduce(0) { 10 * $0 + $1! })]
        }
        var readings: [(OrdinalSeries, Int)] = []
        if let ordinal = roman(core) { readings.append((first.value < 0x60 ? .romanCapital : .roman, ordinal)) }
        if let ordinal = ChineseNumeral.value(of: core[...]) { readings.append((.chinese, ordinal)) }
        // Doubled letters come after single ones: z, aa, bb.
        let letter = core.dropFirst().allSatisfy { $0 == first } ? first : nil
        // The Arabic letter for five is written with a stroke that ties it to nothing.
        let plain = core.count == 2 && core[1].value == 0x640 ? first : letter
        guard let plain else { return readings }
        for (series, letters) in letters {
            guard let place = letters.firstIndex(of: plain) else { continue }
            let rounds = core.count == 2 && core[1].value == 0x640 ? 1 : core.count
            readings.append((series, place + 1 + letters.count * (rounds - 1)))
        }
        return readings
    }

    static let longestCore = 8

    private static let letters: [(OrdinalSeries, [Unicode.Scalar])] = [
        (.latin, Array("abcdefghijklmnopqrstuvwxyz".unicodeScalars)),
        (.latinCapital, Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars)),
        (.cyrillic, Array("абвгдежзиклмнопрстуфхцчшщэюя".unicodeScalars)),
        (.arabicAbjad, Array("\u{623}بجدهوزحطيكلمنسعفصقرشتثخذضظغ".unicodeScalars)),
        (.hangul, Array("가나다라마바사아자차카타파하".unicodeScalars)),
        (.stems, Array("甲乙丙丁戊己庚辛壬癸".unicodeScalars)),
        (.circled, (0x2460...0x2473).map { Unicode.Scalar($0 as UInt32)! }),
    ]

    /// Roman numerals up to 89, all in one case.
    private static func roman(_ core: [Unicode.Scalar]) -> Int? {
        let worths: [Unicode.Scalar: Int] =
            core[0].value < 0x60 ? ["I": 1, "V": 5, "X": 10, "L": 50] : ["i": 1, "v": 5, "x": 10, "l": 50]
        let numbers = core.compactMap { worths[$0] }
        guard numbers.count == core.count else { return nil }
        var sum = 0
        for (index, number) in numbers.enumerated() {
            sum += index + 1 < numbers.count && number < numbers[index + 1] ? -number : number
        }
        // Only the usual spelling: `iiii` is no label.
        return sum > 0 && core.inSmallLetters == spelling(sum) ? sum : nil
    }

    private static func spelling(_ number: Int) -> String {
        var (rest, text) = (number, "")
        for (worth, letters) in [(50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")] {
            while rest >= worth { (rest, text) = (rest - worth, text + letters) }
        }
        return text
    }
}

/// Numbers in Chinese characters.
package enum ChineseNumeral {
    private static let digits: [Unicode.Scalar: Int] = [
        "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]
    private static let units: [Unicode.Scalar: Int] = ["十": 10, "百": 100, "千": 1_000]

    package static func isPart(_ scalar: Unicode.Scalar) -> Bool { digits[scalar] != nil || units[scalar] != nil }

    /// The number that `core` is, up to 9,999: 二十一 as 21, and digit by digit 一九八二 as 1982; nil if it is none.
    package static func value(of core: ArraySlice<Unicode.Scalar>) -> Int? {
        guard !core.isEmpty, core.count <= 8, core.allSatisfy(isPart) else { return nil }
        if core.allSatisfy({ digits[$0] != nil }) {
            guard core.count <= 4 else { return nil }
            return core.reduce(0) { 10 * $0 + digits[$1]! }
        }
        var (sum, digit, lastUnit) = (0, nil as Int?, 10_000)
        for scalar in core {
            if let unit = units[scalar] {
                guard unit < lastUnit else { return nil }
                sum += (digit ?? 1) * unit
                (digit, lastUnit) = (nil, unit)
            } else {
                // A zero only says that a place is left out.
                guard digit == nil || digit == 0 else { return nil }
                digit = digits[scalar]!
            }
        }
        return sum + (digit ?? 0)
    }
}
