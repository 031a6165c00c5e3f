internal import ArgumentParser
internal import Drafting
internal import Identity
internal import Wording

/// `syngraph draft note DRAFT PROVISION`
struct DraftNoteVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Hang a note on a provision, or on words of it.",
        discussion: """
            Example:

              syngraph draft note 3fa92b1c article-4 --words "within 60 days" --say en="From what day?"

            A note on words stays on them, whatever is edited around them.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var range: DraftRangeOptions
    @Option(name: .long, help: ArgumentHelp("The note; once for each language.", valueName: "lang=text")) var say:
        [String]
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let said = try Typed.words(say)
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            let operation: DraftOperation
            if let (text, range) = try range.range(of: node, in: draft) {
                let anchors = draft.anchors(around: range, in: text)!
                operation = .noteOnRange(text, start: anchors.start, end: anchors.end, said)
            } else {
                operation = .note(node, said)
            }
            guard let made = draft.perform(operation) else { throw Complaint.doesNothing("it is not there") }
            return DraftDeed(sentence: "noted on \(draft.shownName(of: node))", made: [("note", made)])
        }
        speak(written, voice)
        return .holds
    }
}
