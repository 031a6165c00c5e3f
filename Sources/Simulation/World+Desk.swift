internal import Agreement
internal import Cryptography
internal import Drafting
internal import Identity
internal import Journal
internal import NodeLogic

/// What somebody does who sits at a node: asks it for what it else does of itself, and offers what is not sound.
extension World {
    func operate(_ body: Int, _ dice: inout Dice) throws(Broken) {
        count(.operate)
        switch dice.within(0...3) {
        case 0: try input(.certify, to: body)
        case 1: try input(.carry, to: body)
        case 2: try input(.reconnect, to: body)
        default:
            try input(.leave, to: body)
            stop(body, isSilent: false)
        }
    }

    /// Something that the node must not journal, alone or beside something good.
    func offer(_ body: Int, _ dice: inout Dice) throws(Broken) {
        guard isHonest(body) else { return }
        if dice.chance(20) { return try offerDraft(body, &dice) }
        guard let unsound = unsound(body, &dice) else { return }
        let ledger = bodies[body].node!.copy.ledger
        let good = ledger.instruments.values.min { $0.id < $1.id }.map { [PublishedRecord.instrument($0)] } ?? []
        let before = bodies[body].node!.journal.entryCount
        let answer = try input(.publish(dice.chance(50) ? good + [unsound] : [unsound]), to: body)
        count(.offer)
        guard case .published? = answer else { return }
        let after = bodies[body].node?.journal.entryCount ?? before
        throw broken(.onlySoundIsJournalled, "\(name(body)) takes \(unsound.kind), \(after - before) entries more")
    }

    /// Bytes that are no entry of a draft, or one of a draft that is not here.
    private func offerDraft(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let edits = try! DraftEdits(draft: Digest(of: dice.bytes(8)), parents: [])
        let answer = try input(.publishDraft(dice.chance(50) ? [1, 2, 3] : edits.body, after: nil), to: body)
        count(.offer)
        if case .draftPublished? = answer {
            throw broken(.onlySoundIsJournalled, "\(name(body)) takes no draft for one")
        }
    }

    private func unsound(_ body: Int, _ dice: inout Dice) -> PublishedRecord? {
        let party = parties[bodies[body].party]
        let stranger = Officials(SigningKey(seed: dice.bytes(32)))
        let nowhere = Digest(of: dice.bytes(8))
        switch dice.within(0...8) {
        case 0:
            // The other verdict on what the party has sealed. But what it seals while its keys change, is disputed; and
            // a newcomer's word does not count on what is not built upon its coming.
            guard keyChanges[party.number] == nil, party.number != scenario.newcomer else { return nil }
            let said = bodies[body].node!.copy.ledger.seals.values.filter {
                $0.seal.party == party.id && $0.seal.keys == party.keys
            }
            guard let first = said.min(by: { $0.seal.id < $1.seal.id })?.seal else { return nil }
            let other: Seal.Verdict = first.verdict == .accept ? .reject : .accept
            return .seal(
                party.signed(first.instrument, other, under: party.keys, by: party.sealKeys, of: roadmap, at: 7)[0])
        case 1:
            return .seal(party.signed(founding.id, .accept, under: nowhere, by: party.sealKeys, of: roadmap, at: 7)[0])
        case 2:
            return .seal(party.signed(founding.id, .accept, under: party.keys, by: stranger, of: roadmap, at: 7)[0])
        case 3:
            // New keys that nobody with authority has signed, or whose holders have not.
            if dice.chance(30) {
                let orphan = try! KeyStatement(
                    roadmap: roadmap, party: party.id, version: 1, previous: nowhere, record: nil)
                return .keyStatement(party.sealKeys.sign(orphan.payload, as: .keys)[0])
            }
            let change = party.change(acknowledging: [], in: roadmap)
            let signer = dice.pick([stranger.keys[0], party.nodeKey, change.node, party.sealKeys.keys[0]])!
            return .keyStatement(SignedStatement(change.statement.payload, as: .keys, by: signer))
        case 4:
            guard let oldSealKeys = party.oldSealKeys, !party.isRecovered else { return nil }
            // Upon the record that was left behind.
            let other = try! KeyStatement(
                roadmap: roadmap, party: party.id, version: 1, previous: party.root.id, record: nil)
            return .keyStatement(oldSealKeys.sign(other.payload, as: .keys)[0])
        case 5:
            let withdrawal = try! Withdrawal(
                roadmap: roadmap, party: party.id, keys: nowhere, stage: .notice,
                rosters: [Charter.member: founding.id], at: 7)
            return .withdrawal(party.sealKeys.sign(withdrawal.payload, as: .withdrawal)[0])
        case 6:
            guard let known = bodies[body].node!.copy.certificates.values.map(\.statement).first else { return nil }
            return .certificate(SignedStatement(known.payload, as: .state, by: stranger.keys[0]))
        case 7:
            // What one official alone has signed, where several must.
            guard party.sealKeys.threshold > 1 else { return nil }
            if dice.chance(50),
                let signed = party.withdrawal(
                    .notice, from: [Charter.member: founding.id], committed: [], of: roadmap, at: 7)
            {
                return .withdrawal(signed[0])
            }
            return .seal(
                party.signed(founding.id, .accept, under: party.keys, by: party.sealKeys, of: roadmap, at: 9)[0])
        default:
            guard
                let elsewhere = try? Instrument(
                    roadmap: nowhere, title: .english("Elsewhere"), proposer: party.id, salt: dice.bytes(16),
                    languages: [Charter.english], base: [:], changes: [Charter.article(1, "Else.")])
            else { return nil }
            return .instrument(elsewhere)
        }
    }
}
