/// What an entry of a draft says, decoded: the words of `Docs/Specification/drafting.md`, section 6, as plain values.
///
/// An id, a writer and a party are bytes; an identifier, a language, words and a value are texts that nobody looks
/// into.
public struct ReferenceDraftEntry {
    public typealias ID = [UInt8]

    public var id: ID
    public var writer: [UInt8]
    /// The number of the entry in its writer's chain.
    public var sequence: UInt64
    public var party: [UInt8]
    /// The writer's own entry of this draft that comes before it in its chain.
    public var previous: ID?
    public var parents: [ID]
    public var operations: [Operation]
    public var texts: [EditedText]

    public init(
        id: ID, writer: [UInt8], sequence: UInt64, party: [UInt8], previous: ID?, parents: [ID] = [],
        operations: [Operation] = [], texts: [EditedText] = []
    ) {
        self.id = id
        self.writer = writer
        self.sequence = sequence
        self.party = party
        self.previous = previous
        self.parents = parents
        self.operations = operations
        self.texts = texts
    }

    /// A text, and what the entry does to it.
    public struct EditedText {
        public var text: Text
        public var edits: [ReferenceText.Edit]

        public init(text: Text, edits: [ReferenceText.Edit]) {
            self.text = text
            self.edits = edits
        }
    }

    /// Operation `number` of an entry; of the same one if none is named.
    public struct Reference: Hashable {
        public var entry: ID?
        public var number: Int

        public init(entry: ID? = nil, number: Int) {
            self.entry = entry
            self.number = number
        }
    }

    public enum Node: Hashable {
        case base(String)
        case added(Reference)
    }

    public enum Place: Hashable {
        case base(String)
        case made(Reference)
    }

    public enum Text: Hashable {
        case node(Node, language: String)
        case alternative(Reference)
    }

    public enum Alternative: Hashable {
        /// What stands there, *in*.
        case stands
        /// Nothing, *out*.
        case nothing
        case added(Reference)
    }

    public enum Anchor: Hashable {
        case beginning
        case end
        /// One side of a scalar of the named entry, or of the same one.
        case scalar(isBehind: Bool, entry: ID?, number: Int)
    }

    /// Where a bracket or a note stands in a text.
    public struct Range: Hashable {
        public var text: Text
        public var start: Anchor
        public var end: Anchor

        public init(text: Text, start: Anchor, end: Anchor) {
            self.text = text
            self.start = start
            self.end = end
        }
    }

    public enum Field: Hashable, Sendable {
        case kind, `class`, identifier, number
        case heading(String)
        case attribute(String)
    }

    public enum Operation: Hashable {
        case add(parent: Node?, left: Place?, right: Place?, identifier: String, kind: String, class: String)
        case move(node: Node, parent: Node?, left: Place?, right: Place?)
        case strike(Node)
        case keep(Node)
        case set(Node, Field, value: String?)
        case bracket(Range)
        case suggest(Range, words: String?)
        case bracketNode(Node)
        case alternative(bracket: Reference)
        case position(bracket: Reference, [Alternative])
        case choose(bracket: Reference, Alternative?)
        /// On a node, or on what another operation made.
        case reserve(Node, kind: String, words: String?)
        case lift(Reference)
        case note(Node, words: String)
        case noteOnRange(Range, words: String)
        case reply(Reference, words: String)
        case resolve(Reference)
        case reopen(Reference)
        case title(String)
        case close
        case openAgain
        case follow(Range, Reference)
    }
}

/// What a draft is opened on: section 5.1 and 6.1.
public struct ReferenceDraftOpening {
    public var id: [UInt8]
    public var writer: [UInt8]
    public var sequence: UInt64
    public var party: [UInt8]
    public var title: String
    public var languages: [String]
    /// In the order in which the text shows them.
    public var base: [Provision]

    public init(
        id: [UInt8], writer: [UInt8], sequence: UInt64, party: [UInt8], title: String, languages: [String],
        base: [Provision]
    ) {
        self.id = id
        self.writer = writer
        self.sequence = sequence
        self.party = party
        self.title = title
        self.languages = languages
        self.base = base
    }

    public struct Provision {
        public var identifier: String
        public var parent: String?
        public var kind: String
        public var `class`: String
        public var number: String?
        public var headings: [String: String]
        public var texts: [String: String]
        public var attributes: [String: String]

        public init(
            identifier: String, parent: String?, kind: String, class: String, number: String?,
            headings: [String: String], texts: [String: String], attributes: [String: String]
        ) {
            self.identifier = identifier
            self.parent = parent
            self.kind = kind
            self.class = `class`
            self.number = number
            self.headings = headings
            self.texts = texts
            self.attributes = attributes
        }
    }
}
