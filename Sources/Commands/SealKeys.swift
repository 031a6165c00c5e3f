internal import Cryptography
internal import Agreement
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Wording

/// The keys that are about to sign, each of the party's record, with what it has sealed before.
struct SealKeys {
    private(set) var keys: [(signer: Signer, memory: SignedMemory)]

    /// Reads key files.
    ///
    /// - Throws: ``HomeFailure`` for a file that is no usable key; a ``Complaint`` for a key that is not in `record`,
    ///   or given twice.
    init(
        at paths: [String], of party: Identifier, in record: PartyRecord, _ options: SigningOptions
    ) throws {
        keys = []
        for path in paths {
            let signer = try options.signer(at: path)
            let id = signer.id
            guard record.seal.key(id) != nil else {
                throw Complaint(
                    .notYours, "unknown-key",
                    "the key \(Quoting.short(id.digest)) in \(terminalSafe(path)) is none of \(party)'s seal keys for "
                        + "this instrument",
                    hint: "`syngraph key show` says what a key is for")
            }
            guard !keys.contains(where: { $0.signer.id == id }) else {
                throw Complaint.usage("the key in \(terminalSafe(path)) is given twice: it counts once")
            }
            keys.append((signer, try SignedMemory(of: id, at: path)))
        }
    }

    /// The files of a home that together meet the threshold, if so many are there. Public halves count where a command
    /// signs for them.
    ///
    /// - Throws: a ``Complaint`` if there are fewer.
    static func paths(
        in home: Home, for record: PartyRecord, _ options: SigningOptions, elsewhere: String = Self.byRequest
    ) throws(Complaint) -> [String] {
        let there = (1...record.seal.keys.count).map(home.sealKeyPath).filter(FileReading.exists)
        var here: [String] = []
        for path in there {
            if case .public = try KeyFile.half(at: path), options.signer == nil { continue }
            here.append(path)
        }
        if here.count < there.count, here.count < record.seal.threshold {
            let away = there.count - here.count
            throw Complaint(
                .notYours, "signer-needed",
                "\(Quoting.count(record.seal.threshold, "key")) must sign, and of those in this home "
                    + "\(away == 1 ? "one lives" : "\(away) live") elsewhere",
                hint: "name the command that signs with them: --signer COMMAND")
        }
        try checkThreshold(here.count, record, place: "in this home", elsewhere: elsewhere)
        return Array(here.prefix(record.seal.threshold))
    }

    private static let byRequest = "write a request for keys that live elsewhere with --request FILE"

    /// - Parameter elsewhere: how keys sign that are on another machine.
    static func checkThreshold(
        _ count: Int, _ record: PartyRecord, place: String, elsewhere: String = Self.byRequest
    ) throws(Complaint) {
        guard count < record.seal.threshold else { return }
        let keys = count == 0 ? "none is" : count == 1 ? "one is" : "\(count) are"
        throw Complaint(
            .notYours, "below-threshold",
            "\(record.seal.threshold) of the party's \(Quoting.count(record.seal.keys.count, "seal key")) must sign, "
                + "and \(keys) \(place)",
            hint: "name key files with --key, or \(elsewhere)")
    }

    /// What these keys gave verdicts on in a roadmap.
    func remembered(in roadmap: InstrumentID) -> [(instrument: InstrumentID, verdict: Seal.Verdict)] {
        let all = Set(keys.flatMap { $0.memory.seals.filter { $0.roadmap == roadmap } })
        return all.sorted { $0.seal < $1.seal }.map { ($0.instrument, $0.verdict) }
    }

    /// Signs with every key; each has remembered it on disk before its signature leaves, or a command is asked for it:
    /// one that fails may have signed all the same.
    mutating func sign(_ seal: Seal) throws -> [SignedStatement] {
        for place in keys.indices { try keys[place].memory.remember(seal) }
        return try keys.map { try $0.signer.sign(seal.payload, as: .seal) }
    }

    /// Signs with every key. That a party has withdrawn need not be remembered: it only frees it, and what it lists as its
    /// commitments is remembered already.
    func sign(_ withdrawal: Withdrawal) throws -> [SignedStatement] {
        try keys.map { try $0.signer.sign(withdrawal.payload, as: .withdrawal) }
    }
}
