/// The histories by which earlier wordings of the design failed, each with what has to come of it now.
public struct NamedHistory: Sendable, CustomStringConvertible {
    /// What has to hold, as a sentence.
    public let claim: String
    public var description: String { claim }
    public var history: ReferenceHistory
    /// Names for the instruments, as the claim calls them.
    public let ids: [String: String]
    /// The state of instruments in a copy that holds everything.
    public let states: [String: ReferenceState]
    /// What else is known of the sets: whether these are in force, whatever their state is called.
    public let inForce: [String: Bool]
    /// Pairs that conflict, and pairs that do not.
    public let conflicts: [Pair]
    /// What an honest party may and may not seal, at some moment.
    public let checks: [Check]
    /// What is perfected in copies that hold only some events.
    public let partialCopies: [PartialCopy]
    /// Whom nothing convicts, and who is convicted, in a copy that holds everything.
    public let innocent: [String]
    public let convicted: [String]

    public struct Pair: Sendable {
        public let one: String
        public let other: String
        public let isConflict: Bool
    }

    public struct Check: Sendable {
        /// How many of the events the party knows.
        public let eventCount: Int
        public let party: String
        public let instrument: String
        public let verdict: ReferenceVerdict
        public let provided: [String]
        public let isAllowed: Bool
    }

    public struct PartialCopy: Sendable {
        /// The instruments that the copy lacks.
        public let lacking: [String]
        public let states: [String: ReferenceState]
    }

    public static func all(names: HistoryNames) -> [NamedHistory] {
        histories.map { history in
            var scene = Scene(HistoryBuilder(names: names))
            return history(&scene)
        }
    }

    /// With made-up ids.
    public static func all(seed: UInt64 = 1) -> [NamedHistory] { all(names: .madeUp(seed: seed)) }

    private static let histories: [@Sendable (inout Scene) -> NamedHistory] = [
        twoHonestOrders, chainsOfReplaces, baseThatIsNotNewest, rosterAmendmentAfterAgreement, founderTakeback,
        lockedOutOfTheGround, conditionThatNeverStood, replacingOnesOwnSupport, replacedArrivesLate, emptyStanding,
        secondRoot, securityCouncil, twoRuleChanges, linkedPair, bareNamedRule, newcomerUnasked,
        moreHonestOne, givenUpElsewhere, goneOnFirst, stricterRuleTakenBack, heavyByLight, replacerReplaced,
        namedOnceMore, unmeetableRuleAfter, comesBack,
        rotation, stolenSeal, stolenSealVoided, acknowledgedLater, thiefWhoRotatedFirst, cryingTheft, takenOver,
        promisedInItsName,
        lostParty, forkedKeys, withdrawn, leftWithItsWord, readmitted, closingCompleted, closingAbandoned,
        closingAfterAll,
        closingReplaced, closingsIllFormed, closingStricterRule,
        twoFacedTwice, foundedUnmeetable, illFormedAndLacking, thiefWhoRotatedTwice,
        committedNext, sealKeysAfterFreeze, boundByItsClosing,
    ]
}

/// A stage on which a named history is played: three parties a, b, c unless said otherwise.
struct Scene {
    var builder: HistoryBuilder
    var ids: [String: String] = [:]
    var checks: [NamedHistory.Check] = []

    init(_ builder: HistoryBuilder) { self.builder = builder }

    static let all = ReferenceRule.need(.all, of: ["member"])
    static let majority = ReferenceRule.need(.majority, of: ["member"])

    /// Founds a charter with articles p, q, r of class `text`; everybody accepts.
    mutating func found(
        _ members: [String] = ["a", "b", "c"], rule: ReferenceRule, constitution: ReferenceRule? = nil,
        rosters: [String: [String]] = [:], rules: [String: ReferenceRule] = [:],
        keys shape: HistoryBuilder.KeyShape = .plain
    ) {
        var contents: [String: ReferenceContent] = ["roster/member": .roster(members), "rule/text": .rule(rule)]
        for provisionClass in ["roster", "rule", "party"] {
            contents["rule/" + provisionClass] = .rule(constitution ?? rule)
        }
        for (provisionClass, rule) in rules { contents["rule/" + provisionClass] = .rule(rule) }
        for (standing, holders) in rosters { contents["roster/" + standing] = .roster(holders) }
        for member in members { contents["party/" + member] = builder.newRecord(of: member, shape) }
        for article in ["p", "q", "r"] { contents[article] = Self.words("as founded") }
        ids["founding"] = builder.found(contents)
        seal("founding", by: members)
    }

    static func words(_ words: String, class provisionClass: String = "text") -> ReferenceContent {
        ReferenceContent(class: provisionClass, words: words)
    }

    func id(_ name: String) -> String {
        guard let id = ids[name] else { preconditionFailure("no instrument is called \(name)") }
        return id
    }

    /// Publishes an amendment that writes contents, drafted as honest tools do on the named instruments.
    mutating func amend(
        _ name: String, _ contents: [String: ReferenceContent], on ground: [String] = ["founding"],
        relyingOn relied: Set<String> = [], replacing: [String] = [], voiding: Set<String> = [],
        offeringClosing: Bool = false
    ) {
        ids[name] = builder.publish(
            builder.draft(
                contents.mapValues { .set($0) }, on: builder.view(of: Set(ground.map(id))), relyingOn: relied,
                replacing: Set(replacing.map(id)), voiding: voiding, offeringClosing: offeringClosing))
    }

    mutating func close(
        _ subject: String, _ outcome: ReferenceClosing.Outcome, as name: String, replacing: [String] = []
    ) {
        ids[name] = builder.publish(builder.closing(id(subject), outcome, replacing: Set(replacing.map(id))))
    }

    /// The root that an instrument brings for a party.
    func root(of party: String, in name: String = "founding") -> String {
        guard let root = builder.ground.roots(of: party, for: id(name)).brought else {
            preconditionFailure("\(name) brings no keys of \(party)")
        }
        return root
    }

    /// A party changes all its keys at once, or freezes them, and acknowledges what it sealed, except on some.
    mutating func changeKeys(
        of party: String, in name: String = "founding", by authority: HistoryBuilder.Authority = .seal,
        isFreeze: Bool = false, over previous: String? = nil, exceptOn denied: [String] = [], isOwn: Bool = true
    ) {
        let strange = Set(denied.map(id))
        let own = builder.seals.filter { $0.party == party && !strange.contains($0.instrument) }.map(\.id)
        builder.changeKeys(
            of: root(of: party, in: name), over: previous,
            to: isFreeze ? nil : builder.newKeys(of: party, .recoverable), by: authority,
            acknowledging: own, isOwn: isOwn)
    }

    /// The id of a party's seal on an instrument.
    func seal(of party: String, on name: String) -> String {
        builder.seals.last { $0.party == party && $0.instrument == ids[name] }?.id ?? "no seal"
    }

    mutating func publish(_ name: String, _ draft: ReferenceInstrument) { ids[name] = builder.publish(draft) }

    mutating func seal(
        _ name: String, by parties: [String], _ verdict: ReferenceVerdict = .accept, provided: [String] = []
    ) {
        builder.seal(id(name), by: parties, verdict, provided: provided.map(id))
    }

    /// Notes what a party may seal with everything that has happened so far.
    mutating func check(
        _ party: String, _ name: String, _ verdict: ReferenceVerdict = .accept, provided: [String] = [],
        isAllowed: Bool
    ) {
        checks.append(
            NamedHistory.Check(
                eventCount: builder.events.count, party: party, instrument: name, verdict: verdict,
                provided: provided, isAllowed: isAllowed))
    }

    func ending(
        _ claim: String, _ states: [String: ReferenceState], conflicting: [(String, String)] = [],
        agreeing: [(String, String)] = [], inForce: [String: Bool] = [:],
        partialCopies: [NamedHistory.PartialCopy] = [], innocent: [String] = [], convicted: [String] = []
    ) -> NamedHistory {
        let pairs =
            conflicting.map { NamedHistory.Pair(one: $0.0, other: $0.1, isConflict: true) }
            + agreeing.map { NamedHistory.Pair(one: $0.0, other: $0.1, isConflict: false) }
        return NamedHistory(
            claim: claim, history: builder.history, ids: ids, states: states, inForce: inForce, conflicts: pairs,
            checks: checks, partialCopies: partialCopies, innocent: innocent, convicted: convicted)
    }
}
