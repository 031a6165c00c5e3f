internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// `syngraph sign FILE`
struct SignVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Add a signature to what a file asks for: a seal, a change of keys, a withdrawal.",
        discussion: """
            Examples:

              syngraph sign asked.syngraph --key minister.pem --out signed.syngraph
              syngraph sign asked.syngraph --key token.pem --signer ./token-signer --out signed.syngraph
              syngraph import signed.syngraph

            For keys that never see a network, and for officials of whom several must sign the same words: the file goes \
            from one to the next. It needs no home; all that it knows is the file, which it checks wholly. It shows what \
            is to be signed, asks once, and signs. Where a file asks for several things, name the one by its id. Half \
            signed, nothing counts: `syngraph import` takes it in once enough have signed.
            """)

    @Argument(help: "The file that asks for it.") var file: String
    @Argument(help: "Which of several: its id, or at least 8 digits.") var id: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Sign with this key; may be repeated.", discussion: "A public half is signed for by --signer.",
            valueName: "file"))
    var key: [String] = []
    @Option(name: .long, help: ArgumentHelp("Where to write what was signed.", valueName: "file")) var out: String
    @Flag(name: .long, help: "Sign without asking.") var yes = false
    @OptionGroup var signing: SigningOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard !key.isEmpty else { throw Complaint.usage("say with which key: --key FILE") }
        try OutputPath.check(out, json: wantsJSON)
        let findings = try RoadmapSource.findings(in: FileReading.bytes(of: file), of: file)
        let prefix = try id.map { typed throws(Complaint) in try IDPrefix(typed) }
        let asked = Asked(in: findings, matching: prefix)
        if asked.statements.isEmpty, asked.withdrawals.isEmpty, !asked.seals.isEmpty {
            return try OfflineSeal(keys: key, options: signing, yes: yes).sign(file, to: out, voice)
        }
        let signers = try signing.signers(at: key)
        let own = asked.signable(by: Set(signers.map(\.id)))
        guard own.count == 1 else { throw complaint(asked, own, signers) }
        let work = HalfSignedWork(findings: findings, signers: signers, out: out, yes: yes)
        if let statement = own.statements.first { try work.sign(statement, voice) }
        if let withdrawal = own.withdrawals.first { try work.sign(withdrawal, voice) }
        return .holds
    }

    private func complaint(_ asked: Asked, _ own: Asked, _ signers: [Signer]) -> Complaint {
        if asked.count == 0 {
            return Complaint(
                .notOurFormat, "no-request",
                "\(terminalSafe(file)) asks for no signature\(id == nil ? "" : " on that")",
                hint: "it may have all that it takes: `syngraph import` says")
        }
        if own.count == 0 {
            return Complaint(
                .notYours, "unknown-key",
                "\(Quoting.list(signers.map { "the key \(Quoting.short($0.id.digest))" })) may sign nothing that "
                    + "\(terminalSafe(file)) asks for",
                hint: "`syngraph key show` says what a key is for")
        }
        return .usage(
            "\(terminalSafe(file)) asks for several things",
            hint: "name one: " + own.ids.map(Quoting.short).joined(separator: ", "))
    }
}

/// What a file asks signatures for.
private struct Asked {
    var seals: [Seal]
    var statements: [KeyStatementOnRecord]
    var withdrawals: [WithdrawalOnRecord]

    /// - Parameter prefix: nil for all.
    init(in findings: VerificationReport.Findings, matching prefix: IDPrefix?) {
        func isMeant(_ id: Digest) -> Bool { prefix?.matches(id) ?? true }
        let ledger = findings.contents.ledger
        seals = findings.contents.requests.filter { isMeant($0.id) }
        statements = ledger.keyChains.statements.values.filter { !$0.isGood && isMeant($0.statement.id) }
            .sorted { $0.statement.id < $1.statement.id }
        withdrawals = ledger.withdrawals.values.filter { !$0.isSigned && isMeant($0.withdrawal.id) }
            .sorted { $0.withdrawal.id < $1.withdrawal.id }
        self.ledger = ledger
    }

    private let ledger: Ledger

    var count: Int { seals.count + statements.count + withdrawals.count }
    var ids: [Digest] { seals.map(\.id) + statements.map(\.statement.id) + withdrawals.map(\.withdrawal.id) }

    /// Those that one of these keys may sign; seals are signed by themselves.
    func signable(by keys: Set<KeyID>) -> Asked {
        var own = self
        own.seals = []
        own.statements = statements.filter { statement in keys.contains { statement.signers.key($0) != nil } }
        own.withdrawals = withdrawals.filter { onRecord in
            let record = ledger.record(of: onRecord.withdrawal.party, named: onRecord.withdrawal.keys)
            return keys.contains { record?.seal.key($0) != nil }
        }
        return own
    }
}

/// A key statement or a withdrawal that gets a further signature.
private struct HalfSignedWork {
    let findings: VerificationReport.Findings
    let signers: [Signer]
    let out: String
    let yes: Bool

    func sign(_ onRecord: KeyStatementOnRecord, _ voice: CommandVoice) throws {
        let book = Phrasebook.here(findings)
        guard let chain = book.ledger.keyChains.chain(of: onRecord.statement.party, root: onRecord.previous.root) else {
            preconditionFailure("a key statement on record stands in a chain")
        }
        try checkNoFork(onRecord, in: chain)
        let draft = KeyChangeDraft(of: onRecord, in: chain, book)
        try draft.ask(yes: yes, voice)
        var ledger = book.ledger
        for signer in signers where onRecord.signers.key(signer.id) != nil {
            try ledger.insertKeyStatement(signer.sign(onRecord.statement.payload, as: .keys))
        }
        try write(ledger)
        let signatories = Set(ledger.keyChains.statements[onRecord.statement.id]?.signatures.keys.map { $0 } ?? [])
        draft.speak(of: signatories, writtenTo: out, voice)
    }

    /// Two good statements on one record by the same authority would be proof of a lie.
    private func checkNoFork(_ onRecord: KeyStatementOnRecord, in chain: KeyChain) throws(Complaint) {
        let last = onRecord.previous.lastRecord
        for link in chain.links where link.statement?.previous == onRecord.previous.id && !link.isSuperseded {
            guard let authority = link.authority else { continue }
            let set = authority == .seal ? last.seal : last.recovery
            guard signers.contains(where: { set.key($0.id) != nil }) else { continue }
            throw Complaint(
                .notYours, "forked-keys",
                "\(chain.party) has changed its keys since: \(Quoting.short(link.record.id)) stands on the same record, by "
                    + "its \(authority.rawValue) keys, and a second one would be proof of a lie",
                hint: "have the change made anew, from a copy that is up to date")
        }
    }

    func sign(_ onRecord: WithdrawalOnRecord, _ voice: CommandVoice) throws {
        let book = Phrasebook.here(findings)
        let withdrawal = onRecord.withdrawal
        voice.talk(voice.paragraph("\(withdrawal.party) \(book.line(forWord: withdrawal.id))", hanging: 2))
        try Keyboard.confirm("\(withdrawal.party) withdraws so: sign? Type yes to sign: ", isGiven: yes)
        var ledger = book.ledger
        for signer in signers
        where book.ledger.record(of: withdrawal.party, named: withdrawal.keys)?.seal.key(signer.id) != nil {
            try ledger.insertWithdrawal(signer.sign(withdrawal.payload, as: .withdrawal))
        }
        try write(ledger)
        let count = ledger.withdrawals[withdrawal.id]?.signatures.count ?? 0
        if voice.speaksJSON {
            voice.result(
                .object([
                    ("withdrawal", .string(withdrawal.id.hex)), ("party", .string(withdrawal.party.string)),
                    ("file", .string(out)), ("signatures", .number(count)), ("threshold", .number(onRecord.threshold)),
                ]))
        } else if out != "-" {
            voice.result(
                "\(terminalSafe(out)): the withdrawal \(Quoting.short(withdrawal.id)), signed by \(count) of "
                    + "\(onRecord.threshold)")
        }
    }

    /// All that the file held, seals that it asks for included.
    private func write(_ ledger: Ledger) throws {
        let bundle = BundleWriter(
            ledger, certificates: findings.contents.certificates.map(\.statement),
            requests: findings.contents.requests)
        try FileWriting.write(bundle.encoded(), to: out)
    }
}
