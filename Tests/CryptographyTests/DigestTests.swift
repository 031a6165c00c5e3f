import Cryptography
import TestSupport
import Testing

@Suite("A digest")
struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func `is SHA-256, as FIPS 180-4's examples have it`(text: String, hex: String) {
        #expect(Digest(of: Array(text.utf8)).hex == hex)
        #expect(Digest(of: text.utf8).hex == hex)
    }

    @Test func `of a part of an array is that of the part alone`() {
        let bytes = Array("xabcx".utf8)
        let abc = Digest(of: Array("abc".utf8))
        #expect(Digest(of: bytes[1...3]) == abc)
        #expect(Digest(of: bytes[1...3].reversed().reversed()) == abc)
        #expect(Digest(of: [0x61, 0x62, 0x63].lazy.map { UInt8($0) }) == abc)
        #expect(Digest(of: bytes[2..<2]) == Digest(of: []))
    }

    @Test func `of bytes that come in pieces is that of all of them, and the next begins anew`() {
        var generator = SplitMix64(seed: 180)
        let bytes = generator.bytes(count: 1_000)
        let running = RunningDigest()
        for _ in 0..<3 {
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 0...200, using: &generator))
                running.update(piece)
                running.update(piece.isEmpty ? [] : [] as ArraySlice<UInt8>)
                rest = rest.dropFirst(piece.count)
            }
            #expect(running.finish() == Digest(of: bytes))
        }
        running.update([0x61, 0x62, 0x63].lazy.map { UInt8($0) })
        #expect(running.finish() == Digest(of: Array("abc".utf8)))
        #expect(running.finish() == Digest(of: []))
    }

    @Test func `is 32 bytes or 64 lower-case digits, and nothing else`() {
        let digest = Digest(of: Array("abc".utf8))
        #expect(Digest(digest.bytes) == digest)
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest([UInt8](repeating: 0, count: 31)) == nil)
        #expect(Digest([UInt8](repeating: 0, count: 33)) == nil)
        #expect(Digest(hex: digest.hex.uppercased()) == nil)
        #expect(Digest(hex: String(digest.hex.dropLast())) == nil)
        #expect(Digest(hex: digest.hex + "00") == nil)
        #expect(Digest(hex: "g" + digest.hex.dropFirst()) == nil)
    }

    @Test func `is ordered as its bytes`() {
        var generator = SplitMix64(seed: 32)
        let digests = (0..<300).map { _ in Digest(generator.bytes(count: 32))! }
        #expect(digests.sorted().map(\.bytes) == digests.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) })
        for place in 0..<32 {
            var higher = [UInt8](repeating: 0x7f, count: 32)
            let lower = Digest(higher)!
            higher[place] = 0x80
            #expect(lower < Digest(higher)!)
        }
    }

    @Test(arguments: [
        ("0b", 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            "4a656665", 1, "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            "aa", 131, "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `with a key is HMAC, as RFC 4231's test cases 1, 2 and 6 have it`(
        key: String, count: Int, message: String, hex: String
    ) {
        let key = Array(repeatElement(Hexadecimal.bytes(of: key)!, count: count).joined())
        #expect(Digest.authenticationCode(key: key, message: Array(message.utf8)).hex == hex)
    }

    @Test func `with a key is HMAC, as RFC 4231's test cases 3 and 4 have it`() {
        #expect(
            Digest.authenticationCode(
                key: [UInt8](repeating: 0xaa, count: 20), message: [UInt8](repeating: 0xdd, count: 50)
            ).hex == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
        #expect(
            Digest.authenticationCode(key: Array(1...25), message: [UInt8](repeating: 0xcd, count: 50)).hex
                == "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b")
    }

    @Test func `with no key and no message is HMAC too`() {
        #expect(
            Digest.authenticationCode(key: [], message: []).hex
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}
