internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Charters
internal import Cryptography
internal import Drafting
internal import Identity
internal import Negotiation
internal import NodeLogic
internal import NodeRuntime
internal import Verification
internal import Wording

/// `syngraph draft open`
struct DraftOpen: Verb {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a draft on the text in force.",
        discussion: """
            Examples:

              syngraph draft open --title en="Liaison offices"
              syngraph draft open --from treaty-en.txt --title en="The old treaty" --class text

            With --from its articles become provisions of the draft, behind all others; letters are brought to NFC, what \
            cannot be signed is taken out, and all of it is said.
            """)

    @Option(name: .long, help: ArgumentHelp("What it is called; once for each language.", valueName: "lang=text"))
    var title: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Its authentic languages.", discussion: "Default: those of the roadmap.", valueName: "language"))
    var language: [String] = []
    @Option(name: .long, help: ArgumentHelp("A treaty to begin with: FILE or LANGUAGE=FILE.", valueName: "treaty"))
    var from: [String] = []
    @Option(name: .customLong("class"), help: "The class of all provisions of the treaty.")
    var provisionClass: String = "text"
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let asked = title.isEmpty ? nil : try Typed.words(title)
        let languages = try language.map { typed throws(Complaint) in try Typed.identifier(typed, "language") }
        let provisionClass = try Typed.identifier(provisionClass, "class")
        let treaty = from.isEmpty ? nil : try TreatyFiles.read(from, provisionClass: provisionClass)
        let home = homeOptions.location
        let opened = try await homeOptions.withDoor { door in
            let desk = try await DraftDesk(home, through: door)
            let opening = try opening(asked, languages, treaty, desk)
            guard case .written(let stamp) = try await door.publishDraft(opening.body, after: nil) else {
                throw Complaint.overtaken
            }
            guard let base = desk.findings.evaluation.draftBase(of: opening.base) else { throw Complaint.overtaken }
            let draft = Draft(opening, stamp: stamp, party: desk.party, base: base)
            var hand = DraftHand(draft, previous: stamp.id, through: door)
            if let treaty { try await write(treaty, with: &hand) }
            return Opened(
                id: stamp.id, title: draft.shownTitle, base: opening.base, count: base.provisions.count,
                isInForce: desk.findings.evaluation.isAnythingPerfected)
        }
        speak(opened, treaty, voice)
        return .holds
    }

    private struct Opened: Sendable {
        let id: Digest
        let title: String
        let base: [Digest]
        let count: Int
        let isInForce: Bool
    }

    private func opening(
        _ asked: Words?, _ languages: [Identifier], _ treaty: TreatyImport?, _ desk: DraftDesk
    ) throws(Complaint) -> DraftOpening {
        let evaluation = desk.findings.evaluation
        let known = evaluation.instrument(desk.findings.contents.roadmap)?.languages ?? []
        let languages = languages.isEmpty ? known : languages
        for language in treaty?.languages ?? [] where !languages.contains(language) {
            throw .usage(
                "the treaty is in \(language), and the draft is not: it has \(Quoting.list(languages))",
                hint: "name its languages with --language")
        }
        let title = asked ?? Words([languages.first ?? Identifier("en")!: "Draft"])!
        do {
            return try DraftOpening(title: title, languages: languages, base: evaluation.draftBaseNames)
        } catch {
            throw .usage("a draft cannot be opened so: \(error)")
        }
    }

    /// Adds the treaty's provisions behind all others; as many entries as it takes.
    private func write(_ treaty: TreatyImport, with hand: inout DraftHand) async throws {
        var last = hand.draft.documentOrder.last { $0.parent == nil }?.name
        var made: [String: NodeName] = [:]
        var children: [String: NodeName] = [:]
        var byteCount = 0
        func turn(_ hand: inout DraftHand) async throws {
            guard let id = try await hand.publish() else { throw Complaint.overtaken }
            func closed(_ node: NodeName) -> NodeName {
                guard case .added(let name) = node else { return node }
                return .added(name.closed(in: id))
            }
            made = made.mapValues(closed)
            children = children.mapValues(closed)
            last = last.map(closed)
            byteCount = 0
        }
        for unit in treaty.units {
            let words = unit.texts.values.reduce(0) { $0 + $1.utf8.count }
            let isFull = hand.draft.openOperationCount + 2 + unit.headings.count > DraftLimits.operationsPerEntry / 2
            if isFull || byteCount + words > 1 << 20, hand.draft.hasOpenWork { try await turn(&hand) }
            byteCount += words
            let parent = unit.parent.flatMap { made[$0] }
            let sibling = parent == nil ? last : children[unit.parent!]
            guard let name = Identifier(unit.id), let kind = Identifier(unit.kind),
                let node = hand.draft.add(
                    name, kind: kind, provisionClass: Identifier(provisionClass)!, beneath: parent, behind: sibling)
            else { continue }
            made[unit.id] = node
            if parent == nil { last = node } else { children[unit.parent!] = node }
            if let number = unit.number { hand.draft.perform(.set(node, .number, .text(number))) }
            for (language, heading) in unit.headings.sorted(by: { $0.key < $1.key }) {
                hand.draft.perform(.set(node, .heading(language: language), .text(heading)))
            }
            for (language, text) in unit.texts.sorted(by: { $0.key < $1.key }) {
                hand.draft.insert(text, in: .node(node, language: language), at: 0)
            }
        }
        if hand.draft.hasOpenWork { try await turn(&hand) }
    }

    private func speak(_ opened: Opened, _ treaty: TreatyImport?, _ voice: CommandVoice) {
        if wantsJSON {
            voice.result(
                .object([
                    ("draft", .string(opened.id.hex)), ("base", FindingsJSON.ids(opened.base)),
                    ("provisions", .number(opened.count)),
                    ("imported", .number(treaty?.units.count ?? 0)),
                    ("remarks", .array((treaty?.notes ?? []).map { .string(TreatyFiles.sentence($0)) })),
                ]))
            return
        }
        for note in treaty?.notes ?? [] { voice.talk(voice.paragraph(TreatyFiles.sentence(note), hanging: 2)) }
        if !opened.isInForce { voice.talk("nothing is in force yet: it is opened on the text of the founding") }
        let imported = treaty.map { ", and \(Quoting.count($0.units.count, "provision")) of the treaty" } ?? ""
        voice.result(
            voice.paragraph(
                "opened \(opened.title) on \(Quoting.count(opened.count, "provision"))\(imported)", hanging: 2))
        voice.result("draft \(opened.id.hex)")
        voice.talk("edit it with `syngraph draft edit \(Quoting.short(opened.id)) PROVISION`")
    }
}
