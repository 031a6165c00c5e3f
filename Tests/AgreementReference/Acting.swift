/// What parties do, one after the other: they propose, change their keys, leave, lie.
extension HistoryGenerator {
    /// What lies before a proposer.
    struct Desk {
        let party: String
        /// What to draft on.
        var force: Set<String>
        var text: [String: String]
        let rivals: Set<String>
    }

    mutating func act() {
        guard let actor = random.pick(parties.filter { !silent.contains($0) }) else { return }
        if !isShared, random.chance(3), let party = random.pick(parties) { forget(party) }
        if random.chance(25), let decided = random.pick(hesitating.keys.sortedBytewise()) { hesitating[decided] = nil }
        let reference = reference(of: actor)
        let force = reference.inForce
        if !snapshots.contains(force) { snapshots.append(force) }
        let desk = Desk(
            party: actor, force: force, text: builder.ground.text(of: force), rivals: rivals(in: reference, of: actor))
        if random.chance(70) { actOnTheme(desk, reference) } else { actAtRandom(desk, reference) }
    }

    private mutating func actOnTheme(_ desk: Desk, _ reference: Reference) {
        switch theme {
        case .linked: linked(desk, count: random.chance(80) ? 2 : 3)
        case .replacing:
            switch random.below(100) {
            case _ where !hesitating.isEmpty && random.chance(20): goOn(desk, reference)
            case ..<60:
                let draft = replacement(desk, reference)
                guard let id = publish(draft, by: desk.party) else { return }
                if random.chance(40) { hesitate(over: id) }
                guard random.chance(12) else { return }
                provisos[id] = Proviso(
                    wary: Set(parties), provided: Array((draft?.replaces ?? []).sortedBytewise().prefix(1)))
            case ..<70: goOn(desk, reference)
            case ..<80: partWays(desk)
            case ..<90: publish(ahead(desk, reference), by: desk.party)
            default: publish(rebased(desk, reference), by: desk.party)
            }
        case .rosters: publish(random.chance(75) ? rosterChange(desk) : ruleChange(desk), by: desk.party)
        case .abstaining: publish(edit(desk), by: desk.party)
        case .offering: goOnWithOffers(desk, reference)
        case .keys: if random.chance(85) { changeSomeKeys() } else { publish(voidingUndisputed(desk), by: desk.party) }
        case .theft: goOnWithThefts(desk, reference)
        case .leaving:
            switch random.below(100) {
            case ..<25: walkOut(desk)
            case ..<65: leave()
            default: publish(hasLeft.isEmpty ? edit(desk) : changeOfLeavers(desk), by: desk.party)
            }
        case .rivals:
            if random.chance(65) { rivalPair(desk) } else { publish(ahead(desk, reference), by: desk.party) }
        case .breaking: if random.chance(70) { publish(broken(desk), by: desk.party) } else { overlook(desk) }
        case .anything: actAtRandom(desk, reference)
        }
    }

    private mutating func actAtRandom(_ desk: Desk, _ reference: Reference) {
        switch random.below(100) {
        case ..<26: publish(random.chance(50) ? edit(desk) : addition(desk), by: desk.party)
        case ..<32: publish(moving(desk), by: desk.party)
        case ..<36: publish(repealing(desk), by: desk.party)
        case ..<45: publish(rosterChange(desk), by: desk.party)
        case ..<49: publish(ruleChange(desk), by: desk.party)
        case ..<53: publish(recordChange(desk), by: desk.party)
        case ..<59: linked(desk, count: 2)
        case ..<66: publish(replacement(desk, reference), by: desk.party)
        case ..<72: rivalPair(desk)
        case ..<73: publish(stale(desk), by: desk.party)
        case ..<74: goOn(desk, reference)
        case ..<76: publish(ahead(desk, reference), by: desk.party)
        case ..<80: publish(rebased(desk, reference), by: desk.party)
        case ..<84: publish(broken(desk), by: desk.party)
        case ..<85: overlook(desk)
        case ..<90: goOnWithOffers(desk, reference)
        case ..<94: changeSomeKeys()
        case ..<97: goOnWithThefts(desk, reference)
        default: leave()
        }
    }

    /// Known instruments not in force that somebody committed to, or the party itself: naming them frees their parties.
    private func rivals(in reference: Reference, of party: String) -> Set<String> {
        let own = Set((remembered[party] ?? []).filter(\.verdict.commits).map(\.instrument))
        return reference.instruments.filter {
            builder.ground.isWellFormed($0) && (own.contains($0) || !reference.committed(to: $0).isEmpty)
        }
    }

    /// Two proposals for one provision, neither knowing of the other.
    private mutating func rivalPair(_ desk: Desk) {
        guard let one = edit(desk), let provision = one.changes.keys.sortedBytewise().first,
            case .set(var content) = one.changes[provision]
        else { return }
        content.words = words()
        let rivals = random.chance(50) ? desk.rivals : []
        let other = builder.draft([provision: .set(content)], on: desk.force, naming: rivals)
        let author = random.pick(parties) ?? desk.party
        let ground = judged(by: desk.party)
        nodes[author]?.knowledge.instruments.formUnion(ground)
        publish(one, by: desk.party)
        publish(other, by: author)
    }

    /// Several instruments that some seal only provided the next.
    private mutating func linked(_ desk: Desk, count: Int) {
        var drafts: [ReferenceInstrument] = []
        var taken: Set<String> = []
        for _ in 0..<count {
            guard let draft = edit(desk, avoiding: taken) else { break }
            taken.formUnion(draft.base.keys.filter { Provision.reservedClass(of: $0) == nil })
            drafts.append(draft)
        }
        let ids = drafts.compactMap { publish($0, by: desk.party) }
        guard ids.count > 1 else { return }
        for (position, id) in ids.enumerated() {
            let wary = Set(random.some(of: parties, percent: 60))
            provisos[id] = Proviso(wary: wary, provided: [ids[(position + 1) % ids.count]])
        }
    }

    private mutating func stale(_ desk: Desk) -> ReferenceInstrument? {
        guard let force = random.pick(snapshots), force.isSubset(of: judged(by: desk.party))
        else { return nil }
        var old = desk
        old.force = force
        old.text = builder.ground.text(of: force)
        return edit(old)
    }
}
