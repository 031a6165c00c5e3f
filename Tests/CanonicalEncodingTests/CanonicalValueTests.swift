import CanonicalEncoding
import TestSupport
import Testing

@Suite("A value")
struct CanonicalValueTests {
    /// A random value of at most `depth` levels; keys are drawn from few, so that maps are refused their doubles.
    private static func value(depth: Int, by generator: inout SplitMix64) -> CanonicalValue {
        let number = generator.next() >> UInt64.random(in: 0..<64, using: &generator)
        let count = Int.random(in: 0..<(depth > 1 ? 5 : 1), using: &generator)
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: return .unsigned(number)
        case 1: return .negative(number)
        case 2: return .bytes(generator.bytes(count: Int.random(in: 0..<40, using: &generator)))
        case 3: return .text(String(repeating: "é水\u{0}", count: Int.random(in: 0..<12, using: &generator)))
        case 4: return .bool(number & 1 == 0)
        case 5: return .null
        case 6 where depth > 1: return .tagged(number, value(depth: depth - 1, by: &generator))
        case 7:
            let areTexts = number & 1 == 0
            let keys = Set((0..<count).map { _ in Int64.random(in: -300...300, using: &generator) })
            return .map(
                CanonicalMap(
                    keys.map { (areTexts ? .text("\($0)") : .integer($0), value(depth: depth - 1, by: &generator)) }))
        default: return .array((0..<count).map { _ in value(depth: depth - 1, by: &generator) })
        }
    }

    @Test func `is what its encoding decodes to`() throws {
        var generator = SplitMix64(seed: 8949)
        for _ in 0..<3_000 {
            let value = Self.value(depth: 6, by: &generator)
            #expect(try CanonicalDecoder.decode(value.encoded()) == value)
        }
    }

    @Test(arguments: [
        (0, "00"), (23, "17"), (24, "1818"), (255, "18ff"), (256, "190100"), (65_535, "19ffff"), (65_536, "1a00010000"),
        (4_294_967_295, "1affffffff"), (4_294_967_296, "1b0000000100000000"), (-1, "20"), (-24, "37"), (-25, "3818"),
        (Int64.max, "1b7fffffffffffffff"), (Int64.min, "3b7fffffffffffffff"),
    ])
    func `that is an integer has the shortest head that holds it`(number: Int64, hex: String) {
        #expect(hexadecimal(CanonicalValue.integer(number).encoded()) == hex)
    }

    @Test func `that is a map does not depend on the order in which its fields are named`() {
        let fields: [(String, CanonicalValue?)] = [
            ("roadmap", .null), ("at", .unsigned(1)), ("absent", nil), ("b", .bool(true)), ("party", .text("KOR")),
        ]
        let encoded = CanonicalValue.record(fields).encoded()
        #expect(CanonicalValue.record(fields.reversed()).encoded() == encoded)
        #expect(hexadecimal(encoded) == "a46162f562617401657061727479634b4f5267726f61646d6170f6")
    }

    @Test func `that is a map gives what stands under a key, and nothing under another`() {
        let map = CanonicalMap([(.text("aa"), .unsigned(1)), (.text("b"), .unsigned(2))])
        #expect(map[.text("aa")] == .unsigned(1))
        #expect(map[.text("ab")] == nil)
        #expect(map.entries.map(\.key) == [.text("b"), .text("aa")])
    }

    @Test func `written piece by piece is the same bytes`() {
        var encoder = CanonicalEncoder()
        encoder.array(count: 8)
        encoder.unsigned(300)
        encoder.negative(4)
        encoder.bytes([1, 2, 3][1...])
        encoder.text("é")
        encoder.map(count: 1)
        encoder.text("a")
        encoder.bool(false)
        encoder.tag(18)
        encoder.array(count: 0)
        encoder.value(.bool(true))
        encoder.null()
        #expect(hexadecimal(encoder.bytes) == "8819012c2442020362c3a9a16161f4d280f5f6")
    }
}

@Suite("An exact text")
struct ExactTextTests {
    private let composed: ExactText = "\u{e9}"
    private let combining: ExactText = "e\u{301}"

    @Test func `is another than the same letters spelt otherwise, where Swift's strings are one`() {
        #expect(composed.string == combining.string)
        #expect(composed != combining)
        #expect(Set([composed, combining]).count == 2)
        #expect(CanonicalValue.text(composed) != .text(combining))
    }

    @Test func `is ordered by its bytes`() {
        #expect(combining < composed)
        let texts: [ExactText] = ["b", "a", "", "aa", "\u{10000}", "\u{fffd}"]
        #expect(texts.sorted() == ["", "a", "aa", "b", "\u{fffd}", "\u{10000}"])
    }

    @Test func `hashes as it compares, and two texts do not hash as one text cut in two`() {
        let slice = ExactText(String("xab".dropFirst()))
        #expect(slice == "ab" && slice.hashValue == ExactText("ab").hashValue)
        #expect(hash(["ab", "c"]) != hash(["a", "bc"]))
        #expect(hash(["", "abc"]) != hash(["abc", ""]))
    }

    private func hash(_ texts: [ExactText]) -> Int {
        var hasher = Hasher()
        for text in texts { hasher.combine(text) }
        return hasher.finalize()
    }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
