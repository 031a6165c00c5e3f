internal import Agreement
internal import CanonicalEncoding
internal import Identity

/// A field that a file may leave out, or empty by `~`.
enum Given<Value> {
    case absent
    case removed
    case value(Value)

    /// What is there afterwards, where `old` was before.
    func over(_ old: Value?) -> Value? {
        switch self {
        case .absent: old
        case .removed: nil
        case .value(let value): value
        }
    }
}

/// The fields that say what a provision is, as a file gives them.
struct ProvisionFields {
    var kind: Placed<Identifier>?
    var provisionClass: Placed<Identifier>?
    var number: Given<ExactText> = .absent
    var heading: Given<Words> = .absent
    var text: Given<Words> = .absent
    var attributes: Given<[Identifier: Placed<CanonicalValue>]> = .absent

    static let keys = ["kind", "class", "number", "heading", "text", "attributes"]

    /// - Parameters:
    ///   - subject: the provision, for sentences.
    ///   - mayRemove: whether `~` takes a field away, or is a mistake.
    init(
        _ fields: Fields, of subject: String, _ languages: Languages, mayRemove: Bool, _ findings: inout Findings
    ) {
        let what = subject.midSentence
        kind = fields["kind"]?.identifier("The kind of \(what)", &findings)
        provisionClass = fields["class"]?.identifier("The class of \(what)", &findings)
        number = Self.given(fields["number"], mayRemove) { $0.exactText("The number of \(what)", &findings) }
        heading = Self.given(fields["heading"], mayRemove) {
            languages.words($0, "The heading of \(what)", &findings)
        }
        text = Self.given(fields["text"], mayRemove) { languages.words($0, "The text of \(what)", &findings) }
        attributes = Self.given(fields["attributes"], mayRemove) {
            $0.attributes("The attributes of \(what)", &findings)
        }
        checkDates(what, &findings)
    }

    /// Reports a date from or until which the provision applies that is no day: it would be read as an event.
    private func checkDates(_ what: String, _ findings: inout Findings) {
        guard case .value(let attributes) = attributes else { return }
        for name in [Applicability.fromAttribute, Applicability.untilAttribute] {
            guard let attribute = attributes[Identifier(name)!] else { continue }
            guard case .text(let text) = attribute.value else {
                findings.report(
                    .badDate, at: attribute.place,
                    "\(name.quoted) of \(what) is no text. Write a day, as in 2030-01-31, or the name of an event.")
                continue
            }
            guard text.string.utf8.first.map({ (0x30...0x39).contains($0) }) ?? false, Day(text.string) == nil else {
                continue
            }
            findings.report(
                .badDate, at: attribute.place,
                "\(name.quoted) of \(what) is \(text.string.quoted), which is no day. Write year, month and day, as in "
                    + "2030-01-31.")
        }
    }

    private static func given<Value>(
        _ node: YAMLNode?, _ mayRemove: Bool, _ read: (YAMLNode) -> Value?
    ) -> Given<Value> {
        guard let node else { return .absent }
        if node.isNull, mayRemove { return .removed }
        return read(node).map { .value($0) } ?? .absent
    }

    var attributeValues: Given<[Identifier: CanonicalValue]> {
        switch attributes {
        case .absent: .absent
        case .removed: .removed
        case .value(let attributes): .value(attributes.mapValues(\.value))
        }
    }

    /// A new provision of these fields; nil where kind or class are missing, which has been reported.
    func provision(
        _ name: ProvisionName, under parent: ProvisionName?, order: [UInt8]
    ) -> PlannedProvision? {
        guard let kind, let provisionClass else { return nil }
        return PlannedProvision(
            name: name, parent: parent, order: order, kind: kind.value, provisionClass: provisionClass.value,
            number: number.over(nil), heading: heading.over(nil), text: text.over(nil),
            attributes: attributeValues.over(nil) ?? [:])
    }

    /// Reports an attribute by which a rule names parties, where it does not list parties: nobody could ever consent.
    func checkNamedParties(_ rule: Rule, _ parties: Set<Identifier>, _ what: String, _ findings: inout Findings) {
        guard case .value(let attributes) = attributes else { return }
        for name in rule.attributesNamed.sorted() {
            guard let attribute = attributes[name] else { continue }
            guard case .array(let items) = attribute.value else {
                findings.report(
                    .wrongShape, at: attribute.place,
                    "The rule of its class asks those whom \(name.string.quoted) of \(what.midSentence) names; write a "
                        + "list of parties there, such as [\(parties.sorted().first?.string ?? "A")].")
                continue
            }
            for case .text(let party) in items where !parties.contains(where: { $0.string == party.string }) {
                findings.report(
                    .unknownParty, at: attribute.place,
                    "The rule of its class asks those whom \(name.string.quoted) of \(what.midSentence) names, and "
                        + "\(party.string.quoted) is no party."
                        + NearestName.question(parties.map(\.string), near: party.string))
            }
        }
    }
}

extension Placed<Identifier> {
    /// Reports an id that tools keep for rosters, rules, party records and closings.
    func checkNotReserved(_ findings: inout Findings) -> Bool {
        guard ReservedProvision.isReserved(value) else { return true }
        findings.report(
            .reservedPrefix, at: place,
            "\(value.string.quoted) begins like a roster, a rule, a party's record or a closing, which are not text. "
                + "Rosters, rules and party records are written under keys of their own; call a provision something "
                + "else.")
        return false
    }
}

/// The text of a charter: a tree of provisions, read in the order written.
struct ProvisionTree {
    /// Parents before what they contain, siblings in order.
    private(set) var provisions: [PlannedProvision] = []
    /// Every class that is used, where it is first.
    private(set) var classes: [Placed<Identifier>] = []

    private let languages: Languages
    private let rules: [Identifier: Rule]
    private let parties: Set<Identifier>
    private var places: [Identifier: Place] = [:]
    private var count = 0

    init(
        _ node: YAMLNode, _ languages: Languages, rules: [Identifier: Rule], parties: Set<Identifier>,
        _ findings: inout Findings
    ) {
        self.languages = languages
        self.rules = rules
        self.parties = parties
        readSiblings(node, under: nil, depth: 0, "The charter", &findings)
    }

    private mutating func readSiblings(
        _ node: YAMLNode, under parent: ProvisionName?, depth: Int, _ what: String, _ findings: inout Findings
    ) {
        guard let items = node.list("The list of provisions in \(what.midSentence)", &findings) else { return }
        guard !items.isEmpty else {
            findings.report(
                .emptyList, at: node.place, "\(what) has an empty list of provisions; write one, or delete the key.")
            return
        }
        guard depth <= AgreementLimits.provisionDepth else {
            let limit = AgreementLimits.provisionDepth
            findings.report(
                .tooDeep, at: node.place, "Provisions are contained in each other more than \(limit) times.")
            return
        }
        for (item, order) in zip(items, OrderKey.sequence(count: items.count)) {
            read(item, under: parent, order: order, depth: depth, &findings)
        }
    }

    private mutating func read(
        _ node: YAMLNode, under parent: ProvisionName?, order: [UInt8], depth: Int, _ findings: inout Findings
    ) {
        let place = count
        count += 1
        let id = Self.id(of: node)
        let what = id.map(\.quoted) ?? "The provision of line \(node.place.line)"
        let known = ["id"] + ProvisionFields.keys + ["provisions"]
        guard let fields = Fields(node, what, known: known, &findings) else { return }
        let given = fields["id"]?.identifier("The id of a provision", &findings)
        if let given, given.checkNotReserved(&findings) { checkUnique(given, &findings) }
        for key in ["kind", "class"] { _ = fields.required(key, &findings) }
        let content = ProvisionFields(fields, of: what, languages, mayRemove: false, &findings)
        if let provisionClass = content.provisionClass {
            classes.append(provisionClass)
            if let rule = rules[provisionClass.value] { content.checkNamedParties(rule, parties, what, &findings) }
        }
        let name = given.map { ProvisionName.given($0.value) } ?? .made(place: place)
        if let provision = content.provision(name, under: parent, order: order) { provisions.append(provision) }
        if let children = fields["provisions"] {
            readSiblings(children, under: name, depth: depth + 1, what, &findings)
        }
    }

    private mutating func checkUnique(_ id: Placed<Identifier>, _ findings: inout Findings) {
        guard let first = places[id.value] else {
            places[id.value] = id.place
            return
        }
        findings.report(
            .duplicateProvision, at: id.place,
            "Two provisions have the id \(id.value.string.quoted), the first in line \(first.line). Give one another "
                + "id.")
    }

    /// What a provision calls itself, for the sentences about its other fields.
    private static func id(of node: YAMLNode) -> String? {
        guard case .map(let pairs) = node.content,
            case .scalar(let text, _)? = pairs.first(where: { $0.key.value == "id" })?.value.content
        else { return nil }
        return text
    }
}
