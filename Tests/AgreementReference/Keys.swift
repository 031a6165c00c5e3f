/// What a party record says of keys, and the statements by which a party changes them. A key is a name.

/// Keys of which a number must sign.
public struct ReferenceKeySet: Hashable, Sendable {
    public var keys: Set<String>
    public var threshold: Int

    public init(_ keys: Set<String>, threshold: Int) {
        self.keys = keys
        self.threshold = threshold
    }

    public static let none = ReferenceKeySet([], threshold: 0)

    /// Whether enough of them are among the signers. A set without keys never speaks.
    public func isMet(by signers: Set<String>) -> Bool {
        threshold > 0 && keys.intersection(signers).count >= threshold
    }
}

/// A party record, as far as agreement cares. It has no id of its own: that of a root is beside it in the content.
public struct ReferencePartyRecord: Hashable, Sendable {
    public var seal: ReferenceKeySet
    public var recovery: ReferenceKeySet
    /// The seal keys that a statement by seal authority must bring; a digest in bytes.
    public var next: ReferenceKeySet?
    public var nodes: Set<String>

    public init(
        seal: ReferenceKeySet, recovery: ReferenceKeySet = .none, next: ReferenceKeySet? = nil,
        nodes: Set<String> = []
    ) {
        self.seal = seal
        self.recovery = recovery
        self.next = next
        self.nodes = nodes
    }

    public var allKeys: Set<String> { seal.keys.union(recovery.keys).union(nodes) }
}

/// A party changes its keys. Several with one id are one statement, whose signatures came separately.
public struct ReferenceKeyStatement: Hashable, Sendable {
    /// The id, whatever assigned it; the signers are no part of what it is made from.
    public var id: String
    public var party: String
    public var version: Int
    /// The key record before: a root, or a statement.
    public var previous: String
    /// `nil` freezes.
    public var record: ReferencePartyRecord?
    /// Ids of seals and withdrawals, ascending.
    public var acknowledges: [String]
    public var signers: Set<String>

    public init(
        id: String = "", party: String, version: Int, previous: String, record: ReferencePartyRecord?,
        acknowledges: [String] = [], signers: Set<String>
    ) {
        self.id = id
        self.party = party
        self.version = version
        self.previous = previous
        self.record = record
        self.acknowledges = acknowledges
        self.signers = signers
    }
}

/// A party leaves standings.
public struct ReferenceWithdrawal: Hashable, Sendable {
    public enum Stage: String, Hashable, Sendable { case notice, effect }

    public var id: String
    public var party: String
    /// The key record that it is made under.
    public var keys: String
    public var stage: Stage
    /// The standings that it leaves, each with the version of its roster.
    public var rosters: [String: String]
    /// What the party committed to, by its word: it is not excused from what is incompatible with any of these.
    public var committed: [String]
    /// The threshold of keys has signed.
    public var isSigned: Bool

    public init(
        id: String = "", party: String, keys: String, stage: Stage, rosters: [String: String],
        committed: [String] = [], isSigned: Bool = true
    ) {
        self.id = id
        self.party = party
        self.keys = keys
        self.stage = stage
        self.rosters = rosters
        self.committed = committed
        self.isSigned = isSigned
    }
}
