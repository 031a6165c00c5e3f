internal import BitCollections
public import Cryptography
public import Identity

/// Why an honest party's own software does not let it give a verdict.
///
/// Source: `Docs/Specification/agreement.md`, section "What an honest node refuses to seal".
public enum Objection: Hashable, Sendable {
    /// The instrument is not among the records, or what it names is not.
    case notKnown(InstrumentID)
    case illFormed(IllFormedness)
    /// The party gave another verdict on it before.
    case otherVerdict(Seal.Verdict)
    /// The party has withdrawn, and need not be waited for in what this asks.
    case withdrawn
    /// The party committed before to one that replaces it.
    case replacedBy(InstrumentID)
    case conflictsWith(InstrumentID)
    /// The earlier one replaces, or conflicts with, what this one is built on.
    case groundReplacedBy(InstrumentID, ground: InstrumentID)
    case groundConflictsWith(InstrumentID, ground: InstrumentID)
    /// The earlier one is built on what this one replaces, or conflicts with.
    case earlierBuiltOnReplaced(InstrumentID, InstrumentID)
    case earlierBuiltOnRival(InstrumentID, InstrumentID)
    /// A condition is what the instrument itself replaces.
    case providedOnReplaced(InstrumentID)
    /// The rule of a class could not be met any more, whoever accepted.
    case leavesRuleUnmeetable(Identifier)
    /// Even with everybody's acceptance it would not stand; the ground that does not.
    case wouldNotStand(ground: [InstrumentID])
    /// It says that an instrument is complete, and that would not stand.
    case wouldCompleteNothing(InstrumentID)
    /// It would take out of standing what the party committed to, without naming it.
    case wouldTopple(InstrumentID)
    /// It would stand, but only while disputed seals and withdrawals are heard: itself, and the ground, that would not.
    case restsOnDisputed([InstrumentID])

    /// A party may set aside that something rests on what is disputed: else one that changes its keys, and acknowledges
    /// nothing, could lock out all others.
    public var maySetAside: Bool {
        if case .restsOnDisputed = self { true } else { false }
    }
}

extension Evaluation {
    /// What speaks against `party` giving this verdict, in the specification's order; empty if it may.
    ///
    /// The party has said what its binding seals say, and what seals say that count and are under the chain it seals
    /// under now; what one of its officials alone has signed is for that one's machine to remember.
    ///
    /// - Parameters:
    ///   - chain: the id of the record at the root of the key chain that the party is about to seal under; nil if it is
    ///     not known.
    ///   - remembered: verdicts of the party that are not among these records, as a machine offline remembers them,
    ///     given without condition. A commitment to an instrument that is not among them either cannot be weighed, and
    ///     speaks against every other. One that these records hold, too, adds nothing.
    public func objections(
        to verdict: Seal.Verdict, on id: InstrumentID, by party: Identifier, provided: [InstrumentID] = [],
        remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)] = [], under chain: Digest? = nil
    ) -> [Objection] {
        objections(
            to: verdict, on: id, by: party, provided: provided, under: chain,
            after: earlierWord(of: party, remembered: remembered, under: chain))
    }

    /// What a party has said on instruments that cannot be judged yet, by seals under a chain that are not disputed: for
    /// whoever asks what speaks against another one it is remembered, or an instrument that comes late finds both.
    public func verdictsOnUnknown(
        by party: Identifier, under chain: Digest
    ) -> [(instrument: InstrumentID, verdict: Seal.Verdict)] {
        seals.early(by: party, under: chain).map { ($0.instrument, $0.verdict) }
    }

    /// What a party is held to that seals under a chain, ready to be held against any number of instruments.
    func earlierWord(
        of party: Identifier, remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)] = [],
        under chain: Digest?, isForMany: Bool = false
    ) -> EarlierWord {
        let said = seals.said(by: party).filter { bindsOrIsOwn($0.seal, chain) }
        return EarlierWord(
            PartyWord(of: said, remembered: remembered, structure), structure, isForMany: isForMany)
    }

    func objections(
        to verdict: Seal.Verdict, on id: InstrumentID, by party: Identifier, provided: [InstrumentID] = [],
        under chain: Digest?, after earlier: EarlierWord
    ) -> [Objection] {
        let word = earlier.word
        if let other = word.verdicts(on: id).first(where: { $0 != verdict }) { return [.otherVerdict(other)] }
        guard verdict.isCommitment else { return [] }
        if let reason = illFormedness(of: id) { return [.illFormed(reason)] }
        guard let index = structure.indexOf[id] else { return [.notKnown(id)] }
        guard word.unknown.isEmpty else { return word.unknown.map { .notKnown($0) } }
        if hasWithdrawn(party, from: index, under: chain) { return [.withdrawn] }
        var objections = structure.objections(toCommittingTo: index, provided: provided, after: earlier)
        objections += structure.conditions(provided, outWith: index).map { .providedOnReplaced($0) }
        objections += structure.rulesMadeUnmeetable(by: index).map { .leavesRuleUnmeetable($0) }
        return objections.isEmpty ? objectionsOfEffect(index, earlier: earlier.committed) : objections
    }

    /// It would stand, complete what it says it completes, and topple nothing: with these records, and supposing that
    /// everybody accepted it without condition.
    private func objectionsOfEffect(_ index: Int, earlier: BitSet) -> [Objection] {
        let supposition = supposing(accepted: index)
        let standing = supposition.standingSet
        guard standing.contains(index) else {
            return [.wouldNotStand(ground: ids(structure.ancestors[index].subtracting(standing)))]
        }
        let undisputed = supposition.undisputedStanding
        var objections: [Objection] = []
        if let subject = structure.subjectCompleted(by: index), !undisputed.contains(subject) {
            objections.append(.wouldCompleteNothing(structure.instruments[subject].id))
        }
        objections += toppled(by: index, among: earlier, supposition).map { .wouldTopple(structure.instruments[$0].id) }
        guard objections.isEmpty, !undisputed.contains(index) else { return objections }
        return [.restsOnDisputed(ids(structure.ancestors[index].union([index]).subtracting(undisputed)))]
    }

    /// What stands now, is not named, and would not stand then. Not what falls because its disputed seals are void: else
    /// nobody who had committed to what a thief completed could confirm the theft.
    private func toppled(by index: Int, among earlier: BitSet, _ supposition: Evaluation) -> [Int] {
        let isVoiding = !structure.instruments[index].voids.isEmpty
        let standing = (isVoiding ? supposing(accepted: index, voiding: false) : supposition).standingSet
        let fallen = earlier.subtracting([index]).intersection(standingSet).subtracting(standing)
        return fallen.subtracting(BitSet(structure.replaces[index])).sorted(by: structure.precedes)
    }

    private func bindsOrIsOwn(_ seal: CountedSeal, _ chain: Digest?) -> Bool {
        !seal.isDisputed && (seal.chain == chain || isEstablished(seal.chain, of: seal.party))
    }

    private func hasWithdrawn(_ party: Identifier, from index: Int, under chain: Digest?) -> Bool {
        needs.withdrawals.values.contains { withdrawal in
            withdrawal.party == party && !withdrawal.isDisputed
                && (withdrawal.chain == chain || isEstablished(withdrawal.chain, of: party))
                && structure.speaks(withdrawal, of: index) && structure.leavesSomeStanding(withdrawal, on: index)
        }
    }
}

/// What a party has said, as far as it is held to it: by seals, and by what its machine remembers besides.
struct PartyWord {
    /// The instruments it committed to, and on each the conditions of every seal that commits.
    private(set) var conditions: [Int: [[InstrumentID]]] = [:]
    /// Commitments to what cannot be judged, ascending.
    private(set) var unknown: [InstrumentID] = []
    private var verdicts: [InstrumentID: Set<Seal.Verdict>] = [:]

    init(
        of said: [(index: Int, seal: CountedSeal)],
        remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)], _ structure: Structure
    ) {
        for (index, seal) in said {
            verdicts[structure.instruments[index].id, default: []].insert(seal.verdict)
            if seal.verdict.isCommitment { conditions[index, default: []].append(seal.provided) }
        }
        var untold: [InstrumentID: Int] = [:]
        for (instrument, verdict) in remembered {
            verdicts[instrument, default: []].insert(verdict)
            if verdict.isCommitment { untold[instrument, default: 0] += 1 }
        }
        for (instrument, count) in untold {
            guard let index = structure.indexOf[instrument] else {
                unknown.append(instrument)
                continue
            }
            if conditions[index, default: []].count < count { conditions[index, default: []].append([]) }
        }
        unknown.sort()
    }

    var committed: BitSet { BitSet(conditions.keys) }

    /// The same with one more commitment.
    func adding(_ provided: [InstrumentID], on index: Int) -> PartyWord {
        var word = self
        word.conditions[index, default: []].append(provided)
        return word
    }

    /// In the order accept, abstain, reject.
    func verdicts(on id: InstrumentID) -> [Seal.Verdict] {
        Seal.Verdict.allCases.filter { verdicts[id]?.contains($0) ?? false }
    }
}

extension Structure {
    /// True if a commitment to one of two is loose towards the other, so that neither speaks against the other.
    func areLoose(_ one: Index, _ other: Index, by word: PartyWord) -> Bool {
        isLoose(one, towards: other, by: word) || isLoose(other, towards: one, by: word)
    }

    /// True if a party that committed to `earlier` only on condition of its being closed as complete is not held to it
    /// towards `index`: that is, or is built on, a rival of each such closing, and the party has not closed it so, or by
    /// a closing under which `index` is out.
    private func isLoose(_ earlier: Index, towards index: Index, by word: PartyWord) -> Bool {
        guard let seals = word.conditions[earlier], let closings = closings[earlier] else { return false }
        let left = closings.filter { closing in
            guard subjectCompleted(by: closing) != nil,
                word.conditions[closing] == nil || supersedes(closing, index)
            else { return false }
            return !conflicts(of: closing, in: ancestors[index].union([index])).isEmpty
        }
        let ids = Set(left.map { instruments[$0].id })
        return seals.allSatisfy { conditions in conditions.contains(where: ids.contains) }
    }

    /// The clauses on two commitments, `index` after `earlier`, that are read from the instruments alone.
    ///
    /// What was replaced is out whenever what stands on its replacement stands, so it need not be named again there.
    /// Source: `Docs/Decisions/0017-…`.
    func objections(toCommittingTo index: Index, after earlier: Index) -> [Objection] {
        let theirs = instruments[earlier].id
        if replaces[earlier].contains(index) { return [.replacedBy(theirs)] }
        if replaces[index].contains(earlier) { return [] }
        var objections: [Objection] = []
        if !supersedes(index, earlier) {
            if conflict(index, earlier) { return [.conflictsWith(theirs)] }
            for replaced in replaces[earlier].sorted(by: precedes) where isBuilt(index, on: replaced) {
                objections.append(.groundReplacedBy(theirs, ground: instruments[replaced].id))
            }
        }
        for rival in conflicts(of: earlier, in: ancestors[index]).sorted(by: precedes)
        where !supersedes(rival, earlier) {
            objections.append(.groundConflictsWith(theirs, ground: instruments[rival].id))
        }
        for replaced in replaces[index].sorted(by: precedes) where isBuilt(earlier, on: replaced) {
            objections.append(.earlierBuiltOnReplaced(theirs, instruments[replaced].id))
        }
        for rival in conflicts(of: index, in: ancestors[earlier]).sorted(by: precedes) {
            objections.append(.earlierBuiltOnRival(theirs, instruments[rival].id))
        }
        return objections
    }

    /// Of the conditions of a seal on an instrument those that cannot stand once it does, ascending: it, or what it is
    /// built on, replaces them, or something that they are built on.
    fileprivate func conditions(_ provided: [InstrumentID], outWith index: Index) -> [InstrumentID] {
        guard !provided.isEmpty else { return [] }
        let standing = ancestors[index].union([index])
        let replaced = standing.reduce(into: BitSet()) { $0.formUnion(BitSet(replaces[$1])) }
        return Set(provided).filter { id in
            guard let condition = indexOf[id], wellFormed.contains(condition) else { return false }
            return !ancestors[condition].union([condition]).isDisjoint(with: replaced)
        }.sorted()
    }

    /// The classes whose rules nobody's consent could meet any more once a change of the constitution stands, and could
    /// before; ascending.
    func rulesMadeUnmeetable(by index: Index) -> [Identifier] {
        guard constitutional.contains(index) else { return [] }
        let beneath = ancestors[index]
        let after = beneath.union([index])
        return rules(among: after).filter { provisionClass, rule in
            guard !isMeetable(rule, among: after) else { return false }
            return self.rule(for: provisionClass, among: beneath).map { isMeetable($0, among: beneath) } ?? true
        }.map(\.provisionClass)
    }

    /// True if a rule is met once everybody accepts, and every attribute that it names lists somebody.
    private func isMeetable(_ rule: Rule, among text: BitSet) -> Bool {
        switch rule {
        case .need(let share, let standings, _):
            let electorate = Set(standings.flatMap { holders(of: $0, among: text) })
            return !electorate.isEmpty && UInt64(electorate.count) >= share.threshold(of: electorate.count)
        case .party, .named: return true
        case .all(let rules): return rules.allSatisfy { isMeetable($0, among: text) }
        case .any(let rules): return rules.contains { isMeetable($0, among: text) }
        }
    }
}
