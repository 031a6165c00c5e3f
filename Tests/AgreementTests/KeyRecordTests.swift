import AgreementReference
import CanonicalEncoding
import Cryptography
import Identity
import Testing

@testable import Agreement

/// A founding whose party `prk` has the keys of a first generation, and a ledger that holds it.
struct Household {
    let first: Generation
    let second = Generation("prk", 2)
    let third = Generation("prk", 3)
    let thief = Generation("prk", 13)
    let founding: Instrument
    let ledger: Ledger

    init(first: Generation = Generation("prk", 1)) {
        self.first = first
        let others = Parties.members.filter { $0.name != first.party }.map(\.enrolment)
        let rule = Rules.need(.all, "member")
        let contents: [String: Content] = [
            "roster/member": Content(.roster(Roster(holders: Parties.members.map(\.name)))),
            "rule/rule": Content(.rule(rule)), "rule/roster": Content(.rule(rule)),
            "rule/party": Content(.rule(rule)),
        ]
        let founding = require {
            try Instrument(
                roadmap: nil, title: words("The Roadmap"), proposer: first.party, salt: Array(repeating: 7, count: 16),
                languages: [name("en")], base: [:],
                changes: contents.map { Instrument.Change(name($0.key), $0.value) } + others + [first.enrolment])
        }
        self.founding = founding
        var ledger = Ledger(roadmap: founding.id)
        _ = require { try ledger.insert(founding) }
        self.ledger = ledger
    }

    var party: Identifier { first.party }
    var root: (id: Digest, version: UInt64) { (first.record.id, 0) }

    func change(
        to generation: Generation?, after previous: (id: Digest, version: UInt64)? = nil, by authority: [SigningKey],
        acknowledging acknowledged: [Digest] = [], reason: ExactText? = nil
    ) -> Succession {
        Succession(
            to: generation, after: previous ?? root, of: party, by: authority, acknowledging: acknowledged,
            in: founding.id, reason: reason)
    }

    /// An acceptance of something under a record of the party.
    func acceptance(
        of instrument: InstrumentID = Digest(of: "hotline".utf8), under keys: Digest, at time: UInt64 = 0
    ) -> Seal {
        require {
            try Seal(
                roadmap: founding.id, instrument: instrument, party: party, keys: keys, verdict: .accept, at: time)
        }
    }

    func withdrawal(under keys: Digest, _ stage: Withdrawal.Stage = .effect) -> Withdrawal {
        require {
            try Withdrawal(
                roadmap: founding.id, party: party, keys: keys, stage: stage, rosters: [name("member"): founding.id],
                at: 0)
        }
    }

    func ledger(with successions: Succession...) -> Ledger { ledger(with: successions.flatMap(\.signed)) }

    func ledger(with statements: [SignedStatement]) -> Ledger {
        var ledger = ledger
        for statement in statements { _ = require { try ledger.insertKeyStatement(statement) } }
        return ledger
    }

    func chain(in ledger: Ledger) -> KeyChain { ledger.keyChains.chain(of: party, root: root.id)! }
}

@Suite("A key statement")
struct KeyStatementGoodTests {
    private let house = Household()

    private func isGood(_ succession: Succession, _ statements: [SignedStatement]) -> Bool {
        let ledger = house.ledger(with: statements)
        let isKnown = ledger.keyRecord(of: house.party, named: succession.id) != nil
        #expect((ledger.keyChains.statements[succession.id]?.isGood ?? false) == isKnown)
        return isKnown
    }

    @Test func `is good by the threshold of the seal keys before, and the signature of every new key`() {
        let change = house.change(to: house.second, by: house.first.officials)
        #expect(isGood(change, change.signed))
        for key in change.signers { #expect(!isGood(change, change.signed(without: key))) }
    }

    @Test func `is good by the threshold of the recovery keys before, and the signature of every new key`() {
        let change = house.change(to: house.second, by: house.first.recovery)
        #expect(isGood(change, change.signed))
        for key in change.signers { #expect(!isGood(change, change.signed(without: key))) }
    }

    @Test func `is not good by some of the seal keys and some of the recovery keys together`() {
        let change = house.change(to: house.second, by: [house.first.seal[0], house.first.recovery[0]])
        #expect(!isGood(change, change.signed))
    }

    @Test func `may keep keys, drop one and add one in one act, and then only the new ones prove themselves`() {
        let key = SigningKey(seed: Digest(of: [1]).bytes)
        let kept = Array(house.first.seal.dropFirst())
        let second = Generation("prk", 1, seal: kept + [key])
        let change = house.change(to: second, by: house.first.officials)
        let enough = change.signed.filter {
            [house.first.officials, [key]].joined().map(\.publicKey.id).contains($0.signer)
        }
        #expect(enough.count == 3)
        #expect(isGood(change, enough))
        #expect(!isGood(change, enough.filter { $0.signer != key.publicKey.id }))
        let ledger = house.ledger(with: enough)
        #expect(house.chain(in: ledger).newest.record.record == second.record)
    }

    @Test func `cannot bring in keys of somebody who has not signed`() {
        let stranger = Generation("usa", 1)
        let change = house.change(to: Generation("prk", 2, seal: stranger.seal), by: house.first.officials)
        let theirs = Set(stranger.seal.map(\.publicKey.id))
        #expect(!isGood(change, change.signed.filter { !theirs.contains($0.signer) }))
    }

    @Test func `by seal keys keeps to the keys that were committed to, by recovery keys it need not`() {
        let house = Household(first: Generation("prk", 1, next: Generation("prk", 2)))
        func isGood(_ succession: Succession) -> Bool {
            house.ledger(with: succession).keyRecord(of: house.party, named: succession.id) != nil
        }
        #expect(isGood(house.change(to: house.second, by: house.first.officials)))
        #expect(!isGood(house.change(to: house.thief, by: house.first.officials)))
        #expect(isGood(house.change(to: house.third, by: house.first.recovery)))
        #expect(isGood(house.change(to: nil, by: house.first.officials)), "a freeze commits to nothing else")
    }

    @Test func `of another version than the next is refused`() throws {
        let tooHigh = house.change(to: house.second, after: (house.root.id, 1), by: house.first.officials)
        var ledger = house.ledger
        for signed in tooHigh.signed {
            #expect(throws: LedgerRefusal.wrongVersion) { try ledger.insertKeyStatement(signed) }
        }
        #expect(ledger.signatureCheckCount == 0)
    }

    @Test func `is refused by keys that are neither of the record before nor of the new one`() {
        let change = house.change(to: house.second, by: house.first.officials)
        var ledger = house.ledger
        for key in [house.third.seal[0], Parties.china.sealKeys[0], house.first.node] {
            let signed = SignedStatement(change.statement.payload, as: .keys, by: key)
            #expect(throws: LedgerRefusal.keyNotInRecord) { try ledger.insertKeyStatement(signed) }
        }
        #expect(ledger.keyChains.statements.isEmpty)
    }

    @Test func `is checked once by each key, and a false signature is refused`() throws {
        let change = house.change(to: house.second, by: house.first.officials)
        var ledger = house.ledger(with: change)
        for signed in change.signed { #expect(try ledger.insertKeyStatement(signed) == .held) }
        #expect(ledger.signatureCheckCount == change.signers.count)
        var signature = change.signed[0].signature
        signature[3] ^= 1
        let bad = SignedStatement(
            change.statement.payload, as: .keys, signer: change.signed[0].signer, signature: signature)
        var other = house.ledger
        #expect(throws: LedgerRefusal.badSignature) { try other.insertKeyStatement(bad) }
    }

    @Test func `says whose signatures it takes`() throws {
        let change = house.change(to: house.second, by: house.first.officials)
        let root = try #require(house.ledger.keyRecord(of: house.party, named: house.root.id))
        let signers = change.statement.signersRequired(after: root)
        #expect(signers.seal == house.first.record.seal)
        #expect(signers.recovery == house.first.record.recovery)
        #expect(signers.possession == house.second.all.map(\.publicKey).sorted { $0.id < $1.id })
        #expect(signers.authority(of: Set(house.first.officials.map(\.publicKey.id))) == .seal)
        #expect(signers.authority(of: Set(house.first.recovery.map(\.publicKey.id))) == .recovery)
        #expect(signers.authority(of: [house.first.seal[0].publicKey.id]) == nil)
    }
}

@Suite("A chain of key records")
struct KeyRecordChainTests {
    private let house = Household()

    @Test func `has the newest record at its end, and seals are checked by the record that they name`() throws {
        let toSecond = house.change(to: house.second, by: house.first.officials)
        let toThird = house.change(to: house.third, after: toSecond.place, by: house.second.officials)
        var ledger = house.ledger(with: toSecond, toThird)
        #expect(house.chain(in: ledger).newest.record.id == toThird.id)
        #expect(house.chain(in: ledger).links.map(\.record.version) == [0, 1, 2])
        let seal = house.acceptance(under: toThird.id)
        for key in [house.first.seal[0], house.second.seal[0]] {
            #expect(throws: LedgerRefusal.keyNotInRecord) {
                try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: key))
            }
        }
        for key in house.third.officials { try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: key)) }
        #expect(ledger.seals[seal.id]?.isSigned == true)
        #expect(ledger.sealsGiven.map(\.chain) == [house.root.id])
    }

    @Test func `disputes what is made under retired keys, unless a statement acknowledges it`() throws {
        let early = house.acceptance(under: house.root.id)
        let late = house.acceptance(under: house.root.id, at: 1)
        let notice = house.withdrawal(under: house.root.id, .notice)
        let effect = house.withdrawal(under: house.root.id)
        let change = house.change(to: house.second, by: house.first.officials, acknowledging: [early.id])
        var ledger = house.ledger
        for seal in [early, late] {
            for key in house.first.officials {
                try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: key))
            }
        }
        for withdrawal in [notice, effect] {
            for key in house.first.officials {
                try ledger.insertWithdrawal(SignedStatement(withdrawal.payload, as: .withdrawal, by: key))
            }
        }
        #expect(ledger.sealsGiven.allSatisfy { $0.isSigned && !$0.isDisputed })
        #expect(ledger.withdrawalsGiven.map(\.isDisputed) == [false], "a notice counts for nothing")
        for signed in change.signed { try ledger.insertKeyStatement(signed) }
        #expect(Set(ledger.sealsGiven.filter(\.isDisputed).map(\.id)) == [late.id])
        #expect(ledger.withdrawalsGiven.map(\.isDisputed) == [true])
        #expect(ledger.withdrawalsGiven.map(\.id) == [effect.id])
    }

    @Test func `disputes no seal on the founding, on which everything is built`() throws {
        let change = house.change(to: house.second, by: house.first.officials)
        var ledger = house.ledger(with: change)
        for instrument in [house.founding.id, Digest(of: "hotline".utf8)] {
            let seal = house.acceptance(of: instrument, under: house.root.id)
            for key in house.first.officials {
                try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: key))
            }
            #expect(ledger.sealsGiven.first { $0.id == seal.id }?.isDisputed == (instrument != house.founding.id))
        }
        #expect(ledger.commitments(in: house.chain(in: ledger)) == [house.founding.id])
    }

    @Test func `has no seal key while it is frozen, and is thawed by the recovery keys alone`() throws {
        let freeze = house.change(to: nil, by: house.first.officials)
        var ledger = house.ledger(with: freeze)
        #expect(house.chain(in: ledger).newest.record.isFrozen)
        let seal = house.acceptance(under: freeze.id)
        #expect(throws: LedgerRefusal.keyNotInRecord) {
            try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: house.first.seal[0]))
        }
        let bySeal = house.change(to: house.second, after: freeze.place, by: house.second.officials)
        for signed in bySeal.signed { try ledger.insertKeyStatement(signed) }
        #expect(ledger.keyRecord(of: house.party, named: bySeal.id) == nil)
        let old = SignedStatement(bySeal.statement.payload, as: .keys, by: house.first.seal[0])
        #expect(throws: LedgerRefusal.keyNotInRecord) { try ledger.insertKeyStatement(old) }
        let kept = house.change(
            to: Generation("prk", 2, seal: house.first.seal), after: freeze.place, by: house.first.officials)
        for signed in kept.signed { try ledger.insertKeyStatement(signed) }
        #expect(ledger.keyRecord(of: house.party, named: kept.id) == nil, "they sign as keys that stay, not as before")
        let again = house.change(to: nil, after: freeze.place, by: house.first.recovery)
        let thaw = house.change(to: house.third, after: again.place, by: house.first.recovery)
        for signed in again.signed + thaw.signed { try ledger.insertKeyStatement(signed) }
        #expect(house.chain(in: ledger).newest.record.record == house.third.record)
    }

    @Test func `lets recovery take the place of what a thief of the seal keys did first`() throws {
        let stolen = house.acceptance(under: house.root.id)
        let theft = house.change(to: house.thief, by: house.first.officials, acknowledging: [stolen.id])
        let deeper = house.change(to: house.second, after: theft.place, by: house.thief.recovery)
        let thiefsSeal = house.acceptance(under: theft.id)
        let recovery = house.change(to: house.third, by: house.first.recovery)
        var ledger = house.ledger(with: theft, deeper)
        for key in house.first.officials { try ledger.insertSeal(SignedStatement(stolen.payload, as: .seal, by: key)) }
        for key in house.thief.officials {
            try ledger.insertSeal(SignedStatement(thiefsSeal.payload, as: .seal, by: key))
        }
        #expect(house.chain(in: ledger).newest.record.id == deeper.id)
        #expect(Set(ledger.sealsGiven.filter(\.isDisputed).map(\.id)) == [thiefsSeal.id])
        for signed in recovery.signed { try ledger.insertKeyStatement(signed) }
        let chain = house.chain(in: ledger)
        #expect(chain.newest.record.id == recovery.id)
        #expect(Set(chain.links.filter(\.isSuperseded).map(\.record.id)) == [theft.id, deeper.id])
        #expect(ledger.sealsGiven.allSatisfy { $0.isDisputed }, "what the thief acknowledged is not acknowledged")
        #expect(ledger.sealsGiven.allSatisfy { $0.isSigned && $0.chain == house.root.id }, "good stays good")
        #expect(ledger.keyForksGiven.isEmpty)
    }

    @Test func `shows two statements on one record by one authority, the lowest with each other one`() throws {
        let changes = [house.second, house.third, house.thief].map { house.change(to: $0, by: house.first.officials) }
        let ids = changes.map(\.id).sorted()
        var ledger = house.ledger(with: changes.flatMap(\.signed))
        #expect(
            ledger.keyForksGiven.map(\.statements) == [[ids[0], ids[1]], [ids[0], ids[2]]].sorted { $0[1] < $1[1] })
        #expect(house.chain(in: ledger).newest.record.id == ids[0])
        let recovery = house.change(to: Generation("prk", 4), by: house.first.recovery)
        for signed in recovery.signed { try ledger.insertKeyStatement(signed) }
        #expect(ledger.keyForksGiven.isEmpty, "recovery says that they were stolen")
        let second = house.change(to: Generation("prk", 5), by: house.first.recovery)
        for signed in second.signed { try ledger.insertKeyStatement(signed) }
        #expect(ledger.keyForksGiven.map(\.statements) == [[recovery.id, second.id].sorted()])
    }

    @Test func `that is a thousand statements long is taken in from its end`() throws {
        let key = SigningKey(seed: Digest(of: [1]).bytes)
        let record = try PartyRecord(
            names: words("Longevity"), seal: KeySet(keys: [key.publicKey], threshold: 1)!, recovery: .none, next: nil,
            nodes: [])
        let founding = Conference(
            parties: Parties.members, sealed: false
        ).founding
        var ledger = Ledger(roadmap: founding.id)
        var statements: [SignedStatement] = []
        var previous = record.id
        for version in UInt64(1)...1_000 {
            let statement = try KeyStatement(
                roadmap: founding.id, party: name("old"), version: version, previous: previous, record: record)
            statements.append(SignedStatement(statement.payload, as: .keys, by: key))
            previous = statement.id
        }
        for statement in statements.reversed() { #expect(try ledger.insertKeyStatement(statement) == .awaitingKeys) }
        let instrument = try Instrument(
            roadmap: founding.id, title: words("Old"), proposer: name("old"), salt: Array(repeating: 0, count: 16),
            languages: [name("en")], base: [name("party/old"): nil],
            changes: [Instrument.Change(name("party/old"), Content(.party(record)))])
        #expect(try ledger.insert(instrument) == [:])
        #expect(ledger.keyChains.chain(of: name("old"), root: record.id)?.newest.record.version == 1_000)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `is the same whatever came first`(seed: UInt64) throws {
        let story = try Story(house)
        var expected = Ledger(roadmap: house.founding.id)
        for event in story.events { story.take(event, &expected) }
        #expect(story.events.count > 50)
        #expect(expected.keyForksGiven.count == 1 && expected.withdrawalsGiven.count == 1)
        #expect(expected.sealsGiven.contains { $0.isDisputed } && !expected.sealsGiven.allSatisfy { $0.isDisputed })
        var random = SplitMix64(seed: seed)
        var ledger = Ledger(roadmap: house.founding.id)
        for event in story.events.shuffled(using: &random) { story.take(event, &ledger) }
        #expect(Set(ledger.sealsGiven) == Set(expected.sealsGiven), "seed \(seed)")
        #expect(ledger.withdrawalsGiven == expected.withdrawalsGiven, "seed \(seed)")
        #expect(ledger.keyForksGiven == expected.keyForksGiven, "seed \(seed)")
        #expect(house.chain(in: ledger) == house.chain(in: expected), "seed \(seed)")
        #expect(ledger.keyChains.all == expected.keyChains.all, "seed \(seed)")
        #expect(ledger.statementsAwaitingKeys.isEmpty, "seed \(seed)")
        #expect(ledger.signatureCheckCount == expected.signatureCheckCount, "seed \(seed)")
    }
}

/// Rotation, theft, recovery, a freeze, a fork, seals and withdrawals in between: everything that a party's keys may see.
private struct Story {
    enum Event {
        case instrument(Instrument)
        case signed(SignedStatement)
    }

    let events: [Event]

    init(_ house: Household) throws {
        let early = house.acceptance(under: house.root.id)
        let toSecond = house.change(to: house.second, by: house.first.officials, acknowledging: [early.id])
        let theft = house.change(to: house.thief, after: toSecond.place, by: house.second.officials)
        let recovery = house.change(to: house.third, after: toSecond.place, by: house.second.recovery)
        let freeze = house.change(to: nil, after: recovery.place, by: house.third.officials)
        let thaws = [4, 5].map { number in
            house.change(to: Generation("prk", number), after: freeze.place, by: house.third.recovery)
        }
        let stolen = house.acceptance(under: theft.id)
        let half = house.acceptance(under: recovery.id)
        let effect = house.withdrawal(under: thaws[0].id)
        var signed = [toSecond, theft, recovery, freeze, thaws[0], thaws[1]].flatMap(\.signed)
        signed += house.first.officials.map { SignedStatement(early.payload, as: .seal, by: $0) }
        signed += house.thief.officials.map { SignedStatement(stolen.payload, as: .seal, by: $0) }
        signed += house.third.seal.prefix(1).map { SignedStatement(half.payload, as: .seal, by: $0) }
        signed += Generation("prk", 4).officials.map { SignedStatement(effect.payload, as: .withdrawal, by: $0) }
        // Nobody's: by keys that have no business there.
        signed += [SignedStatement(recovery.statement.payload, as: .keys, by: house.first.seal[0])]
        signed += [SignedStatement(stolen.payload, as: .seal, by: house.second.seal[0])]
        events = [.instrument(house.founding)] + signed.map { .signed($0) }
    }

    func take(_ event: Event, _ ledger: inout Ledger) {
        do throws(LedgerRefusal) {
            switch event {
            case .instrument(let instrument): try ledger.insert(instrument)
            case .signed(let signed):
                switch signed.kind {
                case .keys: try ledger.insertKeyStatement(signed)
                case .withdrawal: try ledger.insertWithdrawal(signed)
                default: try ledger.insertSeal(signed)
                }
            }
        } catch { #expect(error == .keyNotInRecord) }
    }
}

@Suite("The tools for a change of keys")
struct KeyChangingTests {
    private let house = Household()

    @Test func `make a statement that is good by the signatures they ask for`() throws {
        var ledger = house.ledger
        let root = try #require(ledger.keyRecord(of: house.party, named: house.root.id))
        let statement = try KeyStatement(
            following: root, to: house.second.record, acknowledging: [], in: house.founding.id)
        let signers = statement.signersRequired(after: root)
        let asked = try #require(signers.seal).keys.prefix(2) + signers.possession
        let held = (house.first.all + house.second.all).filter { asked.contains($0.publicKey) }
        for key in held { try ledger.insertKeyStatement(SignedStatement(statement.payload, as: .keys, by: key)) }
        #expect(house.chain(in: ledger).newest.record.id == statement.id)
    }

    @Test func `find where a party recovers from a thief who replaced its recovery keys too`() throws {
        let honest = house.change(to: house.second, by: house.first.officials)
        let theft = house.change(to: house.thief, after: honest.place, by: house.second.officials)
        let chain = house.chain(in: house.ledger(with: honest, theft))
        #expect(chain.newest.record.id == theft.id)
        #expect(chain.recoverable(by: Set(house.second.recovery.map(\.publicKey.id)))?.id == honest.id)
        #expect(chain.recoverable(by: Set(house.first.recovery.map(\.publicKey.id)))?.id == house.root.id)
        #expect(chain.recoverable(by: [house.second.recovery[0].publicKey.id]) == nil)
        let freeze = house.change(to: nil, after: honest.place, by: house.second.officials)
        let frozen = house.chain(in: house.ledger(with: honest, freeze))
        #expect(frozen.recoverable(by: Set(house.second.recovery.map(\.publicKey.id)))?.id == freeze.id)
    }

    @Test func `list what would be disputed by a change that acknowledges nothing`() throws {
        var ledger = house.ledger
        let seals = (0..<2).map { house.acceptance(under: house.root.id, at: $0) }
        for key in house.first.officials {
            try ledger.insertSeal(SignedStatement(seals[0].payload, as: .seal, by: key))
        }
        try ledger.insertSeal(SignedStatement(seals[1].payload, as: .seal, by: house.first.seal[0]))
        let root = try #require(ledger.keyRecord(of: house.party, named: house.root.id))
        #expect(ledger.unacknowledged(under: root) == [seals[0].id], "what too few signed is nobody's word")
        for acknowledged in [[], [seals[0].id]] {
            var after = ledger
            let change = house.change(to: house.second, by: house.first.officials, acknowledging: acknowledged)
            for signed in change.signed { try after.insertKeyStatement(signed) }
            let disputed = after.sealsGiven.filter { $0.isDisputed && $0.isSigned }.map(\.id)
            #expect(disputed == (acknowledged.isEmpty ? ledger.unacknowledged(under: root) : []))
        }
    }
}
