internal import Foundation

/// A treaty in one file, as others keep it: in pieces, or as one text.
///
/// Three shapes are read. A JSON object with `articles`, each with an `article` number and, for every language, a
/// `content_en` and perhaps a `title_en`, beside `treaty_en` and `preamble_en`. A JSON object with `units` of one
/// language, each with `number`, `label` and `text`. And plain text in one language. What else such a file holds is
/// left, and said to be.
struct TreatySource {
    /// By language.
    private(set) var titles: [String: String] = [:]
    /// By language, a text that is to be cut at its headings.
    private(set) var texts: [String: MarkedText] = [:]
    /// Pieces that came as such.
    private(set) var articles: [Article] = []
    private(set) var preambles: [String: String] = [:]
    /// Keys of the file whose texts were not taken.
    private(set) var leftKeys: [String] = []

    struct Article {
        let number: String
        var titles: [String: String] = [:]
        var texts: [String: String] = [:]
    }

    /// A text and where its units are known to begin.
    struct MarkedText {
        var scalars: [Unicode.Scalar] = []
        /// Places, each with the label that the file gives; nil for what it calls no article.
        var marks: [(place: Int, number: String?, label: String)] = []
        /// Line feeds that were put before the pieces that begin a unit, where they are dropped again, and before others.
        var joinCount = (dropped: 0, kept: 0)

        /// Takes the first line off, where it is a title: alone between empty lines, and no heading.
        mutating func takeTitle() -> [Unicode.Scalar]? {
            guard marks.isEmpty, let start = scalars.firstIndex(where: { !Self.isBlank($0) }),
                let end = scalars[start...].firstIndex(where: Self.isLineEnd), end - start <= Self.titleLength,
                TreatyHeading(in: scalars, at: start) == nil,
                let next = scalars[(end + 1)...].first(where: { $0 != " " && $0 != "\r" }), next == "\n"
            else { return nil }
            let title = Array(scalars[..<end])
            scalars.removeSubrange(..<end)
            return title
        }

        private static let titleLength = 400

        private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || scalar == "\u{feff}"
        }

        private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }
    }

    /// - Parameter language: of the file, where it does not say.
    /// - Throws: ``TreatyFault``
    init(_ text: String, language: String?) throws(TreatyFault) {
        let begins = text.unicodeScalars.first { !$0.properties.isWhitespace && $0 != "\u{feff}" }
        guard begins == "{" || begins == "[" else {
            guard let language else { throw .languageUnknown }
            texts[language] = MarkedText(scalars: Array(text.unicodeScalars))
            return
        }
        let value = try? JSONSerialization.jsonObject(with: Data(text.utf8))
        guard let object = value as? [String: Any] else { throw .notATreaty }
        if let items = object["articles"] as? [[String: Any]] {
            read(articles: items, in: object)
        } else if let units = object["units"] as? [[String: Any]] {
            guard let language else { throw .languageUnknown }
            read(units, language)
            titles[language] = object["title"] as? String
        } else {
            throw .notATreaty
        }
    }

    private mutating func read(articles items: [[String: Any]], in object: [String: Any]) {
        var left: Set<String> = []
        preambles = Self.byLanguage("preamble_", in: object)
        titles = Self.byLanguage("treaty_", in: object)
        for (index, item) in items.enumerated() {
            var number = "\(index + 1)"
            if let text = item["article"] as? String { number = text }
            if let value = item["article"] as? Int { number = "\(value)" }
            articles.append(
                Article(
                    number: number, titles: Self.byLanguage("title_", in: item),
                    texts: Self.byLanguage("content_", in: item)))
            left.formUnion(Self.others(["article"], ["title_", "content_"], in: item))
        }
        left.formUnion(Self.others(["treaty", "total_articles", "articles"], ["treaty_", "preamble_"], in: object))
        leftKeys = left.sorted()
    }

    private mutating func read(_ units: [[String: Any]], _ language: String) {
        var text = MarkedText()
        for unit in units {
            guard let words = unit["text"] as? String else { continue }
            if !text.scalars.isEmpty {
                text.scalars += ["\n", "\n"]
                if Self.beginsAUnit(unit) { text.joinCount.dropped += 2 } else { text.joinCount.kept += 2 }
            }
            text.marks.append(
                (text.scalars.count, unit["number"] as? String, unit["label"] as? String ?? ""))
            text.scalars += Array(words.unicodeScalars)
        }
        texts[language] = text
    }

    private static func beginsAUnit(_ unit: [String: Any]) -> Bool {
        unit["number"] is String
            && TreatyHeading(in: Array((unit["label"] as? String ?? "").unicodeScalars), at: 0) != nil
    }

    private static func byLanguage(_ prefix: String, in object: [String: Any]) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in object where key.hasPrefix(prefix) {
            if let text = value as? String { texts[String(key.dropFirst(prefix.count))] = text }
        }
        return texts
    }

    private static func others(_ known: [String], _ prefixes: [String], in object: [String: Any]) -> [String] {
        object.compactMap { key, value in
            guard let text = value as? String, !text.isEmpty, !known.contains(key),
                !prefixes.contains(where: key.hasPrefix)
            else { return nil }
            return key
        }
    }
}

/// Why no charter can be made of some treaty.
public enum TreatyFault: Error, Hashable, Sendable {
    /// Neither text nor one of the shapes of JSON that are read.
    case notATreaty
    /// A file of one language, which does not say which.
    case languageUnknown
    /// A language that is no identifier.
    case badLanguage(String)
    /// Two files bring one language.
    case languageTwice(String)
    /// There is no language, or no text.
    case nothingThere
    /// Neither an article nor a part was found.
    case noArticles(language: String)
    /// What was written is no charter; a limit of charters, or a fault of ours.
    case refused(CharterFaults)
}
