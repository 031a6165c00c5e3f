import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import TestSupport
import Testing

/// What becomes of a vector: `valid`, or the code that `read` refuses it with. What is read is written again.
private func outcome(_ vector: Vector, _ rewritten: ([UInt8]) throws(DecodingRefusal) -> [UInt8]) -> String {
    do throws(DecodingRefusal) {
        #expect(try rewritten(vector.bytes) == vector.bytes)
        return "valid"
    } catch {
        return error.fault.rawValue
    }
}

private func rewrittenRule(_ bytes: [UInt8]) throws(DecodingRefusal) -> [UInt8] {
    try Rule(Field(CanonicalDecoder.decode(bytes), path: "")).value.encoded()
}

private func rewrittenInstrument(_ bytes: [UInt8]) throws(DecodingRefusal) -> [UInt8] {
    let read = try Instrument(payload: bytes)
    #expect(read.id == Digest(of: bytes))
    return try Instrument(
        roadmap: read.roadmap, title: read.title, proposer: read.proposer, salt: read.salt, languages: read.languages,
        base: read.base, changes: read.changes, after: read.after, replaces: read.replaces,
        voids: read.voids, frozenFrom: read.frozenFrom, note: read.note, answerBy: read.answerBy
    ).payload
}

private func rewrittenSeal(_ bytes: [UInt8]) throws(DecodingRefusal) -> [UInt8] {
    let read = try Seal(payload: bytes)
    #expect(read.id == Digest(of: bytes))
    return try Seal(
        roadmap: read.roadmap, instrument: read.instrument, party: read.party, keys: read.keys,
        capacities: read.capacities, verdict: read.verdict, provided: read.provided, declaration: read.declaration,
        reservation: read.reservation, reason: read.reason, until: read.until, at: read.at
    ).payload
}

private func rewrittenKeyStatement(_ bytes: [UInt8]) throws(DecodingRefusal) -> [UInt8] {
    let read = try KeyStatement(payload: bytes)
    #expect(read.id == Digest(of: bytes))
    return try KeyStatement(
        roadmap: read.roadmap, party: read.party, version: read.version, previous: read.previous, record: read.record,
        acknowledges: read.acknowledges, reason: read.reason
    ).payload
}

private func rewrittenWithdrawal(_ bytes: [UInt8]) throws(DecodingRefusal) -> [UInt8] {
    let read = try Withdrawal(payload: bytes)
    #expect(read.id == Digest(of: bytes))
    return try Withdrawal(
        roadmap: read.roadmap, party: read.party, keys: read.keys, stage: read.stage, rosters: read.rosters,
        committed: read.committed, reason: read.reason, at: read.at
    ).payload
}

private func rewrittenCertificate(_ bytes: [UInt8]) throws(DecodingRefusal) -> [UInt8] {
    let read = try StateCertificate(payload: bytes)
    #expect(read.id == Digest(of: bytes))
    return try StateCertificate(
        roadmap: read.roadmap, party: read.party, writer: read.writer, sequence: read.sequence,
        previous: read.previous, perfected: read.perfected, inForce: read.inForce, contested: read.contested,
        known: read.known, at: read.at
    ).payload
}

@Suite("A vector of the agreement's records")
struct RecordVectorTests {
    @Test(arguments: Vector.all(of: "rule"))
    func `of rules is refused with its code, or written again as it came`(vector: Vector) {
        #expect(outcome(vector, rewrittenRule) == vector.expectation)
    }

    @Test(arguments: Vector.all(of: "instrument"))
    func `of instruments is refused with its code, or written again as it came`(vector: Vector) {
        #expect(outcome(vector, rewrittenInstrument) == vector.expectation)
    }

    @Test(arguments: Vector.all(of: "seal"))
    func `of seals is refused with its code, or written again as it came`(vector: Vector) {
        #expect(outcome(vector, rewrittenSeal) == vector.expectation)
    }

    @Test(arguments: Vector.all(of: "key-statement"))
    func `of key statements is refused with its code, or written again as it came`(vector: Vector) {
        #expect(outcome(vector, rewrittenKeyStatement) == vector.expectation)
    }

    @Test(arguments: Vector.all(of: "withdrawal"))
    func `of withdrawals is refused with its code, or written again as it came`(vector: Vector) {
        #expect(outcome(vector, rewrittenWithdrawal) == vector.expectation)
    }

    @Test(arguments: Vector.all(of: "state-certificate"))
    func `of state certificates is refused with its code, or written again as it came`(vector: Vector) {
        #expect(outcome(vector, rewrittenCertificate) == vector.expectation)
    }

    @Test(arguments: ["instrument", "rule", "seal", "key-statement", "withdrawal", "state-certificate"])
    func `is of other bytes than the rest of its format`(format: String) {
        let vectors = Vector.all(of: format)
        #expect(Set(vectors.map(\.bytes)).count == vectors.count)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `that is changed by a byte or cut is refused, or read as what writes the same bytes`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let readers = [
            ("instrument", rewrittenInstrument), ("rule", rewrittenRule), ("seal", rewrittenSeal),
            ("key-statement", rewrittenKeyStatement), ("withdrawal", rewrittenWithdrawal),
            ("state-certificate", rewrittenCertificate),
        ]
        for (format, rewritten) in readers {
            let samples = Vector.all(of: format).filter { $0.expectation == "valid" }.map(\.bytes)
            for _ in 0..<250 {
                let bytes = mutated(samples.randomElement(using: &generator)!, by: &generator)
                guard let again = try? rewritten(bytes) else { continue }
                #expect(again == bytes, "seed \(seed), \(format)")
            }
        }
    }
}
