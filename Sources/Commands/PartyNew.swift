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
        abstract: "Make the party whose home this is, let it join, and change its keys.",
        subcommands: [PartyNew.self, PartyAccede.self, PartyRotate.self, PartyFreeze.self, PartyRecover.self])
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
    @OptionGroup var keys: NewKeyOptions
    @OptionGroup var signing: SigningOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let party = try Typed.party(code)
        let names = try name.isEmpty ? Words([Identifier("en")!: ExactText(code)])! : Typed.words(name)
        let endpoints = try endpoint.map { typed throws(Complaint) in try Typed.endpoint(typed) }
        guard endpoints.count <= IdentityLimits.endpointsPerNode else {
            throw Complaint.usage("a node has at most \(IdentityLimits.endpointsPerNode) endpoints")
        }
        try keys.check()
        try keys.checkCounts(seal: sealCount, recovery: recoveryCount, threshold: threshold)
        let home = homeOptions.location
        try NewHome.checkFree(home)
        let made = try newKeys()
        let record = try made.record(names: names, threshold: threshold, endpoints: endpoints)
        let card = try made.card(of: party, record)
        let words = try keys.noPassphrase || !made.isAnyMade ? nil : signing.passphrase.toEncrypt()
        try NewHome.make(home, of: party, made, card: card, passphrase: words)
        speak(party, record, home, voice)
        return .holds
    }

    private var sealCount: Int { keys.sealKey.isEmpty ? keys.sealKeys ?? 1 : keys.sealKey.count }
    private var recoveryCount: Int { keys.recoveryKey.isEmpty ? keys.recoveryKeys ?? 1 : keys.recoveryKey.count }
    private var threshold: Int { keys.threshold ?? NewKeyOptions.majority(of: sealCount) }

    private func newKeys() throws -> NewKeys {
        var maker = keys.maker()
        return NewKeys(
            node: keys.newNodeKey(), seal: try maker.keys(sealCount, or: keys.sealKey, signing),
            recovery: try maker.keys(recoveryCount, or: keys.recoveryKey, signing),
            next: try maker.committedKeys(sealCount, or: keys.nextSealKey))
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
