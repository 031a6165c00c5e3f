public import CanonicalEncoding
public import Cryptography
public import Identity

/// What a copy holds of the agreement: instruments, and seals, key statements and withdrawals with the signatures found
/// good.
///
/// Filled in any order: a statement whose key record is not known yet waits for what carries or makes it. Derives nothing
/// about force; that is ``Evaluation``'s.
public struct Ledger: Sendable {
    public let roadmap: InstrumentID
    public private(set) var instruments: [InstrumentID: Instrument] = [:]
    public private(set) var seals = RecordTable<SealOnRecord>()
    public private(set) var withdrawals: [Digest: WithdrawalOnRecord] = [:]
    public private(set) var keyChains = KeyChains()
    /// Signature checks performed so far.
    public private(set) var signatureCheckCount = 0

    private var waiting: WaitingRoom<KeyRecordName>
    /// True once a key record has come for which something may have been turned away: whoever keeps a store offers all
    /// that is in it again.
    public private(set) var isOwedRereading = false
    /// At most one: a ledger whose good signatures are not checked again here.
    private let trusted: [Ledger]

    /// - Parameter waitingStatements: how many may wait for keys here; fewer delay an answer, and change none where what
    ///   was turned away is offered again.
    public init(roadmap: InstrumentID, waitingStatements: Int = StatementLimits.waitingStatements) {
        self.roadmap = roadmap
        waiting = WaitingRoom(count: waitingStatements, bytes: StatementLimits.waitingByteCount)
        trusted = []
    }

    /// One that takes for good the signatures that another ledger of the same process has found good: whoever makes many
    /// copies of the same records checks each signature once.
    package init(trusting other: Ledger) {
        roadmap = other.roadmap
        waiting = WaitingRoom(count: StatementLimits.waitingStatements, bytes: StatementLimits.waitingByteCount)
        trusted = [other]
    }

    /// Adds an instrument; one that is held already changes nothing.
    ///
    /// - Returns: the statements that waited for a key record it carries and were now refused, by the ids of their
    ///   payloads.
    /// - Throws: `otherRoadmap` for an instrument of another roadmap, a second founding included.
    @discardableResult
    public mutating func insert(_ instrument: Instrument) throws(LedgerRefusal) -> [Digest: LedgerRefusal] {
        try take(instrument).refused
    }

    /// The same, with all that came to be known by it.
    package mutating func take(_ instrument: Instrument) throws(LedgerRefusal) -> Released {
        guard (instrument.roadmap ?? instrument.id) == roadmap else { throw .otherRoadmap }
        guard instruments.updateValue(instrument, forKey: instrument.id) == nil else { return Released() }
        var known: [KeyRecordName] = []
        for (party, record) in instrument.partyRecords where keyChains.insert(root: record, of: party) {
            known.append(KeyRecordName(party: party, record: record.id))
        }
        return releaseWaiting(for: known)
    }

    /// Adds a party's record by itself, for whoever is shown it without the instrument that carries it.
    ///
    /// Nothing may wait for it: it comes before all that is signed under it.
    package mutating func insert(root record: PartyRecord, of party: Identifier) {
        _ = keyChains.insert(root: record, of: party)
    }

    // MARK: Statements

    /// Adds one signature on a seal, checking it against the key record that the seal names.
    ///
    /// - Parameter carrier: the key of the writer whose journal carries it, if one does.
    /// - Throws: `wrong-kind` for a signature of another kind; the payload's faults; `otherRoadmap`; `keyNotInRecord`;
    ///   `badSignature`; `tooManyWaiting`.
    @discardableResult
    public mutating func insertSeal(
        _ signed: SignedStatement, from carrier: KeyID? = nil
    ) throws(LedgerRefusal) -> StatementInsertion {
        let seal = try Self.read(signed, .seal) { (payload) throws(DecodingRefusal) in try Seal(payload: payload) }
        return try insert(seal, signed, from: carrier)
    }

    /// The same of a seal that was read from the statement's payload already.
    package mutating func insert(
        _ seal: Seal, _ signed: SignedStatement, from carrier: KeyID? = nil
    ) throws(LedgerRefusal) -> StatementInsertion {
        guard seal.roadmap == roadmap else { throw .otherRoadmap }
        if seals[seal.id]?.signatures[signed.signer] != nil { return .held }
        guard let keys = keyChains.record(of: seal.party, named: seal.keys) else {
            try waiting.insert(signed, for: KeyRecordName(party: seal.party, record: seal.keys), from: carrier)
            return .awaitingKeys
        }
        let set = try check(signed, byConsentOf: keys)
        seals.update(seal.id, default: SealOnRecord(seal: seal, threshold: set.threshold)) { $0.add(signed) }
        return .added
    }

    /// Adds one signature on a withdrawal; as ``insertSeal(_:)``.
    @discardableResult
    public mutating func insertWithdrawal(
        _ signed: SignedStatement, from carrier: KeyID? = nil
    ) throws(LedgerRefusal) -> StatementInsertion {
        let withdrawal = try Self.read(signed, .withdrawal) { (payload) throws(DecodingRefusal) in
            try Withdrawal(payload: payload)
        }
        guard withdrawal.roadmap == roadmap else { throw .otherRoadmap }
        if withdrawals[withdrawal.id]?.signatures[signed.signer] != nil { return .held }
        guard let keys = keyChains.record(of: withdrawal.party, named: withdrawal.keys) else {
            let name = KeyRecordName(party: withdrawal.party, record: withdrawal.keys)
            try waiting.insert(signed, for: name, from: carrier)
            return .awaitingKeys
        }
        let set = try check(signed, byConsentOf: keys)
        withdrawals[
            withdrawal.id, default: WithdrawalOnRecord(withdrawal: withdrawal, threshold: set.threshold)
        ].add(signed)
        return .added
    }

    /// Adds one signature on a key statement, checking it by the keys of the record that it follows and by its own new
    /// ones.
    ///
    /// - Throws: as ``insertSeal(_:)``; `wrongVersion`, before the signer is looked at, unless the version is the next.
    @discardableResult
    public mutating func insertKeyStatement(
        _ signed: SignedStatement, from carrier: KeyID? = nil
    ) throws(LedgerRefusal) -> StatementInsertion {
        try takeKeyStatement(signed, from: carrier).insertion
    }

    /// The same, with all that came to be known by it.
    package mutating func takeKeyStatement(
        _ signed: SignedStatement, from carrier: KeyID?
    ) throws(LedgerRefusal) -> (insertion: StatementInsertion, released: Released) {
        guard let made = try addKeyStatement(signed, from: carrier) else { return (.awaitingKeys, Released()) }
        return (made.isNew ? .added : .held, releaseWaiting(for: made.records))
    }

    /// - Returns: nil if it waits; else whether the signature is new, and the key record that it makes, if it does.
    private mutating func addKeyStatement(
        _ signed: SignedStatement, from carrier: KeyID?
    ) throws(LedgerRefusal) -> (isNew: Bool, records: [KeyRecordName])? {
        let statement = try Self.read(signed, .keys) { (payload) throws(DecodingRefusal) in
            try KeyStatement(payload: payload)
        }
        guard statement.roadmap == roadmap else { throw .otherRoadmap }
        let held = keyChains.statements[statement.id]
        if held?.signatures[signed.signer] != nil { return (false, []) }
        guard let previous = keyChains.record(of: statement.party, named: statement.previous) else {
            let name = KeyRecordName(party: statement.party, record: statement.previous)
            try waiting.insert(signed, for: name, from: carrier)
            return nil
        }
        guard statement.version == previous.version + 1 else { throw .wrongVersion }
        let signers = held?.signers ?? statement.signersRequired(after: previous)
        guard let key = signers.key(signed.signer) else { throw .keyNotInRecord }
        try check(signed, by: key)
        return (true, keyChains.insert(signed, on: statement, after: previous).map { [$0.name] } ?? [])
    }

    private static func read<Statement>(
        _ signed: SignedStatement, _ kind: StatementKind, _ read: ([UInt8]) throws(DecodingRefusal) -> Statement
    ) throws(LedgerRefusal) -> Statement {
        guard signed.kind == kind else { throw .malformed(DecodingRefusal(.wrongKind, field: "typ")) }
        do { return try read(signed.payload) } catch { throw .malformed(error) }
    }

    /// Checks a signature by the seal keys of a record; a freeze has none.
    private mutating func check(
        _ signed: SignedStatement, byConsentOf keys: KeyRecord
    ) throws(LedgerRefusal) -> KeySet {
        guard let set = keys.record?.seal, let key = set.key(signed.signer) else { throw .keyNotInRecord }
        try check(signed, by: key)
        return set
    }

    private mutating func check(_ signed: SignedStatement, by key: PublicKey) throws(LedgerRefusal) {
        if trusted.contains(where: { $0.holds(signed) }) { return }
        signatureCheckCount += 1
        guard signed.isValid(by: key) else { throw .badSignature }
    }

    /// True if exactly this signature was found good here. The signer's id is the hash of its key.
    private func holds(_ signed: SignedStatement) -> Bool {
        let id = Digest(of: signed.payload)
        return switch signed.kind {
        case .seal: seals[id]?.signatures[signed.signer] == signed
        case .withdrawal: withdrawals[id]?.signatures[signed.signer] == signed
        case .keys: keyChains.statements[id]?.signatures[signed.signer] == signed
        case .state, .checkpoint, .card: false
        }
    }

    // MARK: Waiting

    /// What a key record that has come to be known let in.
    package struct Released: Sendable {
        /// The seals that waited for it, with repeats where several signatures on one did.
        package var seals: [Digest] = []
        /// A key statement or a withdrawal waited for it.
        package var changesKeys = false
        /// The nodes that the new key records name.
        package var nodes: [(party: Identifier, key: KeyID)] = []
        /// What waited and was now refused, by the ids of the payloads.
        package var refused: [Digest: LedgerRefusal] = [:]
    }

    /// Takes in what waited for these key records, and for those that come to be known by that, and so on.
    private mutating func releaseWaiting(for known: [KeyRecordName]) -> Released {
        var released = Released()
        var open = known
        while let name = open.popLast() {
            if waiting.mayHaveTurnedAway(name) { isOwedRereading = true }
            let record = keyChains.record(of: name.party, named: name.record)?.record
            released.nodes += (record?.nodes ?? []).map { (name.party, $0.key.id) }
            for signed in waiting.remove(for: name) {
                let id = Digest(of: signed.payload)
                do throws(LedgerRefusal) {
                    switch signed.kind {
                    case .keys:
                        open += try addKeyStatement(signed, from: nil)?.records ?? []
                        released.changesKeys = true
                    case .withdrawal:
                        try insertWithdrawal(signed)
                        released.changesKeys = true
                    case .seal, .state, .checkpoint, .card:
                        try insertSeal(signed)
                        released.seals.append(id)
                    }
                } catch {
                    released.refused[id] = error
                }
            }
        }
        return released
    }

    /// Says that all that was turned away is about to be offered again.
    public mutating func beginRereading() {
        isOwedRereading = false
        waiting.forgetTurnedAway()
    }

    /// Statements whose key record is not at hand, by party, key record, payload and signer.
    public var statementsAwaitingKeys: [SignedStatement] { waiting.all }

    // MARK: Key records

    /// A party's key record by the digest that seals name, if it is at hand; a freeze too.
    public func keyRecord(of party: Identifier, named digest: Digest) -> KeyRecord? {
        keyChains.record(of: party, named: digest)
    }

    /// The record behind such a digest; nil for a freeze.
    public func record(of party: Identifier, named digest: Digest) -> PartyRecord? {
        keyRecord(of: party, named: digest)?.record
    }

    /// The key of one of a party's nodes, if any key record of the party names it.
    public func nodeKey(_ id: KeyID, of party: Identifier) -> PublicKey? { keyChains.nodeKey(id, of: party) }

    /// The parties whose key records name a node's key: one, unless somebody published another's key.
    public func parties(ofNode id: KeyID) -> [Identifier] { keyChains.parties(ofNode: id) }

    /// Every record of a party that an instrument carries or a good statement made, by party, then by id.
    public var partyRecords: [(party: Identifier, record: PartyRecord)] {
        keyChains.all.compactMap { keys in keys.record.map { (keys.party, $0) } }
    }
}

/// Why a record does not enter the ledger.
public enum LedgerRefusal: Error, Hashable, Sendable {
    case malformed(DecodingRefusal)
    case otherRoadmap
    /// A key statement's version is not the next after that of the record it follows.
    case wrongVersion
    case keyNotInRecord
    case badSignature
    /// Not for good: it may be offered again once more key records are known.
    case tooManyWaiting
}

public enum StatementInsertion: Hashable, Sendable {
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

/// A withdrawal with the signatures on it that were found good.
public struct WithdrawalOnRecord: Hashable, Sendable {
    public let withdrawal: Withdrawal
    /// Distinct keys that must sign before it counts.
    public let threshold: Int
    public private(set) var signatures: [KeyID: SignedStatement] = [:]

    init(withdrawal: Withdrawal, threshold: Int) {
        self.withdrawal = withdrawal
        self.threshold = threshold
    }

    public var isSigned: Bool { signatures.count >= threshold }

    mutating func add(_ statement: SignedStatement) { signatures[statement.signer] = statement }
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
