internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import NodeRuntime
internal import Verification
internal import Wording

/// `syngraph close ID --complete`, `syngraph close ID --abandoned`
struct Close: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Put on the table that an instrument is complete, or that it is given up.",
        discussion: """
            Examples:

              syngraph close 9a8b7c6d --complete
              syngraph close 9a8b7c6d --abandoned

            The instrument was offered with a closing (syngraph amend --with-closing), and the rule for closings decides. \
            Completed, it comes into force in the same moment, if all that it needs was given. Given up, it binds nobody \
            any more who accepted it only provided its closing, and its rivals may be accepted. A closing that is on the \
            table already is named and not made anew. It binds nobody until it is sealed.
            """)

    @Argument(help: "The instrument that is closed: its id, or at least 8 digits.") var id: String
    @Flag(name: .long, help: "It has all that it waited for.") var complete = false
    @Flag(name: .long, help: "It is given up.") var abandoned = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard complete != abandoned else {
            throw Complaint.usage("say how it ends: --complete, or --abandoned")
        }
        let outcome: ClosingOutcome = complete ? .complete : .abandoned
        let prefix = try IDPrefix(id)
        let home = homeOptions.location
        let party = try home.settings().party
        return try await homeOptions.withDoor { door in
            let book = Phrasebook.here(try RoadmapSource.findings(in: await door.bundle(), of: home.path))
            let id = try prefix.resolve(
                among: book.ledger.instruments.keys, noun: "instrument", place: "in this copy")
            let subject = try closable(id, outcome, book)
            if let there = onTheTable(outcome, of: id, book) {
                speak(there, of: subject, isNew: false, book, voice)
                return .holds
            }
            let closing = try ClosingDraft.make(outcome, of: subject, by: party, in: book)
            try await Publishing.publish([.instrument(closing)], for: party, through: door)
            speak(closing, of: subject, isNew: true, try book.adding(closing), voice)
            return .holds
        }
    }

    private func closable(
        _ id: InstrumentID, _ outcome: ClosingOutcome, _ book: Phrasebook
    ) throws(Complaint) -> Instrument {
        guard let subject = book.evaluation.instrument(id), book.evaluation.illFormedness(of: id) == nil else {
            throw Complaint(
                .notYours, "not-known", "\(book.name(id)) cannot be judged, or can never be in force",
                hint: "see `syngraph why \(Quoting.short(id))`")
        }
        guard book.evaluation.isOfferedWithClosing(id) else {
            throw Complaint(
                .invalid, "not-offered-so",
                subject.closing == nil
                    ? "\(book.name(id)) was offered without a closing" : "\(book.name(id)) is a closing itself",
                hint: subject.closing == nil
                    ? "to be free of it, replace it by name: `syngraph rebase`, or `replaces` in an amendment"
                    : "consent to it with `syngraph seal accept \(Quoting.short(id))`")
        }
        if let end = book.evaluation.end(of: id), outcome == .complete {
            throw Complaint(
                .notSo, "given-up", "\(book.name(id)) was given up: \(book.name(end)) is in force",
                hint: "offer it anew: syngraph amend --with-closing")
        }
        guard book.evaluation.perfected.contains(id) == false else {
            throw Complaint(
                .notSo, "nothing-to-close", "\(book.name(id)) waits for nothing: \(book.state(of: id)?.sentence ?? "")",
                hint: "what is in force ends only by what replaces it by name")
        }
        return subject
    }

    /// The one that seals are provided on, of those that complete; of those that abandon, the one most parties consented to.
    private func onTheTable(_ outcome: ClosingOutcome, of id: InstrumentID, _ book: Phrasebook) -> Instrument? {
        switch outcome {
        case .complete: return book.evaluation.completion(of: id).flatMap { book.ledger.instruments[$0] }
        case .abandoned:
            let out = Set(book.evaluation.out)
            func rank(_ closing: InstrumentID) -> (Int, InstrumentID) { (-book.seals(on: closing).count, closing) }
            return book.evaluation.closings(of: id).abandoned.filter { !out.contains($0) }
                .min { rank($0) < rank($1) }.flatMap { book.ledger.instruments[$0] }
        }
    }

    private func speak(
        _ closing: Instrument, of subject: Instrument, isNew: Bool, _ book: Phrasebook, _ voice: CommandVoice
    ) {
        let needs = book.needs(of: closing.id)
        if wantsJSON {
            return voice.result(
                .object([
                    ("instrument", .string(closing.id.hex)), ("fingerprint", .string(Quoting.fingerprint(closing.id))),
                    ("subject", .string(subject.id.hex)),
                    ("outcome", .string(closing.closing?.outcome.rawValue ?? "")), ("new", .bool(isNew)),
                    ("state", book.evaluation.state(of: closing.id).map { .string($0.rawValue) } ?? .null),
                    ("needs", .array(needs.map { .string($0) })),
                ]))
        }
        for need in needs { voice.talk(voice.paragraph("needs: \(need)", hanging: 2)) }
        for sentence in book.hurdles(before: closing, of: subject) {
            voice.talk(voice.paragraph("not yet: \(sentence)", hanging: 2))
        }
        voice.result("\(isNew ? "on the table" : "on the table already"): \(book.title(closing))")
        voice.result("instrument \(closing.id.hex)")
        voice.talk("consent to it with `syngraph seal accept \(Quoting.short(closing.id))`")
    }
}

extension Phrasebook {
    /// The same with one more instrument on the table.
    func adding(_ instrument: Instrument) throws -> Phrasebook {
        var ledger = ledger
        try ledger.insert(instrument)
        return Phrasebook(ledger, Evaluation(of: ledger), language: language)
    }

    /// Why nobody may accept yet that an instrument is complete; none for what gives it up.
    fileprivate func hurdles(before closing: Instrument, of subject: Instrument) -> [String] {
        guard closing.closing?.outcome == .complete, evaluation.state(of: subject.id) != .conditional else { return [] }
        return ["\(name(subject.id)): \(state(of: subject.id)?.sentence ?? "")"]
    }
}
