/// What takes the place of what.
extension NamedHistory {
    /// A seal-level "instead of" let two honest orders disagree.
    static let twoHonestOrders: @Sendable (inout Scene) -> NamedHistory = { scene in
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
    static let chainsOfReplaces: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// a and b give up an instrument while c, not having heard, completes it.
    static let lockedOutOfTheGround: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// a means to give something up for words elsewhere, which hangs; meanwhile others go on from it.
    static let givenUpElsewhere: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("given up", ["p": Scene.words("given up")])
        scene.seal("given up", by: ["a", "b", "c"])
        scene.amend("elsewhere", ["q": Scene.words("elsewhere")], replacing: ["given up"])
        scene.seal("elsewhere", by: ["a"])
        scene.amend("going on", ["p": Scene.words("going on")], on: ["given up"])
        scene.check("a", "going on", isAllowed: false)
        scene.amend("going on, naming", ["p": Scene.words("naming")], on: ["given up"], replacing: ["elsewhere"])
        scene.check("a", "going on, naming", isAllowed: true)
        scene.seal("going on", by: ["b", "c"])
        scene.check("c", "elsewhere", isAllowed: false)
        return scene.ending(
            "who means to give something up does not help others to go on from it, nor they to give it up",
            ["given up": .inForce, "elsewhere": .sealed, "going on": .inForce],
            agreeing: [("elsewhere", "given up"), ("elsewhere", "going on")], innocent: ["a", "b", "c"])
    }

    /// The same in the other order: a has gone on from it, and what it went on to hangs.
    static let goneOnFirst: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("given up", ["p": Scene.words("given up")])
        scene.seal("given up", by: ["a", "b", "c"])
        scene.amend("going on", ["p": Scene.words("going on")], on: ["given up"])
        scene.seal("going on", by: ["a"])
        scene.amend("elsewhere", ["q": Scene.words("elsewhere")], replacing: ["given up"])
        scene.check("a", "elsewhere", isAllowed: false)
        scene.amend("elsewhere, naming", ["q": Scene.words("naming")], replacing: ["given up", "going on"])
        scene.check("a", "elsewhere, naming", isAllowed: true)
        scene.seal("elsewhere", by: ["b", "c"])
        scene.check("b", "going on", isAllowed: false)
        return scene.ending(
            "who has gone on from something gives it up only together with what it went on to",
            ["given up": .replaced, "elsewhere": .inForce, "going on": .sealed], innocent: ["a", "b", "c"])
    }

    /// An instrument named in `replaces` what its own ground hung on by a conditional seal.
    static let replacingOnesOwnSupport: @Sendable (inout Scene) -> NamedHistory = { scene in
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
    static let replacedArrivesLate: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// Nobody undoes a stricter rule under the laxer one before it.
    static let stricterRuleTakenBack: @Sendable (inout Scene) -> NamedHistory = { scene in
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
    static let heavyByLight: @Sendable (inout Scene) -> NamedHistory = { scene in
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
    static let replacerReplaced: @Sendable (inout Scene) -> NamedHistory = { scene in
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

    /// "taken back" makes out what had taken out "kept", also once it stands no more itself; who names it names that, too.
    static let comesBack: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.majority)
        scene.amend("kept", ["p": Scene.words("kept")])
        scene.seal("kept", by: ["a", "b", "c"])
        scene.amend("felling", ["q": Scene.words("felling")], replacing: ["kept"])
        scene.seal("felling", by: ["b", "c"])
        scene.amend("in return", ["s": Scene.words("in return")])
        scene.seal("in return", by: ["a", "b", "c"])
        scene.amend("taken back", ["r": Scene.words("taken back")], replacing: ["felling"])
        scene.seal("taken back", by: ["c"], provided: ["in return"])
        scene.amend("no return", ["s": Scene.words("no return")], replacing: ["in return"])
        scene.check("c", "no return", isAllowed: true)
        scene.seal("no return", by: ["c"])
        scene.seal("taken back", by: ["a"], provided: ["in return"])
        scene.check("b", "no return", isAllowed: true)
        scene.seal("no return", by: ["b"])
        scene.amend("on what is kept", ["p": Scene.words("on"), "r": Scene.words("on")], on: ["kept"])
        scene.check("a", "on what is kept", isAllowed: false)
        scene.amend(
            "naming what fell", ["p": Scene.words("once"), "r": Scene.words("once")], on: ["kept"],
            replacing: ["taken back"])
        scene.check("a", "naming what fell", isAllowed: false)
        scene.amend(
            "naming both", ["p": Scene.words("twice"), "r": Scene.words("twice")], on: ["kept"],
            replacing: ["felling", "taken back"])
        for party in ["a", "b", "c"] { scene.check(party, "naming both", isAllowed: true) }
        scene.seal("naming both", by: ["a", "b", "c"])
        return scene.ending(
            "whoever names what fell names, too, what that had taken out and what would come back",
            [
                "kept": .inForce, "felling": .replaced, "in return": .replaced, "taken back": .replaced,
                "no return": .inForce, "on what is kept": .stale, "naming what fell": .stale,
                "naming both": .inForce,
            ])
    }

    /// Whoever committed to what was replaced is free for all that is built on its replacement: where that stands, the
    /// replaced one is out.
    static let namedOnceMore: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(rule: Scene.all, constitution: Scene.majority)
        scene.amend("old", ["p": Scene.words("old")])
        scene.seal("old", by: ["a", "b", "c"])
        scene.amend("new", ["p": Scene.words("new")], replacing: ["old"])
        scene.seal("new", by: ["a", "b", "c"])
        scene.amend("beside it", ["p": Scene.words("beside it")])
        scene.check("a", "beside it", isAllowed: false)
        scene.amend("expulsion", ["roster/member": .roster(["a", "b"])], on: ["new"])
        scene.check("a", "expulsion", isAllowed: true)
        scene.seal("expulsion", by: ["a", "b"])
        return scene.ending(
            "what was replaced is not named once more by what is built on its replacement",
            ["old": .replaced, "new": .inForce, "expulsion": .inForce], innocent: ["a", "b", "c"])
    }

    /// A rule that nobody could meet any more protects nothing, and holds nobody up.
    static let unmeetableRuleAfter: @Sendable (inout Scene) -> NamedHistory = { scene in
        scene.found(
            rule: Scene.majority, rosters: ["guest": ["c"]], rules: ["courtesy": .need(.all, of: ["guest"])])
        scene.amend("no more guests", ["roster/guest": .roster([])])
        scene.check("a", "no more guests", isAllowed: false)
        scene.seal("no more guests", by: ["a", "b"])
        scene.amend("guests again", ["roster/guest": .roster(["c"])], replacing: ["no more guests"])
        scene.check("a", "guests again", isAllowed: true)
        scene.seal("guests again", by: ["a", "b", "c"])
        return scene.ending(
            "a rule after what is replaced that nobody could meet asks for nothing, and no honest party brings one about",
            ["no more guests": .replaced, "guests again": .inForce])
    }

    /// Of two contested ones, the one that stands without those who sealed both.
    static let moreHonestOne: @Sendable (inout Scene) -> NamedHistory = { scene in
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
}
