internal import Identity

/// A unit of a treaty by its place in the whole: an article is the same in all languages by its number.
struct UnitName: Hashable {
    let kind: String
    /// Behind those of chapters and sections stand those of what contains them.
    let number: String

    static let preamble = UnitName(kind: "preamble", number: "")

    var id: String { number.isEmpty ? kind : "\(kind)-\(number)" }
}

/// A unit with its words in all languages, cleaned.
struct TreatyUnit {
    let id: String
    let kind: String
    let number: String?
    let parent: String?
    var headings: [Identifier: String] = [:]
    var texts: [Identifier: String] = [:]

    init(_ gathered: GatheredUnits.Unit) {
        id = gathered.name.id
        kind = gathered.name.kind
        number = gathered.number
        parent = gathered.parent?.id
    }
}

/// The units that the languages bring, one after the other; the first that has a unit says where it stands.
struct GatheredUnits {
    struct Unit {
        let name: UnitName
        var number: String?
        var parent: UnitName?
        /// Pieces as they came; several where a file has several of one name.
        var headings: [Identifier: ArraySlice<Unicode.Scalar>] = [:]
        var texts: [Identifier: ArraySlice<Unicode.Scalar>] = [:]
        /// What languages say of its place otherwise than the first.
        var elsewhere: [(Identifier, String)] = []
    }

    private var units: [UnitName: Unit] = [:]
    /// What stands behind what; the preamble begins.
    private var next: [UnitName: UnitName] = [:]
    private var last: UnitName = .preamble
    private var lastLanguage: Identifier?

    var isEmpty: Bool { units.isEmpty }

    /// Enters a unit behind the one entered before, unless it stands somewhere already.
    mutating func append(
        _ name: UnitName, number: String?, under parent: UnitName? = nil, in language: Identifier? = nil
    ) {
        if language != lastLanguage { last = .preamble }
        lastLanguage = language
        defer { last = name }
        guard units[name] == nil else {
            if units[name]!.parent == nil { units[name]!.parent = parent }
            if let language, let parent, let first = units[name]!.parent, first != parent {
                units[name]!.elsewhere.append(
                    (language, "it stands under \(parent.id) here, and under \(first.id) elsewhere"))
            }
            return
        }
        units[name] = Unit(name: name, number: number, parent: parent)
        next[name] = next[last]
        next[last] = name
    }

    mutating func add(
        text: ArraySlice<Unicode.Scalar>, heading: ArraySlice<Unicode.Scalar>?, to name: UnitName,
        _ language: Identifier
    ) {
        if units[name] == nil { units[name] = Unit(name: name) }
        units[name]!.headings[language] = heading.flatMap { $0.isEmpty ? nil : $0 }
        units[name]!.texts[language] = text
    }

    /// All of them, what contains others before those.
    func inOrder() -> [Unit] {
        var ordered: [Unit] = []
        var name: UnitName? = .preamble
        while let current = name {
            if let unit = units[current] { ordered.append(unit) }
            name = next[current]
        }
        return ordered
    }
}

/// What a heading stands under, as one reads on.
struct Containers {
    private var part: UnitName?
    private var chapter: UnitName?
    private var section: UnitName?

    /// - Returns: the unit that begins, its number in words of its own, and what it stands under.
    mutating func enter(_ heading: TreatyHeading) -> (unit: UnitName, number: String, parent: UnitName?) {
        let roman = Numeral.romanText(heading.ordinal)
        func name(_ number: String, in container: UnitName?) -> UnitName {
            let path = container.map { $0.id + "/" } ?? ""
            return UnitName(kind: path + heading.kind.rawValue, number: number)
        }
        switch heading.kind {
        case .part:
            (part, chapter, section) = (name(roman, in: nil), nil, nil)
            return (part!, roman, nil)
        case .chapter:
            (chapter, section) = (name(roman, in: part), nil)
            return (chapter!, roman, part)
        case .section:
            section = name("\(heading.ordinal)", in: chapter ?? part)
            return (section!, "\(heading.ordinal)", chapter ?? part)
        case .article:
            return (name("\(heading.ordinal)", in: nil), "\(heading.ordinal)", section ?? chapter ?? part)
        case .annex:
            (part, chapter, section) = (nil, nil, nil)
            return (name(roman, in: nil), roman, nil)
        }
    }
}
