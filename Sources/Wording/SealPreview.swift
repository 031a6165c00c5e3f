package import Agreement
internal import CanonicalEncoding
internal import Cryptography
package import Identity

/// What a party is told before it seals: the text that changes, whose consent is needed, what its seal will do, what it
/// will not do, and what it will make the party refuse.
///
/// Made from the bytes that are sealed, never from a draft. Source: `Docs/Specification/agreement.md`, section "What an
/// honest node refuses to seal".
package struct SealPreview: Sendable {
    package let instrument: Instrument
    package let party: Identifier
    package let verdict: Seal.Verdict
    package let provided: [InstrumentID]
    /// True if it has all the consent it needs already.
    package let isInForce: Bool
    /// Eight groups of four digits, to be read aloud to the other parties.
    package let fingerprint: String
    /// The instrument's title, quoted, in the reader's language.
    package let title: String
    package let note: String?
    /// Text first, then rosters, rules and party records; each from what the instrument found to what it writes.
    package let changes: [ProvisionRedline]
    /// Whose consent it needs.
    package let needs: [String]
    package let willDo: [String]
    package let willNotDo: [String]
    /// Until it completes or is replaced by name.
    package let willRefuse: [String]
    package let warnings: [String]
    /// Why this party's own software will not let it do this; none if it may.
    package let objections: [String]

    /// - Parameters:
    ///   - language: the only language whose words are compared; all of them if nil, as before a seal.
    ///   - remembered: the party's commitments that are not among these records.
    /// - Returns: nil if the instrument, or anything that it names, is not among the records.
    package init?(
        of id: InstrumentID, _ verdict: Seal.Verdict = .accept, by party: Identifier, provided: [InstrumentID] = [],
        remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)] = [], language: Identifier? = nil,
        in book: Phrasebook
    ) {
        guard let instrument = book.evaluation.instrument(id) else { return nil }
        let effects = SealEffects(instrument, verdict, by: party, provided: provided, in: book)
        self.instrument = instrument
        self.party = party
        self.verdict = verdict
        self.provided = provided
        isInForce = book.evaluation.inForce.contains(id)
        fingerprint = Quoting.fingerprint(id)
        title = book.title(instrument)
        note = instrument.note.map { $0.text(in: book.language).string }
        changes = Self.changes(of: instrument, language, in: book)
        needs = book.needs(of: id)
        willDo = effects.willDo
        willNotDo = effects.willNotDo
        willRefuse = effects.willRefuse
        warnings = Self.languageWarnings(instrument, in: book) + Self.lopsided(instrument, in: book) + effects.warnings
        let roots = book.evaluation.roots(of: party, on: id)
        objections = book.evaluation.objections(
            to: verdict, on: id, by: party, provided: provided, remembered: remembered,
            under: roots.earlier ?? roots.brought
        ).map(book.sentence(for:))
    }

    /// What an instrument changes, against the text as it found it.
    package static func changes(
        of instrument: Instrument, _ language: Identifier?, in book: Phrasebook
    ) -> [ProvisionRedline] {
        let ranked = instrument.changes.sorted { rank($0) < rank($1) }
        return ranked.map { change in
            ProvisionRedline(
                change.provision,
                from: book.evaluation.provision(change.provision, beneath: instrument.id)?.content,
                to: change.content, language: language)
        }
    }

    /// Text, rosters, rules, records; within each by provision.
    private static func rank(_ change: Instrument.Change) -> (Int, Identifier) {
        switch ReservedProvision(change.provision) {
        case nil: (0, change.provision)
        case .roster: (1, change.provision)
        case .rule: (2, change.provision)
        case .party: (3, change.provision)
        case .closing: (4, change.provision)
        }
    }

    // MARK: Languages

    /// Provisions whose words change in one language and stay as they were in another: nothing forbids it, and it is
    /// seldom meant.
    private static func lopsided(_ instrument: Instrument, in book: Phrasebook) -> [String] {
        instrument.changes.compactMap { change in
            guard let new = change.content?.text,
                let old = book.evaluation.provision(change.provision, beneath: instrument.id)?.content.text
            else { return nil }
            let common = old.languages.filter { new.byLanguage[$0] != nil }
            let changed = common.filter { old.byLanguage[$0] != new.byLanguage[$0] }
            let kept = common.filter { old.byLanguage[$0] == new.byLanguage[$0] }
            guard !changed.isEmpty, !kept.isEmpty else { return nil }
            return "the text of \(change.provision) changes in \(Quoting.list(changed)) and stays as it was in "
                + Quoting.list(kept)
        }
    }

    /// The founding's languages that the instrument, its title or one of its provisions lacks: what is not written in a
    /// language does not bind in it.
    private static func languageWarnings(_ instrument: Instrument, in book: Phrasebook) -> [String] {
        guard let founding = book.ledger.instruments[book.ledger.roadmap] else { return [] }
        return founding.languages.flatMap { language -> [String] in
            guard instrument.languages.contains(language) else {
                return ["it does not count \(language) among its authentic languages, as the founding does"]
            }
            var warnings: [String] = []
            if instrument.title.byLanguage[language] == nil { warnings.append("its title is not there in \(language)") }
            for change in instrument.changes {
                guard let content = change.content else { continue }
                if let heading = content.heading, heading.byLanguage[language] == nil {
                    warnings.append("the heading of \(change.provision) is not there in \(language)")
                }
                if let text = content.text, text.byLanguage[language] == nil {
                    warnings.append("the text of \(change.provision) is not there in \(language)")
                }
            }
            return warnings
        }
    }
}

extension Phrasebook {
    /// Whose consent an instrument needs, a clause for each rule.
    package func needs(of id: InstrumentID) -> [String] {
        evaluation.requirements(of: id).map { $0.words(naming: name, of: id) }
    }
}
