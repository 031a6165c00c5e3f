internal import CanonicalEncoding
internal import Cryptography
internal import Journal

/// Messages of the exchange as anybody can read and write them who has `Docs/Specification/exchange.md`: for whoever
/// listens in, and for whoever lies.
enum Frames {
    static func number(of frame: [UInt8]) -> UInt64? {
        guard frame.count > 1, frame[0] & 0xe0 == 0x80, frame[1] < 24 else { return nil }
        return UInt64(frame[1])
    }

    /// Four messages of versions 1 and 2 announce one item more than they have, which is no CBOR.
    private static func decode(_ frame: [UInt8]) -> CanonicalValue? {
        if let value = try? CanonicalDecoder.decode(frame) { return value }
        return try? CanonicalDecoder.decode([frame[0] - 1] + frame.dropFirst())
    }

    /// Of message 5: which batch is said to be durable.
    static func acknowledged(_ frame: [UInt8]) -> (writer: WriterID, sequence: UInt64, entry: EntryID)? {
        guard number(of: frame) == 5, case .array(let parts)? = decode(frame), parts.count == 3,
            case .bytes(let writer) = parts[1], case .array(let place) = parts[2], place.count == 2,
            case .unsigned(let sequence) = place[0], case .bytes(let entry) = place[1],
            let writer = Digest(writer), let entry = Digest(entry)
        else { return nil }
        return (WriterID(writer), sequence, EntryID(entry))
    }

    /// Of messages 4 and 19: the headers of the batch's entries.
    static func headers(_ frame: [UInt8], in roadmap: Digest) -> [EntryHeader]? {
        switch number(of: frame) {
        case 4: wholeHeaders(frame)
        case 19: leanHeaders(frame, in: roadmap)
        default: nil
        }
    }

    private static func wholeHeaders(_ frame: [UInt8]) -> [EntryHeader]? {
        guard case .array(let parts)? = try? CanonicalDecoder.decode(frame), parts.count == 4,
            case .array(let entries) = parts[2]
        else { return nil }
        var headers: [EntryHeader] = []
        for case .array(let pair) in entries where pair.count == 2 {
            guard case .bytes(let bytes) = pair[0], let header = try? EntryHeader(encoded: bytes) else { return nil }
            headers.append(header)
        }
        return headers
    }

    private static func leanHeaders(_ frame: [UInt8], in roadmap: Digest) -> [EntryHeader]? {
        guard case .array(let parts)? = try? CanonicalDecoder.decode(frame), parts.count == 6,
            case .bytes(let writer) = parts[1], let writer = Digest(writer), case .unsigned(let first) = parts[2],
            case .array(let items) = parts[4]
        else { return nil }
        var previous: EntryID?
        if case .bytes(let bytes) = parts[3] { previous = Digest(bytes).map { EntryID($0) } }
        let entries = items.compactMap(leanEntry)
        guard entries.count == items.count else { return nil }
        return LeanBatch(writer: WriterID(writer), first: first, previous: previous, entries: entries, signature: [])
            .headers(in: roadmap)
    }

    private static func leanEntry(_ item: CanonicalValue) -> LeanBatch.Entry? {
        guard case .array(let parts) = item, parts.count == 4 || parts.count == 5, case .unsigned(let kind) = parts[0],
            case .unsigned(let time) = parts[1], case .array(let seen) = parts[2], case .bytes(let bytes) = parts[3]
        else { return nil }
        let ids = seen.compactMap { item -> EntryID? in
            guard case .bytes(let bytes) = item else { return nil }
            return Digest(bytes).map { EntryID($0) }
        }
        var body = LeanBatch.Body.whole(bytes)
        if parts.count == 5, case .unsigned(let count) = parts[4], let hash = Digest(bytes) {
            body = .absent(hash: hash, byteCount: Int(count))
        }
        return LeanBatch.Entry(kind: EntryKind(code: kind), time: time, seen: ids, body: body)
    }

    static func entries(_ batch: ReceivedBatch) -> [UInt8] {
        CanonicalValue.array([
            .unsigned(4), .bytes(batch.writer.digest.bytes),
            .array(batch.entries.map { .array([.bytes($0.header), $0.body.map { .bytes($0) } ?? .null]) }),
            .bytes(batch.checkpoint ?? []),
        ]).encoded()
    }

    /// A batch as somebody passes it on who has no bodies of notes.
    static func withoutBodies(_ batch: ReceivedBatch) -> ReceivedBatch {
        let entries = batch.entries.map { entry in
            let isNote = (try? EntryHeader(encoded: entry.header))?.kind == .note
            return ReceivedEntry(header: entry.header, body: isNote ? nil : entry.body)
        }
        return ReceivedBatch(writer: batch.writer, entries: entries, checkpoint: batch.checkpoint)
    }

    /// The last entry of a batch with another body and another signer.
    static func forged(_ batch: ReceivedBatch, by key: SigningKey, _ dice: inout Dice) -> ReceivedBatch? {
        guard let last = batch.entries.last, let header = try? EntryHeader(encoded: last.header), header.sequence > 0,
            case .array(var fields)? = try? CanonicalDecoder.decode(last.header), fields.count == 10
        else { return nil }
        let body = CanonicalValue.unsigned(dice.next() % 10_000).encoded()
        fields[7] = .unsigned(EntryKind.note.code)
        fields[8] = .bytes(Digest(of: body).bytes)
        fields[9] = .unsigned(UInt64(body.count))
        let forged = CanonicalValue.array(fields).encoded()
        let payload = CanonicalValue.array([
            .text("syngraph/checkpoint/1"), .bytes(header.roadmap.bytes), .bytes(header.writer.digest.bytes),
            .unsigned(header.sequence), .bytes(Digest(of: forged).bytes),
        ]).encoded()
        return ReceivedBatch(
            writer: batch.writer, entries: [ReceivedEntry(header: forged, body: body)],
            checkpoint: SignedStatement(payload, as: .checkpoint, by: key).encoded())
    }

    static let ping = CanonicalValue.array([.unsigned(10)]).encoded()

    /// - Parameter version: the one that is spoken.
    static func probe(
        _ writer: WriterID, _ tip: (sequence: UInt64, entry: EntryID), _ sequences: [UInt64], version: UInt64
    ) -> [UInt8] {
        let frame = CanonicalValue.array([
            .unsigned(7), .bytes(writer.digest.bytes),
            .array([.unsigned(tip.sequence), .bytes(tip.entry.digest.bytes)]),
            .array(sequences.map { .unsigned($0) }),
        ]).encoded()
        return version > 2 ? frame : [frame[0] + 1] + frame.dropFirst()
    }

    /// What a liar makes of what its node says it has: digests of something else, heads that are further on.
    static func falsified(_ frame: [UInt8], _ dice: inout Dice) -> [UInt8] {
        guard case .array(var parts)? = try? CanonicalDecoder.decode(frame), let number = number(of: frame) else {
            return frame
        }
        switch number {
        case 2, 6: parts[1] = .bytes(dice.bytes(32))
        case 3, 18:
            guard let last = parts.last, case .array(let writers) = last else { return frame }
            parts[parts.count - 1] = .array(writers.compactMap { falsified($0, &dice) })
        case 16:
            guard parts.count == 4 else { return frame }
            if dice.chance(30) { parts[2] = .unsigned(dice.within(0...400 as ClosedRange<UInt64>)) }
            parts[3] = .bytes(dice.bytes(32))
        case 17:
            guard parts.count == 4, case .array(let ranges) = parts[3] else { return frame }
            parts[3] = .array(
                ranges.map { range in
                    guard dice.chance(20) else { return range }
                    return .array([.unsigned(dice.within(1...200 as ClosedRange<UInt64>)), .bytes(dice.bytes(8))])
                })
        default: return frame
        }
        return CanonicalValue.array(parts).encoded()
    }

    /// One writer's heads in a list: left out, as they are, or somewhere else.
    private static func falsified(_ writer: CanonicalValue, _ dice: inout Dice) -> CanonicalValue? {
        guard dice.chance(60), case .array(let pair) = writer, pair.count == 2 else {
            return dice.chance(20) ? nil : writer
        }
        let place = CanonicalValue.array([
            .unsigned(dice.within(0...40 as ClosedRange<UInt64>)), .bytes(dice.bytes(32)),
        ])
        return .array([pair[0], .array([place])])
    }
}
