internal import CanonicalEncoding
internal import Identity

/// A day of the Gregorian calendar, written as `2030-01-31` (RFC 3339, `full-date`).
public struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let year: Int
    public let month: Int
    public let day: Int

    /// Nil for what is no such day.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let areDigits = parts.allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) } }
        guard parts.map(\.count) == [4, 2, 2], areDigits else { return nil }
        let numbers = parts.map { $0.reduce(0) { 10 * $0 + Int($1 - 0x30) } }
        guard (1...12).contains(numbers[1]), numbers[2] >= 1,
            numbers[2] <= Self.length(ofMonth: numbers[1], year: numbers[0])
        else { return nil }
        (year, month, day) = (numbers[0], numbers[1], numbers[2])
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The last second of the day in UTC, in seconds since 1970-01-01T00:00:00Z; nil for a day before that.
    public var lastSecond: UInt64? {
        // Days since 0000-03-01, so that the leap day ends a year: the inverse of what `Timestamp` of `Wording` does.
        let shiftedYear = month > 2 ? year : year - 1
        guard shiftedYear >= 0 else { return nil }
        let monthFromMarch = (month + 9) % 12
        let leapDays = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
        let days = 365 * shiftedYear + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1 - 719_468
        return days < 0 ? nil : UInt64(days) * 86_400 + 86_399
    }

    public static func < (one: Day, other: Day) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }

    public var description: String {
        func padded(_ number: Int, _ count: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, count - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

/// From when and until when a provision applies by its own words: content like any other, which decides nothing.
///
/// Source: `Docs/Specification/charter.md`, section "Dates".
public struct Applicability: Hashable, Sendable {
    public let from: Bound?
    public let until: Bound?

    public enum Bound: Hashable, Sendable {
        /// For `until` the last day on which it applies.
        case day(Day)
        /// An event that the text speaks of.
        case event(String)
    }

    /// What can be said of one day.
    public enum OnDay: Hashable, Sendable {
        case applies
        case notYet(from: Day)
        case noLonger(until: Day)
        /// It hangs on an event, and no day tells whether that has come.
        case hangs(on: String)
    }

    public static let fromAttribute = "appliesFrom"
    public static let untilAttribute = "appliesUntil"

    /// Nil for content that says neither.
    public init?(_ content: Content) {
        func bound(_ attribute: String) -> Bound? {
            guard case .text(let text)? = content.attributes[Identifier(attribute)!] else { return nil }
            return Day(text.string).map { .day($0) } ?? .event(text.string)
        }
        from = bound(Self.fromAttribute)
        until = bound(Self.untilAttribute)
        if from == nil, until == nil { return nil }
    }

    public func on(_ day: Day) -> OnDay {
        if case .day(let first)? = from, day < first { return .notYet(from: first) }
        if case .day(let last)? = until, last < day { return .noLonger(until: last) }
        if case .event(let event)? = from { return .hangs(on: event) }
        if case .event(let event)? = until { return .hangs(on: event) }
        return .applies
    }
}
