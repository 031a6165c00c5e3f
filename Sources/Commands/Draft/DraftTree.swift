internal import ArgumentParser
internal import CanonicalEncoding
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// Where a provision comes to stand.
struct PlaceOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Beneath this provision; default: at the top.", valueName: "provision"))
    var under: String?
    @Option(name: .long, help: ArgumentHelp("Behind this one; default: behind all.", valueName: "provision"))
    var after: String?
    @Flag(name: .long, help: "Before all others.") var first = false

    /// - Throws: a ``Complaint`` if the places contradict each other.
    func place(of moved: NodeName?, in draft: Draft, _ record: DraftOnRecord) throws(Complaint) -> Place {
        guard after == nil || !first else { throw .usage("--after and --first name two places") }
        let sibling = try after.map { typed throws(Complaint) in try draft.node(typed, in: record) }
        let order = draft.documentOrder
        var parent = try under.map { typed throws(Complaint) in try draft.node(typed, in: record) }
        if let sibling, let standing = order.first(where: { $0.name == sibling }) {
            guard parent == nil || parent == standing.parent else {
                throw .usage("\(Typed.shown(after!)) does not stand beneath \(Typed.shown(under!))")
            }
            parent = standing.parent
        }
        if first { return Place(parent: parent, sibling: nil) }
        return Place(
            parent: parent, sibling: sibling ?? order.last { $0.parent == parent && $0.name != moved }?.name)
    }

    struct Place {
        let parent: NodeName?
        let sibling: NodeName?
    }
}

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
                    "another provision is called \(name) too: rename one with `draft set`, or the draft cannot be frozen")
            }
            return deed
        }
        speak(written, voice)
        return .holds
    }
}

/// `syngraph draft move DRAFT PROVISION`
struct DraftMove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Move a provision, with all beneath it.",
        discussion: """
            Example:

              syngraph draft move 3fa92b1c article-9 --after article-4

            Whoever edits it at the same time edits it where it stands then. A move that would put it beneath itself, \
            with what others moved, does nothing.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var place: PlaceOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            let place = try place.place(of: node, in: draft, record)
            guard place.sibling != node, draft.move(node, beneath: place.parent, behind: place.sibling) else {
                throw Complaint.doesNothing("it cannot stand beneath itself or behind itself")
            }
            return DraftDeed(sentence: "moved \(draft.shownName(of: node))")
        }
        speak(written, voice)
        return .holds
    }
}

/// `syngraph draft strike DRAFT PROVISION`
struct DraftStrike: Verb {
    static let configuration = CommandConfiguration(
        commandName: "strike", abstract: "Strike a provision out: it keeps its place, and is shown struck.",
        discussion: """
            Example:

              syngraph draft strike 3fa92b1c article-9
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            guard draft.documentOrder.first(where: { $0.name == node })?.isStruck == false else {
                throw Complaint.doesNothing("\(draft.shownName(of: node)) is struck already")
            }
            draft.perform(.strike(node))
            return DraftDeed(sentence: "struck \(draft.shownName(of: node))")
        }
        speak(written, voice)
        return .holds
    }
}

/// `syngraph draft keep DRAFT PROVISION`
struct DraftKeep: Verb {
    static let configuration = CommandConfiguration(
        commandName: "keep", abstract: "Keep a provision that was struck.",
        discussion: """
            Example:

              syngraph draft keep 3fa92b1c article-9
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            draft.perform(.keep(node))
            return DraftDeed(sentence: "kept \(draft.shownName(of: node))")
        }
        speak(written, voice)
        return .holds
    }
}

/// `syngraph draft set DRAFT PROVISION`
struct DraftSet: Verb {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set what a provision says beside its words.",
        discussion: """
            Examples:

              syngraph draft set 3fa92b1c article-9 --number 10 --heading en="Liaison offices"
              syngraph draft set 3fa92b1c article-9 --attribute applies-from=2030-01-31

            Where two set it at once, apart, both values stand, and both are shown. An empty value, as in --number "", \
            empties the field.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @Option(name: .long, help: "Its number, as in 4bis.") var number: String?
    @Option(name: .long, help: ArgumentHelp("A heading; once for each language.", valueName: "lang=text"))
    var heading: [String] = []
    @Option(name: .long, help: "What it is: article, paragraph, …") var kind: String?
    @Option(name: .customLong("class"), help: "Whose consent it needs: its class.") var provisionClass: String?
    @Option(name: .long, help: "What it is called, of one that was added.") var identifier: String?
    @Option(
        name: .long,
        help: ArgumentHelp("An attribute; true, false and whole numbers are such.", valueName: "name=value"))
    var attribute: [String] = []
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let fields = try fields()
        guard !fields.isEmpty else {
            throw Complaint.usage("say what is to be set", hint: "see `syngraph draft set --help`")
        }
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions) { draft, record in
            let node = try draft.node(provision, in: record)
            for (field, value) in fields {
                if case .heading(let language) = field { _ = try draft.language(language.string) }
                guard draft.perform(.set(node, field, value)) != nil else {
                    throw Complaint.doesNothing("only a provision that was added in this draft can be renamed")
                }
            }
            let count = Quoting.count(fields.count, "field")
            return DraftDeed(sentence: "set \(count) of \(draft.shownName(of: node))")
        }
        speak(written, voice)
        return .holds
    }

    private func fields() throws(Complaint) -> [(NodeField, CanonicalValue)] {
        var fields: [(NodeField, CanonicalValue)] = []
        if let kind { fields.append((.kind, try Typed.identifier(kind, "kind").value)) }
        if let provisionClass { fields.append((.provisionClass, try Typed.identifier(provisionClass, "class").value)) }
        if let identifier { fields.append((.identifier, try Typed.identifier(identifier, "provision").value)) }
        if let number { fields.append((.number, try Self.text(number))) }
        for item in heading {
            let (name, words) = try Self.parts(item, "en=Liaison offices")
            fields.append((.heading(language: name), try Self.text(words)))
        }
        for item in attribute {
            let (name, words) = try Self.parts(item, "applies-from=2030-01-31")
            fields.append((.attribute(name), try Self.value(words)))
        }
        return fields
    }

    private static func parts(_ item: String, _ example: String) throws(Complaint) -> (Identifier, String) {
        guard let equals = item.firstIndex(of: "="), let name = Identifier(String(item[..<equals])) else {
            throw .usage("\(Typed.shown(item)) is no name and value, as in \(example)")
        }
        return (name, String(item[item.index(after: equals)...]))
    }

    private static func text(_ words: String) throws(Complaint) -> CanonicalValue {
        guard !words.isEmpty else { return .null }
        try Typed.checkSignable(words)
        return .text(words)
    }

    private static func value(_ words: String) throws(Complaint) -> CanonicalValue {
        if words == "true" || words == "false" { return .bool(words == "true") }
        if let number = Int64(words), String(number) == words { return .integer(number) }
        return try text(words)
    }
}
