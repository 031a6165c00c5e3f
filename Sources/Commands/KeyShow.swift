internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph key …`
struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Look at keys.", subcommands: [KeyShow.self])
}

/// `syngraph key show`
struct KeyShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Say which key a file holds and what it is for: the public half only.",
        discussion: """
            Examples:

              syngraph key show --home ~/korea
              syngraph key show minister.pem
              syngraph key show token-public.pem
              syngraph key show KOR.card
            """)

    @Argument(help: "A key file, of either half, or a card; default: all keys of the home.") var file: String?
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let keys: [ShownKey]
        if let file { keys = try await self.keys(in: file) } else { keys = try await keysOfHome() }
        if wantsJSON {
            voice.result(.object([("keys", .array(keys.map(\.json)))]))
        } else {
            voice.result(voice.table(keys.map { [$0.key.id.digest.hex, $0.key.algorithm.name, $0.words] }, indent: 0))
        }
        return .holds
    }

    private func keys(in path: String) async throws -> [ShownKey] {
        let bytes = try FileReading.bytes(of: path)
        if let card = try? PartyCard(encoded: bytes) { return ShownKey.all(of: card.record, of: card.party) }
        let key =
            switch try KeyFile.half(at: path) {
            case .public(let key): key
            case .private: try KeyFile.read(path, passphrase).publicKey
            }
        return [try await ownKeys().first { $0.key == key } ?? ShownKey(key: key, party: nil, purpose: nil)]
    }

    /// Those of now, by the home's copy of the roadmap; by its card before the roadmap knows the party.
    private func keysOfHome() async throws -> [ShownKey] {
        let home = homeOptions.location
        let settings = try home.settings()
        let party = settings.party
        if settings.roadmap != nil {
            let findings = try RoadmapSource.findings(
                in: try await homeOptions.withDoor { try await $0.bundle() }, of: home.path)
            if let keys = findings.contents.ledger.keysInForce(of: party, by: findings.evaluation) {
                return ShownKey.all(of: keys.lastRecord, of: party)
            }
        }
        let path = home.cardPath(of: party)
        do {
            let card = try PartyCard(encoded: FileReading.bytes(of: path))
            return ShownKey.all(of: card.record, of: card.party)
        } catch let complaint as Complaint {
            throw complaint
        } catch {
            throw Complaint(.notOurFormat, "not-a-card", "\(terminalSafe(path)) is not the card of a party")
        }
    }

    /// The keys of the home that is meant, if there is one: a key file alone does not say what it is for.
    private func ownKeys() async throws -> [ShownKey] {
        FileReading.exists(homeOptions.location.settingsPath) ? try await keysOfHome() : []
    }
}

/// A public key, and what a record says it is for.
private struct ShownKey {
    let key: PublicKey
    let party: Identifier?
    let purpose: String?

    static func all(of record: PartyRecord, of party: Identifier) -> [ShownKey] {
        func shown(_ keys: [PublicKey], _ purpose: String) -> [ShownKey] {
            keys.map { ShownKey(key: $0, party: party, purpose: purpose) }
        }
        return shown(record.nodes.map(\.key), "node") + shown(record.seal.keys, "seal")
            + shown(record.recovery.keys, "recovery")
    }

    var words: String {
        guard let party, let purpose else { return "of no card here" }
        return "\(purpose) key of \(party)"
    }

    var json: JSONValue {
        .object([
            ("id", .string(key.id.digest.hex)), ("algorithm", .string(key.algorithm.name)),
            ("party", party.map { .string($0.string) } ?? .null), ("purpose", purpose.map { .string($0) } ?? .null),
        ])
    }
}
