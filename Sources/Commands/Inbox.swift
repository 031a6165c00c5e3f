internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph inbox`
struct Inbox: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Say what waits for this party, and what is new since it last looked.",
        discussion: """
            Examples:

              syngraph inbox
              syngraph inbox --due
              syngraph inbox --seen

            What is new is told until it is marked as seen, with --seen: the mark is a file in the home, and nobody \
            else learns of it. Without --seen nothing is changed.
            """)

    @Flag(name: .long, help: "What has a date first, the earliest on top.") var due = false
    @Flag(name: .long, help: "Mark what is shown as seen.") var seen = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let (party, bytes) = try await homeOptions.withDoor { (try await $0.status().party, try await $0.bundle()) }
        let findings = try RoadmapSource.findings(in: bytes, of: home.path)
        let book = Phrasebook.here(findings)
        let mark = try SeenMark.read(in: home, of: findings.contents.roadmap)
        let now = Sighting(of: findings.evaluation)
        let news = mark.map { News(since: $0.sighting, in: now) }
        let matters = inOrder(findings.evaluation.matters(for: party), book)
        if wantsJSON {
            voice.result(json(party, matters, mark, news, book))
        } else {
            speak(party, matters, mark, news, book, voice)
        }
        if seen {
            try SeenMark(at: Surroundings.current.now(), sighting: now).write(in: home, of: findings.contents.roadmap)
            voice.talk("marked as seen")
        }
        return .holds
    }

    /// With --due what has a deadline first; else as it comes.
    private func inOrder(_ matters: [Matter], _ book: Phrasebook) -> [Matter] {
        guard due else { return matters }
        let ranked = matters.enumerated().map { place, matter in
            (matter: matter, at: book.deadlines(of: matter.instrument).first?.at ?? .max, place: place)
        }
        return ranked.sorted { ($0.at, $0.place) < ($1.at, $1.place) }.map(\.matter)
    }

    private func speak(
        _ party: Identifier, _ matters: [Matter], _ mark: SeenMark?, _ news: News?, _ book: Phrasebook,
        _ voice: CommandVoice
    ) {
        if matters.isEmpty {
            voice.result("nothing waits for \(party)")
        } else {
            voice.result(voice.marked("waits for \(party)", .heading))
            for matter in matters {
                voice.result(
                    voice.paragraph(
                        "- \(book.name(matter.instrument)): \(book.sentence(for: matter))", indent: 2, hanging: 4))
                for deadline in book.deadlines(of: matter.instrument) {
                    let words = deadline.words(now: Surroundings.current.now())
                    voice.result(voice.paragraph(words, indent: 4, hanging: 6))
                }
                voice.result(voice.paragraph(voice.marked(book.hint(for: matter), .faint), indent: 4))
            }
        }
        for withdrawal in book.leaving { speak(withdrawal, to: party, book, voice) }
        guard let mark, let news else {
            return voice.talk("everything is new: nothing was marked as seen yet, which --seen does")
        }
        let since = Timestamp.text(mark.at)
        guard !news.isNothing else { return voice.result("\nnothing is new since \(since)") }
        voice.result("\n" + voice.marked("new since \(since)", .heading))
        for sentence in book.sentences(for: news) {
            voice.result(voice.paragraph("- \(sentence)", indent: 2, hanging: 4))
        }
    }

    /// A notice counts for nothing, and an effect takes nobody off a roster: both are for people to act on.
    private func speak(
        _ withdrawal: Withdrawal, to party: Identifier, _ book: Phrasebook, _ voice: CommandVoice
    ) {
        let isOwn = withdrawal.party == party
        let words = "\(book.act(of: withdrawal)), at \(Timestamp.text(withdrawal.at)) by its own clock"
        voice.result(
            voice.paragraph("\n\(withdrawal.party) \(words)\(book.reason(of: withdrawal))", hanging: 2))
        let hint =
            switch withdrawal.stage {
            case .notice: isOwn ? "when the time has come: syngraph withdraw --effect" : "it counts for nothing yet"
            case .effect: "numbers and shares count it until a roster without it is in force: syngraph amend"
            }
        voice.result(voice.paragraph(voice.marked(hint, .faint), indent: 2))
    }

    // MARK: For a program

    private func json(
        _ party: Identifier, _ matters: [Matter], _ mark: SeenMark?, _ news: News?, _ book: Phrasebook
    ) -> JSONValue {
        .object([
            ("party", .string(party.string)), ("matters", .array(matters.map { json($0, book) })),
            ("leaving", .array(book.leaving.map(json))),
            ("since", mark.map { .string(Timestamp.text($0.at)) } ?? .null),
            (
                "news",
                news.map { news in
                    .object([
                        ("instruments", FindingsJSON.ids(news.instruments)),
                        (
                            "moved",
                            .array(
                                news.moved.map {
                                    .object([
                                        ("instrument", .string($0.instrument.hex)),
                                        ("before", .string($0.before.rawValue)), ("now", .string($0.now.rawValue)),
                                    ])
                                })
                        ),
                        ("seals", FindingsJSON.ids(news.seals)),
                    ])
                } ?? .null
            ),
        ])
    }

    private func json(_ withdrawal: Withdrawal) -> JSONValue {
        .object([
            ("party", .string(withdrawal.party.string)), ("withdrawal", .string(withdrawal.id.hex)),
            ("stage", .string(withdrawal.stage.rawValue)),
            ("standings", FindingsJSON.names(withdrawal.rosters.keys.sorted())),
            ("at", .string(Timestamp.text(withdrawal.at))), ("reason", FindingsJSON.words(withdrawal.reason)),
        ])
    }

    private func json(_ matter: Matter, _ book: Phrasebook) -> JSONValue {
        let facts = MatterFacts(matter.kind)
        return .object([
            ("instrument", .string(matter.instrument.hex)), ("kind", .string(facts.kind)),
            ("completes", facts.completes.map { .bool($0) } ?? .null),
            ("instruments", FindingsJSON.ids(facts.instruments)), ("parties", FindingsJSON.names(facts.parties)),
            ("seals", FindingsJSON.ids(facts.seals)),
            (
                "objections",
                .array(
                    facts.objections.map {
                        .object([("word", .string($0.word)), ("message", .string(book.sentence(for: $0)))])
                    })
            ),
            (
                "deadlines",
                .array(
                    book.deadlines(of: matter.instrument).map { deadline in
                        let party: Identifier? = if case .offer(let party) = deadline.kind { party } else { nil }
                        return .object([
                            ("at", .string(Timestamp.text(deadline.at))),
                            ("kind", .string(party == nil ? "answer" : "offer")),
                            ("party", party.map { .string($0.string) } ?? .null),
                        ])
                    })
            ),
        ])
    }
}

/// What is said of a matter for a program, whatever its kind.
private struct MatterFacts {
    let kind: String
    var completes: Bool?
    var instruments: [InstrumentID] = []
    var parties: [Identifier] = []
    var seals: [Digest] = []
    var objections: [Objection] = []

    init(_ matter: Matter.Kind) {
        switch matter {
        case .verdict(let completes, let against):
            (kind, self.completes, objections) = ("verdict", completes, against)
        case .closing(let closing, let completes, let against):
            (kind, self.completes, objections) = ("closing", completes, against)
            instruments = [closing.subject]
        case .awaits(let conditions): (kind, instruments) = ("awaits", conditions)
        case .rebase: kind = "rebase"
        case .refused(let by): (kind, parties) = ("refused", by)
        case .ownDisputed(let ids): (kind, seals) = ("ownDisputed", ids)
        case .disputed(let party, let ids): (kind, parties, seals) = ("disputed", [party], ids)
        }
    }
}

/// What this party has seen of its copy: `seen` in the home, a line of text for each instrument and each seal.
struct SeenMark {
    /// Seconds since 1970-01-01T00:00:00Z, by this machine's clock.
    let at: UInt64
    let sighting: Sighting

    private static let type = "syngraph/seen/1"
    private static func path(in home: Home) -> String { home.path + "/seen" }

    /// Nil where nothing was marked yet, or of another roadmap.
    ///
    /// - Throws: a ``Complaint`` if the file is not what this program wrote.
    static func read(in home: Home, of roadmap: InstrumentID) throws(Complaint) -> SeenMark? {
        let path = path(in: home)
        guard FileReading.exists(path) else { return nil }
        let lines = String(decoding: try FileReading.bytes(of: path), as: UTF8.self).split(separator: "\n")
        let head = (lines.first ?? "").split(separator: " ")
        guard head.count == 3, head[0] == type, let at = UInt64(head[2]) else { throw damaged(path) }
        guard head[1] == roadmap.hex else { return nil }
        var states: [InstrumentID: InstrumentState] = [:]
        var seals: Set<Digest> = []
        for line in lines.dropFirst() {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2, let id = Digest(hex: words[1]) else { throw damaged(path) }
            if words[0] == "seal" {
                seals.insert(id)
            } else if let state = InstrumentState(rawValue: words[0]) {
                states[id] = state
            } else {
                throw damaged(path)
            }
        }
        return SeenMark(at: at, sighting: Sighting(states: states, seals: seals))
    }

    private static func damaged(_ path: String) -> Complaint {
        Complaint(
            .notOurFormat, "damaged-mark", "\(terminalSafe(path)) is not what this program wrote",
            hint: "delete it: then everything counts as new")
    }

    func write(in home: Home, of roadmap: InstrumentID) throws(HomeFailure) {
        let states = sighting.states.sorted { $0.key < $1.key }.map { "\($0.value.rawValue) \($0.key.hex)\n" }
        let seals = sighting.seals.sorted().map { "seal \($0.hex)\n" }
        let text = "\(Self.type) \(roadmap.hex) \(at)\n" + (states + seals).joined()
        try FileWriting.write(Array(text.utf8), to: Self.path(in: home), mode: 0o600)
    }
}
