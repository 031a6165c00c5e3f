internal import Agreement
internal import Cryptography
internal import Identity
internal import Journal
internal import NodeLogic

/// How the constitution changes: who is a member, whose consent is needed, and how a party is let in that the founding
/// does not know.
extension World {
    // MARK: A newcomer

    /// Somebody offers an amendment that lets the newcomer in; its people sign, and hand that over on paper.
    func admit(_ body: Int, _ dice: inout Dice) throws(Broken) {
        guard let number = scenario.newcomer, isHonest(body) else { return }
        let newcomer = parties[number]
        let evaluation = bodies[body].node!.evaluation
        guard evaluation.recordInForce(of: newcomer.id) == nil, let members = members(by: evaluation) else { return }
        let record = Charter.recordChange(of: newcomer)
        // An earlier offer that came to nothing is named, or who accepted it could not accept this.
        let earlier = evaluation.instrumentIDs.filter {
            evaluation.instrument($0)?.writes(record.provision) == true && !evaluation.out.contains($0)
        }
        let amendment = Amendment(
            title: .english("Accession"), changes: [Charter.rosterChange(to: members + [newcomer.id]), record],
            replaces: earlier)
        guard let instrument = freeze(amendment, body, &dice),
            case .published? = try input(.publish([.instrument(instrument)]), to: body)
        else { return }
        count(.admit)
        try accede(number, to: instrument.id, by: body)
        if dice.chance(30) { invite(number, by: body) }
        askAll(for: instrument.id, &dice)
    }

    /// The newcomer accepts under the record that the amendment brings, if its own tools have nothing against it.
    private func accede(_ number: Int, to instrument: InstrumentID, by sponsor: Int) throws(Broken) {
        guard let evaluation = bodies[sponsor].node?.evaluation else { return }
        let newcomer = parties[number]
        let objections = evaluation.objections(
            to: .accept, on: instrument, by: newcomer.id, remembered: newcomer.remembered, under: newcomer.root.id)
        guard objections.isEmpty else { return }
        let signed = parties[number].seal(instrument, .accept, of: roadmap, at: seconds(sponsor))
        if case .published? = try input(.publish(signed.map { .seal($0) }), to: sponsor) { return }
        parties[number].unpublished.append(signed)
    }

    /// Once it is let in by what a node holds, the newcomer is sent an invitation from there.
    func inviteNewcomer(by body: Int) throws(Broken) {
        guard let number = scenario.newcomer, !bodies[number].isThere,
            bodies[body].node?.partyRecords.contains(where: { $0.party == parties[number].id }) == true
        else { return }
        invite(number, by: body)
    }

    /// The newcomer's home begins with the records that another one has.
    private func invite(_ number: Int, by body: Int) {
        guard !bodies[number].isThere, bodies[body].node != nil else { return }
        bodies[number].disk.put(bodies[body].disk.records)
        bodies[number].durable = bodies[number].disk.recordIDs
        bodies[number].isThere = true
        count(.join)
        agenda.add(.relief(.start(body: number)), at: now + dice.within(500...4_000 as ClosedRange<UInt64>))
    }

    // MARK: Members and rules

    private func members(by evaluation: Evaluation) -> [Identifier]? {
        guard case .roster(let roster)? = evaluation.provisionInForce(Charter.roster)?.content.reserved else {
            return nil
        }
        return roster.effectiveHolders
    }

    /// Somebody is to be a member no longer, or somebody who observes, or left, is to be one.
    func amendRoster(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let evaluation = bodies[body].node!.evaluation
        guard let members = members(by: evaluation) else { return }
        let others = bodies[body].node!.partyRecords.map(\.party).filter { !members.contains($0) }
        let gone = bodies[body].node!.copy.ledger.withdrawals.values.map(\.withdrawal)
            .filter { $0.stage == .effect && members.contains($0.party) }.map(\.party).min()
        var changed = members
        if let joining = dice.pick(others), dice.chance(50) {
            changed.append(joining)
        } else if members.count > 2, let leaving = gone ?? dice.pick(members) {
            changed.removeAll { $0 == leaving }
        } else {
            return
        }
        try offer(Charter.rosterChange(to: changed), .amendRoster, body, &dice)
    }

    func amendRule(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let ruled = dice.pick(Charter.classes.filter { dice.chance($0 == Charter.minorClass ? 100 : 40) })
        let share = dice.pick([.all, .majority, .majority, .atLeast(2), .fraction(2, 3)] as [Rule.Share])!
        try offer(Charter.ruleChange(ruled ?? Charter.minorClass, share), .amendRule, body, &dice)
    }

    private func offer(
        _ change: Instrument.Change, _ what: Happening, _ body: Int, _ dice: inout Dice
    ) throws(Broken) {
        let amendment = Amendment(
            title: .english("Constitution"), changes: [change], replaces: replaced(by: body, &dice))
        guard let instrument = freeze(amendment, body, &dice),
            case .published? = try input(.publish([.instrument(instrument)]), to: body)
        else { return }
        count(what)
        askAll(for: instrument.id, &dice)
    }

    /// Most of those who have a node are asked to accept, and do so when they come to it.
    func askAll(for instrument: InstrumentID, _ dice: inout Dice) {
        for body in parties.indices where bodies[body].isThere && dice.chance(85) {
            agenda.add(
                .relief(.asked(body: body, instrument)), at: now + dice.within(300...6_000 as ClosedRange<UInt64>))
        }
    }

    func answer(_ instrument: InstrumentID, _ body: Int) throws(Broken) {
        guard bodies[body].node != nil, try seal(instrument, .accept, [], body) else { return }
        count(.seal)
    }
}
