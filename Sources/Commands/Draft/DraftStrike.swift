internal import ArgumentParser
internal import Drafting
internal import NodeLogic
internal import Wording

/// `syngraph draft strike DRAFT PROVISION`
struct DraftStrike: DraftAct {
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

    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed {
        try draft.settlePresence(of: provision, to: false, record)
    }
}

/// `syngraph draft keep DRAFT PROVISION`
struct DraftKeep: DraftAct {
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

    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed {
        try draft.settlePresence(of: provision, to: true, record)
    }
}

extension Draft {
    /// Strikes a provision or keeps it; where some struck it and others keep it, either settles that.
    fileprivate mutating func settlePresence(
        of typed: String, to isKept: Bool, _ record: DraftOnRecord
    ) throws(Complaint) -> DraftDeed {
        let node = try node(typed, in: record)
        let name = shownName(of: node)
        guard presence(of: node)?.values != [isKept] else {
            throw Complaint.doesNothing(isKept ? "\(name) is not struck" : "\(name) is struck already")
        }
        perform(isKept ? .keep(node) : .strike(node))
        return DraftDeed(sentence: "\(isKept ? "kept" : "struck") \(name)")
    }
}
