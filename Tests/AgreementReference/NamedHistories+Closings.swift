/// What is offered with a closing, so that the silent hold nobody up.
extension NamedHistory {
    /// "offer", which a and b accept provided it is closed; "complete" and "abandoned" close it.
    private static func offer(_ scene: inout Scene) {
        scene.found(rule: Scene.all, constitution: Scene.majority, rules: ["closing": Scene.majority])
        scene.amend("offer", ["p": Scene.words("offer")], offeringClosing: true)
        scene.close("offer", .complete, as: "complete")
        scene.close("offer", .abandoned, as: "abandoned")
        scene.seal("offer", by: ["a", "b"], provided: ["complete"])
    }

    static let closingCompleted: @Sendable (inout Scene) -> NamedHistory = { scene in
        offer(&scene)
        scene.check("a", "complete", isAllowed: false)
        scene.seal("offer", by: ["c"])
        scene.check("a", "complete", isAllowed: true)
        scene.seal("complete", by: ["a", "b"])
        scene.check("a", "abandoned", isAllowed: false)
        return scene.ending(
            "when the last seal is seen they close what was offered, and both stand at one instant",
            ["offer": .inForce, "complete": .inForce, "abandoned": .stale],
            conflicting: [("complete", "abandoned")],
            partialCopies: [
                PartialCopy(lacking: ["complete"], states: ["offer": .conditional]),
                PartialCopy(lacking: ["offer"], states: ["complete": .awaitingRecords]),
            ], innocent: ["a", "b", "c"])
    }

    static let closingAbandoned: @Sendable (inout Scene) -> NamedHistory = { scene in
        offer(&scene)
        scene.check("a", "abandoned", isAllowed: true)
        scene.seal("abandoned", by: ["a", "b"])
        scene.amend("instead", ["p": Scene.words("instead")], on: ["founding", "abandoned"])
        scene.check("a", "instead", isAllowed: false)
        var instead = scene.builder.draft(["p": .set(Scene.words("instead"))], on: [scene.id("founding")])
        instead.after = [scene.id("abandoned")]
        scene.publish("after it", instead)
        scene.check("a", "after it", isAllowed: true)
        scene.check("c", "after it", isAllowed: true)
        scene.seal("after it", by: ["a", "b", "c"])
        return scene.ending(
            "what was given provided a closing does not bind towards what is built on its abandonment",
            ["offer": .stale, "abandoned": .inForce, "after it": .inForce], conflicting: [("offer", "after it")],
            innocent: ["a", "b", "c"])
    }

    static let closingAfterAll: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority, rules: ["closing": Scene.majority])
        scene.amend("offer", ["p": Scene.words("offer")], offeringClosing: true)
        scene.close("offer", .abandoned, as: "abandoned")
        scene.seal("abandoned", by: ["a", "b"])
        var instead = scene.builder.draft(["p": .set(Scene.words("instead"))], on: [scene.id("founding")])
        instead.after = [scene.id("abandoned")]
        scene.publish("instead", instead)
        scene.close("offer", .complete, as: "complete", replacing: ["abandoned", "instead"])
        scene.seal("offer", by: ["a"], provided: ["complete"])
        scene.check("a", "instead", isAllowed: true)
        scene.seal("instead", by: ["a", "b"])
        scene.seal("offer", by: ["b", "c"])
        scene.seal("complete", by: ["a", "b", "c"])
        return scene.ending(
            "who turns from what it abandoned back to what was offered, naming all, has not lied",
            ["offer": .inForce, "complete": .inForce, "abandoned": .replaced, "instead": .replaced],
            conflicting: [("offer", "instead")], innocent: ["a"])
    }

    static let closingReplaced: @Sendable (inout Scene) -> NamedHistory = { scene in
        offer(&scene)
        scene.seal("offer", by: ["c"])
        scene.seal("complete", by: ["a", "b"])
        scene.amend("undoing", ["roster/guest": .roster(["a"])], replacing: ["complete"])
        scene.seal("undoing", by: ["a", "b"])
        return scene.ending(
            "once it is closed, what was offered is as firm as ever: replacing the closing needs all that it needed",
            ["offer": .inForce, "undoing": .sealed])
    }

    static let closingStricterRule: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority, rules: ["closing": Scene.majority])
        scene.amend("stricter", ["rule/text": .rule(Scene.all)], offeringClosing: true)
        scene.close("stricter", .complete, as: "complete")
        scene.seal("stricter", by: ["a", "b"], provided: ["complete"])
        scene.seal("complete", by: ["a", "b"])
        scene.amend("undoing", ["q": Scene.words("undoing")], replacing: ["complete"])
        scene.seal("undoing", by: ["b", "c"])
        return scene.ending(
            "replacing the closing of a stricter rule needs the rules as they stood after it",
            ["stricter": .inForce, "complete": .inForce, "undoing": .stale])
    }

    static let closingsIllFormed: @Sendable (inout Scene) -> NamedHistory = { scene in
        offer(&scene)
        scene.amend("plain", ["q": Scene.words("plain")])
        scene.amend("stricter", ["rule/text": .rule(Scene.majority)], offeringClosing: true)
        scene.close("founding", .abandoned, as: "of the founding")
        scene.close("complete", .abandoned, as: "of a closing")
        scene.close("plain", .complete, as: "of what was not offered")
        scene.close("stricter", .abandoned, as: "beside a constitution")
        var aloof = scene.builder.closing(scene.id("stricter"), .complete)
        aloof.after = [scene.id("founding")]
        scene.publish("completing aloof", aloof)
        var more = scene.builder.closing(scene.id("offer"), .complete)
        more.changes["q"] = .set(Scene.words("more"))
        more.base["q"] = scene.id("founding")
        scene.publish("with more", more)
        var voiding = scene.builder.closing(scene.id("offer"), .complete)
        voiding.voids = [scene.seal(of: "a", on: "offer")]
        scene.publish("voiding", voiding)
        let short = "closing/" + String(scene.id("offer").dropLast())
        scene.publish(
            "misnamed",
            ReferenceInstrument(
                base: [short: nil], changes: [short: .set(.closing(.complete))], after: [scene.id("founding")]))
        return scene.ending(
            "a closing closes one thing that was offered with it, and says nothing else",
            [
                "of the founding": .illFormed, "of a closing": .illFormed, "of what was not offered": .illFormed,
                "beside a constitution": .unsealed, "completing aloof": .illFormed, "with more": .illFormed,
                "voiding": .illFormed, "misnamed": .illFormed, "complete": .unsealed,
            ])
    }
}
