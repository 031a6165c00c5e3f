internal import ArgumentParser
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft resolve DRAFT NOTE`
struct DraftResolve: DraftAct {
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

    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed {
        let name = try record.operation(note)
        if let found = draft.allNotes.first(where: { $0.name == name }),
            reopen ? !found.states.contains(where: \.value) : found.isResolved
        {
            throw Complaint.doesNothing("note \(name.text()) is \(reopen ? "not resolved" : "resolved already")")
        }
        guard draft.perform(reopen ? .reopen(note: name) : .resolve(note: name)) != nil else {
            throw Complaint.noSuchNote(note)
        }
        return DraftDeed(sentence: "\(reopen ? "reopened" : "resolved") note \(name.text())")
    }
}

extension Complaint {
    static func noSuchNote(_ typed: String) -> Complaint {
        Complaint(.noSuchFile, "no-such-note", "there is no note \(Typed.shown(typed)) in this draft")
    }
}
