internal import ArgumentParser
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// `syngraph draft lift DRAFT RESERVATION`
struct DraftLift: DraftAct {
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

    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed {
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
}
