import Agreement
import Testing

@testable import Charters

@Suite("An order key")
struct OrderKeyTests {
    @Test(arguments: [1, 2, 3, 15, 16, 200, 4_095, 70_000])
    func `of a sequence is above the one before it, and never ends in a zero`(count: Int) {
        let keys = OrderKey.sequence(count: count)
        #expect(keys.count == count)
        for (one, next) in zip(keys, keys.dropFirst()) where !one.lexicographicallyPrecedes(next) {
            Issue.record("\(one) is not below \(next)")
        }
        #expect(keys.allSatisfy { $0.last != 0 && !$0.isEmpty && $0.count <= 3 })
    }

    @Test func `of no sequence is none`() {
        #expect(OrderKey.sequence(count: 0) == [])
    }

    @Test func `between two is above the one and below the other, wherever one goes on inserting`() throws {
        var random = SeededGenerator(seed: 1)
        var row: [[UInt8]] = []
        for _ in 0..<3_000 {
            let place = Int.random(in: 0...row.count, using: &random)
            let low = place > 0 ? row[place - 1] : nil
            let high = place < row.count ? row[place] : nil
            let key = try #require(OrderKey.between(low, high))
            if let low, !low.lexicographicallyPrecedes(key) { Issue.record("\(key) is not above \(low)") }
            if let high, !key.lexicographicallyPrecedes(high) { Issue.record("\(key) is not below \(high)") }
            #expect(key.last != 0)
            row.insert(key, at: place)
        }
        #expect(row.map(\.count).max()! < 16)
    }

    @Test func `at the end of a row costs a byte in a hundred`() throws {
        var key: [UInt8] = [0x80]
        for _ in 0..<10_000 { key = try #require(OrderKey.between(key, nil)) }
        #expect(key.count <= 80)
    }

    @Test func `has no room between equal keys, and none before a foreign zero`() {
        #expect(OrderKey.between([5], [5]) == nil)
        #expect(OrderKey.between([6], [5]) == nil)
        #expect(OrderKey.between(nil, [0]) == nil)
        #expect(OrderKey.between(nil, []) == nil)
        #expect(OrderKey.between([], [0]) == nil)
        #expect(OrderKey.between([5], [5, 0]) == nil)
    }

    @Test func `between a key and one that begins with it is longer than the first`() {
        #expect(OrderKey.between([5], [5, 1]) == [5, 0, 0x80])
        #expect(OrderKey.between([5], [5, 200]) == [5, 100])
        #expect(OrderKey.between([5, 255, 255], [6]) == [5, 255, 255, 0x80])
    }
}

/// SplitMix64: the same numbers from the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
