internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Verification
internal import Wording

/// A seal before it is signed: what it says, checked against the records that it speaks of.
struct SealDraft {
    let seal: Seal
    /// The record under whose keys it counts: the newest of its chain.
    let record: PartyRecord
    private let book: Phrasebook

    /// What the person asked for, in their words.
    struct Wish {
        let verdict: Seal.Verdict
        let instrument: InstrumentID
        let provided: [String]
        /// Not even provided the closing that the instrument is offered with.
        let withoutClosing: Bool
        let capacities: [String]
        let declaration: [String]
        let reservation: [String]
        let reason: [String]
        /// Seconds since 1970-01-01T00:00:00Z.
        let until: UInt64?
    }

    /// A new seal by `party`.
    ///
    /// - Parameter isNewcomer: it is made under the record that the instrument brings, also where the party had one.
    init(
        _ wish: Wish, by party: Identifier, at time: UInt64, asNewcomer isNewcomer: Bool = false, in book: Phrasebook
    ) throws {
        self.book = book
        let instrument = try Self.judged(wish.instrument, book)
        let keys = try Self.keys(of: party, for: instrument, asNewcomer: isNewcomer, book)
        record = keys.lastRecord
        let provided = try Self.conditions(wish, book)
        let held = Self.standings(of: party, for: instrument, book)
        let capacities = try wish.capacities.map { try Typed.identifier($0, "standing") }
        for standing in capacities where !held.contains(standing) {
            let others = held.isEmpty ? "" : "; it is \(Quoting.list(held.sorted()))"
            throw Complaint(
                .notYours, "not-a-holder",
                "\(party) does not hold the standing \(standing) where this is decided\(others)")
        }
        let languages = instrument.languages
        let declaration = try Typed.declaration(wish.declaration, in: languages)
        let reservation = try Typed.declaration(wish.reservation, in: languages)
        let reason = try Typed.declaration(wish.reason, in: languages)
        do throws(DecodingRefusal) {
            seal = try Seal(
                roadmap: book.ledger.roadmap, instrument: instrument.id, party: party, keys: keys.id,
                capacities: capacities.isEmpty ? nil : capacities, verdict: wish.verdict, provided: provided,
                declaration: declaration, reservation: reservation, reason: reason, until: wish.until, at: time)
        } catch {
            throw Complaint.usage("no such seal can be made: \(Quoting.readable(.text(error.description)))")
        }
    }

    /// A seal that somebody asks a key elsewhere to sign.
    init(requested seal: Seal, in book: Phrasebook) throws {
        self.book = book
        self.seal = seal
        let instrument = try Self.judged(seal.instrument, book)
        func keys(asNewcomer: Bool) throws -> KeyRecord {
            try Self.keys(of: seal.party, for: instrument, asNewcomer: asNewcomer, book)
        }
        let brought = try? keys(asNewcomer: true)
        let keys = try brought?.id == seal.keys ? brought! : keys(asNewcomer: false)
        record = keys.lastRecord
        guard keys.id == seal.keys else {
            throw Complaint(
                .notYours, "unknown-keys",
                "the request is under other keys of \(seal.party) than those that count for this instrument",
                hint: "have it asked for again, from a copy that is up to date")
        }
    }

    /// What was asked for, and the closing that the instrument is offered with: who accepts it without that is held to it
    /// also when the others have given it up.
    private static func conditions(_ wish: Wish, _ book: Phrasebook) throws -> [InstrumentID] {
        let named = try wish.provided.map { typed in
            let prefix = try IDPrefix(typed)
            return try prefix.whole
                ?? prefix.resolve(
                    among: book.ledger.instruments.keys, noun: "instrument",
                    place: "in this copy: a condition may be absent only by its whole id")
        }
        guard wish.verdict.isCommitment, !wish.withoutClosing,
            let closing = book.evaluation.completionOffered(with: wish.instrument), !named.contains(closing)
        else { return named }
        return named + [closing]
    }

    private static func judged(_ id: InstrumentID, _ book: Phrasebook) throws(Complaint) -> Instrument {
        guard let instrument = book.evaluation.instrument(id) else {
            throw Complaint(
                .notYours, Objection.notKnown(id).word, book.sentence(for: .notKnown(id)),
                hint: "nobody should seal what cannot be judged")
        }
        return instrument
    }

    /// The newest key record upon the party's newest record among what the instrument writes or is built on: seals in
    /// another chain do not count, and those under keys that were given up are disputed.
    private static func keys(
        of party: Identifier, for instrument: Instrument, asNewcomer isNewcomer: Bool, _ book: Phrasebook
    ) throws(Complaint) -> KeyRecord {
        let name = ReservedProvision.record(of: party)
        // By the keys that it had: a record that the instrument itself brings speaks for a newcomer.
        let content = name.flatMap {
            let earlier = book.evaluation.provision($0, beneath: instrument.id)?.content
            let brought = instrument.change(to: $0)?.content
            return isNewcomer ? brought ?? earlier : earlier ?? brought
        }
        guard case .party(let record)? = content?.reserved else {
            throw Complaint(
                .notYours, "no-record",
                "no record of \(party) is beneath \(book.name(instrument.id)): its seal would not count",
                hint: "\(party) is let in first, by an amendment that brings its card")
        }
        guard let keys = book.ledger.keyChains.chain(of: party, root: record.id)?.newest.record else {
            preconditionFailure("every record that an instrument held carries is the root of a chain")
        }
        guard !keys.isFrozen else {
            throw Complaint(
                .notYours, "frozen-keys", "the keys of \(party) are frozen: it cannot seal until it recovers",
                hint: "its recovery keys set new ones")
        }
        return keys
    }

    /// The standings in which the party may speak: those of the rosters beneath, and those that the instrument writes.
    private static func standings(
        of party: Identifier, for instrument: Instrument, _ book: Phrasebook
    ) -> Set<Identifier> {
        let beneath = book.evaluation.textBeneath(instrument.id).map { ($0.id, $0.content.reserved) }
        let written = instrument.changes.map { ($0.provision, $0.content?.reserved) }
        var held: Set<Identifier> = []
        for case (let provision, .roster(let roster)?) in beneath + written where roster.holders.contains(party) {
            if case .roster(let standing)? = ReservedProvision(provision) { held.insert(standing) }
        }
        return held
    }
}

extension SealDraft {
    /// A seal that says the same and counts already.
    var given: Seal? {
        book.seals(on: seal.instrument).first {
            $0.party == seal.party && $0.keys == seal.keys && $0.verdict == seal.verdict && $0.provided == seal.provided
                && $0.capacities == seal.capacities && $0.declaration == seal.declaration
                && $0.reservation == seal.reservation && $0.reason == seal.reason && $0.until == seal.until
        }
    }

    /// Refuses what an honest party does not seal.
    ///
    /// - Parameter remembered: what the keys gave verdicts on before, in the records or not.
    /// - Throws: a ``Complaint`` that says all that speaks against it.
    func checkHonest(remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)]) throws(Complaint) {
        try checkComplete(remembered)
        let chain = book.ledger.keyRecord(of: seal.party, named: seal.keys)?.root ?? seal.keys
        let objections = book.evaluation.objections(
            to: seal.verdict, on: seal.instrument, by: seal.party, provided: seal.provided,
            remembered: remembered + book.evaluation.verdictsOnUnknown(by: seal.party, under: chain), under: chain)
        guard objections.isEmpty else {
            throw Complaint(
                .notYours, objections[0].word,
                "\(seal.party) cannot \(seal.verdict.infinitiveOf) \(book.name(seal.instrument)): "
                    + objections.map(book.sentence(for:)).joined(separator: "; "),
                hint: "nothing was sealed")
        }
    }

    /// What cannot be compared could be contradicted: all that the party committed to must be here and be judged.
    private func checkComplete(_ remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)]) throws(Complaint) {
        guard seal.verdict.isCommitment else { return }
        let held = book.ledger.seals.values.map(\.seal).filter { $0.party == seal.party }
            .map { (instrument: $0.instrument, verdict: $0.verdict) }
        let committed = (held + remembered).filter { $0.verdict.isCommitment }.map(\.instrument)
        let absent = Set(committed.filter { book.evaluation.instrument($0) == nil }).sorted()
        guard absent.isEmpty else {
            let pronoun = absent.count == 1 ? "it" : "them"
            throw Complaint(
                .notYours, "fuller-bundle-needed",
                "\(seal.party) committed before to \(Quoting.list(absent.map(Quoting.short))), and without \(pronoun) "
                    + "nobody can tell whether this contradicts \(pronoun)",
                hint: "a fuller bundle is needed; nothing was sealed")
        }
    }
}

extension SealDraft {
    /// Shows what is about to be sealed, and asks once.
    ///
    /// - Parameter isGiven: `--yes`: nobody is asked.
    func ask(
        remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)], yes isGiven: Bool, _ voice: CommandVoice
    ) throws(Complaint) {
        show(remembered: remembered, voice)
        guard !isGiven else { return }
        guard Keyboard.isThere else {
            throw .usage("there is no terminal to ask at, and nothing was sealed", hint: "--yes seals without asking")
        }
        let question = "\n\(seal.party) \(seal.verdict.presentTense) this: sign? Type yes to sign: "
        guard Keyboard.ask(question) == "yes" else { throw Complaint(.notSo, "not-sealed", "nothing was sealed") }
    }

    /// It is made under the record that the instrument brings, where its party had another.
    private var isOfNewcomerOnly: Bool {
        let roots = book.evaluation.roots(of: seal.party, on: seal.instrument)
        let own = book.ledger.keyRecord(of: seal.party, named: seal.keys)?.root
        return roots.earlier != nil && roots.earlier != own && roots.brought == own
    }

    /// Seals on the same instrument that count, and that their parties do not stand by.
    private var disputedHere: [Seal] {
        book.evaluation.disputedSeals.compactMap { book.ledger.seals[$0]?.seal }
            .filter { $0.instrument == seal.instrument && $0.party != seal.party }
    }

    /// The redline, what the seal does and does not do, and the seal's own words.
    func show(remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)], _ voice: CommandVoice) {
        let preview = SealPreview(
            of: seal.instrument, seal.verdict, by: seal.party, provided: seal.provided, remembered: remembered, in: book
        )
        guard let preview else { return }
        if isOfNewcomerOnly {
            voice.talk(preview.changesOnTerminal(colour: voice.isColoured, columns: voice.columns) + "\n")
            voice.talk(
                voice.paragraph(
                    "\(seal.party)'s seal is by the keys that this brings: it proves them, and gives no consent where a rule "
                        + "asks for \(seal.party), which had other keys before", hanging: 2) + "\n")
        } else {
            voice.talk(preview.terminal(colour: voice.isColoured, columns: voice.columns) + "\n")
        }
        for disputed in disputedHere {
            voice.talk(
                voice.paragraph(
                    "beware: \(disputed.party) has changed its keys since, and does not confirm that it "
                        + "\(disputed.verdict.pastTense) this: the seal \(Quoting.short(disputed.id)) is disputed, and counts",
                    hanging: 2))
        }
        if let capacities = seal.capacities { voice.talk("only as \(Quoting.list(capacities))") }
        for said in SealWords.all(of: seal) {
            for (language, words) in said.lines {
                voice.talk(voice.paragraph("\(said.label) (\(language)): \(words)", hanging: 2))
            }
        }
        if let until = seal.until {
            voice.talk("offered until \(Timestamp.text(until)): people read that, and it counts after it too")
        }
        for deadline in book.deadlines(of: seal.instrument) {
            voice.talk(voice.paragraph(deadline.words(now: Surroundings.current.now()), hanging: 2))
        }
    }
}
