internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
package import Verification
internal import Wording

/// A roadmap as one web page that checks itself: the text in force, who sealed what, the rules, the history, the bundle
/// from which all of it follows, and a verifier for that bundle.
///
/// It is read without a network and without JavaScript; with it the page derives everything anew, from the bytes that
/// were signed, and compares what it shows with that. It is the same for the same bundle, whoever writes it. Source:
/// `Docs/Specification/page.md`.
package struct SelfVerifyingPage {
    let findings: VerificationReport.Findings
    let contents: PageContents
    private let bundle: [UInt8]

    /// - Parameters:
    ///   - findings: what was found in the bundle, which is valid.
    ///   - bundle: its bytes.
    /// - Throws: ``PageRefusal`` for what a browser should not be asked to check.
    package init(_ findings: VerificationReport.Findings, bundle: [UInt8]) throws(PageRefusal) {
        guard bundle.count <= PageLimits.bundleByteCount else { throw .tooLong(byteCount: bundle.count) }
        let instruments = findings.contents.ledger.instruments.count
        guard instruments <= PageLimits.instruments else { throw .tooManyInstruments(instruments) }
        self.findings = findings
        self.bundle = bundle
        contents = PageContents(findings)
    }

    /// The page, in HTML.
    package var html: String {
        let policy = [
            "default-src 'none'", "script-src \(PageProgram.source(of: PageProgram.script))",
            "style-src \(PageProgram.source(of: PageProgram.style))", "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
        var html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(HTML.escaped(contents.windowTitle))</title>
            <style>\(PageProgram.style)</style>
            </head>
            <body>

            """
        for node in contents.body { node.write(to: &html) }
        html += "<script type=\"\(Self.bundleType)\" id=\"bundle\">\n\(Base64.lines(of: bundle))</script>\n"
        html += "<script type=\"module\">\(PageProgram.script)</script>\n</body>\n</html>\n"
        return html
    }

    static let bundleType = "application/vnd.syngraph.bundle"
}

/// What a page shows of a bundle, as a tree.
///
/// `Page/document.js` and `Page/history.js` make the same tree: whoever changes one of them changes the other.
struct PageContents {
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
    private let placeOf: [Identifier: Int]

    init(_ findings: VerificationReport.Findings) {
        self.findings = findings
        ledger = findings.contents.ledger
        evaluation = findings.evaluation
        founding = ledger.instruments[ledger.roadmap]
        languages = founding?.languages ?? []
        placeOf = Dictionary(uniqueKeysWithValues: languages.enumerated().map { ($1, $0 + 1) })
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

    var body: [PageNode] {
        let sections = sections
        let main = h("main", [:], sections.map(\.node))
        return [header, Self.unchecked, contents(of: sections), choice, main, Self.footer]
    }

    private var sections: [PageSection] {
        [text, lies, accusations, lacking, constitution, parties, history, checked].compactMap { $0 }
    }

    // MARK: The head of the page

    private var header: PageNode {
        let title = founding.map { inline($0.title) } ?? .text("Roadmap \(Quoting.short(ledger.roadmap))")
        return h(
            "header", [:],
            [
                h("p", ["class": "kind"], "A roadmap, its seals, and a verifier for them"),
                h("h1", [:], [title]),
                h(
                    "dl", ["class": "identity"],
                    [
                        h("dt", [:], "Roadmap"), h("dd", [:], [h("code", [:], ledger.roadmap.hex)]),
                        h("dt", [:], "Fingerprint"),
                        h("dd", [:], [h("code", ["class": "fingerprint"], Quoting.fingerprint(ledger.roadmap))]),
                    ]),
            ])
    }

    /// What stands where the verdict will: the page's program writes it anew once it has finished.
    private static let unchecked = h(
        "section", ["id": "verdict", "class": "verdict", "role": "status"],
        [
            h("h2", [:], "Not checked"),
            h(
                "p", [:],
                "The program in this page has not run. Without JavaScript it is a text like any other, and shows what "
                    + "its writer wrote: have another verifier check the bundle in it."),
        ])

    private func contents(of sections: [PageSection]) -> PageNode {
        let items = sections.map { h("li", [:], [h("a", ["href": "#\($0.id)"], $0.title)]) }
        return h("nav", ["aria-label": "Contents"], [h("ul", [:], items)])
    }

    /// Buttons that show one language, or all side by side; they need no program.
    private var choice: PageNode {
        func option(_ place: Int, _ label: PageNode) -> PageNode {
            let id = "show-\(place)"
            let isFirst = place == 0
            let button =
                isFirst
                ? h("input", ["type": "radio", "name": "language", "id": id, "checked": ""], [])
                : h("input", ["type": "radio", "name": "language", "id": id], [])
            return h("label", ["for": id], [button, label])
        }
        let options = languages.enumerated().map { place, language in
            option(place + 1, h("span", ["lang": language.string], PageLanguages.name(of: language)))
        }
        return h(
            "fieldset", ["class": "languages"],
            [h("legend", [:], "Languages"), option(0, .text("side by side"))] + options)
    }

    private static let footer = h(
        "footer", [:],
        [
            h(
                "p", [:],
                "Times are those that the signers claim, and decide nothing. Words are shown as they were sealed; what "
                    + "cannot be seen is spelt out, as in \\u{202E}.")
        ])

    // MARK: Words

    /// Words in all their languages, one paragraph each.
    func block(_ words: Words) -> PageNode {
        h("div", ["class": "words"], words.languages.map { paragraph($0, [.text(shown(words, $0))]) })
    }

    /// Words with a correction: what went and what came, where that makes a difference.
    func block(_ words: Words, correctedTo corrected: Words) -> PageNode {
        let paragraphs = words.languages.map { language in
            let (before, after) = (shown(words, language), shown(corrected, language))
            let isSame = before.utf8.elementsEqual(after.utf8)
            return paragraph(language, isSame ? [.text(before)] : redlined(steps.redline(before, after)))
        }
        return h("div", ["class": "words"], paragraphs)
    }

    /// The same within a line.
    func inline(_ words: Words) -> PageNode {
        h(
            "span", ["class": "words"],
            words.languages.map {
                h("span", ["class": classes($0), "lang": $0.string, "dir": "auto"], shown(words, $0))
            })
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

    private func paragraph(_ language: Identifier, _ children: [PageNode]) -> PageNode {
        h("p", ["class": classes(language), "lang": language.string, "dir": "auto"], children)
    }

    private func classes(_ language: Identifier) -> String { "w l\(placeOf[language] ?? 0)" }

    private func shown(_ words: Words?, _ language: Identifier) -> String {
        words?.byLanguage[language].map { terminalSafe($0.string, keepingLineFeeds: true) } ?? ""
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

    static func codes(_ ids: some Sequence<Digest>) -> PageNode {
        h("ul", ["class": "names"], ids.map { h("li", [:], [h("code", [:], $0.hex)]) })
    }
}

extension PageContents {
    /// The head of a table.
    static func heads(_ names: String...) -> PageNode {
        h("thead", [:], [h("tr", [:], names.map { h("th", ["scope": "col"], $0) })])
    }
}

/// A part of the page under a heading.
struct PageSection {
    let id: String
    let title: String
    let children: [PageNode]

    var node: PageNode {
        h("section", ["id": id, "aria-labelledby": "\(id)-title"], [h("h2", ["id": "\(id)-title"], title)] + children)
    }
}

/// Rows of a list of terms.
struct PageTerms {
    private var rows: [PageNode] = []
    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ term: String, _ description: [PageNode]) {
        rows += [h("dt", [:], term), h("dd", [:], description)]
    }

    mutating func add(_ term: String, _ description: String) { add(term, [.text(description)]) }

    func list(_ kind: String) -> PageNode { h("dl", ["class": kind], rows) }
}

enum PageLanguages {
    /// What a language is called in itself; its code where we do not know.
    static func name(of language: Identifier) -> String {
        switch language.string {
        case "ar": "العربية"
        case "de": "Deutsch"
        case "en": "English"
        case "es": "Español"
        case "fr": "Français"
        case "ja": "日本語"
        case "ko": "한국어"
        case "ru": "Русский"
        case "zh": "中文"
        default: language.string
        }
    }
}
