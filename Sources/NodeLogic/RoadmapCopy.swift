public import Agreement
public import CanonicalEncoding
public import Cryptography
public import Identity
public import Journal

/// A node's copy of what binds: the records of the agreement, and what follows from them.
///
/// Filled from the store at the start, and then by every entry that was made durable. What follows is worked out when it
/// is first asked for, and from then on each record that comes is taken into it, in its place.
public struct RoadmapCopy: Sendable {
    public let roadmap: InstrumentID
    public private(set) var ledger: Ledger
    /// Of each chain of state certificates whose signatures were found good, the one with the highest sequence; of
    /// equals, which are a lie, the one with the lowest id, in whatever order they came.
    public private(set) var certificates: [CertificateChain: CertificateOnRecord] = [:]
    private var unplacedCertificates: WaitingRoom<NodeName>
    private var areCertificatesOwed = false
    /// Of the instruments that a journal brought, those that nobody has put a seal to.
    private(set) var unsealed = UnsealedInstruments()
    /// What follows from the ledger; nil before anybody asked, and where it has to be worked out anew.
    private var evaluated: Evaluation?
    /// Key statements or withdrawals have come that the evaluation has not been told of.
    private var haveKeysChanged = false
    private var derivedRoots: (at: Int, roots: StateRoots)?
    private var derivedParties: Parties?

    private struct Parties {
        let at: Int
        let records: [(party: Identifier, record: PartyRecord)]
        let admission: Admission
    }

    /// - Parameters:
    ///   - waitingStatements: how many statements may wait for keys.
    ///   - waitingCertificates: how many state certificates may wait for a record that names their node.
    public init(
        roadmap: InstrumentID, waitingStatements: Int = StatementLimits.waitingStatements,
        waitingCertificates: Int = RoadmapCopy.unplacedLimit
    ) {
        self.roadmap = roadmap
        ledger = Ledger(roadmap: roadmap, waitingStatements: waitingStatements)
        unplacedCertificates = WaitingRoom(count: waitingCertificates, bytes: StatementLimits.waitingByteCount)
    }

    /// Takes in an agreement record as an entry or a bundle carries it.
    ///
    /// What is refused changes nothing: entries are kept for their chain's sake, whatever they say.
    ///
    /// - Parameter carrier: the key of the writer whose journal carries it, if one does: room for what must wait is
    ///   shared out by it.
    @discardableResult
    public mutating func take(_ kind: EntryKind, _ body: [UInt8], from carrier: KeyID? = nil) -> RecordOutcome {
        func signed(_ kind: StatementKind) throws(DecodingRefusal) -> SignedStatement {
            try SignedStatement(encoded: body, expecting: kind)
        }
        do throws(DecodingRefusal) {
            switch kind {
            case .instrument: return try take(Instrument(payload: body), from: carrier)
            case .seal: return takeSeal(try signed(.seal), from: carrier)
            case .keyStatement: return takeKeyStatement(try signed(.keys), from: carrier)
            case .withdrawal: return takeWithdrawal(try signed(.withdrawal), from: carrier)
            case .stateCertificate: return takeCertificate(try signed(.state), from: carrier)
            default: return .held
            }
        } catch {
            return .refused(.malformed(error))
        }
    }

    public mutating func take(_ instrument: Instrument, from carrier: KeyID? = nil) -> RecordOutcome {
        guard ledger.instruments[instrument.id] == nil else { return .held }
        return outcome { (copy) throws(LedgerRefusal) in
            let released = try copy.ledger.take(instrument)
            if let carrier { copy.unsealed.insert(instrument.id, by: carrier) }
            copy.evaluated?.add(instrument)
            copy.note(released)
            return .added
        }
    }

    public mutating func takeSeal(_ statement: SignedStatement, from carrier: KeyID? = nil) -> RecordOutcome {
        outcome { (copy) throws(LedgerRefusal) in
            let insertion = try copy.ledger.insertSeal(statement, from: carrier)
            if insertion == .added { copy.noteSeal(Digest(of: statement.payload)) }
            return insertion
        }
    }

    public mutating func takeWithdrawal(_ statement: SignedStatement, from carrier: KeyID? = nil) -> RecordOutcome {
        outcome { (copy) throws(LedgerRefusal) in
            let insertion = try copy.ledger.insertWithdrawal(statement, from: carrier)
            if insertion == .added { copy.haveKeysChanged = true }
            return insertion
        }
    }

    public mutating func takeKeyStatement(_ statement: SignedStatement, from carrier: KeyID? = nil) -> RecordOutcome {
        outcome { (copy) throws(LedgerRefusal) in
            let (insertion, released) = try copy.ledger.takeKeyStatement(statement, from: carrier)
            copy.note(released)
            let onRecord = copy.ledger.keyChains.statements[Digest(of: statement.payload)]
            if insertion == .added, onRecord?.isGood == true {
                copy.haveKeysChanged = true
                copy.derivedParties = nil
            }
            return insertion
        }
    }

    private mutating func outcome(
        _ insert: (inout RoadmapCopy) throws(LedgerRefusal) -> StatementInsertion
    ) -> RecordOutcome {
        do {
            switch try insert(&self) {
            case .held: return .held
            case .awaitingKeys: return .awaitingKeys
            case .added: return .new
            }
        } catch {
            return .refused(error)
        }
    }

    private mutating func note(_ released: Ledger.Released) {
        for seal in released.seals { noteSeal(seal) }
        for (party, key) in released.nodes {
            let node = NodeName(party: party, key: key)
            if unplacedCertificates.mayHaveTurnedAway(node) { areCertificatesOwed = true }
            for statement in unplacedCertificates.remove(for: node) { takeCertificate(statement) }
        }
        guard released.changesKeys else { return }
        haveKeysChanged = true
        derivedParties = nil
    }

    private mutating func noteSeal(_ id: Digest) {
        guard let onRecord = ledger.seals[id] else { return }
        if onRecord.isSigned { unsealed.noteSeal(on: onRecord.seal.instrument) }
        guard evaluated != nil, let seal = ledger.sealGiven(id) else { return }
        evaluated!.add(seal)
    }

    /// True once a key record has come for which something may have been turned away: whoever keeps a store offers all
    /// that is in it again.
    public var isOwedRereading: Bool { ledger.isOwedRereading || areCertificatesOwed }

    /// Says that all records which are kept elsewhere are about to be taken in again.
    public mutating func beginRereading() {
        ledger.beginRereading()
        areCertificatesOwed = false
        unplacedCertificates.forgetTurnedAway()
    }

    @discardableResult
    public mutating func takeCertificate(_ statement: SignedStatement, from carrier: KeyID? = nil) -> RecordOutcome {
        guard statement.kind == .state else { return .refused(.malformed(DecodingRefusal(.wrongKind, field: "typ"))) }
        let certificate: StateCertificate
        do {
            certificate = try StateCertificate(payload: statement.payload)
        } catch {
            return .refused(.malformed(error))
        }
        guard certificate.roadmap == roadmap else { return .refused(.otherRoadmap) }
        let chain = CertificateChain(writer: certificate.writer, signer: statement.signer)
        if let held = certificates[chain]?.certificate,
            (held.sequence, certificate.id) >= (certificate.sequence, held.id)
        {
            return .held
        }
        guard let key = ledger.nodeKey(statement.signer, of: certificate.party) else {
            let node = NodeName(party: certificate.party, key: statement.signer)
            do {
                try unplacedCertificates.insert(statement, for: node, from: carrier)
                return .awaitingKeys
            } catch {
                return .refused(error)
            }
        }
        guard statement.isValid(by: key) else { return .refused(.badSignature) }
        certificates[chain] = CertificateOnRecord(certificate: certificate, statement: statement)
        return .new
    }

    /// State certificates kept unchecked until a record of their party comes.
    public static let unplacedLimit = 4_096

    // MARK: What follows

    public var evaluation: Evaluation {
        mutating get {
            bringUpToDate()
            return evaluated!
        }
    }

    public var roots: StateRoots {
        mutating get {
            bringUpToDate()
            let changes = evaluated!.changes.state
            if let known = derivedRoots, known.at == changes { return known.roots }
            let roots = StateRoots(of: evaluated!)
            derivedRoots = (changes, roots)
            return roots
        }
    }

    /// Who contradicts itself, of the parties of whom something has come since this was asked last; the first time, and
    /// after what changes what seals are worth, of all.
    public mutating func takeNewContradictions() -> [Contradiction] {
        bringUpToDate()
        return evaluated!.takeNewContradictions()
    }

    /// The parties with their records of now, upon those in force, or before that upon those of the founding; ascending
    /// by party.
    public var partyRecords: [(party: Identifier, record: PartyRecord)] { mutating get { parties().records } }
    /// Who may connect: the nodes that those records name.
    public var admission: Admission { mutating get { parties().admission } }

    /// True for the key of a node that any key record names, of an instrument or a good statement, in force or not.
    ///
    /// It only ever comes to admit more, so that copies which learn of records in different orders hold the same
    /// journals.
    public func mayWrite(_ key: PublicKey) -> Bool { !ledger.parties(ofNode: key.id).isEmpty }

    /// True for a record that this copy took in and that still says something to others: of state certificates the
    /// newest of its chain, of the rest all but what was refused; and all that waits for a key, for when that comes nobody
    /// asks again.
    public func isWorthCarrying(_ kind: EntryKind, _ body: [UInt8]) -> Bool {
        guard body.count <= JournalLimits.bodyByteCount else { return false }
        switch kind {
        case .instrument: return ledger.instruments[Digest(of: body)] != nil
        case .seal:
            guard let statement = try? SignedStatement(encoded: body, expecting: .seal),
                let seal = try? Seal(payload: statement.payload)
            else { return false }
            return ledger.seals[seal.id]?.signatures[statement.signer] == statement
                || ledger.keyRecord(of: seal.party, named: seal.keys) == nil
        case .keyStatement:
            guard let signed = try? SignedStatement(encoded: body, expecting: .keys),
                let statement = try? KeyStatement(payload: signed.payload)
            else { return false }
            return ledger.keyChains.statements[statement.id]?.signatures[signed.signer] == signed
                || ledger.keyRecord(of: statement.party, named: statement.previous) == nil
        case .withdrawal:
            guard let signed = try? SignedStatement(encoded: body, expecting: .withdrawal),
                let withdrawal = try? Withdrawal(payload: signed.payload)
            else { return false }
            return ledger.withdrawals[withdrawal.id]?.signatures[signed.signer] == signed
                || ledger.keyRecord(of: withdrawal.party, named: withdrawal.keys) == nil
        case .stateCertificate:
            guard let statement = try? SignedStatement(encoded: body, expecting: .state),
                let certificate = try? StateCertificate(payload: statement.payload)
            else { return false }
            let chain = CertificateChain(writer: certificate.writer, signer: statement.signer)
            return certificates[chain]?.statement == statement
                || ledger.nodeKey(statement.signer, of: certificate.party) == nil
        default: return false
        }
    }

    private mutating func parties() -> Parties {
        bringUpToDate()
        let changes = evaluated!.changes.constitution
        if let known = derivedParties, known.at == changes { return known }
        let records = ledger.partyRecordsInForce(by: evaluated!)
        let parties = Parties(at: changes, records: records, admission: Admission(records))
        derivedParties = parties
        return parties
    }

    private mutating func bringUpToDate() {
        if haveKeysChanged, evaluated?.noteKeys(of: ledger) == false { evaluated = nil }
        haveKeysChanged = false
        guard evaluated == nil else { return }
        evaluated = Evaluation(of: ledger)
        derivedRoots = nil
        derivedParties = nil
    }
}

/// What a certificate waits for that no record names yet.
private struct NodeName: WaitedFor {
    let party: Identifier
    let key: KeyID
    var digest: Digest { key.digest }

    static func < (one: NodeName, other: NodeName) -> Bool { (one.party, one.key) < (other.party, other.key) }
}

/// One writer's state certificates, as its own key signed them.
///
/// The writer that a certificate names is only claimed: without the signer in its place, whoever names another's writer
/// would put that one's word aside.
public struct CertificateChain: Hashable, Sendable {
    public let writer: Digest
    public let signer: KeyID

    public init(writer: Digest, signer: KeyID) {
        self.writer = writer
        self.signer = signer
    }
}

public struct CertificateOnRecord: Hashable, Sendable {
    public let certificate: StateCertificate
    public let statement: SignedStatement
}

/// What became of a record.
public enum RecordOutcome: Hashable, Sendable {
    case new, held, awaitingKeys
    case refused(LedgerRefusal)
}

/// Why a body is not what its entry's kind says, judged from its bytes alone.
public enum AgreementBody {
    public static func refusal(_ kind: EntryKind, _ body: [UInt8]) -> DecodingRefusal? {
        do throws(DecodingRefusal) {
            switch kind {
            case .instrument: _ = try Instrument(payload: body)
            case .seal: _ = try Seal(payload: SignedStatement(encoded: body, expecting: .seal).payload)
            case .keyStatement:
                _ = try KeyStatement(payload: SignedStatement(encoded: body, expecting: .keys).payload)
            case .withdrawal:
                _ = try Withdrawal(payload: SignedStatement(encoded: body, expecting: .withdrawal).payload)
            case .stateCertificate:
                _ = try StateCertificate(payload: SignedStatement(encoded: body, expecting: .state).payload)
            default: break
            }
            return nil
        } catch {
            return error
        }
    }
}
