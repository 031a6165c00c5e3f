internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
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
        let keys = try file.map(keys(in:)) ?? keysOfHome()
        if wantsJSON {
            voice.result(.object([("keys", .array(keys.map(\.json)))]))
        } else {
            voice.result(voice.table(keys.map { [$0.key.id.digest.hex, $0.key.algorithm.name, $0.words] }, indent: 0))
        }
        return .holds
    }

    private func keys(in path: String) throws -> [ShownKey] {
        let bytes = try FileReading.bytes(of: path)
        if let card = try? PartyCard(encoded: bytes) { return ShownKey.all(of: card) }
        let key =
            switch try KeyFile.half(at: path) {
            case .public(let key): key
            case .private: try KeyFile.read(path, passphrase).publicKey
            }
        return [try ownKeys().first { $0.key == key } ?? ShownKey(key: key, party: nil, purpose: nil)]
    }

    private func keysOfHome() throws -> [ShownKey] {
        let home = homeOptions.location
        let party = try home.settings().party
        let path = home.cardPath(of: party)
        do {
            return ShownKey.all(of: try PartyCard(encoded: FileReading.bytes(of: path)))
        } catch let complaint as Complaint {
            throw complaint
        } catch {
            throw Complaint(.notOurFormat, "not-a-card", "\(terminalSafe(path)) is not the card of a party")
        }
    }

    /// The keys of the home that is meant, if there is one: a key file alone does not say what it is for.
    private func ownKeys() throws -> [ShownKey] {
        FileReading.exists(homeOptions.location.settingsPath) ? try keysOfHome() : []
    }
}

/// A public key, and what a card says it is for.
private struct ShownKey {
    let key: PublicKey
    let party: Identifier?
    let purpose: String?

    static func all(of card: PartyCard) -> [ShownKey] {
        func shown(_ keys: [PublicKey], _ purpose: String) -> [ShownKey] {
            keys.map { ShownKey(key: $0, party: card.party, purpose: purpose) }
        }
        return shown(card.record.nodes.map(\.key), "node") + shown(card.record.seal.keys, "seal")
            + shown(card.record.recovery.keys, "recovery")
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
