/// Instruments offered with a closing, which are completed, or abandoned and gone on from.
extension HistoryGenerator {
    struct Offer {
        let subject: String
        let completing: String
        let abandoning: String
        /// What completes that which completes it.
        var outer: String?
        /// Who does not answer.
        let silent: Set<String>
        /// Whether somebody went on from its abandonment.
        var isLeftBehind = false
        /// Whether its parties gave up waiting.
        var isGivenUp = false
    }

    mutating func goOnWithOffers(_ desk: Desk, _ reference: Reference) {
        let hanging = offers.indices.filter {
            knows(desk.party, offers[$0].abandoning) && !reference.perfected.contains(offers[$0].subject)
        }
        let abandoned = hanging.filter { reference.perfected.contains(offers[$0].abandoning) }
        let fresh = abandoned.filter { !offers[$0].isLeftBehind }
        let completed = offers.filter { reference.perfected.isSuperset(of: [$0.subject, $0.completing]) }
        if let offer = random.pick(completed), random.chance(20) { return undo(offer, desk) }
        guard let place = random.pick(fresh) ?? random.pick(hanging), random.chance(80) else { return offer(desk) }
        if abandoned.contains(place) {
            if offers[place].isLeftBehind, random.chance(50) {
                turnBack(to: offers[place], desk, reference)
            } else {
                offers[place].isLeftBehind = true
                goOn(from: offers[place], desk, reference)
            }
        } else {
            offers[place].isGivenUp = true
        }
    }

    /// Whether nobody expects a party's verdict on an instrument yet, or ever.
    func isHeldBack(_ party: String, from id: String) -> Bool {
        offers.contains { offer in
            offer.subject == id && offer.silent.contains(party) || offer.abandoning == id && !offer.isGivenUp
        } || unanswering[id]?.contains(party) ?? false || hesitating[id]?.contains(party) ?? false
            || thefts.contains { $0.victim == party && isSilenced($0, on: id) }
    }

    private mutating func offer(_ desk: Desk) {
        let draft =
            random.chance(70)
            ? edit(desk, offeringClosing: true)
            : random.chance(60) ? rosterChange(desk, offeringClosing: true) : ruleChange(desk, offeringClosing: true)
        guard let subject = publish(draft, by: desk.party), builder.ground.isWellFormed(subject),
            let completing = publish(completion(of: subject), by: desk.party),
            let abandoning = publish(builder.closing(subject, .abandoned), by: desk.party)
        else { return }
        let silent = random.chance(15) ? [] : Set(random.shuffled(parties).prefix(random.within(1...2)))
        var offer = Offer(subject: subject, completing: completing, abandoning: abandoning, silent: silent)
        if relies(completing, on: "rule/closing"),
            let outer = publish(builder.closing(completing, .complete), by: desk.party)
        {
            offer.outer = outer
            provisos[completing] = Proviso(wary: Set(parties), provided: [outer], isFirm: true)
        }
        offers.append(offer)
        let wary = Set(random.chance(75) ? parties : random.some(of: parties, percent: 60))
        provisos[subject] = Proviso(wary: wary, provided: [completing], isFirm: random.chance(80))
    }

    /// Now and then not built on the change of the constitution that it completes; or it relies on the rule for closings
    /// itself, and is to be closed in turn.
    private mutating func completion(of subject: String) -> ReferenceInstrument {
        var draft = builder.closing(subject, .complete)
        guard let offered = builder.ground.instruments[subject] else { return draft }
        if random.chance(15) {
            draft.after = offered.directGround
        } else if random.chance(8), !offered.changesConstitution {
            for (provision, version) in offered.base where Provision.isRuleOrRoster(provision) {
                draft.base.updateValue(version, forKey: provision)
            }
        }
        return draft
    }

    private func relies(_ id: String, on provision: String) -> Bool {
        builder.ground.instruments[id]?.base[provision] != nil
    }

    /// After it was abandoned: something else instead, or without the silent; or back to it after all.
    private mutating func goOn(from offer: Offer, _ desk: Desk, _ reference: Reference) {
        switch random.below(10) {
        case ..<7:
            let isExpelling = !offer.silent.isEmpty && random.chance(60)
            let draft = isExpelling ? expulsion(of: offer.silent, after: offer, desk) : instead(of: offer, desk)
            publish(draft, by: desk.party)
        case ..<8: turnBack(to: offer, desk, reference)
        case ..<9: publish(builder.closing(offer.subject, .abandoned, naming: desk.rivals), by: desk.party)
        default:
            let light = builder.draft([:], on: desk.force, replacing: [offer.completing], voiding: [someSeal()])
            publish(light, by: desk.party)
        }
    }

    /// Completes it after all, naming what was abandoned for it.
    private mutating func turnBack(to offer: Offer, _ desk: Desk, _ reference: Reference) {
        let rest = reference.instruments.filter { builder.ground.isBuilt($0, on: offer.abandoning) }
        let turn = builder.closing(offer.subject, .complete, replacing: rest.union([offer.abandoning]))
        guard let completing = publish(turn, by: desk.party) else { return }
        provisos[offer.subject] = Proviso(wary: Set(parties), provided: [completing], isFirm: true)
    }

    /// Takes back what completed something, by something light.
    private mutating func undo(_ offer: Offer, _ desk: Desk) {
        let closing = offer.outer ?? offer.completing
        var rest = desk
        rest.force = desk.force.filter { $0 != closing && !builder.ground.isBuilt($0, on: closing) }
        rest.text = builder.ground.text(of: rest.force)
        let hanging = desk.force.subtracting(rest.force).union([closing])
        guard var draft = edit(rest) else { return }
        draft.replaces.formUnion(hanging.subtracting(builder.view(of: draft.directGround)))
        publish(draft, by: desk.party)
    }

    /// The same provisions in other words, built on the abandonment.
    private mutating func instead(of offer: Offer, _ desk: Desk) -> ReferenceInstrument? {
        guard let subject = builder.ground.instruments[offer.subject] else { return nil }
        let changes = fitting(subject.changes, desk)
        guard !changes.isEmpty else { return nil }
        return built(changes, on: offer, desk)
    }

    private mutating func expulsion(
        of silent: Set<String>, after offer: Offer, _ desk: Desk
    ) -> ReferenceInstrument? {
        let contents = builder.ground.contents(of: desk.text)
        var changes: [String: ReferenceChange] = [:]
        for (provision, content) in contents.sorted(by: { precedesBytewise($0.key, $1.key) }) {
            guard case .roster(let holders, let isDormant) = content.matter else { continue }
            let staying = holders.filter { !silent.contains($0) }
            if staying.count < holders.count {
                changes[provision] = .set(.roster(staying, isDormant: isDormant))
            }
        }
        return changes.isEmpty ? nil : built(changes, on: offer, desk)
    }

    /// Without naming the subject: who sealed that only provided its closing is free.
    private func built(
        _ changes: [String: ReferenceChange], on offer: Offer, _ desk: Desk
    ) -> ReferenceInstrument {
        let rivals = desk.rivals.subtracting([offer.subject, offer.completing, offer.abandoning])
        var draft = builder.draft(changes, on: desk.force, naming: rivals)
        draft.after.insert(offer.abandoning)
        return draft
    }
}
