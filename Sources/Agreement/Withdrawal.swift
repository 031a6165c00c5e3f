public import CanonicalEncoding
public import Cryptography
public import Identity

/// A party's own act of leaving, as signed: the notice, which counts for nothing, or its effect.
///
/// Source: `Docs/Specification/keys.md`, section "Withdrawals".
public struct Withdrawal: Hashable, Sendable {
    public static let type = "syngraph/withdrawal/1"

    public let id: Digest
    public let payload: [UInt8]
    public let roadmap: InstrumentID
    public let party: Identifier
    /// The key record that it is made under.
    public let keys: Digest
    public let stage: Stage
    /// The versions of the rosters that it leaves, by standing; never none.
    public let rosters: [Identifier: InstrumentID]
    /// The instruments that it has committed to, ascending: it is not excused from what those speak against.
    public let committed: [InstrumentID]
    /// For people; decides nothing.
    public let reason: Words?
    /// Seconds since 1970-01-01T00:00:00Z, as claimed; decides nothing.
    public let at: UInt64

    public enum Stage: String, Hashable, Sendable, CaseIterable {
        case notice, effect
    }

    /// - Throws: what ``init(payload:)`` throws for the same record.
    public init(
        roadmap: InstrumentID, party: Identifier, keys: Digest, stage: Stage, rosters: [Identifier: InstrumentID],
        committed: [InstrumentID] = [], reason: Words? = nil, at: UInt64
    ) throws(DecodingRefusal) {
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("roadmap", roadmap.value), ("party", party.value), ("keys", keys.value),
            ("stage", .text(stage.rawValue)),
            ("rosters", .record(rosters.map { ($0.key.string, $0.value.value) })),
            ("committed", .array(Set(committed).sorted().map(\.value))), ("reason", reason?.value),
            ("at", .unsigned(at)),
        ])
        try self.init(payload: value.encoded())
    }

    public init(payload: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(payload: payload, type: Self.type)
        self.payload = payload
        id = Digest(of: payload)
        roadmap = try fields.required("roadmap").digest()
        party = try fields.required("party").identifier()
        keys = try fields.required("keys").digest()
        stage = try fields.required("stage").choice()
        rosters = try Self.rosters(fields.required("rosters"))
        committed = try fields.required("committed").ascending(limit: StatementLimits.committedPerWithdrawal) {
            (item: Field) throws(DecodingRefusal) in try item.digest()
        }
        reason = try Self.words(fields.optional("reason"))
        at = try fields.required("at").unsigned()
        try fields.finish()
    }

    private static func words(_ field: Field?) throws(DecodingRefusal) -> Words? {
        guard let field else { return nil }
        return try Words(field)
    }

    private static func rosters(_ field: Field) throws(DecodingRefusal) -> [Identifier: InstrumentID] {
        var rosters: [Identifier: InstrumentID] = [:]
        for (key, value) in try field.pairs(limit: StatementLimits.rostersPerWithdrawal) {
            let version = try value.digest()
            rosters[try key.identifier()] = version
        }
        guard !rosters.isEmpty else { throw field.refusal(.emptyList) }
        return rosters
    }
}
