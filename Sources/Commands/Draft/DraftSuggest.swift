internal import ArgumentParser
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft suggest DRAFT PROVISION`
struct DraftSuggest: Verb {
    static let configuration = CommandConfiguration(
        commandName: "suggest", abstract: "Suggest other words: to be accepted or refused with `draft choose`.",
        discussion: """
            Example:

              syngraph draft suggest 3fa92b1c article-4 --words sixty --by ninety --reason en="As in article 7."
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var range: DraftRangeOptions
    @Option(name: .customLong("by"), help: ArgumentHelp("The words in their place; may be empty.", valueName: "words"))
    var suggested: String
    @Option(name: .long, help: ArgumentHelp("Why; once for each language.", valueName: "lang=text")) var reason:
        [String] = []
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if !suggested.isEmpty { try Typed.checkSignable(suggested) }
        let reason = reason.isEmpty ? nil : try Typed.words(reason)
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            guard let (text, range) = try range.range(of: node, in: draft) else {
                throw Complaint.usage("say which words, with --words")
            }
            let anchors = draft.anchors(around: range, in: text)!
            guard
                let made = draft.perform(.suggest(text, start: anchors.start, end: anchors.end, reason: reason))
            else { throw Complaint.doesNothing("there is no room for a bracket within so many others") }
            draft.insert(suggested, in: .alternative(made), at: 0)
            return DraftDeed(
                sentence: "suggested words for \(draft.shownName(of: node))", made: [("suggestion", made)])
        }
        speak(written, voice)
        return .holds
    }
}
