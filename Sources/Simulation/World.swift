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
    private var wireCount = 0
    var agenda = Agenda()
    private(set) var now: UInt64 = 0
    /// The network's dice, and nobody else's.
    var dice: Dice
    private var entropy: Dice
    var tally: [Happening: Int] = [:]
    private(set) var eventCount = 0
    var witness = Witness()

    /// Directions that are cut: from a body to another.
    private var cuts: [(number: Int, from: Int, to: Int)] = []
    private var cutCount = 0
    /// Milliseconds more for every frame while it lasts.
    var extraDelay: UInt64 = 0
    private var parcelCount = 0
    private var newestDelivered: [Int: (order: Int, wire: Int)] = [:]
    /// From when nothing goes wrong any more.
    private(set) var isAtPeace = false
    var lastStored: UInt64 = 0
    /// Changes of keys that are published and not taken up yet, by party.
    var keyChanges: [Int: KeyChange] = [:]
    /// Of a liar with two bodies, who speaks to the second.
    var secondBody: [Int: (body: Int, peers: Set<Int>)] = [:]
    /// The second node of honest parties that run one, by party.
    private(set) var twins: [Int: Int] = [:]

    static let limits: NodeLimits = {
        var limits = NodeLimits(certifyAfter: 20, rest: 2_000, carryingTurn: 1_500)
        limits.outboxByteCount = 384 << 10
        return limits
    }()
    /// Those of one party's nodes.
    func limits(of party: Int) -> NodeLimits {
        var limits = Self.limits
        if scenario.isHeavy { limits.outboxByteCount = NodeLimits().outboxByteCount }
        if scenario.older.contains(party) { limits.exchangeVersions = 1...(1 + scenario.seed % 2) }
        return limits
    }
    /// Milliseconds after peace in which all must be level.
    private static let patience: UInt64 = 900_000

    var roadmap: InstrumentID { founding.id }

    init(_ scenario: Scenario) {
        self.scenario = scenario
        dice = Dice(scenario.seed &+ 1)
        entropy = Dice(scenario.seed &+ 2)
        parties = (0..<scenario.partyCount).map { Party($0, of: scenario) }
        founding = Charter.founding(of: parties, observers: scenario.observers, seed: scenario.seed)
        var contents = StoreContents(roadmap: founding.id)
        contents.put([StoredRecord(kind: .instrument, bytes: founding.payload)])
        for party in parties {
            bodies.append(Body(party: party.number, disk: Disk(contents, place: place()), key: party.nodeKey))
        }
        for party in parties {
            guard let key = party.twinKey else { continue }
            twins[party.number] = bodies.count
            bodies.append(Body(party: party.number, disk: Disk(contents, place: place()), key: key))
        }
        for body in bodies.indices { agenda.add(.begin(body: body), at: dice.within(0...2_000 as ClosedRange<UInt64>)) }
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
                if isAtRest { return try judgeRest() }
                if now > scenario.peaceAt + Self.patience {
                    throw Broken(claim: .copiesConverge, detail: unrest)
                }
            }
        }
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

    // MARK: Nodes

    /// The world as a body's node sees it.
    private func circumstances(_ body: Int) -> Node.Circumstances {
        let wall = Int64(1_800_000_000 + now / 1_000) + bodies[body].clockError
        return Node.Circumstances(
            now: Moment(milliseconds: now - bodies[body].openedAt), seconds: UInt64(max(0, wall)),
            store: bodies[body].disk
        ) { [unowned self] in Incarnation(entropy.bytes(JournalLimits.incarnationByteCount))! }
    }

    func seconds(_ body: Int) -> UInt64 { circumstances(body).seconds }

    func start(_ body: Int) throws(Broken) {
        guard bodies[body].node == nil else { return }
        do throws(StoreFailure) {
            bodies[body].node = try Node(
                of: parties[bodies[body].party].id, signing: bodies[body].key,
                limits: limits(of: bodies[body].party), place: bodies[body].disk.place,
                hasLost: bodies[body].hasLost, reading: bodies[body].disk)
        } catch {
            throw Broken(claim: .nothingIsLost, detail: "the store of \(name(body)) does not open: \(error)")
        }
        bodies[body].hasLost = false
        bodies[body].life += 1
        bodies[body].openedAt = now
        bodies[body].dialling = Dialling()
        try input(.opened, to: body)
        guard bodies[body].node != nil else { return }
        try judgeStart(body)
        agenda.add(
            .tick(body: body, life: bodies[body].life), at: now + dice.within(50...600 as ClosedRange<UInt64>))
    }

    /// Ends a body's process; its peers hear of it only if its system is still there.
    func stop(_ body: Int, isSilent: Bool) {
        guard let node = bodies[body].node else { return }
        noteEnd(of: node, body)
        bodies[body].node = nil
        bodies[body].crash = nil
        for (_, wire) in bodies[body].wires.sorted(by: { $0.key < $1.key }) {
            hangUp(wire, body, tellsPeer: !isSilent)
        }
        bodies[body].wires = [:]
        agenda.add(.relief(.start(body: body)), at: now + dice.within(200...6_000 as ClosedRange<UInt64>))
    }

    /// Hands a node an input and does what it says, in order, until the power goes.
    @discardableResult
    func input(_ input: Node.Input, to body: Int) throws(Broken) -> Node.Answer? {
        var answer: Node.Answer?
        var next: Node.Input? = input
        while let input = next, bodies[body].node != nil {
            next = nil
            let effects = bodies[body].node!.receive(input, in: circumstances(body))
            for effect in effects {
                if isTimeToCrash(body) { return nil }
                try witness(effect, of: body)
                switch effect {
                case .store(let batches, let settings): next = try store(batches, settings, body)
                case .send(let frames, let link): send(frames, on: link, from: body)
                case .disconnect(let link): disconnect(link, of: body)
                case .answer(let given): answer = given
                case .stop: bodies[body].isGivenUp = true
                case .admit, .report: break
                }
            }
            try judge(body)
        }
        if bodies[body].isGivenUp {
            bodies[body].isGivenUp = false
            stop(body, isSilent: false)
        }
        return answer
    }

    private func isTimeToCrash(_ body: Int) -> Bool {
        guard let crash = bodies[body].crash else { return false }
        bodies[body].crash?.after -= 1
        guard crash.after <= 0 else { return false }
        count(.crash)
        stop(body, isSilent: crash.isSilent)
        return true
    }

    /// Nil where the power went before the disk had it all.
    private func store(
        _ batches: [VerifiedBatch], _ settings: [String: [UInt8]], _ body: Int
    ) throws(Broken) -> Node.Input? {
        if isTimeToCrash(body) { return nil }
        do throws(StoreFailure) {
            try bodies[body].disk.append(batches, settings, isKept: bodies[body].isHopeful)
        } catch {
            if error == Disk.failure {
                count(.failingDisk)
                return .notStored(error)
            }
            guard error == .diskFull else {
                throw Broken(claim: .nothingIsLost, detail: "\(name(body)) cannot store: \(error)")
            }
            count(.fullDisk)
            return .notStored(error)
        }
        witnessStored(batches, body)
        // On disk, and nobody was told yet.
        return isTimeToCrash(body) ? nil : .stored
    }

    private func tick(_ body: Int, _ life: Int) throws(Broken) {
        guard bodies[body].life == life, bodies[body].node != nil else { return }
        try input(.tick, to: body)
        if isHonest(body), body < parties.count, !parties[body].unpublished.isEmpty { try publishLeftovers(body) }
        guard let node = bodies[body].node, bodies[body].life == life else { return }
        let moment = now - bodies[body].openedAt
        if node.takesConnections(at: Moment(milliseconds: moment)) {
            let targets = node.dialTargets.filter { mayEverSpeak(bodies[body].party, $0.party) }
            for target in bodies[body].dialling.due(among: targets, at: moment) {
                agenda.add(.dialled(body: body, target, life: life), at: now + latency())
            }
        }
        agenda.add(.tick(body: body, life: life), at: now + dice.within(300...1_200 as ClosedRange<UInt64>))
    }

    func name(_ body: Int) -> String {
        let party = parties[bodies[body].party]
        return party.isLiar ? "liar \(party.id)" : "\(party.id)"
    }

    func isHonest(_ body: Int) -> Bool { !parties[bodies[body].party].isLiar }
    var honestBodies: [Int] { bodies.indices.filter(isHonest) }

    // MARK: The network

    func latency() -> UInt64 { dice.within(1...60 as ClosedRange<UInt64>) + extraDelay }

    private func mayEverSpeak(_ party: Int, _ other: Identifier) -> Bool {
        guard let other = parties.first(where: { $0.id == other }) else { return false }
        return party == other.number || scenario.links.contains(Scenario.Pair(party, other.number))
    }

    private func isCut(from body: Int, to other: Int) -> Bool { cuts.contains { $0.from == body && $0.to == other } }

    /// Cuts directions until the returned number is healed.
    func cut(_ directions: [(from: Int, to: Int)]) -> Int {
        cutCount += 1
        cuts += directions.map { (cutCount, $0.from, $0.to) }
        return cutCount
    }

    func heal(_ number: Int) { cuts.removeAll { $0.number == number } }

    /// The body that answers at a party's endpoint for whoever dials.
    private func body(of party: Int, at endpoint: String, answering dialler: Int) -> Int {
        if let twin = twins[party], endpoint == Party.endpoint(party, ofTwin: true) { return twin }
        if let second = secondBody[party], second.peers.contains(bodies[dialler].party) { return second.body }
        return party
    }

    /// - Parameter key: what it shows; by default its node's.
    func connect(
        _ body: Int, to target: Dialling.Target, _ life: Int, showing shown: SigningKey? = nil
    ) throws(Broken) {
        guard bodies[body].node != nil, bodies[body].life == life,
            let party = parties.first(where: { $0.id == target.party })
        else { return }
        let other = self.body(of: party.number, at: target.endpoint, answering: body)
        let isMine =
            secondBody[bodies[body].party] == nil
            || self.body(of: bodies[body].party, at: target.endpoint, answering: other) == body
        let key = shown ?? transportKey(body)
        let canReach = !isCut(from: body, to: other) && !isCut(from: other, to: body) && isMine
        // What the transport asks on both sides: whether the key is one of a party's node by the records in force. Who is
        // not known yet has one round to show how it became its party's.
        let (ours, theirs) = (admitted(key, by: other), admitted(transportKey(other), by: body))
        guard canReach, bodies[other].node != nil, theirs ?? target.party == target.party else {
            bodies[body].dialling.ended(target, wasUp: false, at: now - bodies[body].openedAt, jitter: dice.next())
            return
        }
        let exported = entropy.bytes(32)
        let number = wireCount
        wireCount += 1
        let links = [link(body, number), link(other, number)]
        wires[number] = Wire(bodies: [body, other], links: links, target: target)
        let (shownHere, shownThere) = (key.publicKey, transportKey(other).publicKey)
        try input(
            theirs.map { party in
                .connected(
                    links[0],
                    Node.Peer(
                        party: party, key: shownThere, isVouchedFor: isVouchedFor(other), shown: shownHere.id,
                        isDialled: true, exportedKey: exported))
            }
                ?? .met(
                    links[0],
                    Node.Stranger(
                        key: shownThere, parties: [target.party], shown: shownHere.id, isDialled: true,
                        exportedKey: exported)),
            to: body)
        guard wires[number]?.isOpen[1] == true else { return }
        try input(
            ours.map { party in
                .connected(
                    links[1],
                    Node.Peer(
                        party: party, key: shownHere, isVouchedFor: shown == nil && isVouchedFor(body),
                        shown: shownThere.id, isDialled: false, exportedKey: exported))
            }
                ?? .met(
                    links[1],
                    Node.Stranger(
                        key: shownHere, parties: nil, shown: shownThere.id, isDialled: false, exportedKey: exported)),
            to: other)
    }

    private func admitted(_ key: SigningKey, by body: Int) -> Identifier? {
        guard let admission = bodies[body].node?.admission else { return nil }
        let certified = parties.first { scenario.vouched.contains($0.number) && $0.transportKey == key.publicKey }
        return admission.party(ofNode: key.publicKey)
            ?? certified.flatMap { admission.isParty($0.id) ? $0.id : nil }
    }

    /// What a body shows in handshakes: its node's key, or one that no record names and its party's authority vouches
    /// for.
    private func transportKey(_ body: Int) -> SigningKey {
        isVouchedFor(body) ? parties[bodies[body].party].transport : bodies[body].key
    }

    private func isVouchedFor(_ body: Int) -> Bool { scenario.vouched.contains(bodies[body].party) }

    private func link(_ body: Int, _ wire: Int) -> LinkID {
        let link = LinkID(number: bodies[body].nextLink)
        bodies[body].nextLink += 1
        bodies[body].wires[link] = wire
        return link
    }

    private func send(_ frames: [[UInt8]], on link: LinkID, from body: Int) {
        guard let wire = bodies[body].wires[link] else { return }
        for frame in frames {
            for frame in isHonest(body) ? [frame] : tampered(frame, by: body) { put(frame, on: wire, from: body) }
        }
    }

    /// Puts a frame, or the end, on its way.
    func put(_ frame: [UInt8]?, on number: Int, from body: Int) {
        guard var wire = wires[number], let end = wire.bodies.firstIndex(of: body), wire.isOpen[end] || frame == nil
        else { return }
        parcelCount += 1
        let due = max(wire.underWay[end].last?.due ?? 0, now + latency() + bodies[wire.bodies[1 - end]].slowness)
        wire.underWay[end].append(Wire.Parcel(frame: frame, due: due, order: parcelCount))
        if !wire.isAwaited[end] {
            wire.isAwaited[end] = true
            agenda.add(.carry(wire: number, from: end), at: due)
        }
        wires[number] = wire
    }

    /// Delivers what is due, as far as the way is free.
    private func carry(_ number: Int, _ end: Int) throws(Broken) {
        guard let wire = wires[number] else { return }
        let (from, to) = (wire.bodies[end], wire.bodies[1 - end])
        if isCut(from: from, to: to) {
            return agenda.add(.carry(wire: number, from: end), at: now + 300)
        }
        guard let parcel = wire.underWay[end].first else {
            wires[number]?.isAwaited[end] = false
            return
        }
        guard parcel.due <= now else { return agenda.add(.carry(wire: number, from: end), at: parcel.due) }
        wires[number]?.underWay[end].removeFirst()
        if let frame = parcel.frame {
            try deliver(frame, parcel.order, number, from: from, to: to, end)
        } else {
            try hearEnd(number, at: to)
        }
        guard let left = wires[number] else { return }
        if let next = left.underWay[end].first {
            agenda.add(.carry(wire: number, from: end), at: max(now, next.due))
        } else {
            wires[number]?.isAwaited[end] = false
        }
    }

    private func deliver(
        _ frame: [UInt8], _ order: Int, _ number: Int, from: Int, to: Int, _ end: Int
    ) throws(Broken) {
        if let newest = newestDelivered[to], newest.order > order, newest.wire != number { count(.reordering) }
        newestDelivered[to] = (max(order, newestDelivered[to]?.order ?? 0), number)
        if let links = wires[number]?.links, wires[number]?.isOpen[end] == true {
            try input(.taken(byteCount: frame.count, on: links[end]), to: from)
        }
        guard let wire = wires[number], wire.isOpen[1 - end] else { return }
        if end == 1 { wires[number]?.wasHeard = true }
        if !isHonest(to) { overhear(frame, by: to) }
        witnessOffer(frame, on: wire.links[1 - end], to: to)
        try input(.frame(frame, on: wire.links[1 - end]), to: to)
    }

    private func hearEnd(_ number: Int, at body: Int) throws(Broken) {
        guard let wire = wires[number], let end = wire.bodies.firstIndex(of: body) else { return }
        if wire.isOpen[end] {
            bodies[body].wires[wire.links[end]] = nil
            wires[number]?.isOpen[end] = false
            try input(.disconnected(wire.links[end]), to: body)
        }
        forget(number)
    }

    /// The node itself ends a connection: what it said before still arrives.
    private func disconnect(_ link: LinkID, of body: Int) {
        guard let number = bodies[body].wires.removeValue(forKey: link) else { return }
        hangUp(number, body, tellsPeer: true)
    }

    private func hangUp(_ number: Int, _ body: Int, tellsPeer: Bool) {
        guard let wire = wires[number], let end = wire.bodies.firstIndex(of: body), wire.isOpen[end] else { return }
        wires[number]?.isOpen[end] = false
        if tellsPeer { put(nil, on: number, from: body) } else { wires[number]?.underWay[end] = [] }
        forget(number)
    }

    /// Drops a wire that neither end has open, and tells the dialler's dialling.
    private func forget(_ number: Int) {
        guard let wire = wires[number] else { return }
        if !wire.isOpen[0] { noteDialEnded(number) }
        if !wire.isOpen[0], !wire.isOpen[1], wire.underWay.allSatisfy(\.isEmpty) { wires[number] = nil }
    }

    private func noteDialEnded(_ number: Int) {
        guard let wire = wires[number] else { return }
        let body = wire.bodies[0]
        guard !wire.isDialNoted, bodies[body].node != nil else { return }
        wires[number]?.isDialNoted = true
        bodies[body].dialling.ended(
            wire.target, wasUp: wire.wasHeard, at: now - bodies[body].openedAt, jitter: dice.next())
    }

    /// The connection breaks, and what was under way with it.
    func lose(_ number: Int) throws(Broken) {
        guard let wire = wires[number] else { return }
        wires[number]?.underWay = [[], []]
        for end in 0...1 where wire.isOpen[end] {
            let body = wire.bodies[end]
            bodies[body].wires[wire.links[end]] = nil
            wires[number]?.isOpen[end] = false
            try input(.disconnected(wire.links[end]), to: body)
        }
        forget(number)
    }
}
