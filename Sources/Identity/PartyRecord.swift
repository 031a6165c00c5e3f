public import CanonicalEncoding
public import Cryptography

/// Who a party is: its names, the keys by which it consents, and the nodes that speak for it.
///
/// A party is an office, not a key. Source: `Docs/Specification/parties.md`.
public struct PartyRecord: Hashable, Sendable {
    public let names: Words
    /// The keys that seal; their threshold is more than half of them.
    public let seal: KeySet
    /// The keys that recover the party when the others are lost or stolen; there may be none.
    public let recovery: KeySet
    /// SHA-256 of the encoded `seal` map of the next record, committed in advance.
    public let next: Digest?
    public let nodes: [NodeRecord]

    /// Puts the nodes in order, and then takes the road of a stranger's record: what we make, others must accept.
    ///
    /// - Throws: what ``init(_:)`` throws for the same record.
    public init(
        names: Words, seal: KeySet, recovery: KeySet, next: Digest?, nodes: [NodeRecord]
    ) throws(DecodingRefusal) {
        let nodes = nodes.sorted { $0.key.id < $1.key.id }
        try self.init(Field(Self.value(names, seal, recovery, next, nodes), path: ""))
    }

    /// - Throws: the first fault of its fields in the order below; then `unknown-field`; then `contradiction` if a key
    ///   stands in it twice, for no key serves two purposes.
    public init(_ field: Field) throws(DecodingRefusal) {
        var fields = try RecordFields(field)
        names = try Words(fields.required("names"))
        seal = try KeySet(fields.required("seal"), orNone: false)
        recovery = try KeySet(fields.required("recovery"), orNone: true)
        next = try fields.optional("next")?.digest()
        nodes = try Self.nodes(fields.required("nodes"))
        try fields.finish()
        // A thief of the online key must not thereby be able to consent.
        guard Set(allKeys).count == allKeys.count else { throw field.refusal(.contradiction) }
    }

    public var value: CanonicalValue { Self.value(names, seal, recovery, next, nodes) }

    private static func value(
        _ names: Words, _ seal: KeySet, _ recovery: KeySet, _ next: Digest?, _ nodes: [NodeRecord]
    ) -> CanonicalValue {
        .record([
            ("names", names.value), ("seal", seal.value), ("recovery", recovery.value), ("next", next?.value),
            ("nodes", .array(nodes.map(\.value))),
        ])
    }

    /// What a seal names to say under which keys it is made: SHA-256 of the encoded record.
    public var id: Digest { Digest(of: value.encoded()) }

    /// Every key of the record, with what it is for.
    public var allKeys: [PublicKey] { seal.keys + recovery.keys + nodes.map(\.key) }

    private static func nodes(_ field: Field) throws(DecodingRefusal) -> [NodeRecord] {
        var nodes: [NodeRecord] = []
        for item in try field.list(limit: IdentityLimits.nodesPerParty) {
            let node = try NodeRecord(item)
            if let last = nodes.last, last.key.id >= node.key.id { throw item.refusal(.notAscending) }
            nodes.append(node)
        }
        return nodes
    }
}

/// Keys of which a threshold, more than half, must sign the same bytes.
public struct KeySet: Hashable, Sendable {
    public let keys: [PublicKey]
    public let threshold: Int

    /// Nil unless the threshold is more than half of the keys and not above their number, or both are none.
    public init?(keys: [PublicKey], threshold: Int) {
        let isSound = Self.isSound(keyCount: keys.count, threshold: threshold)
        guard isSound, Set(keys).count == keys.count else { return nil }
        self.keys = keys.sorted { $0.id < $1.id }
        self.threshold = threshold
    }

    public static let none = KeySet(keys: [], threshold: 0)!

    init(_ field: Field, orNone mayBeNone: Bool) throws(DecodingRefusal) {
        var fields = try RecordFields(field)
        let keysField = try fields.required("keys")
        var keys: [PublicKey] = []
        for item in try keysField.list(limit: IdentityLimits.keysPerParty) {
            let key = try PublicKey(item)
            if let last = keys.last, last.id >= key.id { throw item.refusal(.notAscending) }
            keys.append(key)
        }
        self.keys = keys
        guard mayBeNone || !keys.isEmpty else { throw keysField.refusal(.emptyList) }
        let thresholdField = try fields.required("threshold")
        let threshold = try thresholdField.unsigned()
        guard threshold <= UInt64(keys.count), Self.isSound(keyCount: keys.count, threshold: Int(threshold)) else {
            throw thresholdField.refusal(.outOfRange)
        }
        try fields.finish()
        self.threshold = Int(threshold)
    }

    public var value: CanonicalValue {
        .record([("keys", .array(keys.map { .bytes($0.bytes) })), ("threshold", .unsigned(UInt64(threshold)))])
    }

    public func key(_ id: KeyID) -> PublicKey? { keys.first { $0.id == id } }

    /// Half or fewer would let two groups of officials consent to rivals in one party's name.
    private static func isSound(keyCount: Int, threshold: Int) -> Bool {
        keyCount == 0 ? threshold == 0 : threshold <= keyCount && 2 * threshold > keyCount
    }
}

/// One of a party's nodes: the key it speaks TLS and signs its journal with, and where it may be dialled.
public struct NodeRecord: Hashable, Sendable {
    public let key: PublicKey
    /// `host:port`, in the author's order; none for a node that only dials.
    public let endpoints: [String]

    public init(key: PublicKey, endpoints: [String]) {
        self.key = key
        self.endpoints = endpoints
    }

    init(_ field: Field) throws(DecodingRefusal) {
        var fields = try RecordFields(field)
        key = try PublicKey(fields.required("key"))
        endpoints = try fields.required("endpoints").list(limit: IdentityLimits.endpointsPerNode).map {
            (item: Field) throws(DecodingRefusal) in
            let endpoint = try item.text().string
            guard (1...IdentityLimits.endpointByteCount).contains(endpoint.utf8.count),
                endpoint.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
            else { throw item.refusal(.outOfRange) }
            return endpoint
        }
        try fields.finish()
    }

    public var value: CanonicalValue {
        .record([("key", .bytes(key.bytes)), ("endpoints", .array(endpoints.map { .text($0) }))])
    }
}

extension PublicKey {
    init(_ field: Field) throws(DecodingRefusal) {
        do {
            try self.init(encoded: field.bytes())
        } catch {
            throw field.refusal(error.fault == .wrongType ? .wrongType : .badKey)
        }
    }
}
