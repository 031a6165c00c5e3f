internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// What a page shows, as a tree: what is the same of a roadmap and of the proof of one provision.
///
/// `Page/page-tree.js` makes the same: whoever changes one of them changes the other.
protocol PageTree {
    var windowTitle: String { get }
    /// What the page is, in a line.
    var kind: String { get }
    var title: [PageNode] { get }
    /// By what it is compared with what a reader knows.
    var identity: [(term: String, description: PageNode)] { get }
    /// Those that a reader chooses from, at most ``PageProgram/languageLimit``.
    var languages: [Identifier] { get }
    var sections: [PageSection] { get }
}

extension PageTree {
    var body: [PageNode] {
        let sections = sections
        let main = h("main", [:], sections.map(\.node))
        return [header, unchecked, contents(of: sections), choice, main, footer]
    }

    // MARK: The head of the page

    private var header: PageNode {
        let terms = identity.flatMap { [h("dt", [:], $0.term), h("dd", [:], [$0.description])] }
        return h(
            "header", [:],
            [h("p", ["class": "kind"], kind), h("h1", [:], title), h("dl", ["class": "identity"], terms)])
    }

    /// What stands where the verdict will: the page's program writes it anew once it has finished.
    private var unchecked: PageNode {
        h(
            "section", ["id": "verdict", "class": "verdict", "role": "status"],
            [
                h("h2", [:], "Not checked"),
                h(
                    "p", [:],
                    "The program in this page has not run. Without JavaScript it is a text like any other, and shows "
                        + "what its writer wrote: have another verifier check the bundle in it."),
            ])
    }

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

    private var footer: PageNode {
        h(
            "footer", [:],
            [
                h(
                    "p", [:],
                    "Times are those that the signers claim, and decide nothing. Words are shown as they were sealed; "
                        + "what cannot be seen is spelt out, as in \\u{202E}.")
            ])
    }

    // MARK: Words

    /// Words in all their languages, one paragraph each.
    func block(_ words: Words) -> PageNode {
        h("div", ["class": "words"], words.languages.map { paragraph($0, [.text(shown(words, $0))]) })
    }

    /// The same within a line.
    func inline(_ words: Words) -> PageNode {
        h(
            "span", ["class": "words"],
            words.languages.map {
                h("span", ["class": classes($0), "lang": $0.string, "dir": "auto"], shown(words, $0))
            })
    }

    func paragraph(_ language: Identifier, _ children: [PageNode]) -> PageNode {
        h("p", ["class": classes(language), "lang": language.string, "dir": "auto"], children)
    }

    private func classes(_ language: Identifier) -> String {
        "w l\(languages.firstIndex(of: language).map { $0 + 1 } ?? 0)"
    }

    func shown(_ words: Words?, _ language: Identifier) -> String {
        words?.byLanguage[language].map { terminalSafe($0.string, keepingLineFeeds: true) } ?? ""
    }

    // MARK: Provisions

    /// Its number and heading; its id where it has neither.
    func label(_ id: Identifier, _ content: Content) -> [PageNode] {
        let number = content.number.map { h("span", ["class": "number"], terminalSafe($0.string)) }
        let heading = content.heading.map(inline)
        let parts = [number, heading].compactMap { $0 }
        return parts.isEmpty ? [h("code", [:], id.string)] : parts
    }

    func attributes(_ content: Content) -> PageNode {
        var terms = PageTerms()
        for name in content.attributes.keys.sorted() {
            terms.add(name.string, Quoting.readable(content.attributes[name]!))
        }
        return terms.list("attributes")
    }

    /// Who holds which standing, and whose consent what needs.
    func constitution(rosters: [(standing: String, roster: Roster)], rules: [(name: String, rule: Rule)]) -> [PageNode]
    {
        let rows = rosters.map { standing, roster in
            let dormant = roster.isDormant ? "; dormant: rules count none of them" : ""
            let holders = roster.holders.isEmpty ? "nobody" : roster.holders.map(\.string).joined(separator: ", ")
            return h("tr", [:], [h("th", ["scope": "row"], standing), h("td", [:], holders + dormant)])
        }
        let table = h(
            "table", [:],
            [
                h("caption", [:], "Who holds which standing"), heads("Standing", "Held by"), h("tbody", [:], rows),
            ])
        var terms = PageTerms()
        for (name, rule) in rules { terms.add(name, rule.words) }
        let explanation = "Whose consent a change needs, by the class of what it changes."
        return [table, h("p", [:], explanation), terms.list("rules")]
    }

    // MARK: Seals

    /// - Parameters:
    ///   - remarks: why a seal is not simply its party's consent.
    ///   - conditions: what it is provided on.
    func row(of seal: Seal, remarks: [String], conditions: ([InstrumentID]) -> PageNode) -> PageNode {
        var verdict: [PageNode] = [h("span", ["class": seal.verdict.rawValue], seal.verdict.pastTense)]
        verdict += remarks.map { h("p", ["class": "remark"], $0) }
        let capacities = seal.capacities.map { $0.map(\.string).joined(separator: ", ") } ?? "all its standings"
        let until = seal.until.map { ", offered until \(Timestamp.text($0))" } ?? ""
        return h(
            "tr", [:],
            [
                h("th", ["scope": "row"], seal.party.string), h("td", [:], verdict), h("td", [:], capacities),
                h("td", [:], seal.provided.isEmpty ? [.text("–")] : [conditions(seal.provided)]),
                h("td", [:], Timestamp.text(seal.at) + until), h("td", [:], said(by: seal)),
            ])
    }

    private func said(by seal: Seal) -> [PageNode] {
        let words = [("Declaration", seal.declaration), ("Reservation", seal.reservation), ("Reason", seal.reason)]
        let said = words.compactMap { title, words in words.map { [h("p", ["class": "label"], title), block($0)] } }
        return said.isEmpty ? [.text("–")] : said.flatMap { $0 }
    }

    func sealTable(_ rows: [PageNode], without sentence: String) -> PageNode {
        guard !rows.isEmpty else { return h("p", ["class": "none"], sentence) }
        return h(
            "table", ["class": "seals"],
            [
                h("caption", [:], "Seals"), heads("Party", "Verdict", "As", "Provided", "When", "Words"),
                h("tbody", [:], rows),
            ])
    }

    // MARK: Small things

    /// The head of a table.
    func heads(_ names: String...) -> PageNode {
        h("thead", [:], [h("tr", [:], names.map { h("th", ["scope": "col"], $0) })])
    }

    func codes(_ ids: some Sequence<Digest>) -> PageNode {
        h("ul", ["class": "names"], ids.map { h("li", [:], [h("code", [:], $0.hex)]) })
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

    mutating func add(_ term: String, _ description: [PageNode]) {
        rows += [h("dt", [:], term), h("dd", [:], description)]
    }

    mutating func add(_ term: String, _ description: String) { add(term, [.text(description)]) }

    /// By which keys a party speaks, and how it came to have them.
    mutating func add(_ keys: KeyChain) {
        let newest = keys.newest
        if let record = newest.record.record {
            add("Seals with", "\(record.seal.threshold) of \(Quoting.count(record.seal.keys.count, "key"))")
            let recovery = record.recovery.keys
            add(
                "Recovers with",
                recovery.isEmpty ? "nothing" : "\(record.recovery.threshold) of \(Quoting.count(recovery.count, "key"))"
            )
        }
        guard let statement = newest.statement, let authority = newest.authority else { return }
        let act = statement.isFreeze ? "frozen" : "changed"
        let reason = statement.reason.map { ": \(terminalSafe($0.string))" } ?? ""
        add("Keys", "\(act) by its \(authority.rawValue) keys, version \(statement.version)\(reason)")
        let overruled = keys.links.count(where: \.isSuperseded)
        guard overruled > 0 else { return }
        add("Overruled by recovery", Quoting.count(overruled, "change of keys", "changes of keys"))
    }

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
