internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph join FILE --roadmap ID`
struct Join: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Begin this party's copy of a roadmap, from an invitation.",
        discussion: """
            Example:

              syngraph join invitation.syngraph --roadmap ID --home ~/river

            The id comes from the other party by another way than the file: its 64 digits, or the 32 that are read \
            aloud. The file is checked wholly before anything is kept.
            """)

    @Argument(help: "The invitation, or any bundle of the roadmap.") var file: String
    @Option(name: .long, help: ArgumentHelp("The roadmap's id, as it was told to you.", valueName: "id"))
    var roadmap: String
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let settings = try home.settings()
        let (findings, founding) = try JoiningFile.checked(file, told: roadmap)
        guard settings.roadmap == nil else { throw Complaint.hasRoadmap(home) }
        let records = try await JoiningFile.begin(home, settings.party, findings)
        speak(settings.party, isNamed: !records.isEmpty, founding, findings, voice)
        return .holds
    }

    private func speak(
        _ party: Identifier, isNamed: Bool, _ founding: Instrument, _ findings: VerificationReport.Findings,
        _ voice: CommandVoice
    ) {
        let book = Phrasebook(findings, language: ReaderLanguage.here(founding))
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(founding.id.hex)), ("party", .string(party.string)),
                    ("named", .bool(isNamed)), ("records", .number(findings.contents.recordCount)),
                    ("inForce", .bool(findings.evaluation.inForce.contains(founding.id))),
                    ("lacking", FindingsJSON.ids(findings.lacking)), ("evidence", FindingsJSON(findings).evidence),
                ]))
        } else {
            voice.result("\(party) joined \(book.title(founding))")
            voice.result("roadmap \(founding.id.hex)")
        }
        if !isNamed {
            voice.talk(
                voice.paragraph(
                    "the roadmap does not name \(party) yet: it can read everything, and consents once an amendment "
                        + "that lets it in brings its card"))
        } else if let next = book.state(of: founding.id)?.next, next.parties.contains(party) {
            voice.talk("accept the founding with `syngraph seal accept \(Quoting.short(founding.id))`")
        }
        BundleRemarks.speak(findings, book, voice)
    }
}

/// The file that a party begins its copy of a roadmap from.
enum JoiningFile {
    /// Fewer digits could be met by a roadmap that somebody made for it.
    private static let digitCount = 32

    /// Reads it, and checks that it is about the roadmap that the party was told of.
    static func checked(
        _ file: String, told roadmap: String
    ) throws -> (findings: VerificationReport.Findings, founding: Instrument) {
        let told = try IDPrefix(roadmap)
        guard told.digits.utf8.count >= digitCount else {
            throw Complaint.usage(
                "a roadmap is joined by at least the \(digitCount) digits that are read aloud",
                hint: "a shorter id could be met by another roadmap, made for the purpose")
        }
        let findings = try RoadmapSource.findings(in: FileReading.bytes(of: file), of: file)
        let contents = findings.contents
        guard told.matches(contents.roadmap) else {
            throw Complaint(
                .invalid, "other-roadmap",
                "\(terminalSafe(file)) is about roadmap \(contents.roadmap.hex), which is not the one you were told of",
                hint: "read the id to each other again; if it differs, somebody changed the file on its way")
        }
        guard let founding = contents.ledger.instruments[contents.roadmap] else {
            throw Complaint(
                .notSo, "no-founding", "\(terminalSafe(file)) does not hold the roadmap's founding",
                hint: "ask for a whole bundle, made with `syngraph invite`")
        }
        return (findings, founding)
    }

    /// Begins the home's copy, and gives the records that the roadmap has of the party.
    static func begin(
        _ home: Home, _ party: Identifier, _ findings: VerificationReport.Findings
    ) async throws -> [PartyRecord] {
        let records = findings.contents.ledger.partyRecords.filter { $0.party == party }.map(\.record)
        try OwnRecord.check(records, party, home, place: "the records of the roadmap")
        try await home.join(findings.contents)
        return records
    }
}

/// What a reader of a bundle must hear though the bundle is valid.
enum BundleRemarks {
    static func speak(_ findings: VerificationReport.Findings, _ book: Phrasebook, _ voice: CommandVoice) {
        if !findings.lacking.isEmpty {
            let short = Quoting.list(findings.lacking.map(Quoting.short))
            voice.talk(voice.paragraph("it names records that are not in it: \(short)"))
        }
        for lie in findings.evidence {
            voice.talk(voice.paragraph("it proves a lie: \(book.sentence(for: lie))"))
        }
    }
}
