/// What an honest node refuses to seal, clause by clause.
///
/// Readings:
/// - "committed to before" are the party's binding accepts and abstentions in the copy at hand, those under the chain
///   that it is about to seal under though nothing perfected brought it, and what its machine remembers. Disputed
///   ones are not, unless the machine remembers them.
/// - That nothing committed to before replaces I holds for every J, named or not; the other listed clauses hold for
///   each J that I does not itself name.
/// - *would stand* asks for standing, not for being in force: a rival of something that stands, and that the party
///   never committed to, would stand beside it, contested.
/// - *withdrawn* whatever the rules ask: who left a standing gives nothing more by it, also where a majority would do,
///   or else its word and its leaving could complete rivals.
/// - *would topple* is not said of what falls only because the instrument voids seals.
/// - A second verdict of the same kind on one instrument is no lie, and is checked like the first.
/// - Whoever rejects is only held to giving no second verdict.
/// - A commitment is *loose towards* another instrument if every seal that gives it is provided a closing that would
///   complete it, that the party did not commit to, and that conflicts with the other instrument or with something
///   that is built on. It stays loose where the party did commit to that closing, if this replaces the other
///   instrument, or is built on something that does: where the one stands the other is out. The seal about to be
///   given is one of those on its instrument.
public enum ReferenceObjection: Hashable, Sendable {
    /// It, or a commitment that the party's machine remembers, cannot be judged yet.
    case isNotKnown(String)
    /// The party left a standing that it is asked in.
    case isWithdrawn
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
    /// With it nobody could meet the rule of a class any more.
    case leavesRuleUnmeetable(String)
    case wouldNotStand
    /// It completes what would not stand even so.
    case wouldCompleteNothing(String)
    /// Something it committed to stands now, and would not then.
    case wouldTopple(String)
    /// It would stand, but these would not without disputed seals and withdrawals. The one objection that a party may
    /// set aside.
    case restsOnDisputed([String])
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
        if meaning.holds(.replacedBy), other.replaces.contains(instrument.id) {
            objections.append(.isReplacedBy(earlier))
        }
        if meaning.holds(.namingFrees), instrument.replaces.contains(earlier) { return objections }
        objections += objectionsUnlessAnswered(instrument, beneath: ground, earlier: other)
        if meaning.holds(.earlierBuiltOnReplaced), !otherGround.isDisjoint(with: instrument.replaces) {
            objections.append(.replacesGroundOf(earlier))
        }
        if meaning.holds(.earlierBuiltOnRival),
            otherGround.contains(where: { conflict(instrument, beneath: ground, with: $0) })
        {
            objections.append(.conflictsWithGroundOf(earlier))
        }
        return objections
    }

    /// The clauses that fall away where the earlier one is out whenever the instrument stands.
    private func objectionsUnlessAnswered(
        _ instrument: ReferenceInstrument, beneath ground: Set<String>, earlier: ReferenceInstrument
    ) -> [ReferenceObjection] {
        var objections: [ReferenceObjection] = []
        func isAnswered(by later: ReferenceInstrument, beneath ground: Set<String>) -> Bool {
            meaning.holds(.answeredFrees) && answers(later, beneath: ground, earlier.id)
        }
        if !isAnswered(by: instrument, beneath: ground) {
            if meaning.holds(.conflictsWith), conflict(instrument, beneath: ground, with: earlier.id) {
                objections.append(.conflictsWith(earlier.id))
            }
            if meaning.holds(.groundReplacedBy), !earlier.replaces.isDisjoint(with: ground) {
                objections.append(.groundIsReplacedBy(earlier.id))
            }
        }
        let rivals = (conflicts[earlier.id] ?? []).intersection(ground)
        let unanswered = rivals.contains { rival in
            guard let value = instruments[rival], let ground = beneath[rival] else { return true }
            return !isAnswered(by: value, beneath: ground)
        }
        if meaning.holds(.groundConflictsWith), unanswered { objections.append(.groundConflictsWith(earlier.id)) }
        return objections
    }

    /// The listed clauses between two published, well-formed instruments.
    public func objections(to instrument: String, afterCommittingTo earlier: String) -> [ReferenceObjection] {
        guard let value = instruments[instrument], let ground = beneath[instrument] else { return [] }
        return objections(to: value, beneath: ground, afterCommittingTo: earlier)
    }

    /// Whether an instrument may follow another: that can be judged, and if it is well formed, nothing in the listed
    /// clauses speaks against it.
    func mayFollow(_ instrument: String, _ earlier: String) -> Bool {
        guard verdicts[earlier] != nil else { return false }
        return objections(to: instrument, afterCommittingTo: earlier).isEmpty
    }

    /// Two seals convict when neither order passes the listed clauses.
    public func convicts(_ one: String, _ other: String) -> Bool {
        one != other && !objections(to: one, afterCommittingTo: other).isEmpty
            && !objections(to: other, afterCommittingTo: one).isEmpty
    }

    // MARK: Closings

    /// What a well-formed instrument completes, where it is a closing that does.
    public func completed(by id: String) -> String? {
        guard isWellFormed(id), let closing = instruments[id]?.closing, closing.outcome == .complete else { return nil }
        return closing.subject
    }

    /// Whether what `seals` commit to is loose towards another instrument.
    ///
    /// - Parameter committed: All that the party committed to.
    func isLoose(
        _ seals: [ReferenceSeal], on subject: String, towards other: ReferenceInstrument, beneath ground: Set<String>,
        committed: Set<String>
    ) -> Bool {
        guard meaning.holds(.looseFrees), !seals.isEmpty else { return false }
        return seals.allSatisfy { seal in
            seal.provided.contains { closing in
                guard completed(by: closing) == subject, let value = instruments[closing],
                    let closingGround = beneath[closing],
                    !committed.contains(closing)
                        || meaning.holds(.looseWhereClosingAnswers)
                            && answers(value, beneath: closingGround, other.id)
                else { return false }
                return conflict(other, beneath: ground, with: closing)
                    || !(conflicts[closing] ?? []).isDisjoint(with: ground)
            }
        }
    }

    /// Whether two commitments of one party are loose, either towards the other.
    func areLoose(_ word: ReferenceWord, _ one: String, _ other: String) -> Bool {
        guard let value = instruments[one], let ground = beneath[one], let otherValue = instruments[other],
            let otherGround = beneath[other]
        else { return false }
        let committed = Set(word.commitments.keys)
        return isLoose(
            word.commitments[one] ?? [], on: one, towards: otherValue, beneath: otherGround, committed: committed)
            || isLoose(
                word.commitments[other] ?? [], on: other, towards: value, beneath: ground, committed: committed)
    }
}

/// What a party said, as far as somebody holds it to that.
struct ReferenceWord {
    /// The accepts and abstentions, by instrument.
    var commitments: [String: [ReferenceSeal]] = [:]
    var verdicts: [String: Set<ReferenceVerdict>] = [:]

    init(_ seals: [ReferenceSeal]) {
        for seal in seals { add(seal) }
    }

    mutating func add(_ seal: ReferenceSeal) {
        verdicts[seal.instrument, default: []].insert(seal.verdict)
        if seal.verdict.commits { commitments[seal.instrument, default: []].append(seal) }
    }
}

extension Reference {
    /// Everything that speaks against this verdict, with what this copy knows.
    ///
    /// - Parameters:
    ///   - keys: The key record that the party is about to seal under; `nil`: one in the chain that would consent.
    ///   - remembered: What the party's machine remembers of its own seals, whatever this copy holds.
    ///   - despiteDispute: Whether the party sets aside that something rests on disputed seals.
    public func objections(
        of party: String, to instrument: String, verdict: ReferenceVerdict = .accept, provided: [String] = [],
        under keys: String? = nil, remembering remembered: [ReferenceSeal] = [], despiteDispute: Bool = false
    ) -> [ReferenceObjection] {
        var word = word(of: party, sealing: instrument, under: keys, remembering: remembered)
        if !(word.verdicts[instrument] ?? []).subtracting([verdict]).isEmpty, ground.meaning.holds(.otherVerdict) {
            return [.isAnotherVerdict]
        }
        guard verdict.commits else { return [] }
        if let clause = clauseAgainstJudging(instrument) {
            return ground.meaning.holds(clause) ? [.isNotKnown(instrument)] : []
        }
        let unknown = word.commitments.keys.filter { clauseAgainstJudging($0) == .notKnown }
        if ground.meaning.lacks(.notKnownEarlier) {
            for id in unknown { word.commitments[id] = nil }
        } else if !unknown.isEmpty {
            return unknown.sortedBytewise().map { .isNotKnown($0) }
        }
        if isWithdrawn(party, from: instrument, under: keys) { return [.isWithdrawn] }
        let proposed = ReferenceSeal(party: party, instrument: instrument, keys: "", provided: provided)
        let listed = listedObjections(to: proposed, after: word) + constitutionalObjections(to: instrument)
        if !listed.isEmpty { return listed }
        return effectObjections(to: instrument, after: word).filter {
            if case .restsOnDisputed = $0 { !despiteDispute } else { true }
        }
    }

    public func mayCommit(
        _ party: String, to instrument: String, verdict: ReferenceVerdict = .accept, provided: [String] = [],
        under keys: String? = nil, remembering remembered: [ReferenceSeal] = [], despiteDispute: Bool = false
    ) -> Bool {
        objections(
            of: party, to: instrument, verdict: verdict, provided: provided, under: keys, remembering: remembered,
            despiteDispute: despiteDispute
        ).isEmpty
    }

    /// The clause by which nothing more can be said of an instrument.
    private func clauseAgainstJudging(_ id: String) -> ReferenceClause? {
        guard instruments.contains(id), let form = ground.verdicts[id] else { return .notKnown }
        return form == .wellFormed ? nil : .illFormed
    }

    /// What the instruments and the party's own seals say, whatever else is known.
    private func listedObjections(to proposed: ReferenceSeal, after word: ReferenceWord) -> [ReferenceObjection] {
        var proposing = word
        proposing.add(proposed)  // it may be this seal that is loose
        var objections: [ReferenceObjection] = []
        for earlier in word.commitments.keys.sortedBytewise() {
            let found = ground.objections(to: proposed.instrument, afterCommittingTo: earlier)
            if found.isEmpty || ground.areLoose(proposing, earlier, proposed.instrument) { continue }
            objections += found
        }
        guard ground.meaning.holds(.providedOnReplaced) else { return objections }
        let replaced = ground.replacedOnceItStands(proposed.instrument)
        return objections
            + proposed.provided.filter { condition in
                ground.verdicts[condition] != nil && instruments.contains(condition)
                    && replaced.contains { $0 == condition || ground.isBuilt(condition, on: $0) }
            }.map { .isProvidedOnWhatItReplaces($0) }
    }

    private func constitutionalObjections(to instrument: String) -> [ReferenceObjection] {
        guard ground.meaning.holds(.leavesRuleUnmeetable), let amending = ground.amendings[instrument],
            ground.instruments[instrument]?.changesConstitution ?? false
        else { return [] }
        return ground.unmeetableClasses(in: amending.after)
            .subtracting(ground.unmeetableClasses(in: amending.before)).sortedBytewise()
            .map { .leavesRuleUnmeetable($0) }
    }

    /// It would stand, complete what it is to complete, topple nothing, and rest on nothing disputed.
    private func effectObjections(to instrument: String, after word: ReferenceWord) -> [ReferenceObjection] {
        let supposed = points(supposing: instrument)
        if !supposed.standing.contains(instrument) {
            return ground.meaning.holds(.wouldNotStand) ? [.wouldNotStand] : []
        }
        var objections: [ReferenceObjection] = []
        if ground.meaning.holds(.wouldCompleteNothing), let subject = ground.completed(by: instrument),
            !supposed.undisputed.contains(subject)
        {
            objections.append(.wouldCompleteNothing(subject))
        }
        if ground.meaning.holds(.wouldTopple) {
            let replaces = ground.instruments[instrument]?.replaces ?? []
            let left = standing(supposing: instrument, supposed)
            objections += word.commitments.keys.sortedBytewise().filter {
                standing.contains($0) && !replaces.contains($0) && !left.contains($0)
            }.map { .wouldTopple($0) }
        }
        guard objections.isEmpty, ground.meaning.holds(.restsOnDisputed) else { return objections }
        let resting = (ground.beneath[instrument] ?? []).union([instrument]).subtracting(supposed.undisputed)
        return resting.isEmpty ? [] : [.restsOnDisputed(resting.sortedBytewise())]
    }

    /// What would stand but for what the instrument voids: to void is no toppling, or nobody who committed to what a
    /// thief completed could confirm the theft.
    private func standing(supposing instrument: String, _ supposed: FixedPoints) -> Set<String> {
        guard !(ground.instruments[instrument]?.voids.isEmpty ?? true), ground.meaning.holds(.voidingTopplesNot) else {
            return supposed.standing
        }
        return points(supposing: instrument, voidingNothing: true).standing
    }

    /// Whether the party left, by an effect that nobody disputes, a standing that it is asked in.
    func isWithdrawn(_ party: String, from instrument: String, under keys: String?) -> Bool {
        guard ground.meaning.holds(.withdrawn) else { return false }
        let own = excusing(instrument).filter { counted in
            counted.withdrawal.party == party && !counted.isDisputed
                && (isEstablished(counted.root, of: party)
                    || counted.root == chain(of: party, sealing: instrument, under: keys))
        }
        return own.contains { counted in
            counted.withdrawal.rosters.contains { standing, version in
                ground.readings(of: instrument).contains {
                    ground.versionsToLeave(of: standing, in: $0)[party]?.contains(version) ?? false
                }
            }
        }
    }

    // MARK: What a party is held to

    /// Whether a seal commits and convicts its party in front of everybody.
    private func binds(_ counted: CountedSeal) -> Bool {
        if ground.meaning.holds(.disputedDoesNotBind), counted.isDisputed { return false }
        return ground.meaning.lacks(.establishedBinds) || isEstablished(counted.root, of: counted.seal.party)
    }

    func isEstablished(_ root: String, of party: String) -> Bool {
        established.contains(ReferenceKeyChains.Place(party: party, id: root))
    }

    /// The root of the chain that a party is about to seal under.
    private func chain(of party: String, sealing instrument: String, under keys: String?) -> String? {
        keys.flatMap { chains.root(of: $0, for: party) } ?? ground.consentingRoot(of: party, for: instrument)
    }

    func binding(_ party: String) -> [ReferenceSeal] {
        counting.values.joined().filter { $0.seal.party == party && binds($0) }.map(\.seal)
    }

    /// What a party's own software holds it to when it is about to seal an instrument.
    func word(
        of party: String, sealing instrument: String, under keys: String?, remembering remembered: [ReferenceSeal]
    ) -> ReferenceWord {
        let root = chain(of: party, sealing: instrument, under: keys)
        let own = counting.values.joined().filter {
            $0.seal.party == party && (binds($0) || !$0.isDisputed && $0.root == root)
        }.map(\.seal)
        return ReferenceWord(Array(Set(own).union(remembered)))
    }

    /// What a party committed to by seals that bind it, ascending.
    public func commitments(of party: String) -> [String] {
        ReferenceWord(binding(party)).commitments.keys.sortedBytewise()
    }

    /// The pairs of instruments by which the party's seals convict it; an instrument with two verdicts is a pair with
    /// itself.
    ///
    /// Nothing is said of two instruments while something that seals on them are provided on cannot be judged.
    public func convictions(of party: String) -> [(String, String)] {
        let word = ReferenceWord(binding(party))
        let commitments = word.commitments.keys.sortedBytewise()
        var pairs: [(String, String)] = []
        for (position, one) in commitments.enumerated() {
            for other in commitments[(position + 1)...] where ground.convicts(one, other) {
                let seals = (word.commitments[one] ?? []) + (word.commitments[other] ?? [])
                let areAtHand = seals.flatMap(\.provided).allSatisfy {
                    ground.verdicts[$0] != nil && instruments.contains($0)
                }
                if areAtHand && !ground.areLoose(word, one, other) { pairs.append((one, other)) }
            }
        }
        return pairs + word.verdicts.filter { $0.value.count > 1 }.keys.sortedBytewise().map { ($0, $0) }
    }

    /// The pairs of key statements by which a party is convicted: the lowest over one record with each of the others.
    public func forkedKeys(of party: String) -> [(String, String)] {
        chains.forks(of: party).filter { isEstablished($0.root, of: party) }.flatMap { fork in
            fork.statements.dropFirst().map { (fork.statements[0], $0) }
        }
    }
}
