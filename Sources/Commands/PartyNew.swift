internal import ArgumentParser
internal import CanonicalEncoding
internal import Charters
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Wording

/// `syngraph party …`
struct Party: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the party whose home this is.", subcommands: [PartyNew.self])
}

/// `syngraph party new CODE`
struct PartyNew: Verb {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a party: its home, its keys, and its card to hand to whoever writes the charter.",
        discussion: """
            Example:

              syngraph party new KOR --home ~/korea --name en=Korea --name ko=한국
              syngraph party new KOR --endpoint node.example:7420 --seal-keys 3 --algorithm es384
              syngraph party new KOR --seal-key token.pem --signer ./token-signer --next-seal-key spare.pem

            The home then holds keys for the node, for sealing, for recovery, and the next seal keys, to which the \
            party commits in advance. The node's key is in the clear, for its program reads it unattended; the others \
            are encrypted with a passphrase. Move recovery and next keys to a safe place.

            With --seal-key and its kin the party takes keys that are there already, each from the file of either half; \
            a command signs the card with those on a token. The home then holds their public halves.
            """)

    @Argument(help: "The party's code in the roadmap: letters, digits, . / -") var code: String
    @OptionGroup var homeOptions: HomeOptions
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("What the party is called in a language; may be repeated.", valueName: "lang=text"))
    var name: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Where the others reach its node; may be repeated.", valueName: "host:port"))
    var endpoint: [String] = []
    @Option(
        name: .long,
        help: "The kind of the keys that are made for sealing and recovery: ed25519, es256 or es384.")
    var algorithm = AlgorithmWord.ed25519
    @Option(name: .long, help: "The kind of the node's key.") var nodeAlgorithm = AlgorithmWord.ed25519
    @Option(name: .long, help: ArgumentHelp("How many seal keys are made.", discussion: "Default: 1.", valueName: "n"))
    var sealKeys: Int?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Take this seal key and make none; may be repeated.", valueName: "file"))
    var sealKey: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Commit to this as one of the next seal keys and make none; may be repeated.", valueName: "file"))
    var nextSealKey: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp("How many of them must sign; more than half, which is the default.", valueName: "k"))
    var threshold: Int?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many recovery keys are made; more than half must sign.", discussion: "Default: 1.", valueName: "n"))
    var recoveryKeys: Int?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Take this recovery key and make none; may be repeated.", valueName: "file"))
    var recoveryKey: [String] = []
    @OptionGroup var signing: SigningOptions
    @Flag(name: .long, help: "Write all keys in the clear, readable by you alone.") var noPassphrase = false
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let party = try Typed.party(code)
        let names = try name.isEmpty ? Words([Identifier("en")!: ExactText(code)])! : Typed.words(name)
        let endpoints = try endpoint.map { typed throws(Complaint) in try Typed.endpoint(typed) }
        guard endpoints.count <= IdentityLimits.endpointsPerNode else {
            throw Complaint.usage("a node has at most \(IdentityLimits.endpointsPerNode) endpoints")
        }
        try checkKeyCounts()
        let home = homeOptions.location
        try NewHome.checkFree(home)
        let keys = try newKeys()
        let record = try keys.record(names: names, threshold: majority, endpoints: endpoints)
        let card = try keys.card(of: party, record)
        let words = try noPassphrase || !keys.isAnyMade ? nil : signing.passphrase.toEncrypt()
        try NewHome.make(home, of: party, keys, card: card, passphrase: words)
        speak(party, record, home, voice)
        return .holds
    }

    private var sealCount: Int { sealKey.isEmpty ? sealKeys ?? 1 : sealKey.count }
    private var recoveryCount: Int { recoveryKey.isEmpty ? recoveryKeys ?? 1 : recoveryKey.count }
    private var majority: Int { threshold ?? sealCount / 2 + 1 }

    private func newKeys() throws -> NewKeys {
        var maker = KeyMaker(algorithm.meaning, random: Surroundings.current.randomBytes)
        let node = KeyMaker(nodeAlgorithm.meaning, random: Surroundings.current.randomBytes).make(1)[0]
        return NewKeys(
            node: node, seal: try maker.keys(sealCount, or: sealKey, signing),
            recovery: try maker.keys(recoveryCount, or: recoveryKey, signing),
            next: try maker.committedKeys(sealCount, or: nextSealKey))
    }

    private func checkKeyCounts() throws(Complaint) {
        let limit = IdentityLimits.keysPerParty
        if sealKeys != nil, !sealKey.isEmpty {
            throw .usage("--seal-keys makes keys, and --seal-key takes those there are")
        }
        if recoveryKeys != nil, !recoveryKey.isEmpty {
            throw .usage("--recovery-keys makes keys, and --recovery-key takes those there are")
        }
        guard (1...limit).contains(sealCount) else { throw .usage("a party has 1 to \(limit) seal keys") }
        guard (0...limit).contains(recoveryCount) else { throw .usage("a party has 0 to \(limit) recovery keys") }
        guard nextSealKey.isEmpty || nextSealKey.count == sealCount else {
            throw .usage(
                "\(Quoting.count(sealCount, "seal key")) and \(nextSealKey.count) next ones: there must be as many",
                hint: "the next keys are to be used as these are, with the same threshold")
        }
        guard majority <= sealCount, 2 * majority > sealCount else {
            throw .usage(
                "more than half of \(sealCount) seal keys must sign, and not more than there are: not \(majority)",
                hint: "with half, two groups of officials could consent to rivals in one party's name")
        }
    }

    private func speak(_ party: Identifier, _ record: PartyRecord, _ home: Home, _ voice: CommandVoice) {
        let card = home.cardPath(of: party)
        if wantsJSON {
            voice.result(
                .object([
                    ("party", .string(party.string)), ("home", .string(home.path)), ("card", .string(card)),
                    ("record", .string(record.id.hex)),
                    ("sealKeys", .array(record.seal.keys.map { .string($0.id.digest.hex) })),
                    ("threshold", .number(record.seal.threshold)),
                    ("recoveryKeys", .array(record.recovery.keys.map { .string($0.id.digest.hex) })),
                    ("nodeKeys", .array(record.nodes.map { .string($0.key.id.digest.hex) })),
                ]))
            return
        }
        let keys = "\(Quoting.count(sealCount, "seal key")), \(record.seal.threshold) must sign"
        voice.result("\(party) has a home in \(terminalSafe(home.path)): \(keys)")
        voice.result("card: \(terminalSafe(card))")
        voice.talk("hand the card to whoever writes the charter; keep recovery and next keys somewhere else")
    }
}

/// A signature algorithm as a person types it.
enum AlgorithmWord: String, CaseIterable, ExpressibleByArgument {
    case ed25519, es256, es384

    var meaning: SignatureAlgorithm {
        switch self {
        case .ed25519: .ed25519
        case .es256: .es256
        case .es384: .es384
        }
    }
}
