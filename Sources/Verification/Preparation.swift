internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// A record of a bundle, with what could be said of it before its turn: decoded, and its signature checked.
struct PreparedRecord: Sendable {
    let kind: UInt64
    let content: [UInt8]
    let place: BundlePlace
    fileprivate var found: Found?

    fileprivate enum Found: Sendable {
        case seal(SignedStatement, Seal)
        case certificate(SignedStatement, StateCertificate)
        case malformed(DecodingRefusal)
    }

    /// - Throws: the faults of the envelope, then of the payload.
    func seal() throws(BundleRefused) -> (SignedStatement, Seal) {
        switch found ?? Found(seal: content) {
        case .seal(let statement, let seal): return (statement, seal)
        case .malformed(let refusal): throw BundleRefused(.malformed(refusal))
        case .certificate: preconditionFailure("a record of the kind seal was prepared as a certificate")
        }
    }

    /// - Throws: the faults of the envelope, then of the payload.
    func certificate() throws(BundleRefused) -> (SignedStatement, StateCertificate) {
        switch found ?? Found(certificate: content) {
        case .certificate(let statement, let certificate): return (statement, certificate)
        case .malformed(let refusal): throw BundleRefused(.malformed(refusal))
        case .seal: preconditionFailure("a record of the kind certificate was prepared as a seal")
        }
    }
}

extension PreparedRecord.Found {
    init(seal content: [UInt8]) {
        do throws(DecodingRefusal) {
            let statement = try SignedStatement(encoded: content, expecting: .seal)
            self = .seal(statement, try Seal(payload: statement.payload))
        } catch { self = .malformed(error) }
    }

    init(certificate content: [UInt8]) {
        do throws(DecodingRefusal) {
            let statement = try SignedStatement(encoded: content, expecting: .state)
            self = .certificate(statement, try StateCertificate(payload: statement.payload))
        } catch { self = .malformed(error) }
    }
}

/// Records of one kind that stand behind one another, few enough to be held; and why the file ends behind them, if it does
/// not end as it should.
struct RecordRun {
    var records: [PreparedRecord] = []
    var refusal: BundleRefusal?
}

/// Cuts a file into runs: what is decoded and checked on all cores before it is judged in its order.
struct RecordRuns {
    /// Records of one run, and about how many bytes of them: some seconds of signatures, and no more memory than that.
    private static let longest = 4_096
    private static let mostBytes = 8 << 20

    private let reader: BundleReader
    private var pending: PreparedRecord?
    private var isOver = false

    init(_ reader: BundleReader) { self.reader = reader }

    /// The next run; nil behind the footer. A run with a refusal is the last.
    mutating func next() -> RecordRun? {
        guard !isOver else { return nil }
        var run = RecordRun()
        var byteCount = 0
        do throws(BundleRefusal) {
            while let record = try take() {
                if let first = run.records.first, first.kind != record.kind {
                    pending = record
                    return run
                }
                run.records.append(record)
                byteCount += record.content.count
                if run.records.count == Self.longest || byteCount > Self.mostBytes { return run }
            }
        } catch {
            run.refusal = error
        }
        isOver = true
        return run
    }

    private mutating func take() throws(BundleRefusal) -> PreparedRecord? {
        if let record = pending {
            pending = nil
            return record
        }
        guard case .record(let kind, let content, let offset) = try reader.next() else { return nil }
        let place = BundlePlace(record: reader.recordCount - 1, offset: offset)
        return PreparedRecord(kind: kind, content: Array(content.bytes), place: place)
    }
}

/// Does on all cores what can be said of seals and certificates by themselves and the keys that are at hand.
///
/// Nothing depends on it but time: whatever it leaves out is done when the record's turn comes.
struct Preparation {
    private let ledger: Ledger

    init(_ ledger: Ledger) { self.ledger = ledger }

    func prepared(_ records: [PreparedRecord]) -> [PreparedRecord] {
        switch records.first.flatMap({ BundleRecordKind(rawValue: $0.kind) }) {
        case .seal: AllCores.map(records) { prepare($0, .init(seal: $0.content)) }
        case .stateCertificate: AllCores.map(records) { prepare($0, .init(certificate: $0.content)) }
        default: records
        }
    }

    private func prepare(_ record: PreparedRecord, _ found: PreparedRecord.Found) -> PreparedRecord {
        var record = record
        record.found = found
        switch found {
        case .seal(let statement, let seal):
            let keys = ledger.keyRecord(of: seal.party, named: seal.keys)?.record?.seal
            if let key = keys?.key(statement.signer) { record.found = .seal(statement.checked(by: key), seal) }
        case .certificate(let statement, let certificate):
            if let key = ledger.nodeKey(statement.signer, of: certificate.party) {
                record.found = .certificate(statement.checked(by: key), certificate)
            }
        case .malformed: break
        }
        return record
    }
}
