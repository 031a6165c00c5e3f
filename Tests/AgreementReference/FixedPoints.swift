/// A seal, and its number in the memo.
struct NumberedSeal {
    let number: Int
    let seal: ReferenceSeal
}

/// A seal that counts in a copy, and for what.
struct CountedSeal {
    let number: Int
    let seal: ReferenceSeal
    /// The root of the chain that its keys are in.
    let root: String
    /// For every requirement but newcomers'.
    let consents: Bool
    /// For newcomers' requirements.
    let enrols: Bool
    let isDisputed: Bool

    func counting(consents: Bool, enrols: Bool) -> CountedSeal {
        CountedSeal(
            number: number, seal: seal, root: root, consents: consents, enrols: enrols, isDisputed: isDisputed)
    }

    /// The same, with something changed of the seal.
    func with(_ seal: ReferenceSeal) -> CountedSeal {
        CountedSeal(
            number: number, seal: seal, root: root, consents: consents, enrols: enrols, isDisputed: isDisputed)
    }
}

/// The effect of a withdrawal, signed under known keys.
struct CountedWithdrawal {
    let withdrawal: ReferenceWithdrawal
    let root: String
    let isDisputed: Bool
}

/// The perfected set, what is out, and the standing set; with everything at hand, and without what is disputed.
struct FixedPoints {
    let perfected: Set<String>
    let out: Set<String>
    /// Disputed seals and withdrawals that something perfected and not out voids.
    let void: Set<String>
    let standing: Set<String>
    let undisputed: Set<String>

    /// - Parameter supposed: An instrument that everybody is supposed to have accepted without condition.
    init(_ records: Records, supposed: String?, voidingNothing: Bool = false) {
        let meaning = records.ground.meaning
        let wellFormed = records.instruments.filter { records.ground.isWellFormed($0) }
        let disputed = records.disputed
        let perfected = records.greatest(
            among: wellFormed, leavingOut: meaning.holds(.disputedPerfects) ? [] : disputed, supposed: supposed,
            asking: .conditionsPerfected)
        let out = records.out(by: meaning.holds(.outByPerfected) ? perfected : wellFormed)
        let left = perfected.subtracting(out)
        self.perfected = perfected
        self.out = out
        let mayVoid = meaning.lacks(.onlyDisputedVoid) || !disputed.isEmpty
        let voiding = mayVoid ? left.filter { !voidingNothing || $0 != supposed } : []
        let named = Set(voiding.flatMap { Array(records.ground.instruments[$0]?.voids ?? []) })
        void = meaning.holds(.onlyDisputedVoid) ? disputed.intersection(named) : named
        standing = records.greatest(among: left, leavingOut: void, supposed: supposed, asking: .conditionsStanding)
        undisputed =
            disputed == void
            ? standing
            : records.greatest(among: left, leavingOut: disputed, supposed: supposed, asking: .conditionsStanding)
    }

    /// What a copy holds, as far as the fixed points ask.
    struct Records {
        let ground: ReferenceGround
        let instruments: Set<String>
        let counting: [String: [CountedSeal]]
        /// The withdrawals that excuse their parties for an instrument, as far as its own words go.
        let withdrawals: [String: [CountedWithdrawal]]
        let memo: ReferenceMemo
        let disputed: Set<String>

        init(
            ground: ReferenceGround, instruments: Set<String>, counting: [String: [CountedSeal]],
            withdrawals: [CountedWithdrawal], memo: ReferenceMemo
        ) {
            self.ground = ground
            self.instruments = instruments
            self.counting = counting
            self.withdrawals = Self.excusing(withdrawals, from: instruments, on: ground)
            self.memo = memo
            disputed = Set(counting.values.joined().filter(\.isDisputed).map(\.seal.id))
                .union(withdrawals.filter(\.isDisputed).map(\.withdrawal.id))
        }

        /// The greatest set in which each is built on members only and has its needs met by the seals whose
        /// conditions are members.
        ///
        /// - Parameter clause: Asks for those conditions.
        func greatest(
            among candidates: Set<String>, leavingOut: Set<String>, supposed: String?, asking clause: ReferenceClause
        ) -> Set<String> {
            let asksGround = ground.meaning.holds(.groundPerfected)
            let asksConditions = ground.meaning.holds(clause)
            var members = candidates
            while true {
                let staying = members.filter { id in
                    guard !asksGround || ground.directGround[id]?.isSubset(of: members) ?? false else { return false }
                    if id == supposed { return areMetByEverybody(id) }
                    let seals = (counting[id] ?? []).filter {
                        $0.seal.verdict.commits
                            && (!asksConditions || $0.seal.provided.allSatisfy(members.contains))
                            && (leavingOut.isEmpty || !leavingOut.contains($0.seal.id))
                    }
                    return areMet(id, by: seals, leavingOut: leavingOut)
                }
                if staying.count == members.count { return members }
                members = staying
            }
        }

        /// Names point backwards, so this ends.
        ///
        /// - Parameter ignored: One whose `replaces` is read as empty.
        func out(by perfected: Set<String>, ignoring ignored: String? = nil) -> Set<String> {
            var replacers: [String: [String]] = [:]
            for id in perfected where id != ignored {
                for replaced in ground.instruments[id]?.replaces ?? [] { replacers[replaced, default: []].append(id) }
            }
            func isOut(_ id: String) -> Bool { (replacers[id] ?? []).contains { !isOut($0) } }
            return instruments.filter(isOut)
        }

        func consent(of seals: [CountedSeal], to instrument: String, leavingOut: Set<String>) -> ReferenceConsent {
            ReferenceConsent(
                seals: seals.filter(\.consents).map(\.seal), enrolling: seals.filter(\.enrols).map(\.seal),
                withdrawals: withdrawals(for: instrument, leavingOut: leavingOut), meaning: ground.meaning)
        }

        private func withdrawals(for instrument: String, leavingOut: Set<String>) -> [ReferenceWithdrawal] {
            (withdrawals[instrument] ?? []).map(\.withdrawal).filter { !leavingOut.contains($0.id) }
        }

        /// Those under the keys that their parties have beneath an instrument, and with whose word it is compatible.
        private static func excusing(
            _ withdrawals: [CountedWithdrawal], from instruments: Set<String>, on ground: ReferenceGround
        ) -> [String: [CountedWithdrawal]] {
            guard !withdrawals.isEmpty else { return [:] }
            var excusing: [String: [CountedWithdrawal]] = [:]
            for id in instruments where ground.isWellFormed(id) {
                excusing[id] = withdrawals.filter { counted in
                    let withdrawal = counted.withdrawal
                    return ground.roots(of: withdrawal.party, for: id).earlier == counted.root
                        && (ground.meaning.lacks(.excusedByItsWord)
                            || withdrawal.committed.allSatisfy { earlier in
                                earlier == id || instruments.contains(earlier) && ground.mayFollow(id, earlier)
                            })
                }
            }
            return excusing
        }

        private func areMetByEverybody(_ instrument: String) -> Bool {
            memo.answer(ReferenceMemo.Question(instrument: instrument, seals: [], withdrawals: nil)) {
                ReferenceConsent.ofEverybody(ground.meaning).meets(ground.needs[instrument] ?? [])
            }
        }

        private func areMet(_ instrument: String, by seals: [CountedSeal], leavingOut: Set<String>) -> Bool {
            let consent = consent(of: seals, to: instrument, leavingOut: leavingOut)
            let question = ReferenceMemo.Question(
                instrument: instrument, seals: seals.map(\.number).sorted(),
                withdrawals: consent.withdrawals.isEmpty ? [] : consent.withdrawals.map(\.id).sortedBytewise())
            return memo.answer(question) { consent.meets(ground.needs[instrument] ?? []) }
        }
    }
}

/// Remembers answers that cannot change, since a debug build asks the same questions hundreds of thousands of times.
///
/// A class because many copies share one; it belongs to whoever made it and to one thread.
public final class ReferenceMemo {
    struct Question: Hashable {
        let instrument: String
        /// The numbers of the seals, ascending. A seal counts for the same purpose in all copies that know its keys.
        let seals: [Int]
        /// The ids, ascending; `nil` supposes that everybody accepted.
        let withdrawals: [String]?
    }
    private var numbers: [ReferenceSeal: Int] = [:]
    private var answers: [Question: Bool] = [:]

    public init() {}

    func numbered(_ seals: [ReferenceSeal]) -> [NumberedSeal] {
        seals.map { seal in
            if let number = numbers[seal] { return NumberedSeal(number: number, seal: seal) }
            numbers[seal] = numbers.count
            return NumberedSeal(number: numbers.count - 1, seal: seal)
        }
    }

    func answer(_ question: Question, _ find: () -> Bool) -> Bool {
        if let known = answers[question] { return known }
        let answer = find()
        answers[question] = answer
        return answer
    }
}
