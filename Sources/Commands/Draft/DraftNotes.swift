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
    @Option(name: .long, help: ArgumentHelp("The note; once for each language.", valueName: "lang=text")) var say: [String]
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

/// `syngraph draft resolve DRAFT NOTE`
struct DraftResolve: Verb {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Say that a note is done with.",
        discussion: """
            Examples:

              syngraph draft resolve 3fa92b1c 9d0f77aa.0
              syngraph draft resolve 3fa92b1c 9d0f77aa.0 --reopen
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The note, as in 9d0f77aa.0.") var note: String
    @Flag(name: .long, help: "It is not done with after all.") var reopen = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let name = try record.operation(note)
            guard draft.perform(reopen ? .reopen(note: name) : .resolve(note: name)) != nil else {
                throw Complaint.noSuchNote(note)
            }
            return DraftDeed(sentence: "\(reopen ? "reopened" : "resolved") note \(name.text())")
        }
        speak(written, voice)
        return .holds
    }
}

extension Complaint {
    fileprivate static func noSuchNote(_ typed: String) -> Complaint {
        Complaint(.noSuchFile, "no-such-note", "there is no note \(Typed.shown(typed)) in this draft")
    }
}
