import CanonicalEncoding
import TestSupport
import Testing

@testable import Cryptography

@Suite("Ed25519")
struct Ed25519Tests {
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func `signs as RFC 8032's tests 1 to 3 do`(seed: String, point: String, message: String, signature: String) {
        let key = SigningKey(seed: Hexadecimal.bytes(of: seed)!)
        let message = Hexadecimal.bytes(of: message)!
        #expect(Hexadecimal.text(of: key.publicKey.rawRepresentation) == point)
        #expect(Hexadecimal.text(of: key.signature(of: message)) == signature)
        #expect(key.publicKey.isValid(Hexadecimal.bytes(of: signature)!, of: message))
        #expect(!key.publicKey.isValid(Hexadecimal.bytes(of: signature)!, of: message + [0]))
    }

    @Test func `refuses a signature with any one bit flipped`() {
        let key = TestKeys.seal(of: "KOR")
        let signature = key.signature(of: [1, 2, 3])
        for bit in 0..<512 {
            var flipped = signature
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.publicKey.isValid(flipped, of: [1, 2, 3]), "bit \(bit)")
        }
        #expect(key.publicKey.isValid(signature, of: [1, 2, 3]))
        for count in [0, 31, 32, 63] { #expect(!key.publicKey.isValid(Array(signature[..<count]), of: [1, 2, 3])) }
    }

    @Test func `finds on the curve what big integers find there, whatever the sign, and nothing else`() {
        let lines = Repository.text(at: "Tests/Vectors/ed25519/points.txt").split(separator: "\n").dropFirst()
        #expect(lines.count == 400)
        for line in lines {
            let words = line.split(separator: " ")
            var point = Hexadecimal.bytes(of: String(words[0]))!
            for _ in 0..<2 {
                #expect(Ed25519.isOnCurve(point) == (words[1] == "on"), "\(line)")
                #expect(Ed25519.isAcceptable(point: point) == (words[1] == "on"), "\(line)")
                point[31] ^= 0x80
            }
        }
    }

    @Test func `finds on the curve whatever libcrypto makes`() {
        var generator = SplitMix64(seed: 25519)
        for number in 0..<1_000 {
            let point = Ed25519.publicPoint(ofSeed: generator.bytes(count: 32))
            #expect(Ed25519.isOnCurve(point), "key \(number)")
        }
    }
}

@Suite("A vector of keys")
struct KeyVectorTests {
    private static let vectors = Vector.all(of: "key")

    @Test(arguments: vectors)
    func `is refused with its code, or is a key of the same bytes`(vector: Vector) {
        let outcome: String
        do throws(DecodingRefusal) {
            let key = try PublicKey(encoded: vector.bytes)
            #expect(key.bytes == vector.bytes)
            let raw = key.rawRepresentation
            #expect((PublicKey(ed25519: raw) ?? PublicKey(uncompressed: raw)) == key)
            #expect(PublicKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo) == key)
            outcome = "valid"
        } catch {
            outcome = error.fault.rawValue
        }
        #expect(outcome == vector.expectation)
    }

    @Test func `exists for all eight points of small order, and for every other spelling of them`() {
        let small = Self.vectors.filter { $0.name.hasPrefix("small-order-") }
        #expect(small.filter { !$0.name.contains("not-canonical") }.count == 8)
        #expect(small.count == 14)
        #expect(Set(small.map(\.bytes)).count == 14)
    }
}
