import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import TestSupport
import Testing

@Suite("A node's copy of a party whose keys change")
struct CopySuccessionTests {
    private let story = Succession()
    private var pact: Pact { story.pact }

    private var founded: RoadmapCopy {
        var copy = RoadmapCopy(roadmap: pact.id)
        _ = copy.take(pact.founding)
        for signed in story.acceptances { _ = copy.takeSeal(signed) }
        return copy
    }

    private func take(_ changes: Change..., into copy: inout RoadmapCopy) {
        for signed in changes.flatMap(\.signed) { #expect(copy.take(.keyStatement, signed.encoded()) == .new) }
    }

    private func offered(_ change: Change) -> [PublishedRecord] { change.signed.map { .keyStatement($0) } }

    private func party(admitted reign: UInt8, _ copy: inout RoadmapCopy) -> Identifier? {
        copy.admission.party(ofNode: Reign("ADA", reign).node.publicKey)
    }

    @Test func `admits the nodes of the newest record, and lets write whoever any good statement named`() {
        var copy = founded
        let (first, second) = (Reign("ADA", 1).node.publicKey, Reign("ADA", 2).node.publicKey)
        #expect(party(admitted: 1, &copy) == story.first.party)
        #expect(!copy.mayWrite(second))
        for signed in story.rotations[0].signed.dropLast() { _ = copy.takeKeyStatement(signed) }
        #expect(!copy.mayWrite(second) && party(admitted: 2, &copy) == nil, "it is not good yet")
        _ = copy.takeKeyStatement(story.rotations[0].signed.last!)
        #expect(copy.mayWrite(first) && copy.mayWrite(second))
        #expect(party(admitted: 1, &copy) == nil && party(admitted: 2, &copy) == story.first.party)
        #expect(copy.partyRecords.first?.record == Reign("ADA", 2).record)
    }

    @Test func `puts a thief's nodes out when the party recovers, and keeps a party's own through a freeze`() {
        var copy = founded
        take(story.rotations[0], story.rotations[1], story.rotations[2], story.theft, into: &copy)
        #expect(party(admitted: 13, &copy) == story.first.party)
        take(story.recovery, into: &copy)
        #expect(party(admitted: 13, &copy) == nil && party(admitted: 5, &copy) == story.first.party)
        #expect(copy.mayWrite(Reign("ADA", 13).node.publicKey), "who may write only grows")
        take(story.freeze, into: &copy)
        #expect(party(admitted: 5, &copy) == story.first.party)
    }

    @Test func `is the same whatever came first`() {
        let seal = story.acceptance(of: pact.id, under: story.recovery.id, by: Reign("ADA", 5).officials)
        let certificates = [1, 5, 13].map {
            story.certificate(by: Reign("ADA", $0), root: Digest(of: []), perfected: Digest(of: []))
        }
        var records: [PublishedRecord] = [.instrument(pact.founding), .withdrawal(story.withdrawal)]
        records += story.changes.flatMap(offered) + (story.acceptances + seal).map { .seal($0) }
        records += certificates.map { .certificate($0) }
        var expected: (roots: StateRoots, admission: Admission, ledger: [KeyRecord])?
        for seed in UInt64(1)...20 {
            var generator = SplitMix64(seed: seed)
            var copy = RoadmapCopy(roadmap: pact.id)
            for record in records.shuffled(using: &generator) { copy.take(record.kind, record.body) }
            #expect(copy.certificates.count == 3 && copy.ledger.statementsAwaitingKeys.isEmpty, "seed \(seed)")
            let found = (copy.roots, copy.admission, copy.ledger.keyChains.all)
            guard let first = expected else {
                expected = found
                continue
            }
            #expect(found.0 == first.roots && found.1 == first.admission && found.2 == first.ledger, "seed \(seed)")
        }
    }

    @Test func `carries changes of keys and withdrawals that it took in, and none that it refused`() {
        var copy = founded
        take(story.rotations[0], into: &copy)
        _ = copy.takeWithdrawal(story.withdrawal)
        let foreign = SignedStatement(story.rotations[0].statement.payload, as: .keys, by: story.bob.sealKey)
        #expect(copy.takeKeyStatement(foreign) == .refused(.keyNotInRecord))
        #expect(copy.isWorthCarrying(.keyStatement, story.rotations[0].signed[0].encoded()))
        #expect(copy.isWorthCarrying(.withdrawal, story.withdrawal.encoded()))
        #expect(copy.isWorthCarrying(.keyStatement, story.rotations[2].signed[0].encoded()), "it may come to be good")
        #expect(!copy.isWorthCarrying(.keyStatement, foreign.encoded()))
        #expect(!copy.isWorthCarrying(.withdrawal, story.rotations[0].signed[0].encoded()))
    }

    @Test func `refuses as bodies what is no change of keys, and no withdrawal`() {
        let (change, leave) = (story.rotations[0].signed[0].encoded(), story.withdrawal.encoded())
        #expect(AgreementBody.refusal(.keyStatement, change) == nil && AgreementBody.refusal(.withdrawal, leave) == nil)
        #expect(AgreementBody.refusal(.keyStatement, leave)?.fault == .wrongKind)
        #expect(AgreementBody.refusal(.withdrawal, change)?.fault == .wrongKind)
        let empty = SignedStatement([0xa0], as: .keys, by: story.bob.sealKey)
        #expect(AgreementBody.refusal(.keyStatement, empty.encoded())?.fault == .missingField)
    }

    // MARK: What its own people bring

    @Test func `takes a change of keys that is good, and a seal by the new ones`() throws {
        var copy = founded
        let amendment = pact.amendment([Pact.article("article-2", "They meet.")], on: copy.ledger)
        let seal = story.acceptance(of: amendment.id, under: story.rotations[0].id, by: Reign("ADA", 2).officials)
        let records = offered(story.rotations[0]) + [.instrument(amendment)] + seal.map { .seal($0) }
        #expect(try copy.accept(records, for: story.first.party) == records)
        #expect(copy.ledger.seals[Digest(of: seal[0].payload)]?.isSigned == true)
    }

    @Test func `takes no change of keys that is not good, and says what it lacks`() {
        let change = story.rotations[0]
        let party = story.first.party
        let byNew = change.signed.dropFirst(2).map { PublishedRecord.keyStatement($0) }
        var copy = founded
        #expect(throws: PublicationRefusal.noAuthority(statement: change.id, party: party)) {
            try copy.accept(byNew, for: party)
        }
        let node = Reign("ADA", 2).node.publicKey.id
        #expect(throws: PublicationRefusal.unproven(statement: change.id, party: party, keys: [node])) {
            try copy.accept(
                offered(change).filter { record in
                    guard case .keyStatement(let signed) = record else { return false }
                    return signed.signer != node
                }, for: party)
        }
        #expect(throws: PublicationRefusal.unknownKeys(.keys, id: story.rotations[1].id, party: party)) {
            try copy.accept(offered(story.rotations[1]), for: party)
        }
        #expect(copy.ledger.keyChains.statements.isEmpty)
    }

    @Test func `takes no second change of the party's own upon one record, but another party's, which is evidence`()
        throws
    {
        var copy = founded
        take(story.rotations[0], into: &copy)
        let second = Change(
            to: Reign("ADA", 7), root: story.first.record, of: story.first.party, by: story.first.officials, in: pact.id
        )
        #expect(throws: PublicationRefusal.wouldFork(statement: second.id, other: story.rotations[0].id)) {
            try copy.accept(offered(second), for: story.first.party)
        }
        let recovery = Change(
            to: Reign("ADA", 7), root: story.first.record, of: story.first.party, by: story.first.recovery, in: pact.id)
        var recovered = copy
        #expect(try recovered.accept(offered(recovery), for: story.first.party).count == offered(recovery).count)
        #expect(try copy.accept(offered(second), for: story.bob.id).count == offered(second).count)
    }

    // MARK: What waits

    @Test func `takes in again what it turned away, when its keys are known`() {
        var copy = RoadmapCopy(roadmap: pact.id)
        for number in 0..<UInt64(StatementLimits.waitingStatements) {
            let junk = try! Seal(
                roadmap: pact.id, instrument: pact.id, party: story.first.party, keys: Digest(of: []), verdict: .accept,
                at: number)
            let signed = SignedStatement(
                junk.payload, as: .seal, signer: story.first.node.publicKey.id,
                signature: [UInt8](repeating: 0, count: 64))
            _ = copy.takeSeal(signed)
        }
        for signed in story.acceptances { #expect(copy.takeSeal(signed) == .refused(.tooManyWaiting)) }
        #expect(!copy.isOwedRereading, "nothing has come that could help")
        _ = copy.take(pact.founding)
        #expect(copy.isOwedRereading)
        copy.beginRereading()
        for signed in story.acceptances { #expect(copy.takeSeal(signed) == .new) }
        #expect(!copy.isOwedRereading && copy.evaluation.inForce == [pact.id])
    }
}
