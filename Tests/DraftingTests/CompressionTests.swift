import DraftingReference
import Testing

@testable import Drafting

@Suite("Compression")
struct CompressionTests {
    @Test func `gives back what it took, of any kind and size`() {
        var random = SplitMix64(seed: 1)
        for size in [0, 1, 2, 3, 4, 5, 100, 5000, 200_000] {
            for letters in [1, 2, 26, 256] {
                var bytes = (0..<size).map { _ in UInt8(random.below(letters)) }
                // Passages of all lengths that were there before.
                for _ in 0..<size / 50 {
                    let length = min(random.within(1...400), size / 2)
                    let (from, to) = (random.below(size - length), random.below(size - length))
                    bytes.replaceSubrange(to..<to + length, with: Array(bytes[from..<from + length]))
                }
                let start = size / 3
                let compressed = TextCompression.compress(bytes, from: start)[...]
                let known = Array(bytes[..<start])
                #expect(TextCompression.decompress(compressed, count: size - start, after: known) == bytes)
            }
        }
    }

    @Test func `makes ordinary text less than half as long`() {
        let text = Array(
            (0..<60).map { "Article \($0). The parties shall exchange liaison offices within \($0) days. " }.joined()
                .utf8)
        #expect(TextCompression.compress(text).count < text.count / 5)
    }

    @Test func `reads garbage as nothing or as something, and never past its end`() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<2000 {
            let garbage = (0..<random.below(200)).map { _ in UInt8(random.below(256)) }
            let read = TextCompression.decompress(garbage[...], count: 1000, after: [])
            #expect(read == nil || read?.count == 1000)
        }
    }

    @Test func `of numbers gives them back, and learns`() {
        var random = SplitMix64(seed: 3)
        let numbers = (0..<3000).map { _ in UInt32(truncatingIfNeeded: random.next() >> UInt64(32 + random.below(32))) }
        var encoder = AdaptiveEncoder()
        var models = (NumberModel(), SignedModel(), NumberModel())
        for number in numbers {
            models.0.encode(number, &encoder)
            models.1.encode(Int(number) - 100, &encoder)
            models.2.encode(7, &encoder)
            encoder.encodePlain(UInt64(number & 31), count: 5)
        }
        let bytes = encoder.finish()
        var decoder = AdaptiveDecoder(bytes[...])
        models = (NumberModel(), SignedModel(), NumberModel())
        for number in numbers {
            #expect(models.0.decode(&decoder) == number)
            #expect(models.1.decode(&decoder) == Int(number) - 100)
            #expect(models.2.decode(&decoder) == 7)
            #expect(decoder.decodePlain(count: 5) == UInt64(number & 31))
        }
        encoder = AdaptiveEncoder()
        var model = NumberModel()
        for _ in 0..<8000 { model.encode(7, &encoder) }
        #expect(encoder.finish().count < 150)
    }
}
