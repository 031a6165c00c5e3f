internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Charters
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import NodeRuntime
internal import Verification
internal import Wording

/// `syngraph amend FILE`
struct Amend: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Freeze an amendment on the text in force and put it on the table.",
        discussion: """
            Examples:

              syngraph amend shorter-retention.yaml
              syngraph amend shorter-retention.yaml --with-closing

            This binds nobody: parties consent with `syngraph seal`. What the file says that does not fit the text in \
            force (an unknown provision, a `was:` that has moved) is said with its line, and nothing is changed: exit \
            code 65. With --with-closing it is offered together with its closing: parties accept it provided that, and \
            whoever did is free of it once the others give it up, by the rule for closings (syngraph close).
            """)

    @Argument(help: "The amendment, in YAML.") var file: String
    @Flag(name: .long, help: "Offer it with a closing, so that a silent party cannot hold it open.")
    var withClosing = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let party = try home.settings().party
        let text = try CharterFiles.text(of: file)
        return try await homeOptions.withDoor { door in
            let findings = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
            let languages = findings.contents.ledger.instruments[findings.contents.roadmap]?.languages ?? []
            let reading = AmendmentFile.read(text, on: findings.evaluation, languages: languages) { named in
                try CharterFiles.card(at: CharterFiles.path(named, besides: file))
            }
            switch reading {
            case .failure(let faults): return CharterFiles.speak(faults, in: file, voice)
            case .success(let amendment):
                let instrument = try freeze(amendment, by: party, languages, findings)
                let book = try book(with: instrument, findings)
                try RuleGuard.check(instrument, in: book)
                let closing = withClosing ? try ClosingDraft.make(.complete, of: instrument, by: party, in: book) : nil
                let records = [instrument, closing].compactMap { $0 }.map { PublishedRecord.instrument($0) }
                try await Publishing.publish(records, for: party, through: door)
                speak(instrument, closing, book, voice)
                return .holds
            }
        }
    }

    private func freeze(
        _ amendment: AmendmentFile, by party: Identifier, _ languages: [Identifier],
        _ findings: VerificationReport.Findings
    ) throws(Complaint) -> Instrument {
        let salt = Surroundings.current.randomBytes(16)
        var amendment = amendment.amendment(salt: salt)
        amendment.offersClosing = withClosing
        do {
            return try findings.evaluation.freeze(
                amendment, proposer: party, salt: salt, languages: languages, roadmap: findings.contents.roadmap)
        } catch {
            throw Complaint(
                .notOurFormat, "cannot-amend",
                "the amendment cannot be laid on the text in force: \(Phrasebook(findings).sentence(for: error))",
                hint: "nothing was changed")
        }
    }

    private func book(with instrument: Instrument, _ findings: VerificationReport.Findings) throws -> Phrasebook {
        var ledger = findings.contents.ledger
        try ledger.insert(instrument)
        return Phrasebook(ledger, Evaluation(of: ledger), language: ReaderLanguage.here(instrument))
    }

    private func speak(
        _ instrument: Instrument, _ closing: Instrument?, _ book: Phrasebook, _ voice: CommandVoice
    ) {
        let written = instrument.changes.map(\.provision)
        let reliedOn = instrument.base.keys.filter { !instrument.writes($0) }.sorted()
        let warnings = book.warningsOnRules(after: instrument.id)
        defer { voice.warn(warnings) }
        if wantsJSON {
            voice.result(
                .object([
                    ("instrument", .string(instrument.id.hex)),
                    ("fingerprint", .string(Quoting.fingerprint(instrument.id))),
                    ("title", .string(instrument.title.text(in: instrument.languages[0]).string)),
                    ("writes", FindingsJSON.names(written)), ("reliesOn", FindingsJSON.names(reliedOn)),
                    ("builtOn", FindingsJSON.ids(instrument.ground)),
                    ("replaces", FindingsJSON.ids(instrument.replaces)),
                    ("voids", FindingsJSON.ids(instrument.voids)),
                    ("closing", closing.map { .string($0.id.hex) } ?? .null),
                    (
                        "fallsWithIt",
                        FindingsJSON.ids(book.evaluation.fall(with: instrument.id).unnamed.map(\.instrument))
                    ),
                    ("needs", .array(book.needs(of: instrument.id).map { .string($0) })),
                    ("warnings", .array(warnings.map { .string($0) })),
                ]))
            return
        }
        if let preview = SealPreview(of: instrument.id, by: instrument.proposer, in: book) {
            voice.talk(preview.changesOnTerminal(colour: voice.isColoured, columns: voice.columns) + "\n")
        }
        voice.talk(voice.paragraph("relies on: \(Quoting.list(reliedOn))", hanging: 2))
        voice.talk(voice.paragraph("built on: \(book.names(instrument.ground))", hanging: 2))
        if !instrument.replaces.isEmpty {
            voice.talk(voice.paragraph("replaces: \(book.names(instrument.replaces))", hanging: 2))
        }
        for id in instrument.voids { voice.talk(voice.paragraph("voids: \(book.disputed(id))", hanging: 2)) }
        for sentence in book.fallSentences(of: instrument.id) {
            voice.talk(voice.paragraph("beware: \(sentence)", hanging: 2))
        }
        for need in book.needs(of: instrument.id) { voice.talk(voice.paragraph("needs: \(need)", hanging: 2)) }
        voice.result("on the table: \(book.title(instrument))")
        voice.result("instrument \(instrument.id.hex)")
        if let closing { ClosingDraft.speak(closing, of: instrument, voice) }
        voice.talk("consent to it with `syngraph seal accept \(Quoting.short(instrument.id))`")
    }
}
