public import Agreement
public import Cryptography
internal import Identity

/// What can be said of some files about one roadmap, offline: the verdict, and what it rests on.
public struct VerificationReport: Sendable {
    /// In the order in which they take precedence, the last first.
    public enum Verdict: String, Hashable, Sendable {
        case valid
        /// Valid as far as it goes; what records name is absent.
        case incomplete
        /// Valid, and two records in it contradict each other.
        case forked
        case invalid
    }

    public let verdict: Verdict
    public let refusal: BundleRefusal?
    /// Which of the files was refused, counted from 0.
    public let refusedFile: Int?
    /// The roadmap that the first file says it is about.
    public let roadmap: InstrumentID
    /// True if that is the one the verifier was told.
    public let roadmapChecked: Bool
    /// Of all files together but the proofs; nil where one is invalid, and where all are proofs.
    public let findings: Findings?
    /// Of each file that proves one provision, in their order.
    public let proofs: [ProofFindings]

    /// The proof, where one file was verified and is one.
    public var proof: ProofFindings? { proofs.first }

    /// Verifies a whole file.
    ///
    /// - Parameter expected: the roadmap's id, told to the verifier by other means than the file.
    /// - Throws: ``NotABundle``; everything else that is wrong is in the report.
    public init(verifying bytes: [UInt8], expecting expected: InstrumentID?) throws(NotABundle) {
        self.init(of: [try BundleReader(bytes)], expecting: expected, knowing: [])
    }

    /// Verifies several files about one roadmap, and says what they show together.
    ///
    /// Each file is judged by its own order; what one lacks another may bring. A proof is judged by what the others
    /// establish: whose keys it shows.
    ///
    /// - Parameters:
    ///   - files: at least one.
    ///   - keys: key records, by their ids, that the verifier knows by other means to be those of the parties that say so.
    /// - Throws: ``NotABundle``, with the place of the first file that is none.
    public init(
        uniting files: [[UInt8]], expecting expected: InstrumentID?, knowing keys: Set<Digest>
    ) throws(NotABundle) {
        try self.init(
            reading: files.map { bytes in
                var whole = bytes
                return {
                    defer { whole = [] }
                    return whole
                }
            }, expecting: expected, knowing: keys)
    }

    /// The same of files that are read piece by piece, and may be larger than memory.
    public init(
        reading files: [ByteSource], expecting expected: InstrumentID?, knowing keys: Set<Digest>
    ) throws(NotABundle) {
        var readers: [BundleReader] = []
        for (place, source) in files.enumerated() {
            do { readers.append(try BundleReader(from: source)) } catch { throw NotABundle(file: place) }
        }
        self.init(of: readers, expecting: expected, knowing: keys)
    }

    private init(of readers: [BundleReader], expecting expected: InstrumentID?, knowing keys: Set<Digest>) {
        let roadmap = readers[0].roadmap
        self.roadmap = roadmap
        roadmapChecked = expected == roadmap
        do throws(Refused) {
            let whole = try Self.contents(of: readers, expecting: expected ?? roadmap, isTold: expected != nil)
            let findings = whole.map(Findings.init)
            proofs = try Self.proofs(among: readers, by: findings, knowing: keys)
            self.findings = findings
            (refusal, refusedFile) = (nil, nil)
            verdict = ([findings?.verdict].compactMap(\.self) + proofs.map(\.verdict)).max()!
        } catch {
            (refusal, refusedFile) = (error.refusal, error.file)
            (findings, proofs) = (nil, [])
            verdict = .invalid
        }
    }

    private struct Refused: Error {
        let refusal: BundleRefusal
        let file: Int
    }

    /// What the files hold together that are no proofs; nil if all are.
    private static func contents(
        of readers: [BundleReader], expecting roadmap: InstrumentID, isTold: Bool
    ) throws(Refused) -> BundleContents? {
        for (file, reader) in readers.enumerated() where reader.roadmap != roadmap {
            let code: BundleRefusal.Code = isTold ? .notTheRoadmapAskedFor : .otherRoadmap
            throw Refused(refusal: BundleRefusal(record: nil, offset: 0, code: code), file: file)
        }
        let whole = readers.enumerated().filter { $0.element.scope != .provision }
        guard !whole.isEmpty else { return nil }
        let isEvidence = whole.allSatisfy { $0.element.scope == .evidence }
        var contents = BundleContents(of: roadmap, isEvidence ? .evidence : .agreement)
        for (file, reader) in whole {
            do throws(BundleRefusal) { try contents.take(reader) } catch {
                throw Refused(refusal: error, file: file)
            }
        }
        contents.settle()
        return contents
    }

    private static func proofs(
        among readers: [BundleReader], by findings: Findings?, knowing keys: Set<Digest>
    ) throws(Refused) -> [ProofFindings] {
        var proofs: [ProofFindings] = []
        for (file, reader) in readers.enumerated() where reader.scope == .provision {
            do throws(BundleRefusal) {
                let contents = try ProofContents(reader)
                proofs.append(
                    ProofFindings(contents) { party, record in
                        keys.contains(record) || findings?.establishes(record, of: party) ?? false
                    })
            } catch {
                throw Refused(refusal: error, file: file)
            }
        }
        return proofs
    }
}

extension VerificationReport.Verdict: Comparable {
    private var rank: Int {
        switch self {
        case .valid: 0
        case .incomplete: 1
        case .forked: 2
        case .invalid: 3
        }
    }

    /// Whichever takes precedence is the greater.
    public static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }
}
