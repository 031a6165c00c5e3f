public import Identity

/// A treaty from elsewhere as the text of a charter, and everything that was done to it on the way.
///
/// Articles become provisions, in every language that the files bring; parts, chapters and sections contain what stands
/// under them. Nothing is corrected that could be meant: what cannot be signed is taken out and said, what is missing in
/// a language is marked by `[…]` and said, and everything else is there, byte for byte, in NFC. Source:
/// `Docs/Specification/charter.md`, section "From a treaty".
public struct TreatyImport: Sendable {
    /// In the order of the files.
    public let languages: [Identifier]
    /// The charter, in YAML.
    public let charter: String
    /// Where the units of the text stand, for a summary.
    public let articleCount: Int
    public let provisionCount: Int
    /// The provisions, in the order of the text, parents before what they contain; those without any words left out.
    public let units: [Unit]
    /// In the order of the text.
    public let notes: [Note]
    /// By language, what became of every character.
    public let counts: [Identifier: Counts]

    /// A piece of the text: what becomes a provision.
    public struct Unit: Hashable, Sendable {
        public let id: String
        public let kind: String
        public let number: String?
        /// Nil at the top.
        public let parent: String?
        public let headings: [Identifier: String]
        public let texts: [Identifier: String]
    }

    /// Something that was done, or that a person should look at.
    public struct Note: Hashable, Sendable {
        /// Nil for what goes for the whole.
        public let provision: String?
        public let language: String?
        public let kind: Kind
        public let message: String

        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// A character that nobody can sign was taken out, exchanged or covered.
            case character
            /// Letters were brought to NFC.
            case composed
            /// There are no words in a language: `[…]` stands in their place.
            case missing
            /// A heading was found within a line, or in another place than in other languages.
            case heading
            /// Something of the file was not taken.
            case left
            /// A number or an id is not as it was written.
            case renamed
        }
    }

    /// Unicode scalars of one language: `read` and `added` are `written`, `blank`, `removed` and `composed` together.
    public struct Counts: Hashable, Sendable {
        public var read = 0
        public var written = 0
        /// White space at the ends of texts.
        public var blank = 0
        /// Taken out.
        public var removed = 0
        /// Fewer because a letter and its mark became one.
        public var composed = 0
        /// Placeholders for what is missing.
        public var added = 0

        public var isBalanced: Bool { read + added == written + blank + removed + composed }
    }

    /// A file, with its language where it does not say.
    public struct File: Sendable {
        public let text: String
        public let language: String?

        public init(text: String, language: String?) {
            (self.text, self.language) = (text, language)
        }
    }

    /// - Parameters:
    ///   - parties: who will found it; the first proposes.
    ///   - provisionClass: the class of all provisions.
    public init(
        of files: [File], parties: [Identifier], provisionClass: Identifier
    ) throws(TreatyFault) {
        var reading = TreatyReading()
        for file in files { try reading.take(file) }
        try reading.finish()
        languages = reading.languages
        charter = CharterDraft(reading, parties: parties, provisionClass: provisionClass).text
        articleCount = reading.units.count { $0.kind == "article" }
        provisionCount = reading.units.count
        let there = reading.units.filter { !($0.headings.isEmpty && $0.texts.isEmpty) }
        let ids = Set(there.map(\.id))
        units = there.map { unit in
            Unit(
                id: unit.id, kind: unit.kind.split(separator: "/").last.map(String.init) ?? "text", number: unit.number,
                parent: unit.parent.flatMap { ids.contains($0) ? $0 : nil }, headings: unit.headings, texts: unit.texts)
        }
        notes = reading.notes
        counts = reading.counts
        if case .failure(let faults) = Charter.readText(charter) { throw .refused(faults) }
    }

    /// What stands where a language has no words.
    public static let placeholder = "[…]"
}

/// The units of a treaty in all its languages, as they are gathered from files.
struct TreatyReading {
    private(set) var languages: [Identifier] = []
    private(set) var titles: [Identifier: String] = [:]
    private(set) var units: [TreatyUnit] = []
    private(set) var notes: [TreatyImport.Note] = []
    private(set) var counts: [Identifier: TreatyImport.Counts] = [:]

    private var gathered = GatheredUnits()

    mutating func take(_ file: TreatyImport.File) throws(TreatyFault) {
        let source = try TreatySource(file.text, language: file.language)
        let spoken = Set(source.articles.flatMap { $0.texts.keys }).union(source.texts.keys)
        for language in spoken.sorted() {
            guard let identifier = Identifier(language) else { throw .badLanguage(language) }
            guard !languages.contains(identifier) else { throw .languageTwice(language) }
            languages.append(identifier)
            counts[identifier] = TreatyImport.Counts()
            if let title = source.titles[language] { titles[identifier] = clean(title, identifier, "title", "title") }
        }
        for key in source.leftKeys {
            note(nil, nil, .left, "the file's \(key.quoted) is no part of the text that is read, and was left")
        }
        take(articlesOf: source)
        for (language, text) in source.texts.sorted(by: { $0.key < $1.key }) {
            try take(text, Identifier(language)!)
        }
    }

    // MARK: Pieces

    private mutating func take(articlesOf source: TreatySource) {
        for (language, text) in source.preambles.sorted(by: { $0.key < $1.key }) {
            guard let identifier = Identifier(language), languages.contains(identifier) else { continue }
            gathered.add(text: Array(text.unicodeScalars)[...], heading: nil, to: .preamble, identifier)
        }
        var seen: Set<String> = []
        for (index, article) in source.articles.enumerated() {
            let ordinal = Numeral.value(of: Array(article.number.unicodeScalars))
            var name = ordinal.map { "\($0)" } ?? "x\(index + 1)"
            if let ordinal, "\(ordinal)" != article.number {
                note("article-\(name)", nil, .renamed, "the number \(article.number.quoted) is written \(ordinal)")
            }
            while !seen.insert(name).inserted {
                note(
                    "article-\(name)", nil, .renamed,
                    "there are several of this number; this one is `article-\(name)-2`")
                name += "-2"
            }
            let place = UnitName(kind: "article", number: name)
            gathered.append(place, number: ordinal.map { "\($0)" } ?? article.number)
            for (language, text) in article.texts.sorted(by: { $0.key < $1.key }) {
                guard let identifier = Identifier(language) else { continue }
                let title = article.titles[language].flatMap { $0.isEmpty ? nil : Array($0.unicodeScalars)[...] }
                gathered.add(text: Array(text.unicodeScalars)[...], heading: title, to: place, identifier)
            }
        }
    }

    // MARK: Texts

    private mutating func take(_ text: TreatySource.MarkedText, _ language: Identifier) throws(TreatyFault) {
        var text = text
        // What stands between the pieces of a file is ours.
        counts[language]?.read -= text.joinCount.dropped + text.joinCount.kept
        counts[language]?.blank -= text.joinCount.dropped
        counts[language]?.added += text.joinCount.kept
        if titles[language] == nil, let title = text.takeTitle() {
            titles[language] = clean(title, language, "title", "title")
        }
        let cut = TreatySegments(of: text)
        guard cut.segments.contains(where: { $0.heading != nil }) else { throw .noArticles(language: language.string) }
        var containers = Containers()
        for segment in cut.segments {
            guard let heading = segment.heading else {
                gathered.add(text: segment.body, heading: nil, to: .preamble, language)
                continue
            }
            let name = containers.enter(heading)
            gathered.append(name.unit, number: name.number, under: name.parent, in: language)
            gathered.add(text: segment.body, heading: segment.label, to: name.unit, language)
        }
        for ordinal in cut.foundWithinLine {
            note(
                "article-\(ordinal)", language, .heading,
                "its heading stands within a line, and the end of the article before may hold some of its words")
        }
    }

    // MARK: The whole

    mutating func finish() throws(TreatyFault) {
        guard !languages.isEmpty, !gathered.isEmpty else { throw .nothingThere }
        for gatheredUnit in gathered.inOrder() {
            var unit = TreatyUnit(gatheredUnit)
            let spoken = languages.filter { gatheredUnit.texts[$0] != nil }
            for language in spoken {
                unit.headings[language] = gatheredUnit.headings[language].map {
                    clean($0, language, unit.id, "heading")
                }
                unit.texts[language] = clean(gatheredUnit.texts[language]!, language, unit.id, "text")
            }
            fill(&unit.headings, of: unit, "heading")
            fill(&unit.texts, of: unit, "text")
            for (language, words) in gatheredUnit.elsewhere {
                note(unit.id, language, .heading, words)
            }
            units.append(unit)
        }
        for language in languages where (titles[language] ?? "").isEmpty {
            titles[language] = missing(language, "title", "title")
        }
    }

    /// Drops what no language has, and marks what some lack.
    private mutating func fill(_ words: inout [Identifier: String], of unit: TreatyUnit, _ field: String) {
        guard words.values.contains(where: { !$0.isEmpty }) else {
            words = [:]
            return
        }
        for language in languages where (words[language] ?? "").isEmpty {
            words[language] = missing(language, unit.id, field)
        }
    }

    private mutating func missing(_ language: Identifier, _ provision: String, _ field: String) -> String {
        let placeholder = TreatyImport.placeholder
        note(provision, language, .missing, "there is no \(field); `\(placeholder)` stands in its place")
        counts[language]?.added += placeholder.unicodeScalars.count
        counts[language]?.written += placeholder.unicodeScalars.count
        return placeholder
    }

    private mutating func clean(
        _ raw: some Collection<Unicode.Scalar>, _ language: Identifier, _ provision: String, _ field: String
    ) -> String {
        let cleaning = TextCleaning(raw)
        counts[language]?.read += raw.count
        counts[language]?.written += cleaning.text.unicodeScalars.count
        counts[language]?.blank += cleaning.trimmedCount
        counts[language]?.removed += cleaning.removedCount
        counts[language]?.composed += cleaning.composedCount
        for act in cleaning.acts { note(provision, language, .character, "in its \(field) \(act.words)") }
        if cleaning.isRespelt {
            note(
                provision, language, .composed,
                "its \(field) was brought to NFC, in which every letter has one spelling")
        }
        return cleaning.text
    }

    private mutating func clean(_ raw: String, _ language: Identifier, _ provision: String, _ field: String) -> String {
        clean(raw.unicodeScalars, language, provision, field)
    }

    private mutating func note(
        _ provision: String?, _ language: Identifier?, _ kind: TreatyImport.Note.Kind, _ message: String
    ) {
        notes.append(
            TreatyImport.Note(provision: provision, language: language?.string, kind: kind, message: message))
    }
}
