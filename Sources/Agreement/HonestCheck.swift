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
    /// Even with everybody's acceptance it would not stand; the ground that does not.
    case wouldNotStand(ground: [InstrumentID])
    /// It would take out of standing what the party committed to, without naming it.
    case wouldTopple(InstrumentID)
}

extension Evaluation {
    /// What speaks against `party` giving this verdict, in the specification's order; empty if it may.
    ///
    /// The party has said what its seals say that count; what one of its officials alone has signed is for that one's
    /// machine to remember.
    ///
    /// - Parameters:
    ///   - remembered: verdicts of the party that are not among these records, as a machine offline remembers them. A
    ///     commitment to an instrument that is not among them either cannot be weighed, and speaks against every other.
    public func objections(
        to verdict: Seal.Verdict, on id: InstrumentID, by party: Identifier, provided: [InstrumentID] = [],
        remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)] = []
    ) -> [Objection] {
        let given = verdicts(givenBy: party) + remembered.map { ($0.instrument, $0.verdict) }
        if let other = given.first(where: { $0.instrument == id && $0.verdict != verdict }) {
            return [.otherVerdict(other.verdict)]
        }
        guard verdict.isCommitment else { return [] }
        if let reason = illFormedness(of: id) { return [.illFormed(reason)] }
        guard let index = structure.indexOf[id] else { return [.notKnown(id)] }
        let committed = Set(given.filter(\.verdict.isCommitment).map(\.instrument))
        let unknown = committed.filter { structure.indexOf[$0] == nil }.sorted()
        guard unknown.isEmpty else { return unknown.map { .notKnown($0) } }
        let earlier = committed.map { structure.indexOf[$0]! }
            .filter { $0 != index && structure.wellFormed.contains($0) }.sorted()
        var objections = earlier.flatMap { structure.objections(toCommittingTo: index, after: $0) }
        let replaced = Set(structure.instruments[index].replaces)
        objections += Set(provided).intersection(replaced).sorted().map { .providedOnReplaced($0) }
        return objections.isEmpty ? objectionsOfEffect(index, earlier: earlier) : objections
    }

    /// It would stand and topple nothing: with these records, and supposing that everybody accepted it without
    /// condition.
    private func objectionsOfEffect(_ index: Int, earlier: [Int]) -> [Objection] {
        let supposition = FixedPoints(structure, needs, seals, supposing: index)
        let perfected = supposition.perfected()
        let standing = supposition.standing(perfected.subtracting(supposition.out(of: perfected)))
        guard standing.contains(index) else {
            let fallen = structure.ancestors[index].subtracting(standing)
            return [.wouldNotStand(ground: fallen.map { structure.instruments[$0].id }.sorted())]
        }
        let named = Set(structure.replaces[index])
        return earlier.filter { standingSet.contains($0) && !named.contains($0) && !standing.contains($0) }
            .map { .wouldTopple(structure.instruments[$0].id) }
    }

    /// What a party said on which instrument.
    func verdicts(givenBy party: Identifier) -> [(instrument: InstrumentID, verdict: Seal.Verdict)] {
        (seals.byParty[party] ?? []).map { ($0.seal.instrument, $0.seal.verdict) }
    }
}

extension Structure {
    /// The clauses on two commitments, `index` after `earlier`, that are read from the instruments alone.
    func objections(toCommittingTo index: Index, after earlier: Index) -> [Objection] {
        let theirs = instruments[earlier].id
        if replaces[earlier].contains(index) { return [.replacedBy(theirs)] }
        if replaces[index].contains(earlier) { return [] }
        if conflict(index, earlier) { return [.conflictsWith(theirs)] }
        var objections: [Objection] = []
        for replaced in replaces[earlier] where isBuilt(index, on: replaced) {
            objections.append(.groundReplacedBy(theirs, ground: instruments[replaced].id))
        }
        for rival in conflicts(of: earlier, in: ancestors[index]) {
            objections.append(.groundConflictsWith(theirs, ground: instruments[rival].id))
        }
        for replaced in replaces[index] where isBuilt(earlier, on: replaced) {
            objections.append(.earlierBuiltOnReplaced(theirs, instruments[replaced].id))
        }
        for rival in conflicts(of: index, in: ancestors[earlier]) {
            objections.append(.earlierBuiltOnRival(theirs, instruments[rival].id))
        }
        return objections
    }
}
