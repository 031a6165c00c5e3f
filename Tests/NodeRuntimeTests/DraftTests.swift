import Agreement
import CanonicalEncoding
import Cryptography
import Drafting
import Foundation
import Identity
import Negotiation
import NodeLogic
import RoadmapFixtures
import Testing
import Verification

@testable import NodeRuntime

@Suite("Drafts in homes", .timeLimit(.minutes(2)))
struct DraftTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private let pact = Pact(of: [ada, bob])
    private let english = Identifier("en")!

    private func opening(_ title: String = "Meetings") throws -> DraftOpening {
        try DraftOpening(title: Words([english: ExactText(title)])!, languages: [english], base: [pact.id])
    }

    private func draft(_ id: Digest, at place: TemporaryHome) async throws -> Draft? {
        let findings = try await place.findings
        let entries = try await place.withDoor { try await $0.draftEntries() }
        let writers = DraftWriters(findings.contents.ledger, findings.evaluation)
        let record = Drafts(entries) { writers.party(of: $0) }[id]
        return record?.draft(on: try #require(findings.evaluation.draftBase(of: [pact.id])))
    }

    /// Adds a provision, and answers the entry.
    private func add(
        _ name: String, to id: Digest, at place: TemporaryHome, after previous: Digest?
    ) async throws -> DraftPublication {
        var draft = try #require(try await draft(id, at: place))
        draft.writingParty = place.member.id
        draft.add(
            Identifier(name)!, kind: Identifier("article")!, provisionClass: Identifier("text")!, beneath: nil,
            behind: nil)
        let body = draft.openEdits.body
        return try await place.withDoor { try await $0.publishDraft(body, after: previous) }
    }

    private func open(at place: TemporaryHome) async throws -> Digest {
        let body = try opening().body
        guard case .written(let stamp) = try await place.withDoor({ try await $0.publishDraft(body, after: nil) })
        else {
            throw CancellationError()
        }
        return stamp.id
    }

    @Test(arguments: [false, true])
    func `are journalled through either door, and an entry on a version left behind is not`(isRunning: Bool)
        async throws
    {
        let place = try await homes(of: pact)[0]
        let node = try await isRunning ? TestNode(place) : nil
        let id = try await open(at: place)
        guard case .written(let first) = try await add("one", to: id, at: place, after: id) else {
            Issue.record("it is on time")
            return
        }
        #expect(try await add("two", to: id, at: place, after: id) == .overtaken)
        #expect(try await add("two", to: id, at: place, after: nil) == .overtaken)
        guard case .written = try await add("two", to: id, at: place, after: first.id) else {
            Issue.record("it is on time")
            return
        }
        #expect(try await draft(id, at: place)?.entryCount == 3)
        try await node?.stop()
        #expect(try await draft(id, at: place)?.entryCount == 3, "and after a stop")
    }

    @Test func `are not journalled if they are malformed, or speak of what is not here`() async throws {
        let place = try await homes(of: pact)[0]
        let before = try await place.status.entryCount
        let unknown = try DraftEdits(draft: Digest(of: [1]), parents: []).body
        for body in [[1, 2, 3], unknown] {
            await #expect(throws: NodeRefusal.self) {
                try await place.withDoor { try await $0.publishDraft(body, after: nil) }
            }
        }
        #expect(try await place.status.entryCount == before)
    }

    @Test func `of two parties that wrote apart are one when their nodes meet, and stay it`() async throws {
        let places = try await homes(of: pact)
        var ada = try await TestNode(places[0])
        var bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await place.accept(pact.id, of: pact) }
        let id = try await open(at: places[0])
        try await eventually { try await draft(id, at: places[1]) != nil }
        try await bob.stop()
        // Apart.
        _ = try await add("from-ada", to: id, at: places[0], after: id)
        _ = try await add("from-bob", to: id, at: places[1], after: nil)
        #expect(try await draft(id, at: places[0])?.entryCount == 2)
        #expect(try await draft(id, at: places[1])?.entryCount == 2)
        bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await eventually { try await draft(id, at: place)?.entryCount == 3 } }
        try await bob.stop()
        try await ada.stop()
        ada = try await TestNode(places[0])
        let copies = [
            try #require(try await draft(id, at: places[0])), try #require(try await draft(id, at: places[1])),
        ]
        #expect(copies[0].heads == copies[1].heads && copies[0].heads.count == 2)
        let names = copies.map { draft in
            draft.documentOrder.map { draft.reading(of: .identifier, of: $0.name)?.values }
        }
        #expect(names[0] == names[1] && names[0].count == copies[0].documentOrder.count)
        #expect(Set(copies.flatMap { copy in copy.heads.map { copy.party(ofEntry: $0) } }).count == 2)
        try await ada.stop()
    }
}
