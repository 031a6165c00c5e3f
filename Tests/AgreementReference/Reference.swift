/// One copy: the instruments and seals that somebody holds, and what is perfected, standing and in force by them.
///
/// Everything is computed from the start, by deleting from all until nothing changes.
///
/// Readings:
/// - A seal *counts* where its threshold has signed and its key record is that of the newest party record among what
///   its instrument writes or is built on. So seals on what is not well formed count for nothing.
/// - Only perfected instruments that are not themselves out make others out. What is made out need not be perfected.
/// - A party *committed* to an instrument by a counting accept or abstain, whether or not its conditions hold.
/// - "without the verdicts of the parties that committed to both": among the seals whose conditions stand.
/// - An instrument put into F is no longer in L.
/// - Accepts and abstentions by one party on one instrument all count.
public struct Reference {
    public let ground: ReferenceGround
    /// The instruments of this copy, among those of the ground.
    public let instruments: Set<String>
    public let perfected: Set<String>
    public let out: Set<String>
    public let standing: Set<String>
    /// The seals that count, by instrument, each with its number.
    let counting: [String: [NumberedSeal]]
    private let memo: ReferenceMemo

    public init(roadmap: String, instruments: [ReferenceInstrument], seals: [ReferenceSeal]) {
        let ground = ReferenceGround(roadmap: roadmap, instruments: instruments)
        self.init(ground: ground, instruments: Set(instruments.map(\.id)), seals: seals, memo: ReferenceMemo())
    }

    /// A copy that holds only some instruments of a ground that was judged before.
    ///
    /// - Precondition: With each of `instruments` it holds everything that one is built on and replaces, so that the
    ///   ground's verdicts are also this copy's; and `memo` was only used with this ground.
    public init(
        ground: ReferenceGround, instruments: Set<String>, seals: [ReferenceSeal], memo: ReferenceMemo
    ) {
        self.init(ground: ground, instruments: instruments, numbered: memo.numbered(seals), memo: memo)
    }

    init(ground: ReferenceGround, instruments: Set<String>, numbered: [NumberedSeal], memo: ReferenceMemo) {
        var counting: [String: [NumberedSeal]] = [:]
        for seal in numbered where instruments.contains(seal.seal.instrument) {
            guard memo.counts(seal, on: ground) else { continue }
            counting[seal.seal.instrument, default: []].append(seal)
        }
        let points = FixedPoints(
            ground: ground, instruments: instruments, counting: counting, memo: memo, supposed: nil)
        self.ground = ground
        self.instruments = instruments
        self.counting = counting
        self.memo = memo
        perfected = points.perfected
        out = points.out
        standing = points.standing
    }

    /// What would stand if everybody had accepted `instrument` without condition.
    func standing(supposing instrument: String) -> Set<String> {
        FixedPoints(
            ground: ground, instruments: instruments, counting: counting, memo: memo, supposed: instrument
        ).standing
    }

    // MARK: Contested, and in force

    public func committed(to instrument: String) -> Set<String> {
        Set((counting[instrument] ?? []).filter { $0.seal.verdict.commits }.map(\.seal.party))
    }

    /// Standing ones that conflict with a standing one.
    public var contested: Set<String> {
        standing.filter { !(ground.conflicts[$0] ?? []).isDisjoint(with: standing) }
    }

    /// Whether one of two conflicting standing instruments beats the other.
    public func beats(_ one: String, _ other: String) -> Bool {
        let both = committed(to: one).intersection(committed(to: other))
        return isMet(one, without: both) && !isMet(other, without: both)
    }

    private func isMet(_ instrument: String, without parties: Set<String>) -> Bool {
        let seals = (counting[instrument] ?? []).map(\.seal).filter {
            !parties.contains($0.party) && $0.verdict.commits && standing.isSuperset(of: $0.provided)
        }
        return ReferenceConsent(seals: seals).meets(ground.needs[instrument] ?? [])
    }

    /// The loop of the design, from the ground up.
    public var inForce: Set<String> {
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

/// A seal, and its number in the memo.
struct NumberedSeal {
    let number: Int
    let seal: ReferenceSeal
}

/// Remembers answers that cannot change, since a debug build asks the same questions hundreds of thousands of times.
///
/// A class because many copies share one; it belongs to whoever made it and to one thread.
public final class ReferenceMemo {
    private struct Question: Hashable {
        let instrument: String
        /// The numbers of the seals, ascending; `nil` supposes that everybody accepted.
        let seals: [Int]?
    }
    private var numbers: [ReferenceSeal: Int] = [:]
    private var answers: [Question: Bool] = [:]
    private var countingSeals: [Int: Bool] = [:]

    public init() {}

    func numbered(_ seals: [ReferenceSeal]) -> [NumberedSeal] {
        seals.map { seal in
            if let number = numbers[seal] { return NumberedSeal(number: number, seal: seal) }
            numbers[seal] = numbers.count
            return NumberedSeal(number: numbers.count - 1, seal: seal)
        }
    }

    func counts(_ seal: NumberedSeal, on ground: ReferenceGround) -> Bool {
        if let known = countingSeals[seal.number] { return known }
        let answer =
            seal.seal.isSigned && ground.keyRecord(of: seal.seal.party, for: seal.seal.instrument) == seal.seal.keys
        if ground.verdicts[seal.seal.instrument] != nil { countingSeals[seal.number] = answer }
        return answer
    }

    func areMetByEverybody(_ needs: [ReferenceNeed], of instrument: String) -> Bool {
        let question = Question(instrument: instrument, seals: nil)
        if let known = answers[question] { return known }
        let answer = ReferenceConsent(seals: [], everybodyBut: []).meets(needs)
        answers[question] = answer
        return answer
    }

    func areMet(_ needs: [ReferenceNeed], of instrument: String, by seals: [NumberedSeal]) -> Bool {
        let question = Question(instrument: instrument, seals: seals.map(\.number).sorted())
        if let known = answers[question] { return known }
        let answer = ReferenceConsent(seals: seals.map(\.seal)).meets(needs)
        answers[question] = answer
        return answer
    }
}

/// The perfected set, what is out, and the standing set.
struct FixedPoints {
    let perfected: Set<String>
    let out: Set<String>
    let standing: Set<String>

    init(
        ground: ReferenceGround, instruments: Set<String>, counting: [String: [NumberedSeal]], memo: ReferenceMemo,
        supposed: String?
    ) {
        /// The greatest set in which each is built on members only and has its needs met by the seals whose
        /// conditions are members.
        func greatest(among candidates: Set<String>) -> Set<String> {
            var members = candidates
            while true {
                let staying = members.filter { id in
                    guard ground.directGround[id]?.isSubset(of: members) ?? false else { return false }
                    let seals = (counting[id] ?? []).filter {
                        $0.seal.verdict.commits && $0.seal.provided.allSatisfy(members.contains)
                    }
                    let needs = ground.needs[id] ?? []
                    return id == supposed
                        ? memo.areMetByEverybody(needs, of: id) : memo.areMet(needs, of: id, by: seals)
                }
                if staying.count == members.count { return members }
                members = staying
            }
        }

        let wellFormed = instruments.filter { ground.isWellFormed($0) }
        let perfected = greatest(among: wellFormed)
        let replacers = perfected.filter { !(ground.instruments[$0]?.replaces.isEmpty ?? true) }

        /// Names point backwards, so this ends.
        func isOut(_ id: String) -> Bool {
            replacers.contains { (ground.instruments[$0]?.replaces.contains(id) ?? false) && !isOut($0) }
        }
        let out = instruments.filter { isOut($0) }
        self.perfected = perfected
        self.out = out
        standing = greatest(among: perfected.subtracting(out))
    }
}
