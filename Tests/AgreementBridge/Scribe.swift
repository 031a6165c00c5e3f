package import AgreementReference
internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// Writes the reference's records down as the product's bytes, and signs them.
///
/// An instrument gets the id that its canonical bytes hash to, a key the half of it that signs, and a seal, a withdrawal
/// or a key statement one envelope for each of its signatures. A scribe may write several histories, one founded after
/// the other. It is a class because the ids that it assigns are what it has written; it belongs to one thread.
package final class Scribe {
    /// By the hex digits of their ids.
    private(set) var instruments: [String: Instrument] = [:]
    private(set) var seals: [String: Seal] = [:]
    private var statements: [String: KeyStatement] = [:]
    private var withdrawals: [String: Withdrawal] = [:]
    /// What every key record that was ever written says of keys; nil freezes.
    private var keyRecords: [String: ReferencePartyRecord?] = [:]
    private var signed: [ReferenceHistory.Event: [SignedStatement]] = [:]
    private var hexOf: [Digest: String] = [:]
    private var roadmap: Digest?
    private let keys = KeyRing()
    private let seed: UInt64

    /// - Parameter seed: Goes into the salts, so that other seeds give other ids and break ties otherwise.
    package init(seed: UInt64) { self.seed = seed }

    /// The ids of what it writes.
    package var names: HistoryNames {
        HistoryNames(
            instrument: id(of:),
            record: { party, _, record in self.rootID(of: party, record) },
            statement: { statement, _ in self.id(of: statement) },
            seal: { seal, _ in self.id(of: seal) },
            withdrawal: { withdrawal, _ in self.id(of: withdrawal) })
    }

    /// The reference's name for an id of the product.
    func text(_ digest: Digest) -> String {
        if let hex = hexOf[digest] { return hex }
        let hex = digest.hex
        hexOf[digest] = hex
        return hex
    }

    func texts(_ digests: some Sequence<Digest>) -> [String] { digests.map(text) }

    // MARK: Ids

    private func id(of draft: ReferenceInstrument) -> String {
        let instrument = instrument(draft)
        if draft.isFounding { roadmap = instrument.id }
        instruments[text(instrument.id)] = instrument
        return text(instrument.id)
    }

    private func rootID(of party: String, _ record: ReferencePartyRecord) -> String {
        let id = text(partyRecord(record, of: party).id)
        keyRecords[id] = record
        return id
    }

    private func id(of statement: ReferenceKeyStatement) -> String {
        let written = Spelling.require {
            try KeyStatement(
                roadmap: roadmap!, party: Spelling.name(statement.party), version: UInt64(statement.version),
                previous: Spelling.digest(statement.previous),
                record: statement.record.map { partyRecord($0, of: statement.party) },
                acknowledges: statement.acknowledges.map(Spelling.digest))
        }
        let id = text(written.id)
        statements[id] = written
        keyRecords.updateValue(statement.record, forKey: id)
        return id
    }

    private func id(of seal: ReferenceSeal) -> String {
        let written = Spelling.require {
            try Seal(
                roadmap: roadmap!, instrument: Spelling.digest(seal.instrument), party: Spelling.name(seal.party),
                keys: Spelling.digest(seal.keys), capacities: seal.capacities.map { $0.map(Spelling.name) },
                verdict: Seal.Verdict(rawValue: seal.verdict.rawValue)!,
                provided: seal.provided.map(Spelling.digest), at: 0)
        }
        let id = text(written.id)
        seals[id] = written
        return id
    }

    private func id(of withdrawal: ReferenceWithdrawal) -> String {
        let rosters = withdrawal.rosters.map { (Spelling.name($0.key), Spelling.digest($0.value)) }
        let written = Spelling.require {
            try Withdrawal(
                roadmap: roadmap!, party: Spelling.name(withdrawal.party), keys: Spelling.digest(withdrawal.keys),
                stage: Withdrawal.Stage(rawValue: withdrawal.stage.rawValue)!,
                rosters: Dictionary(uniqueKeysWithValues: rosters),
                committed: withdrawal.committed.map(Spelling.digest), at: 0)
        }
        let id = text(written.id)
        withdrawals[id] = written
        return id
    }

    // MARK: Signatures

    /// The envelopes of an event, one for each signature; none for an instrument. What is not signed by the threshold
    /// lacks one signature of it, and has a stranger's.
    func envelopes(of event: ReferenceHistory.Event) -> [SignedStatement] {
        if case .published = event { return [] }
        if let made = signed[event] { return made }
        let made =
            switch event {
            case .published: [SignedStatement]()
            case .sealed(let seal):
                signatures(on: seals[seal.id]!.payload, as: .seal, under: seal.keys, isSigned: seal.isSigned)
            case .withdrew(let withdrawal):
                signatures(
                    on: withdrawals[withdrawal.id]!.payload, as: .withdrawal, under: withdrawal.keys,
                    isSigned: withdrawal.isSigned)
            case .keyed(let statement):
                statement.signers.sortedBytewise().map {
                    SignedStatement(statements[statement.id]!.payload, as: .keys, by: keys.key($0))
                }
            }
        signed[event] = made
        return made
    }

    private func signatures(
        on payload: [UInt8], as kind: StatementKind, under record: String, isSigned: Bool
    ) -> [SignedStatement] {
        let set = (keyRecords[record] ?? nil)?.seal ?? .none
        let signers = set.keys.sortedBytewise().prefix(isSigned ? set.threshold : max(set.threshold - 1, 0))
        let own = signers.map { SignedStatement(payload, as: kind, by: keys.key($0)) }
        return own.isEmpty || !isSigned ? own + [SignedStatement(payload, as: kind, by: keys.strangers)] : own
    }

    // MARK: Instruments

    private func instrument(_ draft: ReferenceInstrument) -> Instrument {
        var base: [Identifier: InstrumentID?] = [:]
        for (provision, version) in draft.base {
            base.updateValue(version.map(Spelling.digest), forKey: Spelling.name(provision))
        }
        let changes = draft.changes.map { provision, change in
            Instrument.Change(Spelling.name(provision), change.content.map { content($0, of: provision) })
        }
        return Spelling.require {
            try Instrument(
                roadmap: draft.isFounding ? nil : roadmap, title: Spelling.words("amendment \(draft.number)"),
                proposer: Spelling.name("secretariat"), salt: salt(draft.number), languages: [Spelling.name("en")],
                base: base, changes: changes, after: draft.after.map(Spelling.digest),
                replaces: draft.replaces.map(Spelling.digest), voids: draft.voids.map(Spelling.digest))
        }
    }

    private func salt(_ number: Int) -> [UInt8] {
        Array(Digest(of: Array("salt \(number) of history \(seed)".utf8)).bytes.prefix(16))
    }

    private func content(_ content: ReferenceContent, of provision: String) -> Content {
        switch content.matter {
        case .rule(let rule): return Content(.rule(Self.rule(rule)))
        case .roster(let holders, let isDormant):
            return Content(.roster(Roster(holders: holders.map(Spelling.name), isDormant: isDormant)))
        case .record(_, let record): return Content(.party(partyRecord(record, of: Provision.name(in: provision))))
        case .closing(let outcome): return Content(.closing(ClosingOutcome(rawValue: outcome.rawValue)!))
        case .words:
            let attributes = content.named.map {
                (Spelling.name($0), CanonicalValue.array($1.map { .text(ExactText($0)) }))
            }
            return Content(
                kind: Spelling.name("article"), provisionClass: Spelling.name(content.provisionClass),
                parent: content.parent.map(Spelling.name), order: [],
                text: content.words.isEmpty ? nil : Spelling.words(content.words),
                attributes: Dictionary(uniqueKeysWithValues: attributes))
        }
    }

    private func partyRecord(_ record: ReferencePartyRecord, of party: String) -> PartyRecord {
        Spelling.require {
            try PartyRecord(
                names: Spelling.words(party), seal: keySet(record.seal), recovery: keySet(record.recovery),
                next: record.next.map { keySet($0).id },
                nodes: record.nodes.map { NodeRecord(key: keys.key($0).publicKey, endpoints: []) })
        }
    }

    private func keySet(_ set: ReferenceKeySet) -> KeySet {
        KeySet(keys: set.keys.map { keys.key($0).publicKey }, threshold: set.threshold)!
    }

    /// The node keys that a key record names; none for a freeze.
    func nodes(of record: String) -> Set<String> { (keyRecords[record] ?? nil)?.nodes ?? [] }

    /// A state, confirmed by a node whose key has that name.
    func certificate(_ certificate: StateCertificate, by node: String) -> SignedStatement {
        SignedStatement(certificate.payload, as: .state, by: keys.key(node))
    }

    func keyID(_ name: String) -> KeyID { keys.key(name).publicKey.id }

    static func rule(_ rule: ReferenceRule) -> Rule {
        switch rule {
        case .need(let amount, let standings, let countingAbstentions):
            .need(
                share(amount), of: standings.map(Spelling.name).sorted(),
                counting: countingAbstentions ? .acceptOrAbstain : .accept)
        case .party(let party): .party(Spelling.name(party))
        case .named(let attribute): .named(Spelling.name(attribute))
        case .all(let rules): .all(rules.map(Self.rule))
        case .any(let rules): .any(rules.map(Self.rule))
        }
    }

    static func share(_ amount: ReferenceAmount) -> Rule.Share {
        switch amount {
        case .all: .all
        case .majority: .majority
        case .atLeast(let k): .atLeast(UInt64(k))
        case .fraction(let p, let q): .fraction(UInt64(p), UInt64(q))
        }
    }
}
