internal import ArgumentParser
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft choose DRAFT BRACKET WORDING`
struct DraftChoose: Verb {
    static let configuration = CommandConfiguration(
        commandName: "choose", abstract: "Choose a wording of a bracket, or accept or refuse a suggestion.",
        discussion: """
            Examples:

              syngraph draft choose 3fa92b1c 9d0f77aa.3 1
              syngraph draft choose 3fa92b1c 9d0f77aa.3 --again

            The draft reads what is chosen. The bracket goes if all who hold a position could accept it; nobody alone \
            removes what another has bracketed.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The bracket, as in 9d0f77aa.3.") var bracket: String
    @Argument(help: "The wording: in, out, or a number.") var wording: String?
    @Flag(name: .long, help: "Open the choice again.") var again = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard again == (wording == nil) else { throw Complaint.usage("say which wording, or --again") }
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let bracket = try draft.bracket(bracket, in: record)
            let choice = try wording.map { typed throws(Complaint) in
                try draft.alternative(typed, of: bracket, in: record)
            }
            let name = bracket.name.text()
            // What another party chose is worth choosing too: it can take both to settle a bracket.
            let isSaid =
                bracket.choices.contains { $0.party == draft.writingParty } || again && bracket.choices.isEmpty
            guard !isSaid || bracket.choices.contains(where: { $0.value != choice }) else {
                throw Complaint.doesNothing(
                    again ? "nothing is chosen of bracket \(name)" : "that is chosen of bracket \(name) already")
            }
            guard draft.perform(.choose(bracket: bracket.name, choice)) != nil else {
                throw Complaint.doesNothing("the bracket has no such wording")
            }
            var deed = DraftDeed(
                sentence: again ? "opened the choice on bracket \(name) again" : "chose a wording of bracket \(name)")
            deed.remarks = draft.standing(of: bracket.name)
            return deed
        }
        speak(written, voice)
        return .holds
    }
}

extension Draft {
    /// Whether a bracket is open now, and why.
    func standing(of name: OperationName) -> [String] {
        guard let bracket = bracket(name) else { return [] }
        guard bracket.isOpen else { return ["the bracket is settled"] }
        let holders = bracket.positions.keys.sorted()
        return [
            "the bracket is open: "
                + (holders.isEmpty
                    ? "nobody holds a position on it"
                    : "\(Quoting.list(holders)) \(holders.count == 1 ? "holds a position" : "hold positions") on it")
        ]
    }
}
