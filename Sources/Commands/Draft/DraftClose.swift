internal import ArgumentParser
internal import Drafting
internal import NodeLogic

/// `syngraph draft close DRAFT`
struct DraftClose: DraftAct {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Say that a draft is done with. It decides nothing: others may go on.",
        discussion: """
            Example:

              syngraph draft close 3fa92b1c
            """)

    @OptionGroup var options: DraftOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption

    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed {
        guard !draft.isClosed else { throw Complaint.doesNothing("it is closed already") }
        draft.perform(.close)
        return DraftDeed(sentence: "closed", isOfTheWhole: true)
    }
}

/// `syngraph draft reopen DRAFT`
struct DraftReopen: DraftAct {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Open a draft again that was closed.",
        discussion: """
            Example:

              syngraph draft reopen 3fa92b1c
            """)

    @OptionGroup var options: DraftOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption

    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed {
        guard draft.closings.values.contains(true) else { throw Complaint.doesNothing("it is not closed") }
        draft.perform(.openAgain)
        return DraftDeed(sentence: "reopened", isOfTheWhole: true)
    }
}
