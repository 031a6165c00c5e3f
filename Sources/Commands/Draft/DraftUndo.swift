internal import ArgumentParser
internal import Cryptography
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft undo DRAFT`
struct DraftUndo: DraftAct {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Take back what this party wrote: its newest edits, or those of one entry.",
        discussion: """
            Examples:

              syngraph draft undo 3fa92b1c
              syngraph draft undo 3fa92b1c 9d0f77aa

            Words that it typed go, words that it deleted come back, provisions that it struck are kept, and brackets that \
            it alone spoke of go. It is an edit like any other: where it was about words, a second `undo` \
            takes back the first.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The entry, as `draft log` lists it; default: this party's newest that edits anything.")
    var entry: String?
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption

    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed {
        let own = record.edits.filter { $0.party == draft.writingParty && draft.contains($0.stamp.id) }
        guard let entry else {
            for candidate in own.reversed() where draft.takeBack(candidate.stamp.id) {
                return DraftDeed(sentence: "took back entry \(Quoting.short(candidate.stamp.id))")
            }
            throw Complaint.doesNothing("nothing that \(draft.writingParty) wrote still does anything")
        }
        let id = try record.entry(entry)
        guard own.contains(where: { $0.stamp.id == id }) else {
            throw Complaint(
                .notYours, "not-yours", "entry \(Quoting.short(id)) is not this party's edits",
                hint: "edit what others wrote, or suggest other words")
        }
        guard draft.takeBack(id) else {
            throw Complaint.doesNothing("it does nothing any more that could be taken back")
        }
        return DraftDeed(sentence: "took back entry \(Quoting.short(id))")
    }
}

extension Draft {
    /// Takes back what an entry of one's own did: to words, to provisions that it struck, and the brackets it put on
    /// words, which read as they did before.
    ///
    /// A bracket that follows another has nothing to choose, so what was typed for it stays with it.
    fileprivate mutating func takeBack(_ id: Digest) -> Bool {
        guard !allBrackets().contains(where: { $0.name.entry == id && $0.follows != nil }) else { return false }
        let made = allBrackets().filter { bracket in
            bracket.name.entry == id && bracket.isOpen && bracket.introducer == writingParty
                && bracket.positions.keys.allSatisfy { $0 == writingParty }
        }
        _ = undo(id)
        for bracket in made where hasRoom {
            if !bracket.positions.isEmpty { perform(.position(bracket: bracket.name, accepts: [])) }
            perform(.choose(bracket: bracket.name, .standing))
        }
        return hasOpenWork
    }
}
