package import Agreement
internal import CanonicalEncoding
internal import Cryptography
package import Identity
package import Redline

/// What an instrument does to one provision: words as redlines, everything else as sentences.
package struct ProvisionRedline: Hashable, Sendable {
    package let provision: Identifier
    package let fate: Fate
    /// Its number and heading afterwards, or before its repeal, to call it by.
    package let label: String
    /// Headings and texts that differ, by field and language.
    package let words: [WordsRedline]
    /// All other differences, a sentence each.
    package let facts: [String]

    package enum Fate: String, Hashable, Sendable {
        case added, amended, repealed
        /// Written again as it was.
        case restated
    }

    package struct WordsRedline: Hashable, Sendable {
        /// `heading` or `text`.
        package let field: String
        package let language: Identifier
        package let redline: RedlinedText
    }

    /// - Parameter language: the only language to compare; all of them if nil.
    package init(
        _ provision: Identifier, from old: Content?, to new: Content?, language: Identifier? = nil
    ) {
        self.provision = provision
        label = Self.label(of: new ?? old, language)
        words =
            Self.redlines("heading", old?.heading, new?.heading, language)
            + Self.redlines("text", old?.text, new?.text, language)
        facts = Self.facts(old, new)
        fate =
            switch (old, new) {
            case (nil, _): .added
            case (_, nil): .repealed
            default: old == new ? .restated : .amended
            }
    }

    private static func label(of content: Content?, _ language: Identifier?) -> String {
        let number = content?.number.map { terminalSafe($0.string) }
        let heading = content?.heading.map { Quoting.quoted($0.text(in: language)) }
        return [number, heading].compactMap { $0 }.joined(separator: " ")
    }

    private static func redlines(
        _ field: String, _ old: Words?, _ new: Words?, _ only: Identifier?
    ) -> [WordsRedline] {
        Set((old?.languages ?? []) + (new?.languages ?? [])).sorted().compactMap { language in
            guard only == nil || language == only else { return nil }
            let before = old?.byLanguage[language]?.string ?? ""
            let after = new?.byLanguage[language]?.string ?? ""
            let redline = RedlinedText(from: before, to: after)
            guard !redline.isUnchanged else { return nil }
            return WordsRedline(field: field, language: language, redline: redline)
        }
    }

    // MARK: Facts

    /// All that differs but headings and texts, a sentence each.
    ///
    /// - Parameter placed: whether number and place are to be told, too.
    package static func facts(_ old: Content?, _ new: Content?, placed: Bool = true) -> [String] {
        if let reserved = new?.reserved ?? old?.reserved {
            switch reserved {
            case .roster: return rosterFacts(old?.roster, new?.roster)
            case .rule: return ruleFacts(old?.rule, new?.rule)
            case .party: return partyFacts(old?.partyRecord, new?.partyRecord)
            case .closing(let outcome): return ["outcome: \(outcome.rawValue)"]
            }
        }
        guard let new else { return [] }
        var facts: [String] = []
        func note(_ name: String, _ before: String?, _ after: String?) {
            if let fact = difference(name, before, after) { facts.append(fact) }
        }
        note("kind", old?.kind.string, new.kind.string)
        note("class", old?.provisionClass.string, new.provisionClass.string)
        if placed {
            note("number", old?.number.map { terminalSafe($0.string) }, new.number.map { terminalSafe($0.string) })
            note("part of", old?.parent?.string, new.parent?.string)
            if let old, old.order != new.order { facts.append("its place among its neighbours changes") }
        }
        for name in Set((old?.attributes.keys.map { $0 } ?? []) + new.attributes.keys).sorted() {
            note(name.string, old?.attributes[name].map(Quoting.readable), new.attributes[name].map(Quoting.readable))
        }
        return facts
    }

    private static func difference(_ name: String, _ before: String?, _ after: String?) -> String? {
        guard before != after else { return nil }
        switch (before, after) {
        case (nil, let after?): return "\(name): \(after)"
        case (let before?, nil): return "\(name): no longer \(before)"
        case (let before?, let after?): return "\(name): \(before) → \(after)"
        case (nil, nil): return nil
        }
    }

    private static func rosterFacts(_ old: Roster?, _ new: Roster?) -> [String] {
        let (before, after) = (Set(old?.holders ?? []), Set(new?.holders ?? []))
        var facts: [String] = []
        let added = after.subtracting(before).sorted()
        let removed = before.subtracting(after).sorted()
        if !added.isEmpty { facts.append("added: \(Quoting.list(added))") }
        if !removed.isEmpty { facts.append("removed: \(Quoting.list(removed))") }
        switch (old?.isDormant ?? false, new?.isDormant ?? false) {
        case (false, true): facts.append("it is dormant: rules count none of its holders")
        case (true, false): facts.append("it wakes: rules count its holders from now on")
        default: break
        }
        if let new {
            facts.append(new.holders.isEmpty ? "it has no holders then" : "then: \(Quoting.list(new.holders))")
        }
        return facts
    }

    private static func ruleFacts(_ old: Rule?, _ new: Rule?) -> [String] {
        switch (old, new) {
        case (let old?, let new?) where old == new: ["unchanged: \(new.words)"]
        case (let old?, let new?): ["until now: \(old.words)", "from then on: \(new.words)"]
        case (nil, let new?): ["from then on: \(new.words)"]
        default: []
        }
    }

    fileprivate static func partyFacts(_ old: PartyRecord?, _ new: PartyRecord?) -> [String] {
        guard let new else { return [] }
        var facts: [String] = []
        for language in Set((old?.names.languages ?? []) + new.names.languages).sorted() {
            let before = old?.names.byLanguage[language].map(Quoting.quoted)
            let after = new.names.byLanguage[language].map(Quoting.quoted)
            if let fact = difference("name (\(language))", before, after) { facts.append(fact) }
        }
        facts += keyFacts("seal keys", old?.seal, new.seal)
        facts += keyFacts("recovery keys", old?.recovery, new.recovery)
        if old?.next != new.next {
            facts.append(new.next.map { "commits to its next keys: \(Quoting.short($0))" } ?? "commits to no next keys")
        }
        for node in new.nodes {
            let key = Quoting.short(node.key.id.digest)
            let endpoints = node.endpoints.map { terminalSafe($0) }
            let places = endpoints.isEmpty ? "only dials" : "at \(Quoting.list(endpoints))"
            let before = old?.nodes.first { $0.key == node.key }
            if before?.endpoints != node.endpoints { facts.append("node \(key): \(places)") }
        }
        for node in old?.nodes ?? [] where !new.nodes.contains(where: { $0.key == node.key }) {
            facts.append("node removed: \(Quoting.short(node.key.id.digest))")
        }
        return facts
    }

    private static func keyFacts(_ name: String, _ old: KeySet?, _ new: KeySet) -> [String] {
        guard old != new, !(old == nil && new.keys.isEmpty) else { return [] }
        let added = new.keys.filter { !(old?.keys.contains($0) ?? false) }.map { Quoting.short($0.id.digest) }
        let removed = (old?.keys ?? []).filter { !new.keys.contains($0) }.map { Quoting.short($0.id.digest) }
        var parts: [String] = []
        if !added.isEmpty { parts.append("added \(Quoting.list(added))") }
        if !removed.isEmpty { parts.append("removed \(Quoting.list(removed))") }
        parts.append("\(new.threshold) of \(new.keys.count) must sign")
        return ["\(name): \(parts.joined(separator: "; "))"]
    }
}

extension PartyRecord {
    /// What is another than in `old`, a line for each thing, safe for a terminal.
    package func changes(from old: PartyRecord) -> [String] { ProvisionRedline.partyFacts(old, self) }
}

extension Content {
    fileprivate var roster: Roster? { if case .roster(let roster)? = reserved { roster } else { nil } }
    fileprivate var rule: Rule? { if case .rule(let rule)? = reserved { rule } else { nil } }
    fileprivate var partyRecord: PartyRecord? { if case .party(let record)? = reserved { record } else { nil } }
}

extension ProvisionRedline {
    /// The redline as a terminal shows it: the provision, what else changes, and the words.
    package func terminal(colour: Bool, columns: Int, indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        let name = label.isEmpty ? provision.string : "\(provision) \(label)"
        var lines = [paragraph("\(name): \(fate.words)", columns: columns, indent: indent)]
        for fact in facts { lines.append(paragraph(fact, columns: columns, indent: indent + 2, hanging: indent + 4)) }
        for words in words {
            lines.append("\(margin)  \(words.field) (\(words.language))")
            lines.append(self.words(words, colour: colour, columns: columns, indent: indent + 4))
        }
        return lines.joined(separator: "\n")
    }

    /// A text that is wholly new needs no marks.
    private func words(_ words: WordsRedline, colour: Bool, columns: Int, indent: Int) -> String {
        fate == .added
            ? wrapped(words.redline.newText, columns: columns, indent: indent)
            : words.redline.terminal(colour: colour, columns: columns, indent: indent)
    }
}

extension ProvisionRedline.Fate {
    fileprivate var words: String {
        switch self {
        case .added: "new"
        case .amended: "changes"
        case .repealed: "is repealed"
        case .restated: "is written again as it was"
        }
    }
}
