internal import ArgumentParser
internal import Drafting
internal import Identity
internal import Wording

/// `syngraph draft reply DRAFT NOTE`
struct DraftReply: Verb {
    static let configuration = CommandConfiguration(
        commandName: "reply", abstract: "Reply to a note.",
        discussion: """
            Example:

              syngraph draft reply 3fa92b1c 9d0f77aa.0 --say en="From entry into force."
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The note, as in 9d0f77aa.0.") var note: String
    @Option(name: .long, help: ArgumentHelp("The reply; once for each language.", valueName: "lang=text"))
    var say: [String]
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let said = try Typed.words(say)
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            guard let made = draft.perform(.reply(note: try record.operation(note), said)) else {
                throw Complaint.noSuchNote(note)
            }
            return DraftDeed(sentence: "replied to note \(note)", made: [("reply", made)])
        }
        speak(written, voice)
        return .holds
    }
}
