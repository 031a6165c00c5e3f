/// What product and reference once said otherwise, each kept so that both go on saying the same.
extension NamedHistory {
    /// The product named the contradictions in the order of the instruments.
    static let twoFacedTwice: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all)
        for name in ["one", "other", "third"] {
            scene.amend(name, ["p": Scene.words(name)])
            scene.seal(name, by: ["a"], .reject)
            scene.seal(name, by: ["a"], .abstain)
        }
        return scene.ending(
            "who gave two verdicts on several instruments is convicted by each, in the order of the seals",
            ["one": .rejected, "other": .rejected], innocent: ["b", "c"], convicted: ["a"])
    }

    /// The product did not ask it of the founding.
    static let foundedUnmeetable: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, rules: ["rare": .need(.atLeast(4), of: ["member"])])
        scene.check("a", "founding", isAllowed: false)
        scene.amend("same", ["rule/rare": .rule(.need(.atLeast(5), of: ["member"]))])
        scene.check("a", "same", isAllowed: true)
        return scene.ending(
            "no honest party founds what has a rule that nobody could meet", ["founding": .inForce, "same": .unsealed])
    }

    /// Of what is ill-formed while records are missing the product named those, or none, as they had come.
    static let illFormedAndLacking: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all)
        scene.amend("lost", ["p": Scene.words("lost")])
        scene.amend("broken", ["q": Scene.words("broken")], replacing: ["lost"])
        var outside = scene.builder.draft(["r": .set(Scene.words("outside"))], on: [scene.id("founding")])
        outside.base["r"] = nil
        outside.replaces = [scene.id("lost")]
        scene.publish("outside", outside)
        var upon = scene.builder.draft(["q": .set(Scene.words("upon"))], on: [scene.id("founding")])
        upon.after = [scene.id("outside")]
        upon.replaces = [scene.id("lost")]
        scene.publish("upon", upon)
        return scene.ending(
            "nothing is missing for what is ill-formed, whatever else is",
            ["broken": .unsealed, "outside": .illFormed, "upon": .illFormed],
            partialCopies: [
                PartialCopy(
                    lacking: ["lost"], states: ["broken": .awaitingRecords, "outside": .illFormed, "upon": .illFormed])
            ])
    }

    /// No difference; but no other history shows that what is superseded takes along what stands on it.
    static let thiefWhoRotatedTwice: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, keys: .recoverable)
        scene.amend("stolen", ["p": Scene.words("stolen")])
        scene.amend("rival", ["p": Scene.words("rival")])
        scene.changeKeys(of: "b", isOwn: false)
        let thiefs = scene.builder.statements[0].id
        scene.builder.seal(scene.id("stolen"), by: "b", under: thiefs)
        scene.changeKeys(of: "b", over: thiefs, isOwn: false)  // which acknowledges what the thief sealed
        scene.seal("stolen", by: ["a", "c"])
        scene.changeKeys(of: "b", by: .recovery, over: scene.root(of: "b"), exceptOn: ["stolen"])
        scene.check("b", "rival", isAllowed: true)
        scene.seal("rival", by: ["b"])
        return scene.ending(
            "recovery takes the place of all that stands on what a thief did first",
            ["stolen": .inForce, "rival": .stale], innocent: ["b"])
    }

    // MARK: What no random history shows soon

    static let committedNext: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, keys: HistoryBuilder.KeyShape(hasRecovery: true, hasNext: true))
        scene.amend("stolen", ["p": Scene.words("stolen")])
        scene.changeKeys(of: "b", isOwn: false)
        scene.builder.seal(scene.id("stolen"), by: "b", under: scene.builder.statements[0].id)
        scene.seal("stolen", by: ["a", "c"])
        var record = scene.builder.newKeys(of: "b", .recoverable)
        record.seal = scene.builder.keyRecords[scene.root(of: "b")]?.held.next ?? .none
        scene.builder.changeKeys(
            of: scene.root(of: "b"), to: record, acknowledging: [scene.seal(of: "b", on: "founding")])
        scene.amend("after", ["q": Scene.words("after")])
        scene.seal("after", by: ["a", "b", "c"])
        return scene.ending(
            "who committed to its next keys changes to no others by its seal keys",
            ["stolen": .sealed, "after": .inForce], innocent: ["b"])
    }

    static let sealKeysAfterFreeze: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, keys: .recoverable)
        scene.amend("stolen", ["p": Scene.words("stolen")])
        scene.changeKeys(of: "b", isFreeze: true)
        scene.changeKeys(of: "b", isOwn: false)
        scene.builder.seal(scene.id("stolen"), by: "b", under: scene.builder.statements[1].id)
        scene.seal("stolen", by: ["a", "c"])
        scene.changeKeys(of: "b", by: .recovery)
        scene.amend("after", ["q": Scene.words("after")])
        scene.seal("after", by: ["a", "b", "c"])
        return scene.ending(
            "after a freeze the seal keys change nothing, and the recovery keys set others going",
            ["stolen": .sealed, "after": .inForce], innocent: ["b"])
    }

    static let boundByItsClosing: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority, rules: ["closing": Scene.majority])
        scene.amend("offer", ["p": Scene.words("offer")], offeringClosing: true)
        scene.close("offer", .complete, as: "complete")
        scene.close("offer", .abandoned, as: "abandoned")
        var instead = scene.builder.draft(["p": .set(Scene.words("instead"))], on: [scene.id("founding")])
        instead.after = [scene.id("abandoned")]
        scene.publish("instead", instead)
        scene.seal("offer", by: ["a"], provided: ["complete"])
        scene.check("a", "abandoned", isAllowed: true)
        scene.seal("complete", by: ["a"])
        scene.check("a", "instead", isAllowed: false)
        scene.seal("instead", by: ["a"])
        return scene.ending(
            "who has sealed that something is complete is bound by it, though it gave it provided that only",
            ["offer": .sealed, "complete": .sealed, "instead": .sealed], conflicting: [("offer", "instead")],
            convicted: ["a"])
    }
}
