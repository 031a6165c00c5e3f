package import Agreement
package import Identity

extension RuleAnalysis {
    /// What should be known before one consents to these rules: those that can never be met, those that can be split,
    /// and parties whose lost keys would stall a class for ever. None if nothing speaks against them.
    ///
    /// - Parameter records: by party, its record; nil where it is not known, and then nothing is said of its keys.
    package func warnings(_ records: [Identifier: PartyRecord?]) -> [String] {
        classes.flatMap(\.obstacleWarnings) + splitWarnings + lossWarnings(records)
    }

    private var splitWarnings: [String] {
        var warnings: [String] = []
        let within = classes.filter { $0.liarsToSplit == 0 }.map(\.provisionClass)
        if !within.isEmpty {
            let rules =
                within.count == 1 ? "the rule of \(within[0]) is" : "the rules of \(Quoting.list(within)) are each"
            warnings.append(
                "\(rules) met by two groups that share no party: contradicting instruments could both be in force, and "
                    + "nobody would have lied. Let it need more than half of those it counts, or a party that every "
                    + "group must have")
        }
        return warnings
            + splitPairs.map { other, classes in
                let rules =
                    classes.count == 1
                    ? "the rule of \(classes[0]) is" : "the rules of \(Quoting.list(classes)) are each"
                return "\(rules) met by a group that shares no party with one that meets the rule of \(other): an "
                    + "instrument of the one class could contradict one of the other, both be in force, and nobody "
                    + "would have lied"
            }
    }

    /// By class, those that are split against it and not by themselves; every pair once.
    private var splitPairs: [(other: Identifier, classes: [Identifier])] {
        var pairs: [Identifier: [Identifier]] = [:]
        for figures in classes where figures.liarsToSplitAcross == 0 && figures.liarsToSplit != 0 {
            guard let other = figures.acrossWith, figures.isToldFirst(of: self, with: other) else { continue }
            pairs[other, default: []].append(figures.provisionClass)
        }
        return pairs.keys.sorted().map { ($0, pairs[$0]!) }
    }

    private func lossWarnings(_ records: [Identifier: PartyRecord?]) -> [String] {
        let withoutRecovery = records.filter { $0.value?.recovery.keys.isEmpty ?? false }.keys
        var stalled: [Identifier: [Identifier]] = [:]
        for figures in classes {
            for party in figures.throughAmendment?.vetoHolders ?? [] where withoutRecovery.contains(party) {
                stalled[party, default: []].append(figures.provisionClass)
            }
        }
        let groups = Dictionary(grouping: stalled.keys.sorted()) { stalled[$0]! }
        return groups.sorted { $0.value[0] < $1.value[0] }.map { classes, parties in
            let (have, who) = parties.count == 1 ? ("has", "it") : ("have", "one of them")
            return "\(Quoting.list(parties)) \(have) no recovery keys: if \(who) loses its seal keys, nothing of "
                + "\(Quoting.list(classes, "or")) can ever be changed again, for nothing of it passes without "
                + (parties.count == 1 ? "it" : "each of them")
        }
    }
}

/// Classes with the same rule, and so with the same figures: told of once.
package struct ClassesInWords: Hashable, Sendable {
    package let classes: [Identifier]
    /// The rule as a clause.
    package let rule: String
    /// What it comes down to, a name and a sentence each.
    package let facts: [[String]]
}

extension RuleAnalysis {
    /// The analysis in plain words, in the order of the first class of each rule.
    package func words(of constitution: Constitution) -> [ClassesInWords] {
        var groups: [(first: ClassAnalysis, rule: Rule, classes: [Identifier])] = []
        for figures in classes {
            guard let rule = constitution.rules[figures.provisionClass] else { continue }
            let known = groups.firstIndex { $0.rule == rule && $0.first.isAlike(figures) }
            if let known {
                groups[known].classes.append(figures.provisionClass)
            } else {
                groups.append((figures, rule, [figures.provisionClass]))
            }
        }
        return groups.map { first, rule, classes in
            ClassesInWords(
                classes: classes, rule: rule.words,
                facts: first.facts(sharedBy: classes).map { [$0.name, $0.words] })
        }
    }
}

extension RuleAnalysis {
    /// That the figures count parties which have withdrawn as they count all others; nothing if none has.
    package static func warning(ofWithdrawn parties: [Identifier]) -> [String] {
        guard !parties.isEmpty else { return [] }
        let have = parties.count == 1 ? "has" : "have"
        return [
            "\(Quoting.list(parties)) \(have) withdrawn, and the figures count them as before: "
                + "where a rule asks for all it may wait for them no more"
        ]
    }
}

extension Phrasebook {
    /// What speaks against the rules as they stand once an instrument does; none if it leaves the constitution as it is,
    /// or cannot be judged.
    package func warningsOnRules(after id: InstrumentID) -> [String] {
        guard let instrument = evaluation.instrument(id), instrument.isConstitutional,
            let constitution = evaluation.constitution(after: id)
        else { return [] }
        return RuleAnalysis(of: constitution).warnings(constitution.records)
    }
}

extension ClassAnalysis {
    fileprivate var obstacleWarnings: [String] {
        obstacles.map { "the rule of \(provisionClass) can never be met: \($0.reason.words)" }
    }

    /// True if the figures are the same, whatever class attains them.
    fileprivate func isAlike(_ other: ClassAnalysis) -> Bool {
        liarsToSplitAcross == other.liarsToSplitAcross && throughAmendment == other.throughAmendment
            && notAnalysed == other.notAnalysed
    }

    /// Of a pair of classes, each the other's, only the first is told of.
    fileprivate func isToldFirst(of analysis: RuleAnalysis, with other: Identifier) -> Bool {
        let back = analysis.classes.first { $0.provisionClass == other }
        return provisionClass < other || back?.acrossWith != provisionClass || back?.liarsToSplit == 0
    }

    /// The figures in plain words, a name and a sentence each.
    ///
    /// - Parameter classes: those that share them, itself included.
    fileprivate func facts(sharedBy classes: [Identifier]) -> [(name: String, words: String)] {
        var facts: [(name: String, words: String)] = obstacles.map { ("NEVER MET", $0.reason.words) }
        if let coalitions, let partyCount { facts += coalitions.facts(of: partyCount) }
        if let worstSilenceTolerated, let bestSilenceTolerated {
            facts.append(("silence", Self.silence(worst: worstSilenceTolerated, best: bestSilenceTolerated)))
        }
        if let liarsToSplit { facts.append(("to split it", "\(Self.liars(liarsToSplit)) have to lie")) }
        if let liarsToSplitAcross, let acrossWith {
            let within = classes.count == 1 ? "within this class" : "within these classes"
            let pair = classes.contains(acrossWith) ? within : "one instrument of it, one of \(acrossWith)"
            facts.append(("across classes", "\(Self.liars(liarsToSplitAcross)) have to lie: \(pair)"))
        }
        if let throughAmendment { facts += throughAmendment.facts }
        if let notAnalysed { facts.append(("not analysed", "whatever is missing here: \(notAnalysed.words)")) }
        return facts
    }

    private static func liars(_ count: Int) -> String {
        count == 0 ? "nobody would" : "\(Quoting.count(count, "party", "parties")) would"
    }

    private static func silence(worst: Int, best: Int) -> String {
        switch (worst, best) {
        case (0, 0): "nobody may be silent"
        case (worst, worst): "any \(worst) may be silent"
        case (0, _): "up to \(best) may be silent, if they are the right ones"
        default: "any \(worst) may be silent; up to \(best), if they are the right ones"
        }
    }
}

extension ClassAnalysis.Coalitions {
    fileprivate func facts(of partyCount: Int) -> [(name: String, words: String)] {
        let size = smallestSize == partyCount ? "all \(partyCount)" : "\(smallestSize) of the \(partyCount)"
        let ways = smallestCount.description == "1" ? "in 1 way" : "in \(smallestCount) ways"
        let enough = smallestBlockingSize == 1 ? "1 party is" : "\(smallestBlockingSize) parties are"
        return [
            ("passes with", "\(size) that it counts, \(ways)"),
            ("veto", vetoHolders.isEmpty ? "nobody" : Quoting.list(vetoHolders)),
            ("stopped by", "\(enough) enough"),
        ]
    }
}

extension ClassAnalysis.ThroughAmendment {
    fileprivate var facts: [(name: String, words: String)] {
        guard !by.isEmpty else { return [("in steps", "no fewer, if rules, rosters or records are amended first")] }
        let first = by.map { word in
            switch word.string {
            case "party": "a party's record"
            case "roster": "a roster"
            default: "a rule"
            }
        }
        let split = liarsToSplit.map { "; split so by \(Quoting.count($0, "liar"))" } ?? ""
        return [("in steps", "\(smallestSize) can pass it, who first amend \(Quoting.list(first, "or"))\(split)")]
    }
}

extension RuleObstacle.Reason {
    package var words: String {
        switch self {
        case .nobodyHolds(let standings): "nobody holds \(Quoting.list(standings, "or"))"
        case .dormant(let standings): "\(Quoting.list(standings)) is dormant and counts nobody"
        case .tooFewHolders(let standings, let holders, let needed):
            "it needs \(needed) of the \(Quoting.list(standings, "or")) holders, of whom there are \(holders)"
        case .countsNobody: "it counts nobody where the text names nobody"
        }
    }
}

extension AnalysisExcess {
    package var words: String {
        switch self {
        case .parties: "there are more than \(RuleAnalysisLimits.parties) parties"
        case .rules: "there are more than \(RuleAnalysisLimits.rules) rules"
        case .statesPerRule: "a rule tells apart more than \(RuleAnalysisLimits.statesPerRule) classes of coalitions"
        case .pairsPerQuestion:
            "two rules tell apart more than \(RuleAnalysisLimits.pairsPerQuestion) pairs of classes of coalitions"
        case .steps: "it would take more than \(RuleAnalysisLimits.steps) steps"
        }
    }
}
