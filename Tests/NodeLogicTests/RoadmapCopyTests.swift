import Agreement
import Cryptography
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import TestSupport
import Testing

@Suite("A node's copy of the roadmap")
struct RoadmapCopyTests {
    private let pact = Copies.pact
    private let eve = Member("EVE", seed: 7)

    private func body(_ record: PublishedRecord) -> (EntryKind, [UInt8]) { (record.kind, record.body) }

    @Test func `is the same whatever came first`() throws {
        let amendment = pact.amendment([Pact.article("article-2", "They meet.")])
        var records: [PublishedRecord] = [.instrument(pact.founding), .instrument(amendment)]
        records += pact.acceptances.map { .seal($0) } + pact.members.flatMap { Copies.sealed($0, amendment.id) }
        for member in pact.members {
            // Two of one sequence are a lie; which of them is kept must not depend on the order.
            records += [0, 1, 1, 2, 2].enumerated().map { place, sequence in
                .certificate(
                    member.certificate(of: pact.id, writer: "w", sequence: UInt64(sequence), root: "\(place)"))
            }
        }
        var copies: [RoadmapCopy] = []
        for seed in UInt64(1)...20 {
            var generator = SplitMix64(seed: seed)
            var copy = Copies.empty
            for record in records.shuffled(using: &generator) { copy.take(record.kind, record.body) }
            copies.append(copy)
            #expect(copy.holdings == copies[0].holdings, "seed \(seed)")
        }
        #expect(copies[0].certificates.count == 3)
        #expect(copies[0].evaluation.inForce.count == 2)
    }

    @Test func `refuses what is malformed, of another roadmap, or not signed as it says, and stays as it was`() {
        var copy = Copies.founded
        let other = Pact(of: [Copies.ada], title: "Another pact")
        let before = copy.holdings
        #expect(copy.take(.instrument, [0xa0]) != .new)
        #expect(copy.take(other.founding) == .refused(.otherRoadmap))
        #expect(copy.takeSeal(other.acceptances[0]) == .refused(.otherRoadmap))
        #expect(copy.takeCertificate(Copies.ada.certificate(of: other.id, writer: "w")) == .refused(.otherRoadmap))
        let good = Copies.ada.certificate(of: pact.id, writer: "w")
        let bad = SignedStatement(
            good.payload, as: .state, signer: good.signer, signature: [UInt8](repeating: 0, count: 64))
        #expect(copy.takeCertificate(bad) == .refused(.badSignature))
        #expect(copy.holdings == before)
        #expect(copy.take(.note, [1, 2, 3]) == .held)
    }

    @Test func `keeps a certificate whose record is not there yet, and judges it when the record comes`() {
        var copy = Copies.founded
        let good = eve.certificate(of: pact.id, writer: "eve")
        #expect(copy.takeCertificate(good) == .awaitingKeys)
        #expect(copy.takeCertificate(good) == .awaitingKeys)
        #expect(copy.certificates.isEmpty)
        _ = copy.take(accession)
        #expect(copy.certificates.values.map(\.statement) == [good])
    }

    @Test func `keeps a writer's certificates apart from those of others that name the same writer`() {
        var copy = Copies.founded
        let own = Copies.ada.certificate(of: pact.id, writer: "ada", sequence: 3)
        let stolen = Copies.bob.certificate(of: pact.id, writer: "ada", sequence: .max)
        #expect(copy.takeCertificate(stolen) == .new)
        #expect(copy.takeCertificate(own) == .new)
        let older = Copies.ada.certificate(of: pact.id, writer: "ada", sequence: 2)
        #expect(copy.takeCertificate(older) == .held)
        #expect(Set(copy.certificates.values.map(\.statement)) == [own, stolen])
    }

    private var accession: Instrument {
        pact.amendment([
            Instrument.Change(Identifier("party/EVE")!, Content(.party(eve.record))),
            Instrument.Change(
                Identifier("roster/member")!, Content(.roster(Roster(holders: (pact.members + [eve]).map(\.id))))),
        ])
    }

    // MARK: Who may write, who may connect

    @Test func `lets write whoever any record names, and only ever comes to let more`() {
        var copy = Copies.empty
        #expect(!copy.mayWrite(Copies.ada.nodeKey.publicKey))
        _ = copy.take(pact.founding)
        #expect(pact.members.allSatisfy { copy.mayWrite($0.nodeKey.publicKey) })
        #expect(!copy.mayWrite(eve.nodeKey.publicKey))
        _ = copy.take(accession)
        #expect((pact.members + [eve]).allSatisfy { copy.mayWrite($0.nodeKey.publicKey) })
        for statement in pact.acceptances { _ = copy.takeSeal(statement) }
        #expect((pact.members + [eve]).allSatisfy { copy.mayWrite($0.nodeKey.publicKey) })
    }

    @Test func `admits by the founding before it is in force, and then by the records in force`() {
        var copy = Copies.offered
        #expect(copy.admission.party(ofNode: Copies.ada.nodeKey.publicKey) == Copies.ada.id)
        copy = Copies.founded
        _ = copy.take(accession)
        #expect(copy.admission.party(ofNode: eve.nodeKey.publicKey) == nil)
        for member in pact.members + [eve] {
            for case .seal(let statement) in Copies.sealed(member, accession.id) { _ = copy.takeSeal(statement) }
        }
        #expect(copy.admission.party(ofNode: eve.nodeKey.publicKey) == eve.id)
        #expect(copy.partyRecords.map(\.party) == (pact.members + [eve]).map(\.id))
    }

    @Test func `admits no more the key that a record in force no longer names`() {
        var copy = Copies.founded
        let moved = Member("ADA", seed: 9)
        let amendment = pact.amendment([Instrument.Change(Identifier("party/ADA")!, Content(.party(moved.record)))])
        _ = copy.take(amendment)
        // The amendment brings new keys; its party accepts it by those that it had.
        for member in [Copies.ada, Copies.bob, Copies.cyd] {
            for case .seal(let statement) in Copies.sealed(member, amendment.id) { _ = copy.takeSeal(statement) }
        }
        #expect(copy.evaluation.inForce.contains(amendment.id))
        #expect(copy.admission.party(ofNode: Copies.ada.nodeKey.publicKey) == nil)
        #expect(copy.admission.party(ofNode: moved.nodeKey.publicKey) == Copies.ada.id)
        #expect(copy.mayWrite(Copies.ada.nodeKey.publicKey))
    }

    @Test func `knows which records still say something to others`() {
        var copy = Copies.founded
        let older = Copies.ada.certificate(of: pact.id, writer: "ada")
        let newer = Copies.ada.certificate(of: pact.id, writer: "ada", sequence: 1)
        let early = eve.certificate(of: pact.id, writer: "eve")
        for statement in [older, newer, early] { _ = copy.takeCertificate(statement) }
        let waiting = eve.signed(eve.seal(pact.id, of: pact.id))[0]
        _ = copy.takeSeal(waiting)
        let foreign = Pact(of: [Copies.ada], title: "Another pact")
        let worth: [PublishedRecord] = [
            .instrument(pact.founding), .seal(pact.acceptances[0]), .certificate(newer), .seal(waiting),
            .certificate(early),
        ]
        let worthless: [PublishedRecord] = [
            .instrument(foreign.founding), .seal(foreign.acceptances[0]), .certificate(older),
        ]
        #expect(worth.allSatisfy { copy.isWorthCarrying($0.kind, $0.body) })
        #expect(!worthless.contains { copy.isWorthCarrying($0.kind, $0.body) })
    }

    @Test func `checks the bodies of the kinds of which the page says what they are`() {
        for row in SpecificationPage("journal.md").table(under: "2. Entries") {
            let kind = EntryKind(code: UInt64(row[1])!)
            // The journal checks a writer's entry itself.
            let isChecked = AgreementBody.refusal(kind, [0xa0]) != nil || kind == .writer
            #expect(isChecked == !row[3].hasPrefix("any bytes"), "\(row[0])")
        }
    }

    @Test func `refuses as a body what is of another kind than its entry says`() {
        let bodies: [PublishedRecord] = [
            .instrument(pact.founding), .seal(pact.acceptances[0]),
            .certificate(Copies.ada.certificate(of: pact.id, writer: "ada")),
        ]
        for (place, record) in bodies.enumerated() {
            for (other, body) in bodies.enumerated() {
                #expect((AgreementBody.refusal(record.kind, body.body) == nil) == (place == other))
            }
        }
    }
}
