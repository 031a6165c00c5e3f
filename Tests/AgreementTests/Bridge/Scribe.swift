import Agreement
import AgreementReference
import CanonicalEncoding
import Cryptography
import Identity

/// Writes the reference's records down as the product's bytes.
///
/// An instrument gets the id that its canonical bytes hash to, a party record real keys of its own, and a seal the
/// payload that would be signed; signatures are not made, since the reference has none. A scribe may write several
/// histories, one founded after the other.
final class Scribe {
    /// Every instrument written so far, by the hex digits of its id.
    private(set) var instruments: [String: Instrument] = [:]
    private var records: [String: PartyRecord] = [:]
    private var roadmap: Digest?
    private let seed: UInt64

    /// - Parameter seed: Goes into the salts, so that other seeds give other ids and break ties otherwise.
    init(seed: UInt64, having instruments: [String: Instrument] = [:]) {
        self.seed = seed
        self.instruments = instruments
    }

    /// Plays the random history of a seed in the product's ids.
    static func history(seed: UInt64) -> (history: ReferenceHistory, scribe: Scribe) {
        let scribe = Scribe(seed: seed)
        var generator = HistoryGenerator(
            seed: seed, assignID: scribe.id(of:), assignKeyRecord: scribe.keyRecord(of:serial:))
        return (generator.history(), scribe)
    }

    // MARK: Ids

    func id(of draft: ReferenceInstrument) -> String {
        let instrument = instrument(draft)
        if draft.isFounding { roadmap = instrument.id }
        instruments[instrument.id.hex] = instrument
        return instrument.id.hex
    }

    func keyRecord(of party: String, serial: Int) -> String {
        let keys = (0..<2).map { purpose in
            SigningKey(seed: Digest(of: Array("\(party), record \(serial), key \(purpose)".utf8)).bytes).publicKey
        }
        let record = require {
            try PartyRecord(
                names: words(party), seal: KeySet(keys: [keys[0]], threshold: 1)!, recovery: .none, next: nil,
                nodes: [NodeRecord(key: keys[1], endpoints: [])])
        }
        records[record.id.hex] = record
        return record.id.hex
    }

    // MARK: Instruments

    private func instrument(_ draft: ReferenceInstrument) -> Instrument {
        var base: [Identifier: InstrumentID?] = [:]
        for (provision, version) in draft.base { base.updateValue(version.map(digest), forKey: name(provision)) }
        let changes = draft.changes.map { provision, change in
            Instrument.Change(name(provision), change.content.map(content))
        }
        return require {
            try Instrument(
                roadmap: draft.isFounding ? nil : roadmap, title: words("amendment \(draft.number)"),
                proposer: name("secretariat"), salt: salt(draft.number), languages: [name("en")], base: base,
                changes: changes, after: draft.after.map(digest), replaces: draft.replaces.map(digest))
        }
    }

    private func salt(_ number: Int) -> [UInt8] {
        Array(Digest(of: Array("salt \(number) of history \(seed)".utf8)).bytes.prefix(16))
    }

    private func content(_ content: ReferenceContent) -> Content {
        switch content.matter {
        case .rule(let rule): return Content(.rule(self.rule(rule)))
        case .roster(let holders, let isDormant):
            return Content(.roster(Roster(holders: holders.map(name), isDormant: isDormant)))
        case .record(let id):
            guard let record = records[id] else { preconditionFailure("no record has the id \(id)") }
            return Content(.party(record))
        case .words, .closing:
            let attributes = content.named.map { (name($0), CanonicalValue.array($1.map { .text($0) })) }
            return Content(
                kind: name("article"), provisionClass: name(content.provisionClass),
                parent: content.parent.map(name), order: [], text: content.words.isEmpty ? nil : words(content.words),
                attributes: Dictionary(uniqueKeysWithValues: attributes))
        }
    }

    func rule(_ rule: ReferenceRule) -> Rule {
        switch rule {
        case .need(let amount, let standings, let countingAbstentions):
            .need(
                share(amount), of: standings.map(name).sorted(),
                counting: countingAbstentions ? .acceptOrAbstain : .accept)
        case .party(let party): .party(name(party))
        case .named(let attribute): .named(name(attribute))
        case .all(let rules): .all(rules.map(self.rule))
        case .any(let rules): .any(rules.map(self.rule))
        }
    }

    private func share(_ amount: ReferenceAmount) -> Rule.Share {
        switch amount {
        case .all: .all
        case .majority: .majority
        case .atLeast(let k): .atLeast(UInt64(k))
        case .fraction(let p, let q): .fraction(UInt64(p), UInt64(q))
        }
    }

    // MARK: Seals

    func seal(_ seal: ReferenceSeal, roadmap: String) -> Seal {
        require {
            try Seal(
                roadmap: digest(roadmap), instrument: digest(seal.instrument), party: name(seal.party),
                keys: digest(seal.keys), capacities: seal.capacities.map { $0.map(name) },
                verdict: Seal.Verdict(rawValue: seal.verdict.rawValue)!, provided: seal.provided.map(digest), at: 0)
        }
    }

    // MARK: Evaluating

    /// What the product makes of the events of a history, taken in in their order, and of one more instrument, which
    /// these parties have accepted under their newest keys beneath it.
    func evaluation(
        of events: some Sequence<ReferenceHistory.Event>, roadmap: String, and another: Instrument? = nil,
        acceptedUnder keys: [String: Digest] = [:]
    ) -> Evaluation {
        var known: [InstrumentID: Instrument] = [:]
        var given: [SealGiven] = []
        for event in events {
            switch event {
            case .published(let instrument): known[digest(instrument.id)] = instruments[instrument.id]!
            case .sealed(let seal): given.append(SealGiven(self.seal(seal, roadmap: roadmap), isSigned: seal.isSigned))
            }
        }
        if let another {
            known[another.id] = another
            for (party, keys) in keys {
                let seal = ReferenceSeal(party: party, instrument: another.id.hex, keys: keys.hex)
                given.append(SealGiven(self.seal(seal, roadmap: roadmap), isSigned: true))
            }
        }
        return Evaluation(instruments: known, seals: given, roadmap: digest(roadmap))
    }
}
