internal import Agreement
internal import Identity

// The changes to the constitution: parties, rosters, rules.

extension AmendmentReader {
    mutating func readParty(
        _ change: WrittenChange, _ load: (String) throws -> PartyCard?, _ findings: inout Findings
    ) {
        guard let party = change.identifier(&findings),
            party.isName(within: ReservedProvision.record, "party", &findings)
        else { return }
        guard partiesWritten.insert(party.value).inserted else {
            reportTwice(party, &findings)
            return
        }
        parties.insert(party.value)
        guard let node = change.fields.required("card", &findings),
            let path = node.scalar("The card of \(change.about)", &findings)
        else { return }
        cards.take(party.value, at: node.place, named: path, &findings) { try load(path) }
    }

    mutating func readRoster(_ change: WrittenChange, _ findings: inout Findings) {
        guard let standing = change.identifier(&findings),
            standing.isName(within: ReservedProvision.roster, "standing", &findings),
            let holders = change.fields.required("holders", &findings)
        else { return }
        let what = "The standing \(standing.value.string.quoted)"
        let roster = Roster(
            holders: holders, dormant: change.fields["dormant"], what, parties, &findings)
        if rosters[standing.value] != nil { reportTwice(standing, &findings) }
        rosters[standing.value] = Placed(value: roster ?? Roster(holders: []), place: standing.place)
        if roster == nil { rostersAreSound = false }
    }

    mutating func readRule(_ change: WrittenChange, _ findings: inout Findings) {
        guard let provisionClass = change.identifier(&findings),
            provisionClass.isName(within: ReservedProvision.rule, "class", &findings),
            let node = change.fields.required("is", &findings),
            let rule = node.rule("The rule of \(provisionClass.value.string.quoted)", &findings)
        else { return }
        if rules[provisionClass.value] != nil { reportTwice(provisionClass, &findings) }
        rules[provisionClass.value] = rule
    }

    /// Reports rules that cannot be met once the file's rosters and rules stand: those it writes, and those whose
    /// ground it takes away.
    func checkConstitution(_ findings: inout Findings) {
        var rostersAfter = rostersInForce
        for (standing, roster) in rosters { rostersAfter[standing] = roster.value }
        let after = RuleCheck(rosters: rostersAfter, parties: parties)
        for (provisionClass, rule) in rules.sorted(by: { $0.key < $1.key }) {
            let what = "The rule of \(provisionClass.string.quoted)"
            after.check(rule, what, &findings, counting: rostersAreSound)
        }
        guard rostersAreSound, let place = rosters.values.map(\.place).min(by: { $0.line < $1.line }) else { return }
        let before = RuleCheck(rosters: rostersInForce, parties: parties)
        for (provisionClass, rule) in rulesInForce.sorted(by: { $0.key < $1.key }) where rules[provisionClass] == nil {
            guard before.canBeMet(rule), let obstacle = after.obstacles(in: WrittenRule(rule, at: place)).first
            else { continue }
            findings.report(
                .impossibleRule, at: place,
                "With these rosters the rule of \(provisionClass.string.quoted) can never be met: \(obstacle.value) Or "
                    + "write a new rule in the same file.")
        }
    }

    private func reportTwice(_ name: Placed<Identifier>, _ findings: inout Findings) {
        findings.report(
            .contradictoryChanges, at: name.place,
            "\(name.value.string.quoted) is written twice in this file. Put both changes into one.")
    }
}
