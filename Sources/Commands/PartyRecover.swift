internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Wording

/// `syngraph party recover`
struct PartyRecover: Verb {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Set new keys for this party by its recovery keys, when the others are lost, stolen or frozen.",
        discussion: """
            Examples:

              syngraph party recover --key safe/recovery-1.pem --reason "The seal key was stolen."
              syngraph party recover --key safe/recovery-1.pem --overrule 51e0aa37 --acknowledge 9a8b7c6d
              syngraph party recover --key token.pem --signer ./token-signer --recovery-keys 2 --new-node

            Recovery beats a thief of the seal keys who changed them first: what he made is superseded, and what he \
            sealed is disputed. By itself this follows the newest record that these recovery keys can recover; --overrule \
            names the first change of keys to take the place of. New seal keys and next ones are made, or taken with \
            --seal-key. It confirms as the party's word what the keys in this home remember to have signed, and what is \
            named with --acknowledge; the rest is disputed, until a later change acknowledges it.
            """)

    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var next: NextRecordOptions
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Take the place of this change of keys, and of all that stands on it.", valueName: "statement"))
    var overrule: String?
    @OptionGroup var change: KeyChangeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        try next.check()
        try change.check(json: wantsJSON)
        let home = homeOptions.location
        return try await homeOptions.withDoor { door in
            let custody = try await KeyCustody(home, through: door, change)
            let authority = try custody.authority(home.recoveryKeyPath)
            let previous = try previous(custody, authority)
            try custody.check(authority, in: previous.lastRecord.recovery, "recovery key")
            let overruled = custody.chain.overruled(byRecoveryUpon: previous.id)
            let made = try NextRecordMaker(
                party: custody.party, last: previous.lastRecord, options: next, signing: change.signing, home: home,
                mayBeAway: change.request != nil, keepsCommitment: false
            ).make()
            let acknowledgement = try Acknowledgement(
                after: previous, in: custody.chain, of: custody.book.ledger, overruling: overruled, change,
                known: HomeKeys(home: home).rememberedSeals(and: change.key))
            let draft = try KeyChangeDraft(
                to: made.record, after: previous, acknowledgement, overruling: overruled, reason: change.reasonText,
                in: custody.book)
            let signers = authority.prefix(previous.lastRecord.recovery.threshold).map(\.signer)
            try await custody.carryOut(draft, made, by: signers, inTheClear: next.keys.noPassphrase, voice)
            return .holds
        }
    }

    // MARK: Which record it follows

    private func previous(
        _ custody: KeyCustody, _ authority: [(path: String, signer: Signer)]
    ) throws(Complaint) -> KeyRecord {
        if let overrule { return try previous(overruling: overrule, custody) }
        let chain = custody.chain
        guard chain.links.contains(where: { $0.record.lastRecord.recovery.threshold > 0 }) else {
            throw Complaint(
                .notYours, "no-recovery-keys", "\(custody.party) has no recovery keys",
                hint: "the others can give it a new record, by an amendment that writes party/\(custody.party)")
        }
        let ids = Set(authority.map(\.signer.id))
        if let found = chain.recoverable(by: ids) { return found }
        // Too few, for others to add theirs: the newest whose recovery keys they are.
        let some = chain.links.filter { link in
            !link.isSuperseded && !ids.isEmpty && ids.allSatisfy { link.record.lastRecord.recovery.key($0) != nil }
        }.map(\.record).max { ($0.version, $1.id) < ($1.version, $0.id) }
        return some ?? chain.newest.record
    }

    private func previous(overruling typed: String, _ custody: KeyCustody) throws(Complaint) -> KeyRecord {
        let links = custody.chain.links.filter { $0.statement != nil }
        let id = try IDPrefix(typed).resolve(
            among: links.map(\.record.id), noun: "change of keys", place: "of \(custody.party)")
        guard let link = custody.chain[id], let statement = link.statement, !link.isSuperseded else {
            throw Complaint(.notSo, "superseded", "the change of keys \(Quoting.short(id)) is superseded already")
        }
        guard link.authority != .recovery else {
            throw Complaint(
                .notYours, "forked-keys",
                "the change of keys \(Quoting.short(id)) was made by the recovery keys: a second one in its place would "
                    + "be proof of a lie", hint: "make another upon it, without --overrule")
        }
        return custody.chain[statement.previous]!.record
    }
}
