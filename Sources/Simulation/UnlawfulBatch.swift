internal import CanonicalEncoding
internal import Cryptography
internal import Journal

/// A batch that no honest node writes, though each entry hangs on the one before and the end is signed as it must be.
///
/// Made by hand, by who has `Docs/Specification/journal.md`: the product's own writer makes none.
struct UnlawfulBatch {
    private let roadmap: Digest
    private let key: SigningKey
    private let writer: Digest
    /// The body of an entry 0 that is as it should be.
    private let beginning: [UInt8]
    private(set) var entries: [(header: [UInt8], body: [UInt8]?)] = []

    enum Fault: CaseIterable {
        case hangsOnNothing, beginsWithNote, isNoWriter, hasShortIncarnation, hasBadKey, isAnotherWriters
        case beginsTwice, isTooLong, hasLargeBodyInside, announcesTooMuch, lacksBody, hasOtherBody, isNoSeal
        case isCoveredElsewhere, isNotCovered, isCoveredByNothing, isOfAnotherRoadmap
    }

    /// - Parameter incarnation: one that was never used before.
    init(_ fault: Fault, in roadmap: Digest, by key: SigningKey, incarnation: [UInt8], _ dice: inout Dice) {
        self.roadmap = fault == .isOfAnotherRoadmap ? Digest(of: dice.bytes(8)) : roadmap
        self.key = key
        let drawn = Incarnation(incarnation)!
        writer =
            fault == .isAnotherWriters
            ? Digest(of: incarnation) : WriterID(key: key.publicKey.id, incarnation: drawn).digest
        beginning = WriterBody(key: key.publicKey, incarnation: drawn).encoded()
        let note = CanonicalValue.unsigned(dice.next() % 10_000).encoded()
        switch fault {
        case .hangsOnNothing: add(.writer, beginning, on: Digest(of: dice.bytes(8)))
        case .beginsWithNote: add(.note, note)
        case .isNoWriter: add(.writer, note)
        case .hasShortIncarnation: add(.writer, body(key.publicKey.bytes, Array(incarnation.dropLast())))
        case .hasBadKey: add(.writer, body(note, incarnation))
        default: add(.writer, beginning)
        }
        switch fault {
        case .beginsTwice: add(.writer, beginning)
        case .isTooLong: for _ in 0..<JournalLimits.entriesPerBlock { add(.note, note) }
        case .hasLargeBodyInside:
            add(.note, CanonicalValue.bytes([UInt8](repeating: 7, count: JournalLimits.smallBodyByteCount)).encoded())
        case .announcesTooMuch: add(.note, nil, byteCount: UInt64(JournalLimits.bodyByteCount) + 1)
        case .lacksBody: add(.seal, nil, byteCount: 40)
        case .hasOtherBody:
            add(.note, note)
            entries[entries.count - 1].body = note + [0]
        case .isNoSeal: add(.seal, note)
        default: break
        }
        add(.note, note)
        checkpoint =
            switch fault {
            case .isCoveredElsewhere: signed(entries[0].header, sequence: 0)
            case .isNotCovered: []
            case .isCoveredByNothing: SignedStatement(note, as: .checkpoint, by: key).encoded()
            default: signed(entries[entries.count - 1].header, sequence: UInt64(entries.count) - 1)
            }
    }

    private(set) var checkpoint: [UInt8] = []

    var received: ReceivedBatch {
        ReceivedBatch(
            writer: WriterID(writer), entries: entries.map { ReceivedEntry(header: $0.header, body: $0.body) },
            checkpoint: checkpoint)
    }

    private func body(_ key: [UInt8], _ incarnation: [UInt8]) -> [UInt8] {
        CanonicalValue.record([("key", .bytes(key)), ("incarnation", .bytes(incarnation))]).encoded()
    }

    private mutating func add(
        _ kind: EntryKind, _ body: [UInt8]?, on previous: Digest? = nil, byteCount: UInt64? = nil
    ) {
        let previous = previous ?? entries.last.map { Digest(of: $0.header) } ?? roadmap
        let header = CanonicalValue.array([
            .unsigned(1), .bytes(roadmap.bytes), .bytes(writer.bytes), .unsigned(UInt64(entries.count)),
            .bytes(previous.bytes), .array([]), .unsigned(7), .unsigned(kind.code),
            .bytes(Digest(of: body ?? []).bytes), .unsigned(byteCount ?? UInt64(body?.count ?? 0)),
        ]).encoded()
        entries.append((header, body))
    }

    private func signed(_ header: [UInt8], sequence: UInt64) -> [UInt8] {
        let payload = CanonicalValue.array([
            .text("syngraph/checkpoint/1"), .bytes(roadmap.bytes), .bytes(writer.bytes), .unsigned(sequence),
            .bytes(Digest(of: header).bytes),
        ]).encoded()
        return SignedStatement(payload, as: .checkpoint, by: key).encoded()
    }
}
