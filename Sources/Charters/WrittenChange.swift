internal import Identity

/// One item of an amendment's list of changes: a verb, what it is about, and the fields that the verb takes.
struct WrittenChange {
    let verb: Verb
    /// What the verb is about; the id of an addition may be left to the tools by `~`.
    let subject: YAMLNode
    let fields: Fields
    /// The provision, standing, class or party, for sentences: "`article-1`", "the addition of line 12".
    let about: String

    enum Verb: String, CaseIterable {
        case amend, add, repeal, move, roster, rule, party

        /// The keys that may stand beside it.
        var keys: [String] {
            switch self {
            case .amend: ProvisionFields.keys + ["was"]
            case .add: ["under", "before", "after"] + ProvisionFields.keys
            case .repeal: ["with-contents", "was"]
            case .move: ["under", "before", "after", "was"]
            case .roster: ["holders", "dormant"]
            case .rule: ["is"]
            case .party: ["card"]
            }
        }
    }

    init?(_ node: YAMLNode, _ findings: inout Findings) {
        guard let pairs = node.map("A change", &findings) else { return nil }
        let verbs = pairs.compactMap { Verb(rawValue: $0.key.value) }
        guard verbs.count == 1, let subject = pairs.first(where: { $0.key.value == verbs[0].rawValue }) else {
            if verbs.isEmpty, let first = pairs.first {
                let words = Verb.allCases.map(\.rawValue)
                findings.report(
                    .missingKey, at: node.place,
                    "This change has none of the words \(words.listed)."
                        + NearestName.question(words, near: first.key.value))
            } else {
                findings.report(
                    verbs.isEmpty ? .missingKey : .wrongShape, at: node.place,
                    verbs.isEmpty
                        ? "This change is empty; delete it."
                        : "This change has \(verbs.map(\.rawValue).listed) at once; write a change for each.")
            }
            return nil
        }
        verb = verbs[0]
        self.subject = subject.value
        var name = "~"
        if case .scalar(let text, _) = subject.value.content, !subject.value.isNull { name = text }
        about = name == "~" ? "the addition of line \(node.place.line)" : name.quoted
        let what = "The change \("\(verb.rawValue): \(name)".quoted)"
        guard let fields = Fields(node, what, known: [verb.rawValue] + verb.keys, &findings) else { return nil }
        self.fields = fields
    }

    func identifier(_ findings: inout Findings) -> Placed<Identifier>? {
        subject.identifier("What `\(verb.rawValue)` is about", &findings)
    }
}

/// What a file does to each provision, so that no two of its changes contradict each other.
struct ActsByProvision {
    /// In the order in which the file first names them.
    private(set) var names: [ProvisionName] = []
    private var places: [ProvisionName: [WrittenChange.Verb: Place]] = [:]

    /// Notes an act; false, and reported, if it does not go with those before.
    mutating func note(
        _ verb: WrittenChange.Verb, _ name: ProvisionName, at place: Place, _ findings: inout Findings
    ) -> Bool {
        let before = places[name] ?? [:]
        let isLawful = before.isEmpty || Set(before.keys).union([verb]) == [.amend, .move] && before[verb] == nil
        if !isLawful, case .given(let identifier) = name {
            let line = before.values.map(\.line).min()!
            findings.report(
                .contradictoryChanges, at: place,
                "\(identifier.string.quoted) is changed in line \(line) already. One `amend` and one `move` go "
                    + "together; put everything else into one change.")
            return false
        }
        if before.isEmpty { names.append(name) }
        places[name, default: [:]][verb] = place
        return true
    }

    func place(of verb: WrittenChange.Verb, _ name: ProvisionName) -> Place? { places[name]?[verb] }

    func firstPlace(_ name: ProvisionName) -> Place? { places[name]?.values.min { $0.line < $1.line } }

    func has(_ verb: WrittenChange.Verb, _ name: ProvisionName) -> Bool { places[name]?[verb] != nil }
}
