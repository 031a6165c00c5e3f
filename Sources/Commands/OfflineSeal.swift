internal import Agreement
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// Sealing with keys that never see a network: a request goes out, a signature comes back, each in a bundle.
///
/// The machine that signs needs no home. All that it knows is the bundle, which it checks wholly, and what its keys
/// have sealed before.
struct OfflineSeal {
    let keys: [String]
    let options: SigningOptions
    let yes: Bool

    /// Writes all that is held, with a seal that is to be signed.
    static func write(
        _ draft: SealDraft, _ findings: VerificationReport.Findings, to path: String, _ voice: CommandVoice
    ) throws {
        try draft.checkHonest(remembered: [])
        draft.show(remembered: [], voice)
        let seal = draft.seal
        let bundle = BundleWriter(
            findings.contents.ledger, certificates: findings.contents.certificates.map(\.statement), requests: [seal])
        try FileWriting.write(bundle.encoded(), to: path)
        if voice.speaksJSON {
            voice.result(
                .object([
                    ("request", .string(seal.id.hex)), ("instrument", .string(seal.instrument.hex)),
                    ("party", .string(seal.party.string)), ("verdict", .string(seal.verdict.rawValue)),
                    ("file", .string(path)), ("threshold", .number(draft.record.seal.threshold)),
                ]))
        } else if path != "-" {
            let threshold = Quoting.count(draft.record.seal.threshold, "key")
            voice.result("\(terminalSafe(path)): the seal \(Quoting.short(seal.id)), for \(threshold) to sign")
        }
        voice.talk("sign it with `syngraph seal --sign FILE --key KEY --out SIGNED`, then `syngraph import SIGNED`")
    }

    /// Signs the one seal that a bundle asks for.
    func sign(_ path: String, to out: String, _ voice: CommandVoice) throws -> ExitCode {
        let findings = try RoadmapSource.findings(in: FileReading.bytes(of: path), of: path)
        let book = Phrasebook.here(findings)
        let draft = try SealDraft(requested: request(in: findings, path), in: book)
        let seal = draft.seal
        var keys = try SealKeys(at: keys, of: seal.party, in: draft.record, options)
        let remembered = keys.remembered(in: seal.roadmap)
        try draft.checkHonest(remembered: remembered)
        try draft.ask(remembered: remembered, yes: yes, voice)
        var ledger = findings.contents.ledger
        for statement in try keys.sign(seal) { try ledger.insertSeal(statement) }
        let signatures = ledger.seals[seal.id]?.signatures.count ?? 0
        let isSigned = signatures >= draft.record.seal.threshold
        let bundle = BundleWriter(
            ledger, certificates: findings.contents.certificates.map(\.statement), requests: isSigned ? [] : [seal])
        try FileWriting.write(bundle.encoded(), to: out)
        speak(seal, signatures, draft.record.seal.threshold, out, voice)
        return .holds
    }

    private func request(in findings: VerificationReport.Findings, _ path: String) throws(Complaint) -> Seal {
        let requests = findings.contents.requests
        guard let seal = requests.first, requests.count == 1 else {
            throw Complaint(
                .notOurFormat, "no-request",
                "\(terminalSafe(path)) asks for \(requests.isEmpty ? "no seal" : "\(requests.count) seals at once")",
                hint: "write a request with `syngraph seal accept ID --request FILE`")
        }
        return seal
    }

    private func speak(_ seal: Seal, _ signatures: Int, _ threshold: Int, _ out: String, _ voice: CommandVoice) {
        if voice.speaksJSON {
            voice.result(
                .object([
                    ("seal", .string(seal.id.hex)), ("instrument", .string(seal.instrument.hex)),
                    ("party", .string(seal.party.string)), ("verdict", .string(seal.verdict.rawValue)),
                    ("file", .string(out)), ("signatures", .number(signatures)), ("threshold", .number(threshold)),
                ]))
        } else if out != "-" {
            let count = "\(signatures) of \(threshold)"
            voice.result("\(terminalSafe(out)): the seal \(Quoting.short(seal.id)), signed by \(count)")
        }
        voice.talk(
            signatures >= threshold
                ? "carry it home, and `syngraph import` it" : "the next official signs this file, with --sign")
    }
}
