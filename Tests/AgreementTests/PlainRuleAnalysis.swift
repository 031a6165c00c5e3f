import Identity

@testable import Agreement

/// The figures of an analysis found the plain way: by trying every verdict of every party, as the evaluation judges
/// them.
///
/// Written without the analysis: it shares no code with it, and knows neither conditions nor diagrams.
struct PlainRuleAnalysis {
    let constitution: Constitution
    /// Everybody who may give a verdict; a set of them is a number, by its bits.
    let parties: [Identifier]

    init(_ constitution: Constitution, _ parties: [Identifier]) {
        self.constitution = constitution
        self.parties = parties
    }

    private var everybody: Int { (1 << parties.count) - 1 }

    // MARK: Verdicts

    private enum Voice {
        case silence
        case verdict(Seal.Verdict, in: [Identifier]?)
    }

    private func voices(of party: Identifier) -> [Voice] {
        let held = constitution.rosters.filter { $0.value.effectiveHolders.contains(party) }.map(\.key).sorted()
        let whole = [Seal.Verdict.accept, .abstain, .reject].map { Voice.verdict($0, in: nil) }
        return [.silence] + whole
            + held.flatMap { [.verdict(.accept, in: [$0]), .verdict(.abstain, in: [$0])] }
    }

    /// Whose commitments pass the class: each set for which some verdicts of exactly these parties, and rejections or
    /// silence of the others, meet its rule.
    func committing(toPass rule: Rule) -> Set<Int> {
        let requirement = requirement(rule, constitution.rosters)
        var sets: Set<Int> = []
        func choose(_ place: Int, _ verdicts: Verdicts, _ committed: Int) {
            guard place < parties.count else {
                if requirement.isMet(by: Consent(verdicts: verdicts)) { sets.insert(committed) }
                return
            }
            for voice in voices(of: parties[place]) {
                guard case .verdict(let verdict, let capacities) = voice else {
                    choose(place + 1, verdicts, committed)
                    continue
                }
                var more = verdicts
                more.add(verdict, by: parties[place], in: capacities)
                choose(place + 1, more, verdict.isCommitment ? committed | 1 << place : committed)
            }
        }
        choose(0, Verdicts(), 0)
        return sets
    }

    private func requirement(_ rule: Rule, _ rosters: [Identifier: Roster]) -> Requirement {
        Requirement(source: .founder, term: term(rule, rosters))
    }

    private func term(_ rule: Rule, _ rosters: [Identifier: Roster]) -> Requirement.Term {
        switch rule {
        case .need(let share, let standings, let counting):
            let electorate = Electorate(standings.map { ($0, rosters[$0]?.effectiveHolders ?? []) })
            return .need(share, electorate, counting: counting)
        case .party(let party): return .party(party)
        case .named: return .named([])
        case .all(let rules): return .all(rules.map { term($0, rosters) })
        case .any(let rules): return .any(rules.map { term($0, rosters) })
        }
    }

    // MARK: Coalitions

    /// Sets of parties whose plain acceptances pass the rule.
    func coalitions(_ rule: Rule) -> [Int] {
        let requirement = requirement(rule, constitution.rosters)
        return (0...everybody).filter { isMet(requirement, by: $0) }
    }

    private func isMet(_ requirement: Requirement, by coalition: Int) -> Bool {
        var verdicts = Verdicts()
        for (place, party) in parties.enumerated() where coalition & 1 << place != 0 {
            verdicts.add(.accept, by: party, in: nil)
        }
        return requirement.isMet(by: Consent(verdicts: verdicts))
    }

    static func fewestInCommon(_ ones: some Collection<Int>, _ others: some Collection<Int>) -> Int? {
        ones.flatMap { one in others.map { (one & $0).nonzeroBitCount } }.min()
    }

    func vetoHolders(_ sets: some Collection<Int>) -> [Identifier] {
        parties.enumerated().filter { place, _ in sets.allSatisfy { $0 & 1 << place != 0 } }.map(\.element).sorted()
    }

    func smallestBlockingSize(_ sets: some Collection<Int>) -> Int? {
        (0...everybody).filter { blocked in sets.allSatisfy { $0 & blocked != 0 } }.map(\.nonzeroBitCount).min()
    }

    /// How many of the parties that the rule counts may be silent: any so many, some so many.
    func silenceTolerated(_ sets: Set<Int>, among counted: Int) -> (worst: Int?, best: Int?) {
        let silences = (0...everybody).filter { $0 & ~counted == 0 }
        func passes(_ silent: Int) -> Bool { sets.contains { $0 & silent == 0 } }
        let worst = (0...parties.count).last { count in
            silences.filter { $0.nonzeroBitCount <= count }.allSatisfy(passes)
        }
        return (worst, silences.filter(passes).map(\.nonzeroBitCount).max())
    }

    // MARK: In steps

    /// Sets of parties that can pass the class by amending the constitution first, as often as it takes.
    func coalitionsInSteps(_ provisionClass: Identifier) -> [Int] {
        (0...everybody).filter { reaches(provisionClass, $0) }
    }

    private func reaches(_ provisionClass: Identifier, _ coalition: Int) -> Bool {
        var seen: Set<[Identifier: Roster]> = [constitution.rosters]
        var open = [constitution.rosters]
        while let rosters = open.popLast() {
            // With the rules in hand, or everybody's keys, anything can be passed.
            for name in [provisionClass, Identifier("rule")!, Identifier("party")!]
            where isMet(requirement(constitution.rules[name]!, rosters), by: coalition) { return true }
            guard isMet(requirement(constitution.rules[Identifier("roster")!]!, rosters), by: coalition) else {
                continue
            }
            for next in rostersAfter(rosters, coalition) where seen.insert(next).inserted { open.append(next) }
        }
        return false
    }

    /// Every way to write all rosters that enrols nobody who does not consent to it.
    private func rostersAfter(_ rosters: [Identifier: Roster], _ coalition: Int) -> [[Identifier: Roster]] {
        var results: [[Identifier: Roster]] = [[:]]
        for (standing, roster) in rosters {
            let holders = parties.enumerated().filter { place, party in
                coalition & 1 << place != 0 || roster.effectiveHolders.contains(party)
            }.map(\.element)
            let choices = (0..<(1 << holders.count)).map { chosen in
                Roster(holders: holders.enumerated().filter { chosen & 1 << $0.offset != 0 }.map(\.element))
            }
            results = results.flatMap { result in
                choices.map { choice in result.merging([standing: choice]) { $1 } }
            }
        }
        return results
    }
}
