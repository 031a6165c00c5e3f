internal import Identity

/// The keys of one map, with those that nobody knows reported.
struct Fields {
    let place: Place
    /// What the map is, for sentences: "The charter", "`article-1`".
    let what: String
    private var values: [String: YAMLNode] = [:]
    private var places: [String: Place] = [:]

    /// Nil, and reported, for anything but a map.
    init?(_ node: YAMLNode, _ what: String, known: [String], _ findings: inout Findings) {
        guard let pairs = node.map(what, &findings) else { return nil }
        place = node.place
        self.what = what
        for (key, value) in pairs {
            if known.contains(key.value) {
                values[key.value] = value
                places[key.value] = key.place
            } else {
                let question = NearestName.question(known, near: key.value)
                let advice = question.isEmpty ? " It may have \(known.listed)." : question
                findings.report(
                    .unknownKey, at: key.place, "\(what) has no key \(key.value.quoted).\(advice)")
            }
        }
    }

    var names: Set<String> { Set(values.keys) }

    subscript(key: String) -> YAMLNode? { values[key] }

    func place(of key: String) -> Place { places[key] ?? place }

    func required(_ key: String, _ findings: inout Findings) -> YAMLNode? {
        if let value = values[key] { return value }
        findings.report(.missingKey, at: place, "\(what) lacks the key \(key.quoted); add it.")
        return nil
    }

    /// The identifier under `key`, which must be there.
    func identifier(_ key: String, _ findings: inout Findings) -> Placed<Identifier>? {
        required(key, &findings)?.identifier("The \(key) of \(what.midSentence)", &findings)
    }
}

extension YAMLNode {
    func identifier(_ what: String, _ findings: inout Findings) -> Placed<Identifier>? {
        guard let text = scalar(what, &findings) else { return nil }
        return Placed(value: text, place: place).identifier(what, &findings).map {
            Placed<Identifier>(value: $0, place: place)
        }
    }

    /// A list of identifiers, none twice; an empty one is reported unless `mayBeEmpty`.
    func identifiers(_ what: String, mayBeEmpty: Bool = false, _ findings: inout Findings) -> [Placed<Identifier>]? {
        guard let items = list(what, &findings) else { return nil }
        if items.isEmpty, !mayBeEmpty {
            findings.report(.emptyList, at: place, "\(what) is an empty list; name at least one.")
            return nil
        }
        var seen: Set<Identifier> = []
        var identifiers: [Placed<Identifier>] = []
        for item in items {
            guard let identifier = item.identifier("An item of \(what.midSentence)", &findings) else { continue }
            if seen.insert(identifier.value).inserted {
                identifiers.append(identifier)
            } else {
                findings.report(
                    .repeatedItem, at: item.place,
                    "\(what) names \(identifier.value.string.quoted) twice. Delete one of the two.")
            }
        }
        return identifiers
    }
}

extension Placed<String> {
    func identifier(_ what: String, _ findings: inout Findings) -> Identifier? {
        if let identifier = Identifier(value) { return identifier }
        findings.report(
            .badIdentifier, at: place,
            "\(what) is \(value.quoted); write one to 128 of the characters A-Z a-z 0-9 . / -, the first a letter or "
                + "digit.")
        return nil
    }
}

extension String {
    /// "The charter" as it stands within a sentence.
    var midSentence: String {
        for article in ["The ", "A ", "An "] where hasPrefix(article) { return prefix(1).lowercased() + dropFirst() }
        return self
    }
}
