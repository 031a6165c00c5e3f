internal import ArgumentParser
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft reserve DRAFT PROVISION-OR-BRACKET`
struct DraftReserve: Verb {
    static let configuration = CommandConfiguration(
        commandName: "reserve", abstract: "Reserve this party's position on a provision or a bracket.",
        discussion: """
            Example:

              syngraph draft reserve 3fa92b1c article-4 --kind ad-referendum --words en="Pending instructions."

            A reservation blocks no editing, and no agreement of others. It stands until its party lifts it.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: ArgumentHelp("The provision, or the bracket.", valueName: "subject")) var subject: String
    @Option(name: .long, help: "position, ad-referendum or scrutiny.") var kind: String = "position"
    @Option(name: .long, help: ArgumentHelp("Why; once for each language.", valueName: "lang=text")) var words:
        [String] = []
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard let kind = ReservationKind(rawValue: kind) else {
            throw Complaint.usage("a reservation is a position, ad-referendum or scrutiny, not \(Typed.shown(kind))")
        }
        let words = words.isEmpty ? nil : try Typed.words(words)
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let (named, shown) = try reserved(in: draft, record)
            guard let made = draft.perform(.reserve(named, kind, words)) else {
                throw Complaint.doesNothing("it is not there")
            }
            return DraftDeed(sentence: "reserved its position on \(shown)", made: [("reservation", made)])
        }
        speak(written, voice)
        return .holds
    }

    private func reserved(
        in draft: Draft, _ record: DraftOnRecord
    ) throws(Complaint) -> (ReservationSubject, shown: String) {
        if subject.contains("."), let name = try? record.operation(subject), draft.bracket(name) != nil {
            return (.made(name), "bracket \(name.text())")
        }
        let node = try draft.node(subject, in: record)
        switch node {
        case .base(let identifier): return (.base(identifier), draft.shownName(of: node))
        case .added(let name): return (.made(name), draft.shownName(of: node))
        }
    }
}
