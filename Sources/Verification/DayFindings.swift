public import Agreement
internal import Cryptography
public import Identity

/// What was in force on a day, if the dates in the statements are true.
///
/// Each date is its signer's claim, and nothing checks it: so this says on whose word the day rests. Instruments and key
/// statements carry no date of their own and are heard all the same. Source: `Docs/Specification/commands.md`, `verify`.
public struct DayFindings: Sendable {
    /// The last second of the day, in seconds since 1970-01-01T00:00:00Z.
    public let lastSecond: UInt64
    public let evaluation: Evaluation
    public let roots: StateRoots
    /// Those whose seals on what was in force then carry the day, ascending, with the newest date of these seals.
    public let restsOn: [Dated]
    /// Those whose nodes certified that state by that day, ascending, with the date of the certificate.
    public let confirmed: [Dated]

    public struct Dated: Hashable, Sendable {
        public let party: Identifier
        public let at: UInt64
    }

    public init(_ findings: VerificationReport.Findings, until lastSecond: UInt64) {
        let ledger = findings.contents.ledger.restricted(until: lastSecond)
        let evaluation = Evaluation(of: ledger)
        let roots = StateRoots(of: evaluation)
        self.lastSecond = lastSecond
        self.evaluation = evaluation
        self.roots = roots
        let seals = evaluation.inForce.flatMap(evaluation.countingSeals(on:)).compactMap { ledger.seals[$0]?.seal }
        restsOn = Self.newest(seals.map { ($0.party, $0.at) })
        let nodes = SpeakingNodes(of: findings.contents.ledger, among: EstablishedRoots(findings.evaluation))
        confirmed = Self.newest(
            findings.contents.certificates.filter { certificate, statement in
                certificate.at <= lastSecond && certificate.inForce == roots.inForce
                    && nodes.contains(statement.signer, of: certificate.party)
            }.map { ($0.certificate.party, $0.certificate.at) })
    }

    private static func newest(_ claims: [(party: Identifier, at: UInt64)]) -> [Dated] {
        let newest = Dictionary(claims.map { ($0.party, $0.at) }, uniquingKeysWith: max)
        return newest.keys.sorted().map { Dated(party: $0, at: newest[$0]!) }
    }
}
