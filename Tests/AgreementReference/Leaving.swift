/// Parties that leave: of all rosters at once that they hold in force, with all that they committed to.
extension HistoryGenerator {
    /// Takes those who left off a roster, or asks them back.
    mutating func changeOfLeavers(_ desk: Desk) -> ReferenceInstrument? {
        let contents = builder.ground.contents(of: desk.text)
        let rosters = contents.keys.filter { contents[$0]?.awakeHolders.isEmpty == false }.sortedBytewise()
        guard let provision = random.pick(rosters), let holders = contents[provision]?.awakeHolders else { return nil }
        let returned = readmitted.intersection(holders).sortedBytewise()
        if let party = random.pick(returned), random.chance(50) {
            silent.insert(party)  // an old effect does not excuse from what it came back to
            return edit(desk)
        }
        let leavers = holders.intersection(hasLeft).subtracting(readmitted)
        if let returning = random.pick(hasLeft.subtracting(holders).sortedBytewise()), random.chance(70) {
            silent.remove(returning)
            readmitted.insert(returning)
            let all = holders.union([returning]).sortedBytewise()
            return builder.draft([provision: .set(.roster(all))], on: desk.force, naming: desk.rivals)
        }
        guard !leavers.isEmpty, leavers.count < holders.count else { return edit(desk) }
        let rest = holders.subtracting(leavers).sortedBytewise()
        return builder.draft([provision: .set(.roster(rest))], on: desk.force, naming: desk.rivals)
    }

    /// Several promise one thing and leave, in this order or the other, and the rest is asked for another, which excludes
    /// it and needs all of them.
    mutating func walkOut(_ desk: Desk) {
        let contents = builder.ground.contents(of: desk.text)
        let articles = contents.keys.filter { Provision.reservedClass(of: $0) == nil }.sortedBytewise()
        func asksAll(_ provision: String) -> Bool {
            guard case .rule(let rule) = contents[Provision.rule(contents[provision]?.provisionClass ?? "")]?.matter
            else { return false }
            return rule == .need(.all, of: ["key-state"])
        }
        let staying = (contents["roster/key-state"]?.awakeHolders ?? []).subtracting(hasLeft).subtracting(silent)
        let leaving = random.shuffled(staying.sortedBytewise()).dropLast()
        guard !leaving.isEmpty, let promised = random.pick(articles.filter { !asksAll($0) }),
            let other = random.pick(articles.filter(asksAll)), var one = contents[promised],
            var another = contents[other]
        else { return }
        one.words = words()
        another.words = words()
        let promise = builder.draft([promised: .set(one)], on: desk.force, naming: desk.rivals)
        let excluding = builder.draft([other: .set(another)], on: desk.force, relyingOn: [promised])
        guard let id = publish(promise, by: desk.party) else { return }
        let leavesFirst = random.chance(50)
        for party in leaving {
            learnEverything(party)
            if leavesFirst { leave(party, .effect) }
            consider(id, by: party)
            if !leavesFirst { leave(party, .effect) }
        }
        unanswering[id] = staying.subtracting(leaving)
        guard let rival = publish(excluding, by: desk.party) else { return }
        unanswering[rival] = Set(leaving)
    }

    mutating func leave() {
        let staying = parties.filter { !hasLeft.contains($0) }
        guard let party = random.pick(staying), staying.count > 1 else { return }
        leave(party, random.chance(20) ? .notice : .effect)
        if hasLeft.contains(party), random.chance(50) { silent.insert(party) }
    }

    private mutating func leave(_ party: String, _ stage: ReferenceWithdrawal.Stage) {
        let reference = reference(of: party)
        let text = reference.textInForce
        let contents = builder.ground.contents(of: text)
        guard let root = contents[Provision.party(party)]?.root?.id, let keys = builder.usableKeys(in: root) else {
            return
        }
        var rosters: [String: String] = [:]
        for (provision, content) in contents where content.awakeHolders.contains(party) {
            rosters[Provision.name(in: provision)] = text[provision]
        }
        guard !rosters.isEmpty else { return }
        var committed = Set((remembered[party] ?? []).filter(\.verdict.commits).map(\.instrument))
        if liars.contains(party) { committed = Set(random.some(of: committed.sortedBytewise(), percent: 50)) }
        let place = builder.withdraw(party, under: keys, stage, from: rosters, committed: committed)
        nodes[party]?.knowledge.withdrawals.insert(place)
        if stage == .effect { hasLeft.insert(party) }
    }
}
