internal import CanonicalEncoding
public import Cryptography

/// Judges whole chains of entries as they pass, and holds of each writer only where it stands.
///
/// An entry is a header, and behind it its body, where it is there; entries of several writers may take turns. A
/// checkpoint comes behind the entry that it covers. Of a chain that is read whole only the last checkpoint is checked:
/// it vouches for all before. So a journal of any length costs two hashes an entry and one signature a writer.
/// Used by one task at a time. Source: `Docs/Specification/journal.md`, sections 2 to 4.
public struct ChainStream {
    public private(set) var entryCount = 0
    public private(set) var bodyByteCount = 0
    public private(set) var signatureCheckCount = 0

    private let roadmap: Digest
    private var writers: [Writer] = []
    private var placeOf: [WriterID: Int] = [:]
    /// Of whom the last entry was, and whether its body may still come.
    private var current = 0
    private var awaitsBody = false
    private var head: EntryHead?

    private struct Writer: Sendable {
        let id: WriterID
        var key: PublicKey?
        var last: EntryID
        var nextSequence: UInt64
        /// The newest checkpoint, not yet checked, and whether it covers the last entry.
        var checkpoint: [UInt8] = []
        var isCovered = false
    }

    public init(roadmap: Digest) { self.roadmap = roadmap }

    /// Takes the next header in.
    ///
    /// - Throws: `malformed`; `wrongRoadmap`; `bodyMissing` where the entry before needed one; `outOfOrder`;
    ///   `brokenLink`; `misplacedWriterEntry`.
    public mutating func take(header bytes: ArraySlice<UInt8>) throws(EntryRefusal) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(EntryRefusal) in
            let bytes = UnsafeRawBufferPointer(bytes)
            try take(header: bytes, digest: Digest(ofBytes: bytes))
        }
    }

    /// The same of bytes whose SHA-256 was computed already.
    package mutating func take(header bytes: UnsafeRawBufferPointer, digest: Digest) throws(EntryRefusal) {
        let head: EntryHead
        do { head = try EntryHead(encoded: bytes, digest: digest) } catch {
            throw .malformed(index: entryCount, error)
        }
        guard head.roadmap == roadmap else { throw .wrongRoadmap(found: head.roadmap) }
        try checkBodyCame()
        if writers.isEmpty || writers[current].id != head.writer { current = place(of: head.writer) }
        guard head.sequence == writers[current].nextSequence else {
            throw .outOfOrder(expected: writers[current].nextSequence, found: head.sequence)
        }
        guard head.previous == writers[current].last else {
            throw .brokenLink(sequence: head.sequence, found: head.previous)
        }
        guard (head.kind == .writer) == (head.sequence == 0) else {
            throw .misplacedWriterEntry(sequence: head.sequence)
        }
        writers[current].last = head.id
        writers[current].nextSequence += 1
        writers[current].isCovered = false
        self.head = head
        awaitsBody = true
        entryCount += 1
    }

    /// Takes in the body of the entry whose header came last.
    ///
    /// - Throws: `badBody` for other bytes than it announces, or for a body of no entry; of entry 0 what
    ///   `Docs/Specification/journal.md` says of its body.
    public mutating func take(body bytes: ArraySlice<UInt8>) throws(EntryRefusal) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(EntryRefusal) in
            let bytes = UnsafeRawBufferPointer(bytes)
            try take(body: bytes, digest: Digest(ofBytes: bytes))
        }
    }

    /// The same of bytes whose SHA-256 was computed already.
    package mutating func take(body bytes: UnsafeRawBufferPointer, digest: Digest) throws(EntryRefusal) {
        guard awaitsBody, let head, bytes.count == head.bodyByteCount else {
            throw .badBody(sequence: head?.sequence ?? 0)
        }
        guard digest == head.bodyHash else { throw .badBody(sequence: head.sequence) }
        awaitsBody = false
        bodyByteCount += bytes.count
        guard head.sequence == 0 else { return }
        let body: WriterBody
        do { body = try WriterBody(encoded: Array(bytes)) } catch { throw .wrongKindOfBody(sequence: 0, error) }
        guard body.writer == head.writer else { throw .unknownWriter(head.writer) }
        writers[current].key = body.key
    }

    /// Takes in a checkpoint over the newest entry of its writer; its signature is looked at where it is the last.
    public mutating func take(checkpoint bytes: ArraySlice<UInt8>) throws(EntryRefusal) {
        let checkpoint: Checkpoint
        do { checkpoint = try Checkpoint(encoded: Array(bytes)) } catch { throw .badCheckpoint(.malformed(error)) }
        try checkBodyCame()
        guard let place = placeOf[checkpoint.writer], checkpoint.roadmap == roadmap,
            checkpoint.entry == writers[place].last, checkpoint.sequence + 1 == writers[place].nextSequence
        else { throw .badCheckpoint(.anotherEntry) }
        writers[place].checkpoint = checkpoint.bytes
        writers[place].isCovered = true
    }

    /// Says that nothing more comes: every chain ends under a good signature of its writer.
    ///
    /// - Throws: `bodyMissing`; `noCheckpoint` for a chain whose last entry none covers; `badCheckpoint`.
    public mutating func finish() throws(EntryRefusal) {
        try checkBodyCame()
        for writer in writers {
            guard writer.isCovered, let key = writer.key else { throw .noCheckpoint }
            signatureCheckCount += 1
            guard let checkpoint = try? Checkpoint(encoded: writer.checkpoint), checkpoint.isSigned(by: key) else {
                throw .badCheckpoint(.badSignature)
            }
        }
    }

    public var writerCount: Int { writers.count }

    private func checkBodyCame() throws(EntryRefusal) {
        if awaitsBody, let head, head.kind.needsBody { throw .bodyMissing(sequence: head.sequence) }
    }

    private mutating func place(of writer: WriterID) -> Int {
        if let place = placeOf[writer] { return place }
        placeOf[writer] = writers.count
        writers.append(Writer(id: writer, key: nil, last: EntryID(roadmap), nextSequence: 0))
        return writers.count - 1
    }
}
