public import Cryptography

/// Why bytes are not a stored text.
public enum StoredTextRefusal: Error, Hashable, Sendable {
    /// They are not of this format and version, or were damaged.
    case damaged
    /// The history does not fit the text, though the bytes are whole: they were made by other software.
    case inconsistent
    /// Nobody knows the id of this entry of the history.
    case unknownEntry(writer: Digest, sequence: UInt64)
}

/// A text with its whole history as a node keeps it: what is read first comes first, and nothing is there twice.
///
/// 1. The text, compressed: all that opening needs.
/// 2. Entries and runs of edits, each column coded by what its numbers were so far (``AdaptiveEncoder``).
/// 3. The text that was deleted, compressed after the text.
///
/// What was inserted is not there by itself, for it is either in the text or was deleted; which of the two, and where, a
/// walk over the history tells. It is a copy's own file, like an index: the journal is the truth, and what a stranger
/// sends is never one. A digest at its end finds what a disk did to it.
/// Source: `Docs/Specification/drafting.md`, section 4.
struct StoredText: Sendable {
    static let version: UInt8 = 1

    let scalarCount: Int
    let byteCount: Int
    let bytes: [UInt8]
    private let textBlock: Range<Int>
    private let historyBlock: Range<Int>
    private let deletedByteCount: Int
    private let deletedBlock: Range<Int>

    init(_ bytes: [UInt8]) throws(StoredTextRefusal) {
        let end = bytes.count - Digest.byteCount
        guard end > 0, bytes[0] == Self.version, Digest(of: bytes[..<end]) == Digest(bytes[end...]) else {
            throw .damaged
        }
        var reader = ByteReader(bytes, at: 1)
        do {
            let counts = [try reader.number(), try reader.number(), try reader.number()]
            let sizes = [try reader.number(), try reader.number(), try reader.number()]
            guard (counts + sizes).allSatisfy({ $0 <= UInt64(Int32.max) }) else { throw EditRefusal.badNumber }
            (scalarCount, byteCount, deletedByteCount) = (Int(counts[0]), Int(counts[1]), Int(counts[2]))
            let start = reader.position
            textBlock = start..<start + Int(sizes[0])
            historyBlock = textBlock.upperBound..<textBlock.upperBound + Int(sizes[1])
            deletedBlock = historyBlock.upperBound..<historyBlock.upperBound + Int(sizes[2])
        } catch {
            throw .damaged
        }
        guard deletedBlock.upperBound == end else { throw .damaged }
        self.bytes = bytes
    }

    init(text: TextRope, history: [UInt8], deleted: [UInt8]) {
        let utf8 = text.utf8
        let compressed = TextCompression.compress(utf8)
        let compressedDeleted = TextCompression.compress(utf8 + deleted, from: utf8.count)
        var writer = ByteWriter(reserving: compressed.count + history.count + compressedDeleted.count + 64)
        writer.append(CollectionOfOne(Self.version))
        scalarCount = text.scalarCount
        byteCount = utf8.count
        deletedByteCount = deleted.count
        for count in [scalarCount, byteCount, deletedByteCount] { writer.number(UInt64(count)) }
        for block in [compressed, history, compressedDeleted] { writer.number(UInt64(block.count)) }
        let start = writer.bytes.count
        textBlock = start..<start + compressed.count
        historyBlock = textBlock.upperBound..<textBlock.upperBound + history.count
        deletedBlock = historyBlock.upperBound..<historyBlock.upperBound + compressedDeleted.count
        for block in [compressed, history, compressedDeleted] { writer.append(block) }
        writer.append(Digest(of: writer.bytes).bytes)
        bytes = writer.bytes
    }

    /// The UTF-8 of the text.
    func text() throws(StoredTextRefusal) -> [UInt8] {
        guard let text = TextCompression.decompress(bytes[textBlock], count: byteCount, after: []),
            text.withUnsafeBufferPointer({ (try? UTF8Span(validating: Span(_unsafeElements: $0))) != nil }),
            text.withUnsafeBufferPointer({ TextRope.scalarCount(of: $0) }) == scalarCount
        else { throw .inconsistent }
        return text
    }

    var history: ArraySlice<UInt8> { bytes[historyBlock] }

    /// The UTF-8 of what was deleted, run after run, given that of the text.
    func deletedText(after text: [UInt8]) throws(StoredTextRefusal) -> [UInt8] {
        guard let both = TextCompression.decompress(bytes[deletedBlock], count: deletedByteCount, after: text),
            both.withUnsafeBufferPointer({ (try? UTF8Span(validating: Span(_unsafeElements: $0))) != nil })
        else { throw .inconsistent }
        return Array(both[text.count...])
    }
}
