internal import ArgumentParser
internal import CanonicalEncoding
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft strike DRAFT PROVISION`
struct DraftStrike: Verb {
    static let configuration = CommandConfiguration(
        commandName: "strike", abstract: "Strike a provision out: it keeps its place, and is shown struck.",
        discussion: """
            Example:

              syngraph draft strike 3fa92b1c article-9
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            guard draft.documentOrder.first(where: { $0.name == node })?.isStruck == false else {
                throw Complaint.doesNothing("\(draft.shownName(of: node)) is struck already")
            }
            draft.perform(.strike(node))
            return DraftDeed(sentence: "struck \(draft.shownName(of: node))")
        }
        speak(written, voice)
        return .holds
    }
}
