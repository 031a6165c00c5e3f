internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// What one more seal does, found by supposing that it was given: before and after, compared.
struct SealEffects {
    private(set) var willDo: [String] = []
    private(set) var willNotDo: [String] = []
    private(set) var willRefuse: [String] = []
    private(set) var warnings: [String] = []

    private let instrument: Instrument
    private let verdict: Seal.Verdict
    private let party: Identifier
    private let provided: [InstrumentID]
    private let book: Phrasebook

    init(
        _ instrument: Instrument, _ verdict: Seal.Verdict, by party: Identifier, provided: [InstrumentID],
        in book: Phrasebook
    ) {
        self.instrument = instrument
        self.verdict = verdict
        self.party = party
        self.provided = provided
        self.book = book
        if verdict.isCommitment { describeCommitment() } else { describeRejection() }
        if verdict.isCommitment { warnings += book.warningsOnRules(after: instrument.id) }
        describeState()
    }

    // MARK: A commitment

    private mutating func describeCommitment() {
        let id = instrument.id
        if book.evaluation.inForce.contains(id) {
            willDo.append("put \(party)'s \(consent) on record; the instrument is in force already")
        } else if let after = evaluationAfter() {
            describeDifference(after)
        } else {
            warnings.append("no record of \(party) is beneath it, so no seal of \(party) on it would count")
        }
        if !provided.isEmpty {
            willDo.append("count only while \(book.names(provided)) \(provided.count == 1 ? "stands" : "stand")")
        }
        describeReplaced()
        describeClosing()
        describeVoids()
        warnings += book.fallSentences(of: id)
        willNotDo.append(
            "be taken back: what \(party) consented to ends only by an instrument that replaces it by name")
        willNotDo.append("change a word that is not shown above")
        if instrument.replaces.isEmpty { willNotDo.append("take anything out of force by name") }
        describeRefusals()
    }

    private mutating func describeDifference(_ after: Evaluation) {
        let id = instrument.id
        let (before, now) = (Set(book.evaluation.inForce), Set(after.inForce))
        guard now.contains(id) else {
            willDo.append("put \(party)'s \(consent) on record, as signed and for everybody to see")
            let missing = after.missing(of: id)
            let standing = missing.instruments.filter { !provided.contains($0) }
            if let parties = missing.parties, !parties.isEmpty {
                willDo.append("leave it waiting for \(Quoting.list(parties))")
            } else if missing.parties == nil {
                willDo.append("not complete it; whose acceptance would, cannot be said")
            }
            if !standing.isEmpty { willDo.append("leave it waiting until \(book.names(standing)) stands") }
            return
        }
        willDo.append("complete it: it is in force from that moment on")
        let alsoIn = now.subtracting(before).subtracting([id]).sorted()
        if !alsoIn.isEmpty { willDo.append("bring into force with it \(book.names(alsoIn))") }
        let told = Set(instrument.replaces + book.evaluation.fall(with: id).unnamed.map(\.instrument))
        let unnamed = before.subtracting(now).subtracting(told).sorted()
        if !unnamed.isEmpty {
            let them = unnamed.count == 1 ? "it" : "them"
            warnings.append("it takes \(book.names(unnamed)) out of force, without naming \(them)")
        }
    }

    private var consent: String { verdict == .abstain ? "abstention, which binds like consent," : "consent" }

    private mutating func describeReplaced() {
        for replaced in instrument.replaces {
            let state = book.evaluation.state(of: replaced)
            let fate = state?.words ?? "not here"
            willDo.append("put an end to \(book.name(replaced)), which is \(fate), once it is perfected")
        }
    }

    /// What a closing does to its subject; and what a closing spares the one who accepts its subject provided it.
    private mutating func describeClosing() {
        guard let closing = instrument.closing else {
            let closings = book.evaluation.closings(of: instrument.id).complete
            if provided.contains(where: closings.contains) {
                willNotDo.append(
                    "hold \(party) to it once it is given up: \(party) may then accept what contradicts it, if that is "
                        + "built on its end")
            }
            return
        }
        let subject = book.name(closing.subject)
        switch closing.outcome {
        case .complete:
            willDo.append("hold \(party) to \(subject) as firmly as if it had accepted that without its closing")
            willRefuse.append("to give \(subject) up")
        case .abandoned:
            willDo.append(
                "give \(subject) up, once this is in force: nobody is held to it any more who accepted it only provided "
                    + "its closing")
            willRefuse.append("whatever completes \(subject)")
        }
    }

    private mutating func describeVoids() {
        for id in instrument.voids {
            willDo.append("confirm that \(book.disputed(id)) is not its party's word: it is void from then on")
        }
    }

    private mutating func describeRefusals() {
        let texts = instrument.changes.filter { !ReservedProvision.isReserved($0.provision) }.map(\.provision)
        if !texts.isEmpty { willRefuse.append("other wordings of \(Quoting.list(texts)), unless built on this one") }
        let amended = texts.filter { book.evaluation.provision($0, beneath: instrument.id) != nil }
        if !amended.isEmpty {
            willRefuse.append("whatever relies on the words that \(Quoting.list(amended)) had before")
        }
        if instrument.isConstitutional {
            willRefuse.append("every other change of rosters, rules and party records, unless built on this one")
            let decisive = instrument.changes.map(\.provision).filter {
                switch ReservedProvision($0) {
                case .rule, .roster: book.evaluation.provision($0, beneath: instrument.id) != nil
                case .party, .closing, nil: false
                }
            }
            if !decisive.isEmpty {
                let they = decisive.count == 1 ? "it was" : "they were"
                willRefuse.append("whatever is decided under \(Quoting.list(decisive)) as \(they) before")
            }
        }
        let rivals = book.evaluation.rivals(of: instrument.id)
            .filter { !instrument.replaces.contains($0) && book.evaluation.end(of: $0) == nil }
        for rival in rivals {
            let committed = book.committed(to: rival)
            let by = committed.isEmpty ? "nobody has sealed it" : "sealed by \(Quoting.list(committed))"
            willRefuse.append("\(book.name(rival)), which is on the table; \(by)")
        }
        if !instrument.replaces.isEmpty {
            willRefuse.append("whatever is built on \(book.names(instrument.replaces))")
        }
    }

    /// What follows if this seal is signed; nil if no record of its party would count for it.
    private func evaluationAfter() -> Evaluation? {
        let supposed = SupposedSeal(verdict, on: instrument.id, by: party)
        let given = book.evaluation.given(supposed, provided: provided)
        guard !given.isEmpty else { return nil }
        var after = book.evaluation
        for seal in given { after.add(seal) }
        return after
    }

    // MARK: A rejection, and the state it meets

    private mutating func describeRejection() {
        willDo.append("put \(party)'s no on record, as signed and for everybody to see")
        willNotDo.append("take away anything that others gave, or stop it where \(party)'s consent is not needed")
        willNotDo.append("bind \(party) to anything, but that it cannot accept this instrument later")
    }

    private mutating func describeState() {
        if book.evaluation.end(of: instrument.id) != nil {
            warnings.append(book.state(of: instrument.id)?.sentence ?? "")
            return
        }
        switch book.evaluation.state(of: instrument.id) {
        case .stale:
            let provisions = Quoting.list(book.outdatedProvisions(of: instrument.id))
            warnings.append("it was written on a text that is no longer in force, of \(provisions): rebase it first")
        case .replaced: warnings.append("it has been replaced: \(book.state(of: instrument.id)?.sentence ?? "")")
        case .contested, .illFormed, .awaitingRecords, .rejected:
            warnings.append(book.state(of: instrument.id)?.sentence ?? "")
        case .inForce, .suspended, .conditional, .sealed, .unsealed, nil: break
        }
    }
}
