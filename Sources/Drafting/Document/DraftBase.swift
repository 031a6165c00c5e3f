public import CanonicalEncoding
public import Identity

/// The text that a draft is opened on: the provisions of the base in the order in which the text shows them.
///
/// Source: `Docs/Specification/drafting.md`, section 5.1.
public struct DraftBase: Hashable, Sendable {
    public struct Provision: Hashable, Sendable {
        public let identifier: Identifier
        /// Nil at the top; one that stands no earlier in the base counts as nil.
        public let parent: Identifier?
        public let kind: Identifier
        public let provisionClass: Identifier
        public let number: ExactText?
        public let headings: [Identifier: ExactText]
        public let texts: [Identifier: ExactText]
        public let attributes: [Identifier: CanonicalValue]

        public init(
            identifier: Identifier, parent: Identifier?, kind: Identifier, provisionClass: Identifier,
            number: ExactText? = nil, headings: [Identifier: ExactText] = [:], texts: [Identifier: ExactText] = [:],
            attributes: [Identifier: CanonicalValue] = [:]
        ) {
            self.identifier = identifier
            self.parent = parent
            self.kind = kind
            self.provisionClass = provisionClass
            self.number = number
            self.headings = headings
            self.texts = texts
            self.attributes = attributes
        }
    }

    /// Siblings in their order; of two with one identifier the later one is left out.
    public let provisions: [Provision]

    public init(_ provisions: [Provision]) {
        var known: Set<Identifier> = []
        self.provisions = provisions.filter { known.insert($0.identifier).inserted }
    }
}
