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
        let history = stage.builder.history
        return (UInt64(1)...24).reduce(into: []) { laws, seed in
            var book = LawBook(history, seed: seed)
            _ = book.check()
            laws.formUnion(book.broken.map(\.law))
        }
    }

    public static let all = [
        ClauseHistory(clause: .groundReplacedBy, law: .leavesForceAsAgreed, scene: goneOnAfterGivingUp),
        ClauseHistory(clause: .earlierBuiltOnReplaced, law: .leavesForceAsAgreed, scene: givenUpAfterGoingOn),
        ClauseHistory(clause: .closesFounding, law: .replacedOnlyWithAllItNeeded, scene: closingOfAClosing),
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
}

extension Scene {
    /// Those seal who may, with everything that has happened so far.
    fileprivate mutating func sealHonestly(_ name: String, by parties: [String]) {
        for party in parties where builder.reference().mayCommit(party, to: id(name)) { seal(name, by: [party]) }
    }
}
