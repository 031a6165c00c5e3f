internal import ArgumentParser
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft position DRAFT BRACKET WORDING…`
struct DraftPosition: Verb {
    static let configuration = CommandConfiguration(
        commandName: "position", abstract: "Say which wordings of a bracket this party could accept.",
        discussion: """
            Examples:

              syngraph draft position 3fa92b1c 9d0f77aa.3 in
              syngraph draft position 3fa92b1c 9d0f77aa.3 1 out
              syngraph draft position 3fa92b1c 9d0f77aa.3 --withdraw

            A wording is `in` (the words that stand there), `out` (nothing), or the number of one that was added. Where \
            all who hold a position could accept one wording, the bracket goes.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The bracket, as in 9d0f77aa.3.") var bracket: String
    @Argument(help: "The wordings that it could accept.") var wordings: [String] = []
    @Flag(name: .long, help: "Hold no position.") var withdraw = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard withdraw == wordings.isEmpty else {
            throw Complaint.usage("say which wordings it could accept, or --withdraw")
        }
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let bracket = try draft.bracket(bracket, in: record)
            let accepts = Set(
                try wordings.map { typed throws(Complaint) in
                    try draft.alternative(typed, of: bracket, in: record)
                })
            guard bracket.follows != nil || bracket.positions[draft.writingParty] ?? [] != accepts else {
                throw Complaint.doesNothing(
                    withdraw
                        ? "\(draft.writingParty) holds no position on bracket \(bracket.name.text())"
                        : "that is its position on bracket \(bracket.name.text()) already")
            }
            guard draft.perform(.position(bracket: bracket.name, accepts: accepts)) != nil else {
                throw Complaint.doesNothing("the bracket has no such wordings")
            }
            var deed = DraftDeed(
                sentence: withdraw
                    ? "withdrew its position on bracket \(bracket.name.text())"
                    : "took a position on bracket \(bracket.name.text())")
            if bracket.follows != nil {
                deed.remarks.append("it comes to what another bracket comes to: positions on it are kept and not asked")
            }
            deed.remarks += draft.standing(of: bracket.name)
            return deed
        }
        speak(written, voice)
        return .holds
    }
}
