package import Agreement
package import Identity

/// A text of a roadmap as a whole: as it is in force, as an instrument found it, or as an instrument makes it.
///
/// Whatever can be laid beside another text is made into this; so is the text of a draft, which has no versions.
package struct RoadmapText: Sendable {
    package let contents: [Identifier: Content]
    /// By provision, the party that put forward the version, also of provisions that were repealed.
    package let authors: [Identifier: Identifier]
    /// The party that stands for whatever has no author of its own.
    package let author: Identifier
    /// By provision and language: of a draft, who wrote which words.
    package let words: [Identifier: [Identifier: TextAuthors]]

    package init(
        contents: [Identifier: Content], authors: [Identifier: Identifier], author: Identifier,
        words: [Identifier: [Identifier: TextAuthors]] = [:]
    ) {
        self.contents = contents
        self.authors = authors
        self.author = author
        self.words = words
    }

    /// The text in force; empty before the founding is.
    package init(inForceBy evaluation: Evaluation, founding: Instrument) {
        self.init(evaluation.textInForce, author: founding.proposer, evaluation) {
            evaluation.versionInForce(of: $0)
        }
    }

    /// The text as an instrument makes it, on what it is built on; nil if it cannot be judged or is not well formed.
    package init?(after instrument: Instrument, by evaluation: Evaluation) {
        guard let text = evaluation.textAfter(instrument.id) else { return nil }
        self.init(text, author: instrument.proposer, evaluation) {
            instrument.writes($0) ? instrument.id : evaluation.version(of: $0, beneath: instrument.id)
        }
    }

    /// The text as an instrument found it; nil if it cannot be judged.
    package init?(before instrument: Instrument, by evaluation: Evaluation) {
        guard evaluation.instrument(instrument.id) != nil else { return nil }
        self.init(evaluation.textBeneath(instrument.id), author: instrument.proposer, evaluation) {
            evaluation.version(of: $0, beneath: instrument.id)
        }
    }

    private init(
        _ text: [ProvisionInForce], author: Identifier, _ evaluation: Evaluation,
        version: (Identifier) -> InstrumentID?
    ) {
        let contents = Dictionary(uniqueKeysWithValues: text.map { ($0.id, $0.content) })
        var authors = Dictionary(uniqueKeysWithValues: text.map { ($0.id, $0.version.proposer) })
        // Of what is gone, whoever put its end forward.
        let known = evaluation.instrumentIDs.compactMap(evaluation.instrument)
        for provision in Set(known.flatMap { $0.changes.map(\.provision) }) where authors[provision] == nil {
            authors[provision] = version(provision).flatMap(evaluation.instrument)?.proposer
        }
        self.init(contents: contents, authors: authors, author: author)
    }

    package func author(of provision: Identifier) -> Identifier { authors[provision] ?? author }

    /// The part of it that one provision makes up with all that it contains; empty if it is not there.
    package func narrowed(to provision: Identifier) -> RoadmapText {
        let children = Dictionary(grouping: contents.keys) { contents[$0]?.parent }
        var inside: [Identifier: Content] = [:]
        var waiting = [provision]
        while let next = waiting.popLast() {
            guard let content = contents[next], inside.updateValue(content, forKey: next) == nil else { continue }
            waiting += children[next] ?? []
        }
        return RoadmapText(contents: inside, authors: authors, author: author, words: words)
    }

    /// The text without rosters, rules and party records, of which a draft has none.
    package var withoutReserved: RoadmapText {
        RoadmapText(
            contents: contents.filter { !ReservedProvision.isReserved($0.key) }, authors: authors, author: author,
            words: words)
    }
}

/// Who wrote the words of a text, and who took away those of the text before: by Unicode scalar, nil for what has no
/// author of its own. A list of another length than its text says nothing.
package struct TextAuthors: Hashable, Sendable {
    package let inserted: [Identifier?]
    package let deleted: [Identifier?]

    package init(inserted: [Identifier?], deleted: [Identifier?]) {
        self.inserted = inserted
        self.deleted = deleted
    }
}
