internal import BitCollections
internal import Cryptography
internal import Identity

/// What a party's withdrawal spares an electorate: the standings in which it need not be waited for.
///
/// Source: `Docs/Specification/agreement.md`, section "Withdrawals".
struct Excuse: Hashable, Sendable {
    let withdrawal: Digest
    let party: Identifier
    let standings: Set<Identifier>
}

extension Structure {
    /// What a withdrawal excuses from among these standings, in the versions that a set without conflicts has; nil if
    /// nothing.
    func excuse(_ withdrawal: WithdrawalGiven, from standings: [Identifier], among text: BitSet) -> Excuse? {
        let left = standings.filter { standing in
            withdrawal.rosters[standing].map { hasLeft(withdrawal.party, standing, in: $0, among: text) } ?? false
        }
        return left.isEmpty
            ? nil : Excuse(withdrawal: withdrawal.id, party: withdrawal.party, standings: Set(left))
    }

    /// True if the party has held the standing in the version it names and in every later one: whoever was added anew
    /// has accepted anew, and is not excused by what it said before.
    private func hasLeft(
        _ party: Identifier, _ standing: Identifier, in version: InstrumentID, among text: BitSet
    ) -> Bool {
        guard let provision = ReservedProvision.roster(of: standing) else { return false }
        var current = newestWriter(of: provision, among: text)
        while let index = current {
            guard case .roster(let roster)? = instruments[index].change(to: provision)?.content?.reserved,
                roster.effectiveHolders.contains(party)
            else { return false }
            if instruments[index].id == version { return true }
            current = (instruments[index].base[provision] ?? nil).flatMap { indexOf[$0] }
        }
        return false
    }
}

extension Electorate {
    /// The parties that are excused in every standing that they hold here, ascending.
    ///
    /// - Parameter hears: whether a withdrawal excuses its party from the instrument that is judged.
    func excused(hearing hears: (Digest) -> Bool) -> [Identifier] {
        var left: [Identifier: Set<Identifier>] = [:]
        for excuse in excuses where hears(excuse.withdrawal) {
            left[excuse.party, default: []].formUnion(excuse.standings)
        }
        return left.filter { party, standings in standingsOf[party].map(standings.isSuperset(of:)) ?? false }
            .keys.sorted()
    }
}

extension Structure {
    /// True if a withdrawal, whatever the standing, speaks of an instrument: made in the chain of its party's newest
    /// record beneath, and with nothing in what the party has committed to that an honest party would hold against it.
    ///
    /// So whoever is excused counts as one that would have refused what its word speaks against, and any two that pass
    /// still have somebody in common who would not have consented to both.
    func speaks(_ withdrawal: WithdrawalGiven, of index: Index) -> Bool {
        guard let record = ReservedProvision.record(of: withdrawal.party),
            root(record, beneath: index) == withdrawal.chain, withdrawal.committed.allSatisfy(isJudged)
        else { return false }
        return withdrawal.committed.allSatisfy { id in
            // Nothing that it is built on speaks against it: a well-formed instrument's ground is sound.
            guard let earlier = indexOf[id], earlier != index, wellFormed.contains(earlier),
                !isBuilt(index, on: earlier)
            else { return true }
            return objections(toCommittingTo: index, after: earlier).isEmpty
        }
    }

    /// True if it is known whether an instrument is well formed.
    func isJudged(_ id: InstrumentID) -> Bool { indexOf[id] != nil || awaiting.illFormed.contains(id) }

    /// True if a withdrawal leaves some standing in a text that the needs of an instrument are read in.
    func leavesSomeStanding(_ withdrawal: WithdrawalGiven, on index: Index) -> Bool {
        guard !instruments[index].isFounding else { return false }
        let standings = withdrawal.rosters.keys.sorted()
        let replaced = broughtAlong(by: index)
        let texts =
            replaced.union([index]).map { ancestors[closes[$0] ?? $0] }
            + replaced.intersection(constitutional).map { ancestors[$0].union([$0]) }
        return texts.contains { excuse(withdrawal, from: standings, among: $0) != nil }
    }
}
