import Foundation
import TestSupport
import Testing

@testable import Cryptography

@Suite("A key file")
struct SealedKeyFileTests {
    private let key = TestKeys.seal(of: "KOR")

    private func file(_ key: SigningKey? = nil, passphrase: String?) -> String {
        SealedKeyFile.encode(
            key ?? self.key, passphrase: passphrase, salt: [UInt8](repeating: 1, count: 16),
            initialisationVector: [UInt8](repeating: 2, count: 16))
    }

    @Test(arguments: ["correct horse", "", "대한민국 é", "with\0zero", String(repeating: "long ", count: 300), nil])
    func `gives back the key that went in, by the same passphrase`(passphrase: String?) throws {
        let opened = try SealedKeyFile.decode(file(passphrase: passphrase), passphrase: passphrase)
        #expect(opened.rawSeed == key.rawSeed)
    }

    @Test func `is not opened by another passphrase, nor by none`() {
        let sealed = file(passphrase: "correct horse")
        #expect(!sealed.contains(file(passphrase: nil).split(separator: "\n")[1]))
        // A zero byte behind would open it: HMAC fills its key up with zeros.
        for wrong in ["Correct horse", "", "correct horse ", "correct hors", "correct horse\0x"] {
            #expect(throws: SealedKeyFile.Refusal.wrongPassphraseOrDamaged) {
                try SealedKeyFile.decode(sealed, passphrase: wrong)
            }
        }
        #expect(throws: SealedKeyFile.Refusal.passphraseNeeded) { try SealedKeyFile.decode(sealed, passphrase: nil) }
    }

    @Test func `in the clear is opened whatever passphrase is offered, with words around it`() throws {
        let text = "The key of the liaison office.\n\n" + file(passphrase: nil) + "\nKeep it.\n"
        #expect(try SealedKeyFile.decode(text, passphrase: "x").rawSeed == key.rawSeed)
        #expect(throws: SealedKeyFile.Refusal.notAKeyFile) {
            try SealedKeyFile.decode(
                text + String(repeating: " ", count: SealedKeyFile.byteLimit), passphrase: nil)
        }
    }

    @Test func `that is damaged is refused`() {
        let sealed = file(passphrase: "a")
        #expect(throws: SealedKeyFile.Refusal.wrongPassphraseOrDamaged) {
            try SealedKeyFile.decode(String(sealed.dropLast(60)), passphrase: "a")
        }
        let shouted = file(passphrase: nil).uppercased()
        for text in ["", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN EC PRIVATE KEY-----\n", shouted] {
            #expect(throws: SealedKeyFile.Refusal.notAKeyFile) { try SealedKeyFile.decode(text, passphrase: nil) }
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: SignatureAlgorithm.allCases, ["correct horse", nil])
    func `is read by openssl`(algorithm: SignatureAlgorithm, passphrase: String?) throws {
        let key = TestKeys.seal(of: "KOR", algorithm)
        try OpenSSL.inTemporaryFolder { openssl in
            try openssl.write(file(key, passphrase: passphrase), to: "key.pem")
            let said = try openssl.run("pkey", "-in", "key.pem", "-passin", "pass:\(passphrase ?? "")", "-pubout")
            #expect(said == PublicKeyFile.encode(key.publicKey))
            try openssl.run(
                "pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-passin", "pass:\(passphrase ?? "")", "-outform",
                "DER",
                "-out", "key.der")
            #expect(try openssl.bytes(of: "key.der") == key.privateKeyInfo)
        }
    }

    private static let making: [SignatureAlgorithm: [String]] = [
        .ed25519: ["-algorithm", "ed25519"], .es256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        .es384: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    ]

    @Test(
        .timeLimit(.minutes(10)), arguments: SignatureAlgorithm.allCases,
        [[], ["-aes-256-cbc", "-pass", "pass:correct horse"]])
    func `is what openssl makes`(algorithm: SignatureAlgorithm, encryption: [String]) throws {
        try OpenSSL.inTemporaryFolder { openssl in
            let (status, _) = try openssl.attempt(
                ["genpkey", "-out", "key.pem"] + #require(Self.making[algorithm]) + encryption)
            try #require(status == 0)
            let opened = try SealedKeyFile.decode(openssl.text(of: "key.pem"), passphrase: "correct horse")
            let said = try openssl.run("pkey", "-in", "key.pem", "-passin", "pass:correct horse", "-pubout")
            #expect(said == PublicKeyFile.encode(opened.publicKey))
            #expect(opened.publicKey.algorithm == algorithm)
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ["-algorithm", "x25519"], ["-algorithm", "ed448"], ["-algorithm", "rsa"],
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"],
        ])
    func `of another algorithm or curve is refused as such, as is its public half`(making: [String]) throws {
        try OpenSSL.inTemporaryFolder { openssl in
            try #require(openssl.attempt(["genpkey", "-out", "key.pem"] + making).status == 0)
            let text = try openssl.text(of: "key.pem")
            #expect(throws: SealedKeyFile.Refusal.notOfOurKinds) { try SealedKeyFile.decode(text, passphrase: nil) }
            let half = try openssl.run("pkey", "-in", "key.pem", "-pubout")
            #expect(throws: PublicKeyFile.Refusal.notOfOurKinds) { try PublicKeyFile.decode(Array(half.utf8)) }
        }
    }

    @Test func `whose two halves do not belong together is refused`() throws {
        let (one, other) = (TestKeys.seal(of: "KOR", .es256), TestKeys.seal(of: "PRK", .es256))
        let mixed = one.privateKeyInfo.dropLast(64) + other.privateKeyInfo.suffix(64)
        let text = "-----BEGIN PRIVATE KEY-----\n\(Data(mixed).base64EncodedString())\n-----END PRIVATE KEY-----\n"
        #expect(throws: SealedKeyFile.Refusal.notOfOurKinds) { try SealedKeyFile.decode(text, passphrase: nil) }
        let whole = Data(one.privateKeyInfo).base64EncodedString()
        let sound = "-----BEGIN PRIVATE KEY-----\n\(whole)\n-----END PRIVATE KEY-----\n"
        #expect(try SealedKeyFile.decode(sound, passphrase: nil).publicKey == one.publicKey)
    }
}

@Suite("A public key's file")
struct PublicKeyFileTests {
    @Test(arguments: SignatureAlgorithm.allCases)
    func `gives back the key, in PEM with words around it and in DER`(algorithm: SignatureAlgorithm) throws {
        let key = TestKeys.seal(of: "KOR", algorithm).publicKey
        let pem = PublicKeyFile.encode(key)
        #expect(try PublicKeyFile.decode(Array("The minister's.\n\(pem)\n".utf8)) == key)
        #expect(try PublicKeyFile.decode(key.subjectPublicKeyInfo) == key)
        #expect(throws: PublicKeyFile.Refusal.notAPublicKey) {
            try PublicKeyFile.decode(key.subjectPublicKeyInfo + [0])
        }
        #expect(throws: PublicKeyFile.Refusal.notAPublicKey) { try PublicKeyFile.decode(Array(pem.dropLast(40).utf8)) }
        #expect(throws: PublicKeyFile.Refusal.notAPublicKey) {
            try PublicKeyFile.decode(Array(pem.utf8) + [UInt8](repeating: 0x20, count: PublicKeyFile.byteLimit))
        }
    }

    @Test func `is found behind an encrypted private key, which nobody is asked to open`() throws {
        let key = TestKeys.seal(of: "KOR", .es384)
        let zeros = [UInt8](repeating: 0, count: 16)
        let sealed = SealedKeyFile.encode(key, passphrase: "x", salt: zeros, initialisationVector: zeros)
        #expect(try PublicKeyFile.decode(Array((sealed + PublicKeyFile.encode(key.publicKey)).utf8)) == key.publicKey)
        #expect(throws: PublicKeyFile.Refusal.notAPublicKey) { try PublicKeyFile.decode(Array(sealed.utf8)) }
    }

    @Test(.timeLimit(.minutes(10)))
    func `with a compressed point, or with its curve spelt out, is the same key`() throws {
        try OpenSSL.inTemporaryFolder { openssl in
            let key = TestKeys.seal(of: "KOR", .es256).publicKey
            try openssl.write(PublicKeyFile.encode(key), to: "key.pem")
            try openssl.run("ec", "-pubin", "-in", "key.pem", "-conv_form", "compressed", "-out", "short.pem")
            try openssl.run("ec", "-pubin", "-in", "key.pem", "-param_enc", "explicit", "-out", "long.pem")
            let short = try openssl.bytes(of: "short.pem")
            #expect(short.count < PublicKeyFile.encode(key).utf8.count)
            #expect(try PublicKeyFile.decode(short) == key)
            let long = try openssl.bytes(of: "long.pem")
            #expect(long.count > 300)
            #expect(try PublicKeyFile.decode(long) == key)
        }
    }

    @Test func `in a certificate has one form`() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let info = TestKeys.seal(of: "KOR", algorithm).publicKey.subjectPublicKeyInfo
            #expect(PublicKey(subjectPublicKeyInfo: info + [0]) == nil)
            #expect(PublicKey(subjectPublicKeyInfo: info.dropLast()) == nil)
            for place in info.indices.prefix(26) {
                var changed = info
                changed[place] ^= 1
                #expect(PublicKey(subjectPublicKeyInfo: changed)?.subjectPublicKeyInfo != info, "byte \(place)")
            }
        }
    }
}
