internal import Agreement
internal import Identity

/// A rule as it was written, each term with its place.
struct WrittenRule {
    let place: Place
    let term: Term

    indirect enum Term {
        case need(Rule.Share, of: [Placed<Identifier>], counting: Rule.Counting)
        case party(Identifier)
        case named(Identifier)
        case all([WrittenRule])
        case any([WrittenRule])
    }

    var rule: Rule {
        switch term {
        case .need(let share, let standings, let counting):
            .need(share, of: Set(standings.map(\.value)).sorted(), counting: counting)
        case .party(let party): .party(party)
        case .named(let attribute): .named(attribute)
        case .all(let rules): .all(rules.map(\.rule))
        case .any(let rules): .any(rules.map(\.rule))
        }
    }

    init(place: Place, term: Term) {
        self.place = place
        self.term = term
    }

    /// A rule that stands in force, as if all of it had been written at `place`.
    init(_ rule: Rule, at place: Place) {
        self.place = place
        term =
            switch rule {
            case .need(let share, let standings, let counting):
                .need(share, of: standings.map { Placed(value: $0, place: place) }, counting: counting)
            case .party(let party): .party(party)
            case .named(let attribute): .named(attribute)
            case .all(let rules): .all(rules.map { WrittenRule($0, at: place) })
            case .any(let rules): .any(rules.map { WrittenRule($0, at: place) })
            }
    }
}

extension YAMLNode {
    /// Reads a rule; nil, and reported, unless all of it can be read.
    func rule(_ what: String, _ findings: inout Findings) -> WrittenRule? {
        var termsLeft = AgreementLimits.termsPerRule
        return rule(what, depth: 0, termsLeft: &termsLeft, &findings)
    }

    private func rule(
        _ what: String, depth: Int, termsLeft: inout Int, _ findings: inout Findings
    ) -> WrittenRule? {
        guard depth <= AgreementLimits.ruleDepth else {
            let limit = AgreementLimits.ruleDepth
            findings.report(.tooDeep, at: place, "\(what) has `all` and `any` more than \(limit) levels deep.")
            return nil
        }
        termsLeft -= 1
        guard termsLeft >= 0 else {
            if termsLeft == -1 {
                findings.report(
                    .tooMany, at: place, "\(what) has more than \(AgreementLimits.termsPerRule) terms; \(tellSimpler)")
            }
            return nil
        }
        let known = ["need", "of", "counting", "party", "named", "all", "any"]
        guard let fields = Fields(self, what, known: known, &findings) else { return nil }
        let forms = ["need", "party", "named", "all", "any"].filter { fields[$0] != nil }
        guard forms.count == 1 else {
            let message =
                forms.isEmpty
                ? "\(what) says nothing here; write one of `need`, `party`, `named`, `all` and `any`."
                : "\(what) has \(forms.listed) in one term; join them by `all: [..]` or `any: [..]`."
            findings.report(forms.isEmpty ? .missingKey : .wrongShape, at: place, message)
            return nil
        }
        for key in ["of", "counting"] where fields[key] != nil && forms != ["need"] {
            let message = "\(what) has `\(key)` without `need`; delete it, or write `need` beside it."
            findings.report(.wrongShape, at: fields.place(of: key), message)
        }
        let form = fields[forms[0]]!
        let term: WrittenRule.Term?
        switch forms[0] {
        case "need": term = need(form, fields, what, &findings)
        case "party": term = form.identifier("The party in \(what.midSentence)", &findings).map { .party($0.value) }
        case "named": term = form.identifier("The attribute in \(what.midSentence)", &findings).map { .named($0.value) }
        case "all": term = form.rules(what, depth, &termsLeft, &findings).map { .all($0) }
        default: term = form.rules(what, depth, &termsLeft, &findings).map { .any($0) }
        }
        return term.map { WrittenRule(place: place, term: $0) }
    }

    private func rules(
        _ what: String, _ depth: Int, _ termsLeft: inout Int, _ findings: inout Findings
    ) -> [WrittenRule]? {
        guard let items = list("A list of terms in \(what.midSentence)", &findings) else { return nil }
        guard !items.isEmpty else {
            findings.report(.emptyList, at: place, "\(what) has an empty list of terms; write at least one.")
            return nil
        }
        var rules: [WrittenRule] = []
        for item in items {
            if let rule = item.rule(what, depth: depth + 1, termsLeft: &termsLeft, &findings) { rules.append(rule) }
        }
        return rules.count == items.count ? rules : nil
    }

    private func need(
        _ form: YAMLNode, _ fields: Fields, _ what: String, _ findings: inout Findings
    ) -> WrittenRule.Term? {
        let share = form.share(what, &findings)
        let standings = fields.required("of", &findings)?.standings(what, &findings)
        var counting: Rule.Counting? = .accept
        if let written = fields["counting"] {
            let verdicts = written.identifiers("The list `counting` of \(what.midSentence)", &findings)
            guard let verdicts else { return nil }
            counting = Set(verdicts.map(\.value.string)) == ["accept", "abstain"] ? .acceptOrAbstain : nil
            if counting == nil {
                let message =
                    "\(what) counts something else than it can; write `counting: [accept, abstain]`, or delete the key "
                    + "to count acceptances only."
                findings.report(.wrongShape, at: written.place, message)
            }
        }
        guard let share, let standings, let counting else { return nil }
        return .need(share, of: standings, counting: counting)
    }

    private func standings(_ what: String, _ findings: inout Findings) -> [Placed<Identifier>]? {
        guard case .list = content else {
            return identifier("A standing in \(what.midSentence)", &findings).map { [$0] }
        }
        let standings = identifiers("The list `of` in \(what.midSentence)", &findings)
        if let standings, standings.count > AgreementLimits.standingsPerList {
            let limit = AgreementLimits.standingsPerList
            findings.report(.tooMany, at: place, "\(what) names more than \(limit) standings in one term.")
            return nil
        }
        return standings
    }

    private func share(_ what: String, _ findings: inout Findings) -> Rule.Share? {
        let sentence = "`all`, `majority`, `{ atLeast: k }` or `{ fraction: [p, q] }`"
        if case .scalar(let word, _) = content {
            switch word {
            case "all": return .all
            case "majority": return .majority
            default:
                let question = NearestName.question(["all", "majority"], near: word)
                let message = "\(what) needs \(word.quoted), which is no share; write \(sentence).\(question)"
                findings.report(.wrongShape, at: place, message)
                return nil
            }
        }
        guard let fields = Fields(self, "The share in \(what.midSentence)", known: ["atLeast", "fraction"], &findings)
        else { return nil }
        switch (fields["atLeast"], fields["fraction"]) {
        case (let number?, nil):
            let most = AgreementLimits.shareNumber
            guard let k = number.number("`atLeast` in \(what.midSentence)", upTo: most, &findings) else { return nil }
            guard k > 0 else {
                findings.report(.badNumber, at: number.place, "`atLeast: 0` asks for nobody; write at least 1.")
                return nil
            }
            return .atLeast(k)
        case (nil, let fraction?): return fraction.fraction(what, &findings)
        default:
            findings.report(.wrongShape, at: place, "The share in \(what.midSentence) is neither; write \(sentence).")
            return nil
        }
    }

    private func fraction(_ what: String, _ findings: inout Findings) -> Rule.Share? {
        guard let parts = list("`fraction` in \(what.midSentence)", &findings) else { return nil }
        let most = AgreementLimits.shareNumber
        let numbers = parts.compactMap {
            $0.number("A part of `fraction` in \(what.midSentence)", upTo: most, &findings)
        }
        guard numbers.count == parts.count else { return nil }
        guard numbers.count == 2, 0 < numbers[0], numbers[0] <= numbers[1] else {
            findings.report(
                .badNumber, at: place,
                "`fraction` is no share here; write two numbers, the first at least 1 and at most the second, as in "
                    + "`[2, 3]` for two thirds.")
            return nil
        }
        return .fraction(numbers[0], numbers[1])
    }

    private var tellSimpler: String { "say it by standings." }
}
