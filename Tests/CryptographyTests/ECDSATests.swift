import TestSupport
import Testing

@testable import Cryptography

/// A line of `Tests/Vectors/ecdsa/signatures.txt`.
struct SignatureLine: CustomTestStringConvertible {
    let key: PublicKey
    let message: [UInt8]
    let signature: [UInt8]
    let isValid: Bool
    let testDescription: String

    static let all = Repository.text(at: "Tests/Vectors/ecdsa/signatures.txt").split(separator: "\n").dropFirst()
        .map(SignatureLine.init)

    private init(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 5).map(String.init)
        guard words.count == 6, let point = Hexadecimal.bytes(of: words[1]), let key = PublicKey(uncompressed: point),
            key.algorithm.name == words[0], let message = Hexadecimal.bytes(of: words[2] == "-" ? "" : words[2]),
            let signature = Hexadecimal.bytes(of: words[3]), ["valid", "false"].contains(words[4])
        else { preconditionFailure("no line of signatures: \(line)") }
        (self.key, self.message, self.signature) = (key, message, signature)
        isValid = words[4] == "valid"
        testDescription = "\(words[0]): \(words[5])"
    }
}

@Suite("ECDSA")
struct ECDSATests {
    private static let algorithms: [SignatureAlgorithm] = [.es256, .es384]

    @Test(arguments: SignatureLine.all)
    func `finds what big integers find at the edges`(line: SignatureLine) {
        #expect(line.key.isValid(line.signature, of: line.message) == line.isValid)
    }

    @Test func `is tried at the edges on both curves, with both outcomes`() {
        for algorithm in Self.algorithms {
            let lines = SignatureLine.all.filter { $0.key.algorithm == algorithm }
            #expect(lines.count(where: \.isValid) >= 13 && lines.count { !$0.isValid } >= 28)
        }
    }

    @Test(arguments: algorithms)
    func `makes signatures that are valid, low, and differ each time`(algorithm: SignatureAlgorithm) throws {
        let key = TestKeys.seal(of: "KOR", algorithm)
        let curve = try #require(algorithm.curve)
        var seen: Set<[UInt8]> = []
        for _ in 0..<64 {
            let signature = key.signature(of: [1, 2, 3])
            #expect(signature.count == algorithm.signatureByteCount)
            #expect(!curve.halfOrder.lexicographicallyPrecedes(signature[curve.byteCount...]))
            #expect(key.publicKey.isValid(signature, of: [1, 2, 3]))
            #expect(!key.publicKey.isValid(signature, of: [1, 2]))
            seen.insert(signature)
        }
        #expect(seen.count == 64)
    }

    @Test(arguments: algorithms)
    func `refuses a signature with any one bit flipped`(algorithm: SignatureAlgorithm) {
        let key = TestKeys.seal(of: "KOR", algorithm)
        let signature = key.signature(of: [1, 2, 3])
        for bit in 0..<(8 * signature.count) {
            var flipped = signature
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.publicKey.isValid(flipped, of: [1, 2, 3]), "bit \(bit)")
        }
        for count in 0..<signature.count { #expect(!key.publicKey.isValid(Array(signature[..<count]), of: [1, 2, 3])) }
    }

    @Test(arguments: algorithms)
    func `refuses another key's signature, of any kind`(algorithm: SignatureAlgorithm) {
        let key = TestKeys.seal(of: "KOR", algorithm)
        for other in SignatureAlgorithm.allCases {
            #expect(!key.publicKey.isValid(TestKeys.seal(of: "PRK", other).signature(of: [1]), of: [1]))
            #expect(!TestKeys.seal(of: "PRK", other).publicKey.isValid(key.signature(of: [1]), of: [1]))
        }
    }

    @Test func `draws its scalars from 1 to n − 1`() {
        for curve in [PrimeCurve.p256, .p384] {
            func scalar(_ entropy: [UInt8]) -> [UInt8] { curve.scalar(fromEntropy: entropy) }
            let one = [UInt8](repeating: 0, count: curve.byteCount - 1) + [1]
            let zeros = [UInt8](repeating: 0, count: 8)
            var last = curve.order
            last[last.count - 1] -= 1
            #expect(scalar(zeros + [UInt8](repeating: 0, count: curve.byteCount)) == one)
            #expect(scalar(zeros + last) == one)
            last[last.count - 1] -= 1
            #expect(scalar(zeros + last) == Array(curve.order.dropLast() + [curve.order.last! - 1]))
            #expect(curve.point(ofScalar: one).count == 2 * curve.byteCount)
        }
    }
}

@Suite("ECDSA's DER form")
struct DERSignatureTests {
    @Test(arguments: [32, 48])
    func `goes there and back, whatever the leading zeros`(half: Int) {
        var generator = SplitMix64(seed: 256)
        for _ in 0..<500 {
            let r = [UInt8](repeating: 0, count: Int.random(in: 0...half, using: &generator))
            let s = [UInt8](repeating: 0, count: Int.random(in: 0...half, using: &generator))
            let signature =
                r + generator.bytes(count: half - r.count) + s + generator.bytes(count: half - s.count)
            let der = DERSignature.encode(signature)
            #expect(DERSignature.decode(der, halfByteCount: half) == signature)
            #expect(DERSignature.decode(der + [0], halfByteCount: half) == nil)
            #expect(DERSignature.decode(Array(der.dropLast()), halfByteCount: half) == nil)
        }
    }

    /// Too short, of other types, not in the shortest form, with another length, negative, of endless length.
    @Test(arguments: [
        "30", "3000", "3003020101", "3106020101020101", "3006020101030101", "300702020001020101", "300702010102020001",
        "30060201010201", "308106020101020101", "3006020181020101", "30050200020101", "30800201010201010000",
        "3007020101020101", "3009020101020101020101", "3008020101020101", "300402010201",
    ])
    func `is the one of two short integers that are not negative`(hex: String) throws {
        #expect(DERSignature.decode(Hexadecimal.bytes(of: hex) ?? [], halfByteCount: 32) == nil)
        #expect(DERSignature.decode(try #require(Hexadecimal.bytes(of: "3006020101020101")), halfByteCount: 32) != nil)
    }

    @Test func `of a number that does not fit, or is negative, is none`() {
        let long = [0x30, 0x26, 0x02, 0x21, 0x01] + [UInt8](repeating: 7, count: 32) + [0x02, 0x01, 0x01]
        #expect(DERSignature.decode(long, halfByteCount: 32) == nil)
        #expect(DERSignature.decode(long, halfByteCount: 48) != nil)
        #expect(DERSignature.decode([0x30, 0x06, 0x02, 0x01, 0x80, 0x02, 0x01, 0x01], halfByteCount: 32) == nil)
    }
}

@Suite("A signature made elsewhere")
struct ForeignSignatureTests {
    private let message = Array("a seal".utf8)

    @Test(arguments: [SignatureAlgorithm.es256, .es384])
    func `is taken as r and s or in DER, with either s, and becomes the one spelling`(
        algorithm: SignatureAlgorithm
    ) throws {
        let key = TestKeys.seal(of: "KOR", algorithm)
        let ecdsa = ECDSA(curve: try #require(algorithm.curve))
        let signature = key.signature(of: message)
        let high = try raised(signature, ecdsa.curve)
        #expect(!key.publicKey.isValid(high, of: message) && ecdsa.lowered(high) == signature)
        for output in [signature, high, DERSignature.encode(signature), DERSignature.encode(high)] {
            #expect(key.publicKey.signature(fromForeign: output, of: message) == signature)
            #expect(key.publicKey.signature(fromForeign: output, of: message + [0]) == nil)
            #expect(key.publicKey.signature(fromForeign: output + [0x0a], of: message) == nil)
        }
        #expect(key.publicKey.signature(fromForeign: [], of: message) == nil)
    }

    @Test func `of Ed25519 is taken as it is`() {
        let key = TestKeys.seal(of: "KOR")
        let signature = key.signature(of: message)
        #expect(key.publicKey.signature(fromForeign: signature, of: message) == signature)
        #expect(key.publicKey.signature(fromForeign: signature + [0], of: message) == nil)
    }

    /// (r, n − s), by the arithmetic of bits: n − s = n + ¬s + 1.
    private func raised(_ signature: [UInt8], _ curve: PrimeCurve) throws -> [UInt8] {
        var carry = 1
        var s = Array(signature[curve.byteCount...])
        for place in s.indices.reversed() {
            let digit = Int(curve.order[place]) + Int(~s[place]) + carry
            s[place] = UInt8(truncatingIfNeeded: digit)
            carry = digit >> 8
        }
        return signature[..<curve.byteCount] + s
    }
}

@Suite("ECDSA beside openssl", .timeLimit(.minutes(10)))
struct ForeignECDSATests {
    private static let algorithms: [(SignatureAlgorithm, hash: String)] = [(.es256, "-sha256"), (.es384, "-sha384")]
    private let message = Array("what both of them sign".utf8)

    @Test(arguments: algorithms)
    func `is verified there when it was signed here`(algorithm: SignatureAlgorithm, hash: String) throws {
        let key = TestKeys.seal(of: "KOR", algorithm)
        try OpenSSL.inTemporaryFolder { openssl in
            try openssl.write(message, to: "message")
            try openssl.write(PublicKeyFile.encode(key.publicKey), to: "key.pem")
            let verifying = ["dgst", hash, "-verify", "key.pem", "-signature", "signature", "message"]
            for _ in 0..<8 {
                try openssl.write(DERSignature.encode(key.signature(of: message)), to: "signature")
                #expect(try openssl.attempt(verifying).status == 0)
            }
            try openssl.write(DERSignature.encode(key.signature(of: message + [0])), to: "signature")
            #expect(try openssl.attempt(verifying).status != 0)
        }
    }

    @Test(arguments: algorithms)
    func `is verified here when it was signed there`(algorithm: SignatureAlgorithm, hash: String) throws {
        try OpenSSL.inTemporaryFolder { openssl in
            let curve = algorithm == .es256 ? "P-256" : "P-384"
            try openssl.run(
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(curve)", "-out", "key.pem")
            try openssl.run("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
            try openssl.write(message, to: "message")
            let key = try PublicKeyFile.decode(openssl.bytes(of: "public.pem"))
            var highCount = 0
            for round in 0..<16 {
                let name = "signature\(round)"
                // Either of its two verbs for it.
                if round.isMultiple(of: 2) {
                    try openssl.run("dgst", hash, "-sign", "key.pem", "-out", name, "message")
                } else {
                    try openssl.run(
                        "pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-digest", String(hash.dropFirst()), "-in",
                        "message", "-out", name)
                }
                let der = try openssl.bytes(of: name)
                let raw = try #require(DERSignature.decode(der, halfByteCount: algorithm.signatureByteCount / 2))
                let signature = try #require(key.signature(fromForeign: der, of: message))
                #expect(key.isValid(signature, of: message))
                #expect(key.isValid(raw, of: message) == (raw == signature))
                if raw != signature { highCount += 1 }
            }
            // openssl cares for no low s: that all sixteen are low happens once in 65,536 runs.
            #expect(highCount > 0)
        }
    }
}

@Suite("A signing key")
struct SigningKeyTests {
    @Test(arguments: SignatureAlgorithm.allCases)
    func `does not show its secret when it is printed`(algorithm: SignatureAlgorithm) {
        let key = TestKeys.seal(of: "KOR", algorithm)
        var dumped = ""
        dump(key, to: &dumped)
        let secret = key.privateKeyInfo.dropFirst(algorithm == .ed25519 ? 16 : 36)
        for text in ["\(key)", String(reflecting: key), "\([key])", dumped] {
            #expect(text.contains(key.publicKey.id.description))
            #expect(!text.contains("\(secret.first!), \(secret.dropFirst().first!)"))
            #expect(!text.contains("\(secret.first!)\n"))
        }
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `is of the kind that is asked for, and the same for the same entropy`(algorithm: SignatureAlgorithm) {
        let entropy = [UInt8](repeating: 9, count: algorithm.entropyByteCount)
        let key = SigningKey(algorithm, entropy: entropy)
        #expect(key.publicKey.algorithm == algorithm)
        #expect(SigningKey(algorithm, entropy: entropy).publicKey == key.publicKey)
        var other = entropy
        other[entropy.count - 1] ^= 1
        #expect(SigningKey(algorithm, entropy: other).publicKey != key.publicKey)
    }
}
