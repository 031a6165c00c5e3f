/// What changes rosters, rules and roots.
extension NamedHistory {
    /// A base that did not name the newest version beneath it let a provision split.
    static let baseThatIsNotNewest: @Sendable (inout Scene) -> NamedHistory = { scene in
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
    static let rosterAmendmentAfterAgreement: @Sendable (inout Scene) -> NamedHistory = { scene in
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
    static let founderTakeback: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// A base of nothing but "did not exist" made a second root.
    static let secondRoot: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// Two rule changes, each safe, were unsafe together.
    static let twoRuleChanges: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// Nobody is enrolled unasked.
    static let newcomerUnasked: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        let record = scene.builder.newRecord(of: "d")
        scene.amend("enrolment", ["roster/member": .roster(["a", "b", "c", "d"]), "party/d": record])
        scene.seal("enrolment", by: ["a", "b", "c"])
        return scene.ending("nobody is enrolled unasked", ["enrolment": .sealed])
    }
}
