public import CanonicalEncoding
public import Drafting
public import Identity

/// A provision as a draft reads it.
public struct ReadProvision: Sendable {
    public let node: NodeName
    public let identifier: Identifier
    /// The one that it stands beneath; nil at the top.
    public let parent: Identifier?
    public let kind: Identifier
    public let provisionClass: Identifier
    public let number: ExactText?
    public let headings: [Identifier: ExactText]
    /// By language; those without words too.
    public let texts: [Identifier: TextReading]
    public let attributes: [Identifier: CanonicalValue]
}

/// What a whole draft reads, once it is known what its brackets come to.
///
/// Source: `Docs/Specification/negotiation.md`, section 2.
public struct DraftReading: Sendable {
    /// A field of which two values stand.
    public struct ContestedField: Hashable, Sendable {
        public let provision: Identifier
        public let field: NodeField
        public let values: [CanonicalValue]
    }

    /// Those that stand, parents before what they contain, siblings in their order.
    public private(set) var provisions: [ReadProvision] = []
    /// Brackets that are open still, and whose outcome would make a difference.
    public private(set) var open: [OperationName] = []
    public private(set) var crossing: [OperationName] = []
    public private(set) var contested: [ContestedField] = []
    public let languages: [Identifier]

    public init(of draft: Draft, counting: Draft.Counting = { _ in true }) {
        self.init(of: draft, Outcomes(of: draft, counting: counting))
    }

    /// - Parameter outcomes: those of this draft.
    public init(of draft: Draft, _ outcomes: Outcomes) {
        var draft = draft
        draft.indexTexts()
        languages = draft.opening.languages
        var reader = TextReader(draft, outcomes)
        var standing: [NodeName: Identifier] = [:]
        for node in draft.documentOrder where !node.isStruck {
            if let parent = node.parent, standing[parent] == nil { continue }
            guard stands(node.name, draft, outcomes) else { continue }
            let provision = read(node, &reader, beneath: node.parent.flatMap { standing[$0] })
            standing[node.name] = provision.identifier
            provisions.append(provision)
        }
    }

    /// Whether no bracket takes a node away; notes those that are open.
    private mutating func stands(_ node: NodeName, _ draft: Draft, _ outcomes: Outcomes) -> Bool {
        var stands = true
        for bracket in outcomes.brackets(on: node) {
            if outcomes.outcome(of: bracket) == nil { open.append(bracket) }
            if outcomes.reads(bracket) == .nothing { stands = false }
        }
        return stands
    }

    private mutating func read(
        _ node: DraftNode, _ reader: inout TextReader, beneath parent: Identifier?
    ) -> ReadProvision {
        var fields = FieldReader(node.name, reader.draft)
        var texts: [Identifier: TextReading] = [:]
        for language in languages {
            let reading = reader.read(.node(node.name, language: language))
            open += reading.open
            crossing += reading.crossing
            texts[language] = reading
        }
        let provision = ReadProvision(
            node: node.name, identifier: fields.identifier(.identifier), parent: parent,
            kind: fields.identifier(.kind), provisionClass: fields.identifier(.provisionClass),
            number: fields.text(.number), headings: fields.headings(in: languages), texts: texts,
            attributes: fields.attributes())
        contested += fields.contested.map {
            ContestedField(provision: provision.identifier, field: $0.field, values: $0.values)
        }
        return provision
    }
}

extension Outcomes {
    /// The brackets on a node itself, in an order of this copy's own.
    func brackets(on node: NodeName) -> [OperationName] { onNodes[node] ?? [] }
}

/// Reads the fields of a node: of several values that stand the last in the order of everything, and notes that.
struct FieldReader {
    let node: NodeName
    let draft: Draft
    private(set) var contested: [(field: NodeField, values: [CanonicalValue])] = []

    init(_ node: NodeName, _ draft: Draft) {
        self.node = node
        self.draft = draft
    }

    private mutating func value(_ field: NodeField) -> CanonicalValue? {
        guard let reading = draft.reading(of: field, of: node) else { return nil }
        let values = reading.values
        if values.count > 1 { contested.append((field, values)) }
        return values.last == .null ? nil : values.last
    }

    mutating func identifier(_ field: NodeField) -> Identifier {
        guard case .text(let text)? = value(field), let identifier = Identifier(text.string) else {
            // A set of one of these that is no identifier is refused, and every node has them from the start.
            preconditionFailure("a node has an identifier, a kind and a class")
        }
        return identifier
    }

    mutating func text(_ field: NodeField) -> ExactText? {
        if case .text(let text)? = value(field), !text.utf8.isEmpty { text } else { nil }
    }

    mutating func headings(in languages: [Identifier]) -> [Identifier: ExactText] {
        var headings: [Identifier: ExactText] = [:]
        for language in languages { headings[language] = text(.heading(language: language)) }
        return headings
    }

    mutating func attributes() -> [Identifier: CanonicalValue] {
        var attributes: [Identifier: CanonicalValue] = [:]
        for name in draft.attributes(of: node) { attributes[name] = value(.attribute(name)) }
        return attributes
    }
}
