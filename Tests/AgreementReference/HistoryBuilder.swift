/// Writes histories down: assigns ids, drafts as honest tools would, seals under the right keys.
///
/// Instruments are built in an order in which everything beneath one comes before it, so that an id can be the hash of
/// bytes that hold the ids beneath. Whoever tests a product with real bytes passes ``HistoryNames`` that encode and hash.
public struct HistoryBuilder {
    let names: HistoryNames
    private var keyCount = 0
    private var recordCounts: [String: Int] = [:]
    /// Every key record, by its id: the root of its chain, its version, and what it says; `nil` freezes.
    public private(set) var keyRecords: [String: KeyRecord] = [:]
    /// The key record that its party uses, by the root of the chain.
    public private(set) var keysInUse: [String: String] = [:]
    public private(set) var ground = ReferenceGround(roadmap: "")
    public private(set) var events: [ReferenceHistory.Event] = []
    public private(set) var seals: [ReferenceSeal] = []
    public private(set) var statements: [ReferenceKeyStatement] = []
    public private(set) var withdrawals: [ReferenceWithdrawal] = []
    private var places: [ReferenceSeal: Int] = [:]
    public private(set) var roadmap = ""
    let meaning: ReferenceMeaning

    public struct KeyRecord: Sendable {
        public let party: String
        public let root: String
        public let version: Int
        /// `nil` while frozen.
        public let record: ReferencePartyRecord?
        /// The last record up to here.
        public let held: ReferencePartyRecord
    }

    public init(names: HistoryNames, meaning: ReferenceMeaning = .agreed) {
        self.names = names
        self.meaning = meaning
    }

    /// Ids made up from a seed.
    public init(seed: UInt64) { self.init(names: .madeUp(seed: seed)) }

    public var history: ReferenceHistory { ReferenceHistory(roadmap: roadmap, events: events, meaning: meaning) }

    public func reference(memo: ReferenceMemo = ReferenceMemo()) -> Reference {
        Reference(
            ground: ground, instruments: Set(ground.instruments.keys), seals: seals, statements: statements,
            withdrawals: withdrawals, memo: memo)
    }

    // MARK: Keys

    /// What a party record holds besides seal and node keys.
    public struct KeyShape: Sendable {
        public var sealKeys = 1
        public var threshold = 1
        public var hasRecovery = false
        /// Whether it commits to the seal keys that come next.
        public var hasNext = false

        public init(sealKeys: Int = 1, threshold: Int = 1, hasRecovery: Bool = false, hasNext: Bool = false) {
            self.sealKeys = sealKeys
            self.threshold = threshold
            self.hasRecovery = hasRecovery
            self.hasNext = hasNext
        }

        public static let plain = KeyShape()
        public static let recoverable = KeyShape(hasRecovery: true)
    }

    private mutating func newKeys(of party: String, _ count: Int) -> Set<String> {
        keyCount += count
        return Set((0..<count).map { "\(party)'s key \(keyCount - $0)" })
    }

    /// Keys that nobody ever had.
    public mutating func newKeys(of party: String, _ shape: KeyShape = .plain) -> ReferencePartyRecord {
        let seal = ReferenceKeySet(newKeys(of: party, shape.sealKeys), threshold: shape.threshold)
        let recovery = shape.hasRecovery ? ReferenceKeySet(newKeys(of: party, 1), threshold: 1) : .none
        let next =
            shape.hasNext ? ReferenceKeySet(newKeys(of: party, shape.sealKeys), threshold: shape.threshold) : nil
        return ReferencePartyRecord(seal: seal, recovery: recovery, next: next, nodes: newKeys(of: party, 1))
    }

    /// A new record for a party; each call starts other keys, but for `nodes` where those are given.
    public mutating func newRecord(
        of party: String, _ shape: KeyShape = .plain, nodes: Set<String>? = nil
    ) -> ReferenceContent {
        let serial = recordCounts[party, default: 0]
        recordCounts[party] = serial + 1
        var record = newKeys(of: party, shape)
        if let nodes { record.nodes = nodes }
        let id = names.record(party, serial, record)
        keyRecords[id] = KeyRecord(party: party, root: id, version: 0, record: record, held: record)
        keysInUse[id] = id
        return .record(id, record)
    }

    /// The key record under which a party consents to an instrument; `nil` where it has none, or froze it.
    public func keys(of party: String, for instrument: String) -> String? {
        ground.consentingRoot(of: party, for: instrument).flatMap(usableKeys(in:))
    }

    /// The key record that the party of a chain uses; `nil` while frozen.
    public func usableKeys(in root: String) -> String? {
        keysInUse[root].flatMap { keyRecords[$0]?.record == nil ? nil : $0 }
    }

    public enum Authority: Sendable { case seal, recovery }

    /// Changes the keys of a chain.
    ///
    /// - Parameters:
    ///   - previous: The record that is changed; `nil`: the one in use.
    ///   - record: `nil` freezes.
    ///   - isOwn: Whether the party itself does so, and goes on to use what it brought.
    @discardableResult
    public mutating func changeKeys(
        of root: String, over previous: String? = nil, to record: ReferencePartyRecord?,
        by authority: Authority = .seal, acknowledging acknowledged: [String] = [], isOwn: Bool = true
    ) -> Int {
        guard let before = previous ?? keysInUse[root], let old = keyRecords[before] else {
            preconditionFailure("no chain starts with \(root)")
        }
        let authorised = authority == .seal ? old.held.seal.keys : old.held.recovery.keys
        let brought = record?.allKeys.subtracting(old.held.allKeys) ?? []
        var statement = ReferenceKeyStatement(
            party: old.party, version: old.version + 1, previous: before, record: record,
            acknowledges: acknowledged.sortedBytewise(), signers: authorised.union(brought))
        statement.id = names.statement(statement, statements.count)
        keyRecords[statement.id] = KeyRecord(
            party: old.party, root: root, version: statement.version, record: record, held: record ?? old.held)
        if isOwn { keysInUse[root] = statement.id }
        statements.append(statement)
        events.append(.keyed(statement))
        return statements.count - 1
    }

    /// Leaves standings, under the keys in use of a chain or under others.
    @discardableResult
    public mutating func withdraw(
        _ party: String, under keys: String, _ stage: ReferenceWithdrawal.Stage = .effect,
        from rosters: [String: String], committed: Set<String> = [], isSigned: Bool = true
    ) -> Int {
        var withdrawal = ReferenceWithdrawal(
            party: party, keys: keys, stage: stage, rosters: rosters, committed: committed.sortedBytewise(),
            isSigned: isSigned)
        withdrawal.id = names.withdrawal(withdrawal, withdrawals.count)
        withdrawals.append(withdrawal)
        events.append(.withdrew(withdrawal))
        return withdrawals.count - 1
    }

    // MARK: Publishing

    public mutating func found(_ contents: [String: ReferenceContent]) -> String {
        var founding = ReferenceInstrument(
            isFounding: true, base: [:], changes: contents.mapValues { .set($0) })
        founding.id = names.instrument(founding)
        roadmap = founding.id
        ground = ReferenceGround(roadmap: roadmap, meaning: meaning)
        ground.add(founding)
        events.append(.published(founding))
        return roadmap
    }

    public mutating func publish(_ draft: ReferenceInstrument) -> String {
        var instrument = draft
        instrument.number = ground.instruments.count
        instrument.id = names.instrument(instrument)
        ground.add(instrument)
        events.append(.published(instrument))
        return instrument.id
    }

    /// Gives a seal, under the keys by which the party consents unless others are named.
    ///
    /// - Returns: Its place among the seals; also where it had been given before.
    @discardableResult
    public mutating func seal(
        _ instrument: String, by party: String, _ verdict: ReferenceVerdict = .accept, provided: [String] = [],
        in capacities: [String]? = nil, under keys: String? = nil, isSigned: Bool = true
    ) -> Int {
        var seal = ReferenceSeal(
            party: party, instrument: instrument, keys: keys ?? self.keys(of: party, for: instrument) ?? Self.noKeys,
            capacities: capacities?.sortedBytewise(), verdict: verdict, provided: provided.sortedBytewise(),
            isSigned: isSigned)
        if let place = places[seal] { return place }
        places[seal] = seals.count
        seal.id = names.seal(seal, seals.count)
        seals.append(seal)
        events.append(.sealed(seal))
        return seals.count - 1
    }

    /// The id of a key record that nobody has.
    static let noKeys = "no keys of anybody"

    public mutating func seal(
        _ instrument: String, by parties: [String], _ verdict: ReferenceVerdict = .accept, provided: [String] = []
    ) {
        for party in parties { seal(instrument, by: party, verdict, provided: provided) }
    }

    // MARK: Drafting

    public func view(of instruments: Set<String>) -> Set<String> { ground.view(of: instruments) }

    public func draft(
        _ changes: [String: ReferenceChange], on view: Set<String>, relyingOn relied: Set<String> = [],
        replacing: Set<String> = [], voiding voids: Set<String> = [], offeringClosing: Bool = false,
        naming rivals: Set<String> = []
    ) -> ReferenceInstrument {
        ground.draft(
            changes, on: view, relyingOn: relied, replacing: replacing, voiding: voids,
            offeringClosing: offeringClosing, naming: rivals)
    }

    public func closing(
        _ subject: String, _ outcome: ReferenceClosing.Outcome, replacing: Set<String> = [],
        naming rivals: Set<String> = []
    ) -> ReferenceInstrument {
        ground.closing(subject, outcome, replacing: replacing, naming: rivals)
    }
}
