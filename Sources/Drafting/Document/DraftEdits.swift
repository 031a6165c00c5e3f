public import CanonicalEncoding
public import Cryptography
internal import Identity

/// The body of an entry that edits a draft: operations, and edits of texts.
///
/// Source: `Docs/Specification/drafting.md`, section 6.2.
public struct DraftEdits: Hashable, Sendable {
    public static let type = "syngraph/draft-edits/1"

    /// The id of the opening.
    public let draft: Digest
    /// The newest entries of the draft that the writer had, ascending.
    public let parents: [Digest]
    public let operations: [DraftOperation]
    /// Each text once, in the bytewise order of their encodings.
    public let texts: [TextEdits]
    public let body: [UInt8]

    /// What one entry edits in one text, as in section 3. Bytes that are no edits are none.
    public struct TextEdits: Hashable, Sendable {
        public let text: TextName
        public let edits: [UInt8]

        public init(text: TextName, edits: [UInt8]) {
            self.text = text
            self.edits = edits
        }
    }

    /// - Throws: what ``init(body:)`` throws for the same body.
    public init(
        draft: Digest, parents: [Digest], operations: [DraftOperation] = [], texts: [TextEdits] = []
    ) throws(DecodingRefusal) {
        var search = OperationWriting(draft: draft)
        for operation in operations { _ = search.value(operation) }
        for text in texts { _ = search.value(text.text) }
        let entries = search.named.sorted()
        var writing = OperationWriting(draft: draft, entries: entries)
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("draft", draft.value),
            ("parents", .array(Set(parents).sorted().map(\.value))),
            ("entries", entries.isEmpty ? nil : .array(entries.map(\.value))),
            ("operations", operations.isEmpty ? nil : .array(operations.map { writing.value($0) })),
            ("texts", texts.isEmpty ? nil : Self.ascending(texts, &writing)),
        ])
        try self.init(body: value.encoded())
    }

    private static func ascending(_ texts: [TextEdits], _ writing: inout OperationWriting) -> CanonicalValue {
        var items: [(name: [UInt8], value: CanonicalValue)] = []
        for text in texts {
            let name = writing.value(text.text)
            items.append((name.encoded(), .array([name, .bytes(text.edits)])))
        }
        items.sort { $0.name.lexicographicallyPrecedes($1.name) }
        return .array(items.map(\.value))
    }

    public init(body: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(Field(CanonicalDecoder.decode(body), path: ""))
        try fields.type(Self.type)
        self.body = body
        draft = try fields.required("draft").digest()
        parents = try fields.required("parents").ascending(limit: DraftLimits.parentsPerEntry) {
            (item: Field) throws(DecodingRefusal) in try item.digest()
        }
        let entriesField = fields.optional("entries")
        let entries = try Self.entries(entriesField)
        var reading = OperationReading(draft: draft, entries: entries)
        operations = try Self.operations(fields.optional("operations"), &reading)
        texts = try Self.texts(fields.optional("texts"), &reading)
        try fields.finish()
        if let entriesField, entries.contains(draft) || reading.isNamed.contains(false) {
            throw entriesField.refusal(.contradiction)
        }
    }

    private static func entries(_ field: Field?) throws(DecodingRefusal) -> [Digest] {
        guard let field else { return [] }
        let entries = try field.ascending(limit: DraftLimits.entriesNamed) {
            (item: Field) throws(DecodingRefusal) in try item.digest()
        }
        guard !entries.isEmpty else { throw field.refusal(.emptyList) }
        return entries
    }

    private static func operations(
        _ field: Field?, _ reading: inout OperationReading
    ) throws(DecodingRefusal) -> [DraftOperation] {
        guard let field else { return [] }
        var operations: [DraftOperation] = []
        for item in try field.list(limit: DraftLimits.operationsPerEntry) {
            operations.append(try reading.operation(item))
            reading.ownCount = operations.count
        }
        guard !operations.isEmpty else { throw field.refusal(.emptyList) }
        return operations
    }

    private static func texts(
        _ field: Field?, _ reading: inout OperationReading
    ) throws(DecodingRefusal) -> [TextEdits] {
        guard let field else { return [] }
        var texts: [TextEdits] = []
        var last: [UInt8] = []
        for item in try field.list(limit: DraftLimits.textsPerEntry) {
            let parts = try item.list(limit: .max)
            guard parts.count == 2 else { throw item.refusal(.badLength) }
            let text = try reading.text(parts[0])
            texts.append(TextEdits(text: text, edits: try parts[1].bytes()))
            let name = parts[0].value.encoded()
            guard last.lexicographicallyPrecedes(name) else { throw item.refusal(.notAscending) }
            last = name
        }
        guard !texts.isEmpty else { throw field.refusal(.emptyList) }
        return texts
    }
}
