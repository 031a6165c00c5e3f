public import CanonicalEncoding

/// One text in one or more languages: what people read.
///
/// A map from language to text, never empty. Which languages must be there is for the instrument to say.
public struct Words: Hashable, Sendable {
    public let byLanguage: [Identifier: ExactText]

    /// Nil for no language at all.
    public init?(_ byLanguage: [Identifier: ExactText]) {
        guard !byLanguage.isEmpty else { return nil }
        self.byLanguage = byLanguage
    }

    public var languages: [Identifier] { byLanguage.keys.sorted() }

    /// The text in `language`, or else in the first language in bytewise order.
    public func text(in language: Identifier?) -> ExactText {
        if let language, let text = byLanguage[language] { return text }
        return byLanguage[languages[0]]!
    }

    public var value: CanonicalValue {
        .record(byLanguage.map { ($0.key.string, .text($0.value)) })
    }

    public init(_ field: Field) throws(DecodingRefusal) {
        var byLanguage: [Identifier: ExactText] = [:]
        for (key, value) in try field.pairs(limit: IdentityLimits.languages) {
            byLanguage[try key.identifier()] = try value.text()
        }
        guard let words = Words(byLanguage) else { throw field.refusal(.emptyList) }
        self = words
    }
}
