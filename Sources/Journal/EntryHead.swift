package import CanonicalEncoding
public import Cryptography

/// What a chain is checked by, read from a header's bytes without keeping them.
///
/// Says the same as ``EntryHeader`` and refuses the same; a million of these cost no allocation.
public struct EntryHead: Hashable, Sendable {
    public let id: EntryID
    public let roadmap: Digest
    public let writer: WriterID
    public let sequence: UInt64
    public let previous: EntryID
    public let kind: EntryKind
    public let bodyHash: Digest
    public let bodyByteCount: Int

    /// - Throws: what ``EntryHeader/init(encoded:)`` throws for the same bytes.
    package init(encoded bytes: [UInt8]) throws(DecodingRefusal) {
        self = try bytes.withUnsafeBufferPointer { (bytes) throws(DecodingRefusal) in
            let bytes = UnsafeRawBufferPointer(bytes)
            return try EntryHead(encoded: bytes, digest: Digest(ofBytes: bytes))
        }
    }

    /// - Parameter digest: the SHA-256 of `bytes`, which is its id.
    /// - Throws: what ``EntryHeader/init(encoded:)`` throws for the same bytes.
    init(encoded bytes: UnsafeRawBufferPointer, digest: Digest) throws(DecodingRefusal) {
        if let usual = Self(usual: bytes, digest) {
            self = usual
        } else {
            self.init(try EntryHeader(encoded: Array(bytes)))
        }
    }

    public init(_ header: EntryHeader) {
        id = header.id
        roadmap = header.roadmap
        writer = header.writer
        sequence = header.sequence
        previous = header.previous
        kind = header.kind
        bodyHash = header.bodyHash
        bodyByteCount = header.bodyByteCount
    }

    /// Reads a header that is as it should be; nil for any other, whose faults are found by the long way.
    private init?(usual bytes: UnsafeRawBufferPointer, _ digest: Digest) {
        guard bytes.count <= JournalLimits.headerByteCount, bytes.count > 2, bytes[0] == 0x8a, bytes[1] == 1 else {
            return nil
        }
        var scan = HeadScan(bytes: bytes, at: 2)
        guard let roadmap = scan.id(), let writer = scan.id(), let sequence = scan.number(0), let previous = scan.id(),
            let seenCount = scan.number(4), seenCount <= UInt64(JournalLimits.seen)
        else { return nil }
        var last: Digest?
        for _ in 0..<seenCount {
            guard let id = scan.id(), last.map({ $0 < id }) ?? true else { return nil }
            last = id
        }
        guard scan.number(0) != nil, let kind = scan.number(0), let bodyHash = scan.id(),
            let byteCount = scan.number(0), scan.at == bytes.count, sequence <= JournalLimits.highestSequence,
            byteCount <= UInt64(JournalLimits.bodyByteCount)
        else { return nil }
        id = EntryID(digest)
        (self.roadmap, self.writer, self.sequence, self.previous) = (
            roadmap, WriterID(writer), sequence, EntryID(previous)
        )
        (self.kind, self.bodyHash, bodyByteCount) = (EntryKind(code: kind), bodyHash, Int(byteCount))
    }
}

/// Walks through bytes that are expected to be of one shape.
private struct HeadScan {
    let bytes: UnsafeRawBufferPointer
    var at: Int

    /// The argument of a head of this major type, in its shortest form.
    mutating func number(_ major: UInt8) -> UInt64? {
        guard at < bytes.count, bytes[at] >> 5 == major else { return nil }
        let info = bytes[at] & 0x1f
        at += 1
        if info < 24 { return UInt64(info) }
        guard info < 28 else { return nil }
        let byteCount = 1 << Int(info - 24)
        guard bytes.count - at >= byteCount else { return nil }
        var argument: UInt64 = 0
        for place in at..<(at + byteCount) { argument = argument << 8 | UInt64(bytes[place]) }
        at += byteCount
        return argument >= (info == 24 ? 24 : 1 << UInt64(4 * byteCount)) ? argument : nil
    }

    /// A byte string of 32.
    mutating func id() -> Digest? {
        guard bytes.count - at >= 34, bytes[at] == 0x58, bytes[at + 1] == 32 else { return nil }
        defer { at += 34 }
        return Digest(loading: bytes.baseAddress! + at + 2)
    }
}
