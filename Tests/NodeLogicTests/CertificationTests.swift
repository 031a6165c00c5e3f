import Agreement
import Cryptography
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import Testing

@Suite("A state certificate")
struct CertificationTests {
    private let pact = Copies.pact
    private let writer = WriterID(Digest(of: "ada".utf8))

    private func due(
        _ copy: inout RoadmapCopy, for member: Member = Copies.ada, heads: [Head] = []
    ) -> StateCertificate? {
        copy.certificateDue(
            by: writer, signing: member.nodeKey.publicKey.id, of: member.id, heads: heads, at: 1_772_357_400)
    }

    /// Signs what is due and takes it in, as a node does.
    private func certify(_ copy: inout RoadmapCopy) -> StateCertificate? {
        guard let certificate = due(&copy) else { return nil }
        let statement = SignedStatement(certificate.payload, as: .state, by: Copies.ada.nodeKey)
        #expect(copy.takeCertificate(statement) == .new)
        return certificate
    }

    @Test func `is not due before anything was perfected`() {
        for var copy in [Copies.empty, Copies.offered] { #expect(due(&copy) == nil) }
    }

    @Test func `is due once after each change, and each names the one before`() throws {
        var copy = Copies.founded
        let first = try #require(certify(&copy))
        #expect(first.sequence == 0)
        #expect(first.previous == nil)
        #expect(first.party == Copies.ada.id)
        #expect(first.writer == writer.digest)
        #expect(first.inForce == copy.roots.inForce)
        #expect(first.perfected == copy.roots.perfected)
        #expect(certify(&copy) == nil)

        let amendment = pact.amendment([Pact.article("article-2", "They meet.")])
        _ = copy.take(amendment)
        #expect(certify(&copy) == nil, "an open instrument changes nothing")
        for member in pact.members {
            for case .seal(let statement) in Copies.sealed(member, amendment.id) { _ = copy.takeSeal(statement) }
        }
        let second = try #require(certify(&copy))
        #expect(second.sequence == 1)
        #expect(second.previous == first.id)
        #expect(second.inForce != first.inForce)
        #expect(certify(&copy) == nil)
    }

    @Test func `says what the node knew`() throws {
        var copy = Copies.founded
        let heads = (1...3).map {
            Head(writer: WriterID(Digest(of: [$0])), sequence: UInt64($0), id: EntryID(Digest(of: [$0, $0])))
        }
        let certificate = try #require(due(&copy, heads: heads))
        #expect(Set(certificate.known.map(\.writer)) == Set(heads.map(\.writer.digest)))
        #expect(certificate.known.map(\.sequence).sorted() == [1, 2, 3])
    }

    @Test func `is not due by a node that no record names`() {
        var copy = Copies.founded
        #expect(due(&copy, for: Member("ADA", seed: 9)) == nil)
        #expect(due(&copy, for: Member("EVE", seed: 7)) == nil)
    }

    @Test func `takes no notice of what others sign in its writer's name`() throws {
        var copy = Copies.founded
        #expect(copy.takeCertificate(Copies.bob.certificate(of: pact.id, writer: "ada", sequence: .max)) == .new)
        #expect(try #require(certify(&copy)).sequence == 0)
    }

    @Test func `is not due beyond the last sequence there is`() {
        var copy = Copies.founded
        #expect(copy.takeCertificate(Copies.ada.certificate(of: pact.id, writer: "ada", sequence: .max)) == .new)
        #expect(due(&copy) == nil)
    }

    @Test func `is due again when what was in force no longer is`() throws {
        var copy = Copies.founded
        let amendment = pact.amendment([Pact.article("article-2", "They meet.")])
        var ledger = pact.ledger
        _ = try ledger.insert(amendment)
        let undoing = pact.amendment(
            [Pact.article("article-2", "They write.")], on: ledger, replaces: [amendment.id], salt: 2)
        for instrument in [amendment, undoing] {
            _ = copy.take(instrument)
            for statement in pact.members.flatMap({ $0.signed($0.seal(instrument.id, of: pact.id)) }) {
                _ = copy.takeSeal(statement)
            }
            #expect(certify(&copy) != nil)
            #expect(certify(&copy) == nil)
        }
    }
}
