import Cryptography
import Testing

@Suite("A sealed message")
struct SealedMessageTests {
    private let key = [UInt8](0..<32)

    @Test(arguments: [0, 1, 15, 16, 17, 65_536])
    func `opens to what was sealed, sixteen bytes shorter`(count: Int) {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let sealed = SealedMessage.seal(message, key: key)
        #expect(sealed.count == count + SealedMessage.tagByteCount)
        #expect(SealedMessage.open(sealed, key: key) == message)
    }

    @Test func `does not open with another key, with one bit changed, or cut short`() {
        let sealed = SealedMessage.seal(Array("the weir".utf8), key: key)
        #expect(SealedMessage.open(sealed, key: [UInt8](1..<33)) == nil)
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(SealedMessage.open(changed, key: key) == nil)
        }
        for count in 0..<sealed.count { #expect(SealedMessage.open(Array(sealed.prefix(count)), key: key) == nil) }
        #expect(SealedMessage.open(sealed + [0], key: key) == nil)
    }

    /// Test cases 13 and 14 of McGrew and Viega, “The Galois/Counter Mode of Operation”.
    @Test func `has the bytes of the published examples`() {
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(SealedMessage.seal([], key: zeros) == Hexadecimal.bytes(of: "530f8afbc74536b9a963b4f1c4cb738b"))
        let sixteen = "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        #expect(SealedMessage.seal([UInt8](repeating: 0, count: 16), key: zeros) == Hexadecimal.bytes(of: sixteen))
    }
}
