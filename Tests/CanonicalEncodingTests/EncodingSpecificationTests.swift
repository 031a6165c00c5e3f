import CanonicalEncoding
import TestSupport
import Testing

@Suite("The page on the encoding")
struct EncodingSpecificationTests {
    private let page = SpecificationPage("encoding.md")

    @Test func `has the limits of the code`() {
        #expect(
            page.limits(under: "Limits") == [
                "depth": EncodingLimits.depth, "recordByteCount": EncodingLimits.recordByteCount,
                "valueCount": EncodingLimits.valueCount,
            ])
    }

    @Test func `lists the faults of the code, in order and in the same words`() {
        #expect(
            page.table(under: "Faults").map { [$0[0], $0[2]] }
                == DecodingFault.allCases.map { [$0.rawValue, $0.sentence] })
    }

    @Test func `shows examples that are read, and written again as they stand`() throws {
        for example in page.blocks("cbor-hex") {
            #expect(try CanonicalDecoder.decode(example).encoded() == example)
        }
    }
}
