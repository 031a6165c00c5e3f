internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import NodeLogic

/// One night: the nodes of all parties with their disks, the network between them, and what happens.
///
/// It runs the rooms that a node in production runs, and decides nothing that they decide; it only lets time pass,
/// carries frames, breaks things, and says what people and liars do. A class, for it is one place with one clock; made,
/// used and dropped by one run on one thread.
final class World {
    let scenario: Scenario
    let founding: Instrument
    var parties: [Party]
    var bodies: [Body] = []
    var wires: [Int: Wire] = [:]
    var wireCount = 0
    var agenda = Agenda()
    private(set) var now: UInt64 = 0
    /// Days that went by without anything happening, so that nodes took what they had postponed.
    private(set) var daysPassed: UInt64 = 0
    /// The network's dice, and nobody else's.
    var dice: Dice
    var entropy: Dice
    var tally: [Happening: Int] = [:]
    private(set) var eventCount = 0
    var witness = Witness()

    /// Directions that are cut: from a body to another.
    var cuts: [(number: Int, from: Int, to: Int)] = []
    var cutCount = 0
    /// Milliseconds more for every frame while it lasts.
    var extraDelay: UInt64 = 0
    var parcelCount = 0
    var newestDelivered: [Int: (order: Int, wire: Int)] = [:]
    /// From when nothing goes wrong any more.
    private(set) var isAtPeace = false
    var lastStored: UInt64 = 0
    /// Changes of keys that are published and not taken up yet, by party.
    var keyChanges: [Int: KeyChange] = [:]
    /// Bodies of entries that somebody took off a disk.
    var archive: [EntryID: [UInt8]] = [:]
    /// Of a liar with two bodies, who speaks to the second.
    var secondBody: [Int: (body: Int, peers: Set<Int>)] = [:]
    /// The second node of honest parties that run one, by party.
    private(set) var twins: [Int: Int] = [:]

    static let limits: NodeLimits = {
        var limits = NodeLimits(certifyAfter: 20, rest: 2_000, carryingTurn: 1_500)
        limits.outboxByteCount = 384 << 10
        return limits
    }()
    /// Statements that may wait for keys in nights with little room.
    static let narrowLimit = 8
    /// What is taken of a key in nights in which much waits for the next day.
    static let meagre: AllowanceLimits = {
        var limits = AllowanceLimits()
        limits.entriesPerDay = 4
        limits.recordsPerDay = 6
        limits.unsealedInstruments = 1
        limits.instrumentsBeyondPerDay = 1
        return limits
    }()
    /// After which nothing can wait any more.
    private static let mostDays: UInt64 = 60
    /// Those of one party's nodes.
    func limits(of party: Int) -> NodeLimits {
        var limits = Self.limits
        if scenario.isHeavy { limits.outboxByteCount = NodeLimits().outboxByteCount }
        if scenario.isMeagre { limits.allowances = Self.meagre }
        if scenario.isNarrow {
            limits.waitingStatements = Self.narrowLimit
            limits.waitingCertificates = Self.narrowLimit
        }
        if scenario.older.contains(party) { limits.exchangeVersions = 1...(1 + scenario.seed % 2) }
        return limits
    }
    /// Milliseconds after peace in which all must be level.
    private static let patience: UInt64 = 900_000
    /// The same for what a day has let in.
    private static let patienceForADay: UInt64 = 60_000

    var roadmap: InstrumentID { founding.id }

    init(_ scenario: Scenario) {
        self.scenario = scenario
        dice = Dice(scenario.seed &+ 1)
        entropy = Dice(scenario.seed &+ 2)
        parties = (0..<scenario.partyCount).map { Party($0, of: scenario) }
        founding = Charter.founding(
            of: parties.filter { $0.number != scenario.newcomer }, observers: scenario.observers, seed: scenario.seed)
        var contents = StoreContents(roadmap: founding.id)
        contents.put([StoredRecord(kind: .instrument, bytes: founding.payload)])
        for party in parties {
            bodies.append(Body(party: party.number, disk: Disk(contents, place: place()), key: party.nodeKey))
            bodies[party.number].isThere = party.number != scenario.newcomer
        }
        for party in parties {
            guard let key = party.twinKey else { continue }
            twins[party.number] = bodies.count
            bodies.append(Body(party: party.number, disk: Disk(contents, place: place()), key: key))
        }
        for body in bodies.indices where bodies[body].isThere {
            agenda.add(.begin(body: body), at: dice.within(0...2_000 as ClosedRange<UInt64>))
        }
        for (place, planned) in scenario.plan.enumerated() { agenda.add(.planned(place), at: planned.at) }
        agenda.add(.peace, at: scenario.peaceAt)
    }

    func place() -> [UInt8] { entropy.bytes(16) }

    /// Plays the night to its end.
    func play() throws(Broken) {
        while let (at, item) = agenda.next() {
            now = max(now, at)
            eventCount += 1
            try perform(item)
            if isAtPeace {
                if isAtRest, !passDay() { return try judgeRest() }
                // Who is to be met may stand in a record that waits for tomorrow.
                if isWaitingToMeet { _ = passDay() }
                if now > scenario.peaceAt + Self.patience + Self.patienceForADay * daysPassed {
                    throw Broken(claim: .copiesConverge, detail: unrest)
                }
            }
        }
    }

    /// Lets a day go by where nodes are level but for what they have postponed.
    private func passDay() -> Bool {
        guard scenario.isMeagre, daysPassed < Self.mostDays, !areCopiesEqual else { return false }
        daysPassed += 1
        lastStored = now
        return true
    }

    func count(_ happening: Happening) { tally[happening, default: 0] += 1 }

    private func perform(_ item: Agenda.Item) throws(Broken) {
        switch item {
        case .planned(let place): try perform(scenario.plan[place])
        case .begin(let body):
            try start(body)
            try sealFounding(body)
        case .tick(let body, let life):
            if !keyChanges.isEmpty { takeUpKeys() }
            try tick(body, life)
        case .dialled(let body, let target, let life): try connect(body, to: target, life)
        case .carry(let wire, let from): try carry(wire, from)
        case .relief(let relief): try perform(relief)
        case .peace: try makePeace()
        }
    }

    /// Everything is whole again, and liars lie no more.
    private func makePeace() throws(Broken) {
        isAtPeace = true
        cuts = []
        extraDelay = 0
        lastStored = now
        for body in bodies.indices {
            bodies[body].slowness = 0
            bodies[body].disk.isFull = false
            bodies[body].disk.isFailing = false
            bodies[body].disk.isUnreadable = false
            bodies[body].crash = nil
            bodies[body].isWithholding = false
            bodies[body].isClaimingFalsely = false
            if bodies[body].node == nil { try start(body) }
        }
    }
}
