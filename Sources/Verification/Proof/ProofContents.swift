public import Agreement
public import Cryptography
internal import Identity

/// What a bundle of the scope `provision` holds, once every record in it was judged: the proof, and the statements of the
/// parties whose records it shows.
///
/// Only reading such a bundle makes this; holding one is the proof that each signature in it was checked.
/// Source: `Docs/Specification/proof.md`.
public struct ProofContents: Sendable {
    public let roadmap: InstrumentID
    public let proof: ProvisionProof
    /// Seals on the instrument that the provision's version is, and key statements, upon the records that the proof
    /// shows; no instrument.
    public private(set) var ledger: Ledger
    /// State certificates that name the root the proof leads to, each with its good signature.
    public private(set) var certificates: [(certificate: StateCertificate, statement: SignedStatement)] = []
    public private(set) var recordCount = 0
    public private(set) var signatureCheckCount = 0

    private var seen: Set<RecordName> = []

    private struct RecordName: Hashable {
        let kind: BundleRecordKind
        let id: Digest
        let signer: KeyID
    }

    private typealias Refused = BundleRefused

    /// Reads and judges what stands behind the header.
    ///
    /// - Throws: ``BundleRefusal`` for the first record that is invalid.
    init(_ reader: BundleReader) throws(BundleRefusal) {
        roadmap = reader.roadmap
        guard case .record(let kind, let content, let offset) = try reader.next() else {
            throw BundleRefusal(record: nil, offset: 0, code: .noProof)
        }
        do throws(Refused) {
            proof = try Self.proof(kind, Array(content.bytes), in: reader.roadmap)
        } catch {
            throw BundleRefusal(record: 0, offset: offset, code: error.code)
        }
        ledger = Ledger(roadmap: reader.roadmap)
        for (party, record) in proof.records { ledger.insert(root: record, of: party) }
        while case .record(let kind, let content, let offset) = try reader.next() {
            do throws(Refused) {
                try admit(kind, Array(content.bytes))
            } catch {
                throw BundleRefusal(record: reader.recordCount - 1, offset: offset, code: error.code)
            }
        }
        recordCount = reader.recordCount
        signatureCheckCount += ledger.signatureCheckCount
    }

    /// It comes first: all else is judged by it.
    private static func proof(
        _ number: UInt64, _ content: [UInt8], in roadmap: InstrumentID
    ) throws(Refused) -> ProvisionProof {
        guard let kind = BundleRecordKind(rawValue: number), kind.belongs(into: .provision) else {
            throw Refused(.unexpectedKind(number))
        }
        guard kind == .proof else { throw Refused(.tooEarly) }
        let proof: ProvisionProof
        do { proof = try ProvisionProof(payload: content) } catch { throw Refused(.malformed(error)) }
        guard proof.roadmap == roadmap else { throw Refused(.otherRoadmap) }
        return proof
    }

    private mutating func admit(_ number: UInt64, _ content: [UInt8]) throws(Refused) {
        switch BundleRecordKind(rawValue: number) {
        case .seal: try admitSeal(content)
        case .keyStatement: try admitKeyStatement(content)
        case .stateCertificate: try admitCertificate(content)
        default: throw Refused(.unexpectedKind(number))
        }
    }

    // MARK: Each kind

    private mutating func admitSeal(_ content: [UInt8]) throws(Refused) {
        let statement: SignedStatement
        let seal: Seal
        do {
            statement = try SignedStatement(encoded: content, expecting: .seal)
            seal = try Seal(payload: statement.payload)
        } catch { throw Refused(.malformed(error)) }
        try noteNew(.seal, seal.id, statement.signer)
        guard seal.roadmap == roadmap else { throw Refused(.otherRoadmap) }
        guard seal.instrument == proof.subject.leaf.version else { throw Refused(.notOfThisProof) }
        guard ledger.keyRecord(of: seal.party, named: seal.keys) != nil else { throw Refused(.unknownKey) }
        do throws(LedgerRefusal) { try ledger.insertSeal(statement) } catch {
            throw Refused(BundleContents.code(for: error))
        }
    }

    private mutating func admitKeyStatement(_ content: [UInt8]) throws(Refused) {
        let signed: SignedStatement
        let statement: KeyStatement
        do {
            signed = try SignedStatement(encoded: content, expecting: .keys)
            statement = try KeyStatement(payload: signed.payload)
        } catch { throw Refused(.malformed(error)) }
        try noteNew(.keyStatement, statement.id, signed.signer)
        guard statement.roadmap == roadmap else { throw Refused(.otherRoadmap) }
        guard ledger.keyRecord(of: statement.party, named: statement.previous) != nil else {
            throw Refused(.unknownKey)
        }
        do throws(LedgerRefusal) { try ledger.insertKeyStatement(signed) } catch {
            throw Refused(BundleContents.code(for: error))
        }
    }

    private mutating func admitCertificate(_ content: [UInt8]) throws(Refused) {
        let statement: SignedStatement
        let certificate: StateCertificate
        do {
            statement = try SignedStatement(encoded: content, expecting: .state)
            certificate = try StateCertificate(payload: statement.payload)
        } catch { throw Refused(.malformed(error)) }
        try noteNew(.stateCertificate, certificate.id, statement.signer)
        guard certificate.roadmap == roadmap else { throw Refused(.otherRoadmap) }
        guard certificate.inForce == proof.root else { throw Refused(.notOfThisProof) }
        guard let key = ledger.nodeKey(statement.signer, of: certificate.party) else { throw Refused(.unknownKey) }
        signatureCheckCount += 1
        guard statement.isValid(by: key) else { throw Refused(.badSignature) }
        certificates.append((certificate, statement))
    }

    private mutating func noteNew(_ kind: BundleRecordKind, _ id: Digest, _ signer: KeyID) throws(Refused) {
        guard seen.insert(RecordName(kind: kind, id: id, signer: signer)).inserted else { throw Refused(.duplicate) }
    }
}
