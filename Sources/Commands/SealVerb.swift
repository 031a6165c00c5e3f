internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph seal accept ID`
struct SealVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Give this party's verdict on an instrument: accept, abstain or reject.",
        discussion: """
            Examples:

              syngraph seal accept 9a8b7c6d
              syngraph seal accept 9a8b7c6d --provided 51e0aa37
              syngraph seal accept 9a8b7c6d --without-closing
              syngraph seal accept 9a8b7c6d --declaration "As read at the meeting."
              syngraph seal accept 9a8b7c6d --reservation "Not for ships of war." --until 2030-01-31
              syngraph seal reject 9a8b7c6d --reason "Article 4 goes too far."
              syngraph seal accept 9a8b7c6d --request asked.syngraph
              syngraph seal --sign asked.syngraph --key my.pem --out signed.syngraph
              syngraph seal accept 9a8b7c6d --key token.pem --signer ./token-signer
              syngraph import signed.syngraph

            It shows what changes and what the seal will do, asks once, and signs. Consent is never taken back. For \
            keys that live on a machine without a network, --request writes what is to be signed with all that is \
            needed to judge it; --sign signs it there; import brings it home. For a key on a token, --key names the file of \
            its public half, and --signer the command that signs. What was offered with a closing is accepted provided that \
            closing, unless --without-closing says otherwise. A seal that would contradict what the party \
            sealed before is refused: exit code 77.
            """)

    @Argument(help: "accept, abstain or reject.") var verdict: VerdictWord?
    @Argument(help: "The instrument: its id, or at least 8 digits.") var id: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Count only while this instrument stands; may be repeated.", valueName: "id"))
    var provided: [String] = []
    @Flag(name: .long, help: "Accept it whatever becomes of the closing that it is offered with.")
    var withoutClosing = false
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Speak in this standing only; may be repeated.", valueName: "standing"))
    var capacity: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Words of the party under its seal, as text or lang=text; may be repeated.", valueName: "text"))
    var declaration: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A reservation, likewise: it is for people, and decides nothing.", valueName: "text"))
    var reservation: [String] = []
    @Option(name: .long, parsing: .singleValue, help: ArgumentHelp("Why, likewise.", valueName: "text"))
    var reason: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Say until which day, in UTC, the seal is offered.",
            discussion: "For people to read: it stays signed, and counts, after that day too.", valueName: "day"))
    var until: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Sign with this key; may be repeated.",
            discussion: "A public half is signed for by --signer. Default: the home's seal keys.", valueName: "file"))
    var key: [String] = []
    @Option(name: .long, help: ArgumentHelp("Sign nothing: write what keys elsewhere are to sign.", valueName: "file"))
    var request: String?
    @Option(name: .long, help: ArgumentHelp("Sign what this file asks for; needs no home.", valueName: "file"))
    var sign: String?
    @Option(name: .long, help: ArgumentHelp("With --sign: where to write what was signed.", valueName: "file"))
    var out: String?
    @Flag(name: .long, help: "Sign without asking.") var yes = false
    @OptionGroup var signing: SigningOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if let sign {
            let saysMore =
                verdict != nil || !provided.isEmpty || !capacity.isEmpty || !declaration.isEmpty || request != nil
                || !reservation.isEmpty || !reason.isEmpty || until != nil || withoutClosing
            if saysMore { throw Complaint.usage("--sign signs what the file asks for, and nothing else") }
            guard let out, !key.isEmpty else { throw Complaint.usage("--sign needs --key FILE and --out FILE") }
            try OutputPath.check(out, json: wantsJSON)
            return try OfflineSeal(keys: key, options: signing, yes: yes).sign(sign, to: out, voice)
        }
        guard let verdict = verdict?.meaning, let id else {
            throw Complaint.usage("say what and on which instrument, as in `syngraph seal accept ID`")
        }
        if out != nil { throw Complaint.usage("--out goes with --sign; a request is written with --request FILE") }
        if request != nil, !key.isEmpty || signing.signer != nil {
            throw Complaint.usage("--request signs nothing: keys are named where it is signed, with --sign")
        }
        try OutputPath.check(request, json: wantsJSON)
        return try await sealAtHome(verdict, IDPrefix(id), voice)
    }

    private func sealAtHome(
        _ verdict: Seal.Verdict, _ prefix: IDPrefix, _ voice: CommandVoice
    ) async throws -> ExitCode {
        let home = homeOptions.location
        let party = try home.settings().party
        let until = try until.map { typed throws(Complaint) in try Typed.endOfDay(typed) }
        return try await homeOptions.withDoor { door in
            let findings = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
            let book = Phrasebook.here(findings)
            try HomeKeys(home: home).settle(by: book.ledger, of: party)
            let instrument = try prefix.resolve(
                among: findings.contents.ledger.instruments.keys, noun: "instrument", place: "in this copy")
            let wish = SealDraft.Wish(
                verdict: verdict, instrument: instrument, provided: provided, withoutClosing: withoutClosing,
                capacities: capacity,
                declaration: declaration, reservation: reservation, reason: reason, until: until)
            let draft = try SealDraft(wish, by: party, at: Surroundings.current.now(), in: book)
            if let given = draft.given {
                voice.talk("\(party) \(verdict.pastTense) it before, in the same words: nothing new was sealed")
                SealReport.speak(given, findings, voice)
                return .holds
            }
            if let request {
                try OfflineSeal.write(draft, findings, to: request, voice)
                return .holds
            }
            var keys = try keys(draft, of: party, home)
            let remembered = keys.remembered(in: findings.contents.roadmap)
            try draft.checkHonest(remembered: remembered)
            if let proposed = findings.contents.ledger.instruments[instrument], !proposed.frozenFrom.isEmpty {
                let desk = try await DraftDesk(home, through: door)
                for sentence in desk.sentencesOnOrigin(of: proposed) {
                    voice.talk(voice.paragraph(sentence, hanging: 2))
                }
            }
            try draft.ask(remembered: remembered, yes: yes, voice)
            let records = try keys.sign(draft.seal).map { PublishedRecord.seal($0) }
            try await Publishing.publish(records, for: party, through: door)
            let after = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
            SealReport.speak(draft.seal, after, voice)
            return .holds
        }
    }

    private func keys(_ draft: SealDraft, of party: Identifier, _ home: Home) throws -> SealKeys {
        // What honesty forbids is said before a key is asked for.
        try draft.checkHonest(remembered: [])
        let paths = try key.isEmpty ? SealKeys.paths(in: home, for: draft.record, signing) : key
        let keys = try SealKeys(at: paths, of: party, in: draft.record, signing)
        try SealKeys.checkThreshold(paths.count, draft.record, place: "given")
        return keys
    }
}

/// What is said of a seal that was given.
enum SealReport {
    static func speak(_ seal: Seal, _ findings: VerificationReport.Findings, _ voice: CommandVoice) {
        let book = Phrasebook.here(findings)
        let evaluation = findings.evaluation
        if voice.speaksJSON {
            let missing = evaluation.missing(of: seal.instrument)
            voice.result(
                .object([
                    ("seal", .string(seal.id.hex)), ("instrument", .string(seal.instrument.hex)),
                    ("party", .string(seal.party.string)), ("verdict", .string(seal.verdict.rawValue)),
                    ("provided", FindingsJSON.ids(seal.provided)),
                    ("state", evaluation.state(of: seal.instrument).map { .string($0.rawValue) } ?? .null),
                    (
                        "missing",
                        .object([
                            ("parties", missing.parties.map(FindingsJSON.names) ?? .null),
                            ("instruments", FindingsJSON.ids(missing.instruments)),
                        ])
                    ),
                ]))
            return
        }
        let conditions = seal.provided.isEmpty ? "" : ", provided \(book.names(seal.provided))"
        voice.result(
            voice.paragraph("\(seal.party) \(seal.verdict.pastTense) \(book.name(seal.instrument))\(conditions)"))
        if let state = book.state(of: seal.instrument) {
            voice.result(voice.paragraph("\(state.state.words): \(state.sentence)"))
        }
    }
}

/// A verdict as a person types it.
enum VerdictWord: String, CaseIterable, ExpressibleByArgument {
    case accept, abstain, reject

    var meaning: Seal.Verdict {
        switch self {
        case .accept: .accept
        case .abstain: .abstain
        case .reject: .reject
        }
    }
}

extension Phrasebook {
    /// The words for what a bundle holds, titles in the reader's language.
    static func here(_ findings: VerificationReport.Findings) -> Phrasebook {
        let founding = findings.contents.ledger.instruments[findings.contents.roadmap]
        return Phrasebook(findings, language: ReaderLanguage.here(founding))
    }

    /// The words for what a bundle holds with one more instrument, titles in the reader's language.
    static func here(_ findings: VerificationReport.Findings, with instrument: Instrument) throws -> Phrasebook {
        var ledger = findings.contents.ledger
        try ledger.insert(instrument)
        return Phrasebook(ledger, Evaluation(of: ledger), language: ReaderLanguage.here(instrument))
    }
}
