internal import ArgumentParser
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft bracket DRAFT PROVISION`
struct DraftBracketVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "bracket", abstract: "Put words, or a whole provision, in square brackets.",
        discussion: """
            Examples:

              syngraph draft bracket 3fa92b1c article-4 --words "within 60 days" --or "upon signature"
              syngraph draft bracket 3fa92b1c article-9 --whole
              syngraph draft bracket 3fa92b1c article-9 --words 4 --or 2 --follows 9d0f77aa.3

            Brackets may also be typed, in `draft edit`. A bracket says that the words are not agreed; what its party \
            could accept it says with `draft position`. One that follows another comes to what that one comes to: so a \
            number is written that depends on an outcome.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var range: DraftRangeOptions
    @Flag(name: .long, help: "The whole provision, rather than words of it.") var whole = false
    @Option(name: .customLong("or"), help: ArgumentHelp("Another wording; any number of times.", valueName: "words"))
    var alternatives: [String] = []
    @Option(name: .long, help: ArgumentHelp("It comes to what this bracket comes to.", valueName: "bracket"))
    var follows: String?
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard whole != (range.words != nil), !(whole && (!alternatives.isEmpty || follows != nil)) else {
            throw Complaint.usage("say --words, with other wordings or not; or --whole, which has none")
        }
        for words in alternatives { try Typed.checkSignable(words) }
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            let name = draft.shownName(of: node)
            guard let (text, range) = try range.range(of: node, in: draft) else {
                guard let made = draft.perform(.bracketNode(node)) else {
                    throw Complaint.doesNothing("\(name) is not there")
                }
                return DraftDeed(sentence: "bracketed \(name)", made: [("bracket", made)])
            }
            let anchors = draft.anchors(around: range, in: text)!
            let operation: DraftOperation
            if let follows {
                let other = try draft.bracket(follows, in: record)
                operation = .bracketFollowing(other.name, text, start: anchors.start, end: anchors.end)
            } else {
                operation = .bracket(text, start: anchors.start, end: anchors.end)
            }
            guard let made = draft.perform(operation) else {
                throw Complaint.doesNothing("there is no room for a bracket within so many others")
            }
            var deed = DraftDeed(sentence: "bracketed words of \(name)", made: [("bracket", made)])
            for words in alternatives {
                guard let alternative = draft.perform(.alternative(bracket: made)) else { continue }
                draft.insert(words, in: .alternative(alternative), at: 0)
                deed.made.append(("wording", alternative))
            }
            return deed
        }
        speak(written, voice)
        return .holds
    }
}
