internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import NodeLogic

/// What people do at a node: they amend, seal and change keys, with the tools that a person has.
extension World {
    func act(_ what: Happening, _ body: Int, _ dice: inout Dice) throws(Broken) {
        guard bodies[body].node != nil else { return }
        switch what {
        case .amend: try amend(body, &dice)
        case .seal: try sealSomething(body, .accept, isOnCondition: false, &dice)
        case .sealOnCondition: try sealSomething(body, .accept, isOnCondition: true, &dice)
        case .reject: try sealSomething(body, dice.chance(70) ? .reject : .abstain, isOnCondition: false, &dice)
        case .rotate: try rotate(body, &dice)
        case .close: try close(body, &dice)
        case .withdraw: try withdraw(body, &dice)
        case .operate: try operate(body, &dice)
        case .offer: try offer(body, &dice)
        case .draft: try draft(body, &dice)
        case .file: try exportFile(body, &dice)
        case .admit: try admit(body, &dice)
        case .amendRoster: try amendRoster(body, &dice)
        case .amendRule: try amendRule(body, &dice)
        default: preconditionFailure("\(what.rawValue) is no act")
        }
    }

    /// Everybody who is asked accepts the founding, sooner or later; one may never.
    func sealFounding(_ body: Int) throws(Broken) {
        guard bodies[body].node != nil, bodies[body].party == body, bodies[body].life == 1 else { return }
        try seal(founding.id, .accept, [], body)
    }

    private func amend(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let party = parties[bodies[body].party]
        let evaluation = bodies[body].node!.evaluation
        let number = dice.pick([1, 1, 1, 2, 2, 3, 11, 11, 12])!
        let article = Identifier("article-\(number)")!
        let isRepeal = dice.chance(8) && evaluation.provisionInForce(article) != nil
        let text = "Words \(dice.next() % 1_000) of \(party.id)."
        var amendment = Amendment(
            title: .english("Amendment"),
            changes: [isRepeal ? Instrument.Change(article, nil) : Charter.article(number, text)],
            reliesOn: dice.chance(20) ? [Identifier("article-11")!].filter { $0 != article } : [],
            replaces: replaced(by: body, &dice))
        amendment.offersClosing = dice.chance(20)
        guard let instrument = freeze(amendment, body, &dice) else { return }
        guard case .published? = try input(.publish([.instrument(instrument)]), to: body) else { return }
        count(.amend)
        var provided: [InstrumentID] = []
        if amendment.offersClosing, let closing = freeze(Charter.closing(.complete, of: instrument.id), body, &dice),
            case .published? = try input(.publish([.instrument(closing)]), to: body)
        {
            provided = [closing.id]
        }
        if dice.chance(80) { try seal(instrument.id, .accept, provided, body) }
        if dice.chance(35) { askAll(for: instrument.id, &dice) }
    }

    /// Sometimes what is in force, sometimes what somebody else has put on the table.
    func replaced(by body: Int, _ dice: inout Dice) -> [InstrumentID] {
        guard dice.chance(30), let evaluation = bodies[body].node?.evaluation else { return [] }
        let open = dice.chance(60) ? evaluation.inForce : evaluation.instrumentIDs
        return open.filter { $0 != founding.id && dice.chance(50) }
    }

    func freeze(_ amendment: Amendment, _ body: Int, _ dice: inout Dice) -> Instrument? {
        let party = parties[bodies[body].party].id
        return try? bodies[body].node?.evaluation.freeze(
            amendment, proposer: party, salt: dice.bytes(16), languages: [Charter.english], roadmap: roadmap)
    }

    /// Waiting for an instrument ends: somebody says that it is complete, or that it is given up.
    private func close(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let evaluation = bodies[body].node!.evaluation
        let waiting = evaluation.instrumentIDs.filter {
            evaluation.isOfferedWithClosing($0) && !evaluation.perfected.contains($0)
        }
        guard let subject = dice.pick(waiting) else { return }
        var closing = evaluation.completionOffered(with: subject)
        if closing == nil || dice.chance(40) {
            let amendment = Charter.closing(dice.chance(50) ? .abandoned : .complete, of: subject)
            guard let new = freeze(amendment, body, &dice),
                case .published? = try input(.publish([.instrument(new)]), to: body)
            else { return }
            closing = new.id
        }
        count(.close)
        if let closing { try seal(closing, .accept, [], body) }
    }

    /// A party says that it will leave, or leaves. Who lies leaves out what it has committed to.
    private func withdraw(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let party = parties[bodies[body].party]
        let rosters = bodies[body].node!.evaluation.rostersHeld(by: party.id)
        let stage: Withdrawal.Stage = dice.chance(50) ? .effect : .notice
        let committed = party.isLiar && dice.chance(50) ? [] : commitments(of: party, at: body)
        guard
            let statements = party.withdrawal(
                stage, from: rosters, committed: committed, of: roadmap, at: seconds(body)),
            case .published? = try input(.publish(statements.map { .withdrawal($0) }), to: body)
        else { return }
        count(.withdraw)
    }

    /// By what its node holds and its people remember, ascending.
    private func commitments(of party: Party, at body: Int) -> [InstrumentID] {
        let ledger = bodies[body].node!.copy.ledger
        let onRecord = ledger.keyChains.chain(of: party.id, root: party.root.id).map(ledger.commitments) ?? []
        return Set(onRecord + party.remembered.filter { $0.verdict.isCommitment }.map(\.instrument)).sorted()
    }

    private func sealSomething(
        _ body: Int, _ verdict: Seal.Verdict, isOnCondition: Bool, _ dice: inout Dice
    ) throws(Broken) {
        let evaluation = bodies[body].node!.evaluation
        let open = evaluation.instrumentIDs
        // Somebody who has time looks at several, and sometimes says something on all of them.
        for _ in 0..<4 {
            guard var instrument = dice.pick(open) else { return }
            var provided = isOnCondition ? [dice.pick(open)!].filter { $0 != instrument } : []
            // Mostly it is answered: what another gave in return for this, is given in return for that.
            if isOnCondition, dice.chance(60), let (one, other) = dice.pick(bargains(body)) {
                (instrument, provided) = (one, [other])
            }
            if isOnCondition, provided.isEmpty { continue }
            // What was offered with a closing is accepted provided that.
            if verdict == .accept, dice.chance(80), let closing = evaluation.completionOffered(with: instrument) {
                provided.append(closing)
            }
            if try seal(instrument, verdict, provided, body) {
                count(isOnCondition ? .sealOnCondition : verdict == .accept ? .seal : .reject)
                guard verdict == .accept, dice.chance(60), bodies[body].node != nil else { return }
            }
        }
    }

    /// Pairs of instruments of which others accepted the second on condition of the first.
    private func bargains(_ body: Int) -> [(InstrumentID, InstrumentID)] {
        let own = parties[bodies[body].party].id
        return bodies[body].node!.copy.ledger.seals.values.filter { $0.seal.party != own }
            .sorted { $0.seal.id < $1.seal.id }
            .flatMap { seal in seal.seal.provided.map { ($0, seal.seal.instrument) } }
    }

    /// Asks the honest check, with what the signing machine remembers; signs and publishes if nothing speaks against.
    @discardableResult
    func seal(
        _ instrument: InstrumentID, _ verdict: Seal.Verdict, _ provided: [InstrumentID], _ body: Int
    ) throws(Broken) -> Bool {
        let number = bodies[body].party
        let party = parties[number]
        // The power may have gone since it was put on the table.
        guard let evaluation = bodies[body].node?.evaluation else { return false }
        // Another seal with the same verdict says nothing new.
        guard !party.remembered.contains(where: { $0 == (instrument, verdict) }) else { return false }
        let objections = evaluation.objections(
            to: verdict, on: instrument, by: party.id, provided: provided, remembered: party.remembered,
            under: party.root.id)
        guard objections.isEmpty else { return false }
        let statements = parties[number].seal(
            instrument, verdict, provided: provided, of: roadmap, at: seconds(body))
        parties[number].unpublished.append(statements)
        try publishLeftovers(body)
        return true
    }

    /// What was signed is offered until the node has it on disk, or refuses it.
    func publishLeftovers(_ body: Int) throws(Broken) {
        let number = bodies[body].party
        for statements in parties[number].unpublished where bodies[body].node != nil {
            switch try input(.publish(statements.map { .seal($0) }), to: body) {
            case .published, .refused: parties[number].unpublished.removeAll { $0 == statements }
            case .failed, .done, .draftPublished, .draftRefused, nil: return
            }
        }
    }

    /// New keys: once in a night, of one honest party, which changes over when its neighbours have heard of it; else
    /// one that it alone speaks to would not let it in.
    private func rotate(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let number = bodies[body].party
        let party = parties[number]
        guard party.version == 0, body == number, keyChanges[number] == nil,
            party.isLiar || !isChangingKeys || !scenario.isPatient,
            secondBody[number] == nil, bodies[body].node!.links.values.contains(where: { $0.conversation.isSettled })
        else { return }
        let seals = bodies[body].node!.copy.ledger.seals.values.filter { $0.seal.party == party.id }.map(\.seal.id)
        let isRecovery = dice.chance(30)
        let change = party.change(
            acknowledging: seals, in: roadmap, isRecovery: isRecovery, isFrozenBefore: isRecovery && dice.chance(50))
        // The power may go between the disk and the answer: whether it is published shows when others have it.
        keyChanges[number] = change
        switch try input(.publish(change.signed.map { .keyStatement($0) }), to: body) {
        case .published: count(isRecovery ? .recover : .rotate)
        case .refused, .failed(.diskFull): keyChanges[number] = nil
        case .failed, .done, .draftPublished, .draftRefused, nil: break
        }
    }

    /// Whether an honest party changes its keys in this night.
    var isChangingKeys: Bool {
        parties.contains { !$0.isLiar && ($0.version > 0 || keyChanges[$0.number] != nil) }
    }

    func areNeighbours(_ one: Int, _ other: Int) -> Bool {
        one == other || scenario.links.contains(Scenario.Pair(one, other))
    }

    private func isGood(_ change: KeyChange, at body: Int) -> Bool {
        bodies[body].node?.copy.ledger.keyChains.statements[change.statement.id]?.isGood == true
    }

    /// Takes up new keys, in some nights when all neighbours have heard of them: its node starts again with another key.
    func takeUpKeys() {
        for (number, change) in keyChanges.sorted(by: { $0.key < $1.key }) {
            guard let node = bodies[number].node else { continue }
            // Whom no record in force names, it speaks to nobody.
            let peers = Set(node.partyRecords.map(\.party))
            let isHeard = honestBodies.allSatisfy { other in
                let party = parties[bodies[other].party]
                let isAwaited = scenario.isPatient && areNeighbours(number, party.number) && peers.contains(party.id)
                return other != number && !isAwaited || isGood(change, at: other)
            }
            guard isHeard else { continue }
            keyChanges[number] = nil
            parties[number].take(up: change)
            stop(number, isSilent: false)
            bodies[number].key = change.node
            bodies[number].lies = Lies()
            bodies[number].expectedWriter = nil
        }
    }

    /// Whose node was set back brings it the party's changes of keys again, as its people kept them.
    func remind(_ body: Int) throws(Broken) {
        let party = parties[bodies[body].party]
        for change in party.changes + (keyChanges[party.number].map { [$0] } ?? []) {
            guard let ledger = bodies[body].node?.copy.ledger,
                ledger.keyRecord(of: party.id, named: change.statement.id) == nil
            else { continue }
            switch try input(.publish(change.signed.map { .keyStatement($0) }), to: body) {
            case .published, .refused: break
            case .failed, .done, .draftPublished, .draftRefused, nil: return
            }
        }
        bodies[body].mayHaveForgotten = false
    }
}
