import Testing

@testable import NodeLogic

@Suite("What is taken of a key in a day")
struct DailyAllowanceTests {
    private let limit = DailyAllowance.Amount(entryCount: 3, byteCount: 1_000)
    private let today = DailyAllowance.firstDay + 10

    private func time(_ day: UInt64) -> UInt64 { (DailyAllowance.firstDay + day) * DailyAllowance.secondsPerDay + 77 }

    private func taking(_ days: [UInt64], byteCount: Int = 10) -> DailyAllowance {
        days.reduce(into: DailyAllowance()) {
            $0.take(byteCount: byteCount, time: time($1), today: today, limit: limit)
        }
    }

    @Test func `ends with a number of entries, or of bytes`() {
        #expect(taking([10, 10]).hasRoom(forTime: time(10), today: today))
        #expect(!taking([10, 10, 10]).hasRoom(forTime: time(10), today: today))
        #expect(taking([10], byteCount: 999).hasRoom(forTime: time(10), today: today))
        #expect(!taking([10], byteCount: 1_000).hasRoom(forTime: time(10), today: today))
        #expect(taking([10, 10, 10]).hasRoom(forTime: time(10), today: today + 1))
    }

    @Test func `is that of the day that an entry claims, and of the next ones with room`() {
        #expect(taking([10, 10, 10]).hasRoom(forTime: time(9), today: today))
        #expect(taking([9, 9, 9]).hasRoom(forTime: time(9), today: today))
        let full = taking([9, 9, 9, 9, 9, 9])
        #expect(!full.hasRoom(forTime: time(9), today: today) && full.hasRoom(forTime: time(8), today: today))
        // Eleven days with three each, in whatever order.
        for order in [Array(0...10), Array((0...10).reversed())] as [[UInt64]] {
            let all = taking(order.flatMap { [$0, $0, $0] })
            #expect((0...10).allSatisfy { !all.hasRoom(forTime: time($0), today: today) })
            #expect((0...10).allSatisfy { all.hasRoom(forTime: time($0), today: today + 1) })
        }
    }

    @Test func `is neither in the future nor before there was anything to write`() {
        let future = taking([11, 5_000, 90_000])
        #expect(!future.hasRoom(forTime: time(12), today: today) && future.hasRoom(forTime: time(9), today: today))
        var past = DailyAllowance()
        for time in [0, 1, 86_400 * 5] as [UInt64] { past.take(byteCount: 1, time: time, today: today, limit: limit) }
        #expect(past.hasRoom(forTime: 0, today: today) && !past.hasRoom(forTime: 0, today: DailyAllowance.firstDay))
        var extreme = DailyAllowance()
        extreme.take(byteCount: 1, time: .max, today: 0, limit: limit)
        #expect(extreme.hasRoom(forTime: .max, today: 0))
    }

    @Test func `costs no more for whoever has filled many days`() {
        let days = 20_000 as UInt64
        let late = DailyAllowance.firstDay + days
        var allowance = DailyAllowance()
        for day in 0..<days {
            for _ in 0..<3 { allowance.take(byteCount: 1, time: time(day), today: late, limit: limit) }
        }
        let elapsed = ContinuousClock().measure {
            for day in 0..<days { allowance.take(byteCount: 1, time: time(day), today: late, limit: limit) }
        }
        #expect(!allowance.hasRoom(forTime: time(0), today: late))
        #expect(elapsed < .seconds(5), "a walk over all days for each would take minutes")
    }
}
