import Agreement
import Cryptography
import Foundation
import Identity
import NodeLogic
import RoadmapFixtures
import Testing

@testable import NodeRuntime

/// A change of all of a party's keys, signed by those of before and by the new ones.
private func rotation(from old: Member, to new: Member, in roadmap: InstrumentID) throws -> [SignedStatement] {
    let statement = try KeyStatement(
        roadmap: roadmap, party: old.id, version: 1, previous: old.record.id, record: new.record)
    return [old.sealKey, new.sealKey, new.nodeKey].map { SignedStatement(statement.payload, as: .keys, by: $0) }
}

@Suite("Nodes whose keys changed while they were apart", .timeLimit(.minutes(3)))
struct KeysApartTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private static let newAda = Member("ADA", seed: 11)
    private static let newBob = Member("BOB", seed: 12)
    private let two = Pact(of: [ada, bob])

    /// The party changes its keys, its node's too, and nobody else hears of it.
    private func rotate(_ place: TemporaryHome, to new: Member) async throws {
        let signed = try rotation(from: place.member, to: new, in: two.id)
        _ = try await place.withDoor { try await $0.publish(signed.map { .keyStatement($0) }) }
        try place.write(new.nodeKey, to: place.home.nodeKeyPath)
    }

    @Test func `meet over TLS, and confirm the same text`() async throws {
        let places = try await homes(of: two)
        for place in places { try await place.accept(two.id, of: two) }
        try await rotate(places[0], to: Self.newAda)
        try await rotate(places[1], to: Self.newBob)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await eventually { try await isConcordant(place, two.members) } }
        try await eventually { try await areLevel(ada, bob) }
        for node in [ada, bob] {
            #expect(node.log.text.contains("a node has shown how its key became its party's"))
            #expect(!node.log.text.contains("refused"))
        }
        #expect(try await places[0].status.counts["introduced"] == 1)
        #expect(try await places[0].status.counts["met"] == 1)
        #expect(try await places[0].status.counts["opened"] == 1)
        // From then on they know each other.
        try await bob.stop()
        let again = try await TestNode(places[1], dialling: [ada.target])
        try await eventually { try await areLevel(ada, again) }
        #expect(try await places[0].status.counts["introduced"] == 1)
        for node in [again, ada] { try await node.stop() }
    }

    @Test func `tell nothing to a stranger, with forged statements or with none`() async throws {
        let places = try await homes(of: two)
        try places[0].writeNodeSettings(#"{"version": 1, "limits": {"introductionTimeout": 1}}"#)
        let ada = try await TestNode(places[0])
        // Somebody with a copy of the roadmap, who made keys in BOB's name, and believes in them.
        let thief = Member("BOB", seed: 66)
        let eve = try TemporaryHome(Self.bob)
        try await eve.home.join(try await places[0].contents)
        try eve.write(thief.nodeKey, to: eve.home.nodeKeyPath)
        let stranger = try await TestNode(eve, dialling: [ada.target])
        try await eventually { ada.log.text.contains("it left without showing a change of keys") }
        #expect(stranger.log.text.contains("ADA's node does not know this node's key"))
        for node in [ada, stranger] { #expect(try await node.peers.isEmpty) }
        #expect(try await places[0].status.counts["refused.unknownKey", default: 0] >= 1)
        #expect(try await places[0].status.counts["opened"] == nil)
        for node in [stranger, ada] { try await node.stop() }
    }

    @Test func `turn unknown keys away in the handshake where nobody is to be met`() async throws {
        let places = try await homes(of: two)
        try await rotate(places[1], to: Self.newBob)
        try places[0].writeNodeSettings(#"{"version": 1, "limits": {"introductionCount": 0}}"#)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        try await eventually { ada.log.text.contains("refused the peer: unknown key") }
        #expect(try await ada.peers.isEmpty)
        for node in [bob, ada] { try await node.stop() }
    }

    @Test func `take the limits that are set`() throws {
        let place = try TemporaryHome(Self.ada)
        try place.writeNodeSettings(
            #"{"version": 1, "limits": {"introductionByteCount": 2048, "introductionTimeout": 1.5}}"#)
        let limits = try NodeLimits().set(by: OperatorSettings(of: place.home).limits)
        #expect(limits.introductionByteCount == 2_048 && limits.introductionPatience == 1_500)
    }

    @Test func `are not another's node because they can show whose they are`() async throws {
        let cyd = Member("CYD", seed: 3)
        let three = Pact(of: [Self.ada, Self.bob, cyd])
        let places = try await homes(of: three)
        let signed = try rotation(from: Self.ada, to: Self.newAda, in: three.id)
        _ = try await places[0].withDoor { try await $0.publish(signed.map { .keyStatement($0) }) }
        try places[0].write(Self.newAda.nodeKey, to: places[0].home.nodeKeyPath)
        let ada = try await TestNode(places[0])
        let wrong = Dialling.Target(party: cyd.id, endpoint: "127.0.0.1:\(ada.port)")
        let bob = try await TestNode(places[1], dialling: [wrong])
        try await eventually { bob.log.text.contains("refused a connection") }
        #expect(try await bob.peers.isEmpty)
        for node in [bob, ada] { try await node.stop() }
    }
}

extension TemporaryHome {
    fileprivate func writeNodeSettings(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: home.operatorSettingsPath))
    }
}
