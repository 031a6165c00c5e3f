internal import Agreement
internal import CanonicalEncoding
internal import Identity
internal import Wording

/// Words that a party put under its seal, by what they are called.
struct SealWords {
    let label: String
    private let words: Words

    func text(in language: Identifier?) -> String { Quoting.quoted(words.text(in: language)) }

    /// In every language, as they stand.
    var lines: [(language: Identifier, words: String)] {
        words.languages.map { ($0, Quoting.readable(.text(words.byLanguage[$0]!))) }
    }

    /// What the seal has of them, in the specification's order.
    static func all(of seal: Seal) -> [SealWords] {
        [("declaration", seal.declaration), ("reservation", seal.reservation), ("reason", seal.reason)]
            .compactMap { label, words in words.map { SealWords(label: label, words: $0) } }
    }

    /// The same for a program, and until when the seal was offered; empty objects where there are none.
    static func fields(of seal: Seal) -> [(String, JSONValue)] {
        [
            ("declaration", FindingsJSON.words(seal.declaration)),
            ("reservation", FindingsJSON.words(seal.reservation)), ("reason", FindingsJSON.words(seal.reason)),
            ("until", seal.until.map { .string(Timestamp.text($0)) } ?? .null),
        ]
    }
}
