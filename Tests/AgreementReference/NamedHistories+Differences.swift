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
        scene.changeKeys(of: "b", over: scene.builder.statements[0].id, isOwn: false)
        scene.builder.seal(scene.id("stolen"), by: "b", under: scene.builder.statements[1].id)
        scene.seal("stolen", by: ["a", "c"])
        scene.changeKeys(of: "b", by: .recovery, over: scene.root(of: "b"), exceptOn: ["stolen"])
        scene.check("b", "rival", isAllowed: true)
        scene.seal("rival", by: ["b"])
        return scene.ending(
            "recovery takes the place of all that stands on what a thief did first",
            ["stolen": .inForce, "rival": .stale], innocent: ["b"])
    }
}
