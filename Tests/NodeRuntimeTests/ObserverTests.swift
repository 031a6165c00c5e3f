import Agreement
import Cryptography
import Foundation
import Identity
import NodeLogic
import RoadmapFixtures
import Testing
import Verification

@testable import NodeRuntime

/// Nodes of parties that stand beside the members. They can only dial, as most who look on from elsewhere can.
@Suite("The node of an observer", .timeLimit(.minutes(3)))
struct ObserverTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private static let cyd = Member("CYD", seed: 3)

    /// Everything that binds is the same at all of these.
    private func hold(_ places: [TemporaryHome], alike instrument: InstrumentID) async throws -> Bool {
        let held = try await places.asyncMap { try await $0.findings }
        guard held.allSatisfy({ $0.contents.ledger.instruments[instrument] != nil }) else { return false }
        let seals = held.map(\.contents.ledger.seals)
        return seals.allSatisfy { $0 == seals[0] } && held.allSatisfy { $0.roots == held[0].roots }
    }

    private func propose(_ instrument: Instrument, at place: TemporaryHome) async throws {
        _ = try await place.withDoor { try await $0.publish([.instrument(instrument)]) }
    }

    private func seal(
        _ verdict: Seal.Verdict, _ id: InstrumentID, of pact: Pact, at place: TemporaryHome
    ) async throws {
        _ = try await place.publish(place.member.signed(place.member.seal(id, verdict, of: pact.id)))
    }

    @Test func `receives all, verifies and confirms, and holds nothing up, whatever it seals`() async throws {
        let pact = Pact(of: [Self.ada, Self.bob], beside: "observer", [Self.cyd])
        let places = try await homes(of: pact)
        let (members, cydsHome) = (places.prefix(2), places[2])
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        var cyd = try await TestNode(cydsHome, dialling: [ada.target], listening: [])
        // An observer too consents to standing in the founding with its keys; after that nobody asks it.
        for place in places { try await place.accept(pact.id, of: pact) }
        // Each of the three has said which text is in force, and each has heard it of the others.
        for place in places { try await eventually { try await isConcordant(place, pact.members) } }

        let amendment = pact.amendment([Pact.article("article-2", "They meet.")])
        try await propose(amendment, at: places[0])
        try await eventually { try await cydsHome.contents.ledger.instruments[amendment.id] != nil }
        try await seal(.reject, amendment.id, of: pact, at: cydsHome)
        for place in members { try await place.accept(amendment.id, of: pact) }
        try await eventually { try await hold(places, alike: amendment.id) }
        for place in places {
            let findings = try await place.findings
            #expect(findings.evaluation.inForce.contains(amendment.id))
            #expect(findings.contents.ledger.seals.values.contains { $0.seal.party == Self.cyd.id }, "it is heard")
        }

        // Away, and back: what came meanwhile comes to it.
        try await cyd.stop()
        let next = pact.amendment([Pact.article("article-3", "They meet again.")], salt: 2)
        try await propose(next, at: places[1])
        for place in members { try await place.accept(next.id, of: pact) }
        cyd = try await TestNode(cydsHome, dialling: [ada.target], listening: [])
        for place in places { try await eventually { try await isConcordant(place, pact.members) } }
        #expect(try await cydsHome.findings.evaluation.inForce.contains(next.id))
        #expect(try await cyd.peers.map(\.isDialled) == [true])
        for node in [cyd, bob, ada] { try await node.stop() }
    }

    @Test func `of a party that is concerned counts as the charter says: nothing is in force against its will`()
        async throws
    {
        let pact = Pact(of: [Self.ada, Self.bob], beside: "concerned", [Self.cyd], vetoing: true)
        let places = try await homes(of: pact)
        let (members, cydsHome) = (places.prefix(2), places[2])
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        let cyd = try await TestNode(cydsHome, dialling: [ada.target], listening: [])
        for place in members { try await place.accept(pact.id, of: pact) }
        try await eventually { try await cydsHome.contents.ledger.seals.count == 2 }
        #expect(try await cydsHome.findings.evaluation.inForce.isEmpty)
        try await cydsHome.accept(pact.id, of: pact)
        for place in places { try await eventually { try await isConcordant(place, pact.members) } }

        let amendment = pact.amendment([Pact.article("article-2", "They meet.")])
        try await propose(amendment, at: places[0])
        for place in members { try await place.accept(amendment.id, of: pact) }
        try await eventually { try await hold(places, alike: amendment.id) }
        for place in places {
            #expect(try await !place.findings.evaluation.inForce.contains(amendment.id), "it waits for CYD")
        }
        try await seal(.abstain, amendment.id, of: pact, at: cydsHome)
        for place in places { try await eventually { try await isConcordant(place, pact.members) } }
        for place in places { #expect(try await place.findings.evaluation.inForce.contains(amendment.id)) }
        for node in [cyd, bob, ada] { try await node.stop() }
    }
}

extension Array {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
