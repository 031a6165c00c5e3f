internal import ArgumentParser
internal import Cryptography
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

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
        let shared = draft.sharedIdentifiers
        voice.result("\(Quoting.short(record.id)) \(Timestamp.text(record.openedAt)) \(record.party): opened it")
        for entry in entries {
            let time = Timestamp.text(record.times[entry.stamp.id] ?? 0)
            voice.result(
                voice.paragraph(
                    "\(Quoting.short(entry.stamp.id)) \(time) \(entry.party): \(Self.words(entry, draft, shared))",
                    hanging: 9))
        }
        return .holds
    }

    private static func words(
        _ entry: DraftEntry, _ draft: Draft, _ shared: [Identifier: [NodeName]]
    ) -> String {
        var acts: [String] = []
        for operation in entry.edits.operations {
            let act = operation.act
            if !acts.contains(act) { acts.append(act) }
        }
        var names: [String] = []
        for text in entry.edits.texts {
            guard case .node(let node, let language) = text.text else { continue }
            names.append("\(draft.shownName(of: closed(node, in: entry), among: shared)) (\(language))")
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
