import CanonicalEncoding
import Cryptography
import DraftingReference
import Identity

@testable import Drafting

/// What the reference says, in the product's words.

extension Identifier {
    /// A party that the reference knows by bytes.
    init(party bytes: [UInt8]) { self.init(String(Digest(padding: bytes).hex.prefix(8)))! }
}

extension OperationName {
    init(_ name: ReferenceDraft.Name) { self.init(entry: Digest(padding: name.entry), number: name.number) }

    init(_ said: ReferenceDraftEntry.Reference) {
        self.init(entry: said.entry.map(Digest.init(padding:)), number: said.number)
    }
}

extension NodeName {
    init(_ node: ReferenceDraft.Node) {
        switch node {
        case .base(let identifier): self = .base(Identifier(identifier)!)
        case .added(let name): self = .added(OperationName(name))
        }
    }

    init(_ said: ReferenceDraftEntry.Node) {
        switch said {
        case .base(let identifier): self = .base(Identifier(identifier)!)
        case .added(let reference): self = .added(OperationName(reference))
        }
    }
}

extension PlaceName {
    init(_ said: ReferenceDraftEntry.Place) {
        switch said {
        case .base(let identifier): self = .base(Identifier(identifier)!)
        case .made(let reference): self = .made(OperationName(reference))
        }
    }
}

extension TextName {
    init(_ text: ReferenceDraft.Text) {
        switch text {
        case .node(let node, let language): self = .node(NodeName(node), language: Identifier(language)!)
        case .alternative(let name): self = .alternative(OperationName(name))
        }
    }

    init(_ said: ReferenceDraftEntry.Text) {
        switch said {
        case .node(let node, let language): self = .node(NodeName(node), language: Identifier(language)!)
        case .alternative(let reference): self = .alternative(OperationName(reference))
        }
    }
}

extension Alternative {
    init(_ alternative: ReferenceDraft.Alternative) {
        switch alternative {
        case .stands: self = .standing
        case .nothing: self = .nothing
        case .added(let name): self = .added(OperationName(name))
        }
    }

    init(_ said: ReferenceDraftEntry.Alternative) {
        switch said {
        case .stands: self = .standing
        case .nothing: self = .nothing
        case .added(let reference): self = .added(OperationName(reference))
        }
    }
}

extension Anchor {
    init(_ said: ReferenceDraftEntry.Anchor) {
        switch said {
        case .beginning: self = .beginning
        case .end: self = .end
        case .scalar(let isBehind, let entry, let number):
            self = .scalar(
                entry: entry.map(Digest.init(padding:)), number: number, side: isBehind ? .behind : .before)
        }
    }
}

extension NodeField {
    init(_ said: ReferenceDraftEntry.Field) {
        switch said {
        case .kind: self = .kind
        case .class: self = .provisionClass
        case .identifier: self = .identifier
        case .number: self = .number
        case .heading(let language): self = .heading(language: Identifier(language)!)
        case .attribute(let name): self = .attribute(Identifier(name)!)
        }
    }
}

extension Words {
    init(_ said: String) { self.init(["en": ExactText(said)])! }
}

extension CanonicalValue {
    init(_ said: String?) { self = said.map { .text(ExactText($0)) } ?? .null }
}

extension DraftOperation {
    init(_ said: ReferenceDraftEntry.Operation) {
        switch said {
        case .add(let parent, let left, let right, let identifier, let kind, let `class`):
            self = .add(
                parent: parent.map { NodeName($0) }, left: left.map { PlaceName($0) },
                right: right.map { PlaceName($0) }, identifier: Identifier(identifier)!, kind: Identifier(kind)!,
                provisionClass: Identifier(`class`)!)
        case .move(let node, let parent, let left, let right):
            self = .move(
                NodeName(node), parent: parent.map { NodeName($0) }, left: left.map { PlaceName($0) },
                right: right.map { PlaceName($0) })
        case .strike(let node): self = .strike(NodeName(node))
        case .keep(let node): self = .keep(NodeName(node))
        case .set(let node, let field, let value): self = .set(NodeName(node), NodeField(field), CanonicalValue(value))
        case .title(let words): self = .title(Words(words))
        case .close: self = .close
        case .openAgain: self = .openAgain
        default: self.init(onText: said)
        }
    }

    private init(onText said: ReferenceDraftEntry.Operation) {
        switch said {
        case .bracket(let range):
            self = .bracket(TextName(range.text), start: Anchor(range.start), end: Anchor(range.end))
        case .suggest(let range, let words):
            self = .suggest(
                TextName(range.text), start: Anchor(range.start), end: Anchor(range.end),
                reason: words.map { Words($0) })
        case .follow(let range, let bracket):
            self = .bracketFollowing(
                OperationName(bracket), TextName(range.text), start: Anchor(range.start), end: Anchor(range.end))
        case .bracketNode(let node): self = .bracketNode(NodeName(node))
        case .alternative(let bracket): self = .alternative(bracket: OperationName(bracket))
        case .position(let bracket, let alternatives):
            self = .position(bracket: OperationName(bracket), accepts: Set(alternatives.map { Alternative($0) }))
        case .choose(let bracket, let alternative):
            self = .choose(bracket: OperationName(bracket), alternative.map { Alternative($0) })
        default: self.init(ofWords: said)
        }
    }

    private init(ofWords said: ReferenceDraftEntry.Operation) {
        switch said {
        case .reserve(let subject, let kind, let words):
            let subject: ReservationSubject =
                switch subject {
                case .base(let identifier): .base(Identifier(identifier)!)
                case .added(let reference): .made(OperationName(reference))
                }
            self = .reserve(subject, ReservationKind(rawValue: kind)!, words.map { Words($0) })
        case .lift(let reservation): self = .lift(reservation: OperationName(reservation))
        case .note(let node, let words): self = .note(NodeName(node), Words(words))
        case .noteOnRange(let range, let words):
            self = .noteOnRange(
                TextName(range.text), start: Anchor(range.start), end: Anchor(range.end), Words(words))
        case .reply(let note, let words): self = .reply(note: OperationName(note), Words(words))
        case .resolve(let note): self = .resolve(note: OperationName(note))
        case .reopen(let note): self = .reopen(note: OperationName(note))
        default: preconditionFailure("the other operations are said above")
        }
    }
}

extension DraftEntry {
    /// The reference's entry, written as a body and read again.
    init(_ said: ReferenceDraftEntry, of opening: ReferenceDraftOpening) throws {
        let edits = try DraftEdits(
            draft: Digest(padding: opening.id), parents: said.parents.map(Digest.init(padding:)),
            operations: said.operations.map { DraftOperation($0) },
            texts: said.texts.map { .init(text: TextName($0.text), edits: EditLog($0.edits).encoded) })
        try self.init(
            stamp: EditStamp(.init(sequence: said.sequence, writer: said.writer, id: said.id)),
            party: Identifier(party: said.party), previous: said.previous.map(Digest.init(padding:)),
            body: edits.body)
    }
}

extension Draft {
    init(_ said: ReferenceDraftOpening) throws {
        let opening = try DraftOpening(
            title: Words(said.title), languages: said.languages.map { Identifier($0)! }, base: [])
        let provisions = said.base.map { provision in
            DraftBase.Provision(
                identifier: Identifier(provision.identifier)!, parent: provision.parent.map { Identifier($0)! },
                kind: Identifier(provision.kind)!, provisionClass: Identifier(provision.class)!,
                number: provision.number.map { ExactText($0) }, headings: Self.byIdentifier(provision.headings),
                texts: Self.byIdentifier(provision.texts),
                attributes: Self.byIdentifier(provision.attributes).mapValues { .text($0) })
        }
        self.init(
            opening, stamp: EditStamp(.init(sequence: said.sequence, writer: said.writer, id: said.id)),
            party: Identifier(party: said.party), base: DraftBase(provisions))
    }

    private static func byIdentifier(_ texts: [String: String]) -> [Identifier: ExactText] {
        Dictionary(uniqueKeysWithValues: texts.map { (Identifier($0.key)!, ExactText($0.value)) })
    }
}
