import CanonicalEncoding
import TestSupport
import Testing

@Suite("A decoder")
struct DecoderTests {
    @Test func `reads values one after the other, and says where it is`() throws {
        var decoder = CanonicalDecoder([0xff, 0x82, 0x18, 0x2a, 0x41, 0x07, 0x61, 0x78, 0xff][1...7])
        #expect(try decoder.arrayCount() == 2)
        #expect(decoder.offset == 1)
        #expect(try decoder.unsigned() == 42)
        #expect(try decoder.byteString() == [7])
        #expect(!decoder.isAtEnd)
        #expect(try decoder.text() == "x")
        #expect(decoder.isAtEnd && decoder.offset == 7)
        try decoder.finish()
    }

    @Test func `stays where it was when another type of value comes`() throws {
        var decoder = CanonicalDecoder([0x18, 0x2a])
        #expect(throws: DecodingRefusal(.wrongType)) { try decoder.text() }
        #expect(throws: DecodingRefusal(.wrongType)) { try decoder.byteString() }
        #expect(throws: DecodingRefusal(.wrongType)) { try decoder.arrayCount() }
        #expect(try decoder.unsigned() == 42)
        #expect(throws: DecodingRefusal(.truncated, offset: 2)) { try decoder.unsigned() }
    }

    @Test func `counts the values of each record by themselves`() throws {
        let half = EncodingLimits.valueCount / 2
        let record = CanonicalValue.array(Array(repeating: .null, count: half)).encoded()
        var decoder = CanonicalDecoder(record + record + record)
        for _ in 0..<3 { _ = try decoder.value() }
        #expect(decoder.isAtEnd)
    }

    @Test func `takes a record of as many values as allowed, and none of one more`() throws {
        let allowed = CanonicalValue.array(Array(repeating: .null, count: EncodingLimits.valueCount - 1)).encoded()
        #expect(fault(of: allowed) == nil)
        #expect(fault(of: [0x81] + allowed) == .tooMany)
    }

    @Test func `names the byte where a fault stands`() {
        let cases: [([UInt8], Int)] = [
            ([0x82, 0x00, 0x18, 0x17], 2), ([0xa2, 0x01, 0x00, 0x01, 0x00], 3), ([0x00, 0x00], 1),
            ([0x81, 0xf7], 2), ([0x82, 0x61, 0x78, 0x19, 0x01], 3),
        ]
        for (bytes, offset) in cases {
            let refusal = #expect(throws: DecodingRefusal.self) { try CanonicalDecoder.decode(bytes) }
            #expect(refusal?.offset == offset, "\(bytes)")
        }
    }
}
