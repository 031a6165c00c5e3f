internal import ArgumentParser
internal import Cryptography
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft list`
struct DraftList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the drafts of a home.",
        discussion: """
            Example:

              syngraph draft list
            """)

    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let desk = try await homeOptions.withDoor { try await DraftDesk(home, through: $0) }
        let listed = desk.drafts.all.map { (record: $0, draft: try? desk.draft($0)) }
        if wantsJSON {
            voice.result(
                .object([
                    ("drafts", .array(listed.map { json($0.record, $0.draft) })),
                    (
                        "unopened",
                        .array(
                            desk.drafts.unopened.sorted { $0.key < $1.key }.map {
                                .object([("draft", .string($0.key.hex)), ("entries", .number($0.value))])
                            })
                    ),
                    ("unread", .array(desk.drafts.unread.map(json))),
                ]))
            return .holds
        }
        if listed.isEmpty {
            voice.result("no drafts")
            voice.talk("open one with `syngraph draft open --title en=TITLE`")
        }
        for (record, draft) in listed { voice.result(line(record, draft, voice)) }
        for (draft, count) in desk.drafts.unopened.sorted(by: { $0.key < $1.key }) {
            voice.talk("\(Quoting.count(count, "entry", "entries")) of draft \(Quoting.short(draft)) wait for its opening")
        }
        for entry in desk.drafts.unread { voice.talk(voice.paragraph(words(entry), hanging: 2)) }
        return .holds
    }

    private func line(_ record: DraftOnRecord, _ draft: Draft?, _ voice: CommandVoice) -> String {
        let name = voice.marked(Quoting.short(record.id), .heading)
        guard let draft else {
            let title = Quoting.quoted(record.opening.title.text(in: nil))
            return "\(name) \(title), by \(record.party); opened on a text that is not here"
        }
        var facts = ["opened by \(record.party)", Quoting.count(draft.entryCount - 1, "edit")]
        let open = draft.openBrackets().all.count
        if open > 0 { facts.append(Quoting.count(open, "open bracket")) }
        if draft.waitingCount > 0 { facts.append("\(draft.waitingCount) waiting for what is not here") }
        if draft.isClosed { facts.append("closed") }
        return voice.paragraph("\(name) \(draft.shownTitle): \(facts.joined(separator: ", "))", hanging: 9)
    }

    private func json(_ record: DraftOnRecord, _ draft: Draft?) -> JSONValue {
        .object([
            ("draft", .string(record.id.hex)), ("title", JSONValue(record.opening.title.value)),
            ("openedBy", .string(record.party.string)), ("openedAt", .string(Timestamp.text(record.openedAt))),
            ("languages", FindingsJSON.names(record.opening.languages)), ("base", FindingsJSON.ids(record.opening.base)),
            ("isHere", .bool(draft != nil)), ("edits", .number((draft?.entryCount ?? 1) - 1)),
            ("waiting", .number(draft?.waitingCount ?? record.edits.count)),
            ("openBrackets", draft.map { .number($0.openBrackets().all.count) } ?? .null),
            ("closed", draft.map { .bool($0.isClosed) } ?? .null),
            ("heads", draft.map { FindingsJSON.ids($0.heads) } ?? .array([])),
        ])
    }

    private func words(_ entry: UnreadDraftEntry) -> String {
        let whose = entry.party.map { " of \($0)" } ?? ""
        let reason =
            switch entry.reason {
            case .pruned: "what it says is not here"
            case .malformed(let refusal): "it is malformed (\(refusal))"
            case .ofNoParty: "no record names its writer's key"
            }
        return "entry \(Quoting.short(entry.stamp.id))\(whose) is no entry of any draft: \(reason)"
    }

    private func json(_ entry: UnreadDraftEntry) -> JSONValue {
        .object([("entry", .string(entry.stamp.id.hex)), ("message", .string(words(entry)))])
    }
}

/// `syngraph draft log DRAFT`
struct DraftLog: Verb {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List who wrote what on a draft, in an order that all copies have.",
        discussion: """
            Example:

              syngraph draft log 3fa92b1c
              syngraph draft show 3fa92b1c --at 9d0f77aa

            Times are those of the writers' clocks, and decide nothing.
            """)

    @OptionGroup var options: DraftOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let desk = try await homeOptions.withDoor { try await DraftDesk(home, through: $0) }
        let record = try desk.record(options.draft)
        let draft = try desk.draft(record)
        let entries = record.edits.filter { draft.contains($0.stamp.id) }
        // A writer's clock may lie; the order is the chains', and among them that of stamps.
        if wantsJSON {
            let opened = JSONValue.object([
                ("entry", .string(record.id.hex)), ("party", .string(record.party.string)),
                ("at", .string(Timestamp.text(record.openedAt))), ("parents", .array([])),
                ("operations", .number(0)), ("texts", .number(0)),
            ])
            voice.result(.object([("entries", .array([opened] + entries.map { json($0, record) }))]))
            return .holds
        }
        voice.result("\(Quoting.short(record.id)) \(Timestamp.text(record.openedAt)) \(record.party): opened it")
        for entry in entries {
            let time = Timestamp.text(record.times[entry.stamp.id] ?? 0)
            voice.result(
                voice.paragraph(
                    "\(Quoting.short(entry.stamp.id)) \(time) \(entry.party): \(Self.words(entry, draft))", hanging: 9))
        }
        return .holds
    }

    private static func words(_ entry: DraftEntry, _ draft: Draft) -> String {
        var acts: [String] = []
        for operation in entry.edits.operations {
            let act = operation.act
            if acts.last != act { acts.append(act) }
        }
        var names: [String] = []
        for text in entry.edits.texts {
            guard case .node(let node, let language) = text.text else { continue }
            names.append("\(draft.shownName(of: closed(node, in: entry))) (\(language))")
        }
        if !names.isEmpty { acts.append("edited \(Quoting.list(names))") }
        let wordings = entry.edits.texts.count - names.count
        if wordings > 0 { acts.append("wrote \(Quoting.count(wordings, "wording"))") }
        return acts.isEmpty ? "gathered what others wrote" : acts.joined(separator: ", ")
    }

    private static func closed(_ node: NodeName, in entry: DraftEntry) -> NodeName {
        guard case .added(let name) = node else { return node }
        return .added(name.closed(in: entry.stamp.id))
    }

    private func json(_ entry: DraftEntry, _ record: DraftOnRecord) -> JSONValue {
        .object([
            ("entry", .string(entry.stamp.id.hex)), ("party", .string(entry.party.string)),
            ("at", .string(Timestamp.text(record.times[entry.stamp.id] ?? 0))),
            ("parents", FindingsJSON.ids(entry.edits.parents)),
            ("operations", .number(entry.edits.operations.count)), ("texts", .number(entry.edits.texts.count)),
        ])
    }
}

extension DraftOperation {
    /// What somebody did, in a word or two.
    fileprivate var act: String {
        switch self {
        case .add: "added"
        case .move: "moved"
        case .strike: "struck"
        case .keep: "kept"
        case .set: "set"
        case .bracket, .bracketNode, .bracketFollowing: "bracketed"
        case .suggest: "suggested"
        case .alternative: "proposed a wording"
        case .position: "took a position"
        case .choose: "chose"
        case .reserve: "reserved"
        case .lift: "lifted"
        case .note, .noteOnRange: "noted"
        case .reply: "replied"
        case .resolve: "resolved"
        case .reopen: "reopened"
        case .title: "renamed the draft"
        case .close: "closed"
        case .openAgain: "opened again"
        }
    }
}

/// `syngraph draft close DRAFT`
struct DraftClose: Verb {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Say that a draft is done with. It decides nothing: others may go on.",
        discussion: """
            Example:

              syngraph draft close 3fa92b1c
            """)

    @OptionGroup var options: DraftOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, _ in
            guard !draft.isClosed else { throw Complaint.doesNothing("it is closed already") }
            draft.perform(.close)
            return DraftDeed(sentence: "closed")
        }
        speak(written, voice)
        return .holds
    }
}

/// `syngraph draft reopen DRAFT`
struct DraftReopen: Verb {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Open a draft again that was closed.",
        discussion: """
            Example:

              syngraph draft reopen 3fa92b1c
            """)

    @OptionGroup var options: DraftOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, _ in
            guard draft.closings.values.contains(true) else { throw Complaint.doesNothing("it is not closed") }
            draft.perform(.openAgain)
            return DraftDeed(sentence: "opened again")
        }
        speak(written, voice)
        return .holds
    }
}

/// `syngraph draft undo DRAFT`
struct DraftUndo: Verb {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Take back what this party wrote: its newest edits, or those of one entry.",
        discussion: """
            Examples:

              syngraph draft undo 3fa92b1c
              syngraph draft undo 3fa92b1c 9d0f77aa

            Words that it typed go, words that it deleted come back, and provisions that it struck are kept, as far as \
            nobody else did the same. It is an edit like any other.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The entry, as `draft log` lists it; default: this party's newest that edits anything.")
    var entry: String?
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let own = record.edits.filter { $0.party == draft.writingParty && draft.contains($0.stamp.id) }
            guard let entry else {
                for candidate in own.reversed() where draft.undo(candidate.stamp.id) {
                    return DraftDeed(sentence: "took back entry \(Quoting.short(candidate.stamp.id))")
                }
                throw Complaint.doesNothing("nothing that \(draft.writingParty) wrote still does anything")
            }
            let id = try record.entry(entry)
            guard own.contains(where: { $0.stamp.id == id }) else {
                throw Complaint(
                    .notYours, "not-yours", "entry \(Quoting.short(id)) is not this party's edits",
                    hint: "edit what others wrote, or suggest other words")
            }
            guard draft.undo(id) else { throw Complaint.doesNothing("it does nothing any more that could be taken back") }
            return DraftDeed(sentence: "took back entry \(Quoting.short(id))")
        }
        speak(written, voice)
        return .holds
    }
}
