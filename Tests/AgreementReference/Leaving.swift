/// Parties that leave: of all rosters at once that they hold in force, with all that they committed to.
extension HistoryGenerator {
    /// Takes those who left off a roster; asks them back; and then, while they are silent, proposes what all are asked for.
    mutating func changeOfLeavers(_ desk: Desk) -> ReferenceInstrument? {
        let contents = builder.ground.contents(of: desk.text)
        let rosters = contents.keys.filter { contents[$0]?.awakeHolders.isEmpty == false }.sortedBytewise()
        let provision = random.chance(60) ? "roster/key-state" : random.pick(rosters) ?? ""
        guard let holders = contents[provision]?.awakeHolders else { return nil }
        func amend(_ content: ReferenceContent, _ provision: String) -> ReferenceInstrument {
            builder.draft([provision: .set(content)], on: desk.force, naming: desk.rivals)
        }
        let returned = readmitted.intersection(holders).sortedBytewise()
        if let party = random.pick(returned), random.chance(70) {
            silent.insert(party)  // an old effect does not excuse from what it came back to
            guard let asked = random.pick(askedAll(in: contents)), var content = contents[asked] else {
                return edit(desk)
            }
            content.words = words()
            return amend(content, asked)
        }
        if let returning = random.pick(hasLeft.subtracting(holders).sortedBytewise()), random.chance(80) {
            silent.remove(returning)
            readmitted.insert(returning)
            return amend(.roster(holders.union([returning]).sortedBytewise()), provision)
        }
        let leavers = holders.intersection(hasLeft).subtracting(readmitted)
        guard !leavers.isEmpty, leavers.count < holders.count else { return edit(desk) }
        return amend(.roster(holders.subtracting(leavers).sortedBytewise()), provision)
    }

    /// The articles for which all key states are asked.
    private func askedAll(in contents: [String: ReferenceContent]) -> [String] {
        contents.keys.filter { provision in
            guard Provision.reservedClass(of: provision) == nil, let content = contents[provision],
                case .rule(let rule) = contents[Provision.rule(content.provisionClass)]?.matter
            else { return false }
            return rule == .need(.all, of: ["key-state"])
        }.sortedBytewise()
    }

    /// Several promise one thing and leave, in this order or the other, and the rest is asked for another, which excludes
    /// it and needs all of them.
    mutating func walkOut(_ desk: Desk) {
        let contents = builder.ground.contents(of: desk.text)
        let articles = contents.keys.filter { Provision.reservedClass(of: $0) == nil }.sortedBytewise()
        let asked = askedAll(in: contents)
        let staying = (contents["roster/key-state"]?.awakeHolders ?? []).subtracting(hasLeft).subtracting(silent)
        let leaving = random.shuffled(staying.sortedBytewise()).dropLast()
        guard !leaving.isEmpty, let promised = random.pick(articles.filter { !asked.contains($0) }),
            let other = random.pick(asked), var one = contents[promised],
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
