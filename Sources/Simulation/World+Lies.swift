internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import NodeLogic

/// How parties lie. A liar runs a node as everybody does, and besides says what no honest one would.
extension World {
    func lie(_ what: Happening, _ body: Int, _ dice: inout Dice) throws(Broken) {
        guard bodies[body].node != nil else { return }
        let lasting = dice.within(2_000...20_000 as ClosedRange<UInt64>)
        switch what {
        case .fork: try fork(body, &dice)
        case .twoHistories: try split(body, &dice)
        case .twoVerdicts: try sayBoth(body, &dice)
        case .incoherentSeals: try acceptRivals(body, &dice)
        case .forkedKeys: try forkKeys(body)
        case .withholding:
            bodies[body].isWithholding = true
            agenda.add(.relief(.withholding(body: body)), at: now + lasting)
        case .falseClaims:
            bodies[body].isClaimingFalsely = true
            agenda.add(.relief(.falseClaims(body: body)), at: now + lasting)
        case .replay:
            for _ in 0..<dice.within(1...8) {
                if let frame = dice.pick(bodies[body].lies.overheard) { say(frame, .replay, body, &dice) }
            }
        case .garbage: talkGarbage(body, &dice)
        case .flood: try flood(body, &dice)
        case .unlawfulBatches: sendUnlawful(body, &dice)
        case .crowd: try crowd(body, &dice)
        case .earlySeals: try sealEarly(body, &dice)
        case .oldKey: try useOldKey(body, &dice)
        case .forgery: forge(body, &dice)
        default: preconditionFailure("\(what.rawValue) is no lie")
        }
    }

    // MARK: Two stories

    /// Writes with the node's key what the node itself does not know to be its own.
    func journal(_ records: [(EntryKind, [UInt8])], _ body: Int) throws(Broken) {
        guard let node = bodies[body].node else { return }
        let key = bodies[body].key
        var composition: Composition
        if let writer = bodies[body].lies.writer, let next = node.journal.composing(as: writer) {
            composition = next
        } else {
            composition = Composition(
                roadmap: roadmap, key: key.publicKey, incarnation: Incarnation(place())!, at: seconds(body))
            bodies[body].lies.writer = composition.writer
            bodies[body].lies.beginnings = []
        }
        bodies[body].lies.beginnings.append(composition)
        for (kind, bytes) in records { composition.compose(kind, body: bytes, at: seconds(body)) }
        for batch in composition.finish(signing: key) { try input(.brought(batch), to: body) }
    }

    private func entries(_ seals: [SignedStatement]) -> [(EntryKind, [UInt8])] {
        seals.map { (.seal, $0.encoded()) }
    }

    private func note(_ dice: inout Dice) -> (EntryKind, [UInt8]) {
        guard scenario.isHeavy, dice.chance(30) else {
            return (.note, CanonicalValue.unsigned(dice.next() % 10_000).encoded())
        }
        let byteCount = dice.within(1_000_000...2_500_000)
        return (.note, CanonicalValue.bytes(Array(repeating: UInt8(dice.next() % 256), count: byteCount)).encoded())
    }

    /// Sometimes with a record of the agreement in it, which must not be lost whatever becomes of the chain.
    private func something(_ body: Int, _ dice: inout Dice) -> [(EntryKind, [UInt8])] {
        var records = (0..<dice.within(1...3)).map { _ in note(&dice) }
        if dice.chance(50), let instrument = dice.pick(bodies[body].node!.evaluation.instrumentIDs) {
            let party = parties[bodies[body].party]
            let signed = party.signed(
                instrument, .accept, under: party.keys, by: party.sealKeys, of: roadmap, at: dice.next() % 1_000_000_000
            )
            // Where several must sign, sometimes one does, or all do in different stories.
            for statement in dice.chance(30) ? signed.suffix(1) : signed[...] {
                records.insert((.seal, statement.encoded()), at: dice.within(0...records.count))
            }
        }
        if dice.chance(10) {
            // Good in form, and signed with a key that no record names.
            let party = parties[bodies[body].party]
            let signed = party.signed(
                founding.id, .accept, under: party.keys, by: Officials(SigningKey(seed: dice.bytes(32))), of: roadmap,
                at: 7)
            records += entries(signed)
        }
        return records
    }

    private func fork(_ body: Int, _ dice: inout Dice) throws(Broken) {
        if bodies[body].lies.beginnings.isEmpty {
            for _ in 0..<dice.within(1...3) { try journal(something(body, &dice), body) }
        }
        for turn in 0..<dice.within(1...3) {
            agenda.add(
                .relief(.secondStory(body: body, seed: dice.next())),
                at: now + UInt64(turn) * dice.within(0...4_000 as ClosedRange<UInt64>))
        }
    }

    /// Goes on from where the chain was, beside what follows there already.
    func tellAnotherStory(_ body: Int, _ seed: UInt64) throws(Broken) {
        var dice = Dice(seed)
        guard bodies[body].node != nil, var story = dice.pick(bodies[body].lies.beginnings) else { return }
        for (kind, bytes) in something(body, &dice) { story.compose(kind, body: bytes, at: seconds(body)) }
        for batch in story.finish(signing: bodies[body].key) {
            guard bodies[body].node != nil else { return }
            // The liar's node has dropped what this hangs on, where it forked lower down: then only others are told.
            let isBare = dice.chance(30)
            if dice.chance(50) {
                say(
                    Frames.entries(isBare ? Frames.withoutBodies(batch.received) : batch.received), .fork, body, &dice)
            }
            try input(.brought(batch), to: body)
        }
        count(.fork)
    }

    /// A copy of the node's home is started beside it, and each speaks to some of the others.
    private func split(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let number = bodies[body].party
        guard body == number, secondBody[number] == nil, keyChanges[number] == nil else { return }
        let second = bodies.count
        let disk = Disk(bodies[body].disk.contents, place: bodies[body].disk.place)
        bodies.append(Body(party: number, disk: disk, key: bodies[body].key))
        secondBody[number] = (second, Set(parties.indices.filter { $0 != number && dice.chance(50) }))
        for (_, wire) in bodies[body].wires.sorted(by: { $0.key < $1.key }) { try lose(wire) }
        try start(second)
        for body in [body, second] where bodies[body].node != nil {
            let signed = parties[number].signed(
                founding.id, .accept, under: parties[number].keys, by: parties[number].sealKeys, of: roadmap,
                at: 7 + UInt64(body))
            try input(.publish(signed.map { .seal($0) }), to: body)
        }
        count(.twoHistories)
    }

    // MARK: Two words

    private func sayBoth(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let party = parties[bodies[body].party]
        let ledger = bodies[body].node!.copy.ledger
        let said = ledger.seals.values.filter { $0.seal.party == party.id && $0.seal.keys == party.keys }
            .sorted { $0.seal.id < $1.seal.id }
        guard let first = dice.pick(said) else { return }
        let other: Seal.Verdict = first.seal.verdict == .accept ? .reject : .accept
        let signed = party.signed(
            first.seal.instrument, other, under: party.keys, by: party.sealKeys, of: roadmap, at: seconds(body))
        try journal(entries(signed), body)
        witness.expect(.twoVerdicts, of: party.id, [first.seal.id, Digest(of: signed[0].payload)])
        count(.twoVerdicts)
    }

    private func acceptRivals(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let party = parties[bodies[body].party]
        guard let (one, other) = try rivals(body, &dice) else { return }
        let signed = [one, other].flatMap {
            party.signed($0, .accept, under: party.keys, by: party.sealKeys, of: roadmap, at: seconds(body))
        }
        try journal(entries(signed), body)
        witness.expect(.incoherentSeals, of: party.id, [one, other])
        count(.incoherentSeals)
    }

    /// Two instruments of which neither may follow the other: found on the table, or put there.
    private func rivals(_ body: Int, _ dice: inout Dice) throws(Broken) -> (InstrumentID, InstrumentID)? {
        let evaluation = bodies[body].node!.evaluation
        for one in evaluation.instrumentIDs.shuffled(using: &dice) {
            guard let other = evaluation.rivals(of: one).first, !replaces(one, other, evaluation),
                !replaces(other, one, evaluation)
            else { continue }
            return (one, other)
        }
        let party = parties[bodies[body].party].id
        let number = dice.pick([1, 2, 11])!
        let made = ["This.", "That."].compactMap { text in
            let amendment = Amendment(title: .english("Amendment"), changes: [Charter.article(number, text)])
            return try? evaluation.freeze(
                amendment, proposer: party, salt: dice.bytes(16), languages: [Charter.english], roadmap: roadmap)
        }
        guard made.count == 2, case .published? = try input(.publish(made.map { .instrument($0) }), to: body) else {
            return nil
        }
        return (made[0].id, made[1].id)
    }

    /// Whether an instrument, or anything that it is built on, replaces another: then it may follow that one.
    private func replaces(_ one: InstrumentID, _ other: InstrumentID, _ evaluation: Evaluation) -> Bool {
        var open = [one]
        var seen: Set<InstrumentID> = [one]
        while let id = open.popLast(), let instrument = evaluation.instrument(id) {
            if instrument.replaces.contains(other) { return true }
            open += instrument.named.filter { seen.insert($0).inserted }
        }
        return false
    }

    private func forkKeys(_ body: Int) throws(Broken) {
        let number = bodies[body].party
        let party = parties[number]
        guard keyChanges[number] == nil else { return }
        let statements = ["One name", "Another name"].map { party.renaming(to: $0, in: roadmap) }
        try journal(statements.joined().map { (.keyStatement, $0.encoded()) }, body)
        witness.expect(.forkedKeys, of: party.id, statements.map { Digest(of: $0[0].payload) })
        count(.forkedKeys)
    }

    /// Whoever gave up its keys, or lost them, comes with them all the same.
    private func useOldKey(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let party = parties[bodies[body].party]
        guard let oldSeal = party.oldSealKeys, let oldNode = party.oldNodeKey else {
            if party.version == 0, keyChanges[bodies[body].party] == nil { try act(.rotate, body, &dice) }
            guard !isAtPeace else { return }
            return agenda.add(.relief(.oldKey(body: body, seed: dice.next())), at: now + 3_000)
        }
        if let instrument = dice.pick(bodies[body].node!.evaluation.instrumentIDs) {
            let signed = party.signed(
                instrument, .accept, under: party.root.id, by: oldSeal, of: roadmap, at: seconds(body))
            try journal(entries(signed), body)
        }
        // It dials with the key that it gave up, and writes with it.
        var composition = Composition(
            roadmap: roadmap, key: oldNode.publicKey, incarnation: Incarnation(place())!, at: seconds(body))
        let extra = note(&dice)
        composition.compose(extra.0, body: extra.1, at: seconds(body))
        for batch in composition.finish(signing: oldNode) { say(Frames.entries(batch.received), .oldKey, body, &dice) }
        if let target = bodies[body].node.flatMap({ dice.pick($0.dialTargets) }) {
            try connect(body, to: target, bodies[body].life, showing: oldNode)
        }
        count(.oldKey)
    }

    // MARK: What is said on the wire

    private func openWires(_ body: Int) -> [Int] {
        bodies[body].wires.values.filter { wires[$0] != nil }.sorted()
    }

    /// Says a frame to somebody, which the liar's own node knows nothing of.
    private func say(_ frame: [UInt8], _ what: Happening, _ body: Int, _ dice: inout Dice) {
        guard let wire = dice.pick(openWires(body)) else { return }
        put(frame, on: wire, from: body)
        if what != .fork && what != .oldKey { count(what) }
    }

    private func talkGarbage(_ body: Int, _ dice: inout Dice) {
        for _ in 0..<dice.within(1...4) {
            if dice.chance(40) {
                say(dice.bytes(dice.within(0...80)), .garbage, body, &dice)
            } else if var frame = dice.pick(bodies[body].lies.overheard), !frame.isEmpty {
                let place = Int(dice.next() % UInt64(frame.count))
                if dice.chance(30) {
                    frame = Array(frame.prefix(place))
                } else {
                    frame[place] ^= UInt8(dice.within(1...255))
                }
                say(frame, .garbage, body, &dice)
            }
        }
    }

    private func flood(_ body: Int, _ dice: inout Dice) throws(Broken) {
        guard let wire = dice.pick(openWires(body)), let node = bodies[body].node else { return }
        count(.flood)
        switch dice.within(0...2) {
        case 0:
            // Questions whose answers are long, and are not waited for.
            guard let head = node.journal.heads.max(by: { $0.sequence < $1.sequence }), head.sequence > 0 else {
                return
            }
            let sequences = Array((0..<head.sequence).prefix(32))
            let links = bodies[body].wires.filter { $0.value == wire }.keys
            let version = links.first.flatMap { node.links[$0]?.conversation.version } ?? 1
            // Twice what may wait for a peer; an id takes 34 bytes.
            for _ in 0..<min(2 * Self.limits.outboxByteCount / (34 * sequences.count), 6_000) {
                put(
                    Frames.probe(head.writer, (head.sequence, head.id), sequences, version: version), on: wire,
                    from: body)
            }
        case 1: for _ in 0..<500 { put(Frames.ping, on: wire, from: body) }
        default:
            // Writers without end: some that nobody admits, some of its own.
            for turn in 0..<80 {
                let key = turn < 70 ? SigningKey(seed: dice.bytes(32)) : bodies[body].key
                for batch in newWriter(key) { put(Frames.entries(batch.received), on: wire, from: body) }
            }
        }
    }

    func newWriter(_ key: SigningKey) -> [VerifiedBatch] {
        let composition = Composition(roadmap: roadmap, key: key.publicKey, incarnation: Incarnation(place())!, at: 7)
        return composition.finish(signing: key)
    }

    /// Batches that nobody can have written who keeps the rules, in every form at once.
    private func sendUnlawful(_ body: Int, _ dice: inout Dice) {
        for fault in UnlawfulBatch.Fault.allCases where dice.chance(40) {
            let batch = UnlawfulBatch(fault, in: roadmap, by: bodies[body].key, incarnation: place(), &dice)
            witness.unlawful.formUnion(batch.entries.map { EntryID(Digest(of: $0.header)) })
            say(Frames.entries(batch.received), .unlawfulBatches, body, &dice)
        }
    }

    /// Another's chain, continued with a key that is not its own.
    private func forge(_ body: Int, _ dice: inout Dice) {
        guard let node = bodies[body].node else { return }
        let own = bodies[body].key
        let others = node.journal.writers.filter { node.journal[$0]?.key != own.publicKey }
        guard let victim = dice.pick(others), let history = node.journal[victim], !history.trunk.isEmpty,
            let batch = try? bodies[body].disk.batches(of: victim, from: UInt64(history.trunk.count) - 1, byteLimit: 0)
                .first,
            let forged = Frames.forged(batch, by: own, &dice)
        else { return }
        say(Frames.entries(forged), .forgery, body, &dice)
    }

    // MARK: What becomes of what its node says

    func tampered(_ frame: [UInt8], by body: Int) -> [[UInt8]] {
        overhear(frame, by: body)
        if bodies[body].isWithholding, [4, 13, 19].contains(Frames.number(of: frame)), dice.chance(50) {
            count(.withholding)
            return []
        }
        if bodies[body].isClaimingFalsely, [2, 3, 6, 16, 17, 18].contains(Frames.number(of: frame)), dice.chance(60) {
            count(.falseClaims)
            return [Frames.falsified(frame, &dice)]
        }
        return [frame]
    }

    func overhear(_ frame: [UInt8], by body: Int) {
        guard frame.count < 20_000 else { return }
        if bodies[body].lies.overheard.count < 40 {
            bodies[body].lies.overheard.append(frame)
        } else {
            bodies[body].lies.overheard[Int(dice.next() % 40)] = frame
        }
    }
}
