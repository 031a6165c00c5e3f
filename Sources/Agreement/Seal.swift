public import CanonicalEncoding
public import Cryptography
public import Identity

/// One party's verdict on one instrument, as signed: its id is the hash of the payload, whoever signed it.
///
/// Source: `Docs/Specification/agreement.md`, section "Seals".
public struct Seal: Hashable, Sendable {
    public static let type = "syngraph/seal/1"

    public let id: Digest
    public let payload: [UInt8]
    public let roadmap: InstrumentID
    public let instrument: InstrumentID
    public let party: Identifier
    /// The key record that it is made under.
    public let keys: Digest
    /// The standings it speaks for; nil for all that its party holds.
    public let capacities: [Identifier]?
    public let verdict: Verdict
    /// The instruments without which this verdict counts for nothing.
    public let provided: [InstrumentID]
    public let declaration: Words?
    public let reservation: Words?
    public let reason: Words?
    /// Until when it was offered: seconds since 1970-01-01T00:00:00Z. People read it; it decides nothing.
    public let until: UInt64?
    /// Seconds since 1970-01-01T00:00:00Z, as claimed; decides nothing.
    public let at: UInt64

    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        case accept, abstain, reject

        /// To commit is to accept or to abstain: an abstention that a rule counts is consent, and binds like one.
        public var isCommitment: Bool { self != .reject }
    }

    /// - Throws: what ``init(payload:)`` throws for the same record.
    public init(
        roadmap: InstrumentID, instrument: InstrumentID, party: Identifier, keys: Digest,
        capacities: [Identifier]? = nil, verdict: Verdict, provided: [InstrumentID] = [], declaration: Words? = nil,
        reservation: Words? = nil, reason: Words? = nil, until: UInt64? = nil, at: UInt64
    ) throws(DecodingRefusal) {
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("roadmap", roadmap.value), ("instrument", instrument.value),
            ("party", party.value), ("keys", keys.value),
            ("capacities", capacities.map { .array(Set($0).sorted().map(\.value)) }),
            ("verdict", .text(verdict.rawValue)),
            ("provided", provided.isEmpty ? nil : .array(Set(provided).sorted().map(\.value))),
            ("declaration", declaration?.value), ("reservation", reservation?.value), ("reason", reason?.value),
            ("until", until.map { .unsigned($0) }), ("at", .unsigned(at)),
        ])
        try self.init(payload: value.encoded())
    }

    public init(payload: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(payload: payload, type: Self.type)
        self.payload = payload
        id = Digest(of: payload)
        roadmap = try fields.required("roadmap").digest()
        instrument = try fields.required("instrument").digest()
        party = try fields.required("party").identifier()
        keys = try fields.required("keys").digest()
        capacities = try Self.nonEmpty(fields.optional("capacities"), limit: AgreementLimits.standingsPerList) {
            (item: Field) throws(DecodingRefusal) in try item.identifier()
        }
        verdict = try fields.required("verdict").choice()
        let conditions = try Self.nonEmpty(fields.optional("provided"), limit: AgreementLimits.conditionsPerSeal) {
            (item: Field) throws(DecodingRefusal) in try item.digest()
        }
        provided = conditions ?? []
        declaration = try Self.words(fields.optional("declaration"))
        reservation = try Self.words(fields.optional("reservation"))
        reason = try Self.words(fields.optional("reason"))
        until = try fields.optional("until")?.unsigned()
        at = try fields.required("at").unsigned()
        try fields.finish()
    }

    private static func words(_ field: Field?) throws(DecodingRefusal) -> Words? {
        guard let field else { return nil }
        return try Words(field)
    }

    private static func nonEmpty<Item: Comparable>(
        _ field: Field?, limit: Int, _ read: (Field) throws(DecodingRefusal) -> Item
    ) throws(DecodingRefusal) -> [Item]? {
        guard let field else { return nil }
        let items = try field.ascending(limit: limit, read)
        guard !items.isEmpty else { throw field.refusal(.emptyList) }
        return items
    }
}
