/// What an honest node refuses to seal, clause by clause.
///
/// Readings:
/// - "committed to before" are the party's counting accepts and abstentions in the copy at hand.
/// - That nothing committed to before replaces I holds for every J, named or not; the other listed clauses hold for
///   each J that I does not itself name.
/// - *would stand* asks for standing, not for being in force: a rival of something that stands, and that the party
///   never committed to, would stand beside it, contested.
/// - A second verdict of the same kind on one instrument is no lie, and is checked like the first.
/// - Whoever rejects is only held to giving no second verdict.
public enum ReferenceObjection: Hashable, Sendable {
    /// Something it committed to before replaces the instrument.
    case isReplacedBy(String)
    case conflictsWith(String)
    /// An earlier one replaces something that the instrument is built on.
    case groundIsReplacedBy(String)
    /// An earlier one conflicts with something that the instrument is built on.
    case groundConflictsWith(String)
    /// An earlier one is built on something that the instrument replaces.
    case replacesGroundOf(String)
    /// An earlier one is built on something that conflicts with the instrument.
    case conflictsWithGroundOf(String)
    case wouldNotStand
    /// Something it committed to stands now, and would not then.
    case wouldTopple(String)
    case isProvidedOnWhatItReplaces(String)
    case isAnotherVerdict
}

extension ReferenceGround {
    /// The listed clauses: what speaks against committing to an instrument after having committed to `earlier`.
    ///
    /// - Parameter ground: Everything the instrument, which need not be published yet, is built on.
    public func objections(
        to instrument: ReferenceInstrument, beneath ground: Set<String>, afterCommittingTo earlier: String
    ) -> [ReferenceObjection] {
        guard let other = instruments[earlier], let otherGround = beneath[earlier] else { return [] }
        var objections: [ReferenceObjection] = []
        if other.replaces.contains(instrument.id) { objections.append(.isReplacedBy(earlier)) }
        if instrument.replaces.contains(earlier) { return objections }
        if conflict(instrument, beneath: ground, with: earlier) { objections.append(.conflictsWith(earlier)) }
        if !other.replaces.isDisjoint(with: ground) { objections.append(.groundIsReplacedBy(earlier)) }
        if !(conflicts[earlier] ?? []).isDisjoint(with: ground) { objections.append(.groundConflictsWith(earlier)) }
        if !otherGround.isDisjoint(with: instrument.replaces) { objections.append(.replacesGroundOf(earlier)) }
        if otherGround.contains(where: { conflict(instrument, beneath: ground, with: $0) }) {
            objections.append(.conflictsWithGroundOf(earlier))
        }
        return objections
    }

    /// The listed clauses between two published, well-formed instruments.
    public func objections(to instrument: String, afterCommittingTo earlier: String) -> [ReferenceObjection] {
        guard let value = instruments[instrument], let ground = beneath[instrument] else { return [] }
        return objections(to: value, beneath: ground, afterCommittingTo: earlier)
    }

    /// Two seals convict when neither order passes the listed clauses.
    public func convicts(_ one: String, _ other: String) -> Bool {
        one != other && !objections(to: one, afterCommittingTo: other).isEmpty
            && !objections(to: other, afterCommittingTo: one).isEmpty
    }
}

extension Reference {
    /// Everything that speaks against this verdict, with what this copy knows.
    public func objections(
        of party: String, to instrument: String, verdict: ReferenceVerdict = .accept, provided: [String] = []
    ) -> [ReferenceObjection] {
        let objections = listedObjections(of: party, to: instrument, verdict: verdict, provided: provided)
        return verdict.commits ? objections + standingObjections(of: party, to: instrument) : objections
    }

    public func mayCommit(
        _ party: String, to instrument: String, verdict: ReferenceVerdict = .accept, provided: [String] = []
    ) -> Bool {
        listedObjections(of: party, to: instrument, verdict: verdict, provided: provided).isEmpty
            && (!verdict.commits || standingObjections(of: party, to: instrument).isEmpty)
    }

    /// What the instruments and the party's own seals say, whatever else is known.
    private func listedObjections(
        of party: String, to instrument: String, verdict: ReferenceVerdict, provided: [String]
    ) -> [ReferenceObjection] {
        let given = Set((counting[instrument] ?? []).filter { $0.seal.party == party }.map(\.seal.verdict))
        var objections: [ReferenceObjection] = given.subtracting([verdict]).isEmpty ? [] : [.isAnotherVerdict]
        guard verdict.commits else { return objections }
        let replaces = ground.instruments[instrument]?.replaces ?? []
        objections += provided.filter { replaces.contains($0) }.map { .isProvidedOnWhatItReplaces($0) }
        for id in commitments(of: party) { objections += ground.objections(to: instrument, afterCommittingTo: id) }
        return objections
    }

    /// It would stand and topple nothing.
    private func standingObjections(of party: String, to instrument: String) -> [ReferenceObjection] {
        let replaces = ground.instruments[instrument]?.replaces ?? []
        let supposed = standing(supposing: instrument)
        let toppled = commitments(of: party).filter {
            standing.contains($0) && !replaces.contains($0) && !supposed.contains($0)
        }
        return (supposed.contains(instrument) ? [] : [.wouldNotStand]) + toppled.map { .wouldTopple($0) }
    }

    /// What a party committed to, ascending.
    public func commitments(of party: String) -> [String] {
        counting.filter { entry in entry.value.contains { $0.seal.party == party && $0.seal.verdict.commits } }
            .keys.sortedBytewise()
    }

    /// The pairs of instruments by which the party's seals convict it; an instrument with two verdicts is a pair with
    /// itself.
    public func convictions(of party: String) -> [(String, String)] {
        let commitments = commitments(of: party)
        var pairs: [(String, String)] = []
        for (position, one) in commitments.enumerated() {
            for other in commitments[(position + 1)...] where ground.convicts(one, other) { pairs.append((one, other)) }
        }
        for (instrument, seals) in counting.sorted(by: { precedesBytewise($0.key, $1.key) }) {
            let verdicts = Set(seals.filter { $0.seal.party == party }.map(\.seal.verdict))
            if verdicts.count > 1 { pairs.append((instrument, instrument)) }
        }
        return pairs
    }
}
