public import CanonicalEncoding
public import Cryptography

/// A writer's signature over one of its entries, and so over all before it.
///
/// A COSE_Sign1 over CBOR `["syngraph/checkpoint/1", roadmap, writer, sequence, entry id]`. Two checkpoints with the
/// same payload are the same one: a signature can be varied by whoever holds the key.
/// Source: `Docs/Specification/journal.md`, section 3.
public struct Checkpoint: Hashable, Sendable {
    public let roadmap: Digest
    public let writer: WriterID
    public let sequence: UInt64
    public let entry: EntryID
    /// The envelope, signature and all, as it came.
    public let bytes: [UInt8]

    private static let type = ExactText("syngraph/checkpoint/1")

    /// Reads a checkpoint; its signature is not checked here.
    public init(encoded bytes: [UInt8]) throws(DecodingRefusal) {
        guard bytes.count <= JournalLimits.checkpointByteCount else { throw DecodingRefusal(.tooLong) }
        let statement = try SignedStatement(encoded: bytes, expecting: .checkpoint)
        var decoder = CanonicalDecoder(statement.payload)
        guard try decoder.arrayCount() == 5, try decoder.text() == Self.type else {
            throw DecodingRefusal(.wrongKind)
        }
        roadmap = try decoder.digest(field: "roadmap")
        writer = WriterID(try decoder.digest(field: "writer"))
        sequence = try decoder.unsigned()
        entry = EntryID(try decoder.digest(field: "entry"))
        try decoder.finish()
        self.bytes = bytes
    }

    /// Signs `header`, and with it its whole chain.
    init(of header: EntryHeader, signing key: SigningKey) {
        roadmap = header.roadmap
        writer = header.writer
        sequence = header.sequence
        entry = header.id
        bytes = SignedStatement(Self.payload(of: header), as: .checkpoint, by: key).encoded()
    }

    private static func payload(of header: EntryHeader) -> [UInt8] {
        var encoder = CanonicalEncoder(reservingByteCount: 160)
        encoder.array(count: 5)
        encoder.text(type)
        encoder.bytes(header.roadmap.bytes)
        encoder.bytes(header.writer.digest.bytes)
        encoder.unsigned(header.sequence)
        encoder.bytes(header.id.digest.bytes)
        return encoder.bytes
    }

    /// The envelope that `key` makes of a signature over `header`, good or not: all else in it follows from the two.
    static func encoded(of header: EntryHeader, by key: PublicKey, signature: [UInt8]) -> [UInt8] {
        SignedStatement(
            payload(of: header), as: .checkpoint, signer: key.id, algorithm: key.algorithm, signature: signature
        ).encoded()
    }

    /// The signature in an encoded checkpoint; nil if it is none.
    static func signature(in bytes: [UInt8]) -> [UInt8]? {
        (try? SignedStatement(encoded: bytes, expecting: .checkpoint))?.signature
    }

    /// True if the signature is `key`'s.
    public func isSigned(by key: PublicKey) -> Bool {
        guard let statement = try? SignedStatement(encoded: bytes, expecting: .checkpoint) else { return false }
        return statement.isValid(by: key)
    }

    /// Reads the checkpoint that should cover `header`, and checks that it does and that `key` signed it.
    static func check(_ bytes: [UInt8]?, of header: EntryHeader, by key: PublicKey) throws(EntryRefusal) -> Checkpoint {
        guard let bytes else { throw .noCheckpoint }
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint(encoded: bytes)
        } catch {
            throw .badCheckpoint(.malformed(error))
        }
        guard checkpoint.entry == header.id, checkpoint.sequence == header.sequence,
            checkpoint.writer == header.writer, checkpoint.roadmap == header.roadmap
        else { throw .badCheckpoint(.anotherEntry) }
        guard checkpoint.isSigned(by: key) else { throw .badCheckpoint(.badSignature) }
        return checkpoint
    }
}
