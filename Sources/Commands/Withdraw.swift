internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import NodeRuntime
internal import Verification
internal import Wording

/// `syngraph withdraw --notice`, `syngraph withdraw --effect`
struct Withdraw: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Give notice that this party leaves, or say that it has left.",
        discussion: """
            Examples:

              syngraph withdraw --notice --reason "The river is too low."
              syngraph withdraw --effect
              syngraph withdraw --effect --in carried.syngraph --party KOR --key my.pem --out signed.syngraph
              syngraph withdraw --sign signed.syngraph --key my.pem --out signed-by-two.syngraph
              syngraph import signed-by-two.syngraph

            The party leaves all standings that it holds by the rosters in force. A notice counts for nothing: it starts \
            the period that the roadmap's text asks for, and people read the calendar. With the effect nobody waits for \
            the party any more where a rule asks for all holders of a standing; what it consented to binds it as before, \
            and numbers and shares count it until the others amend the roster. It shows what will follow, and asks once. For \
            keys on a machine without a network, --in takes a bundle in place of a home, and --out writes what was signed; \
            where several must sign, --sign lets the next one sign the same; import brings it home.
            """)

    @Flag(name: .long, help: "Give notice; it counts for nothing.") var notice = false
    @Flag(name: .long, help: "Say that the notice is over.") var effect = false
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Why, as text or lang=text; may be repeated.", valueName: "text"))
    var reason: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Sign with this key; may be repeated.",
            discussion: "A public half is signed for by --signer. Default: the home's seal keys.", valueName: "file"))
    var key: [String] = []
    @Option(
        name: .customLong("in"), help: ArgumentHelp("Read this bundle, and no home; with --out.", valueName: "bundle"))
    var bundle: String?
    @Option(name: .long, help: ArgumentHelp("With --in: the party that leaves.", valueName: "code"))
    var party: String?
    @Option(
        name: .long, help: ArgumentHelp("Sign the withdrawal that this file holds; with --out.", valueName: "file"))
    var sign: String?
    @Option(name: .long, help: ArgumentHelp("Publish nothing: write what was signed.", valueName: "file"))
    var out: String?
    @Flag(name: .long, help: "Sign without asking.") var yes = false
    @OptionGroup var signing: SigningOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if bundle != nil || sign != nil || out != nil || party != nil { return try performOffline(voice) }
        let stage = try stage()
        let home = homeOptions.location
        let party = try home.settings().party
        return try await homeOptions.withDoor { door in
            let book = Phrasebook.here(try RoadmapSource.findings(in: await door.bundle(), of: home.path))
            let leaving = try Leaving(party, stage, in: book)
            let paths =
                try key.isEmpty
                ? SealKeys.paths(in: home, for: leaving.record, signing, elsewhere: Self.elsewhere) : key
            let keys = try SealKeys(at: paths, of: party, in: leaving.record, signing)
            try SealKeys.checkThreshold(paths.count, leaving.record, place: "given", elsewhere: Self.elsewhere)
            let withdrawal = try leaving.withdrawal(
                remembered: keys.remembered(in: book.ledger.roadmap), reason: reason,
                at: Surroundings.current.now())
            let preview = try Self.ask(about: withdrawal, yes: yes, book, voice)
            let records = try keys.sign(withdrawal).map { PublishedRecord.withdrawal($0) }
            try await Publishing.publish(records, for: party, through: door)
            speak(withdrawal, preview, book, voice)
            return .holds
        }
    }

    private static let elsewhere = "sign where the keys are: --in BUNDLE --party CODE --key FILE --out FILE"

    private func stage() throws(Complaint) -> Withdrawal.Stage {
        guard notice != effect else {
            throw Complaint.usage(
                "say which: a notice, or its effect", hint: "--notice counts for nothing; --effect ends the waiting")
        }
        return effect ? .effect : .notice
    }

    private func performOffline(_ voice: CommandVoice) throws -> ExitCode {
        guard let out, !key.isEmpty, (bundle == nil) != (sign == nil) else {
            throw Complaint.usage(
                "without a home it takes --in BUNDLE or --sign FILE, --key FILE and --out FILE",
                hint: "see syngraph withdraw --help")
        }
        try OutputPath.check(out, json: wantsJSON)
        let offline = OfflineWithdrawal(keys: key, options: signing, yes: yes)
        if let sign {
            guard !notice, !effect, party == nil, reason.isEmpty else {
                throw Complaint.usage("--sign signs what the file holds, and nothing else")
            }
            return try offline.sign(sign, to: out, voice)
        }
        guard let party, let bundle else { throw Complaint.usage("--in BUNDLE wants --party CODE: whose leave it is") }
        return try offline.make(stage(), of: Typed.party(party), reason: reason, from: bundle, to: out, voice)
    }

    /// Shows what a withdrawal does, and asks once.
    static func ask(
        about withdrawal: Withdrawal, yes: Bool, _ book: Phrasebook, _ voice: CommandVoice
    ) throws(Complaint) -> WithdrawalPreview {
        let preview = WithdrawalPreview(of: withdrawal, in: book)
        voice.talk(preview.terminal(columns: voice.columns))
        for said in book.reasonLines(of: withdrawal) { voice.talk(voice.paragraph("\n\(said)", hanging: 2)) }
        try Keyboard.confirm("\(withdrawal.party) withdraws so: sign? Type yes to sign: ", isGiven: yes)
        return preview
    }

    private func speak(
        _ withdrawal: Withdrawal, _ preview: WithdrawalPreview, _ book: Phrasebook, _ voice: CommandVoice
    ) {
        if wantsJSON {
            let rosters = withdrawal.rosters.sorted { $0.key < $1.key }
            return voice.result(
                .object([
                    ("withdrawal", .string(withdrawal.id.hex)), ("party", .string(withdrawal.party.string)),
                    ("stage", .string(withdrawal.stage.rawValue)),
                    ("rosters", .object(rosters.map { ($0.key.string, .string($0.value.hex)) })),
                    ("committed", FindingsJSON.ids(withdrawal.committed)),
                    ("excusedFrom", FindingsJSON.ids(preview.excusedFrom)),
                    ("askedStill", FindingsJSON.ids(preview.askedStill)),
                    ("intoForce", FindingsJSON.ids(preview.intoForce)),
                ]))
        }
        voice.result(voice.paragraph("\(withdrawal.party) \(book.act(of: withdrawal))"))
        voice.result("withdrawal \(withdrawal.id.hex)")
        if !preview.intoForce.isEmpty {
            voice.result(voice.paragraph("in force by it: \(book.names(preview.intoForce))", hanging: 2))
        }
    }
}

/// What a party leaves, and under which keys it says so.
struct Leaving {
    /// The record whose keys sign: the newest of the party's chain in force.
    let record: PartyRecord
    private let party: Identifier
    private let stage: Withdrawal.Stage
    private let chain: KeyChain
    private let rosters: [Identifier: InstrumentID]
    private let book: Phrasebook

    /// - Throws: a ``Complaint`` for a party that is on no roster in force, has frozen keys, or said the same before.
    init(_ party: Identifier, _ stage: Withdrawal.Stage, in book: Phrasebook) throws(Complaint) {
        rosters = book.evaluation.rostersHeld(by: party)
        guard !rosters.isEmpty, let chain = book.ledger.chainInForce(of: party, by: book.evaluation) else {
            throw Complaint(
                .notYours, "not-a-holder", "\(party) is on no roster in force, so there is nothing to leave",
                hint: "what binds it, `syngraph bound \(party)` says")
        }
        guard let record = chain.newest.record.record else {
            throw Complaint(
                .notYours, "frozen-keys", "the keys of \(party) are frozen: it cannot sign until it recovers",
                hint: "its recovery keys set new ones")
        }
        (self.party, self.stage, self.chain, self.record, self.book) = (party, stage, chain, record, book)
        if let given = book.withdrawals(of: party).first(where: { $0.stage == stage && $0.rosters == rosters }) {
            throw Complaint(
                .notSo, "withdrawn-before",
                "\(party) \(book.act(of: given)) before, at \(Timestamp.text(given.at)), and those rosters are the same",
                hint: stage == .notice ? "when the time has come: syngraph withdraw --effect" : "nothing new was signed"
            )
        }
    }

    /// - Parameter remembered: what the keys gave verdicts on, in the records or not.
    func withdrawal(
        remembered: [(instrument: InstrumentID, verdict: Seal.Verdict)], reason: [String], at time: UInt64
    ) throws(Complaint) -> Withdrawal {
        let languages = book.ledger.instruments[book.ledger.roadmap]?.languages ?? []
        let reason = try Typed.declaration(reason, in: languages)
        let recalled = remembered.filter(\.verdict.isCommitment).map(\.instrument)
        do throws(DecodingRefusal) {
            return try Withdrawal(
                roadmap: book.ledger.roadmap, party: party, keys: chain.newest.record.id, stage: stage,
                rosters: rosters, committed: book.ledger.commitments(in: chain) + recalled, reason: reason, at: time)
        } catch {
            throw Complaint.usage("no such withdrawal can be made: \(Quoting.readable(.text(error.description)))")
        }
    }
}

extension Phrasebook {
    /// The reason that a withdrawal gives, in every language, as it stands.
    fileprivate func reasonLines(of withdrawal: Withdrawal) -> [String] {
        guard let reason = withdrawal.reason else { return [] }
        return reason.languages.map { "reason (\($0)): \(Quoting.readable(.text(reason.byLanguage[$0]!)))" }
    }
}
