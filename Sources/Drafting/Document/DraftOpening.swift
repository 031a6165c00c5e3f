public import CanonicalEncoding
public import Cryptography
public import Identity

/// The body of the entry that opens a draft: what the draft is called, its languages, and the text it is opened on.
///
/// Source: `Docs/Specification/drafting.md`, section 6.1.
public struct DraftOpening: Hashable, Sendable {
    public static let type = "syngraph/draft/1"

    public let title: Words
    /// The equally authentic ones, ascending; never none.
    public let languages: [Identifier]
    /// The instruments that the text it is opened on stands on directly, ascending.
    public let base: [Digest]
    public let body: [UInt8]

    /// - Throws: what ``init(body:)`` throws for the same body.
    public init(title: Words, languages: [Identifier], base: [Digest]) throws(DecodingRefusal) {
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("title", title.value),
            ("languages", .array(Set(languages).sorted().map(\.value))),
            ("base", .array(Set(base).sorted().map(\.value))),
        ])
        try self.init(body: value.encoded())
    }

    public init(body: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(Field(CanonicalDecoder.decode(body), path: ""))
        try fields.type(Self.type)
        self.body = body
        title = try Words(fields.required("title"))
        let languagesField = try fields.required("languages")
        languages = try languagesField.ascending(limit: IdentityLimits.languages) {
            (item: Field) throws(DecodingRefusal) in try item.identifier()
        }
        guard !languages.isEmpty else { throw languagesField.refusal(.emptyList) }
        base = try fields.required("base").ascending(limit: DraftLimits.baseInstruments) {
            (item: Field) throws(DecodingRefusal) in try item.digest()
        }
        try fields.finish()
    }
}
