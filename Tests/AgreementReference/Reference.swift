/// One copy: the records that somebody holds, and what is perfected, standing and in force by them.
///
/// Everything is computed from the start, by deleting from all until nothing changes.
///
/// Readings:
/// - A seal *consents* where its threshold has signed under a key record in the chain of the party's newest root
///   beneath its instrument, or of the root that the instrument brings where nothing beneath has one. It *enrols* where
///   that chain is the one that the instrument brings, or else the earlier one. Seals on what is not well formed do
///   neither.
/// - Only perfected instruments that are not themselves out make others out. What is made out need not be perfected.
/// - A party *committed* to an instrument by an accept or abstain that consents or enrols, whether or not its
///   conditions hold. For the order of force only those that consent are asked, and void ones are not.
/// - "without the verdicts of the parties that committed to both": among the seals whose conditions stand.
/// - An instrument put into F is no longer in L.
/// - Accepts and abstentions by one party on one instrument all count.
/// - Perfected and out are found with all seals; only the step to standing leaves out void ones. Where the honest
///   check leaves out what is disputed, it does so in that same step, of seals and of withdrawals.
public struct Reference {
    public let ground: ReferenceGround
    /// The instruments of this copy, among those of the ground.
    public let instruments: Set<String>
    public let perfected: Set<String>
    public let out: Set<String>
    public let standing: Set<String>
    /// What stands without anything disputed.
    public let undisputed: Set<String>
    /// Seals and withdrawals under retired keys that their party does not acknowledge.
    public let disputed: Set<String>
    /// Those of them that the others took off.
    public let void: Set<String>
    /// The seals that count in one way or the other, by instrument.
    let counting: [String: [CountedSeal]]
    let chains: ReferenceKeyChains
    /// The roots that something perfected brought.
    let established: Set<ReferenceKeyChains.Place>
    private let records: FixedPoints.Records
    private let given: (seals: [NumberedSeal], statements: [ReferenceKeyStatement], withdrawals: [ReferenceWithdrawal])

    public init(
        roadmap: String, instruments: [ReferenceInstrument], seals: [ReferenceSeal],
        statements: [ReferenceKeyStatement] = [], withdrawals: [ReferenceWithdrawal] = [],
        meaning: ReferenceMeaning = .agreed
    ) {
        let ground = ReferenceGround(roadmap: roadmap, instruments: instruments, meaning: meaning)
        self.init(
            ground: ground, instruments: Set(instruments.map(\.id)), seals: seals, statements: statements,
            withdrawals: withdrawals, memo: ReferenceMemo())
    }

    /// A copy that holds only some instruments of a ground that was judged before.
    ///
    /// - Precondition: With each of `instruments` it holds everything that one is built on, replaces and closes, so
    ///   that the ground's verdicts are also this copy's; and `memo` was only used with this ground.
    public init(
        ground: ReferenceGround, instruments: Set<String>, seals: [ReferenceSeal],
        statements: [ReferenceKeyStatement] = [], withdrawals: [ReferenceWithdrawal] = [], memo: ReferenceMemo
    ) {
        self.init(
            ground: ground, instruments: instruments, numbered: memo.numbered(seals), statements: statements,
            withdrawals: withdrawals, memo: memo)
    }

    init(
        ground: ReferenceGround, instruments: Set<String>, numbered: [NumberedSeal],
        statements: [ReferenceKeyStatement], withdrawals: [ReferenceWithdrawal], memo: ReferenceMemo
    ) {
        let chains = ReferenceKeyChains(
            roots: Self.roots(of: instruments, in: ground), statements: statements, meaning: ground.meaning)
        let sources = FixedPoints.Records(
            ground: ground, instruments: instruments,
            counting: Self.counting(numbered, instruments, ground, chains),
            withdrawals: Self.counting(withdrawals, ground, chains), memo: memo)
        let points = FixedPoints(sources, supposed: nil)
        self.ground = ground
        self.instruments = instruments
        self.chains = chains
        counting = sources.counting
        records = sources
        given = (numbered, statements, withdrawals)
        perfected = points.perfected
        out = points.out
        standing = points.standing
        void = points.void
        disputed = sources.disputed
        undisputed = sources.disputed.isEmpty ? points.standing : points.undisputed
        established = Set(Self.roots(of: points.perfected, in: ground).keys)
    }

    private static func roots(
        of instruments: Set<String>, in ground: ReferenceGround
    ) -> [ReferenceKeyChains.Place: ReferencePartyRecord] {
        var roots: [ReferenceKeyChains.Place: ReferencePartyRecord] = [:]
        for id in instruments {
            for (provision, change) in ground.instruments[id]?.changes ?? [:] {
                guard let root = change.content?.root else { continue }
                roots[ReferenceKeyChains.Place(party: Provision.name(in: provision), id: root.id)] = root.record
            }
        }
        return roots
    }

    private static func counting(
        _ seals: [NumberedSeal], _ instruments: Set<String>, _ ground: ReferenceGround, _ chains: ReferenceKeyChains
    ) -> [String: [CountedSeal]] {
        var counting: [String: [CountedSeal]] = [:]
        for numbered in seals {
            let seal = numbered.seal
            guard seal.isSigned || ground.meaning.lacks(.thresholdSigned), instruments.contains(seal.instrument),
                ground.isWellFormed(seal.instrument),
                let root = chains.root(of: seal.keys, for: seal.party)
            else { continue }
            let consents = root == ground.consentingRoot(of: seal.party, for: seal.instrument)
            let enrols = root == ground.enrollingRoot(of: seal.party, for: seal.instrument)
            guard consents || enrols else { continue }
            let mayBeDisputed = seal.instrument != ground.roadmap || ground.meaning.lacks(.foundingNeverDisputed)
            counting[seal.instrument, default: []].append(
                CountedSeal(
                    number: numbered.number, seal: seal, root: root, consents: consents, enrols: enrols,
                    isDisputed: mayBeDisputed && chains.isDisputed(seal.id, under: seal.keys, of: seal.party)))
        }
        return counting
    }

    private static func counting(
        _ withdrawals: [ReferenceWithdrawal], _ ground: ReferenceGround, _ chains: ReferenceKeyChains
    ) -> [CountedWithdrawal] {
        withdrawals.compactMap { withdrawal in
            guard withdrawal.isSigned, withdrawal.stage == .effect,
                let root = chains.root(of: withdrawal.keys, for: withdrawal.party)
            else { return nil }
            return CountedWithdrawal(
                withdrawal: withdrawal, root: root,
                isDisputed: chains.isDisputed(withdrawal.id, under: withdrawal.keys, of: withdrawal.party))
        }
    }

    /// This copy with one more instrument.
    func adding(_ instrument: ReferenceInstrument) -> Reference {
        var more = ground
        more.add(instrument)
        return Reference(
            ground: more, instruments: instruments.union([instrument.id]), numbered: given.seals,
            statements: given.statements, withdrawals: given.withdrawals, memo: ReferenceMemo())
    }

    /// What would be, if everybody had accepted `instrument` without condition.
    ///
    /// - Parameter voidingNothing: Whether what it voids is left as it is.
    func points(supposing instrument: String, voidingNothing: Bool = false) -> FixedPoints {
        FixedPoints(records, supposed: instrument, voidingNothing: voidingNothing)
    }

    /// The withdrawals that excuse their parties for an instrument, as far as its own words go.
    func excusing(_ instrument: String) -> [CountedWithdrawal] { records.withdrawals[instrument] ?? [] }

    /// What would stand if one instrument replaced nothing.
    func standing(ifNothingIsReplacedBy id: String) -> Set<String> {
        records.greatest(
            among: perfected.subtracting(records.out(by: perfected, ignoring: id)), leavingOut: void, supposed: nil,
            asking: .conditionsStanding)
    }

    // MARK: Contested, and in force

    /// The parties that accepted or abstained by seals that count in one way or the other.
    public func committed(to instrument: String) -> Set<String> {
        Set((counting[instrument] ?? []).filter { $0.seal.verdict.commits }.map(\.seal.party))
    }

    /// Those whose consent is not void.
    private func consenting(to instrument: String) -> Set<String> {
        let seals = (counting[instrument] ?? []).filter { $0.consents && $0.seal.verdict.commits }
        return Set(seals.filter { !void.contains($0.seal.id) }.map(\.seal.party))
    }

    /// Standing ones that conflict with a standing one.
    public var contested: Set<String> {
        standing.filter { !(ground.conflicts[$0] ?? []).isDisjoint(with: standing) }
    }

    /// Whether one of two conflicting standing instruments beats the other.
    public func beats(_ one: String, _ other: String) -> Bool {
        let both = consenting(to: one).intersection(consenting(to: other))
        return isMet(one, without: both) && !isMet(other, without: both)
    }

    private func isMet(_ instrument: String, without parties: Set<String>) -> Bool {
        let seals = (counting[instrument] ?? []).filter {
            !parties.contains($0.seal.party) && $0.seal.verdict.commits && !void.contains($0.seal.id)
                && standing.isSuperset(of: $0.seal.provided)
        }
        return consent(of: seals, to: instrument, leavingOut: void).meets(ground.needs[instrument] ?? [])
    }

    /// The consent that some seals on an instrument give, with the withdrawals that count for it.
    func consent(of seals: [CountedSeal], to instrument: String, leavingOut: Set<String> = []) -> ReferenceConsent {
        records.consent(of: seals, to: instrument, leavingOut: leavingOut)
    }

    /// The loop of the design, from the ground up.
    public var inForce: Set<String> {
        if contested.isEmpty || ground.meaning.lacks(.orderOfForce) { return standing }
        var left = standing
        var force: Set<String> = []
        while true {
            let ready = left.filter { ground.directGround[$0]?.isSubset(of: force) ?? false }
            let unbeaten = ready.filter { candidate in
                let rivals = (ground.conflicts[candidate] ?? []).intersection(left)
                return !rivals.contains { beats($0, candidate) }
            }
            guard let next = (unbeaten.isEmpty ? ready : unbeaten).min(by: precedesBytewise) else { return force }
            force.insert(next)
            left.remove(next)
            let rivals = ground.conflicts[next] ?? []
            let dropped = left.filter { rivals.contains($0) }
            left = left.filter { id in
                !dropped.contains(id) && (ground.beneath[id] ?? []).isDisjoint(with: dropped)
            }
        }
    }

    /// The newest version in force of every provision; repealed ones have the version that repealed them.
    public var textInForce: [String: String] { ground.text(of: inForce) }
}
