import CanonicalEncoding
import Cryptography
public import Identity

@testable public import Drafting

/// Names as short as letters.
extension Identifier: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(value)! }
}

extension Words: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(["en": ExactText(value)])! }
}

extension NodeName: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .base(Identifier(stringLiteral: value)) }
}

extension PlaceName: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .base(Identifier(stringLiteral: value)) }
}

extension TextName {
    static func english(_ node: NodeName) -> TextName { .node(node, language: "en") }
}

/// A draft opened by Korea on a text of two articles, of which the second has three paragraphs.
enum OpenedDraft {
    static let provisions = DraftBase([
        provision("1", text: "The parties shall exchange liaison offices within 60 days."),
        provision("2", text: "The parties shall meet."),
        provision("2.a", parent: "2", text: "once a year"), provision("2.b", parent: "2", text: "in Seoul"),
        provision("2.c", parent: "2", text: "in Pyongyang"),
    ])

    static func provision(_ identifier: Identifier, parent: Identifier? = nil, text: String) -> DraftBase.Provision {
        DraftBase.Provision(
            identifier: identifier, parent: parent, kind: "article", provisionClass: "text",
            number: ExactText(identifier.string), headings: ["en": "Heading"],
            texts: ["en": ExactText(text), "ko": "글"], attributes: ["due": .unsigned(60)])
    }

    static func draft(on base: DraftBase = provisions) -> Draft {
        let opening = try! DraftOpening(title: "Exchange", languages: ["en", "ko"], base: [Digest(padding: [9])])
        return Draft(opening, stamp: stamp(of: "KOR", 1, opening.body), party: "KOR", base: base)
    }

    static func writer(_ name: String) -> Digest { Digest(of: Array("writer \(name)".utf8)) }

    /// A stamp whose id depends on all that a header would hold.
    static func stamp(of writer: String, _ sequence: UInt64, _ body: [UInt8]) -> EditStamp {
        let id = self.writer(writer)
        let header = id.bytes + withUnsafeBytes(of: sequence.bigEndian) { Array($0) } + Digest(of: body).bytes
        return EditStamp(sequence: sequence, writer: id, id: Digest(of: header))
    }
}

/// Somebody at a table of their own: a copy of the draft, and a chain of entries.
struct Delegation {
    let party: Identifier
    let name: String
    var draft: Draft
    private(set) var sequence: UInt64 = 10
    private(set) var previous: Digest?
    /// All entries made here.
    private(set) var made: [DraftEntry] = []

    init(_ party: Identifier, writer: String? = nil, _ draft: Draft = OpenedDraft.draft()) {
        self.party = party
        name = writer ?? party.string
        self.draft = draft
        self.draft.writingParty = party
    }

    /// Closes what is open as the next entry of the chain.
    @discardableResult
    mutating func close() -> DraftEntry {
        let stamp = OpenedDraft.stamp(of: name, sequence, draft.openEdits.body)
        let entry = draft.close(as: stamp, previous: previous)
        note(entry)
        return entry
    }

    /// Makes an entry of what somebody crafted, and takes it in.
    @discardableResult
    mutating func craft(_ edits: DraftEdits, after previous: Digest?? = nil) -> DraftEntry {
        let entry = DraftEntry(
            stamp: OpenedDraft.stamp(of: name, sequence, edits.body), party: party,
            previous: previous ?? self.previous, edits: edits)
        draft.merge([entry])
        note(entry)
        return entry
    }

    private mutating func note(_ entry: DraftEntry) {
        sequence += 1
        previous = entry.stamp.id
        made.append(entry)
    }

    /// Writes, closes, and says what was made as others name it.
    @discardableResult
    mutating func perform(_ operation: DraftOperation) -> OperationName? {
        let name = draft.perform(operation)
        guard draft.hasOpenWork else { return nil }
        return name?.closed(in: close().stamp.id)
    }

    mutating func hear(_ others: Delegation...) { for other in others { draft.merge(other.made) } }
}

extension Draft {
    /// Identifiers in order, each as deep as it stands: `1 2 .2a .2b`, struck ones with a minus.
    var outline: String {
        documentOrder.map { node in
            let identifier =
                if case .text(let text)? = reading(of: .identifier, of: node.name)?.values.last { text.string } else {
                    ""
                }
            return String(repeating: ".", count: node.depth) + (node.isStruck ? "-" : "") + identifier
        }.joined(separator: " ")
    }

    func nodeNamed(_ identifier: String) -> NodeName? {
        documentOrder.first { reading(of: .identifier, of: $0.name)?.values.last == .text(identifier) }?.name
    }

    /// Everything that the draft shows, in no order but its own.
    var shown: String {
        var lines: [String] = []
        for node in documentOrder {
            lines.append("\(node)")
            for field in [.kind, .provisionClass, .identifier, .number, .heading(language: "en")]
                + attributes(of: node.name).map({ NodeField.attribute($0) })
            {
                lines.append("  \(field) \(reading(of: field, of: node.name)!)")
            }
            for language in opening.languages {
                let name = TextName.node(node.name, language: language)
                lines += shown(name)
            }
            lines += brackets(on: node.name).map { "  on node \(shown($0))" }
        }
        for bracket in allBrackets() {
            lines.append(shown(bracket))
            for case .added(let name) in bracket.alternatives { lines += shown(.alternative(name)) }
            lines.append("  counting few: \(shown(self.bracket(bracket.name, counting: { $0 < "M" })!))")
        }
        lines += allNotes.map { "\($0)" } + allReservations.map { "\($0)" }
        lines += ["\(title)", "\(closings)", shown(openBrackets()), shown(openBrackets { $0 < "M" })]
        lines.append(sharedIdentifiers.map { "\($0.key) \(Set($0.value.map { "\($0)" }).sorted())" }.sorted().joined())
        lines.append("\(heads)")
        return lines.joined(separator: "\n")
    }

    private func shown(_ text: TextName) -> [String] {
        ["  \(text) \(string(of: text)!) by \(editors(of: text))"] + contestedSpans(of: text).map { "    \($0)" }
    }

    private func shown(_ bracket: DraftBracket) -> String {
        let positions = bracket.positions.map { "\($0.key): \($0.value.map { "\($0)" }.sorted())" }.sorted()
        return
            "\(bracket.name) \(bracket.subject) \(bracket.introducer) \(bracket.isSuggestion) \(bracket.follows as Any) "
            + "\(bracket.alternatives) \(positions) \(bracket.choices) \(bracket.outcome as Any) \(bracket.reads)"
    }

    private func shown(_ open: OpenBrackets) -> String {
        let nodes = open.byNode.map { "\($0.key): \($0.value)" }.sorted()
        return "open \(open.all) \(nodes) \(open.byParty.sorted { $0.key < $1.key })"
    }
}
