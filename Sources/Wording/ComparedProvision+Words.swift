internal import CanonicalEncoding
internal import Identity
internal import Redline

extension ComparedProvision {
    /// What became of it, as a clause: `changes, and moves`.
    var fateInWords: String {
        switch (fate, move) {
        case (.added, _): "new"
        case (.repealed, _): "is repealed"
        case (.amended, nil): "changes"
        case (.amended, _?): "moves and changes"
        case (.same, _?): "moves, as it is"
        case (.same, nil): "stays as it is"
        }
    }

    /// Where it stood and stands, as a sentence; nil if it has not moved.
    package var moveInWords: String? {
        move.map { "moved from \($0.from.words) to \($0.to.words)" }
    }

    /// Its move and everything else that differs but words, a sentence each.
    var remarks: [String] { (moveInWords.map { [$0] } ?? []) + facts }

    /// Number and heading as one text, for a line above the words.
    ///
    /// - Returns: segments of which no two neighbours have the same fate.
    func label(_ words: LanguageWords?) -> [RedlinedText.Segment] {
        guard let heading = words?.heading, !heading.segments.isEmpty else { return number.segments }
        // The blank between them is in whichever text has both.
        let isInOld = !number.oldText.isEmpty && !heading.oldText.isEmpty
        let isInNew = !number.newText.isEmpty && !heading.newText.isEmpty
        let blank: [RedlinedText.Segment] =
            switch (isInOld, isInNew) {
            case (true, true): [.kept(" ")]
            case (true, false): [.deleted(" ")]
            case (false, true): [.inserted(" ")]
            case (false, false): []
            }
        return (number.segments + blank + heading.segments).reduce(into: []) { label, segment in
            guard let last = label.last, last.isSameFate(as: segment) else { return label.append(segment) }
            label[label.count - 1] = last.followed(by: segment.text)
        }
    }
}

extension RedlinedText.Segment {
    fileprivate func isSameFate(as other: Self) -> Bool {
        isKept == other.isKept && isDeleted == other.isDeleted
    }

    fileprivate func followed(by words: String) -> Self {
        switch self {
        case .kept(let text): .kept(text + words)
        case .deleted(let text): .deleted(text + words)
        case .inserted(let text): .inserted(text + words)
        }
    }
}

extension Move.Place {
    /// `part-1 (behind article-2)`.
    fileprivate var words: String {
        "\(parent?.string ?? "the top level") (\(after.map { "behind \($0)" } ?? "first there"))"
    }
}

extension ComparedProvision {
    /// The provision as a terminal shows it: its name, what became of it, its words with what went and what came.
    ///
    /// - Parameter whole: whether words that stay as they are in both texts are shown, too.
    package func terminal(colour: Bool, columns: Int, indent: Int = 0, whole: Bool = false) -> String {
        var lines = [paragraph("\(name): \(fateInWords)", columns: columns, indent: indent, hanging: indent + 2)]
        for remark in remarks {
            lines.append(paragraph(remark, columns: columns, indent: indent + 2, hanging: indent + 4))
        }
        func add(_ title: String, _ redline: RedlinedText) {
            guard whole || !redline.isUnchanged, !redline.segments.isEmpty else { return }
            lines.append(String(repeating: " ", count: indent + 2) + title)
            lines.append(redline.terminal(colour: colour, columns: columns, indent: indent + 4))
        }
        add("number", number)
        for words in words {
            add("heading (\(words.language))", words.heading)
            add("text (\(words.language))", words.text)
        }
        if isCoarse {
            lines.append(
                paragraph(
                    "(these texts are so unlike that more may be marked than had to be)", columns: columns,
                    indent: indent + 2))
        }
        return lines.joined(separator: "\n")
    }

    /// `article-2 2 “Meetings”`, as it is called in the new text, or was in the old one.
    private var name: String {
        func side(_ redline: RedlinedText?) -> String {
            guard let redline else { return "" }
            return redline.newText.isEmpty ? redline.oldText : redline.newText
        }
        let heading = side(words.first?.heading)
        return [
            id.string, terminalSafe(side(number)), heading.isEmpty ? "" : Quoting.quoted(ExactText(heading)),
        ].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
