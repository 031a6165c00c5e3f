internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph party accede FILE`
struct PartyAccede: Verb {
    static let configuration = CommandConfiguration(
        commandName: "accede",
        abstract: "Join a roadmap, and accept the amendment by which the others let this party in.",
        discussion: """
            Example:

              syngraph party new NORTH --home north
              (NORTH.card goes to the others, who amend the roadmap with it and export a file)
              syngraph party accede from-east.syngraph --roadmap ID --home north
              syngraph export --out from-north.syngraph --home north

            The id comes from the others by another way than the file. It begins this home's copy, or adds the file to \
            it, finds the amendment that brings this home's very card, shows it, asks once, and accepts it under the keys \
            of the card: so nobody is enrolled unasked, and the new keys are proved.
            """)

    @Argument(help: "A file of the roadmap that holds the amendment; none if it is here already.") var file: String?
    @Option(
        name: .long,
        help: ArgumentHelp("The roadmap's id, as it was told to you, where this home has no copy yet.", valueName: "id")
    )
    var roadmap: String?
    @Option(name: .long, help: ArgumentHelp("Which amendment, if several bring the card.", valueName: "id"))
    var instrument: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Sign with this key; may be repeated. Default: the home's seal keys.", valueName: "file"))
    var key: [String] = []
    @Flag(name: .long, help: "Sign without asking.") var yes = false
    @OptionGroup var signing: SigningOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let party = try home.settings().party
        let card = try ownCard(home, party)
        try await takeIn(home, party)
        return try await homeOptions.withDoor { door in
            let findings = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
            let book = Phrasebook.here(findings)
            guard let accession = try accession(of: party, card, book) else {
                speakOfNothing(party, voice)
                return .holds
            }
            let wish = SealDraft.Wish(
                verdict: .accept, instrument: accession, provided: [], withoutClosing: true, capacities: [],
                declaration: [],
                reservation: [], reason: [], until: nil)
            let draft = try SealDraft(
                wish, by: party, at: Surroundings.current.now(), asNewcomer: true, in: book)
            if let given = draft.given {
                SealReport.speak(given, findings, voice)
                return .holds
            }
            try await seal(draft, home, findings, door, voice)
            return .holds
        }
    }

    /// Signs and publishes; as `seal accept` does.
    private func seal(
        _ draft: SealDraft, _ home: Home, _ findings: VerificationReport.Findings, _ door: any HomeDoor,
        _ voice: CommandVoice
    ) async throws {
        let party = draft.seal.party
        try draft.checkHonest(remembered: [])
        let paths = try key.isEmpty ? SealKeys.paths(in: home, for: draft.record, signing) : key
        var keys = try SealKeys(at: paths, of: party, in: draft.record, signing)
        try SealKeys.checkThreshold(paths.count, draft.record, place: "given")
        let remembered = keys.remembered(in: findings.contents.roadmap)
        try draft.checkHonest(remembered: remembered)
        try draft.ask(remembered: remembered, yes: yes, voice)
        let records = try keys.sign(draft.seal).map { PublishedRecord.seal($0) }
        try await Publishing.publish(records, for: party, through: door)
        SealReport.speak(draft.seal, try RoadmapSource.findings(in: await door.bundle(), of: home.path), voice)
        voice.talk("the others learn of it from the node, or from a file: `syngraph export --out FILE`")
    }

    private func speakOfNothing(_ party: Identifier, _ voice: CommandVoice) {
        if wantsJSON {
            voice.result(.object([("seal", .null), ("party", .string(party.string))]))
        } else {
            voice.result("\(party) is in already, by the keys of this home")
        }
    }

    // MARK: What it finds

    private func ownCard(_ home: Home, _ party: Identifier) throws -> PartyRecord {
        let path = home.cardPath(of: party)
        let bytes = try FileReading.bytes(of: path)
        guard let card = try? PartyCard(encoded: bytes), card.party == party else {
            throw Complaint(.notOurFormat, "not-a-card", "\(terminalSafe(path)) is not the card of \(party)")
        }
        return card.record
    }

    /// Begins the home's copy from the file, or adds what is new in it.
    private func takeIn(_ home: Home, _ party: Identifier) async throws {
        guard let held = try home.settings().roadmap else {
            guard let file, let roadmap else {
                throw Complaint.usage(
                    "this home has no copy of the roadmap yet: give a file of it, and --roadmap ID",
                    hint: "the id comes from the others, by another way than the file")
            }
            _ = try await JoiningFile.begin(home, party, JoiningFile.checked(file, told: roadmap).findings)
            return
        }
        if let roadmap, !(try IDPrefix(roadmap).matches(held)) {
            throw Complaint.usage("this home holds another roadmap: \(held.hex)")
        }
        guard let file else { return }
        let contents = try RoadmapSource.findings(in: FileReading.bytes(of: file), of: file).contents
        guard contents.roadmap == held else {
            throw HomeFailure.otherRoadmap(held: held, offered: contents.roadmap)
        }
        _ = try await homeOptions.withDoor { try await Publishing.takeIn(contents, for: party, through: $0) }
    }

    /// The amendment on the table that brings the card; nil if the party's record in force is the card's already.
    private func accession(of party: Identifier, _ card: PartyRecord, _ book: Phrasebook) throws -> InstrumentID? {
        let bringing = book.evaluation.instrumentIDs.filter { id in
            book.ledger.instruments[id]?.partyRecords.contains { $0.party == party && $0.record == card } ?? false
        }
        if let instrument {
            return try IDPrefix(instrument).resolve(
                among: bringing, noun: "amendment", place: "here that brings the card of this home")
        }
        if book.evaluation.recordInForce(of: party) == card { return nil }
        let open = bringing.filter { id in
            book.evaluation.state(of: id).map { Self.openStates.contains($0) } ?? false
        }
        guard let first = open.first else {
            throw Complaint(
                .notSo, "not-let-in", "nothing on the table here brings the card of \(party) as it is in this home",
                hint: "hand over \(terminalSafe(homeOptions.location.cardPath(of: party))), and import what the others "
                    + "make of it")
        }
        guard open.count == 1 else {
            throw Complaint.usage(
                "several amendments bring the card: \(book.names(open))", hint: "say which with --instrument ID")
        }
        return first
    }

    private static let openStates: Set<InstrumentState> = [.conditional, .sealed, .unsealed]
}
