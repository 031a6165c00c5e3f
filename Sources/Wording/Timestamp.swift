/// A moment as records claim it, in seconds since 1970-01-01T00:00:00Z, in the words of RFC 3339.
package enum Timestamp {
    /// `2026-03-01T09:30:00Z`; beyond the year 9999, which RFC 3339 does not reach, with a plus and more digits.
    package static func text(_ seconds: UInt64) -> String {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = civilDate(daysSince1970: days)
        let clock = "\(padded(rest / 3_600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))"
        let shownYear = year > 9_999 ? "+\(year)" : "\(year)"
        return "\(shownYear)-\(padded(month))-\(padded(day))T\(clock)Z"
    }

    /// The proleptic Gregorian date of a day, counted in eras of 400 years that begin on 1 March, so that the leap day
    /// ends a year and no month needs a table.
    static func civilDate(daysSince1970 days: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let shifted = days + 719_468  // days from 0000-03-01
        let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func padded(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
