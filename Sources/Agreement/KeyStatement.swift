public import CanonicalEncoding
public import Cryptography
public import Identity

/// A party's change of its own keys, as signed: the next key record of a chain, or a freeze.
///
/// Nobody else is asked. Its id is the hash of the payload, whoever signed it, and that is what seals made under the new
/// record name. Source: `Docs/Specification/keys.md`, section "Key statements".
public struct KeyStatement: Hashable, Sendable {
    public static let type = "syngraph/keys/1"

    public let id: Digest
    public let payload: [UInt8]
    public let roadmap: InstrumentID
    public let party: Identifier
    /// One more than the version of the record before; that of the record which an instrument carries is 0.
    public let version: UInt64
    /// The key record that this one follows.
    public let previous: Digest
    /// Nil for a freeze, which leaves no key that seals until the party recovers.
    public let record: PartyRecord?
    /// Seals and withdrawals made under earlier keys that are the party's word all the same, ascending.
    public let acknowledges: [Digest]
    public let reason: ExactText?

    public var isFreeze: Bool { record == nil }

    /// - Throws: what ``init(payload:)`` throws for the same record.
    public init(
        roadmap: InstrumentID, party: Identifier, version: UInt64, previous: Digest, record: PartyRecord?,
        acknowledges: [Digest] = [], reason: ExactText? = nil
    ) throws(DecodingRefusal) {
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("roadmap", roadmap.value), ("party", party.value),
            ("version", .unsigned(version)), ("previous", previous.value), ("record", record?.value ?? .null),
            ("acknowledges", .array(Set(acknowledges).sorted().map(\.value))),
            ("reason", reason.map { .text($0) }),
        ])
        try self.init(payload: value.encoded())
    }

    public init(payload: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(payload: payload, type: Self.type)
        self.payload = payload
        id = Digest(of: payload)
        roadmap = try fields.required("roadmap").digest()
        party = try fields.required("party").identifier()
        let versionField = try fields.required("version")
        version = try versionField.unsigned()
        guard version > 0 else { throw versionField.refusal(.outOfRange) }
        previous = try fields.required("previous").digest()
        let recordField = try fields.required("record")
        record = recordField.isNull ? nil : try PartyRecord(recordField)
        acknowledges = try fields.required("acknowledges").ascending(limit: StatementLimits.acknowledgedPerStatement) {
            (item: Field) throws(DecodingRefusal) in try item.digest()
        }
        reason = try fields.optional("reason")?.text()
        try fields.finish()
    }

    /// Whose signatures make it good where it follows `previous`.
    public func signersRequired(after previous: KeyRecord) -> KeySigners {
        KeySigners(of: record, after: previous)
    }
}

/// Whose signatures a key statement takes, and which of them make it good: by authority of the record before, and in
/// proof that the new keys are held by somebody who wants them there.
public struct KeySigners: Hashable, Sendable {
    /// Of these the threshold suffices; nil if the record before is a freeze, or committed to other seal keys than these.
    public let seal: KeySet?
    /// Of these the threshold suffices; nil if there are none.
    public let recovery: KeySet?
    /// New keys, each of which must sign, by key id.
    public let possession: [PublicKey]
    private let taken: [KeyID: PublicKey]

    /// - Parameter record: the new one; nil for a freeze.
    init(of record: PartyRecord?, after previous: KeyRecord) {
        let last = previous.lastRecord
        let mayRotate = !previous.isFrozen && Self.isCommitted(record, by: last.next)
        seal = mayRotate ? last.seal : nil
        recovery = last.recovery.threshold > 0 ? last.recovery : nil
        let held = Set(last.allKeys)
        let new = record?.allKeys ?? []
        possession = new.filter { !held.contains($0) }.sorted { $0.id < $1.id }
        let signers = (previous.isFrozen ? [] : last.seal.keys) + last.recovery.keys + new
        taken = Dictionary(signers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A thief of today's seal keys does not hold those that were committed to beforehand.
    private static func isCommitted(_ record: PartyRecord?, by next: Digest?) -> Bool {
        guard let next, let record else { return true }
        return record.seal.id == next
    }

    /// The key of this id, if its signature is taken at all.
    public func key(_ id: KeyID) -> PublicKey? { taken[id] }

    /// By what authority these signers make the change; recovery, which is the stronger, if by both.
    public func authority(of signers: Set<KeyID>) -> KeyAuthority? {
        if Self.isMet(recovery, by: signers) { return .recovery }
        return Self.isMet(seal, by: signers) ? .seal : nil
    }

    /// The new keys that have not signed, by key id.
    public func unproven(by signers: Set<KeyID>) -> [PublicKey] { possession.filter { !signers.contains($0.id) } }

    public func areSatisfied(by signers: Set<KeyID>) -> Bool {
        authority(of: signers) != nil && unproven(by: signers).isEmpty
    }

    private static func isMet(_ set: KeySet?, by signers: Set<KeyID>) -> Bool {
        guard let set else { return false }
        return set.keys.count { signers.contains($0.id) } >= set.threshold
    }
}

/// Which keys of the record before have signed a change of keys.
public enum KeyAuthority: String, Hashable, Sendable, CaseIterable {
    case seal, recovery
}

extension KeySet {
    /// What `next` of a party record commits to: SHA-256 of the encoded map.
    public var id: Digest { Digest(of: value.encoded()) }
}
