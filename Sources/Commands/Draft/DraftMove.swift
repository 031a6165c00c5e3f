internal import ArgumentParser
internal import CanonicalEncoding
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft move DRAFT PROVISION`
struct DraftMove: DraftAct {
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

    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed {
        let node = try draft.node(provision, in: record)
        let place = try place.place(of: node, in: draft, record)
        let name = draft.shownName(of: node)
        guard draft.place(of: node) != place else { throw Complaint.doesNothing("\(name) stands there already") }
        guard place.sibling != node, draft.move(node, beneath: place.parent, behind: place.sibling) else {
            throw Complaint.doesNothing("\(name) cannot stand beneath itself or behind itself")
        }
        return DraftDeed(sentence: "moved \(name)")
    }
}
