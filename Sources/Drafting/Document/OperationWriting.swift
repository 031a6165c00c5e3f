internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// Writes operations as values, and other entries by their number in the table `entries`.
///
/// Without a table it only notes which entries are spoken of.
struct OperationWriting {
    private let draft: Digest
    private let indices: [Digest: UInt64]
    /// Entries spoken of, the opening not among them.
    private(set) var named: Set<Digest> = []

    init(draft: Digest, entries: [Digest] = []) {
        self.draft = draft
        indices = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1, UInt64($0 + 1)) })
    }

    mutating func value(_ operation: DraftOperation) -> CanonicalValue {
        .array([.unsigned(operation.code)] + arguments(of: operation))
    }

    private mutating func arguments(of operation: DraftOperation) -> [CanonicalValue] {
        switch operation {
        case .add(let parent, let left, let right, let identifier, let kind, let provisionClass):
            [optional(parent), place(left), place(right), identifier.value, kind.value, provisionClass.value]
        case .move(let node, let parent, let left, let right):
            [value(node), optional(parent), place(left), place(right)]
        case .strike(let node), .keep(let node), .bracketNode(let node): [value(node)]
        case .set(let node, let field, let value): [self.value(node), Self.value(field), value]
        case .bracket(let text, let start, let end): [value(text), value(start), value(end)]
        case .suggest(let text, let start, let end, let reason):
            [value(text), value(start), value(end), reason?.value ?? .null]
        case .bracketFollowing(let bracket, let text, let start, let end):
            [value(text), value(start), value(end), value(bracket)]
        case .position(let bracket, let accepts): [value(bracket), .array(ascending(accepts))]
        case .choose(let bracket, let choice): [value(bracket), choice.map { value($0) } ?? .null]
        case .reserve(let subject, let kind, let words):
            [value(subject), .text(kind.rawValue), words?.value ?? .null]
        case .note(let node, let words): [value(node), words.value]
        case .noteOnRange(let text, let start, let end, let words):
            [value(text), value(start), value(end), words.value]
        case .reply(let note, let words): [value(note), words.value]
        case .alternative(let name), .lift(let name), .resolve(let name), .reopen(let name): [value(name)]
        case .title(let words): [words.value]
        case .close, .openAgain: []
        }
    }

    mutating func value(_ text: TextName) -> CanonicalValue {
        switch text {
        case .node(let node, let language): .array([value(node), language.value])
        case .alternative(let name): .array([value(name)])
        }
    }

    private mutating func value(_ name: OperationName) -> CanonicalValue {
        guard let entry = name.entry else { return .unsigned(UInt64(name.number)) }
        return .array([.unsigned(index(of: entry)), .unsigned(UInt64(name.number))])
    }

    private mutating func index(of entry: Digest) -> UInt64 {
        guard entry != draft else { return 0 }
        named.insert(entry)
        return indices[entry] ?? 0
    }

    private mutating func value(_ node: NodeName) -> CanonicalValue {
        switch node {
        case .base(let identifier): identifier.value
        case .added(let name): value(name)
        }
    }

    private mutating func optional(_ node: NodeName?) -> CanonicalValue { node.map { value($0) } ?? .null }

    private mutating func place(_ place: PlaceName?) -> CanonicalValue {
        switch place {
        case .base(let identifier): identifier.value
        case .made(let name): value(name)
        case nil: .null
        }
    }

    private mutating func value(_ subject: ReservationSubject) -> CanonicalValue {
        switch subject {
        case .base(let identifier): identifier.value
        case .made(let name): value(name)
        }
    }

    private mutating func value(_ anchor: Anchor) -> CanonicalValue {
        switch anchor {
        case .beginning: .array([.unsigned(0)])
        case .end: .array([.unsigned(1)])
        case .scalar(nil, let number, let side): .array([.unsigned(side.rawValue), .unsigned(UInt64(number))])
        case .scalar(let entry?, let number, let side):
            .array([.unsigned(side.rawValue), .unsigned(index(of: entry)), .unsigned(UInt64(number))])
        }
    }

    private mutating func value(_ alternative: Alternative) -> CanonicalValue {
        switch alternative {
        case .standing: .bool(true)
        case .nothing: .bool(false)
        case .added(let name): value(name)
        }
    }

    private mutating func ascending(_ alternatives: Set<Alternative>) -> [CanonicalValue] {
        var values: [(value: CanonicalValue, bytes: [UInt8])] = []
        for alternative in alternatives {
            let value = value(alternative)
            values.append((value, value.encoded()))
        }
        return values.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.value)
    }

    private static func value(_ field: NodeField) -> CanonicalValue {
        switch field {
        case .kind: .array([.text("kind")])
        case .provisionClass: .array([.text("class")])
        case .identifier: .array([.text("identifier")])
        case .number: .array([.text("number")])
        case .heading(let language): .array([.text("heading"), language.value])
        case .attribute(let name): .array([.text("attribute"), name.value])
        }
    }
}
