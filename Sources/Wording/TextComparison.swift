internal import Agreement
internal import CanonicalEncoding
package import Identity
package import Redline

/// Two texts of a roadmap side by side, provision by provision, in every language.
///
/// Provisions are the same where their ids are. Each is compared by its words, which are shown as redlines; by where it
/// stands; and by everything else, which is said in sentences. Source: `Docs/Specification/commands.md`, section `diff`.
package struct TextComparison: Sendable {
    /// In the reading order of the new text, what is gone from it where it stood; those that are the same in both too.
    package let provisions: [ComparedProvision]

    /// - Parameters:
    ///   - language: the only language to compare; all of them if nil.
    ///   - whole: whether provisions that are the same in both are to be listed.
    package init(from old: RoadmapText, to new: RoadmapText, language: Identifier? = nil, whole: Bool = false) {
        let order = ReadingOrder(from: old.contents, to: new.contents)
        let pairs = order.places.map { (place: $0, old: old.contents[$0.id], new: new.contents[$0.id]) }
            .filter { whole || $0.old != $0.new }
        let steps = RedlineSteps(
            forByteCount: pairs.reduce(0) { $0 + ($1.old == $1.new ? 0 : $1.old.byteCount + $1.new.byteCount) })
        provisions = pairs.compactMap { pair in
            let compared = ComparedProvision(
                pair.place.id, depth: pair.place.depth, from: pair.old, to: pair.new, move: order.moves[pair.place.id],
                author: new.author(of: pair.place.id), words: new.words[pair.place.id] ?? [:], language: language, steps
            )
            return whole || compared.differs ? compared : nil
        }
    }

    /// Those in which anything differs, in the languages compared.
    package var differing: [ComparedProvision] { provisions.filter(\.differs) }
}

/// One provision in two texts.
package struct ComparedProvision: Sendable {
    package let id: Identifier
    /// How many provisions contain it.
    package let depth: Int
    package let fate: Fate
    /// Nil if it stands where it stood, or is in one text only.
    package let move: Move?
    package let number: RedlinedText
    /// By language, ascending; none for a provision without words.
    package let words: [LanguageWords]
    /// What else differs, a sentence each.
    package let facts: [String]
    /// The party that put the new version forward, or its end.
    package let author: Identifier

    package enum Fate: String, Hashable, Sendable {
        case added, amended, repealed
        /// The same, but for its place.
        case same
    }

    package struct LanguageWords: Sendable {
        package let language: Identifier
        package let heading: RedlinedText
        package let text: RedlinedText
        /// Who wrote which words of the text, where that is known by word.
        package let authors: TextAuthors?
        package var isUnchanged: Bool { heading.isUnchanged && text.isUnchanged }
    }

    /// Whether anything differs.
    package var differs: Bool { fate != .same || move != nil }

    /// Whether a shorter redline might be found at greater cost.
    package var isCoarse: Bool { words.contains { $0.heading.isCoarse || $0.text.isCoarse } }

    fileprivate init(
        _ id: Identifier, depth: Int, from old: Content?, to new: Content?, move: Move?, author: Identifier,
        words authors: [Identifier: TextAuthors], language: Identifier?, _ steps: RedlineSteps
    ) {
        self.id = id
        self.depth = depth
        self.move = move
        self.author = author
        number = steps.redline(old?.number?.string ?? "", new?.number?.string ?? "")
        let languages = [old?.heading, old?.text, new?.heading, new?.text].compactMap { $0?.languages }.joined()
        words = Set(languages).sorted().filter { language == nil || $0 == language }.map { language in
            func redline(_ words: KeyPath<Content, Words?>) -> RedlinedText {
                steps.redline(
                    old?[keyPath: words]?.byLanguage[language]?.string ?? "",
                    new?[keyPath: words]?.byLanguage[language]?.string ?? "")
            }
            return LanguageWords(
                language: language, heading: redline(\.heading), text: redline(\.text), authors: authors[language])
        }
        facts = old == new ? [] : ProvisionRedline.facts(old, new, placed: false)
        let isSame = number.isUnchanged && facts.isEmpty && words.allSatisfy(\.isUnchanged)
        fate =
            switch (old, new) {
            case (nil, _): .added
            case (_, nil): .repealed
            default: isSame ? .same : .amended
            }
    }
}

extension Content? {
    /// The bytes of its words.
    fileprivate var byteCount: Int {
        [self?.heading, self?.text].reduce(0) { sum, words in
            sum + (words?.byLanguage.values.reduce(0) { $0 + $1.string.utf8.count } ?? 0)
        }
    }
}
