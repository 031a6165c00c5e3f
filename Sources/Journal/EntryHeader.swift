public import CanonicalEncoding
public import Cryptography

/// The name of an entry: SHA-256 of its header's bytes.
public struct EntryID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let digest: Digest

    public init(_ digest: Digest) { self.digest = digest }

    public var description: String { digest.hex }
    public static func < (one: EntryID, other: EntryID) -> Bool { one.digest < other.digest }
}

/// One link of a writer's chain: where it stands, what its writer had seen, and the hash of what it says.
///
/// A CBOR array `[1, roadmap, writer, sequence, previous, seen, time, kind, body hash, body length]`. The bytes are kept
/// as they came and hashed as they came. Source: `Docs/Specification/journal.md`, section 2.
public struct EntryHeader: Hashable, Sendable {
    /// The format's first field.
    public static let version: UInt64 = 1

    public let bytes: [UInt8]
    public let id: EntryID
    /// The id of the founding instrument.
    public let roadmap: Digest
    public let writer: WriterID
    /// Counts the writer's entries from 0.
    public let sequence: UInt64
    /// The id of the entry before; for entry 0 the roadmap's id.
    public let previous: EntryID
    /// The newest entries of other writers that this one had and its predecessor did not, ascending: a claim.
    public let seen: [EntryID]
    /// Seconds since 1970-01-01T00:00:00Z, as claimed; decides nothing.
    public let time: UInt64
    public let kind: EntryKind
    public let bodyHash: Digest
    public let bodyByteCount: Int

    /// Reads a header.
    ///
    /// - Throws: the faults of the encoding; `too-long` for a header or an announced body beyond its limit; `wrong-kind`
    ///   for another version; `too-many` and `not-ascending` for `seen`; `out-of-range` for a sequence too high.
    public init(encoded bytes: [UInt8]) throws(DecodingRefusal) { try self.init(encoded: HashedBytes(bytes[...])) }

    /// The same of bytes that may have been hashed already.
    public init(encoded content: HashedBytes) throws(DecodingRefusal) {
        let bytes = Array(content.bytes)
        guard bytes.count <= JournalLimits.headerByteCount else { throw DecodingRefusal(.tooLong, field: "header") }
        var decoder = CanonicalDecoder(bytes)
        guard try decoder.arrayCount() == 10 else { throw DecodingRefusal(.badLength, field: "header") }
        guard try decoder.unsigned() == Self.version else { throw DecodingRefusal(.wrongKind, field: "version") }
        roadmap = try decoder.digest(field: "roadmap")
        writer = WriterID(try decoder.digest(field: "writer"))
        sequence = try decoder.unsigned()
        previous = EntryID(try decoder.digest(field: "previous"))
        seen = try Self.seen(from: &decoder)
        time = try decoder.unsigned()
        kind = EntryKind(code: try decoder.unsigned())
        bodyHash = try decoder.digest(field: "body hash")
        let bodyLength = try decoder.unsigned()
        try decoder.finish()
        guard sequence <= JournalLimits.highestSequence else { throw DecodingRefusal(.outOfRange, field: "sequence") }
        guard bodyLength <= UInt64(JournalLimits.bodyByteCount) else {
            throw DecodingRefusal(.tooLong, field: "body length")
        }
        bodyByteCount = Int(bodyLength)
        self.bytes = bytes
        id = EntryID(content.digest)
    }

    /// Writes a header.
    ///
    /// - Precondition: `seen` and `body` keep their limits; only our own software calls this.
    init(
        roadmap: Digest, writer: WriterID, sequence: UInt64, previous: EntryID, seen: [EntryID], time: UInt64,
        kind: EntryKind, body: [UInt8]
    ) {
        precondition(seen.count <= JournalLimits.seen, "an entry names at most \(JournalLimits.seen) seen entries")
        precondition(body.count <= JournalLimits.bodyByteCount, "a body has at most 16 MiB")
        precondition(sequence <= JournalLimits.highestSequence, "a chain has at most 2^48 entries")
        self.init(
            roadmap: roadmap, writer: writer, sequence: sequence, previous: previous, seen: Array(Set(seen)).sorted(),
            time: time, kind: kind, bodyHash: Digest(of: body), bodyByteCount: body.count)
    }

    /// Writes the header that has these fields, which nobody has checked: of every header there is one spelling.
    init(
        roadmap: Digest, writer: WriterID, sequence: UInt64, previous: EntryID, seen: [EntryID], time: UInt64,
        kind: EntryKind, bodyHash: Digest, bodyByteCount: Int
    ) {
        self.roadmap = roadmap
        self.writer = writer
        self.sequence = sequence
        self.previous = previous
        self.seen = seen
        self.time = time
        self.kind = kind
        self.bodyHash = bodyHash
        self.bodyByteCount = bodyByteCount
        var encoder = CanonicalEncoder(reservingByteCount: 192 + 34 * seen.count)
        encoder.array(count: 10)
        encoder.unsigned(Self.version)
        encoder.bytes(roadmap.bytes)
        encoder.bytes(writer.digest.bytes)
        encoder.unsigned(sequence)
        encoder.bytes(previous.digest.bytes)
        encoder.array(count: seen.count)
        for id in seen { encoder.bytes(id.digest.bytes) }
        encoder.unsigned(time)
        encoder.unsigned(kind.code)
        encoder.bytes(bodyHash.bytes)
        encoder.unsigned(UInt64(bodyByteCount))
        bytes = encoder.bytes
        id = EntryID(Digest(of: bytes))
    }

    /// Reads the header at `index` of somebody's entries, which must be `writer`'s and in `roadmap`.
    init(_ bytes: [UInt8], index: Int, of writer: WriterID, in roadmap: Digest) throws(EntryRefusal) {
        do {
            try self.init(encoded: bytes)
        } catch {
            throw .malformed(index: index, error)
        }
        guard self.roadmap == roadmap else { throw .wrongRoadmap(found: self.roadmap) }
        guard self.writer == writer else { throw .wrongWriter(expected: writer, found: self.writer) }
    }

    /// Refuses unless this is the next entry after `one`.
    func checkFollows(_ one: EntryHeader) throws(EntryRefusal) {
        guard sequence == one.sequence + 1 else { throw .outOfOrder(expected: one.sequence + 1, found: sequence) }
        guard previous == one.id else { throw .brokenLink(sequence: sequence, found: previous) }
    }

    /// True if `body` is the one that this header announces.
    public func isOf(_ body: [UInt8]) -> Bool { isOf(HashedBytes(body[...])) }

    /// The same of bytes that may have been hashed already.
    public func isOf(_ body: HashedBytes) -> Bool { body.count == bodyByteCount && body.digest == bodyHash }

    /// Two headers are one if their bytes are, and so if their ids are.
    public static func == (one: EntryHeader, other: EntryHeader) -> Bool { one.id == other.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    private static func seen(from decoder: inout CanonicalDecoder) throws(DecodingRefusal) -> [EntryID] {
        let count = try decoder.arrayCount()
        guard count <= JournalLimits.seen else { throw DecodingRefusal(.tooMany, field: "seen") }
        var seen: [EntryID] = []
        seen.reserveCapacity(count)
        for _ in 0..<count {
            let id = EntryID(try decoder.digest(field: "seen"))
            if let last = seen.last, last >= id { throw DecodingRefusal(.notAscending, field: "seen") }
            seen.append(id)
        }
        return seen
    }
}

extension CanonicalDecoder {
    /// Reads a byte string that must be 32 bytes.
    mutating func digest(field: String) throws(DecodingRefusal) -> Digest {
        guard let digest = Digest(try byteString()) else { throw DecodingRefusal(.badLength, field: field) }
        return digest
    }
}
