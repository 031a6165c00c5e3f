internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import NodeLogic

/// A party with its officials: its keys, and what its signing machine remembers of what it sealed.
struct Party {
    let number: Int
    let id: Identifier
    let isLiar: Bool
    /// Of its second node, if it runs one; it stays when the others change.
    let twinKey: SigningKey?
    private let seed: UInt64
    private let endpoints: [[String]]
    /// The record of the founding.
    let root: PartyRecord
    /// The record it seals under now, and how many changes of keys came before.
    private(set) var keys: Digest
    private(set) var version: UInt64 = 0
    private(set) var record: PartyRecord
    private(set) var nodeKey: SigningKey
    private(set) var sealKey: SigningKey
    /// For TLS alone, where the party's authority vouches for it.
    let transport: SigningKey
    var transportKey: PublicKey { transport.publicKey }
    private let recoveryKey: SigningKey
    /// Its last new keys came by the recovery key, which supersedes what the lost one says.
    private(set) var isRecovered = false
    private(set) var oldNodeKey: SigningKey?
    private(set) var oldSealKey: SigningKey?
    /// Signed, and not on its node's disk yet.
    var unpublished: [SignedStatement] = []
    private(set) var remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)] = []

    init(_ number: Int, of scenario: Scenario) {
        self.number = number
        id = Identifier("P\(number)")!
        isLiar = scenario.liars.contains(number)
        seed = scenario.seed
        nodeKey = Self.key("node", number, 0, seed)
        sealKey = Self.key("seal", number, 0, seed)
        transport = Self.key("transport", number, 0, seed)
        recoveryKey = Self.key("recovery", number, 0, seed)
        let hasTwin = scenario.withTwin.contains(number)
        twinKey = hasTwin ? Self.key("twin", number, 0, seed) : nil
        endpoints = [
            scenario.hasEndpoint[number] ? [Self.endpoint(number)] : [], [Self.endpoint(number, ofTwin: true)],
        ]
        root = Self.record(id, [nodeKey, twinKey], sealKey, recoveryKey, endpoints)
        record = root
        keys = root.id
    }

    private static func key(_ purpose: String, _ number: Int, _ version: UInt64, _ seed: UInt64) -> SigningKey {
        SigningKey(seed: Digest(of: Array("\(purpose)/\(number)/\(version)/\(seed)".utf8)).bytes)
    }

    static func endpoint(_ number: Int, ofTwin: Bool = false) -> String {
        "p\(number)\(ofTwin ? "b" : "").example:1"
    }

    private static func record(
        _ id: Identifier, _ nodes: [SigningKey?], _ seal: SigningKey, _ recovery: SigningKey, _ endpoints: [[String]]
    ) -> PartyRecord {
        try! PartyRecord(
            names: .english(id.string), seal: KeySet(keys: [seal.publicKey], threshold: 1)!,
            recovery: KeySet(keys: [recovery.publicKey], threshold: 1)!, next: nil,
            nodes: zip(nodes, endpoints).compactMap { key, endpoints in
                key.map { NodeRecord(key: $0.publicKey, endpoints: endpoints) }
            })
    }

    /// The change to new keys, signed as it must be, that says of everything sealed so far that it is the party's word.
    ///
    /// - Parameters:
    ///   - isRecovery: the seal key is lost: the recovery key signs in its place.
    ///   - isFrozenBefore: somebody saw the seal key stolen, and first said that it counts for nothing any more.
    func change(
        acknowledging seals: [Digest], in roadmap: InstrumentID, isRecovery: Bool = false, isFrozenBefore: Bool = false
    ) -> KeyChange {
        var (previous, next) = (keys, version + 1)
        var signed: [SignedStatement] = []
        if isFrozenBefore {
            let freeze = try! KeyStatement(
                roadmap: roadmap, party: id, version: next, previous: previous, record: nil, acknowledges: seals)
            signed.append(SignedStatement(freeze.payload, as: .keys, by: sealKey))
            (previous, next) = (freeze.id, next + 1)
        }
        let node = Self.key("node", number, version + 1, seed)
        let seal = Self.key("seal", number, version + 1, seed)
        let new = Self.record(id, [node, twinKey], seal, recoveryKey, endpoints)
        let statement = try! KeyStatement(
            roadmap: roadmap, party: id, version: next, previous: previous, record: new, acknowledges: seals)
        signed += [isRecovery || isFrozenBefore ? recoveryKey : sealKey, seal, node].map {
            SignedStatement(statement.payload, as: .keys, by: $0)
        }
        return KeyChange(
            statement: statement, node: node, seal: seal, signed: signed, isRecovery: isRecovery || isFrozenBefore)
    }

    /// A statement that changes nothing but the name; honest software makes one of these upon a record, never two.
    func renaming(to name: String, in roadmap: InstrumentID) -> SignedStatement {
        let new = try! PartyRecord(
            names: .english(name), seal: record.seal, recovery: record.recovery, next: nil,
            nodes: record.nodes)
        let statement = try! KeyStatement(
            roadmap: roadmap, party: id, version: version + 1, previous: keys, record: new, acknowledges: [])
        return SignedStatement(statement.payload, as: .keys, by: sealKey)
    }

    mutating func take(up change: KeyChange) {
        isRecovered = change.isRecovery
        (oldNodeKey, oldSealKey) = (nodeKey, sealKey)
        (nodeKey, sealKey) = (change.node, change.seal)
        (keys, version, record) = (change.statement.id, change.statement.version, change.statement.record!)
    }

    mutating func seal(
        _ instrument: InstrumentID, _ verdict: Seal.Verdict, provided: [InstrumentID] = [], of roadmap: InstrumentID,
        at time: UInt64
    ) -> SignedStatement {
        remembered.append((instrument, verdict))
        return signed(instrument, verdict, provided: provided, under: keys, by: sealKey, of: roadmap, at: time)
    }

    func signed(
        _ instrument: InstrumentID, _ verdict: Seal.Verdict, provided: [InstrumentID] = [], under keys: Digest,
        by key: SigningKey, of roadmap: InstrumentID, at time: UInt64
    ) -> SignedStatement {
        let seal = try! Seal(
            roadmap: roadmap, instrument: instrument, party: id, keys: keys, verdict: verdict, provided: provided,
            at: time)
        return SignedStatement(seal.payload, as: .seal, by: key)
    }
}

extension Party {
    /// What a party signs that leaves: of what it has committed to it names what it is given.
    func withdrawal(
        _ stage: Withdrawal.Stage, from rosters: [Identifier: InstrumentID], committed: [InstrumentID],
        of roadmap: InstrumentID, at time: UInt64
    ) -> SignedStatement? {
        guard
            let withdrawal = try? Withdrawal(
                roadmap: roadmap, party: id, keys: keys, stage: stage, rosters: rosters, committed: committed, at: time)
        else { return nil }
        return SignedStatement(withdrawal.payload, as: .withdrawal, by: sealKey)
    }
}

/// A change of a party's keys, before it is taken up.
struct KeyChange {
    let statement: KeyStatement
    let node: SigningKey
    let seal: SigningKey
    let signed: [SignedStatement]
    let isRecovery: Bool
}

/// The charter of every simulated roadmap: articles that need everybody, and minor ones that need more than half.
enum Charter {
    static let member = Identifier("member")!
    static let english = Identifier("en")!
    static let minorClass = Identifier("minor")!

    static func founding(of parties: [Party], observers: Set<Int>, seed: UInt64) -> Instrument {
        let members = parties.filter { !observers.contains($0.number) }
        let all = Rule.need(.all, of: [member], counting: .accept)
        let most = Rule.need(.majority, of: [member], counting: .accept)
        var dice = Dice(seed &+ 0xf0)
        let changes =
            [
                Instrument.Change(Identifier("roster/member")!, Content(.roster(Roster(holders: members.map(\.id))))),
                Instrument.Change(Identifier("rule/minor")!, Content(.rule(most))),
            ]
            + ["text", "roster", "rule", "party", "closing"].map {
                Instrument.Change(Identifier("rule/\($0)")!, Content(.rule(all)))
            } + parties.map { Instrument.Change(Identifier("party/\($0.id)")!, Content(.party($0.root))) }
            + [article(1, "The parties keep peace."), article(11, "They meet twice a year.")]
        return try! Instrument(
            roadmap: nil, title: .english("A pact"), proposer: parties[0].id, salt: dice.bytes(16),
            languages: [english], base: [:], changes: changes)
    }

    /// The end of waiting for an instrument that was offered with a closing.
    static func closing(_ outcome: ClosingOutcome, of subject: InstrumentID) -> Amendment {
        Amendment(
            title: .english("Closing"),
            changes: [Instrument.Change(Closing.provision(of: subject), Content(.closing(outcome)))])
    }

    /// Articles from 10 on are minor.
    static func article(_ number: Int, _ text: String) -> Instrument.Change {
        Instrument.Change(
            Identifier("article-\(number)")!,
            Content(
                kind: Identifier("article")!, provisionClass: number < 10 ? Identifier("text")! : minorClass,
                parent: nil, order: [UInt8(number)], text: .english(text)))
    }

    /// By its name, for a repeal has no content.
    static func isMinor(_ change: Instrument.Change) -> Bool {
        (Int(change.provision.string.dropFirst("article-".count)) ?? 0) >= 10
    }
}

extension Words {
    static func english(_ text: String) -> Words { Words([Identifier("en")!: ExactText(text)])! }
}
