public import Agreement
public import Cryptography
public import Identity

/// What can be said of one file, offline: the verdict, and what it rests on.
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
    /// The roadmap the file says it is about.
    public let roadmap: InstrumentID
    /// True if that is the one the verifier was told.
    public let roadmapChecked: Bool
    /// Nil for an invalid file.
    public let findings: Findings?

    /// What follows from the records of a file that is not invalid.
    public struct Findings: Sendable {
        public let contents: BundleContents
        public let evaluation: Evaluation
        public let roots: StateRoots
        /// Ascending.
        public let lacking: [Digest]
        public let evidence: [Contradiction]
        /// Of a file of evidence: of each accusation what the file shows, in their order.
        public let judgements: [Judgement]
        /// Ascending by id.
        public let parties: [PartyFinding]
    }

    public struct PartyFinding: Hashable, Sendable {
        public let id: Identifier
        /// By the rosters in force.
        public let standings: [Identifier]
        /// Its newest certificate, by a node that speaks for it.
        public let state: StateCertificate?
        /// The key records upon its record in force, or in the founding before it is in force; nil if it has none.
        public let keys: KeyChain?
        /// Its seals made under keys that it has retired, and not acknowledged since; ascending.
        public let disputedSeals: [Digest]
        /// What it has signed of leaving, ascending by id.
        public let withdrawals: [WithdrawalFinding]
    }

    public struct WithdrawalFinding: Hashable, Sendable {
        public let withdrawal: Withdrawal
        public let isDisputed: Bool
    }

    /// Verifies a whole file.
    ///
    /// - Parameter expected: the roadmap's id, told to the verifier by other means than the file.
    /// - Throws: ``NotABundle``; everything else that is wrong is in the report.
    public init(verifying bytes: [UInt8], expecting expected: InstrumentID?) throws(NotABundle) {
        let reader = try BundleReader(bytes)
        roadmap = reader.roadmap
        roadmapChecked = expected == reader.roadmap
        if let expected, expected != reader.roadmap {
            verdict = .invalid
            refusal = BundleRefusal(record: nil, offset: 0, code: .notTheRoadmapAskedFor)
            findings = nil
            return
        }
        do {
            let findings = Findings(try BundleContents(bytes))
            self.findings = findings
            refusal = nil
            verdict = findings.verdict
        } catch let error as BundleRefusal {
            verdict = .invalid
            refusal = error
            findings = nil
        } catch {
            throw NotABundle()
        }
    }
}

extension VerificationReport.Findings {
    init(_ contents: BundleContents) {
        let evaluation = Evaluation(of: contents.ledger)
        self.contents = contents
        self.evaluation = evaluation
        roots = StateRoots(of: evaluation)
        lacking = contents.lacking.sorted()
        evidence = evaluation.contradictions()
        let judge = Judge(contents, evaluation, evidence)
        judgements = contents.evidence.accusations.map(judge.judge)
        parties = Self.parties(contents, evaluation)
    }

    fileprivate var verdict: VerificationReport.Verdict {
        if !evidence.isEmpty || judgements.contains(where: { $0.verdict == .convicted }) { return .forked }
        guard contents.scope == .evidence else { return lacking.isEmpty ? .valid : .incomplete }
        return judgements.contains { $0.verdict == .incomplete } ? .incomplete : .valid
    }

    private static func parties(
        _ contents: BundleContents, _ evaluation: Evaluation
    ) -> [VerificationReport.PartyFinding] {
        let established = EstablishedRoots(evaluation)
        let newest = contents.newestCertificates(
            among: SpeakingNodes(of: contents.ledger, among: established))
        let disputed = contents.ledger.disputedSeals(among: established)
        let withdrawals = contents.ledger.signedWithdrawals(among: established)
        return evaluation.partiesInForce.map { party, standings in
            VerificationReport.PartyFinding(
                id: party, standings: standings, state: newest[party],
                keys: contents.ledger.chainInForce(of: party, by: evaluation),
                disputedSeals: disputed[party] ?? [],
                withdrawals: (withdrawals[party] ?? []).map {
                    VerificationReport.WithdrawalFinding(withdrawal: $0.withdrawal, isDisputed: $0.isDisputed)
                })
        }
    }
}

extension BundleContents {
    /// Of each party its newest certificate.
    ///
    /// Of one writer's the one with the highest sequence is the newest. Between writers of one party (two nodes, or one
    /// that was restored and began anew at sequence 0) it is the one made with the most entries at hand: a node only
    /// ever comes to know more, and no clock is asked. Of equals the one with the lowest id. Anybody can name a node in
    /// another's record that nobody seals, so only nodes count that speak for the party.
    func newestCertificates(among nodes: SpeakingNodes) -> [Identifier: StateCertificate] {
        var newestOfWriter: [CertificateChain: StateCertificate] = [:]
        for (certificate, statement) in certificates
        where nodes.contains(statement.signer, of: certificate.party) {
            let chain = CertificateChain(writer: certificate.writer, signer: statement.signer)
            let isNewer = newestOfWriter[chain].map { (certificate.sequence, $0.id) > ($0.sequence, certificate.id) }
            if isNewer ?? true { newestOfWriter[chain] = certificate }
        }
        var newest: [Identifier: StateCertificate] = [:]
        for certificate in newestOfWriter.values {
            let isNewer = newest[certificate.party].map {
                (certificate.knownEntryCount, $0.id) > ($0.knownEntryCount, certificate.id)
            }
            if isNewer ?? true { newest[certificate.party] = certificate }
        }
        return newest
    }

    /// Who signed matters too: a writer's id is only claimed, and nobody may pass another's certificates by.
    private struct CertificateChain: Hashable {
        let writer: Digest
        let signer: KeyID
    }
}

extension StateCertificate {
    /// Entries that the certifying node had, by its own word.
    fileprivate var knownEntryCount: UInt64 {
        known.reduce(0) { sum, head in
            let (total, overflow) = sum.addingReportingOverflow(head.sequence)
            return overflow || total == .max ? .max : total + 1
        }
    }
}
