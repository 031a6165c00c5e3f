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

    var kind: BundleRecordKind? { records.first.flatMap { BundleRecordKind(rawValue: $0.kind) } }
}

/// Cuts a file into runs: what is decoded and checked on all cores before it is judged in its order.
private struct RecordRuns {
    /// Records of one run, and about how many bytes of them: a tenth of a second of signatures, for while one run is judged
    /// the next one is checked, and no more memory than two of them take.
    private static let longest = 1_024
    private static let mostBytes = 4 << 20

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

/// The runs of a file, each prepared before it is judged.
///
/// Behind a run of seals or of certificates, which bring no keys, another one of the same kind is prepared while the first
/// is judged: else one core would judge and the others wait.
struct PreparedRuns {
    private var runs: RecordRuns
    private var following: RecordRun?
    private var underWay: WorkUnderWay<PreparedRecord>?

    init(_ reader: BundleReader) {
        runs = RecordRuns(reader)
        following = runs.next()
    }

    /// The next run, prepared by what the ledger holds; nil behind the footer.
    mutating func next(_ ledger: Ledger) -> RecordRun? {
        guard var run = following else { return nil }
        let preparation = Preparation(ledger)
        run.records = underWay?.wait() ?? preparation.prepared(run)
        following = runs.next()
        underWay = following.flatMap { $0.kind == run.kind ? preparation.begin(with: $0) : nil }
        return run
    }
}

/// Does on all cores what can be said of seals and certificates by themselves and the keys that are at hand.
///
/// Nothing depends on it but time: whatever it leaves out is done when the record's turn comes.
private struct Preparation {
    private let ledger: Ledger

    init(_ ledger: Ledger) { self.ledger = ledger }

    func prepared(_ run: RecordRun) -> [PreparedRecord] {
        decoding(run.kind).map { decoded in AllCores.map(run.records) { prepare($0, decoded($0.content)) } }
            ?? run.records
    }

    /// Nil if there is nothing to do.
    func begin(with run: RecordRun) -> WorkUnderWay<PreparedRecord>? {
        decoding(run.kind).map { decoded in AllCores.beginMap(run.records) { prepare($0, decoded($0.content)) } }
    }

    private func decoding(_ kind: BundleRecordKind?) -> (@Sendable ([UInt8]) -> PreparedRecord.Found)? {
        switch kind {
        case .seal: { PreparedRecord.Found(seal: $0) }
        case .stateCertificate: { PreparedRecord.Found(certificate: $0) }
        default: nil
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
