import Agreement
import Exchange
import NodeLogic
import RoadmapFixtures
import Testing

@Suite("What a node takes of each key")
struct NodeAllowanceTests {
    private let members = [Member("ADA", seed: 1), Member("BOB", seed: 2)]
    private let pact: Pact
    private let ada: Traveller
    private let bob: Traveller
    private static let noon: UInt64 = 1_796_126_400

    init() throws {
        pact = Pact(of: members)
        ada = try Traveller(members[0].id, key: members[0].nodeKey, of: pact)
        bob = try Traveller(members[1].id, key: members[1].nodeKey, of: pact)
        for traveller in [ada, bob] { traveller.seconds = Self.noon }
    }

    private func limit(_ traveller: Traveller, _ set: (inout AllowanceLimits) -> Void) throws {
        var limits = NodeLimits(certifyAfter: 1_000_000_000)
        set(&limits.allowances)
        try traveller.restart(key: members[traveller === ada ? 0 : 1].nodeKey, limits: limits)
    }

    private func amendments(_ numbers: Range<Int>) -> Node.Input {
        .publish(
            numbers.map {
                .instrument(pact.loose([Pact.article("article-1", "Wording \($0).")], base: ["article-1": pact.id]))
            })
    }

    private func postponed(_ traveller: Traveller) -> [Allowance] {
        traveller.reports.compactMap { if case .postponed(_, _, let allowance) = $0 { allowance } else { nil } }
    }

    @Test func `is so many records in a day, and the rest the day after`() throws {
        try limit(ada) { $0.recordsPerDay = 256 }
        let road = Road(from: bob, to: ada)
        road.carry()
        for start in stride(from: 0, to: 600, by: 50) { bob.give(amendments(start..<start + 50)) }
        road.carry()
        let taken = ada.node.copy.ledger.instruments.count
        #expect((200...600).contains(taken) && taken < bob.node.copy.ledger.instruments.count)
        #expect(postponed(ada) == [.records])
        #expect([ada, bob].allSatisfy { $0.node.links[road.id]?.conversation.isSettled == true })
        // What ADA writes meanwhile comes through.
        let answer = ada.give(amendments(1_000..<1_001))
        guard case .published(1)? = answer else {
            Issue.record("ADA publishes")
            return
        }
        road.carry()
        #expect(bob.node.copy.ledger.instruments.count == 602)

        for day in 1...3 as ClosedRange<UInt64> {
            ada.seconds = Self.noon + day * 86_400
            ada.wait(1_000)
            bob.wait(1_000)
            road.carry()
        }
        #expect(road.isLevel)
        #expect(ada.node.copy.ledger.instruments.count == 602)
    }

    @Test func `is what was written in many days at once, for whoever comes late`() throws {
        for day in 0..<6 as Range<UInt64> {
            bob.seconds = Self.noon + day * 86_400
            bob.give(amendments(Int(day) * 100..<Int(day) * 100 + 100))
        }
        try limit(ada) { $0.recordsPerDay = 256 }
        ada.seconds = bob.seconds
        let road = Road(from: bob, to: ada)
        road.carry()
        #expect(road.isLevel && postponed(ada).isEmpty)
    }

    @Test func `is so many instruments that nobody has sealed, and more when one is`() throws {
        try limit(ada) { $0.unsealedInstruments = 20 }
        let road = Road(from: bob, to: ada)
        road.carry()
        bob.give(amendments(0..<25))
        road.carry()
        #expect(road.isLevel, "the batch that reaches the limit is taken whole")
        for start in stride(from: 100, to: 500, by: 64) { bob.give(amendments(start..<start + 64)) }
        road.carry()
        // 256 a day come through in any case.
        let taken = ada.node.copy.ledger.instruments.count
        #expect((26 + 256...26 + 384).contains(taken))
        #expect(postponed(ada) == [.instruments])

        let instruments = ada.node.copy.ledger.instruments.keys.filter { $0 != pact.id }
        let rejections = instruments.sorted().flatMap { instrument in
            members[0].signed(members[0].seal(instrument, .reject, of: pact.id))
        }
        ada.give(.publish(rejections.map { .seal($0) }))
        road.carry()
        #expect(ada.node.copy.ledger.instruments.count > taken)
    }

    @Test func `tells its own party when it has put more on the table than others take`() throws {
        try limit(ada) { $0.unsealedInstruments = 3 }
        // The founding is the first of them.
        ada.give(amendments(0..<2))
        #expect(!ada.reports.contains { if case .manyUnsealed = $0 { true } else { false } })
        ada.give(amendments(2..<4))
        #expect(ada.reports.contains(.manyUnsealed(5)))
    }
}
