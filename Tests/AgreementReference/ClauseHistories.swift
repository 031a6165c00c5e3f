/// A history written by hand in which leaving out one clause breaks a law: of clauses that random histories need so
/// seldom that a test could not wait for it.
public struct ClauseHistory: Sendable, CustomStringConvertible {
    public let clause: ReferenceClause
    public let law: ReferenceLaw
    private let scene: @Sendable (inout Scene) -> Void
    public var description: String { "\(clause)" }

    /// The laws that it breaks, whatever parts of it somebody holds.
    ///
    /// - Parameter meaning: Which clauses hold; honest parties seal what these let them.
    public func broken(under meaning: ReferenceMeaning) -> Set<ReferenceLaw> {
        var stage = Scene(HistoryBuilder(names: .madeUp(seed: 1), meaning: meaning))
        scene(&stage)
        return stage.builder.history.brokenLaws
    }

    public static let all = [
        ClauseHistory(clause: .groundReplacedBy, law: .leavesForceAsAgreed, scene: goneOnAfterGivingUp),
        ClauseHistory(clause: .earlierBuiltOnReplaced, law: .leavesForceAsAgreed, scene: givenUpAfterGoingOn),
        ClauseHistory(clause: .closesFounding, law: .replacedOnlyWithAllItNeeded, scene: closingOfAClosing),
        ClauseHistory(clause: .onlyDisputedVoid, law: .leavesForceAsAgreed, scene: consentTakenBackByOthers),
        ClauseHistory(clause: .foundingNeverDisputed, law: .oneRoot, scene: foundingVoided),
        ClauseHistory(clause: .excusedWithoutGap, law: .leaversMayReturn, scene: leftAndTakenOff),
        ClauseHistory(clause: .withdrawn, law: .nothingContested, scene: consentAfterLeaving),
        ClauseHistory(clause: .voidingTopplesNot, law: .theftsCanBeConfirmed, scene: promisedByATheft),
        ClauseHistory(clause: .answeredFrees, law: .nobodyAskedTwice, scene: givenUpByAll),
        ClauseHistory(clause: .namingFrees, law: .nobodyHonestLockedOut, scene: overruled),
    ]

    /// a means to give something up, and helps to go on from it.
    private static let goneOnAfterGivingUp: @Sendable (inout Scene) -> Void = { scene in
        giveAndGoOn(&scene)
        scene.sealHonestly("elsewhere", by: ["a"])
        scene.sealHonestly("going on", by: ["a", "b"])
        scene.sealHonestly("elsewhere", by: ["c"])
    }

    /// a has gone on from something, and helps to give it up; b has not heard of that.
    private static let givenUpAfterGoingOn: @Sendable (inout Scene) -> Void = { scene in
        giveAndGoOn(&scene)
        scene.sealHonestly("going on", by: ["a"])
        scene.sealHonestly("elsewhere", by: ["a", "c"])
        scene.seal("going on", by: ["b"])
    }

    private static func giveAndGoOn(_ scene: inout Scene) {
        scene.found(rule: Scene.majority)
        scene.amend("given up", ["p": Scene.words("given up")])
        scene.seal("given up", by: ["a", "b"])
        scene.amend("elsewhere", ["q": Scene.words("elsewhere")], replacing: ["given up"])
        scene.amend("going on", ["p": Scene.words("going on")], on: ["given up"])
    }

    /// What needs all is closed, and the closing is closed; replacing the outermost needs what closings need.
    private static let closingOfAClosing: @Sendable (inout Scene) -> Void = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority, rules: ["closing": Scene.majority])
        scene.amend("offer", ["p": Scene.words("offer")], offeringClosing: true)
        var complete = scene.builder.closing(scene.id("offer"), .complete)
        for provision in ["rule/closing", "roster/member"] { complete.base[provision] = scene.id("founding") }
        scene.publish("complete", complete)
        scene.close("complete", .complete, as: "complete completely")
        scene.seal("offer", by: ["a", "b", "c"], provided: ["complete"])
        scene.seal("complete", by: ["a", "b", "c"], provided: ["complete completely"])
        scene.seal("complete completely", by: ["a", "b", "c"])
        scene.amend("undoing", ["roster/guest": .roster(["c"])], replacing: ["complete completely"])
        scene.seal("undoing", by: ["b", "c"])
    }

    /// a and c would make void what b gave, which nobody disputes.
    private static let consentTakenBackByOthers: @Sendable (inout Scene) -> Void = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("agreed", ["p": Scene.words("agreed")])
        scene.seal("agreed", by: ["a", "b"])
        scene.amend("voiding", [:], voiding: [scene.seal(of: "b", on: "agreed")])
        scene.sealHonestly("voiding", by: ["a", "c"])
        scene.amend("later", ["q": Scene.words("later")])
        scene.seal("later", by: ["a", "c"])
    }

    /// c does not confirm that it accepted the founding; a and b, who have not heard of that, say so with it.
    private static let foundingVoided: @Sendable (inout Scene) -> Void = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority)
        scene.amend("voiding", [:], voiding: [scene.seal(of: "c", on: "founding")])
        scene.changeKeys(of: "c", exceptOn: ["founding"])
        scene.seal("voiding", by: ["a", "b"])
    }

    private static let leftAndTakenOff: @Sendable (inout Scene) -> Void = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority)
        scene.builder.withdraw(
            "c", under: scene.root(of: "c"), from: ["member": scene.id("founding")], committed: [scene.id("founding")])
        scene.amend("expulsion", ["roster/member": .roster(["a", "b"])])
        scene.seal("expulsion", by: ["a", "b"])
    }

    /// a and b leave, and would complete something by majority all the same; c completes what excludes it, by their leave.
    private static let consentAfterLeaving: @Sendable (inout Scene) -> Void = { scene in
        scene.found(rule: Scene.all, rules: ["light": Scene.majority])
        for party in ["a", "b"] {
            scene.builder.withdraw(
                party, under: scene.root(of: party), from: ["member": scene.id("founding")],
                committed: [scene.id("founding")])
        }
        scene.amend("light", ["l": Scene.words("light", class: "light")], relyingOn: ["p"])
        scene.amend("rival", ["p": Scene.words("rival")])
        scene.sealHonestly("light", by: ["a", "b"])
        scene.sealHonestly("rival", by: ["c"])
    }

    /// a and c promised what a thief of b's keys completed.
    private static let promisedByATheft: @Sendable (inout Scene) -> Void = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority, keys: .recoverable)
        scene.amend("stolen", ["p": Scene.words("stolen")])
        scene.seal("stolen", by: ["a", "b", "c"])
        scene.changeKeys(of: "b", isFreeze: true, exceptOn: ["stolen"])
    }

    private static let givenUpByAll: @Sendable (inout Scene) -> Void = { scene in
        scene.found(rule: Scene.all)
        scene.amend("given up", ["p": Scene.words("given up")])
        scene.seal("given up", by: ["a", "b", "c"])
        scene.amend("elsewhere", ["q": Scene.words("elsewhere")], replacing: ["given up"])
        scene.seal("elsewhere", by: ["a", "b", "c"])
    }

    /// What a alone promised hangs, and the others agree on its rival. Whatever goes on from that is built on the rival,
    /// which names nothing.
    private static let overruled: @Sendable (inout Scene) -> Void = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("promised", ["p": Scene.words("promised")])
        scene.seal("promised", by: ["a"])
        scene.amend("agreed", ["p": Scene.words("agreed")])
        scene.seal("agreed", by: ["b", "c"])
    }
}

extension ReferenceHistory {
    /// The laws that it breaks, whatever parts of it somebody holds.
    public var brokenLaws: Set<ReferenceLaw> {
        (UInt64(1)...24).reduce(into: []) { laws, seed in
            var book = LawBook(self, seed: seed)
            _ = book.check()
            laws.formUnion(book.broken.map(\.law))
        }
    }
}

extension Scene {
    /// Those seal who may, with everything that has happened so far.
    fileprivate mutating func sealHonestly(_ name: String, by parties: [String]) {
        for party in parties where builder.reference().mayCommit(party, to: id(name)) { seal(name, by: [party]) }
    }
}
