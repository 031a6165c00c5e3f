internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// What a page shows of a bundle, as a tree.
///
/// `Page/document.js` and `Page/history.js` make the same tree: whoever changes one of them changes the other.
struct PageContents: PageTree {
    let findings: VerificationReport.Findings
    let ledger: Ledger
    let evaluation: Evaluation
    let languages: [Identifier]
    let founding: Instrument?
    let steps: RedlineSteps
    /// All seals that can be checked, by instrument: by party, then by id.
    let sealsByInstrument: [InstrumentID: [SealOnRecord]]
    let counting: Set<Digest>
    let disputed: Set<Digest>
    let void: Set<Digest>

    init(_ findings: VerificationReport.Findings) {
        self.findings = findings
        ledger = findings.contents.ledger
        evaluation = findings.evaluation
        founding = ledger.instruments[ledger.roadmap]
        languages = founding?.languages ?? []
        sealsByInstrument = Dictionary(grouping: ledger.seals.values, by: \.seal.instrument).mapValues { seals in
            seals.sorted { ($0.seal.party, $0.seal.id) < ($1.seal.party, $1.seal.id) }
        }
        counting = Set(evaluation.instrumentIDs.flatMap(evaluation.countingSeals))
        disputed = Set(evaluation.disputedSeals)
        void = Set(evaluation.voidSeals)
        steps = RedlineSteps(forByteCount: ledger.instruments.values.reduce(0) { $0 + 2 * $1.payload.count })
    }

    var windowTitle: String {
        let title = founding.map { terminalSafe($0.title.text(in: languages.first).string) }
        return "\(title ?? "Roadmap") · \(Quoting.short(ledger.roadmap))"
    }

    var sections: [PageSection] {
        [text, lies, accusations, lacking, constitution, parties, history, checked].compactMap { $0 }
    }

    let kind = "A roadmap, its seals, and a verifier for them"

    var title: [PageNode] {
        [founding.map { inline($0.title) } ?? .text("Roadmap \(Quoting.short(ledger.roadmap))")]
    }

    var identity: [(term: String, description: PageNode)] {
        [
            ("Roadmap", h("code", [:], ledger.roadmap.hex)),
            ("Fingerprint", h("code", ["class": "fingerprint"], Quoting.fingerprint(ledger.roadmap))),
        ]
    }

    // MARK: Words

    /// Words with a correction: what went and what came, where that makes a difference.
    func block(_ words: Words, correctedTo corrected: Words) -> PageNode {
        let paragraphs = words.languages.map { language in
            let (before, after) = (shown(words, language), shown(corrected, language))
            let isSame = before.utf8.elementsEqual(after.utf8)
            return paragraph(language, isSame ? [.text(before)] : redlined(steps.redline(before, after)))
        }
        return h("div", ["class": "words"], paragraphs)
    }

    /// What went and what came, in each language in which anything did; nil if nothing did.
    func redline(from old: Words?, to new: Words?) -> PageNode? {
        let languages = Set((old?.languages ?? []) + (new?.languages ?? [])).sorted()
        let paragraphs = languages.compactMap { language -> PageNode? in
            let (before, after) = (shown(old, language), shown(new, language))
            guard !before.utf8.elementsEqual(after.utf8) else { return nil }
            return paragraph(language, redlined(steps.redline(before, after)))
        }
        return paragraphs.isEmpty ? nil : h("div", ["class": "words"], paragraphs)
    }

    // MARK: Names

    /// An instrument by its title and the beginning of its id, with a way to where it stands on the page.
    func name(_ id: InstrumentID) -> [PageNode] {
        guard let instrument = ledger.instruments[id] else {
            return [h("code", [:], Quoting.short(id)), .text(" (not here)")]
        }
        return [
            h("a", ["href": "#i-\(id.hex)"], [inline(instrument.title)]), .text(" "),
            h("code", [:], Quoting.short(id)),
        ]
    }

    func names(_ ids: some Sequence<InstrumentID>) -> PageNode {
        h("ul", ["class": "names"], ids.map { h("li", [:], name($0)) })
    }
}
