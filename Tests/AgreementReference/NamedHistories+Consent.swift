/// Whose verdict counts, and on what condition.
extension NamedHistory {
    /// A condition that never stood does not bind.
    static let conditionThatNeverStood: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// `all` of an empty standing passed without a seal.
    static let emptyStanding: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// Abstentions outside the check split the Security Council with three liars instead of five.
    static let securityCouncil: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// What the whole system is for.
    static let linkedPair: @Sendable (inout Scene) -> NamedHistory = { scene in
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
    static let bareNamedRule: @Sendable (inout Scene) -> NamedHistory = { scene in
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
}
