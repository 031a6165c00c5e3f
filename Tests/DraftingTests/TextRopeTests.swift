import DraftingReference
import Testing

@testable import Drafting

@Suite("A rope")
struct TextRopeTests {
    @Test func `is the array of scalars that the same edits make`() {
        for seed in UInt64(1)...30 {
            var random = SplitMix64(seed: seed)
            var rope = TextRope()
            var plain: [Unicode.Scalar] = []
            for step in 0..<400 {
                // Now and then a paste of several leaves, or the deletion of as much.
                let count = random.chance(3) ? random.below(4000) : random.within(0...6)
                if random.chance(55) || plain.isEmpty {
                    let position = random.chance(50) ? min(step, plain.count) : random.within(0...plain.count)
                    let scalars = (0..<count).map { _ in Self.scalar(&random) }
                    let utf8 = Array(String(String.UnicodeScalarView(scalars)).utf8)
                    utf8.withUnsafeBufferPointer { rope.insert($0, scalarCount: count, at: position) }
                    plain.insert(contentsOf: scalars, at: position)
                } else {
                    let position = random.below(plain.count)
                    let removed = min(count, plain.count - position)
                    rope.remove(removed, at: position)
                    plain.removeSubrange(position..<position + removed)
                }
                #expect(rope.scalarCount == plain.count)
            }
            #expect(Array(rope.string.unicodeScalars) == plain, "seed \(seed)")
            #expect(rope.utf8 == Array(rope.string.utf8))
            #expect(rope.byteCount == rope.utf8.count)
        }
    }

    @Test func `ends empty when all is taken out, and can be filled again`() {
        var rope = TextRope()
        let utf8 = Array(String(repeating: "ä文𝄞x", count: 2000).utf8)
        for _ in 0..<3 {
            utf8.withUnsafeBufferPointer { rope.insert($0, scalarCount: 8000, at: 0) }
            #expect(rope.utf8 == utf8)
            rope.remove(8000, at: 0)
            #expect(rope.utf8 == [])
        }
    }

    private static func scalar(_ random: inout SplitMix64) -> Unicode.Scalar {
        Unicode.Scalar([0x61, 0xE4, 0x6587, 0x1D11E][random.chance(60) ? 0 : random.below(4)] as UInt32)!
    }
}
