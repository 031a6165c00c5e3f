internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// Reads an amendment, each change on what the changes before it left.
struct AmendmentReader {
    static let format = "amendment/1"

    let evaluation: Evaluation
    let languages: Languages
    let rulesInForce: [Identifier: Rule]
    let rostersInForce: [Identifier: Roster]
    let recordsInForce: [Identifier: PartyRecord]
    /// Ids of the provisions in force that are text.
    let namesInForce: [String]

    var text: TextInProgress
    /// What has been done to each provision, and where; in the order in which the file first names them.
    var acts = ActsByProvision()
    var rules: [Identifier: WrittenRule] = [:]
    var rosters: [Identifier: Placed<Roster>] = [:]
    var cards: CardReader
    /// The parties in force, and those that the file brings.
    var parties: Set<Identifier>

    var additionCount = 0
    var partiesWritten: Set<Identifier> = []
    /// False where a roster of the file could not be read: its holders are then not counted.
    var rostersAreSound = true
    var repealedWithContents: Set<ProvisionName> = []
    /// What goes with a repeal that takes its contents along.
    var repealedInside: [ProvisionName] = []

    let fields: Fields

    init?(_ root: YAMLNode, _ evaluation: Evaluation, _ languages: [Identifier], _ findings: inout Findings) {
        let known = [
            "syngraph", "title", "note", "changes", "corrections", "relies-on", "replaces", "voids", "answer-by",
        ]
        guard let fields = Fields(root, "The amendment", format: Self.format, known: known, &findings) else {
            return nil
        }
        guard !evaluation.inForce.isEmpty else {
            findings.report(
                .nothingInForce, at: root.place,
                "Nothing is in force yet that could be amended: the founding still waits for acceptances.")
            return nil
        }
        self.fields = fields
        self.evaluation = evaluation
        self.languages = Languages(required: languages)
        var rules: [Identifier: Rule] = [:]
        var rosters: [Identifier: Roster] = [:]
        var records: [Identifier: PartyRecord] = [:]
        var names: [String] = []
        for provision in evaluation.textInForce {
            switch (ReservedProvision(provision.id), provision.content.reserved) {
            case (.rule(let name)?, .rule(let rule)?): rules[name] = rule
            case (.roster(let name)?, .roster(let roster)?): rosters[name] = roster
            case (.party(let name)?, .party(let record)?): records[name] = record
            case (nil, _): names.append(provision.id.string)
            default: break
            }
        }
        rulesInForce = rules
        rostersInForce = rosters
        recordsInForce = records
        namesInForce = names
        text = TextInProgress(evaluation)
        cards = CardReader(inForce: records)
        parties = Set(records.keys)
    }

    /// Nil where something is missing; reports that, and whatever else is wrong.
    mutating func read(_ load: (String) throws -> PartyCard?, _ findings: inout Findings) -> AmendmentFile? {
        let title = fields.required("title", &findings).flatMap { languages.words($0, "The title", &findings) }
        let note = fields["note"].flatMap { languages.words($0, "The note", &findings) }
        readChanges(load, &findings)
        readCorrections(&findings)
        finishText(&findings)
        checkConstitution(&findings)
        let reliesOn = self.reliesOn(&findings)
        let replaces = self.replaces(&findings)
        let voids = self.voids(&findings)
        let answerBy = self.answerBy(&findings)
        guard findings.isEmpty, let title else { return nil }
        return AmendmentFile(
            title: title, note: note, reliesOn: reliesOn, replaces: replaces, voids: voids, answerBy: answerBy,
            changes: plannedChanges)
    }

    // MARK: Changes

    private mutating func readChanges(_ load: (String) throws -> PartyCard?, _ findings: inout Findings) {
        if fields["changes"] == nil, fields["corrections"] != nil || fields["voids"] != nil { return }
        guard let node = fields.required("changes", &findings), let items = node.list("The list `changes`", &findings)
        else { return }
        if items.isEmpty {
            findings.report(.emptyList, at: node.place, "There are no changes; write at least one.")
        }
        // Parties first, so that a roster may name one that the file brings further down.
        let written = items.compactMap { WrittenChange($0, &findings) }
        for change in written where change.verb == .party { readParty(change, load, &findings) }
        for change in written {
            switch change.verb {
            case .amend: amend(change, &findings)
            case .add: add(change, &findings)
            case .move: move(change, &findings)
            case .repeal: repeal(change, &findings)
            case .roster: readRoster(change, &findings)
            case .rule: readRule(change, &findings)
            case .party: break
            }
        }
    }

    private var plannedChanges: [PlannedChange] {
        var changes: [PlannedChange] = []
        for name in acts.names {
            if let provision = text[name] {
                changes.append(.write(provision))
            } else if case .given(let identifier) = name {
                changes.append(.repeal(identifier))
            }
        }
        for (standing, roster) in rosters {
            changes.append(.writeReserved(ReservedProvision.roster(of: standing)!, .roster(roster.value)))
        }
        for (provisionClass, rule) in rules {
            changes.append(.writeReserved(ReservedProvision.rule(for: provisionClass)!, .rule(rule.rule)))
        }
        for (party, record) in cards.records {
            changes.append(.writeReserved(ReservedProvision.record(of: party)!, .party(record)))
        }
        return changes
    }

    // MARK: What it stands on, and what it stands in for

    private func reliesOn(_ findings: inout Findings) -> [Identifier] {
        guard let listed = fields["relies-on"]?.identifiers("The list `relies-on`", &findings) else { return [] }
        for name in listed where evaluation.provisionInForce(name.value) == nil {
            reportUnknown(name, &findings)
        }
        return listed.map(\.value)
    }

    private func replaces(_ findings: inout Findings) -> [InstrumentID] {
        guard let node = fields["replaces"], let items = node.list("The list `replaces`", &findings) else { return [] }
        if items.isEmpty {
            findings.report(.emptyList, at: node.place, "The list `replaces` is empty; name one, or delete the key.")
        }
        if items.count > AgreementLimits.replacesPerInstrument {
            let limit = AgreementLimits.replacesPerInstrument
            findings.report(.tooMany, at: node.place, "The list `replaces` names more than \(limit) instruments.")
        }
        var replaces: [InstrumentID] = []
        let known = evaluation.instrumentIDs
        for item in items {
            guard let id = item.instrument("An item of the list `replaces`", among: known, &findings) else { continue }
            if replaces.contains(id) {
                findings.report(
                    .repeatedItem, at: item.place,
                    "The list `replaces` names \(id.hex.prefix(16))… twice. Delete one of the two.")
            } else {
                replaces.append(id)
            }
        }
        return replaces
    }

    private func voids(_ findings: inout Findings) -> [Digest] {
        guard let node = fields["voids"], let items = node.list("The list `voids`", &findings) else { return [] }
        if items.isEmpty {
            findings.report(.emptyList, at: node.place, "The list `voids` is empty; name one, or delete the key.")
        }
        if items.count > AgreementLimits.voidsPerInstrument {
            let limit = AgreementLimits.voidsPerInstrument
            findings.report(.tooMany, at: node.place, "The list `voids` names more than \(limit) statements.")
        }
        var voids: [Digest] = []
        let known = evaluation.disputedSeals + evaluation.disputedWithdrawals
        for item in items {
            guard let id = item.disputed("An item of the list `voids`", among: known, &findings) else { continue }
            if voids.contains(id) {
                findings.report(
                    .repeatedItem, at: item.place,
                    "The list `voids` names \(id.hex.prefix(16))… twice. Delete one of the two.")
            } else {
                voids.append(id)
            }
        }
        return voids
    }

    private func answerBy(_ findings: inout Findings) -> UInt64? {
        guard let node = fields["answer-by"], let text = node.scalar("The day `answer-by`", &findings) else {
            return nil
        }
        guard let second = Day(text)?.lastSecond else {
            findings.report(
                .badDate, at: node.place,
                "`answer-by` is \(text.quoted), which is no day from 1970 on. Write year, month and day, as in "
                    + "2030-01-31.")
            return nil
        }
        return second
    }

    func reportUnknown(_ name: Placed<Identifier>, _ findings: inout Findings) {
        let known =
            ReservedProvision.isReserved(name.value)
            ? evaluation.textInForce.map(\.id.string) : namesInForce
        let question = NearestName.question(known, near: name.value.string)
        findings.report(
            .unknownProvision, at: name.place,
            "No provision in force has the id \(name.value.string.quoted)."
                + (question.isEmpty ? " Look for it in the text in force, with `syngraph show`." : question))
    }
}

extension YAMLNode {
    /// The one of `known` that is named by its id, or by the digits with which that begins.
    func instrument(_ what: String, among known: [InstrumentID], _ findings: inout Findings) -> InstrumentID? {
        guard let prefix = instrumentPrefix(what, &findings) else { return nil }
        let fitting = known.filter { $0.hex.hasPrefix(prefix) }
        switch fitting.count {
        case 1: return fitting[0]
        case 0:
            findings.report(
                .unknownInstrument, at: place,
                "No instrument that is known here has an id that begins with \(prefix.quoted). Compare it with "
                    + "`syngraph log`, or import the instrument first.")
        default:
            findings.report(
                .ambiguousInstrument, at: place,
                "\(fitting.count) instruments have an id that begins with \(prefix.quoted). Write more digits.")
        }
        return nil
    }

    /// The one of the disputed statements that is named by its id, or by the digits with which that begins.
    func disputed(_ what: String, among disputed: [Digest], _ findings: inout Findings) -> Digest? {
        guard let prefix = instrumentPrefix(what, &findings) else { return nil }
        let fitting = disputed.filter { $0.hex.hasPrefix(prefix) }
        if fitting.count == 1 { return fitting[0] }
        if fitting.isEmpty {
            findings.report(
                .notDisputed, at: place,
                "No disputed seal or withdrawal has an id that begins with \(prefix.quoted). Only what its party has "
                    + "disowned, by changing its keys, can be voided; `syngraph status` names it.")
        } else {
            findings.report(
                .ambiguousInstrument, at: place,
                "\(fitting.count) disputed statements have an id that begins with \(prefix.quoted). Write more digits.")
        }
        return nil
    }

    /// The id of an instrument, or the digits with which it begins.
    func instrumentPrefix(_ what: String, _ findings: inout Findings) -> String? {
        guard let text = scalar(what, &findings) else { return nil }
        let isHexadecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isHexadecimal, (CharterLimits.instrumentPrefixDigits...2 * Digest.byteCount).contains(text.utf8.count)
        else {
            findings.report(
                .unknownInstrument, at: place,
                "\(what) is \(text.quoted), which is no id of an instrument; write its 64 digits (0-9, a-f), or at "
                    + "least the first \(CharterLimits.instrumentPrefixDigits).")
            return nil
        }
        return text
    }
}
