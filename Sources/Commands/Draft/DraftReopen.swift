internal import ArgumentParser
internal import Cryptography
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

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
