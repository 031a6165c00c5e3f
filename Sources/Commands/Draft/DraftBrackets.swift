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

/// `syngraph draft suggest DRAFT PROVISION`
struct DraftSuggest: Verb {
    static let configuration = CommandConfiguration(
        commandName: "suggest", abstract: "Suggest other words: to be accepted or refused with `draft choose`.",
        discussion: """
            Example:

              syngraph draft suggest 3fa92b1c article-4 --words sixty --by ninety --reason en="As in article 7."
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var range: DraftRangeOptions
    @Option(name: .customLong("by"), help: ArgumentHelp("The words in their place; may be empty.", valueName: "words"))
    var suggested: String
    @Option(name: .long, help: ArgumentHelp("Why; once for each language.", valueName: "lang=text")) var reason: [String] = []
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if !suggested.isEmpty { try Typed.checkSignable(suggested) }
        let reason = reason.isEmpty ? nil : try Typed.words(reason)
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            guard let (text, range) = try range.range(of: node, in: draft) else {
                throw Complaint.usage("say which words, with --words")
            }
            let anchors = draft.anchors(around: range, in: text)!
            guard
                let made = draft.perform(.suggest(text, start: anchors.start, end: anchors.end, reason: reason))
            else { throw Complaint.doesNothing("there is no room for a bracket within so many others") }
            draft.insert(suggested, in: .alternative(made), at: 0)
            return DraftDeed(
                sentence: "suggested words for \(draft.shownName(of: node))", made: [("suggestion", made)])
        }
        speak(written, voice)
        return .holds
    }
}

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
            guard draft.perform(.position(bracket: bracket.name, accepts: accepts)) != nil else {
                throw Complaint.doesNothing("the bracket has no such wordings")
            }
            var deed = DraftDeed(
                sentence: withdraw
                    ? "holds no position on bracket \(bracket.name.text())"
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
            guard draft.perform(.choose(bracket: bracket.name, choice)) != nil else {
                throw Complaint.doesNothing("the bracket has no such wording")
            }
            let name = bracket.name.text()
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
                + (holders.isEmpty ? "nobody holds a position on it" : "\(Quoting.list(holders)) hold positions on it")
        ]
    }
}

/// `syngraph draft reserve DRAFT PROVISION-OR-BRACKET`
struct DraftReserve: Verb {
    static let configuration = CommandConfiguration(
        commandName: "reserve", abstract: "Reserve this party's position on a provision or a bracket.",
        discussion: """
            Example:

              syngraph draft reserve 3fa92b1c article-4 --kind ad-referendum --words en="Pending instructions."

            A reservation blocks no editing, and no agreement of others. It stands until its party lifts it.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: ArgumentHelp("The provision, or the bracket.", valueName: "subject")) var subject: String
    @Option(name: .long, help: "position, ad-referendum or scrutiny.") var kind: String = "position"
    @Option(name: .long, help: ArgumentHelp("Why; once for each language.", valueName: "lang=text")) var words: [String] = []
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard let kind = ReservationKind(rawValue: kind) else {
            throw Complaint.usage("a reservation is a position, ad-referendum or scrutiny, not \(Typed.shown(kind))")
        }
        let words = words.isEmpty ? nil : try Typed.words(words)
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let (named, shown) = try reserved(in: draft, record)
            guard let made = draft.perform(.reserve(named, kind, words)) else {
                throw Complaint.doesNothing("it is not there")
            }
            return DraftDeed(sentence: "reserved its position on \(shown)", made: [("reservation", made)])
        }
        speak(written, voice)
        return .holds
    }

    private func reserved(
        in draft: Draft, _ record: DraftOnRecord
    ) throws(Complaint) -> (ReservationSubject, shown: String) {
        if subject.contains("."), let name = try? record.operation(subject), draft.bracket(name) != nil {
            return (.made(name), "bracket \(name.text())")
        }
        let node = try draft.node(subject, in: record)
        switch node {
        case .base(let identifier): return (.base(identifier), draft.shownName(of: node))
        case .added(let name): return (.made(name), draft.shownName(of: node))
        }
    }
}

/// `syngraph draft lift DRAFT RESERVATION`
struct DraftLift: Verb {
    static let configuration = CommandConfiguration(
        commandName: "lift", abstract: "Lift a reservation of this party, for good.",
        discussion: """
            Example:

              syngraph draft lift 3fa92b1c 9d0f77aa.0
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The reservation, as in 9d0f77aa.0.") var reservation: String
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let name = try record.operation(reservation)
            guard let found = draft.allReservations.first(where: { $0.name == name }) else {
                throw Complaint(
                    .noSuchFile, "no-such-reservation",
                    "there is no reservation \(Typed.shown(reservation)) in this draft")
            }
            guard found.party == draft.writingParty else {
                throw Complaint(
                    .notYours, "not-yours", "the reservation is that of \(found.party): only it can lift it",
                    hint: "nothing was changed")
            }
            guard !found.isLifted else { throw Complaint.doesNothing("it is lifted already") }
            draft.perform(.lift(reservation: name))
            return DraftDeed(sentence: "lifted reservation \(name.text())")
        }
        speak(written, voice)
        return .holds
    }
}
