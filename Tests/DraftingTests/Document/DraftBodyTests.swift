import CanonicalEncoding
import Cryptography
import Drafting
import Identity
import TestSupport
import Testing

@Suite("A vector of a draft's bodies")
struct DraftBodyTests {
    private func outcome(_ vector: Vector, _ rewritten: ([UInt8]) throws(DecodingRefusal) -> [UInt8]) -> String {
        do throws(DecodingRefusal) {
            #expect(try rewritten(vector.bytes) == vector.bytes)
            return "valid"
        } catch {
            return error.fault.rawValue
        }
    }

    @Test(arguments: Vector.all(of: "draft-opening"))
    func `of openings is refused with its code, or written again as it came`(vector: Vector) {
        let outcome = outcome(vector) { bytes throws(DecodingRefusal) in
            let read = try DraftOpening(body: bytes)
            return try DraftOpening(title: read.title, languages: read.languages, base: read.base).body
        }
        #expect(outcome == vector.expectation)
    }

    @Test(arguments: Vector.all(of: "draft-edits"))
    func `of edits is refused with its code, or written again as it came`(vector: Vector) {
        #expect(outcome(vector, rewrittenEdits) == vector.expectation)
    }

    private func rewrittenEdits(_ bytes: [UInt8]) throws(DecodingRefusal) -> [UInt8] {
        let read = try DraftEdits(body: bytes)
        return try DraftEdits(
            draft: read.draft, parents: read.parents, operations: read.operations, texts: read.texts.reversed()
        ).body
    }

    @Test(arguments: ["draft-opening", "draft-edits"])
    func `is of other bytes than the rest of its format`(format: String) {
        let vectors = Vector.all(of: format)
        #expect(Set(vectors.map(\.bytes)).count == vectors.count)
    }

    @Test func `that is changed by a byte or cut is refused, or read as what writes the same bytes`() {
        var generator = TestSupport.SplitMix64(seed: 5)
        for vector in Vector.all(of: "draft-edits") where vector.bytes.count < 3000 && !vector.bytes.isEmpty {
            for _ in 0..<40 {
                var bytes = vector.bytes
                let place = Int(generator.next() % UInt64(bytes.count))
                if generator.next() % 4 == 0 {
                    bytes.removeSubrange(place...)
                } else {
                    bytes[place] ^= UInt8(1 << (generator.next() % 8))
                }
                let written: [UInt8]? = try? rewrittenEdits(bytes)
                #expect(written == nil || written == bytes)
            }
        }
    }
}

@Suite("The page on drafts")
struct DraftPageTests {
    private let page = SpecificationPage("drafting.md")

    @Test func `has the limits of the code`() {
        #expect(
            page.limits(under: "11. Limits of a draft") == [
                "parentsPerEntry": DraftLimits.parentsPerEntry, "baseInstruments": DraftLimits.baseInstruments,
                "entriesNamed": DraftLimits.entriesNamed, "operationsPerEntry": DraftLimits.operationsPerEntry,
                "textsPerEntry": DraftLimits.textsPerEntry,
                "alternativesPerPosition": DraftLimits.alternativesPerPosition,
                "itemsPerValue": DraftLimits.itemsPerValue, "movedBeneath": DraftLimits.movedBeneath,
                "bracketLevel": DraftLimits.bracketLevel,
            ])
    }
}
