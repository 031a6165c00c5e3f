public import Cryptography
public import Identity

/// A key record of a party: the one that an instrument carries, or what a good key statement made of it.
public struct KeyRecord: Hashable, Sendable {
    /// What seals name: SHA-256 of the encoded record for a root, the statement's id for all others.
    public let id: Digest
    public let party: Identifier
    /// The record at the root of its chain, which some instrument carries; its own id for a root.
    public let root: Digest
    /// 0 for a root.
    public let version: UInt64
    /// Nil while the party's keys are frozen.
    public let record: PartyRecord?
    /// The newest of the chain up to here that is no freeze: whose recovery keys, and whose nodes, still speak.
    public let lastRecord: PartyRecord

    init(root record: PartyRecord, of party: Identifier) {
        id = record.id
        self.party = party
        root = id
        version = 0
        self.record = record
        lastRecord = record
    }

    init(_ statement: KeyStatement, after previous: KeyRecord) {
        id = statement.id
        party = statement.party
        root = previous.root
        version = statement.version
        record = statement.record
        lastRecord = statement.record ?? previous.lastRecord
    }

    public var isFrozen: Bool { record == nil }
}

/// A key record is a party's: two parties with the same bytes would still be two.
package struct KeyRecordName: Hashable, Comparable, Sendable {
    let party: Identifier
    let record: Digest

    package static func < (one: KeyRecordName, other: KeyRecordName) -> Bool {
        (one.party, one.record) < (other.party, other.record)
    }
}

/// A key statement whose record before is at hand, with the signatures on it that were found good.
public struct KeyStatementOnRecord: Hashable, Sendable {
    public let statement: KeyStatement
    public let previous: KeyRecord
    public let signers: KeySigners
    /// By key; each counts once.
    public private(set) var signatures: [KeyID: SignedStatement] = [:]

    init(_ statement: KeyStatement, after previous: KeyRecord) {
        self.statement = statement
        self.previous = previous
        signers = statement.signersRequired(after: previous)
    }

    /// By what authority it was made; nil while too few have signed.
    public var authority: KeyAuthority? { signers.authority(of: signatories) }
    /// New keys that have not signed, by key id.
    public var unproven: [PublicKey] { signers.unproven(by: signatories) }
    /// It is the party's word; no record that comes later changes that.
    public var isGood: Bool { signers.areSatisfied(by: signatories) }

    private var signatories: Set<KeyID> { Set(signatures.keys) }

    mutating func add(_ signed: SignedStatement) { signatures[signed.signer] = signed }
}

/// The key records of all parties, as trees: what instruments carry, and the good key statements upon it.
///
/// Filled in any order but this one: a statement comes after the record that it follows; ``Ledger`` keeps it waiting
/// until then. More statements never take back that one is good.
/// Source: `Docs/Specification/keys.md`, section "Chains".
public struct KeyChains: Sendable {
    private var records: [KeyRecordName: KeyRecord] = [:]
    /// By id, good or not yet.
    public private(set) var statements: [Digest: KeyStatementOnRecord] = [:]
    /// By root: the chains that have more than that.
    private var grownByRoot: [KeyRecordName: KeyChain] = [:]
    /// The node keys that any key record names, by the parties that do.
    private var nodes: [KeyID: [Identifier: PublicKey]] = [:]

    init() {}

    // MARK: Taking in

    /// Adds the record that an instrument carries; false if it is there already.
    mutating func insert(root record: PartyRecord, of party: Identifier) -> Bool {
        let root = KeyRecord(root: record, of: party)
        guard records[root.name] == nil else { return false }
        add(root)
        return true
    }

    /// Adds a signature, found good, on a statement that follows `previous`.
    ///
    /// - Returns: the key record that it makes with this signature; nil if it makes none yet, or made it before.
    mutating func insert(_ signed: SignedStatement, on statement: KeyStatement, after previous: KeyRecord) -> KeyRecord?
    {
        var onRecord = statements[statement.id] ?? KeyStatementOnRecord(statement, after: previous)
        onRecord.add(signed)
        statements[statement.id] = onRecord
        guard onRecord.isGood else { return nil }
        let root = KeyRecordName(party: previous.party, record: previous.root)
        // One more signature on what is good may make a recovery of it.
        grownByRoot[root, default: KeyChain(root: records[root]!)].add(onRecord)
        guard records[statement.name] == nil else { return nil }
        let made = KeyRecord(statement, after: previous)
        add(made)
        return made
    }

    private mutating func add(_ record: KeyRecord) {
        records[record.name] = record
        for node in record.record?.nodes ?? [] { nodes[node.key.id, default: [:]][record.party] = node.key }
    }

    // MARK: Answers

    /// A party's key record by the digest that seals name: a root, or a good statement.
    public func record(of party: Identifier, named id: Digest) -> KeyRecord? {
        records[KeyRecordName(party: party, record: id)]
    }

    /// Every key record, ascending by party, then by id.
    public var all: [KeyRecord] { records.sorted { $0.key < $1.key }.map(\.value) }

    /// The key of one of a party's nodes, if any key record of the party names it.
    public func nodeKey(_ id: KeyID, of party: Identifier) -> PublicKey? { nodes[id]?[party] }

    /// How many keys of nodes the key records name.
    public var nodeKeyCount: Int { nodes.count }

    /// The parties whose key records name a node's key: one, unless somebody published another's key.
    public func parties(ofNode id: KeyID) -> [Identifier] { (nodes[id] ?? [:]).keys.sorted() }

    /// The chain upon a root; nil if no instrument held carries that record.
    public func chain(of party: Identifier, root: Digest) -> KeyChain? {
        let name = KeyRecordName(party: party, record: root)
        guard let record = records[name], record.version == 0 else { return nil }
        return grownByRoot[name] ?? KeyChain(root: record)
    }

    /// The chains that have more than their root, ascending by party, then by root.
    public var grown: [KeyChain] { grownByRoot.sorted { $0.key < $1.key }.map(\.value) }

    /// True if a seal or a withdrawal made under `keys`, a key record of the chain of `root`, is not its party's
    /// undisputed word.
    func isDisputed(_ statement: Digest, by party: Identifier, under keys: Digest, root: Digest) -> Bool {
        grownByRoot[KeyRecordName(party: party, record: root)]?.isDisputed(statement, under: keys) ?? false
    }
}

extension KeyRecord {
    var name: KeyRecordName { KeyRecordName(party: party, record: id) }
}

extension KeyStatement {
    var name: KeyRecordName { KeyRecordName(party: party, record: id) }
}
