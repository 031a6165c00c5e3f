internal import Cryptography
package import Drafting
package import Identity

/// Who wrote the words of a draft's text, and who took away those that were there before: by Unicode scalar.
///
/// Nil for what the draft was opened on, and for what is there still.
package struct WordAuthors: Hashable, Sendable {
    /// By scalar of what the draft reads.
    package let inserted: [Identifier?]
    /// By scalar of the text before; empty where brackets came to other words than stand there, so that nobody alone
    /// took them away.
    package let deleted: [Identifier?]

    /// By provision and language.
    ///
    /// - Parameter old: an earlier version of the same draft; nil for the text that it was opened on.
    package static func all(from old: Draft?, to new: Draft) -> [Identifier: [Identifier: WordAuthors]] {
        var found: [Identifier: [Identifier: WordAuthors]] = [:]
        for provision in DraftReading(of: new).provisions where found[provision.identifier] == nil {
            for (language, reading) in provision.texts {
                let text = TextName.node(provision.node, language: language)
                guard new.history(of: text) != nil || !reading.sources.allSatisfy({ $0.text == text }) else { continue }
                let inserted = Blame.entries(of: reading, in: new).map { entry in
                    entry == new.id ? nil : new.party(ofEntry: entry)
                }
                found[provision.identifier, default: [:]][language] = WordAuthors(
                    inserted: inserted, deleted: deleted(in: text, from: old, to: new))
            }
        }
        return found
    }

    private static func deleted(in text: TextName, from old: Draft?, to new: Draft) -> [Identifier?] {
        guard var history = new.history(of: text) else { return [] }
        let before = old.map { $0.history(of: text)?.heads ?? [] } ?? [new.id]
        let here = before.filter(history.contains)
        guard here.count == before.count, let spans = try? history.changes(from: here, to: history.heads) else {
            return []
        }
        return spans.filter { $0.kind != .inserted }.flatMap { span in
            let party = span.kind == .deleted ? span.by.flatMap { new.party(ofEntry: $0.id) } : nil
            return Array(repeating: party, count: span.text.unicodeScalars.count)
        }
    }
}
