package import Identity
internal import Redline

extension TextComparison {
    /// The comparison as a document in Markdown, from which pandoc makes one for a word processor, with tracked changes.
    ///
    /// What went and what came stand in spans, `[words]{.deletion author="…" date="…"}` and `.insertion`, which pandoc's
    /// `docx` writer turns into changes of this author, to be accepted or rejected. A move, and whatever else is said in
    /// a sentence, is a comment by `syngraph`. Every mark that Markdown could read as its own stands behind a backslash,
    /// line breaks are hard, and blanks that Markdown would drop are character references: the words come out as they
    /// went in. What cannot be seen is spelt out, as in `\u{202E}`. Source: the pandoc manual, "Track changes",
    /// `bracketed_spans`, `all_symbols_escapable`, `escaped_line_breaks`.
    ///
    /// - Parameters:
    ///   - languages: in this order, a part of the document each; with one of them there are no parts.
    ///   - author: whose changes they are; those of each provision its own author's if nil.
    ///   - date: a moment by RFC 3339.
    package func markdown(in languages: [Identifier], author: String?, date: String) -> String {
        var document = MarkdownDocument(author: author, date: date)
        for language in languages {
            if languages.count > 1 { document.add(header: language.string) }
            for provision in provisions where !provision.words.isEmpty {
                document.add(provision, in: language, under: languages.count > 1 ? 1 : 0)
            }
        }
        for provision in provisions where provision.words.isEmpty { document.addWordless(provision) }
        return document.blocks.joined(separator: "\n\n")
    }
}

/// A document on its way: blocks between which stand empty lines.
private struct MarkdownDocument {
    private(set) var blocks: [String] = []
    private let author: String?
    private let date: String
    private var commentCount = 0

    /// Levels of headings that a word processor has.
    private static let headerLevels = 6

    init(author: String?, date: String) {
        self.author = author
        self.date = date
    }

    mutating func add(header: String) { blocks.append("# " + Markdown.escaped(header)) }

    mutating func add(_ provision: ComparedProvision, in language: Identifier, under parts: Int) {
        let words = provision.words.first { $0.language == language }
        let label = provision.label(words)
        var remark = comment(on: provision)
        if !label.isEmpty {
            let line = remark + spans(of: label, in: provision)
            remark = ""
            // A line that begins with a number sign cannot go on behind a line break.
            let level = min(provision.depth + 1 + parts, Self.headerLevels)
            blocks.append(line.contains("\n") ? line : String(repeating: "#", count: level) + " " + line)
        }
        guard let words, !words.text.segments.isEmpty || !remark.isEmpty else { return }
        blocks.append(remark + spans(of: words.text.segments, in: provision, words.authors))
    }

    /// A provision that says something, and not in words: a roster, a rule, a party's record.
    mutating func addWordless(_ provision: ComparedProvision) {
        let id = provision.id.string
        let redline = RedlinedText(
            from: provision.fate == .added ? "" : id, to: provision.fate == .repealed ? "" : id)
        blocks.append(comment(on: provision) + spans(of: redline.segments, in: provision))
    }

    /// What is said of a provision, at the place where its words are to follow; empty if nothing is.
    private mutating func comment(on provision: ComparedProvision) -> String {
        guard !provision.remarks.isEmpty else { return "" }
        commentCount += 1
        let sentences = Markdown.escaped(provision.remarks.joined(separator: "; "))
        let date = Markdown.quoted(date)
        return "[\(sentences)]{.comment-start id=\"\(commentCount)\" author=\"syngraph\" date=\(date)}"
            + "[]{.comment-end id=\"\(commentCount)\"}"
    }

    private func spans(
        of segments: [RedlinedText.Segment], in provision: ComparedProvision, _ authors: TextAuthors? = nil
    ) -> String {
        var line = ""
        var writers = Writers(authors, of: segments)
        for (index, segment) in segments.enumerated() {
            switch segment {
            case .kept(let text):
                let before = index == 0 ? nil : segments[index - 1].text.unicodeScalars.last
                let after = index + 1 == segments.count ? nil : segments[index + 1].text.unicodeScalars.first
                line += Markdown.escaped(text, between: before ?? "\n", and: after ?? "\n")
                writers.keep(text)
            case .deleted(let text):
                for (words, party) in writers.deleted(text) { line += span(words, "deletion", party, provision) }
            case .inserted(let text):
                for (words, party) in writers.inserted(text) { line += span(words, "insertion", party, provision) }
            }
        }
        // At the end of a block a backslash would be one.
        return line.hasSuffix("\n") ? line + "[]{}" : line
    }

    private func span(
        _ words: String, _ kind: String, _ party: Identifier?, _ provision: ComparedProvision
    ) -> String {
        let name = author ?? (party ?? provision.author).string
        return "[\(Markdown.escaped(words))]{.\(kind) author=\(Markdown.quoted(name)) date=\(Markdown.quoted(date))}"
    }
}

/// Where a redline stands in the lists of who wrote its words, and who took them away.
private struct Writers {
    private let authors: TextAuthors?
    private let knowsInserted: Bool
    private let knowsDeleted: Bool
    private var old = 0
    private var new = 0

    init(_ authors: TextAuthors?, of segments: [RedlinedText.Segment]) {
        func count(_ isCounted: (RedlinedText.Segment) -> Bool) -> Int {
            segments.reduce(0) { $0 + (isCounted($1) ? $1.text.unicodeScalars.count : 0) }
        }
        self.authors = authors
        knowsInserted = authors?.inserted.count == count { !$0.isDeleted }
        knowsDeleted = authors?.deleted.count == count { !$0.isInserted }
    }

    mutating func keep(_ text: String) {
        let count = text.unicodeScalars.count
        (old, new) = (old + count, new + count)
    }

    mutating func inserted(_ text: String) -> [(words: String, party: Identifier?)] {
        defer { new += text.unicodeScalars.count }
        return Self.parts(of: text, knowsInserted ? authors!.inserted[new...] : [])
    }

    mutating func deleted(_ text: String) -> [(words: String, party: Identifier?)] {
        defer { old += text.unicodeScalars.count }
        return Self.parts(of: text, knowsDeleted ? authors!.deleted[old...] : [])
    }

    /// The words of each party that stand together. What has no author, as blanks that a redline takes along, goes with
    /// what stands before it, or else behind it.
    private static func parts(
        of text: String, _ parties: ArraySlice<Identifier?>
    ) -> [(words: String, party: Identifier?)] {
        guard !parties.isEmpty else { return [(text, nil)] }
        var parts: [(words: String, party: Identifier?)] = []
        for (scalar, party) in zip(text.unicodeScalars, parties) {
            if let last = parts.last, party == nil || last.party == nil || last.party == party {
                parts[parts.count - 1].words.unicodeScalars.append(scalar)
                parts[parts.count - 1].party = last.party ?? party
            } else {
                parts.append((String(scalar), party))
            }
        }
        return parts
    }
}

/// Words made safe for pandoc's Markdown.
enum Markdown {
    /// What is read as exactly these words within a paragraph, or within brackets, whose edges Markdown trims.
    ///
    /// - Parameters:
    ///   - before: what stands before the words; a line feed where nothing does that a blank could lean on.
    ///   - after: what follows them, likewise.
    static func escaped(
        _ words: String, between before: Unicode.Scalar = "\n", and after: Unicode.Scalar = "\n"
    ) -> String {
        let scalars = words.unicodeScalars.flatMap { scalar in
            // Spelt out one by one: a backslash of the words is no spelling of ours, and stays as it is.
            scalar.isUnseen && scalar != "\n" ? Array(terminalSafe(String(scalar)).unicodeScalars) : [scalar]
        }
        var text = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\n": text.append(contentsOf: "\\\n".unicodeScalars)
            case " ":
                let previous = index == 0 ? before : scalars[index - 1]
                let next = index + 1 == scalars.count ? after : scalars[index + 1]
                text.append(contentsOf: (isWhite(previous) || isWhite(next) ? "&#32;" : " ").unicodeScalars)
            default:
                if isMark(scalar) { text.append("\\") }
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// A value of an attribute.
    static func quoted(_ value: String) -> String {
        var quoted = "\""
        for scalar in terminalSafe(value).unicodeScalars {
            if scalar == "\"" || scalar == "\\" || scalar == "&" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    private static func isWhite(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\n" }

    /// Every mark of ASCII but those that never mean anything to Markdown.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "A"..."Z", "a"..."z", ",", ";", "?", "/": false
        default: (0x21...0x7E).contains(scalar.value)
        }
    }
}
