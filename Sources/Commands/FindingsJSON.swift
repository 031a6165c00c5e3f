internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Journal
internal import Verification
internal import Wording

/// The facts that `verify` and `status` print alike, field by field.
///
/// Source: `Docs/Specification/commands.md`.
struct FindingsJSON {
    let findings: VerificationReport.Findings
    private let book: Phrasebook

    init(_ findings: VerificationReport.Findings) {
        self.findings = findings
        book = Phrasebook(findings)
    }

    static func ids(_ ids: some Sequence<Digest>) -> JSONValue { .array(ids.map { .string($0.hex) }) }
    static func names(_ names: some Sequence<Identifier>) -> JSONValue { .array(names.map { .string($0.string) }) }

    static func words(_ words: Words?) -> JSONValue {
        guard let words else { return .object([JSONValue.Field]()) }
        return .object(words.languages.map { ($0.string, .string(words.byLanguage[$0]!.string)) })
    }

    var evidence: JSONValue {
        .array(
            findings.evidence.map {
                .object([
                    ("party", .string($0.party.string)), ("kind", .string($0.kind.rawValue)),
                    ("records", Self.ids($0.records)),
                ])
            })
    }

    var accusations: JSONValue {
        .array(
            findings.judgements.map { judgement in
                let accusation = judgement.accusation
                return .object([
                    ("party", .string(accusation.party.string)), ("kind", .string(accusation.kind.rawValue)),
                    ("records", Self.ids(accusation.records)),
                    ("writer", accusation.writer.map { .string($0.hex) } ?? .null),
                    ("verdict", .string(judgement.verdict.rawValue)), ("missing", Self.ids(judgement.missing)),
                    ("reason", .string(judgement.reason.rawValue)),
                ])
            })
    }

    func forks(_ forks: [ForkProof]) -> JSONValue {
        .array(
            forks.map { fork in
                .object([
                    ("parties", Self.names(findings.parties(toldBy: fork))),
                    ("writer", .string(fork.writer.digest.hex)),
                    ("sequence", .number(fork.parting)), ("entries", Self.ids(fork.entries.map(\.digest))),
                ])
            })
    }

    /// The roots and the lists of ids, in the order in which both verbs print them.
    var state: [(String, JSONValue)] {
        [
            ("stateRoot", .string(findings.roots.inForce.hex)),
            ("perfectedRoot", .string(findings.roots.perfected.hex)),
            ("perfected", Self.ids(findings.evaluation.perfected)),
            ("inForce", Self.ids(findings.evaluation.inForce)),
            ("contested", Self.ids(findings.evaluation.contestedIDs)),
        ]
    }

    var instruments: JSONValue {
        .array(findings.evaluation.instrumentIDs.compactMap { findings.contents.ledger.instruments[$0].map(json) })
    }

    private func json(_ instrument: Instrument) -> JSONValue {
        let evaluation = findings.evaluation
        let missing = evaluation.missing(of: instrument.id)
        return .object([
            ("id", .string(instrument.id.hex)),
            ("title", .string(instrument.title.text(in: instrument.languages[0]).string)),
            ("titles", Self.words(instrument.title)),
            ("state", evaluation.state(of: instrument.id).map { .string($0.rawValue) } ?? .null),
            (
                "missing",
                .object([
                    ("parties", missing.parties.map(Self.names) ?? .null),
                    ("instruments", Self.ids(missing.instruments)),
                ])
            ),
            (
                "illFormed",
                evaluation.illFormedness(of: instrument.id).map { .string(book.sentence(for: $0)) } ?? .null
            ),
            ("closes", instrument.closing.map(Self.closing) ?? .null),
            ("endedBy", evaluation.end(of: instrument.id).map { .string($0.hex) } ?? .null),
        ])
    }

    private static func closing(_ closing: Closing) -> JSONValue {
        .object([("subject", .string(closing.subject.hex)), ("outcome", .string(closing.outcome.rawValue))])
    }

    var parties: JSONValue {
        .array(
            findings.parties.map { party in
                .object([
                    ("id", .string(party.id.string)), ("standings", Self.names(party.standings)),
                    ("state", party.state.map(json) ?? .null), ("keys", party.keys.map(json) ?? .null),
                    ("disputed", Self.ids(party.disputedSeals)),
                    ("void", Self.ids(party.disputedSeals.filter(findings.evaluation.voidSeals.contains))),
                    ("withdrawals", .array(party.withdrawals.map(json))),
                ])
            })
    }

    private func json(_ keys: KeyChain) -> JSONValue {
        let newest = keys.newest.record
        return .object([
            ("root", .string(keys.root.hex)), ("record", .string(newest.id.hex)), ("version", .number(newest.version)),
            ("frozen", .bool(newest.isFrozen)), ("chain", .array(keys.links.map(json))),
        ])
    }

    private func json(_ link: KeyChain.Link) -> JSONValue {
        .object([
            ("id", .string(link.record.id.hex)), ("version", .number(link.record.version)),
            ("previous", link.statement.map { .string($0.previous.hex) } ?? .null),
            ("authority", link.authority.map { .string($0.rawValue) } ?? .null),
            ("frozen", .bool(link.record.isFrozen)), ("superseded", .bool(link.isSuperseded)),
            ("acknowledges", Self.ids(link.statement?.acknowledges ?? [])),
            ("reason", link.statement?.reason.map { .string($0.string) } ?? .null),
        ])
    }

    private func json(_ finding: VerificationReport.WithdrawalFinding) -> JSONValue {
        let withdrawal = finding.withdrawal
        let rosters = withdrawal.rosters.sorted { $0.key < $1.key }
        return .object([
            ("id", .string(withdrawal.id.hex)), ("stage", .string(withdrawal.stage.rawValue)),
            ("rosters", .object(rosters.map { ($0.key.string, .string($0.value.hex)) })),
            ("at", .string(Timestamp.text(withdrawal.at))), ("disputed", .bool(finding.isDisputed)),
            ("void", .bool(findings.evaluation.voidWithdrawals.contains(withdrawal.id))),
            ("reason", Self.words(withdrawal.reason)),
        ])
    }

    private func json(_ certificate: StateCertificate) -> JSONValue {
        .object([
            ("root", .string(certificate.inForce.hex)), ("at", .string(Timestamp.text(certificate.at))),
            ("sequence", .number(certificate.sequence)),
            ("agrees", .bool(certificate.inForce == findings.roots.inForce)),
            ("entry", certificate.ownEntry.map { .number($0) } ?? .null),
        ])
    }
}
