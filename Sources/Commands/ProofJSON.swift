internal import Agreement
internal import Cryptography
internal import Identity
internal import Verification
internal import Wording

/// What `verify` prints of a proof of one provision, field by field.
///
/// Source: `Docs/Specification/commands.md`.
struct ProofJSON {
    let findings: ProofFindings

    var value: JSONValue {
        let proof = findings.contents.proof
        let (place, leaf) = proof.subject
        return .object([
            ("provision", .string(leaf.provision.string)), ("version", .string(leaf.version.hex)),
            ("content", JSONValue(leaf.content.value)), ("leaf", .string(Hexadecimal.text(of: leaf.encoded))),
            ("place", .number(place)), ("count", .number(proof.count)), ("path", FindingsJSON.ids(proof.path)),
            ("root", .string(proof.root.hex)),
            ("rule", proof.rule.map { JSONValue($0.value) } ?? .null),
            ("ruleMet", findings.isRuleMet.map { .bool($0) } ?? .null),
            ("keysChecked", .bool(findings.areKeysChecked)), ("parties", .array(findings.parties.map(json))),
        ])
    }

    private func json(_ party: ProofFindings.PartyWord) -> JSONValue {
        .object([
            ("id", .string(party.id.string)), ("keys", .string(party.keys.root.hex)),
            ("record", .string(party.keys.newest.record.id.hex)), ("known", .bool(party.isKnown)),
            ("state", party.state.map(json) ?? .null),
            (
                "seals",
                .array(
                    party.seals.map {
                        .object([
                            ("id", .string($0.id.hex)), ("verdict", .string($0.verdict.rawValue)),
                            ("provided", FindingsJSON.ids($0.provided)),
                            ("disputed", .bool(party.disputed.contains($0.id))),
                            ("at", .string(Timestamp.text($0.at))),
                        ])
                    })
            ),
        ])
    }

    private func json(_ certificate: StateCertificate) -> JSONValue {
        .object([
            ("id", .string(certificate.id.hex)), ("at", .string(Timestamp.text(certificate.at))),
            ("sequence", .number(certificate.sequence)),
            ("entry", certificate.ownEntry.map { .number($0) } ?? .null),
        ])
    }
}
