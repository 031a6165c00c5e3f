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
    /// The record of the founding, or of the amendment that lets it in.
    let root: PartyRecord
    /// The record it seals under now, and how many changes of keys came before.
    private(set) var keys: Digest
    private(set) var version: UInt64 = 0
    private(set) var record: PartyRecord
    private(set) var nodeKey: SigningKey
    private(set) var sealKeys: Officials
    /// For TLS alone, where the party's authority vouches for it.
    let transport: SigningKey
    var transportKey: PublicKey { transport.publicKey }
    private let recoveryKeys: Officials
    /// Its last new keys came by the recovery keys, which supersede what the lost ones say.
    private(set) var isRecovered = false
    private(set) var oldNodeKey: SigningKey?
    private(set) var oldSealKeys: Officials?
    /// Signed, and not on its node's disk yet; each with all its signatures.
    var unpublished: [[SignedStatement]] = []
    /// The changes of keys that it took up, as its people keep them.
    private(set) var changes: [KeyChange] = []
    private(set) var remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)] = []

    init(_ number: Int, of scenario: Scenario) {
        self.number = number
        id = Identifier("P\(number)")!
        isLiar = scenario.liars.contains(number)
        seed = scenario.seed
        nodeKey = Self.key("node", number, 0, seed)
        sealKeys = Officials("seal", number, 0, seed, scenario.board(of: number))
        transport = Self.key("transport", number, 0, seed)
        recoveryKeys = Officials("recovery", number, 0, seed, scenario.board(of: number))
        let hasTwin = scenario.withTwin.contains(number)
        twinKey = hasTwin ? Self.key("twin", number, 0, seed) : nil
        endpoints = [
            scenario.hasEndpoint[number] ? [Self.endpoint(number)] : [], [Self.endpoint(number, ofTwin: true)],
        ]
        root = Self.record(id, [nodeKey, twinKey], sealKeys, recoveryKeys, endpoints)
        record = root
        keys = root.id
    }

    static func key(_ purpose: String, _ number: Int, _ version: UInt64, _ seed: UInt64) -> SigningKey {
        SigningKey(seed: Digest(of: Array("\(purpose)/\(number)/\(version)/\(seed)".utf8)).bytes)
    }

    static func endpoint(_ number: Int, ofTwin: Bool = false) -> String {
        "p\(number)\(ofTwin ? "b" : "").example:1"
    }

    private static func record(
        _ id: Identifier, _ nodes: [SigningKey?], _ seal: Officials, _ recovery: Officials, _ endpoints: [[String]]
    ) -> PartyRecord {
        try! PartyRecord(
            names: .english(id.string), seal: seal.keySet, recovery: recovery.keySet, next: nil,
            nodes: zip(nodes, endpoints).compactMap { key, endpoints in
                key.map { NodeRecord(key: $0.publicKey, endpoints: endpoints) }
            })
    }

    /// The change to new keys, signed as it must be, that says of everything sealed so far that it is the party's word.
    ///
    /// - Parameters:
    ///   - isRecovery: the seal keys are lost: the recovery keys sign in their place.
    ///   - isFrozenBefore: somebody saw the seal keys stolen, and first said that they count for nothing any more.
    func change(
        acknowledging seals: [Digest], in roadmap: InstrumentID, isRecovery: Bool = false, isFrozenBefore: Bool = false
    ) -> KeyChange {
        var (previous, next) = (keys, version + 1)
        var signed: [SignedStatement] = []
        if isFrozenBefore {
            let freeze = try! KeyStatement(
                roadmap: roadmap, party: id, version: next, previous: previous, record: nil, acknowledges: seals)
            signed += sealKeys.sign(freeze.payload, as: .keys)
            (previous, next) = (freeze.id, next + 1)
        }
        let node = Self.key("node", number, version + 1, seed)
        let seal = Officials("seal", number, version + 1, seed, (sealKeys.keys.count, sealKeys.threshold))
        let new = Self.record(id, [node, twinKey], seal, recoveryKeys, endpoints)
        let statement = try! KeyStatement(
            roadmap: roadmap, party: id, version: next, previous: previous, record: new, acknowledges: seals)
        signed += (isRecovery || isFrozenBefore ? recoveryKeys : sealKeys).sign(statement.payload, as: .keys)
        signed += (seal.keys + [node]).map { SignedStatement(statement.payload, as: .keys, by: $0) }
        return KeyChange(
            statement: statement, node: node, seal: seal, signed: signed, isRecovery: isRecovery || isFrozenBefore)
    }

    /// A statement that changes nothing but the name; honest software makes one of these upon a record, never two.
    func renaming(to name: String, in roadmap: InstrumentID) -> [SignedStatement] {
        let new = try! PartyRecord(
            names: .english(name), seal: record.seal, recovery: record.recovery, next: nil,
            nodes: record.nodes)
        let statement = try! KeyStatement(
            roadmap: roadmap, party: id, version: version + 1, previous: keys, record: new, acknowledges: [])
        return sealKeys.sign(statement.payload, as: .keys)
    }

    mutating func take(up change: KeyChange) {
        isRecovered = change.isRecovery
        (oldNodeKey, oldSealKeys) = (nodeKey, sealKeys)
        (nodeKey, sealKeys) = (change.node, change.seal)
        (keys, version, record) = (change.statement.id, change.statement.version, change.statement.record!)
        changes.append(change)
    }

    mutating func seal(
        _ instrument: InstrumentID, _ verdict: Seal.Verdict, provided: [InstrumentID] = [], of roadmap: InstrumentID,
        at time: UInt64
    ) -> [SignedStatement] {
        remembered.append((instrument, verdict))
        return signed(instrument, verdict, provided: provided, under: keys, by: sealKeys, of: roadmap, at: time)
    }

    func signed(
        _ instrument: InstrumentID, _ verdict: Seal.Verdict, provided: [InstrumentID] = [], under keys: Digest,
        by officials: Officials, of roadmap: InstrumentID, at time: UInt64
    ) -> [SignedStatement] {
        let seal = try! Seal(
            roadmap: roadmap, instrument: instrument, party: id, keys: keys, verdict: verdict, provided: provided,
            at: time)
        return officials.sign(seal.payload, as: .seal)
    }
}

extension Party {
    /// What a party signs that leaves: of what it has committed to it names what it is given.
    func withdrawal(
        _ stage: Withdrawal.Stage, from rosters: [Identifier: InstrumentID], committed: [InstrumentID],
        of roadmap: InstrumentID, at time: UInt64
    ) -> [SignedStatement]? {
        guard
            let withdrawal = try? Withdrawal(
                roadmap: roadmap, party: id, keys: keys, stage: stage, rosters: rosters, committed: committed, at: time)
        else { return nil }
        return sealKeys.sign(withdrawal.payload, as: .withdrawal)
    }
}

/// Those of a party who sign for one purpose, each with a key, and how many must.
struct Officials {
    let keys: [SigningKey]
    let threshold: Int

    /// How many there are, and how many must sign.
    typealias Board = (count: Int, threshold: Int)

    init(_ purpose: String, _ number: Int, _ version: UInt64, _ seed: UInt64, _ board: Board) {
        keys = (0..<board.count).map { Party.key($0 == 0 ? purpose : "\(purpose)-\($0)", number, version, seed) }
        threshold = board.threshold
    }

    /// Somebody alone.
    init(_ key: SigningKey) {
        keys = [key]
        threshold = 1
    }

    var keySet: KeySet { KeySet(keys: keys.map(\.publicKey), threshold: threshold)! }

    /// As many signatures as it takes; who signs, differs from record to record.
    func sign(_ payload: [UInt8], as kind: StatementKind) -> [SignedStatement] {
        let first = Int(Digest(of: payload).bytes[0])
        return (0..<threshold).map { SignedStatement(payload, as: kind, by: keys[(first + $0) % keys.count]) }
    }
}

/// A change of a party's keys, before it is taken up.
struct KeyChange {
    let statement: KeyStatement
    let node: SigningKey
    let seal: Officials
    let signed: [SignedStatement]
    let isRecovery: Bool
}
