/// The histories by which earlier wordings of the design failed, each with what has to come of it now.
public struct NamedHistory: Sendable, CustomStringConvertible {
    /// What has to hold, as a sentence.
    public let claim: String
    public var description: String { claim }
    public let history: ReferenceHistory
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

    public static func all(
        assignID: @escaping HistoryBuilder.AssignID, assignKeyRecord: @escaping HistoryBuilder.AssignKeyRecord
    ) -> [NamedHistory] {
        histories.map { history in
            var scene = Scene(HistoryBuilder(assignID: assignID, assignKeyRecord: assignKeyRecord))
            return history(&scene)
        }
    }

    /// With made-up ids.
    public static func all(seed: UInt64 = 1) -> [NamedHistory] {
        all(assignID: HistoryBuilder.madeUpIDs(seed: seed), assignKeyRecord: HistoryBuilder.madeUpKeyRecord)
    }

    private static let histories: [@Sendable (inout Scene) -> NamedHistory] = [
        twoHonestOrders, chainsOfReplaces, baseThatIsNotNewest, rosterAmendmentAfterAgreement, founderTakeback,
        lockedOutOfTheGround, conditionThatNeverStood, replacingOnesOwnSupport, replacedArrivesLate, emptyStanding,
        secondRoot, securityCouncil, twoRuleChanges, linkedPair, bareNamedRule, newcomerUnasked,
        moreHonestOne, stricterRuleTakenBack, heavyByLight, replacerReplaced, namedOnceMore,
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
        rosters: [String: [String]] = [:], rules: [String: ReferenceRule] = [:]
    ) {
        var contents: [String: ReferenceContent] = ["roster/member": .roster(members), "rule/text": .rule(rule)]
        for provisionClass in ["roster", "rule", "party"] {
            contents["rule/" + provisionClass] = .rule(constitution ?? rule)
        }
        for (provisionClass, rule) in rules { contents["rule/" + provisionClass] = .rule(rule) }
        for (standing, holders) in rosters { contents["roster/" + standing] = .roster(holders) }
        for member in members { contents["party/" + member] = builder.newRecord(of: member) }
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
        relyingOn relied: Set<String> = [], replacing: [String] = []
    ) {
        ids[name] = builder.publish(
            builder.draft(
                contents.mapValues { .set($0) }, on: builder.view(of: Set(ground.map(id))), relyingOn: relied,
                replacing: Set(replacing.map(id))))
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
        partialCopies: [NamedHistory.PartialCopy] = []
    ) -> NamedHistory {
        let pairs =
            conflicting.map { NamedHistory.Pair(one: $0.0, other: $0.1, isConflict: true) }
            + agreeing.map { NamedHistory.Pair(one: $0.0, other: $0.1, isConflict: false) }
        return NamedHistory(
            claim: claim, history: builder.history, ids: ids, states: states, inForce: inForce, conflicts: pairs,
            checks: checks, partialCopies: partialCopies)
    }
}

extension NamedHistory {
    /// A seal-level "instead of" let two honest orders disagree.
    private static let twoHonestOrders: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("wording", ["p": Scene.words("first")])
        scene.amend("other wording", ["p": Scene.words("second")], replacing: ["wording"])
        scene.seal("wording", by: ["a", "b"])
        scene.check("a", "other wording", isAllowed: true)
        scene.seal("other wording", by: ["a"])
        scene.check("c", "wording", isAllowed: true)
        scene.seal("other wording", by: ["c"])
        scene.check("c", "wording", isAllowed: false)
        return scene.ending(
            "what replaces is said by the instrument, so both orders of sealing give the same answer",
            ["wording": .replaced, "other wording": .inForce], conflicting: [("wording", "other wording")])
    }

    /// `replaces` through chains let a poisoner name what others' honest instrument then removed.
    private static let chainsOfReplaces: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("agreed", ["p": Scene.words("agreed")])
        scene.seal("agreed", by: ["a", "b", "c"])
        scene.amend("poison", ["q": Scene.words("poison")], replacing: ["agreed"])
        scene.seal("poison", by: ["c"])
        scene.amend("honest", ["q": Scene.words("honest")], on: ["agreed"], replacing: ["poison"])
        scene.check("a", "honest", isAllowed: true)
        scene.seal("honest", by: ["a", "b"])
        return scene.ending(
            "what a replaced instrument names is not thereby replaced",
            ["agreed": .inForce, "poison": .replaced, "honest": .inForce])
    }

    /// A base that did not name the newest version beneath it let a provision split.
    private static let baseThatIsNotNewest: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("first", ["p": Scene.words("first")])
        scene.seal("first", by: ["a", "b"])
        scene.amend("second", ["p": Scene.words("second")], on: ["first"])
        scene.seal("second", by: ["a", "b"])
        var split = scene.builder.draft(["p": .set(Scene.words("split"))], on: [scene.id("founding")])
        split.after = [scene.id("first")]
        scene.publish("split", split)
        scene.seal("split", by: ["a", "b", "c"])
        return scene.ending(
            "an instrument that does not name the newest version beneath it is ill formed",
            ["first": .inForce, "second": .inForce, "split": .illFormed])
    }

    /// A roster amendment conflicted with all that had been agreed before it.
    private static let rosterAmendmentAfterAgreement: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("agreed", ["p": Scene.words("agreed")])
        scene.seal("agreed", by: ["a", "b"])
        scene.amend("open", ["q": Scene.words("open")])
        scene.seal("open", by: ["c"])
        scene.amend("expulsion", ["roster/member": .roster(["a", "b"])], on: ["agreed"])
        scene.check("a", "expulsion", isAllowed: true)
        scene.check("c", "expulsion", isAllowed: false)
        scene.seal("expulsion", by: ["a", "b"])
        return scene.ending(
            "a roster amendment built on what relied on the roster leaves it in force, and makes open ones stale",
            ["agreed": .inForce, "expulsion": .inForce, "open": .stale],
            conflicting: [("open", "expulsion")], agreeing: [("agreed", "expulsion")])
    }

    /// Founders admit d, and all rely on it; then two founders alone replace the accession on the founding base.
    private static let founderTakeback: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        let record = scene.builder.newRecord(of: "d")
        scene.amend("accession", ["roster/member": .roster(["a", "b", "c", "d"]), "party/d": record])
        scene.seal("accession", by: ["a", "b", "d"])
        scene.amend("agreed", ["p": Scene.words("agreed")], on: ["accession"])
        scene.seal("agreed", by: ["a", "b", "d"])
        scene.amend("takeback", ["roster/member": .roster(["b", "c"])], replacing: ["accession"])
        scene.check("b", "takeback", isAllowed: false)
        scene.seal("takeback", by: ["b", "c"])
        return scene.ending(
            "what replaces an accession needs the rules as they stood after it",
            ["accession": .inForce, "agreed": .inForce, "takeback": .stale])
    }

    /// a and b give up an instrument while c, not having heard, completes it.
    private static let lockedOutOfTheGround: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all)
        scene.amend("given up", ["p": Scene.words("given up")])
        scene.seal("given up", by: ["a", "b"])
        scene.amend("instead", ["p": Scene.words("instead")], replacing: ["given up"])
        scene.seal("instead", by: ["a", "b"])
        scene.seal("given up", by: ["c"])
        scene.amend("next", ["p": Scene.words("next")], on: ["given up"])
        scene.check("a", "next", isAllowed: false)
        scene.check("c", "next", isAllowed: true)
        scene.amend("next, naming", ["p": Scene.words("next")], on: ["given up"], replacing: ["instead"])
        scene.check("a", "next, naming", isAllowed: true)
        scene.seal("next, naming", by: ["a", "b", "c"])
        return scene.ending(
            "naming is the way out of what one gave up too early",
            ["given up": .inForce, "instead": .replaced, "next": .stale, "next, naming": .inForce])
    }

    /// A condition that never stood does not bind.
    private static let conditionThatNeverStood: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority, rules: ["step": Scene.all])
        scene.amend("guarantee", ["p": Scene.words("guarantee")])
        scene.seal("guarantee", by: ["b"])
        scene.amend("step", ["s": Scene.words("step", class: "step")])
        scene.seal("step", by: ["a"], provided: ["guarantee"])
        scene.seal("step", by: ["b", "c"])
        scene.amend("other guarantee", ["p": Scene.words("other")], replacing: ["guarantee"])
        scene.seal("other guarantee", by: ["a", "b"])
        scene.seal("guarantee", by: ["c"])
        return scene.ending(
            "what was given in return for something that never stood does not bind",
            ["guarantee": .replaced, "other guarantee": .inForce, "step": .suspended])
    }

    /// An instrument named in `replaces` what its own ground hung on by a conditional seal.
    private static let replacingOnesOwnSupport: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all)
        scene.amend("support", ["p": Scene.words("support")])
        scene.amend("hanging", ["q": Scene.words("hanging")])
        scene.seal("support", by: ["a", "b", "c"])
        scene.seal("hanging", by: ["a"], provided: ["support"])
        scene.seal("hanging", by: ["b", "c"])
        scene.amend("felling", ["q": Scene.words("felling")], on: ["hanging"], replacing: ["support"])
        for party in ["a", "b", "c"] { scene.check(party, "felling", isAllowed: false) }
        scene.check("a", "felling", provided: ["support"], isAllowed: false)
        scene.amend("amending", ["q": Scene.words("amending")], on: ["hanging"])
        scene.check("a", "amending", isAllowed: true)
        scene.seal("felling", by: ["a", "b", "c"])
        return scene.ending(
            "an instrument that fells its own ground does not stand, and no honest party seals it",
            ["support": .replaced, "hanging": .suspended, "felling": .suspended, "amending": .unsealed])
    }

    /// A replaced instrument that arrives late made perfected shrink.
    private static let replacedArrivesLate: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("old", ["p": Scene.words("old")])
        scene.seal("old", by: ["c"])
        scene.amend("new", ["p": Scene.words("new")], replacing: ["old"])
        scene.seal("new", by: ["a", "b"])
        scene.amend("on top", ["p": Scene.words("on top")], on: ["new"])
        scene.seal("on top", by: ["a", "b"])
        return scene.ending(
            "an instrument awaits what it replaces",
            ["old": .replaced, "new": .inForce, "on top": .inForce],
            partialCopies: [
                PartialCopy(
                    lacking: ["old"],
                    states: ["founding": .inForce, "new": .awaitingRecords, "on top": .awaitingRecords]),
                PartialCopy(lacking: ["new"], states: ["old": .sealed, "on top": .awaitingRecords]),
            ])
    }

    /// `all` of an empty standing passed without a seal.
    private static let emptyStanding: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(
            rule: Scene.majority, rosters: ["guest": []],
            rules: [
                "courtesy": .need(.all, of: ["guest"]), "mixed": .need(.all, of: ["guest", "member"]),
                "joint": .all([Scene.majority, .need(.all, of: ["guest"])]),
            ])
        scene.amend("courtesy", ["g": Scene.words("courtesy", class: "courtesy")])
        scene.check("a", "courtesy", isAllowed: false)
        scene.amend("courtesy, sealed", ["h": Scene.words("courtesy", class: "courtesy")])
        scene.seal("courtesy, sealed", by: ["a", "b", "c"])
        scene.amend("mixed", ["m": Scene.words("mixed", class: "mixed")])
        scene.seal("mixed", by: ["a", "b", "c"])
        scene.amend("joint", ["j": Scene.words("joint", class: "joint")])
        scene.seal("joint", by: ["a", "b", "c"])
        return scene.ending(
            "no term over a standing without holders is met",
            ["courtesy": .unsealed, "courtesy, sealed": .sealed, "joint": .sealed, "mixed": .inForce])
    }

    /// A base of nothing but "did not exist" made a second root.
    private static let secondRoot: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        let coup = ReferenceInstrument(
            base: ["roster/member": nil, "rule/text": nil, "p": nil],
            changes: [
                "roster/member": .set(.roster(["a"])), "rule/text": .set(.rule(Scene.all)),
                "p": .set(Scene.words("second root")),
            ])
        scene.publish("second root", coup)
        scene.seal("second root", by: ["a"])
        return scene.ending(
            "a base of nothing but did-not-exist is no root", ["founding": .inForce, "second root": .illFormed])
    }

    /// Abstentions outside the check split the Security Council with three liars instead of five.
    private static let securityCouncil: @Sendable (inout Scene) -> NamedHistory = { scene in
        let permanent = ["p1", "p2", "p3", "p4", "p5"]
        let elected = (1...10).map { "e\($0)" }
        let rule = ReferenceRule.all([
            .need(.atLeast(9), of: ["member"]),
            .need(.all, of: ["permanent"], countingAbstentions: true),
        ])
        scene.found((permanent + elected).sortedBytewise(), rule: rule, rosters: ["permanent": permanent])
        scene.amend("resolution", ["p": Scene.words("resolution")])
        scene.seal("resolution", by: Array(elected.prefix(6)) + ["p1", "p2", "p3"])
        scene.seal("resolution", by: ["p4", "p5"], .abstain)
        scene.amend("contrary", ["p": Scene.words("contrary")])
        scene.check("p4", "contrary", .abstain, isAllowed: false)
        scene.check("p5", "contrary", isAllowed: false)
        scene.check("e7", "contrary", isAllowed: true)  // it would stand, contested, and e7 committed to nothing
        // e1, e2 and p1 lie; the four other elected have not heard of the resolution
        scene.seal("contrary", by: Array(elected.suffix(6)) + ["e1", "e2", "p1"])
        scene.amend("vetoed", ["q": Scene.words("vetoed")])
        scene.seal("vetoed", by: elected + ["p1", "p2", "p3", "p4"])
        scene.seal("vetoed", by: ["p5"], .reject)
        scene.amend("nobody's", ["r": Scene.words("nobody's")])
        scene.seal("nobody's", by: permanent, .abstain)
        return scene.ending(
            "an abstention that a rule counts binds like an acceptance",
            ["resolution": .inForce, "contrary": .stale, "vetoed": .rejected, "nobody's": .sealed],
            conflicting: [("resolution", "contrary")])
    }

    /// Two rule changes, each safe, were unsafe together.
    private static let twoRuleChanges: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority, rules: ["other": Scene.majority])
        scene.amend("one rule", ["rule/text": .rule(.need(.atLeast(1), of: ["member"]))])
        scene.amend("another rule", ["rule/other": .rule(.need(.atLeast(2), of: ["member"]))])
        scene.amend("new keys", ["party/c": scene.builder.newRecord(of: "c")])
        scene.amend("other keys", ["party/b": scene.builder.newRecord(of: "b")])
        scene.amend("new class", ["rule/new": .rule(Scene.majority)])
        scene.amend("other class", ["rule/newer": .rule(Scene.majority)])
        scene.seal("one rule", by: ["a", "b"])
        scene.check("a", "another rule", isAllowed: false)
        scene.check("b", "new keys", isAllowed: false)
        return scene.ending(
            "two changes of one constitution conflict, whatever each changes",
            ["one rule": .inForce, "another rule": .stale],
            conflicting: [
                ("one rule", "another rule"), ("one rule", "new keys"), ("new keys", "other keys"),
                ("new class", "other class"), ("new class", "new keys"),
            ])
    }

    /// What the whole system is for.
    private static let linkedPair: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all)
        scene.amend("denuclearisation step", ["p": Scene.words("step")])
        scene.amend("guarantee", ["q": Scene.words("guarantee")])
        scene.amend("third", ["r": Scene.words("third")])
        scene.seal("denuclearisation step", by: ["a"], provided: ["guarantee"])
        scene.seal("denuclearisation step", by: ["b", "c"])
        scene.seal("guarantee", by: ["b"], provided: ["denuclearisation step"])
        scene.seal("guarantee", by: ["a", "c"])
        scene.seal("third", by: ["a", "b"])
        scene.seal("third", by: ["c"], provided: ["third"])
        return scene.ending(
            "linked instruments complete at the same instant, and neither goes first",
            ["denuclearisation step": .inForce, "guarantee": .inForce, "third": .inForce],
            partialCopies: [PartialCopy(lacking: ["guarantee"], states: ["denuclearisation step": .conditional])])
    }

    /// A term asks for nothing where none is listed, but no rule is met without an acceptance that a term counts.
    private static let bareNamedRule: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority, rules: ["addressed": .named("addressees")])
        scene.amend("to nobody", ["n": Scene.words("to nobody", class: "addressed")])
        scene.seal("to nobody", by: ["a", "b", "c"])
        var letter = Scene.words("to a and b", class: "addressed")
        letter.named = ["addressees": ["a", "b"]]
        scene.amend("to a and b", ["m": letter])
        scene.seal("to a and b", by: ["a", "c"])
        scene.amend("to b", ["l": letter])
        scene.seal("to b", by: ["a", "b"])
        return scene.ending(
            "no rule as a whole is met without an acceptance by a party that one of its terms counts",
            ["to nobody": .sealed, "to a and b": .sealed, "to b": .inForce])
    }

    /// Nobody undoes a stricter rule under the laxer one before it.
    private static let stricterRuleTakenBack: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("stricter", ["rule/text": .rule(Scene.all)])
        scene.seal("stricter", by: ["a", "b"])
        scene.amend("takeback", ["rule/text": .rule(Scene.majority)], replacing: ["stricter"])
        scene.seal("takeback", by: ["b", "c"])
        scene.amend("takeback by all", ["q": Scene.words("other")], replacing: ["stricter"])
        scene.seal("takeback by all", by: ["a", "b", "c"])
        return scene.ending(
            "what replaces a change of a rule needs the rules of all classes as they stood after it",
            ["takeback": .sealed, "stricter": .replaced, "takeback by all": .inForce])
    }

    /// Nobody undoes with a light rule what a heavy one agreed.
    private static let heavyByLight: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority, rules: ["heavy": Scene.all])
        scene.amend("heavy", ["h": Scene.words("heavy", class: "heavy")])
        scene.seal("heavy", by: ["a", "b", "c"])
        scene.amend("light", ["q": Scene.words("light")], replacing: ["heavy"])
        scene.seal("light", by: ["a", "b"])
        scene.amend("light, beside it", ["r": Scene.words("light")])
        scene.seal("light, beside it", by: ["a", "b"])
        return scene.ending(
            "what replaces needs all that what it replaces needed",
            ["heavy": .inForce, "light": .sealed, "light, beside it": .inForce])
    }

    /// Only what is not itself out makes out.
    private static let replacerReplaced: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("first", ["p": Scene.words("first")])
        scene.seal("first", by: ["a", "b"])
        scene.amend("second", ["q": Scene.words("second")], replacing: ["first"])
        scene.seal("second", by: ["a", "b"])
        scene.amend("third", ["r": Scene.words("third")], replacing: ["second"])
        scene.seal("third", by: ["a", "b"])
        scene.amend("never perfected", ["r": Scene.words("never")], replacing: ["third"])
        scene.seal("never perfected", by: ["c"])
        return scene.ending(
            "what was replaced stands again when what replaced it is replaced by what does not name it",
            ["first": .inForce, "second": .replaced, "third": .inForce, "never perfected": .stale])
    }

    /// Each by name and never through others: whoever committed to what was replaced is free for what is built on its
    /// replacement only where that names it again, with all that it needed.
    private static let namedOnceMore: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority)
        scene.amend("old", ["p": Scene.words("old")])
        scene.seal("old", by: ["a", "b", "c"])
        scene.amend("new", ["p": Scene.words("new")], replacing: ["old"])
        scene.seal("new", by: ["a", "b", "c"])
        scene.amend("expulsion", ["roster/member": .roster(["a", "b"])], on: ["new"])
        scene.check("a", "expulsion", isAllowed: false)
        scene.amend("expulsion, naming", ["roster/member": .roster(["a", "b"])], on: ["new"], replacing: ["old"])
        scene.check("a", "expulsion, naming", isAllowed: true)
        scene.seal("expulsion, naming", by: ["a", "b"])
        return scene.ending(
            "what was replaced is named once more by all that is built on its replacement",
            ["old": .replaced, "new": .inForce, "expulsion": .unsealed, "expulsion, naming": .sealed])
    }

    /// Of two contested ones, the one that stands without those who sealed both.
    private static let moreHonestOne: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(["a", "b", "c", "d", "e", "f", "g"], rule: .need(.atLeast(3), of: ["member"]))
        scene.amend("honest", ["p": Scene.words("honest")])
        scene.amend("other", ["p": Scene.words("other")])
        scene.amend("on the honest", ["q": Scene.words("on the honest")], on: ["honest"], relyingOn: ["p"])
        scene.amend("on the other", ["r": Scene.words("on the other")], on: ["other"], relyingOn: ["p"])
        scene.seal("honest", by: ["a", "b", "c", "d"])
        scene.seal("other", by: ["c", "e", "f"])
        scene.check("c", "other", isAllowed: false)
        scene.seal("on the honest", by: ["a", "b", "d"])
        scene.seal("on the other", by: ["e", "f", "g"])
        return scene.ending(
            "of two contested instruments the one that stands without those who sealed both is in force",
            ["honest": .contested, "other": .contested, "on the honest": .inForce, "on the other": .suspended],
            conflicting: [("honest", "other")],
            inForce: ["honest": true, "other": false])
    }

    /// Nobody is enrolled unasked.
    private static let newcomerUnasked: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        let record = scene.builder.newRecord(of: "d")
        scene.amend("enrolment", ["roster/member": .roster(["a", "b", "c", "d"]), "party/d": record])
        scene.seal("enrolment", by: ["a", "b", "c"])
        return scene.ending("nobody is enrolled unasked", ["enrolment": .sealed])
    }
}
