/// Dates among the tokens of a text.
enum DateReading {
    typealias Token = FigureTokens.Token

    /// The date that begins at a token, and how many tokens it takes; nil if none does.
    ///
    /// - Returns: `1982-12-10`; `1982-12` without a day, `--12-10` without a year (ISO 8601-1:2000).
    static func date(at index: Int, in tokens: [Token]) -> (text: String, count: Int)? {
        if case .mark(let mark) = tokens[index], mark != "第" { return nil }
        var reader = Reader(tokens: tokens, index: index)
        for read in [named, numeric, dotted, eastAsian, section] {
            reader.index = index
            if let text = read(&reader), reader.index > index { return (text, reader.index - index) }
        }
        return nil
    }

    /// A place among tokens.
    struct Reader {
        let tokens: [Token]
        var index: Int

        func peek(_ offset: Int = 0) -> Token? {
            index + offset < tokens.count ? tokens[index + offset] : nil
        }

        mutating func number(_ range: ClosedRange<Int>, digitCount: ClosedRange<Int> = 1...4) -> Int? {
            guard case .number(let text)? = peek(), digitCount.contains(text.utf8.count), let number = Int(text),
                range.contains(number)
            else { return nil }
            index += 1
            return number
        }

        /// A number in digits or in Chinese characters.
        mutating func anyNumber(_ range: ClosedRange<Int>) -> Int? {
            if case .chinese(let number)? = peek(), range.contains(number) {
                index += 1
                return number
            }
            return number(range)
        }

        mutating func skip(words: [String]) {
            while case .word(let word)? = peek(), words.contains(word) { index += 1 }
        }

        mutating func take(_ marks: Unicode.Scalar...) -> Bool {
            guard case .mark(let mark)? = peek(), marks.contains(mark) else { return false }
            index += 1
            return true
        }

        mutating func take(word: String) -> Bool {
            guard peek() == .word(word) else { return false }
            index += 1
            return true
        }

        /// The name of a month; in Arabic often both names with a stroke between them.
        mutating func month() -> Int? {
            guard let month = oneMonth() else { return nil }
            let behind = index
            if take("/"), oneMonth() == month { return month }
            index = behind
            return month
        }

        private mutating func oneMonth() -> Int? {
            guard case .word(let word)? = peek() else { return nil }
            if let month = MonthNames.single[word] {
                index += 1
                return month
            }
            guard case .word(let second)? = peek(1), let month = MonthNames.double[word + " " + second] else {
                return nil
            }
            index += 2
            return month
        }
    }

    private static func text(_ year: Int?, _ month: Int, _ day: Int?) -> String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let end = day.map { "-" + padded($0) } ?? ""
        return (year.map { "\($0)-" } ?? "--") + padded(month) + end
    }

    /// `10 December 1982`, `December 10, 1982`, `10 de diciembre de 1982`, `December 1982`.
    private static func named(_ reader: inout Reader) -> String? {
        let links = ["of", "de", "du", "del", "the", "st", "nd", "rd", "th", "er", "г", "года"]
        func year() -> Int? {
            let start = reader.index
            reader.skip(words: links)
            _ = reader.take(",")
            reader.skip(words: links)
            if let year = reader.number(1_000...9_999, digitCount: 4...4) { return year }
            reader.index = start
            return nil
        }
        if let day = reader.number(1...31, digitCount: 1...2) {
            reader.skip(words: links)
            _ = reader.take("º", "°", ".")
            reader.skip(words: links)
            guard let month = reader.month() else { return nil }
            return text(year(), month, day)
        }
        guard let month = reader.month() else { return nil }
        let start = reader.index
        reader.skip(words: links)
        if let day = reader.number(1...31, digitCount: 1...2) {
            return text(year(), month, day)
        }
        reader.index = start
        return year().map { text($0, month, nil) }
    }

    /// `2030-01-31`.
    private static func numeric(_ reader: inout Reader) -> String? {
        guard let year = reader.number(1_000...9_999, digitCount: 4...4), reader.take("-", "\u{2011}"),
            let month = reader.number(1...12), reader.take("-", "\u{2011}"), let day = reader.number(1...31)
        else { return nil }
        return text(year, month, day)
    }

    /// `31.1.2030`.
    private static func dotted(_ reader: inout Reader) -> String? {
        guard let day = reader.number(1...31), reader.take("."), let month = reader.number(1...12), reader.take("."),
            let year = reader.number(1_000...9_999, digitCount: 4...4)
        else { return nil }
        return text(year, month, day)
    }

    /// `1982年12月10日`, `一九八二年十二月十日`, `1982년 12월 10일`; without a year, or without a day.
    private static func eastAsian(_ reader: inout Reader) -> String? {
        func sign(_ character: Unicode.Scalar, _ word: String) -> Bool {
            reader.take(character) || reader.take(word: word)
        }
        let start = reader.index
        var year = reader.anyNumber(1_000...9_999)
        if year != nil, !sign("年", "년") { return nil }
        if year == nil { (year, reader.index) = (nil, start) }
        let afterYear = reader.index
        guard let month = reader.anyNumber(1...12), sign("月", "월") else {
            // A year by itself is a number.
            reader.index = afterYear
            return year.map(String.init)
        }
        let afterMonth = reader.index
        if let day = reader.anyNumber(1...31), sign("日", "일") { return text(year, month, day) }
        reader.index = afterMonth
        return year.map { text($0, month, nil) }
    }

    /// `第七十条`: a number where others write digits.
    private static func section(_ reader: inout Reader) -> String? {
        guard reader.take("第"), case .chinese(let number)? = reader.peek() else { return nil }
        reader.index += 1
        return reader.take("条", "條", "款", "项", "項", "段") ? String(number) : nil
    }
}

/// The months in the six languages of the United Nations, in small letters, as dates have them.
private enum MonthNames {
    static let single: [String: Int] = names.reduce(into: [:]) { table, language in
        for (index, name) in language.enumerated() where !name.contains(" ") { table[name] = index + 1 }
    }

    static let double: [String: Int] = names.reduce(into: [:]) { table, language in
        for (index, name) in language.enumerated() where name.contains(" ") { table[name] = index + 1 }
    }

    private static let names: [[String]] = [
        [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november",
            "december",
        ],
        [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
            "décembre",
        ],
        [
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre",
        ],
        [
            "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
            "декабря",
        ],
        [
            "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь",
            "декабрь",
        ],
        [
            "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول",
            "تشرين الثاني", "كانون الأول",
        ],
        [
            "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر",
            "ديسمبر",
        ],
    ]
}
