internal import Agreement
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// A party at its home, about to change its keys: what its copy knows of them, which files it has, and what becomes of a
/// change that is drafted.
struct KeyCustody {
    let home: Home
    let party: Identifier
    let findings: VerificationReport.Findings
    let book: Phrasebook
    /// The chain upon the party's record in force.
    let chain: KeyChain
    let options: KeyChangeOptions
    private let door: any HomeDoor

    /// - Throws: a ``Complaint`` if the party has no record by the text in force.
    init(_ home: Home, through door: any HomeDoor, _ options: KeyChangeOptions) async throws {
        self.home = home
        self.door = door
        self.options = options
        party = try home.settings().party
        findings = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
        book = Phrasebook.here(findings)
        try HomeKeys(home: home).settle(by: book.ledger, of: party)
        guard let chain = book.ledger.chainInForce(of: party, by: book.evaluation) else {
            throw Complaint(
                .notYours, "no-record", "\(party) has no record by the text in force: it has no keys there to change",
                hint: "\(party) is let in first, by an amendment that brings its card")
        }
        self.chain = chain
    }

    // MARK: Which keys sign

    /// Opens the keys of now that are to sign: those that are named, or else the home's.
    func authority(_ paths: (Int) -> String) throws -> [(path: String, signer: Signer)] {
        let files = try options.key.isEmpty ? homeFiles(paths) : options.key
        return Array(zip(files, try options.signing.signers(at: files)))
    }

    /// The files in the home of which the private half is there, or a command signs for it.
    private func homeFiles(_ paths: (Int) -> String) throws(Complaint) -> [String] {
        var files: [String] = []
        for path in (1...IdentityLimits.keysPerParty).map(paths) where FileReading.exists(path) {
            if case .public = try KeyFile.half(at: path), options.signing.signer == nil { continue }
            files.append(path)
        }
        return files
    }

    /// - Parameter noun: what the keys of the set are: `seal key`.
    /// - Throws: a ``Complaint`` for a key that is not in the set, or if too few of it are here and none may be added.
    func check(_ keys: [(path: String, signer: Signer)], in set: KeySet, _ noun: String) throws(Complaint) {
        for (path, signer) in keys where set.key(signer.id) == nil {
            throw Complaint(
                .notYours, "unknown-key",
                "the key \(Quoting.short(signer.id.digest)) in \(terminalSafe(path)) is none of \(party)'s \(noun)s of now",
                hint: "`syngraph status` says which version its keys have, and `syngraph key show` what a key is for")
        }
        guard keys.count < set.threshold, options.request == nil else { return }
        let here = keys.count == 0 ? "none is" : keys.count == 1 ? "one is" : "\(keys.count) are"
        throw Complaint(
            .notYours, "below-threshold",
            "\(set.threshold) of \(party)'s \(Quoting.count(set.keys.count, noun)) must sign, and \(here) here",
            hint: "name key files with --key, or write it with --request FILE for keys that live elsewhere")
    }

    // MARK: What becomes of it

    /// Shows a change, asks, signs it, and publishes it; or writes it for others to sign.
    ///
    /// - Parameter next: the new keys; nil for a freeze.
    func carryOut(
        _ draft: KeyChangeDraft, _ next: NextRecord?, by authority: [Signer], inTheClear: Bool, _ voice: CommandVoice
    ) async throws {
        let signers = signing(draft, authority + (next?.signers ?? []))
        guard options.request != nil || draft.lacking(with: Set(signers.map(\.id))) == nil else {
            preconditionFailure("whoever drafts a change that is to be published has all keys that it takes")
        }
        guard !signers.isEmpty else {
            throw Complaint(
                .notYours, "no-signature",
                "a change of keys travels with its first signature, and no key that may sign it is here",
                hint: "name one with --key FILE")
        }
        try draft.ask(yes: options.yes, voice)
        try warnOfStrangeNode(draft, next, voice)
        let keys = HomeKeys(home: home)
        do {
            if let next {
                let isSealed = next.isAnyMade && !inTheClear
                let passphrase = try isSealed ? options.signing.passphrase.toEncrypt() : nil
                try keys.stage(next, for: draft.statement.id, passphrase: passphrase)
            }
            let signed = try signers.map { try $0.sign(draft.statement.payload, as: .keys) }
            if let request = options.request { return try write(draft, signed, to: request, voice) }
            try await Publishing.publish(signed.map { .keyStatement($0) }, for: party, through: door)
        } catch {
            // Nobody has seen it: its keys are nobody's.
            if !(error is HomeFailure) { keys.drop(draft.statement.id) }
            throw error
        }
        try await speak(draft, Set(signers.map(\.id)), next, voice)
    }

    /// A record that does not name this home's node leaves the home without one.
    private func warnOfStrangeNode(_ draft: KeyChangeDraft, _ next: NextRecord?, _ voice: CommandVoice) throws {
        guard next?.node == nil, let nodes = draft.statement.record?.nodes else { return }
        let own = try Home.readKey(at: home.nodeKeyPath) { nil }.publicKey
        guard !nodes.contains(where: { $0.key == own }) else { return }
        voice.talk(
            voice.paragraph(
                "beware: the new record does not name this home's node, which the others then turn away; --new-node gives "
                    + "it a key that the record names", hanging: 2))
    }

    /// Each once; and where nobody else is here this home's node, whose signature counts for nothing and carries it.
    private func signing(_ draft: KeyChangeDraft, _ signers: [Signer]) -> [Signer] {
        var all = signers.filter { draft.signers.key($0.id) != nil }
        if all.isEmpty, let node = try? Home.readKey(at: home.nodeKeyPath, passphrase: { nil }),
            draft.signers.key(node.publicKey.id) != nil
        {
            all.append(Signer(node))
        }
        return all
    }

    /// Writes all that is held, with the statement and the signatures that it has.
    private func write(
        _ draft: KeyChangeDraft, _ signed: [SignedStatement], to path: String, _ voice: CommandVoice
    ) throws {
        var ledger = book.ledger
        for statement in signed { try ledger.insertKeyStatement(statement) }
        let certificates = findings.contents.certificates.map(\.statement)
        try FileWriting.write(BundleWriter(ledger, certificates: certificates).encoded(), to: path)
        draft.speak(of: Set(signed.map(\.signer)), writtenTo: path, voice)
    }

    private func speak(
        _ draft: KeyChangeDraft, _ signatories: Set<KeyID>, _ next: NextRecord?, _ voice: CommandVoice
    ) async throws {
        let after = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
        let keys = HomeKeys(home: home)
        let settled = try keys.settle(by: after.contents.ledger, of: party)
        let authority = draft.signers.authority(of: signatories)
        if voice.speaksJSON {
            voice.result(.object(draft.fields(authority: authority) + [("file", .null), ("lacks", .null)]))
        } else {
            let act =
                draft.statement.isFreeze ? "its keys are frozen" : "it has keys of version \(draft.statement.version)"
            voice.result("\(party): \(act), by its \(authority?.rawValue ?? "") keys")
            voice.result("key statement \(draft.statement.id.hex)")
        }
        for statement in settled { keys.speak(of: statement, voice) }
        if next?.node != nil, try await door.status().isRunning { HomeKeys.speakOfRestart(voice) }
    }
}
