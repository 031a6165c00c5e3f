import CanonicalEncoding
import Cryptography
import TestSupport
import Testing

@Suite("A vector of signatures")
struct SignatureVectorTests {
    @Test(arguments: Vector.all(of: "signature"))
    func `is refused with its code, or verifies and is written again as it came`(vector: Vector) throws {
        let kind = try #require(StatementKind(rawValue: vector["kind"]))
        let key = try PublicKey(encoded: #require(Hexadecimal.bytes(of: vector["key"])))
        let outcome: String
        do throws(DecodingRefusal) {
            let statement = try SignedStatement(encoded: vector.bytes, expecting: kind)
            #expect(statement.encoded() == vector.bytes)
            outcome = statement.isValid(by: key) ? "valid" : "false-signature"
        } catch {
            outcome = error.fault.rawValue
        }
        #expect(outcome == vector.expectation)
    }
}

@Suite("A signed statement")
struct SignedStatementTests {
    private let key = TestKeys.seal(of: "KOR")

    @Test(arguments: StatementKind.allCases)
    func `is read as its kind, and as no other`(kind: StatementKind) throws {
        let statement = SignedStatement([1, 2, 3], as: kind, by: key)
        #expect(try SignedStatement(encoded: statement.encoded(), expecting: kind) == statement)
        #expect(statement.isValid(by: key.publicKey))
        for other in StatementKind.allCases where other != kind {
            #expect(throws: DecodingRefusal(.wrongKind, field: "typ")) {
                try SignedStatement(encoded: statement.encoded(), expecting: other)
            }
            let moved = SignedStatement([1, 2, 3], as: other, signer: statement.signer, signature: statement.signature)
            #expect(!moved.isValid(by: key.publicKey))
        }
    }

    @Test func `is valid by its own key only`() {
        let statement = SignedStatement([1, 2, 3], as: .seal, by: key)
        #expect(!statement.isValid(by: TestKeys.seal(of: "PRK").publicKey))
        #expect(statement.signer == key.publicKey.id)
    }

    @Test func `whose signature was made elsewhere is the same statement`() {
        let statement = SignedStatement([1, 2, 3], as: .seal, by: key)
        let assembled = SignedStatement([1, 2, 3], as: .seal, signer: statement.signer, signature: statement.signature)
        #expect(assembled == statement && assembled.encoded() == statement.encoded())
        let short = SignedStatement([1, 2, 3], as: .seal, signer: statement.signer, signature: [])
        #expect(!short.isValid(by: key.publicKey))
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `names the algorithm of its key, and is valid by no other`(algorithm: SignatureAlgorithm) throws {
        let key = TestKeys.seal(of: "KOR", algorithm)
        let statement = SignedStatement([1, 2, 3], as: .seal, by: key)
        #expect(statement.algorithm == algorithm && statement.isValid(by: key.publicKey))
        #expect(try SignedStatement(encoded: statement.encoded(), expecting: .seal) == statement)
        let message = SignedStatement.bytesToSign([1, 2, 3], as: .seal, by: key.publicKey)
        #expect(key.publicKey.isValid(statement.signature, of: message))
        let elsewhere = SignedStatement(
            [1, 2, 3], as: .seal, signer: key.publicKey.id, algorithm: algorithm,
            signature: key.signature(of: message))
        #expect(elsewhere.isValid(by: key.publicKey))
        for other in SignatureAlgorithm.allCases where other != algorithm {
            let renamed = SignedStatement(
                [1, 2, 3], as: .seal, signer: key.publicKey.id, algorithm: other, signature: statement.signature)
            #expect(!renamed.isValid(by: key.publicKey))
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `that is changed by a byte or cut is refused, or false, or not about the same`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let bytes = SignedStatement(Array("a seal".utf8), as: .seal, by: key).encoded()
        for _ in 0..<1_000 {
            let changed = mutated(bytes, by: &generator)
            guard let statement = try? SignedStatement(encoded: changed, expecting: .seal) else { continue }
            #expect(statement.encoded() == changed, "seed \(seed)")
            #expect(!statement.isValid(by: key.publicKey), "seed \(seed)")
        }
    }

    @Test(arguments: [SignatureAlgorithm.es256, .es384])
    func `of ECDSA that is changed by a byte or cut is refused or false`(algorithm: SignatureAlgorithm) {
        let key = TestKeys.seal(of: "KOR", algorithm)
        var generator = SplitMix64(seed: 3)
        let bytes = SignedStatement(Array("a seal".utf8), as: .seal, by: key).encoded()
        for _ in 0..<500 {
            let changed = mutated(bytes, by: &generator)
            guard let statement = try? SignedStatement(encoded: changed, expecting: .seal) else { continue }
            #expect(statement.encoded() == changed)
            #expect(!statement.isValid(by: key.publicKey))
        }
    }
}

@Suite("The page on signatures")
struct SignatureSpecificationTests {
    private let page = SpecificationPage("signatures.md")

    @Test func `lists the kinds of statement, in order, with their media types`() {
        #expect(
            page.table(under: "The envelope").map { Array($0.prefix(2)) }
                == StatementKind.allCases.map { [$0.rawValue, $0.mediaType] })
    }

    @Test func `works its example as this code does`() throws {
        let plain = page.blocks("hex")
        let records = page.blocks("cbor-hex")
        for record in records { #expect(try CanonicalDecoder.decode(record).encoded() == record) }
        let key = SigningKey(seed: plain[0])
        #expect(plain[0] == Digest(of: Array("syngraph test key seal/KOR/0".utf8)).bytes)
        #expect(records[0] == key.publicKey.bytes)
        #expect(plain[1] == key.publicKey.id.digest.bytes)
        let statement = try SignedStatement(encoded: records[3], expecting: .seal)
        #expect(statement == SignedStatement(records[1], as: .seal, by: key))
        #expect(statement.isValid(by: key.publicKey))
        #expect(key.publicKey.isValid(statement.signature, of: records[2]))
    }

    @Test func `works its example of ES256, whose signature another k would change`() throws {
        let key = TestKeys.seal(of: "KOR", .es256)
        #expect(key.privateKeyInfo[36..<68].elementsEqual(page.blocks("hex")[2]))
        let records = page.blocks("cbor-hex")
        #expect(records[4] == key.publicKey.bytes)
        let statement = try SignedStatement(encoded: records[5], expecting: .seal)
        #expect(statement.payload == records[1] && statement.algorithm == .es256)
        #expect(statement.isValid(by: key.publicKey))
    }

    @Test func `lists the algorithms with their numbers, keys and lengths`() {
        let rows = page.table(under: "Algorithms")
        #expect(rows.map { $0[0] } == ["Ed25519", "ES256", "ES384"])
        for (row, algorithm) in zip(rows, [SignatureAlgorithm.ed25519, .es256, .es384]) {
            #expect(row[0] == algorithm.name)
            #expect(row[1] == "\(algorithm.rawValue)")
            #expect(row[3] == "\(algorithm.signatureByteCount)")
        }
    }
}
