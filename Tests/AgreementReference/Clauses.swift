/// The clauses of the agreement that can be taken out of the reference, one or several at a time, so that a campaign
/// of histories shows which law each of them upholds. Nothing is taken out unless somebody asks for it.
public enum ReferenceClause: Int, Hashable, Sendable, CaseIterable {
    // MARK: Well formed
    case writesOutsideBase
    case repealsReserved
    case builtOnIllFormed
    case replacesIllFormed
    case closesIllFormed
    /// What it replaces must be at hand before it is judged.
    case awaitsWhatItReplaces
    case foundingNotBeneath
    case foundingNamesNobody
    case foundingLacksRule
    case foundingLacksRecord
    case groundInConflict
    /// Built on one that another of its ground replaces.
    case groundReplacedByGround
    /// Built on one that it replaces itself.
    case groundReplacedByItself
    case notNewestVersion
    case ruleOutsideBase
    case rosterOutsideBase
    case constitutionOutsideBase
    case parentNotThere
    case parentNotReliedOn
    case parentsInCycle
    case movesUnseen
    case repealsNothing
    case leavesChildBehind
    case keyServesTwice
    case closingMalformed
    case closesFounding
    case closingNotOffered
    case closingNotBuiltOnSubject

    // MARK: Conflict and needs
    /// Two that change the constitution under the same rules and rosters conflict.
    case constitutionalConflict
    case needsNewcomers
    case needsOfReplaced
    case needsRulesAfterReplaced
    /// A rule after what is replaced asks for nothing if nobody could meet it.
    case unmeetableAsksForNothing
    /// Replacing a closing brings what its subject needs.
    case closingBringsSubject
    /// … and the rules of all classes after the subject.
    case closingBringsRulesAfter
    /// No rule as a whole is met without an acceptance.
    case acceptanceAtAll
    case nobodyIsNotAll

    // MARK: Perfected, standing, in force
    /// What is perfected is built on what is perfected.
    case groundPerfected
    /// A seal counts for perfected if what it is provided on is perfected, …
    case conditionsPerfected
    /// … and for standing if that stands.
    case conditionsStanding
    /// What is disputed, or void, still counts for perfected.
    case disputedPerfects
    /// Only what is disputed is void.
    case onlyDisputedVoid
    /// Only what is perfected, and not out itself, makes something out.
    case outByPerfected
    /// Of two that conflict one only is in force.
    case orderOfForce

    // MARK: What counts
    /// Enough keys have signed.
    case thresholdSigned
    /// Where a record is rewritten, the earlier keys give the consent.
    case earlierKeysConsent
    case recoverySupersedes
    /// A seal binds only under keys that something perfected brought.
    case establishedBinds
    case disputedDoesNotBind
    case foundingNeverDisputed
    case supersededForksNothing
    /// An excused holder was one in every version since the one it left.
    case excusedWithoutGap
    /// … and the instrument is compatible with its word.
    case excusedByItsWord

    // MARK: The honest check
    case otherVerdict
    /// Nothing is sealed that cannot be judged, …
    case notKnown
    /// … nor while a commitment that the party's machine remembers cannot be.
    case notKnownEarlier
    case illFormed
    case replacedBy
    case conflictsWith
    case groundReplacedBy
    case groundConflictsWith
    case earlierBuiltOnReplaced
    case earlierBuiltOnRival
    case providedOnReplaced
    case leavesRuleUnmeetable
    case wouldNotStand
    case wouldCompleteNothing
    case wouldTopple
    case restsOnDisputed
    case withdrawn

    // MARK: Exemptions, without which honest parties would be locked out or convicted
    case namingFrees
    /// Whatever is built on what replaces J needs not name J once more.
    case answeredFrees
    /// What was given only provided a closing does not bind while that is not sealed.
    case looseFrees
    /// … nor where the closing that was sealed answers the other instrument.
    case looseWhereClosingAnswers
    /// Voiding what a thief gave is no toppling of what hung on it.
    case voidingTopplesNot
}

/// Which clauses hold. A value small enough to be asked in every inner loop.
public struct ReferenceMeaning: Hashable, Sendable {
    private var omitted: UInt128 = 0
    /// What is agreed.
    public static let agreed = ReferenceMeaning()

    public init(without clauses: ReferenceClause...) {
        for clause in clauses { leaveOut(clause) }
    }

    public mutating func leaveOut(_ clause: ReferenceClause) { omitted |= 1 << UInt128(clause.rawValue) }

    func holds(_ clause: ReferenceClause) -> Bool { omitted & (1 << UInt128(clause.rawValue)) == 0 }
    func lacks(_ clause: ReferenceClause) -> Bool { !holds(clause) }
}
