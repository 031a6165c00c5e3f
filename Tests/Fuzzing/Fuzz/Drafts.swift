import CanonicalEncoding
import Cryptography
import Drafting
import Identity

/// Entries of drafts and of texts, given the past that they need to count.
enum Drafts {
    /// What the vectors call the draft.
    private static let draft = Digest([UInt8](repeating: 0x10, count: 32))!
    private static let writer = Digest([UInt8](repeating: 1, count: 32))!
    private static let party = Identifier("one")!

    private static func stamp(_ sequence: Int, _ body: [UInt8]) -> EditStamp {
        EditStamp(
            sequence: UInt64(sequence), writer: writer, id: Digest(of: body + [UInt8(truncatingIfNeeded: sequence)]))
    }

    /// Cut by lengths of two bytes; a first byte says which parts have seen the ones before.
    private static func parts(_ bytes: [UInt8]) -> (seen: UInt8, parts: [[UInt8]]) {
        var rest = bytes.dropFirst()
        var parts: [[UInt8]] = []
        while rest.count > 2, parts.count < 8 {
            let count = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            parts.append(Array(rest.dropFirst(2).prefix(count)))
            rest = rest.dropFirst(2 + count)
        }
        return (bytes.first ?? 0, parts)
    }

    /// Each part is the body of an entry, but for whose draft it is and what it has seen. Both orders say the same.
    static func merge(_ bytes: [UInt8]) {
        guard
            let opening = try? DraftOpening(
                title: Words(Field(CanonicalValue.record([("en", .text("draft"))]), path: "")),
                languages: [Identifier("en")!], base: [])
        else { return }
        let (seen, bodies) = parts(bytes)
        var entries: [DraftEntry] = []
        var last = draft
        for (index, body) in bodies.enumerated() {
            guard let read = try? DraftEdits(body: body),
                let edits = try? DraftEdits(
                    draft: draft, parents: [seen & 1 << UInt8(index) == 0 ? draft : last], operations: read.operations,
                    texts: read.texts)
            else { continue }
            let stamp = stamp(index + 1, edits.body)
            entries.append(DraftEntry(stamp: stamp, party: party, previous: nil, edits: edits))
            last = stamp.id
        }
        func merged(_ entries: [DraftEntry]) -> Draft {
            var made = Draft(
                opening, stamp: EditStamp(sequence: 0, writer: writer, id: draft), party: party, base: DraftBase([]))
            made.merge(entries)
            return made
        }
        var (one, other) = (merged(entries), merged(entries.reversed()))
        precondition(one.documentOrder == other.documentOrder, "a draft depends on the order of its entries")
        precondition(one.title == other.title && one.isClosed == other.isClosed)
        for text in one.touchedTexts {
            precondition(one.string(of: text) == other.string(of: text), "a text depends on the order of its entries")
        }
        one.indexTexts()
        other.indexTexts()
        precondition(one.openBrackets() == other.openBrackets(), "brackets depend on the order of the entries")
        precondition(one.allBrackets().count == other.allBrackets().count)
    }

    /// Each part is the edits of one entry of a text.
    static func mergeText(_ bytes: [UInt8]) {
        let (seen, parts) = parts(bytes)
        var entries: [EditEntry] = []
        for (index, edits) in parts.enumerated() {
            let before = entries.last.map { seen & 1 << UInt8(index) == 0 ? [] : [$0.stamp.id] } ?? []
            entries.append(EditEntry(stamp: stamp(index, edits), parents: before, edits: edits))
        }
        var text = DraftText()
        _ = text.merge(entries)
        var other = DraftText()
        for entry in entries { _ = other.merge([entry]) }
        precondition(text.utf8 == other.utf8, "a text depends on how its entries came")
        guard let stored = try? text.stored(includingIDs: true), let again = try? DraftText(stored: stored) else {
            return
        }
        precondition(again.utf8 == text.utf8, "a stored text is another one")
    }
}
