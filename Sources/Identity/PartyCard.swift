public import CanonicalEncoding
public import Cryptography

/// A party's public half, signed by every key in it, to hand to whoever writes the charter.
///
/// A CBOR sequence: a header `["syngraph/card/1", count]`, then one signed statement per key of the record, by ascending
/// key id, all over the same payload. Every key signs, so that nobody can put another's key into a charter.
/// Source: `Docs/Specification/parties.md`.
public struct PartyCard: Hashable, Sendable {
    public let party: Identifier
    public let record: PartyRecord

    private static let type = "syngraph/card/1"

    public init(party: Identifier, record: PartyRecord) {
        self.party = party
        self.record = record
    }

    /// The card as a file, signed by `keys`, which must be all of the record's.
    public func encoded(signedBy keys: [SigningKey]) -> [UInt8] {
        encoded(with: keys.map { SignedStatement(payload, as: .card, by: $0) })
    }

    /// The card as a file, with signatures over ``payload`` that may have been made elsewhere.
    ///
    /// - Precondition: every key of the record signed, once, and every signature is valid.
    public func encoded(with statements: [SignedStatement]) -> [UInt8] {
        let sorted = statements.sorted { $0.signer < $1.signer }
        precondition(sorted.map(\.signer) == keysInOrder.map(\.id), "every key of a card signs it, once")
        var encoder = CanonicalEncoder()
        encoder.array(count: 2)
        encoder.text(Self.type)
        encoder.unsigned(UInt64(sorted.count))
        return encoder.bytes + sorted.flatMap { $0.encoded() }
    }

    private var keysInOrder: [PublicKey] { record.allKeys.sorted { $0.id < $1.id } }

    /// What every key of the record signs.
    public var payload: [UInt8] {
        CanonicalValue.record([("type", .text(Self.type)), ("party", party.value), ("record", record.value)]).encoded()
    }

    /// Reads a card and checks that all its keys signed it.
    ///
    /// - Throws: the encoding's and the record's faults; `bad-signature-envelope` if a signature is missing, twice, out
    ///   of order, false, or over another payload.
    public init(encoded bytes: [UInt8]) throws(DecodingRefusal) {
        guard bytes.count <= EncodingLimits.recordByteCount else { throw DecodingRefusal(.tooLong) }
        var decoder = CanonicalDecoder(bytes)
        guard try decoder.arrayCount() == 2, try decoder.text() == ExactText(Self.type) else {
            throw DecodingRefusal(.wrongKind)
        }
        let count = try decoder.unsigned()
        guard count <= UInt64(IdentityLimits.signaturesPerCard) else { throw DecodingRefusal(.tooMany) }
        var statements: [SignedStatement] = []
        for _ in 0..<count {
            statements.append(try SignedStatement(encoded: decoder.value().encoded(), expecting: .card))
        }
        try decoder.finish()
        guard let payload = statements.first?.payload else { throw DecodingRefusal(.emptyList) }
        var fields = try RecordFields(payload: payload, type: Self.type)
        party = try fields.required("party").identifier()
        record = try PartyRecord(fields.required("record"))
        try fields.finish()
        let keys = keysInOrder
        guard statements.count == keys.count,
            zip(statements, keys).allSatisfy({ $0.payload == payload && $0.isValid(by: $1) })
        else { throw DecodingRefusal(.badSignatureEnvelope) }
    }
}
