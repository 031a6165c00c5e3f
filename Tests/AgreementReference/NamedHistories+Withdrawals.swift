/// Parties that leave, by their own word.
extension NamedHistory {
    static let withdrawn: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(["a", "b", "c", "d"], rule: Scene.all, constitution: Scene.majority)
        let rosters = ["member": scene.id("founding")]
        scene.amend("step", ["p": Scene.words("step")])
        scene.seal("step", by: ["a", "b"])
        scene.amend("untouched", ["roster/guest": .roster(["a"])], on: ["founding"])
        scene.seal("untouched", by: ["a", "b", "c"])
        scene.amend("later", ["q": Scene.words("later")], on: ["untouched"])
        scene.seal("later", by: ["a", "b"])
        scene.builder.withdraw("c", under: scene.root(of: "c"), from: rosters)
        scene.builder.withdraw("d", under: scene.root(of: "d"), .notice, from: rosters)
        scene.amend("waiting", ["r": Scene.words("waiting")])
        scene.seal("waiting", by: ["a", "b"])
        scene.seal("step", by: ["d"])
        scene.seal("later", by: ["d"])
        return scene.ending(
            "who left is not waited for where all holders are asked, and who gave notice still is",
            ["step": .inForce, "later": .inForce, "waiting": .sealed])
    }

    /// a and b accept by majority, then leave; c, who has not heard of it, completes a rival by their leaving.
    static let leftWithItsWord: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, rules: ["light": Scene.majority])
        scene.amend("light", ["l": Scene.words("light", class: "light")], relyingOn: ["p"])
        scene.seal("light", by: ["a", "b"])
        scene.amend("rival", ["p": Scene.words("rival")])
        scene.amend("other", ["q": Scene.words("other")])
        for party in ["a", "b"] {
            scene.builder.withdraw(
                party, under: scene.root(of: party), from: ["member": scene.id("founding")],
                committed: [scene.id("light"), scene.id("founding")])
        }
        scene.check("a", "other", isAllowed: false)
        scene.check("a", "other", .reject, isAllowed: true)
        scene.check("c", "rival", isAllowed: true)
        scene.seal("rival", by: ["c"])
        scene.seal("other", by: ["c"])
        return scene.ending(
            "who left is waited for where its word stands against it, and gives no more consent elsewhere",
            ["light": .inForce, "rival": .sealed, "other": .inForce], conflicting: [("light", "rival")],
            partialCopies: [PartialCopy(lacking: ["light"], states: ["rival": .sealed, "other": .sealed])])
    }

    static let readmitted: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority)
        scene.builder.withdraw("c", under: scene.root(of: "c"), from: ["member": scene.id("founding")])
        scene.amend("expulsion", ["roster/member": .roster(["a", "b"])])
        scene.seal("expulsion", by: ["a", "b"])
        scene.amend("accession", ["roster/member": .roster(["a", "b", "c"])], on: ["expulsion"])
        scene.seal("accession", by: ["a", "b", "c"])
        scene.amend("next", ["p": Scene.words("next")], on: ["accession"])
        scene.seal("next", by: ["a", "b"])
        scene.builder.withdraw("c", under: scene.root(of: "c"), from: ["member": scene.id("accession")])
        scene.ids["leaving anew"] = scene.builder.withdrawals[1].id
        return scene.ending(
            "who acceded anew is waited for until it leaves anew", ["accession": .inForce, "next": .inForce],
            partialCopies: [PartialCopy(lacking: ["leaving anew"], states: ["accession": .inForce, "next": .sealed])])
    }
}
