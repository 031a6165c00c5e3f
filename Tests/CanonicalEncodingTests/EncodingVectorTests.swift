import CanonicalEncoding
import TestSupport
import Testing

@Suite("A vector of the encoding")
struct EncodingVectorTests {
    private static let vectors = Vector.all(of: "encoding")

    @Test(arguments: vectors)
    func `is refused with its code, or written again as it came`(vector: Vector) {
        let outcome: String
        do throws(DecodingRefusal) {
            #expect(try CanonicalDecoder.decode(vector.bytes).encoded() == vector.bytes)
            outcome = "valid"
        } catch {
            outcome = error.fault.rawValue
        }
        #expect(outcome == vector.expectation)
    }

    @Test func `exists for every fault of the encoding, and for no other`() {
        let ofTheEncoding = SpecificationPage("encoding.md").table(under: "Faults").filter { $0[1] != "shape" }
        #expect(Set(Self.vectors.map(\.expectation)) == Set(ofTheEncoding.map { $0[0] } + ["valid"]))
    }

    @Test func `that is valid is refused when it is cut short anywhere, and when a byte follows`() {
        for vector in Self.vectors where vector.expectation == "valid" {
            for count in 0..<vector.bytes.count {
                #expect(fault(of: Array(vector.bytes[..<count])) == .truncated, "\(vector), \(count) bytes")
            }
            for byte: UInt8 in [0x00, 0x80, 0xff] {
                #expect(fault(of: vector.bytes + [byte]) == .trailingBytes, "\(vector)")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `that is changed by a byte or cut is refused, or read as what writes the same bytes`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let samples = Self.vectors.filter { $0.expectation == "valid" }.map(\.bytes)
        var refused = 0
        for _ in 0..<5_000 {
            let bytes = mutated(samples.randomElement(using: &generator)!, by: &generator)
            guard let value = try? CanonicalDecoder.decode(bytes) else {
                refused += 1
                continue
            }
            if value.encoded() != bytes { Issue.record("seed \(seed): \(bytes) reads as \(value)") }
        }
        #expect((1..<5_000).contains(refused))
    }
}

/// The fault that `bytes` are refused for; nil if they are a record.
func fault(of bytes: [UInt8]) -> DecodingFault? {
    do {
        _ = try CanonicalDecoder.decode(bytes)
        return nil
    } catch {
        return error.fault
    }
}
