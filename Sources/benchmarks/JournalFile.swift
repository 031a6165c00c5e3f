internal import CanonicalEncoding
internal import Cryptography
internal import Foundation
internal import Journal

/// A file with the journals of some writers, who take turns batch by batch, framed as a bundle of the scope `full`.
///
/// Written by the page on journals and not by our own writer of it: what is verified was not made by what verifies.
struct JournalFile {
    static let bodyByteCount = 300

    let path: String
    private static let roadmap = Digest(of: Array("a roadmap".utf8))
    /// Of a header in the middle of the file.
    let headerByteCount: Int

    /// Writes it, with so many entries altogether.
    init(entryCount: Int, writerCount: Int) throws {
        let path = NSTemporaryDirectory() + "/syngraph-journals-\(UUID().uuidString).syngraph"
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        defer { try? handle.close() }
        var frame = FrameWriter(handle, Self.roadmap)
        var writers = (0..<writerCount).map { WriterInMaking($0, in: Self.roadmap) }
        var headerByteCount = 0
        var number = 0
        // Each writer gets its share, in blocks of as many entries as a batch may have.
        while number < entryCount {
            for place in writers.indices where number < entryCount {
                for _ in 0..<min(Int(JournalLimits.entriesPerBlock), entryCount - number) {
                    let (header, body) = writers[place].next(number)
                    headerByteCount = max(headerByteCount, header.count)
                    try frame.add(6, header)
                    try frame.add(7, body)
                    number += 1
                }
                try frame.add(8, writers[place].checkpoint)
            }
        }
        try frame.finish()
        self.path = path
        self.headerByteCount = headerByteCount
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

private struct WriterInMaking {
    private let key: SigningKey
    private let id: Digest
    private let first: [UInt8]
    private let roadmap: Digest
    private var previous: Digest
    private(set) var sequence: UInt64 = 0

    init(_ number: Int, in roadmap: Digest) {
        key = SigningKey(seed: Digest(of: Array("node \(number)".utf8)).bytes)
        let incarnation = [UInt8](repeating: UInt8(number % 251), count: 16)
        id = Digest(
            of: CanonicalValue.array([
                .text("syngraph/writer/1"), .bytes(key.publicKey.id.digest.bytes), .bytes(incarnation),
            ]).encoded())
        first = CanonicalValue.record([
            ("key", .bytes(key.publicKey.bytes)), ("incarnation", .bytes(incarnation)),
        ]).encoded()
        self.roadmap = roadmap
        previous = roadmap
    }

    mutating func next(_ number: Int) -> (header: [UInt8], body: [UInt8]) {
        var body = first
        if sequence > 0 {
            body = [UInt8](repeating: UInt8(number % 256), count: JournalFile.bodyByteCount)
            withUnsafeBytes(of: number) { body.replaceSubrange(0..<8, with: $0) }
        }
        var encoder = CanonicalEncoder(reservingByteCount: 200)
        encoder.array(count: 10)
        encoder.unsigned(1)
        encoder.bytes(roadmap.bytes)
        encoder.bytes(id.bytes)
        encoder.unsigned(sequence)
        encoder.bytes(previous.bytes)
        encoder.array(count: 0)
        encoder.unsigned(1_800_000_000 + UInt64(number))
        encoder.unsigned(sequence == 0 ? 16 : 18)
        encoder.bytes(Digest(of: body).bytes)
        encoder.unsigned(UInt64(body.count))
        previous = Digest(of: encoder.bytes)
        sequence += 1
        return (encoder.bytes, body)
    }

    var checkpoint: [UInt8] {
        let payload = CanonicalValue.array([
            .text("syngraph/checkpoint/1"), .bytes(roadmap.bytes), .bytes(id.bytes), .unsigned(sequence - 1),
            .bytes(previous.bytes),
        ]).encoded()
        return SignedStatement(payload, as: .checkpoint, by: key).encoded()
    }
}

private struct FrameWriter {
    private let handle: FileHandle
    private let digest = RunningDigest()
    private var buffer: [UInt8] = []
    private var count: UInt64 = 0

    init(_ handle: FileHandle, _ roadmap: Digest) {
        self.handle = handle
        buffer = CanonicalValue.array([.text("syngraph/bundle/2"), .bytes(roadmap.bytes), .text("full")]).encoded()
        digest.update(buffer)
    }

    /// Kinds below 24 are one byte.
    mutating func add(_ kind: UInt64, _ content: [UInt8]) throws {
        digest.update([UInt8(kind)] + Digest(of: content).bytes)
        var encoder = CanonicalEncoder(reservingByteCount: content.count + 8)
        encoder.array(count: 2)
        encoder.unsigned(kind)
        encoder.bytes(content)
        buffer += encoder.bytes
        count += 1
        if buffer.count > 1 << 20 { try flush() }
    }

    mutating func finish() throws {
        try flush()
        buffer = CanonicalValue.array([.text("end"), .unsigned(count), .bytes(digest.finish().bytes)]).encoded()
        try handle.write(contentsOf: buffer)
    }

    private mutating func flush() throws {
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
