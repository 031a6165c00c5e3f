public import CanonicalEncoding
public import Cryptography
public import Identity

/// The id of an instrument: SHA-256 of its canonical bytes. The founding's is the roadmap's.
public typealias InstrumentID = Digest

/// What a reserved provision is about; reserved are the constitution of a roadmap (who, by whose consent, under which
/// keys) and the closings of its instruments.
///
/// Source: `Docs/Specification/agreement.md`, section "Provisions".
public enum ReservedProvision: Hashable, Sendable {
    /// Who holds a standing.
    case roster(Identifier)
    /// Whose consent a class of provisions needs.
    case rule(Identifier)
    /// A party's record.
    case party(Identifier)
    /// The end of waiting for an instrument, complete or abandoned.
    case closing(Identifier)

    private static let prefixes = ["roster/", "rule/", "party/", "closing/"]

    /// Nil for a provision that is not reserved. A bare prefix is reserved too, and names nothing.
    public init?(_ provision: Identifier) {
        let text = provision.string
        guard let prefix = Self.prefixes.first(where: text.hasPrefix),
            let name = Identifier(String(text.dropFirst(prefix.count)))
        else { return nil }
        switch prefix {
        case "roster/": self = .roster(name)
        case "rule/": self = .rule(name)
        case "party/": self = .party(name)
        default: self = .closing(name)
        }
    }

    public static func isReserved(_ provision: Identifier) -> Bool {
        prefixes.contains { provision.string.hasPrefix($0) }
    }

    /// The prefix, which is also the class and the kind of the provision.
    public var word: Identifier {
        switch self {
        case .roster: Identifier("roster")!
        case .rule: Identifier("rule")!
        case .party: Identifier("party")!
        case .closing: Identifier("closing")!
        }
    }

    /// True for rosters, rules and party records: who writes one has all rules and rosters in its base.
    public var isConstitutional: Bool {
        if case .closing = self { false } else { true }
    }

    public static func roster(of standing: Identifier) -> Identifier? { Identifier("roster/\(standing)") }
    public static func rule(for provisionClass: Identifier) -> Identifier? { Identifier("rule/\(provisionClass)") }
    public static func record(of party: Identifier) -> Identifier? { Identifier("party/\(party)") }
}

/// The whole content of a provision, as an instrument writes it.
public struct Content: Hashable, Sendable {
    public let kind: Identifier
    public let provisionClass: Identifier
    public let parent: Identifier?
    /// Siblings stand in the bytewise order of this, then of their ids.
    public let order: [UInt8]
    public let number: ExactText?
    public let heading: Words?
    public let text: Words?
    public let attributes: [Identifier: CanonicalValue]
    /// What a reserved provision says, read from its attributes.
    public let reserved: ReservedContent?

    /// Content of a provision that is not reserved.
    public init(
        kind: Identifier, provisionClass: Identifier, parent: Identifier?, order: [UInt8], number: ExactText? = nil,
        heading: Words? = nil, text: Words? = nil, attributes: [Identifier: CanonicalValue] = [:]
    ) {
        self.kind = kind
        self.provisionClass = provisionClass
        self.parent = parent
        self.order = order
        self.number = number
        self.heading = heading
        self.text = text
        self.attributes = attributes
        reserved = nil
    }

    /// Content of a reserved provision.
    public init(_ reserved: ReservedContent) {
        kind = reserved.word
        provisionClass = reserved.word
        parent = nil
        order = []
        number = nil
        heading = nil
        text = nil
        attributes = reserved.attributes
        self.reserved = reserved
    }

    /// Reads the content that is written to `provision`.
    public init(_ field: Field, of provision: Identifier) throws(DecodingRefusal) {
        var fields = try RecordFields(field)
        kind = try fields.required("kind").identifier()
        provisionClass = try fields.required("class").identifier()
        let parentField = try fields.required("parent")
        parent = parentField.isNull ? nil : try parentField.identifier()
        let orderField = try fields.required("order")
        order = try orderField.bytes()
        guard order.count <= AgreementLimits.orderByteCount else { throw orderField.refusal(.tooLong) }
        number = try fields.optional("number")?.text()
        heading = try fields.optional("heading").map { (field: Field) throws(DecodingRefusal) in try Words(field) }
        text = try fields.optional("text").map { (field: Field) throws(DecodingRefusal) in try Words(field) }
        let attributesField = fields.optional("attributes")
        attributes = try attributesField.map(Attributes.read) ?? [:]
        try fields.finish()
        reserved = try ReservedContent(attributesField, of: provision)
        try checkReserved(provision, field)
    }

    public var value: CanonicalValue {
        .record([
            ("kind", kind.value), ("class", provisionClass.value), ("parent", parent?.value ?? .null),
            ("order", .bytes(order)), ("number", number.map { .text($0) }), ("heading", heading?.value),
            ("text", text?.value),
            ("attributes", attributes.isEmpty ? nil : .record(attributes.map { ($0.key.string, $0.value) })),
        ])
    }

    /// The prefix fixes class and kind; a reserved provision stands outside the text, without place or words.
    private func checkReserved(_ provision: Identifier, _ field: Field) throws(DecodingRefusal) {
        if let parent, ReservedProvision.isReserved(parent) { throw field.refusal(.contradiction) }
        guard let reserved else { return }
        guard kind == reserved.word, provisionClass == reserved.word, parent == nil, order.isEmpty,
            number == nil, heading == nil, text == nil
        else { throw field.refusal(.contradiction) }
    }
}

/// Attributes of a provision: names to values, the values texts, integers, truths, bytes, lists and maps of such.
enum Attributes {
    static func read(_ field: Field) throws(DecodingRefusal) -> [Identifier: CanonicalValue] {
        var attributes: [Identifier: CanonicalValue] = [:]
        for (key, value) in try field.pairs(limit: AgreementLimits.attributesPerProvision) {
            try check(value)
            attributes[try key.identifier()] = value.value
        }
        guard !attributes.isEmpty else { throw field.refusal(.emptyList) }
        return attributes
    }

    private static func check(_ field: Field) throws(DecodingRefusal) {
        switch field.value {
        case .text, .unsigned, .negative, .bool, .bytes: return
        case .array:
            for item in try field.list(limit: AgreementLimits.attributesPerProvision) { try check(item) }
        case .map:
            for (key, value) in try field.pairs(limit: AgreementLimits.attributesPerProvision) {
                _ = try key.identifier()
                try check(value)
            }
        case .tagged, .null: throw field.refusal(.wrongType)
        }
    }
}
