internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Wording

/// `syngraph party freeze`
struct PartyFreeze: Verb {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Leave this party no key to seal with, until its recovery keys set new ones.",
        discussion: """
            Example:

              syngraph party freeze --reason "The safe was open this morning."

            For keys that may be stolen: the seal keys suffice to freeze themselves, and nothing but the recovery keys \
            sets others after that. What the party has sealed counts as before. Of what is here it confirms as the \
            party's word what the keys in this home remember to have signed, and what is named with --acknowledge; the \
            rest is disputed, until a later change acknowledges it.
            """)

    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var change: KeyChangeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        try change.check(json: wantsJSON)
        let home = homeOptions.location
        return try await homeOptions.withDoor { door in
            let custody = try await KeyCustody(home, through: door, change)
            let previous = custody.chain.newest.record
            guard let record = previous.record else {
                throw Complaint(.notSo, "frozen-keys", "the keys of \(custody.party) are frozen already")
            }
            let authority = try custody.authority(home.sealKeyPath)
            try custody.check(authority, in: record.seal, "seal key")
            let acknowledgement = try Acknowledgement(
                after: previous, in: custody.chain, of: custody.book.ledger, overruling: [], change,
                known: HomeKeys(home: home).rememberedSeals(and: change.key))
            let draft = try KeyChangeDraft(
                to: nil, after: previous, acknowledgement, overruling: [], reason: change.reasonText, in: custody.book)
            let signers = authority.prefix(record.seal.threshold).map(\.signer)
            try await custody.carryOut(draft, nil, by: signers, inTheClear: true, voice)
            return .holds
        }
    }
}
