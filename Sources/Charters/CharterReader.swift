internal import Agreement
internal import CanonicalEncoding
internal import Identity

/// Reads the parts of a charter, each with all its faults, whatever is wrong with the others.
struct CharterReader {
    static let format = "charter/1"

    private let fields: Fields

    init?(_ root: YAMLNode, _ findings: inout Findings) {
        let known = [
            "syngraph", "title", "languages", "proposer", "note", "parties", "standings", "rules", "provisions",
        ]
        guard let fields = Fields(root, "The charter", format: Self.format, known: known, &findings) else { return nil }
        self.fields = fields
    }

    /// Nil where something is missing; reports that, and whatever else is wrong.
    func read(_ cards: (Identifier) throws -> PartyCard?, _ findings: inout Findings) -> Charter? {
        read(&findings) { parties, findings in records(parties, cards, &findings) }?.charter
    }

    /// The same without the cards of the parties: the charter has no records then.
    func readWithoutCards(_ findings: inout Findings) -> (charter: Charter, parties: [Identifier])? {
        read(&findings) { _, _ in [:] }
    }

    private func read(
        _ findings: inout Findings, records: ([Placed<Identifier>], inout Findings) -> [Identifier: PartyRecord]
    ) -> (charter: Charter, parties: [Identifier])? {
        let languages = self.languages(&findings)
        let words = Languages(required: languages)
        let title = fields.required("title", &findings).flatMap { words.words($0, "The title", &findings) }
        let note = fields["note"].flatMap { words.words($0, "The note", &findings) }
        let parties = self.parties(&findings)
        let records = records(parties ?? [], &findings)
        let partySet = parties.map { Set($0.map(\.value)) }
        let proposer = self.proposer(partySet, &findings)
        let faultCount = findings.faults.count
        let rosters = self.rosters(partySet, &findings)
        let rostersAreSound = findings.faults.count == faultCount
        let rules = self.rules(rosters, partySet, countingRosters: rostersAreSound, &findings)
        let tree = fields.required("provisions", &findings).map {
            ProvisionTree($0, words, rules: rules ?? [:], parties: partySet ?? [], &findings)
        }
        if let rules, let tree { checkRules(rules, tree.classes, &findings) }
        guard findings.isEmpty, let title, let languages, let proposer, let rosters, let rules, let tree
        else { return nil }
        let charter = Charter(
            title: title, languages: languages, proposer: proposer, note: note, records: records, rosters: rosters,
            rules: rules, provisions: tree.provisions)
        checkRecord(charter, &findings)
        return (charter, (parties ?? []).map(\.value))
    }

    private func languages(_ findings: inout Findings) -> [Identifier]? {
        guard let node = fields.required("languages", &findings),
            let languages = node.identifiers("The list `languages`", &findings)
        else { return nil }
        if languages.count > IdentityLimits.languages {
            findings.report(
                .tooMany, at: node.place, "The charter has more than \(IdentityLimits.languages) languages.")
        }
        return languages.map(\.value)
    }

    // MARK: Parties

    private func parties(_ findings: inout Findings) -> [Placed<Identifier>]? {
        guard let items = fields.required("parties", &findings)?.list("The list `parties`", &findings) else {
            return nil
        }
        var seen: [Identifier: Place] = [:]
        var parties: [Placed<Identifier>] = []
        for item in items {
            guard let party = item.identifier("An item of the list `parties`", &findings) else { continue }
            if let first = seen.updateValue(party.place, forKey: party.value) {
                findings.report(
                    .duplicateParty, at: party.place,
                    "The party \(party.value.string.quoted) is listed twice, first in line \(first.line). Delete one.")
            } else if party.isName(within: ReservedProvision.record, "party", &findings) {
                parties.append(party)
            }
        }
        if items.isEmpty {
            findings.report(.emptyList, at: fields.place(of: "parties"), "There are no parties; name at least one.")
        }
        return parties
    }

    private func records(
        _ parties: [Placed<Identifier>], _ cards: (Identifier) throws -> PartyCard?, _ findings: inout Findings
    ) -> [Identifier: PartyRecord] {
        var reader = CardReader()
        for party in parties {
            reader.take(party.value, at: party.place, named: "\(party.value).card", &findings) {
                try cards(party.value)
            }
        }
        return reader.records
    }

    private func proposer(_ parties: Set<Identifier>?, _ findings: inout Findings) -> Identifier? {
        guard let proposer = fields.identifier("proposer", &findings) else { return nil }
        if let parties, !parties.contains(proposer.value) {
            findings.report(
                .unknownParty, at: proposer.place,
                "The proposer \(proposer.value.string.quoted) is none of the parties "
                    + "\(parties.sorted().map(\.string).listed). Write one of them."
                    + NearestName.question(parties.map(\.string), near: proposer.value.string))
        }
        return proposer.value
    }

    // MARK: Standings and rules

    private func rosters(_ parties: Set<Identifier>?, _ findings: inout Findings) -> [Identifier: Roster]? {
        guard let node = fields.required("standings", &findings), let pairs = node.map("The map `standings`", &findings)
        else { return nil }
        if pairs.isEmpty {
            findings.report(.emptyList, at: node.place, "There are no standings; write at least one, with its holders.")
        }
        var rosters: [Identifier: Roster] = [:]
        for (key, value) in pairs {
            guard let standing = key.identifier("A standing", &findings) else { continue }
            let placed = Placed<Identifier>(value: standing, place: key.place)
            guard placed.isName(within: ReservedProvision.roster, "standing", &findings) else { continue }
            // A roster that cannot be read still is a standing that rules may name.
            let roster = Roster(value, "The standing \(key.value.quoted)", parties, &findings)
            rosters[standing] = roster ?? Roster(holders: [])
        }
        return rosters
    }

    private func rules(
        _ rosters: [Identifier: Roster]?, _ parties: Set<Identifier>?, countingRosters: Bool, _ findings: inout Findings
    ) -> [Identifier: Rule]? {
        guard let node = fields.required("rules", &findings), let pairs = node.map("The map `rules`", &findings)
        else { return nil }
        var rules: [Identifier: Rule] = [:]
        for (key, value) in pairs {
            guard let provisionClass = key.identifier("A class", &findings) else { continue }
            let placed = Placed<Identifier>(value: provisionClass, place: key.place)
            guard placed.isName(within: ReservedProvision.rule, "class", &findings) else { continue }
            let what = "The rule of \(key.value.quoted)"
            // A rule that cannot be read still is a rule: its class is not reported for having none.
            rules[provisionClass] = .all([])
            guard let rule = value.rule(what, &findings) else { continue }
            rules[provisionClass] = rule.rule
            if let rosters, let parties {
                RuleCheck(rosters: rosters, parties: parties).check(rule, what, &findings, counting: countingRosters)
            }
        }
        return rules
    }

    private func checkRules(_ rules: [Identifier: Rule], _ classes: [Placed<Identifier>], _ findings: inout Findings) {
        for word in ["roster", "rule", "party"] where rules[Identifier(word)!] == nil {
            findings.report(
                .missingRule, at: fields.place(of: "rules"),
                "There is no rule for \(word.quoted): write who must agree when \(Self.meaning[word]!) changes.")
        }
        for provisionClass in classes where rules[provisionClass.value] == nil {
            let name = provisionClass.value.string
            findings.report(
                .missingRule, at: provisionClass.place,
                "The class \(name.quoted) has no rule. Write one under `rules`, or use a class that has one."
                    + NearestName.question(rules.keys.map(\.string), near: name))
        }
    }

    private static let meaning = [
        "roster": "who holds a standing", "rule": "a rule", "party": "the record of a party",
    ]

    // MARK: The whole

    /// What no part can see alone: that all of it fits into a record.
    private func checkRecord(_ charter: Charter, _ findings: inout Findings) {
        do {
            _ = try charter.foundingInstrument(salt: [UInt8](repeating: 0, count: 16))
        } catch {
            findings.report(
                .refusedRecord, at: .start, "The charter cannot be made into an instrument: \(error.fault.sentence).")
        }
    }
}

extension Fields {
    /// The fields of a whole file; nil, and reported, if it says that it is of another format.
    init?(_ root: YAMLNode, _ what: String, format: String, known: [String], _ findings: inout Findings) {
        if case .map(let pairs) = root.content,
            let said = pairs.first(where: { $0.key.value == "syngraph" }),
            case .scalar(format, _) = said.value.content
        {
            self.init(root, what, known: known, &findings)
            return
        }
        var place = root.place
        var found = "does not say what it is"
        if case .map(let pairs) = root.content, let said = pairs.first(where: { $0.key.value == "syngraph" }) {
            place = said.value.place
            if case .scalar(let text, _) = said.value.content { found = "says that it is \(text.quoted)" }
        }
        findings.report(
            .notThisFormat, at: place,
            "The file \(found); one of this kind begins with the line `syngraph: \(format)`.")
        return nil
    }
}

extension Placed<Identifier> {
    /// Reports a name so long that with the prefix of its reserved provision it is no identifier.
    func isName(within reserved: (Identifier) -> Identifier?, _ what: String, _ findings: inout Findings) -> Bool {
        if reserved(value) != nil { return true }
        findings.report(
            .badIdentifier, at: place, "The name of this \(what) is too long; leave room for `\(what)/` before it.")
        return false
    }
}
