public import Agreement
public import Cryptography
public import Identity

extension VerificationReport {
    /// What follows from the records of files that are not invalid.
    public struct Findings: Sendable {
        public let contents: BundleContents
        public let evaluation: Evaluation
        public let roots: StateRoots
        /// Ascending.
        public let lacking: [Digest]
        /// Of seals and key statements, and of state certificates; by party, kind and records.
        public let evidence: [Contradiction]
        /// Of files of evidence: of each accusation what the records show, in their order.
        public let judgements: [Judgement]
        /// Ascending by id.
        public let parties: [PartyFinding]
        private let established: EstablishedRoots
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
}

extension VerificationReport.Findings {
    init(_ contents: BundleContents) {
        let evaluation = Evaluation(of: contents.ledger)
        let established = EstablishedRoots(evaluation)
        let nodes = SpeakingNodes(of: contents.ledger, among: established)
        let contradictions = evaluation.contradictions()
        self.contents = contents
        self.evaluation = evaluation
        self.established = established
        roots = StateRoots(of: evaluation)
        lacking = contents.lacking.sorted()
        evidence = (contradictions + contents.certificates.contradictions(among: nodes)).sorted()
        let judge = Judge(contents, evaluation, contradictions)
        judgements = contents.evidence.accusations.map(judge.judge)
        parties = Self.parties(contents, evaluation, established, contents.certificates.newest(among: nodes))
    }

    var verdict: VerificationReport.Verdict {
        if !evidence.isEmpty || judgements.contains(where: { $0.verdict == .convicted }) { return .forked }
        guard contents.scope == .evidence else { return lacking.isEmpty ? .valid : .incomplete }
        return judgements.contains { $0.verdict == .incomplete } ? .incomplete : .valid
    }

    /// True if a perfected instrument carries the root of the key record that has this id, as the party's.
    func establishes(_ record: Digest, of party: Identifier) -> Bool {
        contents.ledger.keyRecord(of: party, named: record).map(established.contains) ?? false
    }

    private static func parties(
        _ contents: BundleContents, _ evaluation: Evaluation, _ established: EstablishedRoots,
        _ newest: [Identifier: StateCertificate]
    ) -> [VerificationReport.PartyFinding] {
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
