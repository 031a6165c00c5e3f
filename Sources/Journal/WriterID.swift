public import CanonicalEncoding
public import Cryptography
internal import Identity

/// Who writes a chain: one node key in one incarnation.
///
/// SHA-256 of CBOR `["syngraph/writer/1", key id, incarnation]`. A node that was restored, copied or moved draws a new
/// incarnation and so becomes a new writer, which can never contradict the old one.
/// Source: `Docs/Specification/journal.md`, section 1.
public struct WriterID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let digest: Digest

    public init(_ digest: Digest) { self.digest = digest }

    public init(key: KeyID, incarnation: Incarnation) {
        var encoder = CanonicalEncoder(reservingByteCount: 80)
        encoder.array(count: 3)
        encoder.text("syngraph/writer/1")
        encoder.bytes(key.digest.bytes)
        encoder.bytes(incarnation.bytes)
        digest = Digest(of: encoder.bytes)
    }

    public var description: String { digest.hex }
    public static func < (one: WriterID, other: WriterID) -> Bool { one.digest < other.digest }
}

/// Sixteen bytes of randomness, drawn anew whenever a node's store begins: they tell two lives of one key apart.
public struct Incarnation: Hashable, Sendable {
    public let bytes: [UInt8]

    /// Any other length than 16 is not an incarnation.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == JournalLimits.incarnationByteCount else { return nil }
        self.bytes = Array(bytes)
    }
}

/// The body of entry 0: what proves that a writer is the key it says it is.
///
/// A CBOR map `{key: bytes, incarnation: bytes, ? succeeds: id}`; `succeeds` names the last entry known of the writer
/// that this one stands in for.
public struct WriterBody: Hashable, Sendable {
    public let key: PublicKey
    public let incarnation: Incarnation
    public let succeeds: EntryID?

    public init(key: PublicKey, incarnation: Incarnation, succeeds: EntryID? = nil) {
        self.key = key
        self.incarnation = incarnation
        self.succeeds = succeeds
    }

    public init(encoded bytes: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(Field(CanonicalDecoder.decode(bytes), path: ""))
        let keyField = try fields.required("key")
        do {
            key = try PublicKey(encoded: keyField.bytes())
        } catch {
            throw keyField.refusal(error.fault == .wrongType ? .wrongType : .badKey)
        }
        let incarnationField = try fields.required("incarnation")
        guard let incarnation = Incarnation(try incarnationField.bytes()) else {
            throw incarnationField.refusal(.badLength)
        }
        self.incarnation = incarnation
        succeeds = try fields.optional("succeeds").map { (field: Field) throws(DecodingRefusal) in
            EntryID(try field.digest())
        }
        try fields.finish()
    }

    public var writer: WriterID { WriterID(key: key.id, incarnation: incarnation) }

    /// The key that `body`, entry 0's, proves to be that of `writer`.
    static func key(of writer: WriterID, provedBy body: [UInt8]?) throws(EntryRefusal) -> PublicKey {
        guard let body else { throw .bodyMissing(sequence: 0) }
        let decoded: WriterBody
        do {
            decoded = try WriterBody(encoded: body)
        } catch {
            throw .wrongKindOfBody(sequence: 0, error)
        }
        guard decoded.writer == writer else { throw .unknownWriter(writer) }
        return decoded.key
    }

    public func encoded() -> [UInt8] {
        CanonicalValue.record([
            ("key", .bytes(key.bytes)), ("incarnation", .bytes(incarnation.bytes)),
            ("succeeds", succeeds?.digest.value),
        ]).encoded()
    }
}
