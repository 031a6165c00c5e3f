internal import Agreement
internal import CanonicalEncoding
package import Identity
package import Redline

/// The languages of a roadmap's text side by side: what one of them has and another has not.
///
/// It points out what can be counted, and decides nothing; see ``Redline/Concord``.
package struct LanguageComparison: Sendable {
    package struct Finding: Sendable {
        package let provision: Identifier
        package let field: Field
        package let finding: Concord.Finding
    }

    package enum Field: String, Hashable, Sendable {
        case heading, text
    }

    /// In reading order.
    package let findings: [Finding]
    /// Provisions with words.
    package let provisionCount: Int

    /// - Parameter languages: those in which every text is to be there.
    package init(of text: RoadmapText, in languages: [Identifier]) {
        var findings: [Finding] = []
        var count = 0
        for place in ReadingOrder(from: text.contents, to: text.contents).places {
            guard let content = text.contents[place.id], content.heading != nil || content.text != nil else { continue }
            count += 1
            for (field, words) in [(Field.heading, content.heading), (.text, content.text)] {
                guard let words else { continue }
                let texts = Set(languages).union(words.languages).map { ($0.string, words.byLanguage[$0]?.string) }
                findings += Concord(of: Dictionary(uniqueKeysWithValues: texts)).findings
                    .map { Finding(provision: place.id, field: field, finding: $0) }
            }
        }
        self.findings = findings
        provisionCount = count
    }

    /// What is not looked at, to be said with every result.
    package static let limits =
        "numbers written in words are not read, nor is what the words mean: whether the languages agree is for people to "
        + "say"
}

extension LanguageComparison.Finding {
    /// What was found, as a sentence.
    package var words: String { LanguageComparison.words(for: finding, in: field) }
}

extension LanguageComparison {
    /// What was found in a heading or text, as a sentence.
    package static func words(for finding: Concord.Finding, in field: Field) -> String {
        let counts = finding.counts.sorted { $0.key < $1.key }
        let there = counts.filter { $0.value > 0 }.map(\.key)
        let lacking = counts.filter { $0.value == 0 }.map(\.key)
        let subject = terminalSafe(finding.subject)
        switch finding.kind {
        case .missing: return "the \(field.rawValue) is not there in \(Quoting.list(lacking))"
        case .empty: return "the \(field.rawValue) is empty in \(Quoting.list(lacking))"
        case .unit, .figure:
            let noun = finding.kind == .unit ? "the unit" : "the figure"
            guard lacking.isEmpty else {
                return "\(noun) \(subject) is there in \(Quoting.list(there)), and not in \(Quoting.list(lacking))"
            }
            return "\(noun) \(subject) is there " + Quoting.list(counts.map { "\(times($0.value)) in \($0.key)" })
        }
    }

    private static func times(_ count: Int) -> String {
        switch count {
        case 1: "once"
        case 2: "twice"
        default: "\(count) times"
        }
    }
}
