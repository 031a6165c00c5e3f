internal import ArgumentParser
internal import CanonicalEncoding
internal import Charters
internal import Cryptography
internal import Foundation
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
              syngraph party new KOR --endpoint node.example:7420 --seal-keys 3

            The home then holds keys for the node, for sealing, for recovery, and the next seal keys, to which the \
            party commits in advance. The node's key is in the clear, for its program reads it unattended; the others \
            are encrypted with a passphrase. Move recovery and next keys to a safe place.
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
    @Option(name: .long, help: ArgumentHelp("How many seal keys it has.", valueName: "n")) var sealKeys = 1
    @Option(
        name: .long,
        help: ArgumentHelp("How many of them must sign; more than half, which is the default.", valueName: "k"))
    var threshold: Int?
    @Option(name: .long, help: ArgumentHelp("How many recovery keys it has; more than half must sign.", valueName: "n"))
    var recoveryKeys = 1
    @OptionGroup var passphrase: PassphraseOptions
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
        let keys = NewKeys(
            sealCount: sealKeys, recoveryCount: recoveryKeys, random: Surroundings.current.randomBytes)
        let record = try keys.record(names: names, threshold: majority, endpoints: endpoints)
        let words = try noPassphrase ? nil : passphrase.toEncrypt()
        try NewHome.make(home, of: party, keys, record, passphrase: words)
        speak(party, record, home, voice)
        return .holds
    }

    private var majority: Int { threshold ?? sealKeys / 2 + 1 }

    private func checkKeyCounts() throws(Complaint) {
        let limit = IdentityLimits.keysPerParty
        guard (1...limit).contains(sealKeys) else { throw .usage("a party has 1 to \(limit) seal keys") }
        guard (0...limit).contains(recoveryKeys) else { throw .usage("a party has 0 to \(limit) recovery keys") }
        guard majority <= sealKeys, 2 * majority > sealKeys else {
            throw .usage(
                "more than half of \(sealKeys) seal keys must sign, and not more than there are: not \(majority)",
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
        let keys = "\(Quoting.count(sealKeys, "seal key")), \(record.seal.threshold) must sign"
        voice.result("\(party) has a home in \(terminalSafe(home.path)): \(keys)")
        voice.result("card: \(terminalSafe(card))")
        voice.talk("hand the card to whoever writes the charter; keep recovery and next keys somewhere else")
    }
}

/// The keys of a party that is being made.
struct NewKeys {
    let node: SigningKey
    /// Each ascending by id, so that the number of a file is the place of its key in the record.
    let seal: [SigningKey]
    let recovery: [SigningKey]
    let next: [SigningKey]

    init(sealCount: Int, recoveryCount: Int, random: (Int) -> [UInt8]) {
        func keys(_ count: Int) -> [SigningKey] {
            (0..<count).map { _ in SigningKey(seed: random(32)) }.sorted { $0.publicKey.id < $1.publicKey.id }
        }
        node = keys(1)[0]
        seal = keys(sealCount)
        recovery = keys(recoveryCount)
        next = keys(sealCount)
    }

    func record(names: Words, threshold: Int, endpoints: [String]) throws -> PartyRecord {
        let recoveryThreshold = recovery.isEmpty ? 0 : recovery.count / 2 + 1
        guard let sealSet = KeySet(keys: seal.map(\.publicKey), threshold: threshold),
            let recoverySet = KeySet(keys: recovery.map(\.publicKey), threshold: recoveryThreshold),
            let nextSet = KeySet(keys: next.map(\.publicKey), threshold: threshold)
        else { preconditionFailure("counts and threshold were checked, and random keys differ") }
        return try PartyRecord(
            names: names, seal: sealSet, recovery: recoverySet, next: Digest(of: nextSet.value.encoded()),
            nodes: [NodeRecord(key: node.publicKey, endpoints: endpoints)])
    }

    /// Those that sign the card: all that the record names.
    var ofRecord: [SigningKey] { seal + recovery + [node] }
}

/// A home that is being made.
enum NewHome {
    /// - Throws: ``HomeFailure`` if there is a home, or anything else, in its place.
    static func checkFree(_ home: Home) throws {
        guard FileManager.default.fileExists(atPath: home.path) else { return }
        if FileReading.exists(home.settingsPath) { throw HomeFailure.alreadyAHome(path: home.path) }
        guard let inside = try? FileManager.default.contentsOfDirectory(atPath: home.path), inside.isEmpty else {
            throw Complaint(
                .cannotWrite, "not-empty", "\(terminalSafe(home.path)) is there and not an empty folder",
                hint: "choose another folder with --home")
        }
    }

    /// Writes keys, card and settings; the settings last, so that what was begun and not finished is no home.
    ///
    /// Leaves nothing behind when it throws: the keys were nobody's yet.
    static func make(
        _ home: Home, of party: Identifier, _ keys: NewKeys, _ record: PartyRecord, passphrase: String?
    ) throws {
        do {
            try fill(home, of: party, keys, record, passphrase: passphrase)
        } catch {
            for path in [home.keysPath, home.cardPath(of: party), home.settingsPath + ".new"] {
                try? FileManager.default.removeItem(atPath: path)
            }
            rmdir(home.path)
            throw error
        }
    }

    private static func fill(
        _ home: Home, of party: Identifier, _ keys: NewKeys, _ record: PartyRecord, passphrase: String?
    ) throws {
        try makeFolder(home.path)
        try makeFolder(home.keysPath)
        try write(keys.node, to: home.nodeKeyPath, passphrase: nil)
        for (place, key) in keys.seal.enumerated() {
            try write(key, to: home.sealKeyPath(place + 1), passphrase: passphrase)
        }
        for (place, key) in keys.recovery.enumerated() {
            try write(key, to: home.recoveryKeyPath(place + 1), passphrase: passphrase)
        }
        for (place, key) in keys.next.enumerated() {
            try write(key, to: home.nextSealKeyPath(place + 1), passphrase: passphrase)
        }
        let card = PartyCard(party: party, record: record).encoded(signedBy: keys.ofRecord)
        try FileWriting.write(card, to: home.cardPath(of: party))
        try home.write(HomeSettings(party: party))
    }

    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw HomeFailure.cannotWrite(path: path, reason: "the folder cannot be made there")
        }
    }

    private static func write(_ key: SigningKey, to path: String, passphrase: String?) throws {
        let random = Surroundings.current.randomBytes
        let text = SealedKeyFile.encode(
            key, passphrase: passphrase, salt: random(16), initialisationVector: random(16))
        try PrivateFile.write(Data(text.utf8), to: path)
    }
}
