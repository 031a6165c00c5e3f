import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import Testing

@Suite("What a node takes from its own people")
struct PublicationTests {
    private let pact = Copies.pact
    private let rivals = Copies.rivals.map { PublishedRecord.instrument($0) }

    /// Refused for this reason, and nothing changed.
    private func expect(
        _ records: [PublishedRecord], into copy: RoadmapCopy, for own: Member = Copies.ada,
        refused: PublicationRefusal, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var copy = copy
        let before = copy.holdings
        #expect(throws: refused, sourceLocation: sourceLocation) { try copy.accept(records, for: own.id) }
        #expect(copy.holdings == before, sourceLocation: sourceLocation)
    }

    @Test func `is what is new of it, in its order, and nothing the second time`() throws {
        var copy = Copies.empty
        let records = [PublishedRecord.instrument(pact.founding)] + Copies.sealed(Copies.ada, pact.id)
        #expect(try copy.accept(records, for: Copies.ada.id) == records)
        #expect(try copy.accept(records, for: Copies.ada.id) == [])
        let more = Copies.sealed(Copies.bob, pact.id)
        #expect(try copy.accept(records + more, for: Copies.ada.id) == more)
    }

    @Test func `is all of it or none`() {
        let other = Pact(of: [Copies.bob], title: "Another pact")
        let records = [.instrument(pact.founding)] + Copies.sealed(Copies.bob, pact.id) + [.instrument(other.founding)]
        expect(records, into: Copies.empty, refused: .refused(.otherRoadmap, record: other.id))
    }

    @Test func `is no seal of the party's own that contradicts an earlier one`() throws {
        var copy = Copies.founded
        let first = rivals + Copies.sealed(Copies.ada, Copies.rivals[0].id)
        _ = try copy.accept(first, for: Copies.ada.id)
        let seal = Copies.ada.seal(Copies.rivals[1].id, of: pact.id)
        expect(
            Copies.sealed(Copies.ada, Copies.rivals[1].id), into: copy,
            refused: .dishonest(seal: seal.id, [.conflictsWith(Copies.rivals[0].id)]))
        let second = Copies.ada.seal(Copies.rivals[0].id, .reject, of: pact.id)
        expect(
            Copies.sealed(Copies.ada, Copies.rivals[0].id, .reject), into: copy,
            refused: .dishonest(seal: second.id, [.otherVerdict(.accept)]))
    }

    @Test func `is no pair of the party's own that contradict each other`() {
        let seal = Copies.ada.seal(Copies.rivals[1].id, of: pact.id)
        let records =
            rivals + Copies.rivals.flatMap { Copies.sealed(Copies.ada, $0.id) }
        expect(
            records, into: Copies.founded,
            refused: .dishonest(seal: seal.id, [.conflictsWith(Copies.rivals[0].id)]))
    }

    @Test func `is no commitment of the party's own to what it does not hold`() {
        let absent = Digest(of: [7])
        let seal = Copies.ada.seal(absent, of: pact.id)
        expect(
            Copies.sealed(Copies.ada, absent), into: Copies.founded,
            refused: .dishonest(seal: seal.id, [.notKnown(absent)]))
    }

    @Test func `is no seal of the party's own that contradicts one on what has not come yet`() throws {
        var copy = Copies.founded
        for case .seal(let statement) in Copies.sealed(Copies.ada, Copies.rivals[0].id) {
            #expect(copy.takeSeal(statement) == .new)
        }
        let second = Copies.ada.seal(Copies.rivals[0].id, .reject, of: pact.id)
        expect(
            Copies.sealed(Copies.ada, Copies.rivals[0].id, .reject), into: copy,
            refused: .dishonest(seal: second.id, [.otherVerdict(.accept)]))
        let other = Copies.ada.seal(Copies.rivals[1].id, of: pact.id)
        let later = Array(rivals.suffix(1)) + Copies.sealed(Copies.ada, Copies.rivals[1].id)
        expect(later, into: copy, refused: .dishonest(seal: other.id, [.notKnown(Copies.rivals[0].id)]))
        // Another's seals on what has not come are nobody's word but its own.
        #expect(try copy.accept(Copies.sealed(Copies.bob, Copies.rivals[0].id, .reject), for: Copies.ada.id).count == 1)
    }

    @Test func `is another party's lie, which is evidence`() throws {
        var copy = Copies.founded
        let records =
            rivals + Copies.rivals.flatMap { Copies.sealed(Copies.bob, $0.id) }
        #expect(try copy.accept(records, for: Copies.ada.id) == records)
        #expect(copy.evaluation.contradictions().map(\.kind) == [.incoherentSeals])
    }

    @Test func `is no seal that too few officials have signed`() throws {
        let seal = Copies.cyd.seal(pact.id, of: pact.id)
        let expected = PublicationRefusal.belowThreshold(
            .seal, id: seal.id, party: Copies.cyd.id, signatures: 1, threshold: 2)
        for own in [Copies.cyd, Copies.ada] {
            expect(Copies.sealed(Copies.cyd, pact.id, by: 0..<1), into: Copies.offered, for: own, refused: expected)
        }
        var copy = Copies.offered
        let both = Copies.sealed(Copies.cyd, pact.id)
        #expect(try copy.accept(both, for: Copies.cyd.id) == both)
        // A third official's signature on what is sealed already is one more record, judged no more.
        #expect(try copy.accept(Copies.sealed(Copies.cyd, pact.id, by: 2..<3), for: Copies.cyd.id).count == 1)
    }

    @Test func `is nothing by keys that no record held names`() {
        let eve = Member("EVE", seed: 7)
        let seal = eve.seal(pact.id, of: pact.id)
        expect(
            eve.signed(seal).map { .seal($0) }, into: Copies.founded,
            refused: .unknownKeys(.seal, id: seal.id, party: eve.id))
        let certificate = PublishedRecord.certificate(eve.certificate(of: pact.id, writer: "eve"))
        expect(
            [certificate], into: Copies.founded,
            refused: .refused(.keyNotInRecord, record: Digest(of: certificate.body)))
    }

    @Test func `is nothing with a signature that does not hold`() {
        let good = Copies.bob.signed(Copies.bob.seal(pact.id, of: pact.id))[0]
        let bad = PublishedRecord.seal(
            SignedStatement(good.payload, as: .seal, signer: good.signer, signature: [UInt8](repeating: 0, count: 64)))
        expect([bad], into: Copies.offered, refused: .refused(.badSignature, record: Digest(of: bad.body)))
        let foreign = PublishedRecord.seal(SignedStatement(good.payload, as: .seal, by: Copies.ada.nodeKey))
        expect([foreign], into: Copies.offered, refused: .refused(.keyNotInRecord, record: Digest(of: foreign.body)))
    }

    @Test func `is nothing that is too long for an entry`() throws {
        let text = String(repeating: "x", count: JournalLimits.bodyByteCount)
        let long = PublishedRecord.instrument(
            pact.loose([Pact.article("article-9", text)], base: ["article-9": nil]))
        expect(
            [long], into: Copies.founded,
            refused: .refused(.malformed(DecodingRefusal(.tooLong)), record: Digest(of: long.body)))
    }
}
