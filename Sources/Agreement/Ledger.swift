public import CanonicalEncoding
public import Cryptography
public import Identity

/// What a copy holds of the agreement: instruments, and seals with the signatures found good.
///
/// Filled in any order: a seal whose key record is not known yet waits for the instrument that carries it. Derives
/// nothing about force; that is ``Evaluation``'s.
public struct Ledger: Sendable {
    public let roadmap: InstrumentID
    public private(set) var instruments: [InstrumentID: Instrument] = [:]
    public private(set) var seals: [Digest: SealOnRecord] = [:]
    /// Signature checks performed so far.
    public private(set) var signatureCheckCount = 0

    private var keyRecords: [KeyRecordName: PartyRecord] = [:]
    private var nodeKeys: [KeyID: [Identifier: PublicKey]] = [:]
    private var waiting: [KeyRecordName: [SignedStatement]] = [:]

    public init(roadmap: InstrumentID) {
        self.roadmap = roadmap
    }

    /// Adds an instrument; one that is held already changes nothing.
    ///
    /// - Returns: the seals that waited for a key record it carries and were now refused.
    /// - Throws: `otherRoadmap` for an instrument of another roadmap, a second founding included.
    @discardableResult
    public mutating func insert(_ instrument: Instrument) throws(LedgerRefusal) -> [Digest: LedgerRefusal] {
        guard (instrument.roadmap ?? instrument.id) == roadmap else { throw .otherRoadmap }
        guard instruments.updateValue(instrument, forKey: instrument.id) == nil else { return [:] }
        var refused: [Digest: LedgerRefusal] = [:]
        for (party, record) in instrument.partyRecords {
            let name = KeyRecordName(party: party, record: record.id)
            keyRecords[name] = record
            for node in record.nodes { nodeKeys[node.key.id, default: [:]][party] = node.key }
            for statement in waiting.removeValue(forKey: name) ?? [] {
                do throws(LedgerRefusal) {
                    try insertSeal(statement)
                } catch {
                    refused[Digest(of: statement.payload)] = error
                }
            }
        }
        return refused
    }

    /// Adds one signature on a seal, checking it against the key record that the seal names.
    ///
    /// - Throws: `wrong-kind` for a signature of another kind; the payload's faults; `otherRoadmap`; `keyNotInRecord`;
    ///   `badSignature`; `tooManyWaiting`.
    @discardableResult
    public mutating func insertSeal(_ statement: SignedStatement) throws(LedgerRefusal) -> SealInsertion {
        guard statement.kind == .seal else { throw .malformed(DecodingRefusal(.wrongKind, field: "typ")) }
        let seal: Seal
        do { seal = try Seal(payload: statement.payload) } catch { throw .malformed(error) }
        guard seal.roadmap == roadmap else { throw .otherRoadmap }
        if seals[seal.id]?.signatures[statement.signer] != nil { return .held }
        let name = KeyRecordName(party: seal.party, record: seal.keys)
        guard let record = keyRecords[name] else {
            try wait(statement, for: name)
            return .awaitingKeys
        }
        guard let key = record.seal.key(statement.signer) else { throw .keyNotInRecord }
        signatureCheckCount += 1
        guard statement.isValid(by: key) else { throw .badSignature }
        seals[seal.id, default: SealOnRecord(seal: seal, threshold: record.seal.threshold)].add(statement)
        return .added
    }

    /// A party's record by the digest that seals name, if an instrument held carries it.
    public func record(of party: Identifier, named digest: Digest) -> PartyRecord? {
        keyRecords[KeyRecordName(party: party, record: digest)]
    }

    /// The key of one of a party's nodes, if any record of the party held carries it.
    public func nodeKey(_ id: KeyID, of party: Identifier) -> PublicKey? { nodeKeys[id]?[party] }

    /// The parties whose records carry a node's key: one, unless somebody published another's key.
    public func parties(ofNode id: KeyID) -> [Identifier] { (nodeKeys[id] ?? [:]).keys.sorted() }

    /// Seals whose key record no instrument held carries.
    public var sealsAwaitingKeys: [SignedStatement] {
        waiting.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    /// Every record of a party that an instrument held carries.
    public var partyRecords: [(party: Identifier, record: PartyRecord)] {
        keyRecords.sorted { $0.key < $1.key }.map { ($0.key.party, $0.value) }
    }

    private mutating func wait(_ statement: SignedStatement, for name: KeyRecordName) throws(LedgerRefusal) {
        let already = waiting[name] ?? []
        guard !already.contains(statement) else { return }
        guard already.count < Self.waitingPerKeyRecord else { throw .tooManyWaiting }
        waiting[name, default: []].append(statement)
    }

    /// Unchecked seals kept for one key record that is not known yet.
    static let waitingPerKeyRecord = 4_096
}

/// Why a record does not enter the ledger.
public enum LedgerRefusal: Error, Hashable, Sendable {
    case malformed(DecodingRefusal)
    case otherRoadmap
    case keyNotInRecord
    case badSignature
    case tooManyWaiting
}

public enum SealInsertion: Hashable, Sendable {
    case added, held, awaitingKeys
}

/// A seal with the signatures on it that were found good.
public struct SealOnRecord: Hashable, Sendable {
    public let seal: Seal
    /// Distinct keys that must sign before it counts.
    public let threshold: Int
    /// By key: several keys of one party count once each, and the party once.
    public private(set) var signatures: [KeyID: SignedStatement] = [:]

    init(seal: Seal, threshold: Int) {
        self.seal = seal
        self.threshold = threshold
    }

    public var isSigned: Bool { signatures.count >= threshold }

    mutating func add(_ statement: SignedStatement) { signatures[statement.signer] = statement }
}

/// A key record is a party's: two parties with the same bytes would still be two.
private struct KeyRecordName: Hashable, Comparable {
    let party: Identifier
    let record: Digest

    static func < (one: KeyRecordName, other: KeyRecordName) -> Bool {
        (one.party, one.record) < (other.party, other.record)
    }
}

extension Instrument {
    /// The party records it writes.
    public var partyRecords: [(party: Identifier, record: PartyRecord)] {
        changes.compactMap { change in
            guard case .party(let party)? = ReservedProvision(change.provision),
                case .party(let record)? = change.content?.reserved
            else { return nil }
            return (party, record)
        }
    }
}
