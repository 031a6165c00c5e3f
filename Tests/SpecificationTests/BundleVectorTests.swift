import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import TestSupport
import Testing
import Verification

@testable import Agreement

/// What a verifier says of a vector: the verdict, or the code of the refusal, and the place of the record refused.
private struct Outcome: Equatable {
    let word: String
    let record: String

    init(_ vector: Vector) {
        self.init(word: vector.expectation, record: vector["record"])
    }

    init(verifying bytes: [UInt8], expecting roadmap: Digest?) {
        do {
            let report = try VerificationReport(verifying: bytes, expecting: roadmap)
            self.init(
                word: report.refusal?.code.word ?? report.verdict.rawValue,
                record: report.refusal?.record.map { "\($0)" } ?? "none")
        } catch {
            self.init(word: "not-a-bundle", record: "none")
        }
    }

    private init(word: String, record: String) {
        self.word = word
        self.record = record
    }
}

@Suite("A vector of bundles")
struct BundleVectorTests {
    private static let vectors = Vector.all(of: "bundle")

    @Test(arguments: vectors + Vector.all(of: "provision"))
    func `is answered with its verdict, or refused with its code at its record`(vector: Vector) {
        #expect(Outcome(verifying: vector.bytes, expecting: Digest(hex: vector["roadmap"])) == Outcome(vector))
    }

    @Test func `exists for every verdict and every code but the one that needs thousands of records`() {
        let words = Set(Self.vectors.map(\.expectation))
        let codes = SourceFile("Sources/Verification/BundleReader.swift").texts(
            behind: ": \"", in: "public var word: String")
        #expect(codes.count == 13)
        #expect(Set(codes).subtracting(words) == ["too-many-waiting", "not-of-this-proof"])
        #expect(words.isSuperset(of: ["valid", "incomplete", "forked", "not-a-bundle"]))
    }

    @Test func `that is valid, packed anew, is valid and says the same`() throws {
        for vector in Self.vectors where ["valid", "incomplete", "forked"].contains(vector.expectation) {
            let found = try #require(VerificationReport(verifying: vector.bytes, expecting: nil).findings)
            let packed = BundleWriter(
                found.contents.ledger, certificates: found.contents.certificates.map(\.statement),
                requests: found.contents.requests
            ).encoded()
            let again = try #require(VerificationReport(verifying: packed, expecting: nil).findings, "\(vector)")
            #expect(again.roots == found.roots, "\(vector)")
            #expect(again.evaluation.inForce == found.evaluation.inForce, "\(vector)")
        }
    }

    @Test func `that is changed by a byte or cut is invalid, or no bundle`() {
        var generator = SplitMix64(seed: 11)
        let whole = Self.vectors.first { $0.name == "founding-and-open-amendment" }!.bytes
        for _ in 0..<300 {
            let word = Outcome(verifying: mutated(whole, by: &generator), expecting: nil).word
            #expect(!["valid", "incomplete", "forked"].contains(word))
        }
    }
}

@Suite("A bundle with seals that nobody can check")
struct WaitingSealTests {
    @Test func `is refused at the first that is one too many`() throws {
        let bridge = try Bridge()
        let limit = StatementLimits.waitingStatements
        #expect(try outcome(bridge, count: limit) == "incomplete")
        #expect(try outcome(bridge, count: limit + 1) == "too-many-waiting")
    }

    /// Of a bundle with the founding and seals that name key records that are not in it.
    private func outcome(_ bridge: Bridge, count: Int) throws -> String {
        var encoder = CanonicalEncoder()
        encoder.array(count: 3)
        encoder.text("syngraph/bundle/1")
        encoder.bytes(bridge.founding.id.bytes)
        encoder.text("agreement")
        record(1, bridge.founding.payload, in: &encoder)
        for number in 0..<count {
            let seal = try Seal(
                roadmap: bridge.founding.id, instrument: bridge.founding.id, party: name("B"),
                keys: Digest(of: [UInt8(number % 7)]),
                verdict: .accept, at: UInt64(number))
            let statement = SignedStatement(
                seal.payload, as: .seal, signer: bridge.seals[0].signer, signature: bridge.seals[0].signature)
            record(2, statement.encoded(), in: &encoder)
        }
        let digest = Digest(of: encoder.bytes)
        encoder.array(count: 3)
        encoder.text("end")
        encoder.unsigned(UInt64(count + 1))
        encoder.bytes(digest.bytes)
        return Outcome(verifying: encoder.bytes, expecting: bridge.founding.id).word
    }

    private func record(_ kind: UInt64, _ bytes: [UInt8], in encoder: inout CanonicalEncoder) {
        encoder.array(count: 2)
        encoder.unsigned(kind)
        encoder.bytes(bytes)
    }
}
