public import CanonicalEncoding
public import Cryptography
public import Identity

/// Which two records are held against whom, and what they are said to break.
///
/// Nobody signs it: whoever hands over the file accuses, and the file convicts or does not.
/// Source: `Docs/Specification/evidence.md`, section "Accusations".
public struct Accusation: Hashable, Sendable {
    public static let type = "syngraph/accusation/1"

    public let id: Digest
    public let payload: [UInt8]
    public let roadmap: Digest
    public let party: Identifier
    public let kind: Kind
    /// The ids of the two records, ascending: of seals, of key statements, or of journal entries.
    public let records: [Digest]
    /// The writer that told two stories; for a forked journal, and for nothing else.
    public let writer: Digest?

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Two different verdicts on one instrument.
        case twoVerdicts = "two-verdicts"
        /// Commitments to two instruments of which neither may follow the other.
        case incoherentSeals = "incoherent-seals"
        /// Two key statements on one key record, by one authority.
        case forkedKeys = "forked-keys"
        /// Two entries of one writer at one place: it convicts the custody of a node's key, not the party's word.
        case forkedJournal = "forked-journal"
    }

    /// - Parameter records: two, in any order.
    /// - Throws: what ``init(payload:)`` throws for the same record.
    public init(
        roadmap: Digest, party: Identifier, kind: Kind, records: [Digest], writer: Digest? = nil
    ) throws(DecodingRefusal) {
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("roadmap", roadmap.value), ("party", party.value),
            ("kind", .text(kind.rawValue)), ("records", .array(Set(records).sorted().map(\.value))),
            ("writer", writer?.value),
        ])
        try self.init(payload: value.encoded())
    }

    /// Reads an accusation.
    ///
    /// - Throws: the faults of the fields, in their order; `bad-length` for another number of records than two;
    ///   `contradiction` for a writer where no journal is meant, or for none where one is.
    public init(payload: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(payload: payload, type: Self.type)
        self.payload = payload
        id = Digest(of: payload)
        roadmap = try fields.required("roadmap").digest()
        party = try fields.required("party").identifier()
        kind = try fields.required("kind").choice()
        let recordsField = try fields.required("records")
        records = try recordsField.ascending(limit: 2) { (item: Field) throws(DecodingRefusal) in try item.digest() }
        guard records.count == 2 else { throw recordsField.refusal(.badLength) }
        let writerField = fields.optional("writer")
        writer = try writerField?.digest()
        guard (writer != nil) == (kind == .forkedJournal) else {
            throw DecodingRefusal(.contradiction, field: "writer")
        }
        try fields.finish()
    }
}
