import Agreement
import CanonicalEncoding
import Charters
import Foundation
import Identity
import Testing

/// Texts of real treaties; `Tests/Fixtures/treaties/NOTICE.md` says where they come from.
private enum Treaties {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/treaties")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    static let languages = ["ar", "en", "es", "fr", "ru", "zh"]

    static func highSeas(_ languages: [String] = languages) throws -> TreatyImport {
        try imported(try languages.map { (try text("bbnj-\($0).txt"), $0) })
    }

    static func imported(_ files: [(String, String?)]) throws -> TreatyImport {
        try TreatyImport(
            of: files.map { TreatyImport.File(text: $0.0, language: $0.1) }, parties: [Identifier("EAST")!],
            provisionClass: Identifier("text")!)
    }
}

extension TreatyImport {
    fileprivate var provisions: [Instrument.Change] {
        get throws {
            guard case .success(let text) = Charter.readText(charter) else { return [] }
            return text.provisions
        }
    }

    fileprivate func words(_ id: String, _ language: String, _ field: KeyPath<Content, Words?>) throws -> String? {
        let content = try provisions.first { $0.provision.string == id }?.content
        return content?[keyPath: field]?.byLanguage[Identifier(language)!]?.string
    }

    /// All the words of a language in the order of the text, without blanks and placeholders.
    fileprivate func written(_ language: String) throws -> String {
        let words = try provisions.flatMap { change in
            [change.content?.heading, change.content?.text].map { $0?.byLanguage[Identifier(language)!]?.string ?? "" }
        }
        return words.filter { $0 != TreatyImport.placeholder }.joined().withoutBlanks
    }

    fileprivate func remarks(_ kind: Note.Kind) -> [String] {
        notes.filter { $0.kind == kind }.map { "\($0.provision ?? "") \($0.language ?? ""): \($0.message)" }
    }
}

extension String {
    fileprivate var withoutBlanks: String {
        String(String.UnicodeScalarView(unicodeScalars.filter { !$0.properties.isWhitespace }))
    }
}

@Suite("A treaty in six languages")
struct SixLanguagesTests {
    @Test func `is there in full, byte for byte in NFC, and every character is accounted for`() throws {
        let imported = try Treaties.highSeas()
        #expect(imported.languages.map(\.string) == Treaties.languages)
        for language in Treaties.languages {
            let source = try Treaties.text("bbnj-\(language).txt")
            let title = try #require(source.split(separator: "\n").first).description
            // The title is the charter's own.
            // In the Russian file one control character stands for a stroke.
            let body = source.dropFirst(title.count).replacing("\u{12}", with: "")
                .precomposedStringWithCanonicalMapping.withoutBlanks
            #expect(Array(try imported.written(language).utf8) == Array(body.utf8), "\(language)")
            let counts = try #require(imported.counts[Identifier(language)!])
            #expect(counts.isBalanced && counts.read == source.unicodeScalars.count)
            #expect(counts.removed == (language == "ru" ? 1 : 0))
        }
    }

    @Test func `has its nine articles in all of them, under their part`() throws {
        let imported = try Treaties.highSeas()
        let provisions = try imported.provisions
        #expect(imported.articleCount == 9)
        #expect(
            provisions.map(\.provision.string) == ["preamble", "part-I"] + (1...8).map { "article-\($0)" }
                + ["part-II", "article-9"])
        #expect(provisions.last?.content?.parent?.string == "part-II")
        #expect(try imported.words("article-1", "fr", \.heading) == "Article premier")
        #expect(try imported.words("article-1", "zh", \.heading) == "第一条")
        #expect(try imported.words("article-9", "ar", \.heading) == "المادة 9")
        #expect(try imported.words("article-2", "ru", \.text)?.hasPrefix("Общая цель Цель настоящего") == true)
        #expect(try imported.words("part-I", "es", \.text) == "DISPOSICIONES GENERALES")
    }

    @Test func `says what a language lacks, and what was spelt in another way`() throws {
        let imported = try Treaties.highSeas()
        // The words for its parts are broken over lines in the Arabic file.
        #expect(imported.remarks(.missing).allSatisfy { $0.contains(" ar: ") && $0.hasPrefix("part-") })
        #expect(try imported.words("part-I", "ar", \.heading) == TreatyImport.placeholder)
        #expect(imported.remarks(.composed).allSatisfy { $0.contains(" ar: ") })
        #expect(!imported.remarks(.composed).isEmpty)
        let others = try Treaties.highSeas(["en", "es", "fr", "ru", "zh"])
        #expect(
            others.notes.map(\.message) == [
                "in its text U+0012, a control character, was taken out behind `тношении генетического и`"
            ])
    }
}

@Suite("A treaty in pieces")
struct TreatyInPiecesTests {
    @Test func `has an article for each piece, in both languages`() throws {
        let imported = try Treaties.imported([(try Treaties.text("genocide.json"), nil)])
        let source = try JSONSerialization.jsonObject(with: Data(Treaties.text("genocide.json").utf8))
        let articles = try #require((source as? [String: Any])?["articles"] as? [[String: Any]])
        #expect(imported.articleCount == 19 && imported.languages.map(\.string) == ["en", "zh"])
        for (index, article) in articles.enumerated() {
            for language in ["en", "zh"] {
                let text = try #require(article["content_\(language)"] as? String)
                #expect(try imported.words("article-\(index + 1)", language, \.text) == text)
            }
        }
        #expect(try imported.words("preamble", "zh", \.text)?.hasPrefix("締約國") == true)
        #expect(imported.remarks(.missing).isEmpty && imported.counts.values.allSatisfy { $0.isBalanced })
    }

    @Test func `marks what is missing in one language, and leaves what none has`() throws {
        let imported = try Treaties.imported([
            (
                """
                {"treaty_en": "T", "treaty_fr": "T", "depositary": "The sea", "articles": [
                  {"article": "1", "title_en": "A", "title_fr": "", "content_en": "One.", "content_fr": "Un."},
                  {"article": "八之二", "content_en": "Two.", "content_fr": "  "},
                  {"article": 1, "content_en": "Three.", "content_fr": "Trois."}]}
                """, nil
            )
        ])
        #expect(try imported.provisions.map(\.provision.string) == ["article-1", "article-x2", "article-1-2"])
        #expect(try imported.words("article-1", "fr", \.heading) == TreatyImport.placeholder)
        #expect(try imported.words("article-x2", "fr", \.text) == TreatyImport.placeholder)
        #expect(try imported.words("article-x2", "en", \.heading) == nil)
        #expect(imported.remarks(.missing).count == 2 && imported.remarks(.renamed).count == 1)
        #expect(
            imported.remarks(.left) == [" : the file's `depositary` is no part of the text that is read, and was left"])
    }

    @Test func `of one language has its units where the file says, and its lost ones too`() throws {
        let imported = try Treaties.imported([
            (
                #"""
                {"title": "T", "units": [
                  {"number": null, "label": "preamble", "text": "WE, agreed.\n\nArticle premier\nLe début."},
                  {"number": "2", "label": "Article 2", "text": "No label of its own. Article 3 of it."},
                  {"number": "3", "label": "Article 3", "text": "Article 3\nArticle 1 says so.\n\nPART I\nEND"},
                  {"number": "4", "label": "Article 4", "text": "Article 4\nThe end."},
                  {"number": "I", "label": "ANNEX I", "text": "ANNEX I\nA list"}]}
                """#, "fr"
            )
        ])
        #expect(
            try imported.provisions.map(\.provision.string)
                == ["preamble", "article-1", "article-2", "article-3", "part-I", "article-4", "annex-I"])
        #expect(try imported.words("article-2", "fr", \.text) == "No label of its own. Article 3 of it.")
        #expect(try imported.words("article-3", "fr", \.text) == "Article 1 says so.")
        #expect(imported.counts.values.allSatisfy { $0.isBalanced })
    }
}

@Suite("The dirt of a treaty")
struct TreatyDirtTests {
    private func imported(_ body: String) throws -> TreatyImport {
        try Treaties.imported([("Title\n\nArticle 1\n" + body + "\n", "en")])
    }

    @Test func `is taken out or covered, and said with its place`() throws {
        let imported = try imported(
            "a\u{12}b \u{202E}c\u{202C} d\u{200B}e\u{AD}f\u{FEFF} g\u{F02A}h i\u{FFFD}j\tk\u{2028}l")
        #expect(try imported.words("article-1", "en", \.text) == "ab c def g□h i□j k\nl")
        let remarks = imported.remarks(.character)
        #expect(remarks.count == 10)
        #expect(
            remarks.first
                == "article-1 en: in its text U+0012, a control character, was taken out behind `a`")
        #expect(imported.counts[Identifier("en")!]?.removed == 6)
        #expect(imported.counts.values.allSatisfy { $0.isBalanced })
    }

    @Test func `of one kind is counted, and the first place is told`() throws {
        let imported = try imported("one\u{12}two\u{12}three\u{12}")
        #expect(imported.remarks(.character).first?.hasSuffix("was taken out 3 times, first behind `one`") == true)
    }

    @Test func `may be spelling that is not NFC, and every kind of line end`() throws {
        let imported = try imported("cafe\u{301}\r\nnai\u{308}ve\r  end")
        let text = try #require(try imported.words("article-1", "en", \.text))
        #expect(Array(text.utf8) == Array("caf\u{E9}\nna\u{EF}ve\n  end".utf8))
        #expect(imported.remarks(.composed).count == 1)
        #expect(
            imported.counts[Identifier("en")!]?.composed == 2 && imported.counts[Identifier("en")!]?.isBalanced == true)
    }

    @Test(arguments: [
        "it's: a \"quote\" #1 - [x] {y} & *z* !t %p @q `r` > | \\ \\n", "- list\n- item", "a:\n  b: c\n\n\nd",
        "|-\n  x",
        "trailing  \n  leading", "1. One\n\n(a) two", "---\n...", "\u{a0}nbsp\u{a0}", "yes\nno\n~", "x\n   \ny", "\"",
        "'",
    ])
    func `is not what YAML could take for its own`(body: String) throws {
        let imported = try imported("w" + body + "w")
        #expect(try imported.words("article-1", "en", \.text) == "w" + body + "w")
    }

    @Test func `is not a line that begins with a reference`() throws {
        let imported = try imported(
            "As in\nArticle 3 shall\nArticle 7\n\nArticle 2\nTwo.\n\nArticle 1\nagain\n\nArticle 3\nThree.")
        #expect(try imported.provisions.map(\.provision.string) == ["article-1", "article-2", "article-3"])
        #expect(try imported.words("article-2", "en", \.text) == "Two.\n\nArticle 1\nagain")
    }

    @Test func `may hide a heading within a line`() throws {
        let imported = try imported("One. Article 2 Two of Article 3 things.\n\nArticle 3\nThree.")
        #expect(try imported.provisions.map(\.provision.string) == ["article-1", "article-2", "article-3"])
        #expect(imported.remarks(.heading).count == 1)
    }

    @Test func `is refused where nothing can be made of it`() throws {
        #expect(throws: TreatyFault.noArticles(language: "en")) { try Treaties.imported([("Just words.", "en")]) }
        #expect(throws: TreatyFault.languageUnknown) { try Treaties.imported([("Article 1\nWords.", nil)]) }
        #expect(throws: TreatyFault.notATreaty) { try Treaties.imported([("{\"a\": 1}", "en")]) }
        #expect(throws: TreatyFault.nothingThere) { try Treaties.imported([("{\"articles\": []}", nil)]) }
        #expect(throws: TreatyFault.languageTwice("en")) {
            try Treaties.imported([("Article 1\nA", "en"), ("Article 1\nB", "en")])
        }
    }

    @Test func `costs no more than its length`() throws {
        for piece in [
            "Article 1\n", "Article 2 ", "第一条", "PART I\nSECTION 1\n", "\u{12}", "e\u{301}", "\n", "الجزء 1 ",
        ] {
            let text = "Article 1\n" + String(repeating: piece, count: 20_000)
            let elapsed = ContinuousClock().measure { _ = try? Treaties.imported([(text, "en")]) }
            #expect(elapsed < .seconds(20), "\(piece)")
        }
    }
}
