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
            voice.talk(
                "\(Quoting.count(count, "entry", "entries")) of draft \(Quoting.short(draft)) wait for its opening")
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
            ("languages", FindingsJSON.names(record.opening.languages)),
            ("base", FindingsJSON.ids(record.opening.base)),
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
