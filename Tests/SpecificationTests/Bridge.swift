import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import TestSupport
import Verification

/// The roadmap of the specification's examples: two parties, one article, and an amendment that one of them accepted.
///
/// Every byte is fixed: keys are ``TestKeys``, salts count up.
struct Bridge {
    static let time: UInt64 = 1_800_000_000

    let founding: Instrument
    let amendment: Instrument
    /// By A and by B on the founding, and by A on the amendment.
    let seals: [SignedStatement]
    let certificate: StateCertificate

    var ledger: Ledger {
        get throws {
            var ledger = Ledger(roadmap: founding.id)
            try ledger.insert(founding)
            try ledger.insert(amendment)
            for seal in seals { try ledger.insertSeal(seal) }
            return ledger
        }
    }

    var certificateStatement: SignedStatement {
        SignedStatement(certificate.payload, as: .state, by: TestKeys.node(of: "A"))
    }

    var bundle: [UInt8] {
        get throws { BundleWriter(try ledger, certificates: [certificateStatement]).encoded() }
    }

    init() throws {
        let founding = try Self.founding()
        self.founding = founding
        amendment = try Instrument(
            roadmap: founding.id, title: Self.words("A railing"), proposer: name("A"), salt: Array(16..<32),
            languages: [name("en")],
            base: [name("1"): founding.id, name("roster/member"): founding.id, name("rule/text"): founding.id],
            changes: [
                .init(name("1"), Self.article("A and B keep the bridge between them, and the railing on it."))
            ])
        seals = try [("A", founding.id), ("B", founding.id), ("A", amendment.id)].map { party, instrument in
            try Self.signed(Self.acceptance(by: name(party), of: instrument, in: founding.id))
        }
        certificate = try Self.certificate(founding)
    }

    static func founding(salt: [UInt8] = Array(0..<16)) throws -> Instrument {
        let rule = Rule.need(.all, of: [name("member")], counting: .accept)
        var changes = ["party", "roster", "rule", "text"].map {
            Instrument.Change(name("rule/\($0)"), Content(.rule(rule)))
        }
        changes += [
            .init(name("roster/member"), Content(.roster(Roster(holders: [name("A"), name("B")])))),
            .init(name("party/A"), Content(.party(Self.record(of: name("A"))))),
            .init(name("party/B"), Content(.party(Self.record(of: name("B"))))),
            .init(name("1"), Self.article("A and B keep the bridge between them.")),
        ]
        return try Instrument(
            roadmap: nil, title: words("A bridge"), proposer: name("A"), salt: salt, languages: [name("en")], base: [:],
            changes: changes)
    }

    static func acceptance(by party: Identifier, of instrument: InstrumentID, in roadmap: InstrumentID) throws -> Seal {
        try Seal(
            roadmap: roadmap, instrument: instrument, party: party, keys: record(of: party).id, verdict: .accept,
            at: time)
    }

    static func signed(_ seal: Seal) -> SignedStatement {
        SignedStatement(seal.payload, as: .seal, by: TestKeys.seal(of: seal.party.string))
    }

    /// One seal key; A has a node too.
    static func record(of party: Identifier) -> PartyRecord {
        let nodes =
            party.string == "A"
            ? [NodeRecord(key: TestKeys.node(of: "A").publicKey, endpoints: ["a.example:4433"])] : []
        do {
            let key = TestKeys.seal(of: party.string).publicKey
            return try PartyRecord(
                names: words(party.string), seal: KeySet(keys: [key], threshold: 1)!, recovery: .none, next: nil,
                nodes: nodes)
        } catch {
            preconditionFailure("a party of ours is refused: \(error)")
        }
    }

    static func article(_ text: String) -> Content {
        Content(
            kind: name("article"), provisionClass: name("text"), parent: nil, order: [0x80], number: "1",
            text: words(text))
    }

    /// A's record with another seal key, and the same node.
    static func newRecord() throws -> PartyRecord {
        let old = record(of: name("A"))
        return try PartyRecord(
            names: old.names, seal: KeySet(keys: [TestKeys.seal(of: "A", 1).publicKey], threshold: 1)!,
            recovery: old.recovery, next: nil, nodes: old.nodes)
    }

    /// A changes its seal key.
    var rotation: KeyStatement {
        get throws {
            try KeyStatement(
                roadmap: founding.id, party: name("A"), version: 1, previous: Self.record(of: name("A")).id,
                record: Self.newRecord(), acknowledges: [Digest(of: seals[0].payload)])
        }
    }

    /// B leaves.
    var withdrawal: Withdrawal {
        get throws {
            try Withdrawal(
                roadmap: founding.id, party: name("B"), keys: Self.record(of: name("B")).id, stage: .effect,
                rosters: [name("member"): founding.id], committed: [founding.id], at: Self.time)
        }
    }

    static func words(_ text: String) -> Words { TestParties.words(["en": text]) }

    /// By the node of A, when the founding was in force and the amendment was not known.
    private static func certificate(_ founding: Instrument) throws -> StateCertificate {
        var ledger = Ledger(roadmap: founding.id)
        try ledger.insert(founding)
        for party in ["A", "B"] {
            try ledger.insertSeal(signed(acceptance(by: name(party), of: founding.id, in: founding.id)))
        }
        let roots = StateRoots(of: Evaluation(of: ledger))
        return try StateCertificate(
            roadmap: founding.id, party: name("A"), writer: writer, sequence: 0, previous: nil,
            perfected: roots.perfected, inForce: roots.inForce, contested: [],
            known: [StateCertificate.KnownHead(writer: writer, sequence: 3, entry: Digest(of: "entry 3".utf8))],
            at: time + 60)
    }

    /// A's node in its first incarnation: 16 bytes `02`.
    private static let writer = Digest(
        of: CanonicalValue.array([
            .text("syngraph/writer/1"), TestKeys.node(of: "A").publicKey.id.digest.value,
            .bytes([UInt8](repeating: 2, count: 16)),
        ]).encoded())
}

func name(_ text: String) -> Identifier {
    guard let name = Identifier(text) else { preconditionFailure("\(text) is no identifier") }
    return name
}
