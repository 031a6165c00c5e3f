internal import Agreement
internal import Identity
internal import Journal
internal import NodeLogic

/// What is planned, and what breaks.
extension World {
    func perform(_ planned: Scenario.Planned) throws(Broken) {
        var dice = Dice(planned.seed)
        // What befalls a party that runs two nodes befalls one of them.
        var fate = Dice(planned.seed &+ 1)
        let body = twins[planned.who].flatMap { fate.chance(40) ? $0 : nil } ?? planned.who
        switch planned.what.sort {
        case .act: try act(planned.what, body, &dice)
        case .fault: try breakDown(planned.what, body, &dice)
        case .lie: try lie(planned.what, body, &dice)
        }
    }

    private func breakDown(_ what: Happening, _ body: Int, _ dice: inout Dice) throws(Broken) {
        let lasting = dice.within(500...15_000 as ClosedRange<UInt64>)
        switch what {
        case .delay:
            extraDelay = dice.within(200...4_000 as ClosedRange<UInt64>)
            agenda.add(.relief(.delay), at: now + lasting)
        case .loss:
            let open = wires.keys.sorted().filter { wires[$0]!.isOpen[0] && wires[$0]!.isOpen[1] }
            guard let wire = dice.pick(open) else { return }
            try lose(wire)
        case .partition: try cutApart(&dice, lasting)
        case .oneWay:
            let others = bodies.indices.filter { $0 != body }
            guard let other = dice.pick(Array(others)) else { return }
            let number = cut(dice.chance(50) ? [(body, other)] : [(other, body)])
            agenda.add(.relief(.cuts(number)), at: now + lasting * 3)
        case .wrongClock:
            // No clock begins before 1970, and none stands still: at 0 for ever no day would follow on another.
            bodies[body].clockError = max(Int64(bitPattern: dice.next()) % 2_000_000_000, -World.firstSecond)
        case .crash:
            guard bodies[body].node != nil else { return }
            bodies[body].crash = (dice.within(0...12), dice.chance(50))
            return
        case .restore:
            guard bodies[body].node != nil else { return }
            try setUpBackup(body, &dice)
        case .fullDisk:
            bodies[body].disk.isFull = true
            agenda.add(.relief(.disk(body: body)), at: now + lasting)
            return
        case .failingDisk:
            bodies[body].disk.isFailing = true
            bodies[body].isHopeful = dice.chance(50)
            return
        case .unreadableDisk:
            bodies[body].disk.isUnreadable = true
            agenda.add(.relief(.reading(body: body)), at: now + lasting)
        case .lostLog:
            // It comes up at once, for whoever has lost something knows it from the disk itself.
            guard bodies[body].node != nil else { return }
            guard let backup = bodies[body].disk.backups.last else { return bodies[body].disk.backUp() }
            stop(body, isSilent: true)
            bodies[body].disk.restore(backup, place: bodies[body].disk.place)
            bodies[body].hasLost = true
            noteRestored(body)
        case .archivedBodies: return archiveBodies(body, &dice)
        case .rottenDisk: return try spoilDisk(body, &dice)
        case .slowPeer:
            bodies[body].slowness = dice.within(500...6_000 as ClosedRange<UInt64>)
            agenda.add(.relief(.slow(body: body)), at: now + lasting)
        default: preconditionFailure("\(what.rawValue) is no fault")
        }
        count(what)
    }

    /// Groups that cannot reach each other, or any single links, in both directions.
    private func cutApart(_ dice: inout Dice, _ lasting: UInt64) throws(Broken) {
        let groups = (0..<bodies.count).map { _ in dice.within(0...2) }
        let isOfGroups = dice.chance(60)
        var directions: [(from: Int, to: Int)] = []
        for one in bodies.indices {
            for other in bodies.indices where one < other {
                guard isOfGroups ? groups[one] != groups[other] : dice.chance(50) else { continue }
                directions += [(one, other), (other, one)]
            }
        }
        let number = cut(directions)
        agenda.add(.relief(.cuts(number)), at: now + lasting * 2)
        // Backups are taken at quiet times and used at loud ones.
        for body in bodies.indices where isHonest(body) && dice.chance(40) { bodies[body].disk.backUp() }
    }

    /// The machine breaks; somebody sets up an old backup on another.
    func setUpBackup(_ body: Int, _ dice: inout Dice) throws(Broken) {
        if bodies[body].disk.backups.isEmpty || dice.chance(30) { bodies[body].disk.backUp() }
        let backup = dice.pick(bodies[body].disk.backups)!
        stop(body, isSilent: true)
        bodies[body].disk.restore(backup, place: place())
        noteRestored(body)
    }

    func perform(_ relief: Agenda.Relief) throws(Broken) {
        switch relief {
        case .delay: extraDelay = 0
        case .slow(let body): bodies[body].slowness = 0
        case .disk(let body): bodies[body].disk.isFull = false
        case .reading(let body): bodies[body].disk.isUnreadable = false
        case .start(let body): try start(body)
        case .bodies(let body): try bringBodies(to: body)
        case .crowd(let crowd): try turn(crowd)
        case .lateKeys(let body, let change): try publishLate(change, body)
        case .asked(let body, let instrument): try answer(instrument, body)
        case .cuts(let number): heal(number)
        case .withholding(let body): bodies[body].isWithholding = false
        case .falseClaims(let body): bodies[body].isClaimingFalsely = false
        case .oldKey(let body, let seed):
            var dice = Dice(seed)
            try lie(.oldKey, body, &dice)
        case .file(let file): try takeIn(file)
        case .secondStory(let body, let seed): try tellAnotherStory(body, seed)
        }
    }
}
