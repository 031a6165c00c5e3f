public import CanonicalEncoding
public import Cryptography
public import Identity

/// A node's signed word on what it holds: which instruments are perfected, which text is in force.
///
/// When the certificates of all parties name the same roots, everyone holds the same text, and each can show that the
/// others do: the concordance. Signed with the node's key; it consents to nothing.
/// Source: `Docs/Specification/agreement.md`, section "State certificates".
public struct StateCertificate: Hashable, Sendable {
    public static let type = "syngraph/state/1"
    /// Writers that one certificate may say it knows.
    public static let knownLimit = 65_536

    /// The newest entry of one writer that the certifying node had.
    public struct KnownHead: Hashable, Comparable, Sendable {
        public let writer: Digest
        public let sequence: UInt64
        public let entry: Digest

        public init(writer: Digest, sequence: UInt64, entry: Digest) {
            self.writer = writer
            self.sequence = sequence
            self.entry = entry
        }

        public static func < (one: KnownHead, other: KnownHead) -> Bool {
            (one.writer, one.sequence, one.entry) < (other.writer, other.sequence, other.entry)
        }
    }

    public let id: Digest
    public let payload: [UInt8]
    public let roadmap: InstrumentID
    public let party: Identifier
    public let writer: Digest
    /// Counts this writer's certificates from 0.
    public let sequence: UInt64
    /// The id of this writer's certificate before this one.
    public let previous: Digest?
    /// Root over the ids of the perfected instruments.
    public let perfected: Digest
    /// Root over the text in force.
    public let inForce: Digest
    public let contested: [InstrumentID]
    public let known: [KnownHead]
    public let at: UInt64

    /// - Throws: what ``init(payload:)`` throws for the same record.
    public init(
        roadmap: InstrumentID, party: Identifier, writer: Digest, sequence: UInt64, previous: Digest?,
        perfected: Digest, inForce: Digest, contested: [InstrumentID], known: [KnownHead], at: UInt64
    ) throws(DecodingRefusal) {
        let heads = Set(known).sorted().map {
            CanonicalValue.array([$0.writer.value, .unsigned($0.sequence), $0.entry.value])
        }
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("roadmap", roadmap.value), ("party", party.value), ("writer", writer.value),
            ("sequence", .unsigned(sequence)), ("previous", previous?.value ?? .null),
            ("perfected", perfected.value), ("inForce", inForce.value),
            ("contested", .array(Set(contested).sorted().map(\.value))), ("known", .array(heads)),
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
        writer = try fields.required("writer").digest()
        let sequenceField = try fields.required("sequence")
        sequence = try sequenceField.unsigned()
        let previousField = try fields.required("previous")
        previous = previousField.isNull ? nil : try previousField.digest()
        guard (sequence == 0) == (previous == nil) else { throw previousField.refusal(.contradiction) }
        perfected = try fields.required("perfected").digest()
        inForce = try fields.required("inForce").digest()
        contested = try fields.required("contested").ascending(limit: AgreementLimits.provisionsPerInstrument) {
            (item: Field) throws(DecodingRefusal) in try item.digest()
        }
        known = try fields.required("known").ascending(limit: Self.knownLimit) {
            (item: Field) throws(DecodingRefusal) in
            let parts = try item.list(limit: 3)
            guard parts.count == 3 else { throw item.refusal(.badLength) }
            return KnownHead(
                writer: try parts[0].digest(), sequence: try parts[1].unsigned(), entry: try parts[2].digest())
        }
        at = try fields.required("at").unsigned()
        try fields.finish()
    }
}

extension StateCertificate {
    /// The newest entry of the certifying writer itself, by its own word: the place in its journal where it said so.
    public var ownEntry: UInt64? { known.last { $0.writer == writer }?.sequence }
}
