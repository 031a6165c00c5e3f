/// Where the equally authentic languages of one text part, as far as that can be counted.
///
/// Three things are looked for: a language in which there is no text, or an empty one; a paragraph or an item of a list
/// that is there in one language and not in another (``UnitScan``); and a figure that is there more often in one
/// language than in another (``FigureScan``). Numbers written in words are not read, nor is what the words mean: this
/// points out, and people decide. The work is proportional to the texts' length, times its logarithm.
package struct Concord: Hashable, Sendable {
    package struct Finding: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            /// There is no text in some languages.
            case missing
            /// The text in some languages is white space, or nothing.
            case empty
            /// A paragraph, or an item of a list, is not in all languages.
            case unit
            /// A number, share or date is not in all languages, or not as often.
            case figure
        }

        package let kind: Kind
        /// The unit as it is labelled in the first language that has it, with those that contain it, or the figure in
        /// its common spelling; empty for what is missing or empty.
        package let subject: String
        /// How often it is there, by language; of what is missing or empty, 1 where there is a text.
        package let counts: [String: Int]
    }

    package let findings: [Finding]

    /// - Parameter texts: by language; nil where there is none. Fewer than two have nothing to part from.
    package init(of texts: [String: String?]) {
        let languages = texts.keys.sorted()
        let given = languages.compactMap { language in texts[language]?.map { (language, $0) } }
        guard given.count > 0, languages.count > 1 else {
            findings = []
            return
        }
        let spoken = given.filter { !Self.isEmpty($0.1) }
        let scans = spoken.map { ($0.0, UnitScan(of: $0.1)) }
        findings =
            Self.absence(.missing, Set(given.map(\.0)), of: languages)
            + Self.absence(.empty, Set(spoken.map(\.0)), of: given.map(\.0)) + Self.units(scans)
            + Self.figures(scans.map { ($0.0, FigureScan(of: $0.1).figures) })
    }

    private static func isEmpty(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { [.space, .lineBreak].contains(ScalarClass($0)) || $0.isUnseen }
    }

    private static func absence(_ kind: Finding.Kind, _ there: Set<String>, of languages: [String]) -> [Finding] {
        guard there.count < languages.count else { return [] }
        return [
            Finding(
                kind: kind, subject: "",
                counts: Dictionary(uniqueKeysWithValues: languages.map { ($0, there.contains($0) ? 1 : 0) }))
        ]
    }

    /// Units whose container is there everywhere: what a unit lacks with it need not be said again.
    private static func units(_ scans: [(language: String, scan: UnitScan)]) -> [Finding] {
        var subjects: [[Int]: String] = [:]
        var counts: [[Int]: [String: Int]] = [:]
        for (language, scan) in scans {
            for unit in scan.units {
                counts[unit.path, default: [:]][language, default: 0] += 1
                if subjects[unit.path] == nil { subjects[unit.path] = unit.subject }
            }
        }
        func differs(_ path: [Int]) -> Bool {
            let counts = scans.map { counts[path]?[$0.language] ?? 0 }
            return Set(counts).count > 1
        }
        return counts.keys.filter { path in differs(path) && !(path.count > 1 && differs(path.dropLast())) }
            .sorted { $0.lexicographicallyPrecedes($1) }
            .map { finding(.unit, subjects[$0]!, counts[$0]!, scans.map(\.language)) }
    }

    private static func figures(_ scans: [(language: String, figures: [Figure])]) -> [Finding] {
        var counts: [Figure: [String: Int]] = [:]
        for (language, figures) in scans {
            for figure in figures { counts[figure, default: [:]][language, default: 0] += 1 }
        }
        return counts.keys.sorted().compactMap { figure in
            let all = scans.map { counts[figure]?[$0.language] ?? 0 }
            guard Set(all).count > 1 else { return nil }
            return finding(.figure, figure.text, counts[figure]!, scans.map(\.language))
        }
    }

    private static func finding(
        _ kind: Finding.Kind, _ subject: String, _ counts: [String: Int], _ languages: [String]
    ) -> Finding {
        Finding(
            kind: kind, subject: subject,
            counts: Dictionary(uniqueKeysWithValues: languages.map { ($0, counts[$0] ?? 0) }))
    }
}
