import Testing

@testable import Wording

@Suite("A timestamp")
struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (1_772_357_400, "2026-03-01T09:30:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "+10000-01-01T00:00:00Z"),
        ] as [(UInt64, String)])
    func `is the civil date and time of day in UTC`(seconds: UInt64, text: String) {
        #expect(Timestamp.text(seconds) == text)
    }

    @Test func `says something even of the last second that a record can claim`() {
        #expect(Timestamp.text(.max) == "+584554051223-11-09T07:00:15Z")
    }

    @Test func `counts every day of four centuries once`() {
        var expected: (year: UInt64, month: UInt64, day: UInt64) = (1970, 1, 1)
        for day in 0..<UInt64(146_097) {
            #expect(Timestamp.civilDate(daysSince1970: day) == expected)
            expected = next(expected)
        }
    }

    private func next(
        _ date: (year: UInt64, month: UInt64, day: UInt64)
    ) -> (year: UInt64, month: UInt64, day: UInt64) {
        let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
        let lengths: [UInt64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if date.day < lengths[Int(date.month) - 1] { return (date.year, date.month, date.day + 1) }
        return date.month < 12 ? (date.year, date.month + 1, 1) : (date.year + 1, 1, 1)
    }
}
