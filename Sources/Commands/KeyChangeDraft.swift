internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// A change of a party's keys before it is signed, and what follows from it.
struct KeyChangeDraft {
    let statement: KeyStatement
    let previous: KeyRecord
    /// Whose signatures it takes.
    let signers: KeySigners
    /// The changes that it takes the place of, if the recovery keys make it.
    let overruled: [KeyChain.Link]
    let acknowledgement: Acknowledgement
    let book: Phrasebook

    /// A new one.
    ///
    /// - Parameter record: nil for a freeze.
    init(
        to record: PartyRecord?, after previous: KeyRecord, _ acknowledgement: Acknowledgement,
        overruling overruled: [KeyChain.Link], reason: ExactText?, in book: Phrasebook
    ) throws(Complaint) {
        do throws(DecodingRefusal) {
            statement = try KeyStatement(
                following: previous, to: record, acknowledging: acknowledgement.acknowledged, reason: reason,
                in: book.ledger.roadmap)
        } catch {
            throw .usage(
                "no such change of keys can be made: \(terminalSafe(error.description))",
                hint: error.fault == .tooMany ? "acknowledge the rest in the next change, with --acknowledge" : nil)
        }
        self.previous = previous
        self.overruled = overruled
        self.acknowledgement = acknowledgement
        self.book = book
        signers = statement.signersRequired(after: previous)
    }

    /// One that somebody has begun to sign.
    init(of onRecord: KeyStatementOnRecord, in chain: KeyChain, _ book: Phrasebook) {
        statement = onRecord.statement
        previous = onRecord.previous
        signers = onRecord.signers
        overruled = chain.overruled(byRecoveryUpon: onRecord.previous.id).filter {
            $0.record.id != onRecord.statement.id
        }
        acknowledgement = Acknowledgement(
            of: onRecord.statement, after: onRecord.previous, in: chain, of: book.ledger)
        self.book = book
    }

    private var party: Identifier { statement.party }

    // MARK: What it says

    /// Shows what is about to change.
    func show(_ voice: CommandVoice) {
        let behind = previous.version == 0 ? "the record that the roadmap has of it" : "version \(previous.version)"
        voice.talk(voice.paragraph("\(party), version \(statement.version) of its keys, after \(behind)", hanging: 2))
        func line(_ text: String) { voice.talk(voice.paragraph(text, indent: 2, hanging: 4)) }
        if let record = statement.record {
            let changes = record.changes(from: previous.lastRecord)
            (changes.isEmpty ? ["the record stays as it is"] : changes).forEach(line)
        } else {
            line("freezes them: from then on it can seal nothing, until its recovery keys set new ones")
            if previous.lastRecord.recovery.threshold == 0 {
                line("beware: it has no recovery keys; only the others could give it keys again, by an amendment")
            }
        }
        if let reason = statement.reason { line("reason: \(Quoting.quoted(reason))") }
        for link in overruled { line(sentence(forOverruled: link)) }
        list("stays its word", acknowledgement.acknowledged, voice)
        list("disputed from then on", acknowledgement.disputed, voice)
        voice.talk("")
    }

    private func sentence(forOverruled link: KeyChain.Link) -> String {
        let reason = link.statement?.reason.map { ", \(Quoting.quoted($0))" } ?? ""
        let act = link.record.isFrozen ? "the freeze" : "the change"
        return "takes the place of \(act) \(Quoting.short(link.record.id)), version \(link.record.version)\(reason)"
    }

    private static let rowLimit = 40

    private func list(_ heading: String, _ ids: [Digest], _ voice: CommandVoice) {
        guard !ids.isEmpty else { return }
        voice.talk("\n\(heading)")
        for id in ids.prefix(Self.rowLimit) {
            voice.talk(voice.paragraph("- \(book.line(forWord: id))", indent: 2, hanging: 4))
        }
        if ids.count > Self.rowLimit { voice.talk("  and \(ids.count - Self.rowLimit) more") }
    }

    /// Shows it, and asks once.
    ///
    /// - Parameter isGiven: `--yes`: nobody is asked.
    func ask(yes isGiven: Bool, _ voice: CommandVoice) throws(Complaint) {
        show(voice)
        let act = statement.isFreeze ? "freezes its keys" : "changes its keys so"
        try Keyboard.confirm("\(party) \(act): sign? Type yes to sign: ", isGiven: isGiven)
    }

    // MARK: What it lacks

    /// Whose signatures it still takes, in words; nil if it is good with those of `signatories`.
    func lacking(with signatories: Set<KeyID>) -> String? {
        var parts: [String] = []
        if signers.authority(of: signatories) == nil {
            let sets = [signers.seal.map { ($0, "seal") }, signers.recovery.map { ($0, "recovery") }].compactMap { $0 }
            let ways = sets.map { set, noun in
                let missing = set.threshold - set.keys.count { signatories.contains($0.id) }
                return "\(missing) of its \(noun) keys of before"
            }
            parts.append(ways.joined(separator: ", or "))
        }
        let unproven = signers.unproven(by: signatories)
        if !unproven.isEmpty {
            parts.append(
                "the new \(unproven.count == 1 ? "key" : "keys") "
                    + Quoting.list(unproven.map { Quoting.short($0.id.digest) }))
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; and ")
    }

    /// Says that it is in a file, with these signatures.
    func speak(of signatories: Set<KeyID>, writtenTo path: String, _ voice: CommandVoice) {
        let lacking = lacking(with: signatories)
        if voice.speaksJSON {
            voice.result(
                .object(
                    fields(authority: signers.authority(of: signatories)) + [
                        ("file", .string(path)), ("lacks", lacking.map { .string($0) } ?? .null),
                    ]))
        } else if path != "-" {
            voice.result("\(terminalSafe(path)): the key statement \(Quoting.short(statement.id)), not published yet")
        }
        if let lacking {
            voice.talk(voice.paragraph("it lacks \(lacking)"))
            voice.talk("add them with `syngraph sign FILE --key KEY --out SIGNED`")
        } else {
            voice.talk("it has all signatures that it takes: carry it home, and `syngraph import` it")
        }
    }

    // MARK: For a program

    func fields(authority: KeyAuthority?) -> [(String, JSONValue)] {
        func ids(_ keys: [PublicKey]) -> JSONValue { .array(keys.map { .string($0.id.digest.hex) }) }
        let record = statement.record ?? previous.lastRecord
        return [
            ("statement", .string(statement.id.hex)), ("party", .string(party.string)),
            ("version", .number(statement.version)), ("previous", .string(statement.previous.hex)),
            ("authority", authority.map { .string($0.rawValue) } ?? .null), ("frozen", .bool(statement.isFreeze)),
            ("sealKeys", ids(statement.record?.seal.keys ?? [])),
            ("threshold", .number(statement.record?.seal.threshold ?? 0)), ("recoveryKeys", ids(record.recovery.keys)),
            ("nodeKeys", ids(record.nodes.map(\.key))),
            ("acknowledges", FindingsJSON.ids(acknowledgement.acknowledged)),
            ("disputes", FindingsJSON.ids(acknowledgement.disputed)),
            ("overrules", FindingsJSON.ids(overruled.map(\.record.id))),
        ]
    }
}
