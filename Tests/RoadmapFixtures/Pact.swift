package import Agreement
internal import CanonicalEncoding
package import Cryptography
package import Identity

/// A party to a pact with all its keys at hand: as many officials, and of them as many to sign, as the test asks for.
package struct Member: Hashable, Sendable {
    package let id: Identifier
    package let record: PartyRecord
    private let seed: UInt8
    private let algorithm: SignatureAlgorithm

    package init(
        _ id: String, seed: UInt8, officials: Int = 1, threshold: Int = 1, endpoints: [String] = [],
        withNode: Bool = true, algorithm: SignatureAlgorithm = .ed25519
    ) {
        self.id = Identifier(id)!
        self.seed = seed
        self.algorithm = algorithm
        let keys = (0..<officials).map { Self.sealKey(seed, $0, algorithm).publicKey }
        record = try! PartyRecord(
            names: words(["en": id]), seal: KeySet(keys: keys, threshold: threshold)!, recovery: .none, next: nil,
            nodes: withNode ? [NodeRecord(key: Self.nodeKey(seed, algorithm).publicKey, endpoints: endpoints)] : [])
    }

    private init(_ member: Member, _ record: PartyRecord) {
        (id, seed, algorithm) = (member.id, member.seed, member.algorithm)
        self.record = record
    }

    /// The same party with the nodes of another one besides.
    package func with(nodesOf other: Member) -> Member {
        Member(
            self,
            try! PartyRecord(
                names: record.names, seal: record.seal, recovery: record.recovery, next: record.next,
                nodes: record.nodes + other.record.nodes))
    }

    package var nodeKey: SigningKey { Self.nodeKey(seed, algorithm) }
    /// Of the first official.
    package var sealKey: SigningKey { Self.sealKey(seed, 0, algorithm) }

    private static func nodeKey(_ seed: UInt8, _ algorithm: SignatureAlgorithm) -> SigningKey {
        SigningKey(algorithm, entropy: [UInt8](repeating: seed, count: algorithm.entropyByteCount))
    }

    private static func sealKey(_ seed: UInt8, _ official: Int, _ algorithm: SignatureAlgorithm) -> SigningKey {
        let entropy = [UInt8](repeating: seed, count: algorithm.entropyByteCount - 1) + [128 + UInt8(official)]
        return SigningKey(algorithm, entropy: entropy)
    }

    /// The seal, signed by some of the officials: by default as many as it takes.
    package func signed(_ seal: Seal, by officials: Range<Int>? = nil) -> [SignedStatement] {
        (officials ?? 0..<record.seal.threshold).map {
            SignedStatement(seal.payload, as: .seal, by: Self.sealKey(seed, $0, algorithm))
        }
    }

    package func seal(
        _ instrument: InstrumentID, _ verdict: Seal.Verdict = .accept, provided: [InstrumentID] = [],
        under keys: Digest? = nil, of roadmap: InstrumentID, at: UInt64 = 1_772_357_400
    ) -> Seal {
        try! Seal(
            roadmap: roadmap, instrument: instrument, party: id, keys: keys ?? record.id, verdict: verdict,
            provided: provided, at: at)
    }

    /// A state certificate of its node's, with whatever roots.
    package func certificate(
        of roadmap: InstrumentID, writer: String, sequence: UInt64 = 0, previous: Digest? = nil, root: String = "",
        known: [StateCertificate.KnownHead] = []
    ) -> SignedStatement {
        let certificate = try! StateCertificate(
            roadmap: roadmap, party: id, writer: Digest(of: writer.utf8), sequence: sequence,
            previous: previous ?? (sequence == 0 ? nil : Digest(of: "before".utf8)), perfected: Digest(of: root.utf8),
            inForce: Digest(of: root.utf8), contested: [], known: known, at: 1_772_357_400)
        return SignedStatement(certificate.payload, as: .state, by: nodeKey)
    }
}

/// A roadmap in which everything needs everybody: short enough to found in a line.
package struct Pact: Sendable {
    /// All parties, those beside the members too.
    package let members: [Member]
    package let founding: Instrument
    package var id: InstrumentID { founding.id }

    package init(of members: [Member], title: String = "A pact") {
        self.init(of: members.map { ($0.id, $0.record) }, members, title: title)
    }

    /// A pact of parties that a test has the keys of by other means.
    package init(of parties: [(id: Identifier, record: PartyRecord)]) {
        self.init(of: parties, [], title: "A pact")
    }

    /// A pact of members, and of others who stand beside them in one standing, on which the rule for texts may look.
    ///
    /// - Parameter vetoing: whether texts need that those others accept or abstain; else no rule names them.
    package init(of members: [Member], beside standing: String, _ others: [Member], vetoing: Bool = false) {
        let standing = Identifier(standing)!
        let veto = Rule.need(.all, of: [standing], counting: .acceptOrAbstain)
        self.init(
            of: members.map { ($0.id, $0.record) }, members + others, title: "A pact",
            beside: (standing, others), textRule: vetoing ? { .all([$0, veto]) } : { $0 })
    }

    private init(
        of parties: [(id: Identifier, record: PartyRecord)], _ members: [Member], title: String,
        beside: (standing: Identifier, others: [Member])? = nil, textRule: (Rule) -> Rule = { $0 }
    ) {
        self.members = members
        let standing = Identifier("member")!
        let rule = Rule.need(.all, of: [standing], counting: .accept)
        let others = beside.map { beside in
            [
                Instrument.Change(
                    Identifier("roster/\(beside.standing)")!,
                    Content(.roster(Roster(holders: beside.others.map(\.id)))))
            ] + beside.others.map { Instrument.Change(Identifier("party/\($0.id)")!, Content(.party($0.record))) }
        }
        founding = try! Instrument(
            roadmap: nil, title: words(["en": title]), proposer: parties[0].id,
            salt: [UInt8](repeating: 0, count: 16), languages: [Identifier("en")!], base: [:],
            changes: [
                Instrument.Change(
                    Identifier("roster/member")!, Content(.roster(Roster(holders: parties.map(\.id))))),
                Self.article("article-1", "The members keep peace."),
            ]
                + ["text", "roster", "rule", "party"].map {
                    Instrument.Change(
                        Identifier("rule/\($0)")!, Content(.rule($0 == "text" ? textRule(rule) : rule)))
                } + (others ?? [])
                + parties.map { Instrument.Change(Identifier("party/\($0.id)")!, Content(.party($0.record))) })
    }

    /// A provision of text.
    package static func article(_ id: String, _ text: String) -> Instrument.Change {
        Instrument.Change(
            Identifier(id)!,
            Content(
                kind: Identifier("article")!, provisionClass: Identifier("text")!, parent: nil, order: [1],
                text: words(["en": text])))
    }

    /// The founding's acceptance by every party that it names.
    package var acceptances: [SignedStatement] { members.flatMap { $0.signed($0.seal(id, of: id)) } }

    /// The founding, accepted by all.
    package var ledger: Ledger {
        var ledger = Ledger(roadmap: id)
        _ = try! ledger.insert(founding)
        for statement in acceptances { try! ledger.insertSeal(statement) }
        return ledger
    }

    /// Freezes an amendment on what is in force by the ledger.
    package func amendment(
        _ changes: [Instrument.Change], on ledger: Ledger? = nil, replaces: [InstrumentID] = [], salt: UInt8 = 1
    ) -> Instrument {
        try! Evaluation(of: ledger ?? self.ledger).freeze(
            Amendment(title: words(["en": "Amendment"]), changes: changes, replaces: replaces),
            proposer: founding.proposer, salt: [UInt8](repeating: salt, count: 16), languages: founding.languages,
            roadmap: id)
    }

    /// An instrument that names whatever the test wants; mostly ill formed.
    package func loose(
        _ changes: [Instrument.Change], base: [String: InstrumentID?], after: [InstrumentID] = [],
        replaces: [InstrumentID] = [], salt: UInt8 = 1
    ) -> Instrument {
        try! Instrument(
            roadmap: id, title: words(["en": "Loose"]), proposer: founding.proposer,
            salt: [UInt8](repeating: salt, count: 16), languages: founding.languages,
            base: Dictionary(uniqueKeysWithValues: base.map { (Identifier($0.key)!, $0.value) }), changes: changes,
            after: after, replaces: replaces)
    }
}
