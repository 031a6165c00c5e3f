import Foundation
import Identity
import Redline
import Testing
import Wording

/// Tools of others, without which a test is skipped.
private enum Tools {
    static let missing = ["pandoc", "unzip"].filter {
        !FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
    }

    static func run(_ words: String...) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/" + words[0])
        process.arguments = Array(words.dropFirst())
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return data
    }
}

/// A document that pandoc made of Markdown, and read back.
private struct Document {
    private let folder: URL
    private var path: String { folder.appendingPathComponent("redline.docx").path }

    init(_ markdown: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("redline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = folder.appendingPathComponent("redline.md")
        try Data((markdown + "\n").utf8).write(to: source)
        _ = try Tools.run("pandoc", "-f", "markdown", "-t", "docx", source.path, "-o", path)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    struct Run: Hashable {
        enum Kind { case kept, deleted, inserted }
        var kind: Kind
        var author: String?
        var text: String
    }

    /// What stands in the file itself, paragraph by paragraph: exact to the last blank.
    func paragraphs() throws -> [[Run]] {
        let xml = String(decoding: try Tools.run("unzip", "-p", path, "word/document.xml"), as: UTF8.self)
        return xml.components(separatedBy: "<w:p>").dropFirst().map(Self.runs)
    }

    private static func runs(_ paragraph: String) -> [Run] {
        var runs: [Run] = []
        var kind = Run.Kind.kept
        var author: String?
        let pattern = /<w:(del|ins) [^>]*w:author="([^"]*)"|<\/w:(?:del|ins)>|<w:br \/>|<w:(?:t|delText)[^>]*>([^<]*)</
        for match in paragraph.matches(of: pattern) {
            if let change = match.output.1 {
                kind = change == "del" ? .deleted : .inserted
                author = match.output.2.map { plain($0) }
            } else if match.output.0.hasPrefix("</") {
                (kind, author) = (.kept, nil)
            } else {
                let text = match.output.3.map { plain($0) } ?? "\n"
                if let last = runs.last, last.kind == kind, last.author == author {
                    runs[runs.count - 1].text += text
                } else {
                    runs.append(Run(kind: kind, author: author, text: text))
                }
            }
        }
        return runs
    }

    private static func plain(_ xml: Substring) -> String {
        String(xml).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }

    /// What pandoc reads out of it, by paragraph: the words deleted and inserted, with who did it, blanks apart, for
    /// pandoc moves those out of its spans.
    func changesReadBack() throws -> [[Run]] {
        let data = try Tools.run("pandoc", "--track-changes=all", "-f", "docx", "-t", "json", path)
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let blocks = try #require(document["blocks"] as? [[String: Any]])
        return blocks.map { block in
            let inlines: Any? = block["t"] as? String == "Header" ? (block["c"] as? [Any])?.last : block["c"]
            return Self.changes(in: inlines as? [[String: Any]] ?? [])
        }
    }

    private static func changes(in inlines: [[String: Any]]) -> [Run] {
        inlines.compactMap { inline in
            guard inline["t"] as? String == "Span", let parts = inline["c"] as? [Any],
                let attributes = parts.first as? [Any], let classes = attributes[1] as? [String],
                let kind: Run.Kind = classes == ["deletion"]
                    ? .deleted : classes == ["insertion"] ? .inserted : nil
            else { return nil }
            let pairs = attributes[2] as? [[String]] ?? []
            let author = pairs.first { $0[0] == "author" }?[1]
            return Run(kind: kind, author: author, text: words(of: parts[1] as? [[String: Any]] ?? []))
        }
    }

    private static func words(of inlines: [[String: Any]]) -> String {
        inlines.map { inline in
            if let text = inline["c"] as? String { return text }
            return (inline["c"] as? [Any]).map { words(of: ($0.last as? [[String: Any]]) ?? []) } ?? ""
        }.joined().withoutBlanks
    }

    func text(_ decision: String) throws -> String {
        let data = try Tools.run(
            "pandoc", "--track-changes=\(decision)", "-f", "docx", "-t", "plain", "--wrap=none", path)
        return String(decoding: data, as: UTF8.self)
    }
}

extension String {
    fileprivate var withoutBlanks: String {
        String(String.UnicodeScalarView(unicodeScalars.filter { $0 != " " && $0 != "\n" }))
    }
}

@Suite(
    "Tracked changes", .disabled(if: !Tools.missing.isEmpty, "missing here: \(Tools.missing.joined(separator: ", "))"))
struct TrackedChangesTests {
    /// Words, and what Markdown could take for its own.
    private static let pieces = [
        "the", "parties", "shall", "Mr.", "e.g.", "(a)", "1.", "i.", "#.", "#", "-", "--", "---", "...", "*", "**b**",
        "_u_", "`", "```", "~~~", "~", "^2^", "$x$", "\\", "\\\\", "\\n", "[", "]", "[a](b)", "![i](j)", "[^1]",
        "[^1]:",
        "{", "}", "{.insertion}", "]{.deletion author=\"X\"}", "<b>", "<!-- c -->", "&amp;", "&#32;", "|", "| a | b |",
        ">", "> q", ":", ":::", ": d", "@key", "+", "=", "===", "%", "!", "\"", "'", "http://a.b/c?d=e&f", "\\begin{x}",
        "10\u{A0}000", "caf\u{E9}", "第一条", "한국은", "الاتفاق", "«", "“", "…", "\u{3000}", "\\u{41}", " ", "  ", "\n",
        "\n\n",
        "\n    ", "\n# ", "\n- ", ",", ";", "/", "?",
    ]

    private static func randomText(_ state: inout UInt64) -> String {
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var text = "w"
        for _ in 0..<next(30) { text += (next(2) == 0 ? " " : "") + pieces[next(pieces.count)] }
        return text + (next(4) == 0 ? pieces[next(pieces.count)] : "")
    }

    private static func texts(seed: UInt64, count: UInt8) -> (old: RoadmapText, new: RoadmapText) {
        var state = seed
        let pairs = (1...count).map { index in
            let (old, new) = (randomText(&state), randomText(&state))
            return (index, old, new)
        }
        func text(_ side: (UInt8, String, String) -> String) -> RoadmapText {
            HandWritten.text(
                pairs.map { pair in
                    let content = HandWritten.content(
                        order: pair.0, number: "\(pair.0)", text: ["en": side(pair.0, pair.1, pair.2)])
                    return ("article-\(pair.0)", content)
                }, by: "EAST")
        }
        return (text { _, old, _ in old }, text { _, _, new in new })
    }

    private static let date = "2026-03-01T09:30:00Z"

    @Test(arguments: UInt64(1)...4)
    func `survive a word processor, whatever the words look like`(seed: UInt64) throws {
        let (old, new) = Self.texts(seed: seed, count: 100)
        let comparison = TextComparison(from: old, to: new, whole: true)
        let markdown = comparison.markdown(in: [Identifier("en")!], author: nil, date: Self.date)
        let document = try Document(markdown)
        defer { document.remove() }
        let paragraphs = try document.paragraphs()
        let readBack = try document.changesReadBack()
        try #require(paragraphs.count == 200 && readBack.count == 200)
        for (index, provision) in comparison.provisions.enumerated() {
            let runs = paragraphs[2 * index + 1]
            let segments = provision.words[0].text.segments
            let place = "seed \(seed), \(provision.id)"
            #expect(
                runs.filter { $0.kind != .inserted }.map(\.text).joined() == provision.words[0].text.oldText, "\(place)"
            )
            #expect(
                runs.filter { $0.kind != .deleted }.map(\.text).joined() == provision.words[0].text.newText, "\(place)")
            #expect(runs.allSatisfy { $0.author == ($0.kind == .kept ? nil : "EAST") }, "\(place)")
            let expected = segments.filter { !$0.isKept }.map { ($0.isDeleted, $0.text.withoutBlanks) }
                .filter { !$0.1.isEmpty }
            let found = readBack[2 * index + 1].filter { !$0.text.isEmpty }
            #expect(found.map { $0.kind == .deleted } == expected.map(\.0), "\(place)")
            #expect(found.map(\.text) == expected.map(\.1), "\(place)")
            #expect(found.allSatisfy { $0.author == "EAST" }, "\(place)")
        }
    }

    @Test func `are of the author that is named, whatever the name`() throws {
        let name = #"Foreign Office "A" \ {legal} & co. [x]"#
        let (old, new) = Self.texts(seed: 9, count: 3)
        let markdown = TextComparison(from: old, to: new).markdown(
            in: [Identifier("en")!], author: name, date: Self.date)
        let document = try Document(markdown)
        defer { document.remove() }
        let changes = try document.changesReadBack().flatMap { $0 }
        #expect(!changes.isEmpty && changes.allSatisfy { $0.author == name })
    }

    @Test func `are each of the party that wrote or took away the words, where a draft knows that`() throws {
        let (before, after) = ("The parties meet twice a year.", "The parties gather once every year.")
        let old = HandWritten.text([("a", HandWritten.content(order: 1, text: ["en": before]))])
        let new = HandWritten.text([("a", HandWritten.content(order: 1, text: ["en": after]))])
        func authors(of text: String, _ parties: [String: String]) -> [Identifier?] {
            text.split(separator: " ", omittingEmptySubsequences: false).flatMap { word in
                Array(repeating: parties[String(word)].flatMap { Identifier($0) }, count: word.unicodeScalars.count + 1)
            }.dropLast()
        }
        let words = TextAuthors(
            inserted: authors(of: after, ["gather": "EAST", "once": "WEST", "every": "NORTH"]),
            deleted: authors(of: before, ["meet": "WEST", "twice": "EAST", "a": "EAST"]))
        let draft = RoadmapText(
            contents: new.contents, authors: [:], author: Identifier("CHAIR")!,
            words: [Identifier("a")!: [Identifier("en")!: words]])
        let markdown = TextComparison(from: old, to: draft).markdown(
            in: [Identifier("en")!], author: nil, date: Self.date)
        let document = try Document(markdown)
        defer { document.remove() }
        let changes = try document.changesReadBack().flatMap { $0 }
        func said(_ kind: Document.Run.Kind) -> [String] {
            changes.filter { $0.kind == kind && !$0.text.isEmpty }.map { "\($0.author ?? "-"): \($0.text)" }
        }
        #expect(said(.deleted) == ["WEST: meet", "EAST: twicea"])
        #expect(said(.inserted) == ["EAST: gather", "WEST: once", "NORTH: every"])
        #expect(try document.text("accept").contains(after) && document.text("reject").contains(before))
    }

    @Test func `can be accepted and rejected, headings and moves too`() throws {
        let old = HandWritten.text([
            ("a", HandWritten.content(order: 1, number: "1", heading: ["en": "Old [name]"], text: ["en": "One."])),
            ("b", HandWritten.content(order: 2, number: "2", text: ["en": "Two."])),
        ])
        let new = HandWritten.text([
            ("a", HandWritten.content(order: 3, number: "2", heading: ["en": "New name"], text: ["en": "One."])),
            ("c", HandWritten.content(order: 2, heading: ["en": "Wholly new"], text: ["en": "Three."])),
        ])
        let markdown = TextComparison(from: old, to: new).markdown(
            in: [Identifier("en")!], author: nil, date: Self.date)
        let document = try Document(markdown)
        defer { document.remove() }
        let accepted = try document.text("accept").split(separator: "\n").map(String.init)
        let rejected = try document.text("reject").split(separator: "\n").map(String.init)
        #expect(accepted == ["Wholly new", "Three.", "2 New name", "One."])
        #expect(rejected == ["1 Old [name]", "One.", "2", "Two."])
    }
}
