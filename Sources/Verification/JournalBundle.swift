internal import CanonicalEncoding
public import Cryptography
public import Journal

/// Reads a bundle of the scope `full`: records that no journal carries, then journals batch by batch, for another node.
///
/// Only the form is judged here: that the file is whole, and that headers, bodies and checkpoints stand as batches. What
/// they say is for the node that takes them in, which checks them as if a peer had sent them.
/// Source: `Docs/Specification/bundle.md`, section "Journals".
public struct JournalBundleReader {
    public let roadmap: Digest
    private let reader: BundleReader
    private var entries: [ReceivedEntry] = []
    private var open: EntryHeader?

    public enum Item: Hashable, Sendable {
        /// An agreement record that no journal of the sender's carries.
        case record(EntryKind, [UInt8])
        case batch(ReceivedBatch)
    }

    /// True if the file says that it is of this scope; nothing else of it is looked at.
    public static func isFull(_ bytes: [UInt8]) -> Bool { (try? BundleReader(bytes))?.scope == .full }

    /// - Throws: ``NotABundle``, or ``BundleRefusal`` for another scope.
    public init(_ bytes: [UInt8]) throws {
        reader = try BundleReader(bytes)
        roadmap = reader.roadmap
        guard reader.scope == .full else {
            throw BundleRefusal(record: nil, offset: 0, code: .scopeNotSupported(reader.scope))
        }
    }

    /// The record or batch whose last item was read last, counted from 0 behind the header.
    public var place: Int { reader.recordCount - 1 }

    /// The next record or batch; nil at the end of a file that was found whole.
    ///
    /// - Throws: ``BundleRefusal`` for the first item that is malformed or out of its place.
    public mutating func next() throws(BundleRefusal) -> Item? {
        while case .record(let kind, let content, let offset) = try reader.next() {
            do throws(BundleRefused) {
                if let item = try take(kind, content) { return item }
            } catch {
                throw BundleRefusal(record: place, offset: offset, code: error.code)
            }
        }
        guard open == nil else {
            // Entries without a checkpoint are nobody's word.
            throw BundleRefusal(record: place, offset: 0, code: .malformed(DecodingRefusal(.truncated)))
        }
        return nil
    }

    private mutating func take(_ code: UInt64, _ content: HashedBytes) throws(BundleRefused) -> Item? {
        guard let kind = BundleRecordKind(rawValue: code) else { throw BundleRefused(.unexpectedKind(code)) }
        switch kind {
        case .instrument, .seal, .keyStatement, .withdrawal, .stateCertificate:
            guard open == nil else { throw BundleRefused(.unexpectedKind(code)) }
            return .record(EntryKind(code: code), Array(content.bytes))
        case .header: try begin(content)
        case .body:
            guard let last = entries.last, last.body == nil, let open, open.isOf(content) else {
                throw BundleRefused(.malformed(DecodingRefusal(.contradiction, field: "body")))
            }
            entries[entries.count - 1] = ReceivedEntry(header: last.header, body: Array(content.bytes))
        case .checkpoint:
            guard let writer = open?.writer else { throw BundleRefused(.unexpectedKind(code)) }
            defer { (entries, open) = ([], nil) }
            return .batch(ReceivedBatch(writer: writer, entries: entries, checkpoint: Array(content.bytes)))
        default: throw BundleRefused(.unexpectedKind(code))
        }
        return nil
    }

    private mutating func begin(_ content: HashedBytes) throws(BundleRefused) {
        let header: EntryHeader
        do { header = try EntryHeader(encoded: content) } catch { throw BundleRefused(.malformed(error)) }
        guard header.roadmap == roadmap else { throw BundleRefused(.otherRoadmap) }
        guard open.map({ $0.writer == header.writer }) ?? true else {
            throw BundleRefused(.malformed(DecodingRefusal(.contradiction, field: "writer")))
        }
        guard entries.count < Int(JournalLimits.entriesPerBlock) else {
            throw BundleRefused(.malformed(DecodingRefusal(.tooMany, field: "batch")))
        }
        entries.append(ReceivedEntry(header: header.bytes, body: nil))
        open = header
    }
}

/// Writes a bundle of the scope `full`, in the newest version.
public struct JournalBundleWriter {
    private var bytes: [UInt8]
    /// What the footer has the digest of.
    private var named: [UInt8]
    private var recordCount = 0

    public init(_ roadmap: Digest) {
        bytes = BundleFormat.header(roadmap, .full, .second)
        named = bytes
    }

    /// Adds a record that no journal carries.
    public mutating func add(_ kind: EntryKind, _ record: [UInt8]) {
        guard let kind = BundleRecordKind(rawValue: kind.code), kind.rawValue <= 5 else {
            preconditionFailure("only agreement records stand outside of journals")
        }
        append(kind, record)
    }

    /// Adds entries; those that they hang on stand before them, or are held by whoever the file is for.
    public mutating func add(_ batch: ReceivedBatch) {
        for entry in batch.entries {
            append(.header, entry.header)
            if let body = entry.body { append(.body, body) }
        }
        append(.checkpoint, batch.checkpoint ?? [])
    }

    /// Bytes so far.
    public var byteCount: Int { bytes.count }

    public func encoded() -> [UInt8] {
        bytes + BundleFormat.footer(count: recordCount, digest: Digest(of: named))
    }

    private mutating func append(_ kind: BundleRecordKind, _ content: [UInt8]) {
        bytes += BundleFormat.record(kind, content)
        RecordsDigest.append(kind.rawValue, Digest(of: content), to: &named)
        recordCount += 1
    }
}
