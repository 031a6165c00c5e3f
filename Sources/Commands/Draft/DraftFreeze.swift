internal import Agreement
internal import ArgumentParser
internal import Charters
internal import Cryptography
internal import Drafting
internal import Identity
internal import Negotiation
internal import NodeLogic
internal import NodeRuntime
internal import Verification
internal import Wording

/// `syngraph draft freeze ID`
struct DraftFreeze: Verb {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Freeze a draft into an instrument, in all languages, and put it on the table.",
        discussion: """
            Examples:

              syngraph draft freeze 1f2e3d4c --dry-run
              syngraph draft freeze 1f2e3d4c --choose 5a6b7c8d.0=in --choose 5a6b7c8d.2=1

            It asks for clean text of those whose consent the rules need; with --choose it takes your choice of a \
            bracket that is open: `in`, `out`, or the number of another wording, as `syngraph rolling` shows them. The \
            choice is written into the draft, and the positions that it leaves are shown to everyone who seals. What \
            is not ripe is said, and nothing is changed: exit code 1.
            """)

    @OptionGroup var options: DraftOptions
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("What an open bracket is to be; may be repeated.", valueName: "bracket=alternative"))
    var choose: [String] = []
    @Option(
        name: .customLong("relies-on"), parsing: .singleValue,
        help: ArgumentHelp(
            "A provision that it relies on besides those that its words mention; may be repeated.",
            valueName: "provision"))
    var reliesOn: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "An instrument that it replaces besides those that it must; may be repeated.", valueName: "id"))
    var replacing: [String] = []
    @Flag(
        name: .customLong("as-it-is"),
        help: "What is only pointed out was seen: figures that differ, reservations, brackets in the words.")
    var asItIs = false
    @Flag(name: .long, help: "Offer it with a closing, so that a silent party cannot hold it open.")
    var withClosing = false
    @Option(
        name: .customLong("answer-by"), help: ArgumentHelp("Ask for answers by this day, in UTC.", valueName: "day"))
    var answerBy: String?
    @Flag(name: .long, help: "Show what would be frozen, and change nothing.") var dryRun = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let party = try home.settings().party
        return try await homeOptions.withDoor { door in
            let desk = try await DraftDesk(home, through: door)
            var opened = try desk.opened(options.draft)
            let wish = try wish(desk)
            let choices = try choices(in: opened)
            let salt = Surroundings.current.randomBytes(16)
            // What is not ripe is said before anything is written.
            var (freezing, frozen) = try freeze(opened, choices, wish, by: party, salt, desk)
            if !dryRun, Self.isUnsaid(choices, by: party, in: opened.draft) {
                try await write(choices, through: door, home)
                opened = try await DraftDesk(home, through: door).opened(options.draft)
                (freezing, frozen) = try freeze(opened, choices, wish, by: party, salt, desk)
            }
            let book = try Phrasebook.here(desk.findings, with: frozen.instrument)
            let closing =
                withClosing ? try ClosingDraft.make(.complete, of: frozen.instrument, by: party, in: book) : nil
            if !dryRun {
                let records = [frozen.instrument, closing].compactMap { $0 }.map { PublishedRecord.instrument($0) }
                try await Publishing.publish(records, for: party, through: door)
            }
            TableReport(
                instrument: frozen.instrument, closing: closing, book: book, mentions: frozen.mentions,
                left: freezing.positionsLeft, isOnTable: !dryRun
            ).speak(voice)
            return .holds
        }
    }

    private func wish(_ desk: DraftDesk) throws(Complaint) -> Freezing.Wish {
        var wish = Freezing.Wish()
        for typed in reliesOn {
            guard let name = Identifier(typed), desk.findings.evaluation.provisionInForce(name) != nil else {
                throw Complaint(
                    .noSuchFile, "no-such-provision", "no provision in force has the id \(Typed.shown(typed))")
            }
            wish.reliesOn.append(name)
        }
        for typed in replacing {
            wish.replaces.append(
                try IDPrefix(typed).resolve(
                    among: desk.findings.evaluation.instrumentIDs, noun: "instrument", place: "in this copy"))
        }
        wish.offersClosing = withClosing
        wish.isLookedAt = asItIs
        wish.answerBy = try answerBy.map { typed throws(Complaint) in try Typed.endOfDay(typed) }
        return wish
    }

    private func freeze(
        _ opened: OpenedDraft, _ choices: [OperationName: Drafting.Alternative], _ wish: Freezing.Wish,
        by party: Identifier, _ salt: [UInt8], _ desk: DraftDesk
    ) throws -> (Freezing, Freezing.Frozen) {
        let evaluation = desk.findings.evaluation
        let roadmap = desk.findings.contents.roadmap
        let freezing = Freezing(
            opened.draft, openedOn: opened.base, evaluation,
            languages: evaluation.instrument(roadmap)?.languages ?? [], choosing: choices,
            faultInText: SignableText.fault)
        do {
            return (freezing, try freezing.frozen(wish, by: party, salt: salt, roadmap: roadmap))
        } catch let refusal as FreezeRefusal {
            throw Complaint(notRipe: refusal, Phrasebook.here(desk.findings))
        } catch let refusal as AmendmentRefusal {
            throw Complaint(
                .notSo, "cannot-amend",
                "the draft cannot be laid on the text in force: \(Phrasebook.here(desk.findings).sentence(for: refusal))",
                hint: "nothing was changed")
        }
    }

    private func choices(in opened: OpenedDraft) throws(Complaint) -> [OperationName: Drafting.Alternative] {
        var choices: [OperationName: Drafting.Alternative] = [:]
        for typed in choose {
            let parts = typed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw .usage("write BRACKET=WORDING, as in 1f2e3d4c.0=in, and not \(Typed.shown(typed))")
            }
            let bracket = try opened.draft.bracket(parts[0], in: opened.record)
            guard choices[bracket.name] == nil else {
                throw .usage("the bracket \(bracket.name.text()) is chosen for twice")
            }
            choices[bracket.name] = try opened.draft.alternative(parts[1], of: bracket, in: opened.record)
        }
        return choices
    }

    /// Whether a choice does not stand in the draft yet as this party's, and nobody else's.
    private static func isUnsaid(
        _ choices: [OperationName: Drafting.Alternative], by party: Identifier, in draft: Draft
    ) -> Bool {
        choices.contains { name, alternative in
            let standing = draft.bracket(name)?.choices ?? []
            return standing.isEmpty || standing.contains { $0.party != party || $0.value != alternative }
        }
    }

    /// Writes the choices into the draft, as an entry of this party.
    private func write(
        _ choices: [OperationName: Drafting.Alternative], through door: any HomeDoor, _ home: Home
    ) async throws {
        _ = try await DraftWriting.perform(on: options.draft, at: home, through: door) { draft, _ in
            for (name, alternative) in choices.sorted(by: { $0.key.text() < $1.key.text() }) {
                draft.perform(.choose(bracket: name, alternative))
            }
            return DraftDeed(sentence: "chose wordings of \(Quoting.count(choices.count, "bracket"))")
        }
    }
}
