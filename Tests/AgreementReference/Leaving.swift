/// Parties that leave: of all rosters at once that they hold in force, with all that they committed to.
extension HistoryGenerator {
    /// Takes those who left off a roster, or asks them back.
    mutating func changeOfLeavers(_ desk: Desk) -> ReferenceInstrument? {
        let contents = builder.ground.contents(of: desk.text)
        let rosters = contents.keys.filter { contents[$0]?.awakeHolders.isEmpty == false }.sortedBytewise()
        guard let provision = random.pick(rosters), let holders = contents[provision]?.awakeHolders else { return nil }
        let leavers = holders.intersection(hasLeft)
        if let returning = random.pick(hasLeft.subtracting(holders).sortedBytewise()), random.chance(70) {
            silent.remove(returning)
            let all = holders.union([returning]).sortedBytewise()
            return builder.draft([provision: .set(.roster(all))], on: desk.force, naming: desk.rivals)
        }
        guard !leavers.isEmpty, leavers.count < holders.count else { return edit(desk) }
        let rest = holders.subtracting(leavers).sortedBytewise()
        return builder.draft([provision: .set(.roster(rest))], on: desk.force, naming: desk.rivals)
    }

    mutating func leave() {
        let staying = parties.filter { !hasLeft.contains($0) }
        guard let party = random.pick(staying), staying.count > 1 else { return }
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
        let isNotice = random.chance(20)
        let place = builder.withdraw(
            party, under: keys, isNotice ? .notice : .effect, from: rosters, committed: committed)
        nodes[party]?.knowledge.withdrawals.insert(place)
        if isNotice { return }
        hasLeft.insert(party)
        if random.chance(50) { silent.insert(party) }
    }
}
