import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Testing

extension Party {
    /// The seal's payload, signed by one of the party's officials.
    func sign(_ seal: Seal, official: Int = 0, as kind: StatementKind = .seal) -> SignedStatement {
        SignedStatement(seal.payload, as: kind, by: sealKeys[official])
    }
}

@Suite("A ledger")
struct LedgerTests {
    private let conference: Conference
    private let hotline: Instrument

    init() {
        var conference = Conference()
        hotline = conference.hotline()
        self.conference = conference
    }

    private func ledger(holding instruments: Instrument...) throws(LedgerRefusal) -> Ledger {
        var ledger = Ledger(roadmap: conference.roadmap)
        for instrument in instruments { try ledger.insert(instrument) }
        return ledger
    }

    private func statement(by party: Party, on instrument: Instrument? = nil) -> SignedStatement {
        party.sign(Seals.seal(instrument ?? hotline, by: party))
    }

    @Test func `takes a seal that a key of the named record signed, and takes it once`() throws {
        var ledger = try ledger(holding: conference.founding, hotline)
        let seal = statement(by: Parties.china)
        #expect(try ledger.insertSeal(seal) == .added)
        #expect(try ledger.insertSeal(seal) == .held)
        #expect(ledger.seals.values.map(\.isSigned) == [true])
        #expect(ledger.signatureCheckCount == 1, "what is held is not checked again")
    }

    @Test func `keeps a seal whose keys are not known yet until the instrument that carries them comes`() throws {
        var ledger = try ledger()
        let seal = statement(by: Parties.china)
        #expect(try ledger.insertSeal(seal) == .awaitingKeys)
        #expect(try ledger.insertSeal(seal) == .awaitingKeys)
        #expect(ledger.statementsAwaitingKeys == [seal] && ledger.seals.isEmpty)
        #expect(try ledger.insert(conference.founding) == [:])
        #expect(ledger.statementsAwaitingKeys.isEmpty && ledger.seals.count == 1)
    }

    @Test func `says which of the waiting seals turn out to be nobody's`() throws {
        var ledger = try ledger()
        let seal = Seals.seal(hotline, by: Parties.china)
        try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: Parties.russia.sealKeys[0]))
        #expect(try ledger.insert(conference.founding) == [seal.id: .keyNotInRecord])
        #expect(ledger.seals.isEmpty && ledger.statementsAwaitingKeys.isEmpty)
    }

    @Test func `refuses a seal by another's key, or by a key of the record that is for something else`() throws {
        var ledger = try ledger(holding: conference.founding, hotline)
        let payload = Seals.seal(hotline, by: Parties.china).payload
        for key in [Parties.russia.sealKeys[0], Parties.china.nodeKey] {
            #expect(throws: LedgerRefusal.keyNotInRecord) {
                try ledger.insertSeal(SignedStatement(payload, as: .seal, by: key))
            }
        }
        #expect(ledger.seals.isEmpty && ledger.signatureCheckCount == 0)
    }

    @Test func `refuses a signature with one bit turned`() throws {
        var ledger = try ledger(holding: conference.founding, hotline)
        let good = statement(by: Parties.china)
        var signature = good.signature
        signature[10] ^= 1
        let bad = SignedStatement(good.payload, as: .seal, signer: good.signer, signature: signature)
        #expect(throws: LedgerRefusal.badSignature) { try ledger.insertSeal(bad) }
        #expect(ledger.seals.isEmpty)
        #expect(try ledger.insertSeal(good) == .added, "the good one is none the worse for it")
    }

    @Test(arguments: StatementKind.allCases.filter { $0 != .seal })
    func `refuses a signature that was made for another kind of statement`(kind: StatementKind) throws {
        var ledger = try ledger(holding: conference.founding, hotline)
        let statement = Parties.china.sign(Seals.seal(hotline, by: Parties.china), as: kind)
        #expect(throws: LedgerRefusal.malformed(DecodingRefusal(.wrongKind, field: "typ"))) {
            try ledger.insertSeal(statement)
        }
    }

    @Test func `refuses a payload that is no seal`() throws {
        var ledger = try ledger(holding: conference.founding)
        let statement = SignedStatement(hotline.payload, as: .seal, by: Parties.china.sealKeys[0])
        #expect(throws: LedgerRefusal.malformed(DecodingRefusal(.wrongKind, field: "type"))) {
            try ledger.insertSeal(statement)
        }
    }

    @Test func `refuses the records of another roadmap, a second founding among them`() throws {
        var ledger = try ledger(holding: conference.founding)
        var other = Conference(rules: ["procedure": .party(Parties.china.name)])
        let foreign = other.hotline()
        #expect(throws: LedgerRefusal.otherRoadmap) { try ledger.insert(other.founding) }
        #expect(throws: LedgerRefusal.otherRoadmap) { try ledger.insert(foreign) }
        let seal = statement(by: Parties.china, on: foreign)
        #expect(throws: LedgerRefusal.otherRoadmap) { try ledger.insertSeal(seal) }
        #expect(ledger.instruments.count == 1)
    }

    @Test func `counts two of three officials as one party, and one official not at all`() throws {
        let delegation = Parties.northKoreaOfThreeOfficials
        let members = Parties.members.filter { $0.name != delegation.name } + [delegation]
        let founding = Conference(parties: members, sealed: false).founding
        var ledger = Ledger(roadmap: founding.id)
        try ledger.insert(founding)
        for party in members.dropLast() { try ledger.insertSeal(statement(by: party, on: founding)) }
        let seal = Seals.seal(founding, by: delegation)
        #expect(try ledger.insertSeal(delegation.sign(seal, official: 1)) == .added)
        #expect(try ledger.insertSeal(delegation.sign(seal, official: 1)) == .held)
        #expect(ledger.seals[seal.id]?.isSigned == false)
        #expect(Evaluation(of: ledger).state(of: founding.id) == .sealed)
        let otherBytes = Seals.seal(founding, by: delegation, at: 1)
        #expect(try ledger.insertSeal(delegation.sign(otherBytes, official: 2)) == .added)
        #expect(Evaluation(of: ledger).state(of: founding.id) == .sealed, "they signed different bytes")
        #expect(try ledger.insertSeal(delegation.sign(seal, official: 2)) == .added)
        #expect(ledger.seals[seal.id]?.isSigned == true && ledger.seals[seal.id]?.signatures.count == 2)
        let evaluation = Evaluation(of: ledger)
        #expect(evaluation.state(of: founding.id) == .inForce)
        #expect(evaluation.countingSeals(on: founding.id).count == members.count)
    }

    @Test func `keeps a bounded number of statements for keys that it does not know, over all such keys`() throws {
        var ledger = try ledger()
        let signature = statement(by: Parties.china).signature
        for number in 0..<StatementLimits.waitingStatements {
            let seal = Seals.seal(hotline, by: Parties.china, at: UInt64(number))
            let statement = SignedStatement(
                seal.payload, as: .seal, signer: Parties.china.sealKeys[0].publicKey.id, signature: signature)
            #expect(try ledger.insertSeal(statement) == .awaitingKeys)
        }
        for party in [Parties.china, Parties.russia] {
            let another = statement(by: party, on: conference.founding)
            #expect(throws: LedgerRefusal.tooManyWaiting) { try ledger.insertSeal(another) }
        }
        try ledger.insert(conference.founding)
        #expect(ledger.statementsAwaitingKeys.isEmpty)
        #expect(ledger.seals.values.map(\.seal.at) == [0], "the signature was of that one alone")
        let another = statement(by: Parties.russia, on: conference.founding)
        #expect(try ledger.insertSeal(another) == .added, "it may be offered again")
    }

    @Test func `keeps a bounded number of bytes for keys that it does not know`() throws {
        var ledger = try ledger()
        let reason = ExactText(String(repeating: "x", count: StatementLimits.waitingByteCount / 4))
        func freeze(_ version: UInt64, _ reason: ExactText?) throws -> SignedStatement {
            let statement = try KeyStatement(
                roadmap: conference.roadmap, party: Parties.china.name, version: version, previous: Digest(of: []),
                record: nil, reason: reason)
            return SignedStatement(statement.payload, as: .keys, by: Parties.china.sealKeys[0])
        }
        for version in UInt64(1)...3 {
            #expect(try ledger.insertKeyStatement(freeze(version, reason)) == .awaitingKeys)
        }
        #expect(throws: LedgerRefusal.tooManyWaiting) { try ledger.insertKeyStatement(freeze(4, reason)) }
        #expect(try ledger.insertKeyStatement(freeze(5, nil)) == .awaitingKeys, "a short one still fits")
    }

    /// Names key records that will never come.
    private func junk(_ numbers: Range<Int>, about party: Party = Parties.china) -> [SignedStatement] {
        let signature = statement(by: party).signature
        return numbers.map { number in
            let seal = require {
                try Seal(
                    roadmap: conference.roadmap, instrument: hotline.id, party: party.name,
                    keys: Digest(of: Array("never \(number)".utf8)), verdict: .accept, at: 0)
            }
            return SignedStatement(
                seal.payload, as: .seal, signer: party.sealKeys[0].publicKey.id, signature: signature)
        }
    }

    @Test func `lets a filler's statements give way to those that others carry, and not the other way round`() throws {
        var ledger = try ledger()
        let (filler, honest) = (Parties.russia.nodeKey.publicKey.id, Parties.china.nodeKey.publicKey.id)
        for signed in junk(0..<StatementLimits.waitingStatements) { try ledger.insertSeal(signed, from: filler) }
        let more = junk(100_000..<100_001)[0]
        #expect(throws: LedgerRefusal.tooManyWaiting) { try ledger.insertSeal(more, from: filler) }
        let seals = Parties.members.map { statement(by: $0, on: conference.founding) }
        for seal in seals { #expect(try ledger.insertSeal(seal, from: honest) == .awaitingKeys) }
        #expect(throws: LedgerRefusal.tooManyWaiting) { try ledger.insertSeal(more, from: filler) }
        #expect(ledger.statementsAwaitingKeys.count == StatementLimits.waitingStatements)
        #expect(Set(ledger.statementsAwaitingKeys).isSuperset(of: seals))
        try ledger.insert(conference.founding)
        #expect(ledger.seals.count == seals.count && !ledger.isOwedRereading, "nothing of theirs was turned away")
    }

    @Test func `owes a rereading only for a key record for which something was turned away`() throws {
        var ledger = try ledger()
        for signed in junk(0..<StatementLimits.waitingStatements) { try ledger.insertSeal(signed) }
        let card = Seals.seal(hotline, by: Parties.russia)
        let late = SignedStatement(card.payload, as: .seal, by: Parties.russia.sealKeys[0])
        #expect(throws: LedgerRefusal.tooManyWaiting) { try ledger.insertSeal(late) }
        var other = conference
        try ledger.insert(other.amend(["party/mng": Content(.party(Parties.mongolia.record))]))
        #expect(!ledger.isOwedRereading, "nobody waited for that one")
        try ledger.insert(conference.founding)
        #expect(ledger.isOwedRereading)
        ledger.beginRereading()
        #expect(try ledger.insertSeal(late) == .added && !ledger.isOwedRereading)
    }

    @Test func `filled in any order gives the same answers`() throws {
        let keyStates = Parties.keyStates.map { statement(by: $0) }
        let founders = Parties.members.map { statement(by: $0, on: conference.founding) }
        let instruments = [conference.founding, hotline]
        var forward = Ledger(roadmap: conference.roadmap)
        for instrument in instruments { try forward.insert(instrument) }
        for seal in founders + keyStates { try forward.insertSeal(seal) }
        var backward = Ledger(roadmap: conference.roadmap)
        for seal in (founders + keyStates).reversed() { try backward.insertSeal(seal) }
        for instrument in instruments.reversed() { try backward.insert(instrument) }
        let (one, other) = (Evaluation(of: forward), Evaluation(of: backward))
        #expect(one.inForce == instruments.map(\.id).sorted())
        #expect(other.inForce == one.inForce)
        #expect(StateRoots(of: one) == StateRoots(of: other))
    }

    @Test func `knows the keys of nodes by the records that carry them`() throws {
        let ledger = try ledger(holding: conference.founding)
        let node = Parties.russia.nodeKey.publicKey
        #expect(ledger.parties(ofNode: node.id) == [Parties.russia.name])
        #expect(ledger.nodeKey(node.id, of: Parties.russia.name) == node)
        #expect(ledger.nodeKey(node.id, of: Parties.china.name) == nil)
        #expect(ledger.record(of: Parties.russia.name, named: Parties.russia.record.id) == Parties.russia.record)
        #expect(ledger.record(of: Parties.china.name, named: Parties.russia.record.id) == nil)
        #expect(ledger.partyRecords.count == Parties.members.count)
    }
}
