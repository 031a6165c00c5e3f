internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Charters
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Wording

/// `syngraph found CHARTER`
struct Found: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Make a charter into the founding of a roadmap, and begin this party's copy of it.",
        discussion: """
            Example:

              syngraph found consortium.yaml --cards cards/ --home ~/north

            Nothing is in force before every party has accepted the founding, the one who founds included. The id of \
            the founding is the roadmap's: the one thing that everybody compares by other means.
            """)

    @Argument(help: "The charter, in YAML.") var charter: String
    @OptionGroup var homeOptions: HomeOptions
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where the cards are, each as CODE.card.", discussion: "Default: beside the charter.", valueName: "dir"))
    var cards: String?
    @Option(name: .long, help: ArgumentHelp("Write the invitation too; see `invite`.", valueName: "file"))
    var out: String?
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        try OutputPath.check(out, json: wantsJSON)
        let home = homeOptions.location
        let settings = try home.settings()
        guard settings.roadmap == nil else { throw Complaint.hasRoadmap(home) }
        let folder = cards ?? FileWriting.folder(of: charter)
        let reading = try Charter.read(CharterFiles.text(of: charter)) { party in
            try CharterFiles.card(at: "\(folder)/\(party).card")
        }
        switch reading {
        case .failure(let faults): return CharterFiles.speak(faults, in: charter, voice)
        case .success(let charter):
            try checkProposer(charter, settings.party, home)
            let founding = try charter.foundingInstrument(salt: Surroundings.current.randomBytes(16))
            let book = try self.book(founding)
            try await Publishing.refusing(book) { try await home.found(founding) }
            if let out { try FileWriting.write(await homeOptions.withDoor { try await $0.bundle() }, to: out) }
            // Those on dormant rosters are not asked.
            let awaited = book.evaluation.missing(of: founding.id).parties ?? charter.records.keys.sorted()
            speak(founding, awaited, book, voice)
            return .holds
        }
    }

    /// Who founds puts its own name and its own keys under it.
    private func checkProposer(_ charter: Charter, _ party: Identifier, _ home: Home) throws {
        guard charter.proposer == party else {
            throw Complaint(
                .notYours, "not-the-proposer",
                "the charter's proposer is \(charter.proposer), and \(terminalSafe(home.path)) is the home of \(party)",
                hint: "let \(charter.proposer) found it, or write `proposer: \(party)`")
        }
        try OwnRecord.check(charter.records[party].map { [$0] } ?? [], party, home, place: "the charter's cards")
    }

    private func book(_ founding: Instrument) throws -> Phrasebook {
        var ledger = Ledger(roadmap: founding.id)
        try ledger.insert(founding)
        let book = Phrasebook(ledger, Evaluation(of: ledger), language: ReaderLanguage.here(founding))
        if let reason = book.evaluation.illFormedness(of: founding.id) {
            throw Complaint(.notOurFormat, "ill-formed", "it could never be in force: \(book.sentence(for: reason))")
        }
        return book
    }

    private func speak(_ founding: Instrument, _ parties: [Identifier], _ book: Phrasebook, _ voice: CommandVoice) {
        let warnings = book.warningsOnRules(after: founding.id)
        defer { voice.warn(warnings) }
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(founding.id.hex)), ("instrument", .string(founding.id.hex)),
                    ("fingerprint", .string(Quoting.fingerprint(founding.id))),
                    ("title", .string(founding.title.text(in: founding.languages[0]).string)),
                    ("parties", FindingsJSON.names(parties)),
                    ("invitation", out.map { .string($0) } ?? .null),
                    ("warnings", .array(warnings.map { .string($0) })),
                ]))
            return
        }
        guard out != "-" else { return }
        voice.result("founded \(book.title(founding))")
        voice.result("roadmap \(founding.id.hex)")
        voice.talk(voice.paragraph("not in force yet: it waits for the acceptance of \(Quoting.list(parties))"))
        voice.talk("accept it with `syngraph seal accept \(Quoting.short(founding.id))`")
        if out == nil { voice.talk("invite the others with `syngraph invite --out FILE`") }
    }
}

extension ReaderLanguage {
    /// The one of an instrument's languages that the reader's environment asks for, or its first.
    static func here(_ instrument: Instrument?) -> Identifier? {
        guard let languages = instrument?.languages else { return nil }
        return preferred(among: languages, in: Surroundings.current.environment) ?? languages.first
    }
}

/// Whether a roadmap knows a party by the keys that its home holds.
enum OwnRecord {
    /// - Parameter records: those that the roadmap, or the charter, has of the party.
    /// - Throws: a ``Complaint`` if there are some, and none names this home's node.
    static func check(_ records: [PartyRecord], _ party: Identifier, _ home: Home, place: String) throws {
        let node = try Home.readKey(at: home.nodeKeyPath) { nil }.publicKey
        guard !records.isEmpty, !records.contains(where: { $0.nodes.contains { $0.key == node } }) else { return }
        throw Complaint(
            .notYours, "other-keys", "\(place) know \(party) by other keys than those in \(terminalSafe(home.path))",
            hint: "use the home whose card was handed in; it is \(terminalSafe(home.cardPath(of: party)))")
    }
}

extension Complaint {
    static func hasRoadmap(_ home: Home) -> Complaint {
        Complaint(
            .cannotWrite, "has-roadmap", "the home \(terminalSafe(home.path)) holds a roadmap already",
            hint: "one home holds one roadmap: use another for another, and `syngraph import` for news of this one")
    }
}
