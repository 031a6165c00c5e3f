internal import ArgumentParser
internal import CanonicalEncoding
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft add DRAFT IDENTIFIER`
struct DraftAdd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a provision.",
        discussion: """
            Example:

              syngraph draft add 3fa92b1c offices-bis --class text --after offices --number 4bis \\
                --text en="Offices shall be open on weekdays."
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "What it is to be called: its identifier.") var identifier: String
    @Option(name: .long, help: "What it is: article, paragraph, …") var kind: String = "article"
    @Option(name: .customLong("class"), help: "Whose consent it needs: its class.") var provisionClass: String = "text"
    @OptionGroup var place: PlaceOptions
    @Option(name: .long, help: "Its number, as in 4bis.") var number: String?
    @Option(name: .long, help: ArgumentHelp("A heading; once for each language.", valueName: "lang=text"))
    var heading: [String] = []
    @Option(name: .long, help: ArgumentHelp("Its words; once for each language.", valueName: "lang=text"))
    var text: [String] = []
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let name = try Typed.identifier(identifier, "provision")
        let kind = try Typed.identifier(kind, "kind")
        let provisionClass = try Typed.identifier(provisionClass, "class")
        let headings = heading.isEmpty ? [:] : try Typed.words(heading).byLanguage
        let texts = text.isEmpty ? [:] : try Typed.words(text).byLanguage
        if let number { try Typed.checkSignable(number) }
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            for language in Set(headings.keys).union(texts.keys) { _ = try draft.language(language.string) }
            let place = try place.place(of: nil, in: draft, record)
            guard
                let node = draft.add(
                    name, kind: kind, provisionClass: provisionClass, beneath: place.parent, behind: place.sibling)
            else { throw Complaint.doesNothing("it has no place there") }
            if let number { draft.perform(.set(node, .number, .text(number))) }
            for (language, words) in headings.sorted(by: { $0.key < $1.key }) {
                draft.perform(.set(node, .heading(language: language), .text(words)))
            }
            for (language, words) in texts.sorted(by: { $0.key < $1.key }) {
                draft.insert(words.string, in: .node(node, language: language), at: 0)
            }
            guard case .added(let made) = node else { return DraftDeed(sentence: "added \(name)") }
            var deed = DraftDeed(sentence: "added \(name)", made: [("provision", made)])
            if draft.sharedIdentifiers[name] != nil {
                deed.remarks.append(
                    "another provision is called \(name) too: rename one with `draft set`, or the draft cannot be frozen"
                )
            }
            return deed
        }
        speak(written, voice)
        return .holds
    }
}
