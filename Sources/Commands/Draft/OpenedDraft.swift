internal import Agreement
internal import Cryptography
internal import Drafting
internal import Identity
internal import Negotiation
internal import NodeLogic
internal import Verification
internal import Wording

/// A draft of a home, opened on its base; perhaps as of some entry.
struct OpenedDraft {
    let record: DraftOnRecord
    let draft: Draft
    /// The text that it was opened on.
    let base: [Identifier: Content]

    /// What it reads, without rosters, rules and party records, which no draft has.
    ///
    /// - Parameter old: what it is laid beside. Of an earlier version of the same draft, and of the text that it was
    ///   opened on, it is known word by word who took away what.
    func text(besides old: OpenedDraft?) -> RoadmapText {
        let reading = DraftReading(of: draft)
        let before = old.flatMap { $0.record.id == record.id ? $0.draft : nil }
        let words = WordAuthors.all(from: before, to: draft).mapValues { languages in
            languages.mapValues { TextAuthors(inserted: $0.inserted, deleted: $0.deleted) }
        }
        var authors: [Identifier: Identifier] = [:]
        for provision in reading.provisions {
            let editors = draft.opening.languages.flatMap {
                draft.editors(of: .node(provision.node, language: $0))
            }
            authors[provision.identifier] = editors.filter { $0 != record.id }.compactMap(draft.party(ofEntry:)).last
        }
        for node in draft.documentOrder.map(\.name) {
            guard let strike = draft.presence(of: node)?.written.last(where: { !$0.value }) else { continue }
            for identifier in draft.identifiers(of: node) where authors[identifier] == nil {
                authors[identifier] = strike.party
            }
        }
        return RoadmapText(
            contents: reading.contents(on: base), authors: authors, author: record.party, words: words)
    }
}

extension DraftDesk {
    /// - Parameter entry: as of this entry and its past; now if nil.
    /// - Throws: a ``Complaint`` if there is no such draft or entry, or what it was opened on is not here.
    func opened(_ typed: String, at entry: String? = nil) throws(Complaint) -> OpenedDraft {
        let record = try record(typed)
        return OpenedDraft(
            record: record, draft: try draft(record, asOf: entry.map { [$0] } ?? []), base: base(of: record))
    }

    private func opened(_ record: DraftOnRecord) -> OpenedDraft? {
        (try? draft(record)).map { OpenedDraft(record: record, draft: $0, base: base(of: record)) }
    }

    private func base(of record: DraftOnRecord) -> [Identifier: Content] {
        let text = findings.evaluation.text(of: record.opening.base) ?? []
        return Dictionary(uniqueKeysWithValues: text.map { ($0.id, $0.content) })
    }

    /// The drafts that are not closed, by their openings' stamps.
    var open: [OpenedDraft] { drafts.all.compactMap(opened).filter { !$0.draft.isClosed } }

    /// The draft that an instrument says it was frozen from, as of the entries that it names; nil if it is not here.
    func origin(of instrument: Instrument) -> OpenedDraft? {
        guard let record = drafts.all.first(where: { instrument.frozenFrom.contains($0.id) }),
            let opened = opened(record), instrument.frozenFrom.allSatisfy(opened.draft.contains),
            let past = opened.draft.version(asOf: instrument.frozenFrom)
        else { return nil }
        return OpenedDraft(record: record, draft: past, base: opened.base)
    }
}

extension Evaluation {
    /// The whole text in force, by provision.
    var contentsInForce: [Identifier: Content] {
        Dictionary(uniqueKeysWithValues: textInForce.map { ($0.id, $0.content) })
    }
}
