import CanonicalEncoding
import Identity
import TestSupport
import Testing

/// What becomes of a vector: `valid`, or the code that `read` refuses it with.
private func outcome(_ vector: Vector, _ read: ([UInt8]) throws(DecodingRefusal) -> Void) -> String {
    do throws(DecodingRefusal) {
        try read(vector.bytes)
        return "valid"
    } catch {
        return error.fault.rawValue
    }
}

private func record(_ bytes: [UInt8]) throws(DecodingRefusal) -> PartyRecord {
    try PartyRecord(Field(CanonicalDecoder.decode(bytes), path: ""))
}

@Suite("A vector of party records")
struct PartyRecordVectorTests {
    private static let vectors = Vector.all(of: "party-record")

    @Test(arguments: vectors)
    func `is refused with its code, or written again as it came`(vector: Vector) {
        let found = outcome(vector) { bytes throws(DecodingRefusal) in
            #expect(try record(bytes).value.encoded() == bytes)
        }
        #expect(found == vector.expectation)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `that is changed by a byte or cut is refused, or read as what writes the same bytes`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let samples = Self.vectors.filter { $0.expectation == "valid" }.map(\.bytes)
        for _ in 0..<500 {
            let bytes = mutated(samples.randomElement(using: &generator)!, by: &generator)
            guard let record = try? record(bytes) else { continue }
            #expect(record.value.encoded() == bytes, "seed \(seed)")
        }
    }
}

@Suite("A vector of cards")
struct CardVectorTests {
    private static let vectors = Vector.all(of: "card")

    @Test(arguments: vectors)
    func `is refused with its code, or read`(vector: Vector) {
        let found = outcome(vector) { bytes throws(DecodingRefusal) in _ = try PartyCard(encoded: bytes) }
        #expect(found == vector.expectation)
    }

    @Test func `that is changed by a byte or cut is refused`() {
        var generator = SplitMix64(seed: 7)
        let card = Self.vectors.first { $0.name == "one-key" }!.bytes
        for _ in 0..<500 {
            let bytes = mutated(card, by: &generator)
            #expect(throws: DecodingRefusal.self) { try PartyCard(encoded: bytes) }
        }
    }
}

@Suite("The vectors")
struct VectorCollectionTests {
    private static let formats = ["card", "encoding", "key", "party-record", "signature"]

    @Test func `have one for every fault that there is`() {
        let expected = Set(Self.formats.flatMap(Vector.all(of:)).map(\.expectation))
        #expect(expected == Set(DecodingFault.allCases.map(\.rawValue) + ["valid", "false-signature"]))
    }

    @Test func `are each of other bytes than the rest of their format`() {
        for format in Self.formats {
            let vectors = Vector.all(of: format)
            #expect(Set(vectors.map(\.bytes)).count == vectors.count, "\(format)")
        }
    }

    @Test func `are of the formats that the specification names, and of no other`() {
        let named = SpecificationPage("README.md").table(under: "Formats of vectors").map { $0[0] }
        #expect(named.sorted() == Vector.formats)
    }
}
