internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import NodeLogic

/// The lives of nodes: how they begin, hear, write and end.
extension World {
    /// When every night begins, in seconds since 1970-01-01 (UTC).
    static let firstSecond: Int64 = 1_800_000_000

    /// The world as a body's node sees it.
    private func circumstances(_ body: Int) -> Node.Circumstances {
        let wall = Self.firstSecond + Int64(now / 1_000 + 86_400 * daysPassed) + bodies[body].clockError
        return Node.Circumstances(
            now: Moment(milliseconds: now - bodies[body].openedAt), seconds: UInt64(wall),
            store: bodies[body].disk
        ) { [unowned self] in Incarnation(entropy.bytes(JournalLimits.incarnationByteCount))! }
    }

    func seconds(_ body: Int) -> UInt64 { circumstances(body).seconds }

    func start(_ body: Int) throws(Broken) {
        guard bodies[body].isThere, bodies[body].node == nil else { return }
        do throws(StoreFailure) {
            bodies[body].node = try Node(
                of: parties[bodies[body].party].id, signing: bodies[body].key,
                limits: limits(of: bodies[body].party), place: bodies[body].disk.place,
                hasLost: bodies[body].hasLost, reading: bodies[body].disk)
        } catch {
            throw Broken(claim: .nothingIsLost, detail: "the store of \(name(body)) does not open: \(error)")
        }
        bodies[body].life += 1
        bodies[body].openedAt = now
        bodies[body].dialling = Dialling()
        try input(.opened, to: body)
        // Until a new chain is on disk another life would take up the old one again.
        bodies[body].hasLost = bodies[body].node == nil && bodies[body].expectedWriter == nil && bodies[body].hasLost
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
        try witnessStored(batches, body)
        // On disk, and nobody was told yet.
        return isTimeToCrash(body) ? nil : .stored
    }

    func tick(_ body: Int, _ life: Int) throws(Broken) {
        guard bodies[body].life == life, bodies[body].node != nil else { return }
        try input(.tick, to: body)
        if isHonest(body), body < parties.count {
            if bodies[body].mayHaveForgotten { try remind(body) }
            if !parties[body].unpublished.isEmpty { try publishLeftovers(body) }
            try inviteNewcomer(by: body)
        }
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
    var honestBodies: [Int] { bodies.indices.filter { isHonest($0) && bodies[$0].isThere } }
}
