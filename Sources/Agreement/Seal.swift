public import CanonicalEncoding
public import Cryptography
public import Identity

/// One party's verdict on one instrument, as signed: its id is the hash of the payload, whoever signed it.
///
/// What it says lies in one place that is never written again, so that handing a seal on costs one reference.
/// Source: `Docs/Specification/agreement.md`, section "Seals".
public struct Seal: Hashable, Sendable {
    public static let type = "syngraph/seal/1"

    private let said: Said

    public var id: Digest { said.id }
    public var payload: [UInt8] { said.payload }
    public var roadmap: InstrumentID { said.roadmap }
    public var instrument: InstrumentID { said.instrument }
    public var party: Identifier { said.party }
    /// The key record that it is made under.
    public var keys: Digest { said.keys }
    /// The standings it speaks for; nil for all that its party holds.
    public var capacities: [Identifier]? { said.capacities }
    public var verdict: Verdict { said.verdict }
    /// The instruments without which this verdict counts for nothing.
    public var provided: [InstrumentID] { said.provided }
    public var declaration: Words? { said.declaration }
    public var reservation: Words? { said.reservation }
    public var reason: Words? { said.reason }
    /// Until when it was offered: seconds since 1970-01-01T00:00:00Z. People read it; it decides nothing.
    public var until: UInt64? { said.until }
    /// Seconds since 1970-01-01T00:00:00Z, as claimed; decides nothing.
    public var at: UInt64 { said.at }

    /// Two seals are one if their payloads are.
    public static func == (one: Seal, other: Seal) -> Bool { one.id == other.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

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

    public init(payload: [UInt8]) throws(DecodingRefusal) { said = try Said(payload) }
}

/// The fields of a seal.
private final class Said: Sendable {
    let id: Digest
    let payload: [UInt8]
    let roadmap: InstrumentID
    let instrument: InstrumentID
    let party: Identifier
    let keys: Digest
    let capacities: [Identifier]?
    let verdict: Seal.Verdict
    let provided: [InstrumentID]
    let declaration: Words?
    let reservation: Words?
    let reason: Words?
    let until: UInt64?
    let at: UInt64

    init(_ payload: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(payload: payload, type: Seal.type)
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
