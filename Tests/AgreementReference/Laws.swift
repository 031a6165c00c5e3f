/// The laws that hold of every history, whatever anybody does, and those that hold while no liar has a say.
///
/// A law looks at what came out, not at how: it asks anew from the text beneath, the seals and the names.
public enum ReferenceLaw: String, CaseIterable, Hashable, Sendable {
    case sameRecordsSameAnswer
    case perfectedNeverShrinks
    case nothingInForceConflicts
    /// The versions of a provision in force follow one from the other.
    case oneLineOfVersions
    /// Every parent in the text in force is there, and nothing stands beneath itself.
    case textIsATree
    /// No key in the text in force serves two parties.
    case keysServeOneParty
    /// Every class in the text in force has its rule, every holder its record.
    case constitutionIsWhole
    /// Of two in force that change the constitution one is built on the other.
    case oneLineOfConstitutions
    /// Nothing is closed twice.
    case closedOnce
    /// Everything in force rests on the founding.
    case oneRoot
    /// Somebody accepted, and whoever the rules beneath ask for, all that is perfected.
    case nothingWithoutConsent
    /// Who is added to a roster accepted that.
    case nobodyEnrolledUnasked
    /// What takes something out has all that this needed, and the rules after it.
    case replacedOnlyWithAllItNeeded
    /// What stands has its needs met by what was given on conditions that stand.
    case conditionsStand
    /// What is well formed, and can be accepted, can come into force.
    case wellFormedCanCome
    /// No party is asked under a rule or a roster, or about a provision, that something else in force changed unseen.
    case nothingDecidedUnseen
    /// Below the threshold.
    case nothingContested
    /// Below the threshold: replaced by name, given in return for what is, or resting on what is void; or built on what
    /// was given so.
    case leavesForceAsAgreed
    /// Below the threshold: nothing that all agreed to falls by what it replaces itself.
    case nothingFallsByItself
    /// Below the threshold: what is complete is perfected.
    case completedIsPerfected
    /// Below the threshold: no class in force comes to have a rule that nobody can meet.
    case rulesStayMeetable
    /// Nobody who deals honestly and knows everything perfects what does not stand, …
    case nothingPerfectedInVain
    /// … or topples what it promised itself.
    case promisesKept
    case nobodyHonestLockedOut
    /// What was replaced by something in force holds up nobody who builds on that.
    case nobodyAskedTwice
    /// What was accepted only provided it is completed holds up nobody, once it is abandoned.
    case abandonedFrees
    /// Who left, and was taken off every roster, may come back.
    case leaversMayReturn
    /// Who promised what a thief completed may say so together with the others.
    case theftsCanBeConfirmed
    case nobodyHonestConvicted
}

/// A law, and how a history broke it.
public struct BrokenLaw: Hashable, Sendable, CustomStringConvertible {
    public let law: ReferenceLaw
    public let detail: String
    public var description: String { "\(law.rawValue): \(detail)" }
}

/// One copy of a history, the whole or a part of it.
struct LawCopy {
    let name: String
    let reference: Reference
    let statements: Set<String>
    let inForce: Set<String>

    init(_ events: [ReferenceHistory.Event], of history: ReferenceHistory, _ name: String) {
        self.name = name
        reference = history.reference(of: events)
        statements = Set(ReferenceHistory.statements(of: events).map(\.id))
        inForce = reference.inForce
    }
}

/// Holds one history against the laws: whole, growing, and with parts left out.
struct LawBook {
    let history: ReferenceHistory
    private(set) var broken: [BrokenLaw] = []
    private var random: SplitMix64
    /// Who holds, in any version of it, the standing that two winning coalitions share a member of.
    private let keyStates: Set<String>

    init(_ history: ReferenceHistory, seed: UInt64) {
        self.history = history
        random = SplitMix64(seed: seed &+ 0x1A35)
        keyStates = Set(
            history.instruments.flatMap { Array($0.changes["roster/key-state"]?.content?.awakeHolders ?? []) })
    }

    /// Checks all, and gives the whole copy back.
    mutating func check() -> Reference {
        let events = history.events
        let whole = LawCopy(events, of: history, "everything")
        let thirds = (1...2).map { LawCopy(Array(events.prefix(events.count * $0 / 3)), of: history, "\($0)/3") }
        let parts = [random.some(of: events, percent: 88), thinned(events, whole.reference)]
        let partial = parts.indices.map { LawCopy(parts[$0], of: history, "thinned \($0)") }
        sameRecordsSameAnswer(whole, LawCopy(random.shuffled(events), of: history, "shuffled"))
        sameRecordsSameAnswer(partial[1], LawCopy(random.shuffled(parts[1]), of: history, "thinned and shuffled"))
        for (earlier, later) in zip(thirds, thirds.dropFirst() + [whole]) {
            perfectedNeverShrinks(earlier, later)
            leavesForceAsAgreed(earlier, later)
        }
        for copy in partial {
            perfectedNeverShrinks(copy, whole)
            leavesForceAsAgreed(copy, whole)
        }
        for copy in thirds + partial + [whole] {
            checkAlways(copy)
            nothingContested(copy)
            nobodyHonestConvicted(copy)
        }
        nobodyHonestLockedOut(whole)
        nobodyHonestLockedOut(partial[0])
        for party in honest(in: whole) {
            nobodyIsHeldUp(party, whole)
            leaversMayReturn(party, whole)
        }
        wellFormedCanCome(whole)
        completedIsPerfected(whole)
        // A copy that lacks a seal may lack the one that the ground still stands on.
        nothingFallsByItself(whole)
        checkMoments(whole)
        return whole.reference
    }

    private mutating func checkAlways(_ copy: LawCopy) {
        nothingInForceConflicts(copy)
        oneLineOfVersions(copy)
        textIsATree(copy)
        keysServeOneParty(copy)
        oneRoot(copy)
        constitutionIsWhole(copy)
        oneLineOfConstitutions(copy)
        closedOnce(copy)
        nothingWithoutConsent(copy)
        nobodyEnrolledUnasked(copy)
        replacedOnlyWithAllItNeeded(copy)
        conditionsStand(copy)
        nothingDecidedUnseen(copy)
        rulesStayMeetable(copy)
    }

    /// A copy of somebody who has not heard of one instrument that takes something out, or from whom all of one kind that
    /// one party made is kept.
    private mutating func thinned(
        _ events: [ReferenceHistory.Event], _ whole: Reference
    ) -> [ReferenceHistory.Event] {
        let replacing = whole.perfected.filter { !(whole.ground.instruments[$0]?.replaces.isEmpty ?? true) }
        if random.chance(30), let unheard = random.pick(replacing.sortedBytewise()) {
            return events.filter { event in
                if case .published(let instrument) = event { instrument.id != unheard } else { true }
            }
        }
        let share = random.within(0...60)
        let kind = random.below(4)
        var random = random
        return events.filter { event in
            let isOfKind =
                switch event {
                case .published(let instrument): kind == 0 && !instrument.isFounding
                case .sealed: kind == 1
                case .keyed: kind == 2
                case .withdrew: kind == 3
                }
            return !isOfKind || !random.chance(share)
        }
    }

    mutating func report(_ law: ReferenceLaw, _ copy: LawCopy, _ detail: @autoclosure () -> String) {
        if broken.contains(where: { $0.law == law }) { return }  // one of each tells enough
        broken.append(BrokenLaw(law: law, detail: "\(copy.name): \(detail())"))
    }

    // MARK: Whom a law holds harmless

    /// Any two coalitions of this history share a key state, and none of those lies or was robbed.
    var isBelowThreshold: Bool {
        history.hasSafeRules && history.liars.union(history.thefts.keys).isDisjoint(with: keyStates)
    }

    /// The parties that dealt honestly as far as a copy shows: whoever was robbed only where the statements that settle
    /// it are there.
    func honest(in copy: LawCopy) -> [String] {
        history.parties.subtracting(history.liars).filter { party in
            guard let settled = history.thefts[party] else { return true }
            return !settled.isEmpty && copy.statements.isSuperset(of: settled)
        }.sortedBytewise()
    }

    mutating func pick(_ parties: [String]) -> String? { random.pick(parties) }

    mutating func pick(_ count: Int, of ids: [String]) -> [String] { Array(random.shuffled(ids).prefix(count)) }
}
