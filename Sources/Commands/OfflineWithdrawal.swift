internal import Agreement
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// Withdrawing with keys that never see a network: a bundle is carried in, and what was signed is carried out in another.
///
/// The first signer fixes what is signed; where several keys must sign, each of the others adds its signature to the same.
struct OfflineWithdrawal {
    let keys: [String]
    let options: SigningOptions
    let yes: Bool

    /// Makes a withdrawal by what a bundle holds, and signs it.
    func make(
        _ stage: Withdrawal.Stage, of party: Identifier, reason: [String], from path: String, to out: String,
        _ voice: CommandVoice
    ) throws -> ExitCode {
        let findings = try RoadmapSource.findings(in: FileReading.bytes(of: path), of: path)
        let book = Phrasebook.here(findings)
        let leaving = try Leaving(party, stage, in: book)
        let keys = try SealKeys(at: keys, of: party, in: leaving.record, options)
        let withdrawal = try leaving.withdrawal(
            remembered: keys.remembered(in: book.ledger.roadmap), reason: reason, at: Surroundings.current.now())
        return try sign(withdrawal, with: keys, findings, book, to: out, voice)
    }

    /// Adds signatures to the one withdrawal in a bundle that too few have signed.
    func sign(_ path: String, to out: String, _ voice: CommandVoice) throws -> ExitCode {
        let findings = try RoadmapSource.findings(in: FileReading.bytes(of: path), of: path)
        let book = Phrasebook.here(findings)
        let unsigned = book.ledger.withdrawals.values.filter { !$0.isSigned }.map(\.withdrawal)
        guard let withdrawal = unsigned.first, unsigned.count == 1,
            let record = book.ledger.record(of: withdrawal.party, named: withdrawal.keys)
        else {
            throw Complaint(
                .notOurFormat, "no-request",
                "\(terminalSafe(path)) holds \(unsigned.isEmpty ? "no withdrawal" : "\(unsigned.count) withdrawals") that "
                    + "still lacks a signature",
                hint: "the first one signs with `syngraph withdraw --in`, or at home with --out")
        }
        let keys = try SealKeys(at: keys, of: withdrawal.party, in: record, options)
        try checkComplete(withdrawal, keys, book)
        return try sign(withdrawal, with: keys, findings, book, to: out, voice)
    }

    /// What a key has committed to belongs on the list: a party is excused only from what its word speaks against in no way.
    private func checkComplete(_ withdrawal: Withdrawal, _ keys: SealKeys, _ book: Phrasebook) throws(Complaint) {
        let committed = keys.remembered(in: withdrawal.roadmap).filter(\.verdict.isCommitment).map(\.instrument)
        let left = Set(committed).subtracting(withdrawal.committed).sorted()
        guard left.isEmpty else {
            throw Complaint(
                .notYours, "incomplete-withdrawal",
                "the withdrawal does not list \(book.names(left)), to which this key has committed \(withdrawal.party)",
                hint: "let it be made anew from a fuller bundle; nothing was signed")
        }
    }

    private func sign(
        _ withdrawal: Withdrawal, with keys: SealKeys, _ findings: VerificationReport.Findings, _ book: Phrasebook,
        to out: String, _ voice: CommandVoice
    ) throws -> ExitCode {
        _ = try Withdraw.ask(about: withdrawal, yes: yes, book, voice)
        var ledger = book.ledger
        for statement in try keys.sign(withdrawal) { try ledger.insertWithdrawal(statement) }
        let bundle = BundleWriter(ledger, certificates: findings.contents.certificates.map(\.statement))
        try FileWriting.write(bundle.encoded(), to: out)
        if let onRecord = ledger.withdrawals[withdrawal.id] { speak(onRecord, out, voice) }
        return .holds
    }

    private func speak(_ onRecord: WithdrawalOnRecord, _ out: String, _ voice: CommandVoice) {
        let (withdrawal, count) = (onRecord.withdrawal, onRecord.signatures.count)
        if voice.speaksJSON {
            voice.result(
                .object([
                    ("withdrawal", .string(withdrawal.id.hex)), ("party", .string(withdrawal.party.string)),
                    ("stage", .string(withdrawal.stage.rawValue)), ("file", .string(out)),
                    ("signatures", .number(count)), ("threshold", .number(onRecord.threshold)),
                ]))
        } else if out != "-" {
            let signed = "signed by \(count) of \(onRecord.threshold)"
            voice.result("\(terminalSafe(out)): the withdrawal \(Quoting.short(withdrawal.id)), \(signed)")
        }
        voice.talk(
            onRecord.isSigned
                ? "carry it home, and `syngraph import` it" : "the next official signs this file, with --sign")
    }
}
