internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Charters
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph rebase ID`
struct RebaseVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rebase",
        abstract: "Put an instrument on the text in force: the same changes, where they still fit.",
        discussion: """
            Examples:

              syngraph rebase 9a8b7c6d --dry-run
              syngraph rebase 9a8b7c6d --theirs article-4 --ours article-7
              syngraph rebase 9a8b7c6d --file article-4-agreed.yaml

            What both sides changed is shown and refused (exit code 1) until it is decided: --ours takes what the \
            instrument says, --theirs what is in force, --file the words of an amendment file. The new instrument \
            names the old one in `replaces` where somebody consented to it, and what you consented to that speaks \
            against it; what is in force is never named unless you say --replacing. It binds nobody until it is sealed.
            """)

    @Argument(help: "The instrument: its id, or at least 8 digits.") var id: String
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Where both changed it, take what the instrument says.", valueName: "provision"))
    var ours: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Where both changed it, leave what is in force.", valueName: "provision"))
    var theirs: [String] = []
    @Option(name: .long, help: ArgumentHelp("Take what this amendment file writes instead.", valueName: "file"))
    var file: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Replace this instrument too; may be repeated.", valueName: "id"))
    var replacing: [String] = []
    @Option(
        name: .customLong("answer-by"),
        help: ArgumentHelp("Ask for answers by the end of this day, in UTC.", valueName: "day"))
    var answerBy: String?
    @Flag(name: .long, help: "Show what would be put on the table, and put nothing there.") var dryRun = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let prefix = try IDPrefix(id)
        let home = homeOptions.location
        let party = try home.settings().party
        let answerBy = try answerBy.map { typed throws(Complaint) in try Typed.endOfDay(typed) }
        return try await homeOptions.withDoor { door in
            let findings = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
            let book = Phrasebook.here(findings)
            let known = findings.contents.ledger.instruments.keys
            let id = try prefix.resolve(among: known, noun: "instrument", place: "in this copy")
            let named = try replacing.map { typed throws(Complaint) in
                try IDPrefix(typed).resolve(among: known, noun: "instrument", place: "in this copy")
            }
            var draft = try RebaseDraft(of: id, for: party, naming: named, answerBy: answerBy, in: book)
            try draft.decide(ours: ours, theirs: theirs)
            if let file {
                let faults = try draft.read(file, findings)
                if let faults { return CharterFiles.speak(faults, in: file, voice) }
            }
            guard let rebase = try draft.merge() else { return speakClashes(draft, voice) }
            let outcome = try draft.freeze(rebase)
            let records = [outcome.instrument, outcome.closing].compactMap { $0 }
            if !dryRun {
                try await Publishing.publish(records.map { .instrument($0) }, for: party, through: door)
            }
            RebaseReport(outcome, isDryRun: dryRun, old: book, voice).speak()
            return .holds
        }
    }

    private func speakClashes(_ draft: RebaseDraft, _ voice: CommandVoice) -> ExitCode {
        let clashes = draft.rebase.clashes
        let message = "\(Quoting.count(clashes.count, "provision")) must be decided by a person; nothing was changed"
        let hint = "say --ours or --theirs for each, or write what shall be there in a file, for --file"
        if wantsJSON {
            voice.result(
                .object([
                    ("error", .string("clashes")), ("message", .string(message)), ("hint", .string(hint)),
                    ("clashes", .array(clashes.map { ClashJSON.json($0, draft.book) })),
                ]))
        }
        for clash in clashes {
            voice.talk(voice.paragraph(draft.book.sentence(for: clash), hanging: 2))
            show("since this was written", clash.found, clash.inForce, clash, voice)
            show("in this instrument", clash.found, clash.wanted, clash, voice)
        }
        voice.talk("syngraph: \(message)\n  \(hint)")
        return .notSo
    }

    private func show(
        _ heading: String, _ old: Content?, _ new: Content?, _ clash: Rebase.Clash, _ voice: CommandVoice
    ) {
        guard old != new else { return }
        let redline = ProvisionRedline(clash.provision, from: old, to: new)
        voice.talk("  \(heading)")
        voice.talk(redline.terminal(colour: voice.isColoured, columns: voice.columns, indent: 4))
    }
}

enum ClashJSON {
    static func json(_ clash: Rebase.Clash, _ book: Phrasebook) -> JSONValue {
        let (kind, parts): (String, [Rebase.Part]) =
            switch clash.kind {
            case .parts(let parts): ("parts", parts)
            case .repealed: ("repealed", [])
            case .bothAdded: ("bothAdded", [])
            case .parentGone: ("parentGone", [])
            case .reliedOnGone: ("reliedOnGone", [])
            }
        return .object([
            ("provision", .string(clash.provision.string)), ("kind", .string(kind)),
            ("parts", .array(parts.map { .string($0.rawValue) })),
            ("version", clash.version.map { .string($0.hex) } ?? .null),
            ("message", .string(book.sentence(for: clash))), ("found", content(clash.found)),
            ("inForce", content(clash.inForce)), ("wanted", content(clash.wanted)),
        ])
    }

    private static func content(_ content: Content?) -> JSONValue { content.map { JSONValue($0.value) } ?? .null }
}

/// A rebase on its way: the instrument, whose it will be, and what a person has decided so far.
struct RebaseDraft {
    let book: Phrasebook
    private(set) var rebase: Rebase
    private let party: Identifier
    private let named: [InstrumentID]
    private var decisions: [Identifier: Rebase.Decision] = [:]
    private var title: Words
    private var note: Words?
    private let salt: [UInt8]
    /// Seconds since 1970-01-01T00:00:00Z; what the old one asked for has mostly passed.
    private let answerBy: UInt64?

    /// - Throws: a ``Complaint`` about what cannot be rebased, or needs not.
    init(
        of id: InstrumentID, for party: Identifier, naming named: [InstrumentID], answerBy: UInt64?,
        in book: Phrasebook
    ) throws(Complaint) {
        self.answerBy = answerBy
        guard let rebase = book.evaluation.rebase(id, naming: named), book.evaluation.state(of: id) != .inForce else {
            throw Complaint(
                .notSo, "nothing-to-rebase",
                "\(book.name(id)) cannot be rebased: "
                    + (book.state(of: id)?.sentence ?? "no record of it is here"),
                hint: "what is in force is amended: write an amendment, and see `syngraph amend --help`")
        }
        self.book = book
        self.rebase = rebase
        self.party = party
        self.named = named
        title = rebase.instrument.title
        note = rebase.instrument.note
        salt = Surroundings.current.randomBytes(16)
    }

    mutating func decide(ours: [String], theirs: [String]) throws(Complaint) {
        let decided: [(String, Rebase.Decision)] = ours.map { ($0, .ours) } + theirs.map { ($0, .theirs) }
        for (typed, decision) in decided {
            let name = try Typed.identifier(typed, "provision")
            guard rebase.clashes.contains(where: { $0.provision == name }) else {
                let clashing = rebase.clashes.map(\.provision)
                let others = clashing.isEmpty ? "nothing does" : "what does: \(Quoting.list(clashing))"
                throw .usage("\(name) does not clash, so there is nothing to decide; \(others)")
            }
            guard decisions.updateValue(decision, forKey: name) == nil else {
                throw .usage("\(name) is decided twice")
            }
        }
    }

    /// Takes what an amendment file writes, in place of what the instrument says.
    ///
    /// - Returns: the file's faults, if it has any.
    mutating func read(_ file: String, _ findings: VerificationReport.Findings) throws -> CharterFaults? {
        let reading = AmendmentFile.read(
            try CharterFiles.text(of: file), on: findings.evaluation, languages: rebase.instrument.languages
        ) { named in
            try CharterFiles.card(at: CharterFiles.path(named, besides: file))
        }
        switch reading {
        case .failure(let faults): return faults
        case .success(let amendment):
            let written = amendment.amendment(salt: salt)
            title = written.title
            note = written.note ?? note
            for change in written.changes { decisions[change.provision] = .other(change.content) }
            return nil
        }
    }

    /// What comes of it; nil while something is still to be decided.
    mutating func merge() throws(Complaint) -> Rebase? {
        let id = rebase.instrument.id
        rebase = book.evaluation.rebase(id, naming: named, deciding: decisions)!
        guard rebase.clashes.isEmpty else { return nil }
        guard !rebase.changes.isEmpty || !rebase.instrument.voids.isEmpty else {
            throw Complaint(
                .notSo, "nothing-left", "all that \(book.name(id)) changes is in force already, or was left as it is",
                hint: "nothing is put on the table")
        }
        return rebase
    }

    struct Outcome {
        let rebase: Rebase
        let instrument: Instrument
        /// Of what was offered with a closing; nil for the rest.
        let closing: Instrument?
        /// With the new instrument on the table.
        let book: Phrasebook
        let party: Identifier
    }

    func freeze(_ rebase: Rebase) throws -> Outcome {
        let old = rebase.instrument
        let names = try book.evaluation.namesToReplace(rebasing: old.id, for: party, naming: named) {
            names throws(Complaint) in try frozen(rebase, names)
        }
        let instrument = try frozen(rebase, names)
        let isNamedAnew = instrument.replaces.contains { $0 != old.id && !old.replaces.contains($0) }
        guard instrument.base != old.base || instrument.after != old.after || isNamedAnew else {
            throw Complaint(
                .notSo, "nothing-to-rebase", "\(book.name(old.id)) stands on the text in force already",
                hint: "nothing speaks against sealing it; see `syngraph why \(Quoting.short(old.id))`")
        }
        var ledger = book.ledger
        try ledger.insert(instrument)
        let after = Phrasebook(ledger, Evaluation(of: ledger), language: book.language)
        try RuleGuard.check(instrument, in: after)
        let isOfferedSo =
            book.evaluation.completionOffered(with: old.id) != nil
            && after.evaluation.isOfferedWithClosing(instrument.id)
        let closing = isOfferedSo ? try ClosingDraft.make(.complete, of: instrument, by: party, in: after) : nil
        return Outcome(rebase: rebase, instrument: instrument, closing: closing, book: after, party: party)
    }

    private func frozen(_ rebase: Rebase, _ names: [InstrumentID]) throws(Complaint) -> Instrument {
        let amendment = Amendment(
            title: title, note: note, changes: rebase.changes, reliesOn: rebase.reliesOn, replaces: names,
            voids: rebase.instrument.voids, answerBy: answerBy)
        do throws(AmendmentRefusal) {
            return try book.evaluation.freeze(
                amendment, proposer: party, salt: salt, languages: rebase.instrument.languages,
                roadmap: book.ledger.roadmap)
        } catch {
            throw Complaint(
                .notOurFormat, "cannot-amend",
                "it cannot be laid on the text in force: \(book.sentence(for: error))", hint: "nothing was changed")
        }
    }
}

/// What was put on the table, told.
private struct RebaseReport {
    let outcome: RebaseDraft.Outcome
    let isDryRun: Bool
    let old: Phrasebook
    let voice: CommandVoice

    init(_ outcome: RebaseDraft.Outcome, isDryRun: Bool, old: Phrasebook, _ voice: CommandVoice) {
        self.outcome = outcome
        self.isDryRun = isDryRun
        self.old = old
        self.voice = voice
    }

    private var instrument: Instrument { outcome.instrument }
    private var redlines: RebaseRedlines { RebaseRedlines(outcome.rebase) }
    private var warnings: [String] { outcome.book.warningsOnRules(after: instrument.id) }

    /// What others committed to and the new one neither names nor is built on: they will refuse it.
    private var inTheWay: [(instrument: InstrumentID, parties: [Identifier])] {
        outcome.book.evaluation.commitmentsAgainst(instrument.id)
    }

    func speak() {
        defer { voice.warn(warnings) }
        if voice.speaksJSON { return voice.result(json) }
        if let preview = SealPreview(of: instrument.id, by: outcome.party, in: outcome.book) {
            voice.talk(preview.changesOnTerminal(colour: voice.isColoured, columns: voice.columns) + "\n")
        }
        speakDifference()
        for id in instrument.replaces {
            let name = old.sentence(forNamed: id, against: outcome.party)
            voice.talk(voice.paragraph("replaces: \(name)", hanging: 2))
        }
        for name in outcome.rebase.reliedOnElsewise {
            voice.talk(voice.paragraph("beware: it relies on \(name), which says something else now", hanging: 2))
        }
        for (id, parties) in inTheWay {
            let hint = "they may not consent to this unless it names that: --replacing \(Quoting.short(id))"
            voice.talk(
                voice.paragraph("beware: \(Quoting.list(parties)) committed to \(old.name(id)); \(hint)", hanging: 2))
        }
        for sentence in outcome.book.fallSentences(of: instrument.id) {
            voice.talk(voice.paragraph("beware: \(sentence)", hanging: 2))
        }
        for need in outcome.book.needs(of: instrument.id) {
            voice.talk(voice.paragraph("needs: \(need)", hanging: 2))
        }
        voice.result("\(isDryRun ? "it would be" : "on the table"): \(outcome.book.title(instrument))")
        guard !isDryRun else { return voice.talk("nothing was changed") }
        voice.result("instrument \(instrument.id.hex)")
        if let closing = outcome.closing { ClosingDraft.speak(closing, of: instrument, voice) }
        voice.talk("consent to it with `syngraph seal accept \(Quoting.short(instrument.id))`")
    }

    private func speakDifference() {
        let before = old.name(outcome.rebase.instrument.id)
        let redlines = redlines
        if redlines.redlines.isEmpty, redlines.dropped.isEmpty {
            voice.talk(voice.paragraph("its words are those of \(before), to the letter", hanging: 2) + "\n")
            return
        }
        voice.talk(voice.paragraph("what is different from \(before)") + "\n")
        for redline in redlines.redlines {
            voice.talk(redline.terminal(colour: voice.isColoured, columns: voice.columns, indent: 2) + "\n")
        }
        for name in redlines.dropped {
            voice.talk(voice.paragraph("\(name): left as it is in force", indent: 2, hanging: 4) + "\n")
        }
    }

    private var json: JSONValue {
        .object([
            ("instrument", isDryRun ? .null : .string(instrument.id.hex)),
            ("rebased", .string(outcome.rebase.instrument.id.hex)),
            ("fingerprint", isDryRun ? .null : .string(Quoting.fingerprint(instrument.id))),
            ("writes", FindingsJSON.names(instrument.changes.map(\.provision))),
            ("differs", FindingsJSON.names(redlines.redlines.map(\.provision))),
            ("dropped", FindingsJSON.names(redlines.dropped)),
            ("reliesOnElsewise", FindingsJSON.names(outcome.rebase.reliedOnElsewise)),
            ("builtOn", FindingsJSON.ids(instrument.ground)), ("replaces", FindingsJSON.ids(instrument.replaces)),
            ("closing", isDryRun ? .null : outcome.closing.map { .string($0.id.hex) } ?? .null),
            (
                "inTheWay",
                .array(
                    inTheWay.map {
                        .object([
                            ("instrument", .string($0.instrument.hex)), ("parties", FindingsJSON.names($0.parties)),
                        ])
                    })
            ),
            (
                "fallsWithIt",
                FindingsJSON.ids(outcome.book.evaluation.fall(with: instrument.id).unnamed.map(\.instrument))
            ),
            ("needs", .array(outcome.book.needs(of: instrument.id).map { .string($0) })),
            ("warnings", .array(warnings.map { .string($0) })),
        ])
    }
}
