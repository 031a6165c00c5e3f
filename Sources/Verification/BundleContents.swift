public import Agreement
public import Cryptography
internal import Identity

/// What a bundle holds once every record in it was judged on its own and found in its place.
///
/// Only reading a bundle makes this; holding one is the proof that each signature in it was checked.
public struct BundleContents: Sendable {
    public let roadmap: InstrumentID
    public let scope: BundleScope
    public private(set) var ledger: Ledger
    /// State certificates, each with its good signature.
    public private(set) var certificates: [(certificate: StateCertificate, statement: SignedStatement)] = []
    /// Seals that their party is asked to sign.
    public private(set) var requests: [Seal] = []
    /// None but in the scope `evidence`.
    public private(set) var evidence = EvidenceRecords()
    public private(set) var recordCount = 0
    public private(set) var signatureCheckCount = 0
    /// Ids that records name and that are absent from the file.
    public private(set) var lacking: Set<Digest> = []

    /// Of the file that is being read.
    private var seen: Set<RecordName> = []
    /// What a record of that file named before it was there, with the first record that did.
    private var namedInstruments: [InstrumentID: Place] = [:]
    private var namedKeys: [KeyName: Place] = [:]
    /// The same of the files before, which others may bring.
    private var awaitedInstruments: Set<InstrumentID> = []
    private var awaitedKeys: Set<KeyName> = []
    private var held: Set<RecordName> = []
    /// What may come later: conditional seals are mutual, and a withdrawal lists whatever its party had committed to.
    private var conditions: Set<InstrumentID> = []

    private struct RecordName: Hashable {
        let kind: BundleRecordKind
        let id: Digest
        let signer: KeyID?
    }

    private struct KeyName: Hashable {
        let party: Identifier
        let record: Digest
    }

    private typealias Place = BundlePlace
    private typealias Refused = BundleRefused

    /// Reads and judges a whole bundle.
    ///
    /// - Throws: ``NotABundle``, or ``BundleRefusal`` for the first record that is invalid.
    public init(_ bytes: [UInt8]) throws { try self.init(BundleReader(bytes)) }

    /// Reads and judges what stands behind the header.
    ///
    /// - Throws: ``BundleRefusal`` for the first record that is invalid.
    init(_ reader: BundleReader) throws(BundleRefusal) {
        self.init(of: reader.roadmap, reader.scope)
        try take(reader)
        settle()
    }

    /// Begins with nothing; what several files hold of one roadmap is taken in one after the other.
    ///
    /// - Parameter scope: `evidence` if all of them are.
    init(of roadmap: InstrumentID, _ scope: BundleScope) {
        self.roadmap = roadmap
        self.scope = scope
        ledger = Ledger(roadmap: roadmap)
    }

    /// Reads and judges one more file, by its own order, and by what the files before have brought.
    ///
    /// - Throws: ``BundleRefusal`` for the first record that is invalid.
    mutating func take(_ reader: BundleReader) throws(BundleRefusal) {
        beginFile()
        guard reader.scope == .agreement || reader.scope == .evidence else {
            throw BundleRefusal(record: nil, offset: 0, code: .scopeNotSupported(reader.scope))
        }
        var runs = PreparedRuns(reader)
        while let run = runs.next(ledger) {
            for record in run.records {
                do throws(Refused) {
                    try admit(record, in: reader.scope)
                } catch {
                    let culprit = error.culprit ?? record.place
                    throw BundleRefusal(record: culprit.record, offset: culprit.offset, code: error.code)
                }
            }
            if let refusal = run.refusal { throw refusal }
        }
        guard reader.scope != .evidence || evidence.accusesInThisFile else {
            throw BundleRefusal(record: nil, offset: 0, code: .noAccusation)
        }
        recordCount += reader.recordCount
    }

    private mutating func beginFile() {
        seen = []
        awaitedInstruments.formUnion(namedInstruments.keys)
        awaitedKeys.formUnion(namedKeys.keys)
        namedInstruments = [:]
        namedKeys = [:]
        evidence.beginFile()
    }

    /// Says what is lacking, once all files were taken in.
    mutating func settle() {
        beginFile()
        signatureCheckCount += ledger.signatureCheckCount + evidence.journal.signatureCheckCount
        lacking = awaitedInstruments.filter { ledger.instruments[$0] == nil }
        lacking.formUnion(
            awaitedKeys.filter { ledger.keyRecord(of: $0.party, named: $0.record) == nil }.map(\.record))
        lacking.formUnion(conditions.filter { ledger.instruments[$0] == nil })
        lacking.formUnion(evidence.lacking)
        if ledger.instruments[roadmap] == nil { lacking.insert(roadmap) }
    }

    private mutating func admit(_ record: PreparedRecord, in scope: BundleScope) throws(Refused) {
        guard let kind = BundleRecordKind(rawValue: record.kind), kind.belongs(into: scope) else {
            throw Refused(.unexpectedKind(record.kind))
        }
        let (content, place) = (record.content, record.place)
        try evidence.checkPlace(of: kind)
        switch kind {
        case .instrument: try admitInstrument(content, place)
        case .seal: try admitSeal(record)
        case .keyStatement: try admitKeyStatement(content, place)
        case .withdrawal: try admitWithdrawal(content, place)
        case .stateCertificate: try admitCertificate(record)
        case .sealRequest: try admitRequest(content, place)
        case .proof: throw Refused(.unexpectedKind(kind.rawValue))
        case .header: try evidence.admitHeader(content, place, in: roadmap)
        case .body: try evidence.admitBody(content)
        case .checkpoint: try evidence.admitCheckpoint(content, place, in: roadmap)
        case .accusation: try evidence.admitAccusation(content, place, in: roadmap)
        }
    }

    // MARK: Each kind

    private mutating func admitInstrument(_ content: [UInt8], _ place: Place) throws(Refused) {
        let instrument: Instrument
        do { instrument = try Instrument(payload: content) } catch { throw Refused(.malformed(error)) }
        try noteNew(RecordName(kind: .instrument, id: instrument.id, signer: nil))
        if let early = namedInstruments[instrument.id] { throw Refused(.tooEarly, culprit: early) }
        for (party, record) in instrument.partyRecords {
            guard let early = namedKeys[KeyName(party: party, record: record.id)] else { continue }
            throw Refused(.tooEarly, culprit: early)
        }
        do throws(LedgerRefusal) { try Self.check(ledger.insert(instrument)) } catch {
            throw Refused(Self.code(for: error))
        }
        for id in instrument.named { name(id, place) }
    }

    /// Within one file nothing waits for what comes later; of several, one may bring the key that another's seal lacks.
    private static func check(_ refused: [Digest: LedgerRefusal]) throws(LedgerRefusal) {
        if let first = refused.min(by: { $0.key < $1.key }) { throw first.value }
    }

    private mutating func admitSeal(_ record: PreparedRecord) throws(Refused) {
        let place = record.place
        let (statement, seal) = try record.seal()
        try noteNew(RecordName(kind: .seal, id: seal.id, signer: statement.signer))
        do throws(LedgerRefusal) {
            if try ledger.insert(seal, statement) == .awaitingKeys { nameKeys(seal.keys, of: seal.party, place) }
        } catch { throw Refused(Self.code(for: error)) }
        name(seal.instrument, place)
        conditions.formUnion(seal.provided)
    }

    private mutating func admitKeyStatement(_ content: [UInt8], _ place: Place) throws(Refused) {
        let signed: SignedStatement
        let statement: KeyStatement
        do {
            signed = try SignedStatement(encoded: content, expecting: .keys)
            statement = try KeyStatement(payload: signed.payload)
        } catch { throw Refused(.malformed(error)) }
        try noteNew(RecordName(kind: .keyStatement, id: statement.id, signer: signed.signer))
        do throws(LedgerRefusal) {
            let (insertion, released) = try ledger.takeKeyStatement(signed, from: nil)
            if insertion == .awaitingKeys { nameKeys(statement.previous, of: statement.party, place) }
            try Self.check(released.refused)
        } catch { throw Refused(Self.code(for: error)) }
        // It makes a key record with the last signature that it needs; what is made under that comes later.
        guard let early = namedKeys[KeyName(party: statement.party, record: statement.id)],
            ledger.keyRecord(of: statement.party, named: statement.id) != nil
        else { return }
        throw Refused(.tooEarly, culprit: early)
    }

    private mutating func admitWithdrawal(_ content: [UInt8], _ place: Place) throws(Refused) {
        let signed: SignedStatement
        let withdrawal: Withdrawal
        do {
            signed = try SignedStatement(encoded: content, expecting: .withdrawal)
            withdrawal = try Withdrawal(payload: signed.payload)
        } catch { throw Refused(.malformed(error)) }
        try noteNew(RecordName(kind: .withdrawal, id: withdrawal.id, signer: signed.signer))
        do throws(LedgerRefusal) {
            if try ledger.insertWithdrawal(signed) == .awaitingKeys {
                nameKeys(withdrawal.keys, of: withdrawal.party, place)
            }
        } catch { throw Refused(Self.code(for: error)) }
        for roster in withdrawal.rosters.values { name(roster, place) }
        conditions.formUnion(withdrawal.committed)
    }

    private mutating func admitRequest(_ content: [UInt8], _ place: Place) throws(Refused) {
        let seal: Seal
        do { seal = try Seal(payload: content) } catch { throw Refused(.malformed(error)) }
        guard seal.roadmap == roadmap else { throw Refused(.otherRoadmap) }
        try noteNew(RecordName(kind: .sealRequest, id: seal.id, signer: nil))
        name(seal.instrument, place)
        if ledger.keyRecord(of: seal.party, named: seal.keys) == nil { nameKeys(seal.keys, of: seal.party, place) }
        conditions.formUnion(seal.provided)
        if held.insert(RecordName(kind: .sealRequest, id: seal.id, signer: nil)).inserted { requests.append(seal) }
    }

    private mutating func admitCertificate(_ record: PreparedRecord) throws(Refused) {
        let (statement, certificate) = try record.certificate()
        guard certificate.roadmap == roadmap else { throw Refused(.otherRoadmap) }
        try noteNew(RecordName(kind: .stateCertificate, id: certificate.id, signer: statement.signer))
        guard let key = ledger.nodeKey(statement.signer, of: certificate.party) else { throw Refused(.unknownKey) }
        let name = RecordName(kind: .stateCertificate, id: certificate.id, signer: statement.signer)
        signatureCheckCount += 1
        guard statement.isValid(by: key) else { throw Refused(.badSignature) }
        if held.insert(name).inserted { certificates.append((certificate, statement)) }
    }

    // MARK: Names

    private mutating func noteNew(_ name: RecordName) throws(Refused) {
        guard seen.insert(name).inserted else { throw Refused(.duplicate) }
    }

    private mutating func name(_ id: InstrumentID, _ place: Place) {
        guard ledger.instruments[id] == nil, namedInstruments[id] == nil else { return }
        namedInstruments[id] = place
    }

    private mutating func nameKeys(_ keys: Digest, of party: Identifier, _ place: Place) {
        let name = KeyName(party: party, record: keys)
        if namedKeys[name] == nil { namedKeys[name] = place }
    }

    static func code(for refusal: LedgerRefusal) -> BundleRefusal.Code {
        switch refusal {
        case .malformed(let refusal): .malformed(refusal)
        case .otherRoadmap: .otherRoadmap
        case .wrongVersion: .wrongVersion
        case .keyNotInRecord: .unknownKey
        case .badSignature: .badSignature
        case .tooManyWaiting: .tooManyWaiting
        }
    }
}
