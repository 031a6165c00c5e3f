internal import ArgumentParser
internal import CanonicalEncoding
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft keep DRAFT PROVISION`
struct DraftKeep: Verb {
    static let configuration = CommandConfiguration(
        commandName: "keep", abstract: "Keep a provision that was struck.",
        discussion: """
            Example:

              syngraph draft keep 3fa92b1c article-9
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            draft.perform(.keep(node))
            return DraftDeed(sentence: "kept \(draft.shownName(of: node))")
        }
        speak(written, voice)
        return .holds
    }
}
