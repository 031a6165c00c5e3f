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
                let book = try Phrasebook.here(findings, with: instrument)
                try RuleGuard.check(instrument, in: book)
                let closing = withClosing ? try ClosingDraft.make(.complete, of: instrument, by: party, in: book) : nil
                let records = [instrument, closing].compactMap { $0 }.map { PublishedRecord.instrument($0) }
                try await Publishing.publish(records, for: party, through: door)
                TableReport(instrument: instrument, closing: closing, book: book).speak(voice)
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
}
