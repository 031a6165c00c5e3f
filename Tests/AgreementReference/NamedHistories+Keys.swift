/// Parties that change their keys, lose them, or have them stolen.
extension NamedHistory {
    static let rotation: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all)
        scene.amend("before", ["p": Scene.words("before")])
        scene.seal("before", by: ["a", "b"])
        scene.changeKeys(of: "b")
        scene.seal("before", by: ["c"])
        scene.amend("after", ["p": Scene.words("after")], on: ["before"])
        scene.check("a", "after", isAllowed: true)
        scene.seal("after", by: ["a", "b", "c"])
        return scene.ending(
            "a party that changes all its keys at once goes on under the new ones, and keeps what it acknowledged",
            ["before": .inForce, "after": .inForce], innocent: ["b"])
    }

    /// b finds its keys stolen, and freezes them; the thief had sealed in its name.
    private static func theft(_ scene: inout Scene) {
        scene.found(rule: Scene.all, constitution: Scene.majority, keys: .recoverable)
        scene.amend("stolen", ["p": Scene.words("stolen")])
        scene.amend("rival", ["p": Scene.words("rival")])
        scene.seal("stolen", by: ["a", "c"])
        scene.builder.seal(scene.id("stolen"), by: "b", under: scene.root(of: "b"))
        scene.seal("rival", by: ["b"])
        scene.changeKeys(of: "b", isFreeze: true, exceptOn: ["stolen"])
    }

    static let stolenSeal: @Sendable (inout Scene) -> NamedHistory = { scene in
        theft(&scene)
        scene.amend("on top", ["p": Scene.words("on top")], on: ["stolen"])
        scene.check("c", "on top", isAllowed: false)
        scene.amend("beside it", ["q": Scene.words("beside it")])
        scene.check("c", "beside it", isAllowed: true)
        return scene.ending(
            "a seal under frozen keys that its party does not acknowledge convicts nobody, and nothing honest is built on it",
            ["stolen": .inForce, "on top": .unsealed], innocent: ["b"])
    }

    static let stolenSealVoided: @Sendable (inout Scene) -> NamedHistory = { scene in
        theft(&scene)
        let stolen = scene.seal(of: "b", on: "stolen")
        let genuine = scene.seal(of: "a", on: "stolen")
        scene.amend("voiding", [:], voiding: [stolen, genuine])
        scene.check("c", "voiding", isAllowed: true)
        scene.seal("voiding", by: ["a", "c"])
        return scene.ending(
            "what hung on a stolen seal leaves force when the others void it, and stays perfected",
            ["stolen": .suspended, "voiding": .inForce],
            partialCopies: [PartialCopy(lacking: ["voiding"], states: ["stolen": .inForce])], innocent: ["a", "b", "c"])
    }

    static let acknowledgedLater: @Sendable (inout Scene) -> NamedHistory = { scene in
        theft(&scene)
        scene.amend("voiding", [:], voiding: [scene.seal(of: "b", on: "stolen")])
        scene.seal("voiding", by: ["a", "c"])
        scene.changeKeys(of: "b", by: .recovery)
        return scene.ending(
            "a seal that its party acknowledges after all is not void, and binds it",
            ["stolen": .inForce, "voiding": .inForce], convicted: ["b"])
    }

    static let thiefWhoRotatedFirst: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, keys: .recoverable)
        scene.amend("stolen", ["p": Scene.words("stolen")])
        scene.amend("rival", ["p": Scene.words("rival")])
        scene.changeKeys(of: "b", isOwn: false)
        let thief = scene.builder.statements[0].id
        scene.builder.seal(scene.id("stolen"), by: "b", under: thief)
        scene.seal("stolen", by: ["a", "c"])
        scene.changeKeys(of: "b", by: .recovery, exceptOn: ["stolen"])
        scene.amend("after", ["q": Scene.words("after")])
        scene.seal("after", by: ["a", "b", "c"])
        scene.seal("rival", by: ["b"])
        return scene.ending(
            "recovery keys beat a thief of the seal keys who rotated first",
            ["stolen": .inForce, "after": .inForce], innocent: ["b"])
    }

    /// b takes back by its word alone what it agreed, even its founding seal; that locks out nobody.
    static let cryingTheft: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all)
        scene.changeKeys(of: "b", exceptOn: ["founding"])
        scene.amend("next", ["p": Scene.words("next")])
        scene.check("a", "next", isAllowed: true)
        scene.seal("next", by: ["a", "b", "c"])
        return scene.ending(
            "a seal on the founding is never disputed, or one party could lock out all others",
            ["founding": .inForce, "next": .inForce])
    }

    static let takenOver: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all)
        scene.amend("takeover", ["party/c": scene.builder.newRecord(of: "c")])
        scene.seal("takeover", by: ["a", "b"])
        scene.builder.seal(scene.id("takeover"), by: "c", under: scene.root(of: "c", in: "takeover"))
        scene.amend("used", ["p": Scene.words("used")], on: ["takeover"], relyingOn: ["party/c"])
        scene.seal("used", by: ["a", "b", "c"])
        scene.amend("genuine", ["p": Scene.words("genuine")])
        scene.seal("genuine", by: ["c"])
        return scene.ending(
            "who rewrites a party's record needs its consent by its earlier keys, and cannot frame it",
            ["takeover": .sealed, "genuine": .sealed], innocent: ["c"])
    }

    /// a and b bring keys in c's name that nobody else agrees to, and promise by them what nobody could complete.
    static let promisedInItsName: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, rules: ["rare": .need(.atLeast(4), of: ["member"])])
        scene.amend("framing", ["party/c": scene.builder.newRecord(of: "c")])
        scene.seal("framing", by: ["a", "b"])
        let texts = ["p", "q", "r"].map { ($0, Scene.words("never")) } + [("s", Scene.words("never", class: "rare"))]
        scene.amend("never", Dictionary(uniqueKeysWithValues: texts))
        for name in ["framing", "never"] {
            scene.builder.seal(scene.id(name), by: "c", under: scene.root(of: "c", in: "framing"))
        }
        scene.amend("afresh", ["p": Scene.words("afresh")])
        scene.check("c", "afresh", isAllowed: true)
        scene.seal("afresh", by: ["a", "b", "c"])
        return scene.ending(
            "what others seal by keys that nobody agreed to holds up nobody",
            ["framing": .sealed, "never": .stale, "afresh": .inForce], innocent: ["c"])
    }

    static let lostParty: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority)
        scene.amend("new keys", ["party/c": scene.builder.newRecord(of: "c")])
        scene.seal("new keys", by: ["a", "b"])
        scene.amend("next", ["p": Scene.words("next")], on: ["new keys"], relyingOn: ["party/c"])
        scene.seal("next", by: ["a", "b", "c"])
        scene.amend("old keys", ["q": Scene.words("old keys")], on: ["new keys"], relyingOn: ["party/c"])
        scene.seal("old keys", by: ["a", "b"])
        scene.builder.seal(scene.id("old keys"), by: "c", under: scene.root(of: "c"))
        return scene.ending(
            "a party that lost its keys is given others under a rule that the others can meet",
            ["new keys": .inForce, "next": .inForce, "old keys": .sealed])
    }

    static let forkedKeys: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, keys: .recoverable)
        for party in ["a", "b"] {
            scene.changeKeys(of: party)
            scene.changeKeys(of: party, over: scene.root(of: party))
        }
        scene.changeKeys(of: "b", by: .recovery, over: scene.root(of: "b"))
        return scene.ending(
            "two statements over one key record convict, unless recovery superseded them", ["founding": .inForce],
            innocent: ["b"], convicted: ["a"])
    }
}
