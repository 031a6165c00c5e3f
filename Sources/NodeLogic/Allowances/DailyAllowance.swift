/// What was taken of one key in each day, up to so many entries and bytes in each.
///
/// An entry counts to the day that its header claims, or to the first one after it that has room, up to today. So a node
/// that comes late takes a year's journals at once, where they could have been written in a year; and who claims other
/// days gains nothing but those in which it wrote less.
struct DailyAllowance: Hashable, Sendable {
    struct Amount: Hashable, Sendable {
        var entryCount = 0
        var byteCount = 0
    }

    /// Days since 1970-01-01 (UTC).
    typealias Day = UInt64
    static let secondsPerDay: UInt64 = 86_400
    /// 2026-01-01, before which nobody wrote an entry.
    static let firstDay: Day = 20_454

    private var taken: [Day: Amount] = [:]
    /// From each full day to a later one, before which there is no room.
    private var full: [Day: Day] = [:]

    /// Whether an entry that claims this time may be taken today.
    func hasRoom(forTime time: UInt64, today: Day) -> Bool {
        var day = Self.day(of: time, today: today)
        while let next = full[day] { day = next }
        return day <= today
    }

    /// Counts an entry; to today where there is no room.
    mutating func take(byteCount: Int, time: UInt64, today: Day, limit: Amount) {
        let day = min(firstOpen(from: Self.day(of: time, today: today)), today)
        taken[day, default: Amount()].entryCount += 1
        taken[day, default: Amount()].byteCount += byteCount
        let amount = taken[day, default: Amount()]
        if amount.entryCount >= limit.entryCount || amount.byteCount >= limit.byteCount { full[day] = day + 1 }
    }

    private static func day(of time: UInt64, today: Day) -> Day { min(max(time / secondsPerDay, firstDay), today) }

    /// The first day from this one on that has room; the way there is made shorter for the next who asks.
    private mutating func firstOpen(from day: Day) -> Day {
        var open = day
        while let next = full[open] { open = next }
        var passed = day
        while let next = full[passed] {
            full[passed] = open
            passed = next
        }
        return open
    }
}
