package import Agreement
internal import CanonicalEncoding
package import Cryptography
package import Drafting
package import Identity
internal import Redline

/// Words next to each other that have one origin.
package struct WrittenWords: Hashable, Sendable {
    package let text: String
    /// The instrument that brought them; nil in a draft, and for what it was opened on.
    package let instrument: InstrumentID?
    /// The entry of a draft that wrote them, where that is known, and its party.
    package let entry: Digest?
    package let party: Identifier?
}

/// Who wrote which words: of a draft by entries, of a text in force by the instruments that brought them.
///
/// Source: `Docs/Specification/commands.md`, section `blame`.
package enum Blame {
    /// By scalar of what a draft reads in a text, the entry that wrote it.
    static func entries(of reading: TextReading, in draft: Draft) -> [Digest] {
        var spans: [TextName: [Digest]] = [:]
        return reading.sources.flatMap { source -> ArraySlice<Digest> in
            if spans[source.text] == nil { spans[source.text] = entries(of: source.text, in: draft) }
            return spans[source.text]![source.range]
        }
    }

    /// By scalar of a text as it stands, the entry that inserted it.
    private static func entries(of text: TextName, in draft: Draft) -> [Digest] {
        guard var history = draft.history(of: text), let spans = try? history.spans() else {
            return Array(repeating: draft.id, count: draft.scalarCount(of: text) ?? 0)
        }
        return spans.filter { $0.deletions.isEmpty }.flatMap { span in
            Array(repeating: span.insertion.id, count: span.text.unicodeScalars.count)
        }
    }

    // MARK: Drafts

    /// What a draft reads in a text, run by run. Words that it was opened on have the party nil.
    package static func words(of reading: TextReading, in draft: Draft) -> [WrittenWords] {
        runs(of: reading.words, entries(of: reading, in: draft)) { text, entry in
            WrittenWords(
                text: text, instrument: nil, entry: entry == draft.id ? nil : entry,
                party: entry == draft.id ? nil : draft.party(ofEntry: entry))
        }
    }

    /// The words of every alternative that is open beside them, run by run.
    package static func words(ofAlternative name: OperationName, in draft: Draft) -> [WrittenWords] {
        var reader = TextReader(draft, Outcomes(of: draft))
        return words(of: reader.read(.alternative(name)), in: draft)
    }

    // MARK: In force

    /// The text in force of a provision, run by run; empty if it has none in this language.
    ///
    /// - Parameter draft: the draft that an instrument says it was frozen from, as of then; nil if it is not here.
    package static func inForce(
        _ provision: Identifier, _ language: Identifier, by evaluation: Evaluation, draft: (Instrument) -> Draft?
    ) -> [WrittenWords] {
        var versions: [Instrument] = []
        var next = evaluation.versionInForce(of: provision)
        while let id = next, let version = evaluation.instrument(id) {
            versions.append(version)
            next = version.base[provision] ?? nil
        }
        var text = ""
        var origins: [Origin] = []
        for version in versions.reversed() {
            let written = version.change(to: provision)?.content?.text?.byLanguage[language]?.string ?? ""
            let draft = draft(version)
            let own = origin(of: written, provision, language, version, draft)
            origins = carried(origins, from: text, to: written, own)
            text = written
        }
        return runs(of: text, origins) { text, origin in
            WrittenWords(text: text, instrument: origin.instrument, entry: origin.entry, party: origin.party)
        }
    }

    private struct Origin: Hashable {
        let instrument: InstrumentID
        var entry: Digest?
        let party: Identifier
    }

    /// Where a version's words come from if all of them are its own.
    private static func origin(
        of text: String, _ provision: Identifier, _ language: Identifier, _ version: Instrument, _ draft: Draft?
    ) -> [Origin] {
        let plain = Origin(instrument: version.id, entry: nil, party: version.proposer)
        let count = text.unicodeScalars.count
        guard let draft, let reading = reading(of: provision, language, in: draft, as: text) else {
            return Array(repeating: plain, count: count)
        }
        return entries(of: reading, in: draft).map { entry in
            guard entry != draft.id, let party = draft.party(ofEntry: entry) else { return plain }
            return Origin(instrument: version.id, entry: entry, party: party)
        }
    }

    /// What a draft reads there, if that is the text.
    private static func reading(
        of provision: Identifier, _ language: Identifier, in draft: Draft, as text: String
    ) -> TextReading? {
        let reading = DraftReading(of: draft).provisions.first { $0.identifier == provision }?.texts[language]
        return reading.flatMap { $0.words.utf8.elementsEqual(text.utf8) ? $0 : nil }
    }

    private static func carried(
        _ origins: [Origin], from old: String, to new: String, _ own: [Origin]
    ) -> [Origin] {
        var carried: [Origin] = []
        var place = 0
        for segment in RedlinedText(from: old, to: new).segments {
            let count = segment.text.unicodeScalars.count
            switch segment {
            case .kept:
                carried += origins[place..<place + count]
                place += count
            case .deleted: place += count
            case .inserted: carried += own[carried.count..<carried.count + count]
            }
        }
        return carried
    }

    private static func runs<Mark: Equatable>(
        of text: String, _ marks: [Mark], _ made: (String, Mark) -> WrittenWords
    ) -> [WrittenWords] {
        let scalars = Array(text.unicodeScalars)
        var runs: [WrittenWords] = []
        var start = 0
        for index in scalars.indices where index + 1 == scalars.count || marks[index + 1] != marks[index] {
            runs.append(made(String(String.UnicodeScalarView(scalars[start...index])), marks[index]))
            start = index + 1
        }
        return runs
    }
}
