import Agreement
import CanonicalEncoding
import Cryptography
import Exchange
import Identity
import Journal
import Logging
import NodeLogic
import RoadmapFixtures
import Storage
import Synchronization
import Testing
import Verification

@testable import NodeRuntime

@Suite("An open home, of keys that change", .timeLimit(.minutes(2)))
struct NodeSuccessionTests {
    private let ada = Member("ADA", seed: 1)
    private let bob = Member("BOB", seed: 2)
    private let quick = NodeLimits(certifyAfter: 20, rest: 200, carryingTurn: 300)
    private var pact: Pact { Pact(of: [ada, bob]) }

    private func open(_ place: TemporaryHome) throws -> NodeCore {
        try NodeCore(place.home, log: LogBook().logger, limits: quick)
    }

    /// ADA's next keys: another official, and the node besides that comes with the reign.
    private func change(to reign: Reign) -> [SignedStatement] {
        Change(to: reign, root: ada.record, of: ada.id, by: [ada.sealKey], in: pact.id).signed
    }

    @Test func `tells its peers of a change of keys and of a withdrawal, and all admit the new node`() async throws {
        let places = try await homes(of: pact)
        let cores = try places.map(open)
        let reign = Reign("ADA", 2)
        let wire = await Wire(cores[0], cores[1])
        let leaving = try Withdrawal(
            roadmap: pact.id, party: ada.id, keys: change(to: reign)[0].payloadDigest, stage: .notice,
            rosters: [Identifier("member")!: pact.id], at: 7)
        var records = change(to: reign).map { PublishedRecord.keyStatement($0) }
        records += reign.officials.map { .withdrawal(SignedStatement(leaving.payload, as: .withdrawal, by: $0)) }
        _ = try await cores[0].publish(records)
        for core in cores {
            try await eventually { await core.copy.ledger.withdrawals[leaving.id]?.isSigned == true }
            try await eventually { core.admitted.withLock { $0.party(ofNode: reign.node.publicKey) } == ada.id }
            #expect(core.admitted.withLock { $0.party(ofNode: ada.nodeKey.publicKey) } == nil)
        }
        withExtendedLifetime((wire, places)) {}
        for core in cores { await core.close() }
        let again = try open(places[1])
        #expect(await again.copy.ledger.withdrawals.count == 1, "and it is there when the home is opened again")
        await again.close()
    }

    @Test func `takes in from its disk what it had no room to keep waiting, once the keys are known`() async throws {
        let place = try await homes(of: pact)[1]
        let core = try open(place)
        let reign = Reign("ADA", 2)
        let change = change(to: reign)
        var composition = Composition(
            roadmap: pact.id, key: ada.nodeKey.publicKey, incarnation: Incarnation([UInt8](repeating: 1, count: 16))!,
            at: 7)
        // Key records that never come: as many bytes as may wait, the last of them in small pieces.
        let reason = ExactText(String(repeating: "x", count: JournalLimits.bodyByteCount - 1_024))
        for version in UInt64(1)...64 {
            let junk = try KeyStatement(
                roadmap: pact.id, party: ada.id, version: version, previous: Digest(of: []), record: nil,
                reason: version <= 4 ? reason : nil)
            let signed = SignedStatement(junk.payload, as: .keys, by: ada.sealKey)
            composition.compose(.keyStatement, body: signed.encoded(), at: 7)
        }
        let notice = try Withdrawal(
            roadmap: pact.id, party: ada.id, keys: change[0].payloadDigest, stage: .notice,
            rosters: [Identifier("member")!: pact.id], at: 7)
        for key in reign.officials {
            let signed = SignedStatement(notice.payload, as: .withdrawal, by: key)
            composition.compose(.withdrawal, body: signed.encoded(), at: 7)
        }
        for signed in change { composition.compose(.keyStatement, body: signed.encoded(), at: 7) }
        for batch in composition.finish(signing: ada.nodeKey) { try await core.takeIn(batch) }
        #expect(await core.copy.ledger.keyRecord(of: ada.id, named: change[0].payloadDigest) != nil)
        #expect(await core.copy.ledger.withdrawals.isEmpty)
        #expect(await core.copy.isOwedRereading)
        try await eventually {
            await core.tick()
            return await !core.copy.isOwedRereading
        }
        #expect(await core.copy.ledger.withdrawals[notice.id]?.isSigned == true)
        await core.close()
        let again = try open(place)
        #expect(await again.copy.ledger.withdrawals[notice.id]?.isSigned == true)
        await again.close()
    }
}

extension SignedStatement {
    fileprivate var payloadDigest: Digest { Digest(of: payload) }
}
