/// Parties change their keys, thieves use what they stole, and others confirm it or do not.
extension HistoryGenerator {
    struct Theft {
        let victim: String
        let root: String
        /// The record whose seal keys were stolen first.
        let stolen: String
        /// The record that the thief has the seal keys of now.
        var keys: String
        /// The thief did.
        var hasRotated = false
        /// The victim did, by its seal keys, which settles nothing if the thief does so, too.
        var victimHasRotated = false
        /// The keys were never the victim's.
        var isFrame = false
        /// The victim gives no verdict of its own until that is settled, so that the thief's may decide …
        var isQuiet = false
        /// … and none on these ever.
        var sealed: Set<String> = []
    }

    func isSilenced(_ theft: Theft, on id: String) -> Bool {
        theft.isQuiet && ((remedies[theft.victim] ?? []).isEmpty || theft.sealed.contains(id))
    }

    /// The root whose keys a party uses where nothing more was brought: that of the founding, or the newest it knows.
    private mutating func root(of party: String) -> String? {
        let reference = reference(of: party)
        return builder.ground.contents(of: reference.textInForce)[Provision.party(party)]?.root?.id
    }

    /// What a party made under the keys of a chain, and stands by.
    private func own(_ party: String, under root: String) -> [String] {
        let seals = (remembered[party] ?? []).filter { builder.keyRecords[$0.keys]?.root == root }.map(\.id)
        let withdrawals = builder.withdrawals.filter { $0.party == party && builder.keyRecords[$0.keys]?.root == root }
        return Set(seals + withdrawals.map(\.id)).sortedBytewise()
    }

    private mutating func state(
        _ root: String, over previous: String? = nil, to record: ReferencePartyRecord?,
        by authority: HistoryBuilder.Authority, of party: String
    ) -> String {
        var acknowledged = own(party, under: root)
        if liars.contains(party), random.chance(60) { acknowledged = random.some(of: acknowledged, percent: 50) }
        let place = builder.changeKeys(
            of: root, over: previous, to: record, by: authority, acknowledging: acknowledged)
        nodes[party]?.knowledge.statements.insert(place)
        return builder.statements[place].id
    }

    // MARK: A party's own changes

    mutating func changeSomeKeys() {
        let free = parties.filter { party in !thefts.contains { $0.victim == party } }
        let lying = free.filter(liars.contains)
        let some = !lying.isEmpty && random.chance(60) ? lying : free
        guard let party = random.pick(some), let root = root(of: party), let used = builder.keysInUse[root],
            let old = builder.keyRecords[used]
        else { return }
        let hasRecovery = old.held.recovery.threshold > 0
        guard old.record != nil else {
            if hasRecovery { _ = state(root, to: rotated(old, of: party), by: .recovery, of: party) }
            return
        }
        let byRecovery = hasRecovery && random.chance(25)
        if hasRecovery, random.chance(30) {
            _ = state(root, to: nil, by: byRecovery ? .recovery : .seal, of: party)
        } else if liars.contains(party), random.chance(75), old.version > 0, let fork = builder.keyRecords[root] {
            _ = state(root, over: root, to: rotated(fork, of: party), by: .seal, of: party)
        } else {
            _ = state(root, to: rotated(old, of: party), by: byRecovery ? .recovery : .seal, of: party)
        }
    }

    /// New keys: those committed to before where there are such, else others; sometimes all at once.
    private mutating func rotated(_ old: HistoryBuilder.KeyRecord, of party: String) -> ReferencePartyRecord {
        var record = builder.newKeys(of: party, HistoryBuilder.KeyShape(hasRecovery: true, hasNext: random.chance(20)))
        if let next = old.held.next { record.seal = next }
        if random.chance(60) {
            record.recovery = old.held.recovery
            record.nodes = old.held.nodes
        }
        return record
    }

    // MARK: Thieves

    mutating func goOnWithThefts(_ desk: Desk, _ reference: Reference) {
        if thefts.isEmpty || thefts.count < 2 && random.chance(8) { return random.chance(25) ? frame() : steal(desk) }
        let disputed = reference.disputed.subtracting(reference.void)
        if random.chance(8) { publish(voidingUndisputed(desk), by: desk.party) }
        if !disputed.isEmpty, random.chance(65) {
            publish(voiding(disputed, desk), by: desk.party)
        } else if let place = random.pick(Array(thefts.indices)), random.chance(45) {
            remedy(place)
        } else if let place = random.pick(Array(thefts.indices)) {
            useStolenKeys(place)
        }
    }

    private mutating func steal(_ desk: Desk) {
        let honest = parties.filter { party in
            !liars.contains(party) && !thefts.contains { $0.victim == party }
        }
        let contents = builder.ground.contents(of: desk.text)
        let keyStates = honest.filter { contents["roster/key-state"]?.awakeHolders.contains($0) ?? false }
        guard let victim = random.pick(random.chance(75) ? keyStates : honest), let root = root(of: victim),
            let keys = builder.usableKeys(in: root)
        else { return }
        thefts.append(Theft(victim: victim, root: root, stolen: keys, keys: keys, isQuiet: random.chance(70)))
        publish(edit(desk), by: desk.party)
        useStolenKeys(thefts.count - 1)
    }

    /// A liar proposes a record of somebody else with keys that it holds itself, and enrols itself with them.
    private mutating func frame() {
        guard let liar = random.pick(liars.sortedBytewise()),
            let victim = random.pick(parties.filter { !liars.contains($0) })
        else { return }
        let force = reference(of: liar).inForce
        let content = builder.newRecord(of: victim)
        guard let root = content.root,
            let id = publish(builder.draft([Provision.party(victim): .set(content)], on: force), by: liar)
        else { return }
        framing.insert(id)
        thefts.append(Theft(victim: victim, root: root.id, stolen: root.id, keys: root.id, isFrame: true))
        useStolenKeys(thefts.count - 1)
    }

    private mutating func useStolenKeys(_ place: Int) {
        let theft = thefts[place]
        let isSettled = !(remedies[theft.victim] ?? []).isEmpty
        if !isSettled, !theft.isFrame, !theft.hasRotated, random.chance(35) { return rotateStolen(place) }
        let open = builder.ground.instruments.values.filter {
            builder.ground.isWellFormed($0.id) && $0.number + 9 > builder.ground.instruments.count && !$0.isFounding
        }.sorted { $0.number < $1.number }
        for instrument in open where random.chance(60) {
            let seal = builder.seal(
                instrument.id, by: theft.victim, random.chance(85) ? .accept : .abstain, under: theft.keys)
            thefts[place].sealed.insert(instrument.id)
            forged.insert(builder.seals[seal].id)
            if let witness = random.pick(parties) { nodes[witness]?.knowledge.seals.insert(seal) }
        }
    }

    /// The thief changes the keys before the victim does; where the next keys were committed to, it can only freeze.
    private mutating func rotateStolen(_ place: Int) {
        let theft = thefts[place]
        guard let old = builder.keyRecords[theft.keys], old.record != nil,
            theft.victimHasRotated || builder.usableKeys(in: theft.root) == theft.keys
        else { return }
        let record = old.held.next == nil ? builder.newKeys(of: theft.victim, .plain) : nil
        let number = builder.changeKeys(
            of: theft.root, over: theft.keys, to: record, by: .seal,
            acknowledging: builder.seals.filter { $0.party == theft.victim }.map(\.id), isOwn: false)
        thefts[place].hasRotated = true
        if record != nil { thefts[place].keys = builder.statements[number].id }
        if let witness = random.pick(parties) { nodes[witness]?.knowledge.statements.insert(number) }
    }

    /// The victim freezes or changes its keys: by its recovery keys, or else by its seal keys if it is the first.
    private mutating func remedy(_ place: Int) {
        let theft = thefts[place]
        guard (remedies[theft.victim] ?? []).isEmpty, let old = builder.keyRecords[theft.stolen], !theft.isFrame else {
            return
        }
        let hasRecovery = old.held.recovery.threshold > 0
        guard hasRecovery || !theft.hasRotated else { return }
        if hasRecovery, !theft.hasRotated, !theft.victimHasRotated, random.chance(40) {
            thefts[place].victimHasRotated = true
            _ = state(theft.root, to: rotated(old, of: theft.victim), by: .seal, of: theft.victim)
            return
        }
        let isFreeze = hasRecovery && random.chance(30)
        let statement = state(
            theft.root, over: theft.stolen, to: isFreeze ? nil : rotated(old, of: theft.victim),
            by: hasRecovery ? .recovery : .seal, of: theft.victim)
        remedies[theft.victim, default: []].append(statement)
    }

    private mutating func voiding(_ disputed: Set<String>, _ desk: Desk) -> ReferenceInstrument? {
        var voids = random.chance(70) ? disputed : Set(random.some(of: disputed.sortedBytewise(), percent: 60))
        guard !voids.isEmpty else { return nil }
        if random.chance(20) { voids.insert(someSeal()) }
        return builder.draft(
            [:], on: desk.force, voiding: voids, naming: random.chance(50) ? desk.rivals : [])
    }

    /// Tries to take back what others gave: a seal on something in force, or all that was sealed at the founding.
    mutating func voidingUndisputed(_ desk: Desk) -> ReferenceInstrument? {
        let given = builder.seals.filter { desk.force.contains($0.instrument) && $0.verdict.commits }
        let founding = given.filter { $0.instrument == builder.roadmap }.map(\.id)
        let others = given.filter { $0.instrument != builder.roadmap }.map(\.id)
        let voids = random.chance(35) ? Set(founding) : Set([random.pick(others)].compactMap { $0 })
        return voids.isEmpty ? nil : builder.draft([:], on: desk.force, voiding: voids, naming: desk.rivals)
    }
}
