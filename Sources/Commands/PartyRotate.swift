internal import Agreement
internal import ArgumentParser
internal import Identity
internal import NodeRuntime
internal import Wording

/// `syngraph party rotate`
struct PartyRotate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Change this party's keys and nodes, by the seal keys that it has.",
        discussion: """
            Examples:

              syngraph party rotate --reason "The minister has changed."
              syngraph party rotate --seal-key new.pem --recovery-keys 2 --new-node
              syngraph party rotate --retire-node 51e0aa37 --node-key second.pem --endpoint node2.example:7420
              syngraph party rotate --dispute 9a8b7c6d
              syngraph party rotate --request asked.syngraph

            Nobody else is asked. The next seal keys, to which the party committed, become its seal keys, and it commits \
            to new ones; where it committed to none they are made, or taken with --seal-key. Recovery keys and nodes \
            stay unless it is said. It shows what changes and which seals stay the party's word (all that are here, but \
            those of --dispute), asks once, and signs with the keys of now and the new ones. The files of the old keys \
            are kept in the home, beside the new ones.
            """)

    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var next: NextRecordOptions
    @OptionGroup var change: KeyChangeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        try next.check()
        try change.check(json: wantsJSON)
        let home = homeOptions.location
        return try await homeOptions.withDoor { door in
            let custody = try await KeyCustody(home, through: door, change)
            let previous = custody.chain.newest.record
            guard let record = previous.record else {
                throw Complaint(
                    .notYours, "frozen-keys", "the keys of \(custody.party) are frozen: its seal keys set no others",
                    hint: "its recovery keys do, with `syngraph party recover`")
            }
            let authority = try custody.authority(home.sealKeyPath)
            try custody.check(authority, in: record.seal, "seal key")
            let made = try NextRecordMaker(
                party: custody.party, last: record, options: next, signing: change.signing, home: home,
                mayBeAway: change.request != nil, keepsCommitment: true
            ).make()
            let acknowledgement = try Acknowledgement(
                after: previous, in: custody.chain, of: custody.book.ledger, overruling: [], change, known: nil)
            let draft = try KeyChangeDraft(
                to: made.record, after: previous, acknowledgement, overruling: [], reason: change.reasonText,
                in: custody.book)
            let signers = authority.prefix(record.seal.threshold).map(\.signer)
            try await custody.carryOut(
                draft, made, by: signers, inTheClear: next.keys.noPassphrase, voice)
            return .holds
        }
    }
}
