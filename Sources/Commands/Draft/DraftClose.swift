internal import ArgumentParser
internal import Cryptography
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

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
