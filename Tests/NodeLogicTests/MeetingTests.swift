import Agreement
import CanonicalEncoding
import Cryptography
import Exchange
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import TestSupport
import Testing

@Suite("Two nodes of which one does not know the other's key")
struct MeetingTests {
    private let pact: Pact
    private let ada: Traveller
    private let bob: Traveller

    init() throws {
        let reigns = [Reign("ADA", 1), Reign("BOB", 1)]
        pact = Pact(of: reigns.map { ($0.party, $0.record) })
        ada = try Traveller(reigns[0].party, key: reigns[0].node, of: pact)
        bob = try Traveller(reigns[1].party, key: reigns[1].node, of: pact)
    }

    private func change(
        _ party: String, to number: UInt8?, after previous: Change? = nil, by authority: [SigningKey]? = nil
    ) -> Change {
        let before = Reign(party, (number ?? 2) - 1)
        return Change(
            to: number.map { Reign(party, $0) }, after: previous, root: Reign(party, 1).record, of: before.party,
            by: authority ?? before.officials, in: pact.id)
    }

    /// The first changes of a party's keys, each to the next reign.
    private func changes(of party: String, _ count: UInt8) -> [Change] {
        (2...count + 1).reduce(into: []) { changes, number in
            changes.append(change(party, to: number, after: changes.last))
        }
    }

    /// One party changes its keys, the node's too, while the other hears nothing of it.
    private func rotate(_ traveller: Traveller, _ party: String, times count: UInt8 = 1) throws {
        traveller.publish(changes(of: party, count))
        try traveller.restart(key: Reign(party, count + 1).node)
    }

    private func refusal(of traveller: Traveller) -> KeyRoundFailure? {
        for case .refusedStranger(_, let failure) in traveller.reports { return failure }
        return nil
    }

    // MARK: Meeting

    @Test(arguments: [(1, 0), (0, 1), (1, 1), (3, 5)] as [(UInt8, UInt8)], [true, false])
    func `come to know each other, and their copies become equal`(counts: (UInt8, UInt8), doesAdaDial: Bool) throws {
        if counts.0 > 0 { try rotate(ada, "ADA", times: counts.0) }
        if counts.1 > 0 { try rotate(bob, "BOB", times: counts.1) }
        let road = doesAdaDial ? Road(from: ada, to: bob) : Road(from: bob, to: ada)
        road.carry()
        #expect(road.isLevel)
        for (traveller, other) in [(ada, bob), (bob, ada)] {
            #expect(traveller.node.admission.party(ofNode: other.node.publicKey) == other.party)
            #expect(refusal(of: traveller) == nil)
        }
        // What was learnt is on disk, and a node that begins again knows the other at once.
        let again = try Node(of: bob.party, signing: Reign("BOB", counts.1 + 1).node, place: [1], reading: bob.disk)
        var reopened = again
        #expect(reopened.admission.party(ofNode: ada.node.publicKey) == ada.party)
    }

    @Test func `are told nothing before they are known`() throws {
        try rotate(ada, "ADA")
        try rotate(bob, "BOB")
        let road = Road(from: ada, to: bob)
        road.carry()
        // The listener asks, and says the rest only when the dialler has shown whose it is.
        #expect(road.numbersSaid.prefix(3) == [14, 15, 1])
        let shown = try #require(road.said.firstIndex { $0.byDialler && Road.number(of: $0.frame) == 15 })
        #expect(road.said[..<shown].filter { !$0.byDialler }.map(\.frame) == [KeyRound.ask])
    }

    @Test func `know each other also after a freeze and a recovery, which puts a thief out`() throws {
        let theft = change("ADA", to: 13, by: Reign("ADA", 1).officials)
        bob.publish([theft])
        let recovery = change("ADA", to: 5, by: Reign("ADA", 1).recovery)
        let freeze = change("ADA", to: nil, after: recovery, by: Reign("ADA", 5).officials)
        ada.publish([recovery, freeze])
        try ada.restart(key: Reign("ADA", 5).node)
        #expect(bob.node.admission.party(ofNode: Reign("ADA", 13).node.publicKey) == ada.party)
        let road = Road(from: ada, to: bob)
        road.carry()
        #expect(road.isLevel)
        #expect(bob.node.admission.party(ofNode: Reign("ADA", 13).node.publicKey) == nil)
    }

    @Test func `need no more of a long chain than its end`() throws {
        let all = changes(of: "ADA", 6)
        bob.publish(Array(all.prefix(3)))
        ada.publish(all)
        try ada.restart(key: Reign("ADA", 7).node)
        var copy = ada.node.copy
        let whole = copy.introduction(of: ada.node.id, for: ada.party)
        #expect(whole.map(\.payload) == all.map(\.statement.payload))
        let three = KeyRound.byteCount(ofShown: whole.suffix(3).map(\.byteCount))
        for (limit, count) in [(three, 3), (three - 1, 2), (10, 0)] {
            let shown = copy.introduction(of: ada.node.id, for: ada.party, byteLimit: limit)
            #expect(shown == Array(whole.suffix(count)))
            var theirs = bob.node.copy
            let found = try? theirs.introduce(ada.node.publicKey, by: shown)
            #expect((found?.party == ada.party) == (count == 3), "\(count)")
        }
        let road = Road(from: ada, to: bob)
        road.carry()
        #expect(road.isLevel)
    }

    @Test func `that a third one has brought up to date meanwhile go on without storing it again`() throws {
        try rotate(ada, "ADA")
        let road = Road(from: ada, to: bob)
        bob.publish(changes(of: "ADA", 1))
        let entries = bob.node.writerID.flatMap { bob.node.journal[$0]?.count }
        road.carry()
        #expect(bob.reports.contains(.introduced(road.id, ada.party)) && road.isLevel)
        #expect(bob.node.writerID.flatMap { bob.node.journal[$0]?.count } == entries)
    }

    @Test(.enabled(if: ForeignPython.has("zcbor", "cbor2")))
    func `say what the description says, as zcbor reads it`() throws {
        try rotate(ada, "ADA", times: 2)
        try rotate(bob, "BOB")
        let road = Road(from: ada, to: bob)
        road.carry()
        var copy = ada.node.copy
        let shown = CanonicalValue.array(
            copy.introduction(of: ada.node.id, for: ada.party).map { change in
                let signatures = change.signed.map { signed in
                    CanonicalValue.array([
                        signed.signer.digest.value, .integer(signed.algorithm.rawValue), .bytes(signed.signature),
                    ])
                }
                return .array([.bytes(change.payload), .array(signatures)])
            })
        let frames = road.said.map { said -> (type: String, bytes: [UInt8]) in
            switch Road.number(of: said.frame) {
            case 14: ("ask", said.frame)
            case 15: ("shown", said.frame)
            default: ("message", said.frame)
            }
        }
        let said = try #require(ForeignPython.shared).validates(frames + [("shown-changes", shown.encoded())])
        #expect(said.filter { $0.hasPrefix("wrong") } == [])
        #expect(Set(said).isSuperset(of: ["ask 1", "shown 2", "shown-changes 1"]), "\(said)")
    }

    // MARK: Refusing

    /// A node of ADA's as some thief or fool would run it: it believes its own statement, which others do not.
    private func forger(_ forged: [SignedStatement], node: SigningKey) -> Forger {
        Forger(changes: changes(in: forged), key: node, roadmap: pact.id)
    }

    /// As shown: the signatures on one statement together.
    private func changes(in signed: [SignedStatement]) -> [ShownChange] {
        signed.reduce(into: [[SignedStatement]]()) { changes, one in
            if changes.last?.first?.payload == one.payload {
                changes[changes.count - 1].append(one)
            } else {
                changes.append([one])
            }
        }.map { ShownChange($0) }
    }

    private func isRefused(
        _ forged: [SignedStatement], node: SigningKey, for failure: KeyRoundFailure, parties: Set<Identifier>? = nil
    ) {
        let id = LinkID(number: 7)
        let forger = forger(forged, node: node)
        let before = (bob.node.journal.heads, bob.node.copy.ledger.keyChains.all)
        bob.give(.met(id, forger.asSeenByListener(of: bob, parties: parties)))
        bob.give(.frame(forger.shown, on: id))
        #expect(refusal(of: bob) == failure)
        #expect(bob.outbox[id] == [KeyRound.ask], "it learns nothing")
        #expect(bob.node.links.isEmpty)
        #expect(!bob.closed.contains(id), "when it is turned away does not say how far it came")
        #expect(bob.node.journal.heads == before.0 && bob.node.copy.ledger.keyChains.all == before.1)
        bob.wait(ExchangeLimits.introductionPatience)
        #expect(bob.closed.contains(id))
    }

    private let mallory = Reign("ADA", 66)

    @Test func `refuse a change that the party's keys have not signed`() {
        let forged = Change(
            to: mallory, root: Reign("ADA", 1).record, of: mallory.party, by: mallory.officials, in: pact.id)
        isRefused(forged.signed, node: mallory.node, for: .notGood)
    }

    @Test func `refuse a change with a signature that only looks like the party's`() {
        let forged = Change(
            to: mallory, root: Reign("ADA", 1).record, of: mallory.party, by: Reign("ADA", 1).officials, in: pact.id)
        let tampered = forged.signed.map { signed in
            SignedStatement(
                signed.payload, as: .keys, signer: signed.signer, algorithm: signed.algorithm,
                signature: signed.signature.map { $0 ^ 1 })
        }
        isRefused(tampered, node: mallory.node, for: .notGood)
        for index in forged.signed.indices {
            var one = forged.signed
            one[index] = tampered[index]
            var copy = bob.node.copy
            #expect(throws: KeyRoundFailure.notGood) {
                try copy.introduce(mallory.node.publicKey, by: changes(in: one))
            }
        }
    }

    @Test func `refuse the party's own statements from whoever does not hold the key that they end with`() throws {
        let genuine = changes(of: "ADA", 1)[0]
        isRefused(genuine.signed, node: mallory.node, for: .notStatements)
    }

    @Test func `refuse a change that begins nowhere, is of another roadmap, or of two parties`() {
        let second = change("ADA", to: 3, after: changes(of: "ADA", 1)[0])
        isRefused(second.signed, node: Reign("ADA", 3).node, for: .leadsNowhere)
    }

    @Test func `refuse a change for another roadmap`() {
        let other = Pact(of: [(mallory.party, Reign("ADA", 1).record)]).id
        let change = Change(
            to: mallory, root: Reign("ADA", 1).record, of: mallory.party, by: Reign("ADA", 1).officials, in: other)
        isRefused(change.signed, node: mallory.node, for: .notStatements)
    }

    @Test func `refuse changes of two parties in one, and what is no statement`() {
        let two = changes(of: "BOB", 1)[0].signed + changes(of: "ADA", 1)[0].signed
        isRefused(two, node: Reign("ADA", 2).node, for: .notStatements)
        var copy = bob.node.copy
        for payload in [[], [0x80], pact.founding.payload] {
            let shown = ShownChange([SignedStatement(payload, as: .keys, by: mallory.node)])
            #expect(throws: KeyRoundFailure.notStatements) { try copy.introduce(mallory.node.publicKey, by: [shown]) }
        }
        #expect(throws: KeyRoundFailure.notStatements) { try copy.introduce(mallory.node.publicKey, by: []) }
    }

    @Test func `refuse keys that another change has overtaken`() {
        bob.publish([change("ADA", to: 5, by: Reign("ADA", 1).recovery)])
        let theft = change("ADA", to: 13, by: Reign("ADA", 1).officials)
        isRefused(theft.signed, node: Reign("ADA", 13).node, for: .notInForce)
    }

    @Test func `refuse another party's node than the one that was meant`() {
        let genuine = changes(of: "ADA", 1)[0]
        isRefused(genuine.signed, node: Reign("ADA", 2).node, for: .notStatements, parties: [bob.party])
    }

    @Test func `refuse a caller with nothing to show, which hears why from its own node`() throws {
        let stranger = try Traveller(ada.party, key: mallory.node, of: pact)
        let road = Road(from: stranger, to: bob)
        road.carry()
        #expect(stranger.reports.contains(.unknownToPeer(bob.party)))
        #expect(refusal(of: bob) == .left)
        #expect(road.numbersSaid == [14])
    }

    @Test func `refuse what was recorded in another session`() {
        let genuine = changes(of: "ADA", 1)[0]
        let forger = forger(genuine.signed, node: Reign("ADA", 2).node)
        let id = LinkID(number: 7)
        var stranger = forger.asSeenByListener(of: bob, parties: nil)
        stranger = Node.Stranger(
            key: stranger.key, parties: nil, shown: stranger.shown, isDialled: false,
            exportedKey: [UInt8](repeating: 77, count: 32))
        bob.give(.met(id, stranger))
        bob.give(.frame(forger.shown, on: id))
        #expect(refusal(of: bob) == .unreadable && bob.outbox[id] == [KeyRound.ask])
    }

    @Test func `keep nobody longer than its time, or for more than its bytes`() throws {
        try rotate(ada, "ADA")
        var limits = NodeLimits()
        limits.introductionByteCount = 4_096
        limits.introductionPatience = 1_000
        try bob.restart(key: Reign("BOB", 1).node, limits: limits)
        let silent = Road(from: ada, to: bob)
        bob.wait(999)
        #expect(!bob.closed.contains(silent.id))
        bob.wait(1)
        #expect(bob.closed.contains(silent.id) && refusal(of: bob) == .timeOver)
        let flood = Road(from: ada, to: bob, 2)
        for _ in 0..<4_096 { bob.give(.frame([0], on: flood.id)) }
        #expect(!bob.closed.contains(flood.id))
        bob.give(.frame([0], on: flood.id))
        #expect(bob.closed.contains(flood.id))
        bob.give(.frame([0], on: flood.id))
        #expect(bob.node.links.isEmpty)
    }

    @Test func `let nobody in on what the disk did not take`() throws {
        try rotate(ada, "ADA")
        bob.failure = .diskFull
        let road = Road(from: ada, to: bob)
        road.carry()
        #expect(bob.closed.contains(road.id) && bob.node.links.isEmpty)
        #expect(bob.node.admission.party(ofNode: ada.node.publicKey) == nil)
        #expect(road.numbersSaid == [14])
        bob.failure = nil
        bob.now = bob.now + 10_000
        let again = Road(from: ada, to: bob, 2)
        again.carry()
        #expect(again.isLevel)
    }

    @Test func `end with the node that leaves`() throws {
        try rotate(ada, "ADA")
        let road = Road(from: ada, to: bob)
        bob.give(.leave)
        #expect(bob.closed.contains(road.id))
        bob.give(.frame([0], on: road.id))
        bob.give(.disconnected(road.id))
    }
}

/// Somebody who knows the roadmap's id, holds a node key, and shows whatever it likes.
private struct Forger {
    let changes: [ShownChange]
    let key: SigningKey
    let roadmap: InstrumentID
    private let exported = [UInt8](repeating: 5, count: 32)

    init(changes: [ShownChange], key: SigningKey, roadmap: InstrumentID) {
        self.changes = changes
        self.key = key
        self.roadmap = roadmap
    }

    var shown: [UInt8] { KeyRound.shown(changes, as: .dialler, about: roadmap, exportedKey: exported) }

    func asSeenByListener(of listener: Traveller, parties: Set<Identifier>?) -> Node.Stranger {
        Node.Stranger(
            key: key.publicKey, parties: parties, shown: listener.node.id, isDialled: false, exportedKey: exported)
    }
}
