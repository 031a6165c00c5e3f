internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline

/// `syngraph node new`
struct NodeNew: Verb {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make the home of a further node of a party.",
        discussion: """
            The home has the node's key and none of the party's own: it can run and read, and seal nothing. The party \
            comes to name the node by a change of its keys, made in the home that has them; then the node joins.

              syngraph node new KOR --home second
              syngraph party rotate --home ~/korea --node-key second/keys/node.pem \\
                --endpoint second.example:7443
              syngraph invite --home ~/korea --out invitation.syngraph
              syngraph join invitation.syngraph --roadmap ID --home second
              syngraph node run --home second
            """)

    @Argument(help: "The party's code in the roadmap.") var code: String
    @OptionGroup var homeOptions: HomeOptions
    @Option(name: .long, help: "The kind of the node's key.") var nodeAlgorithm = AlgorithmWord.ed25519
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let party = try Typed.party(code)
        let home = homeOptions.location
        try NewHome.checkFree(home)
        let key = KeyMaker(nodeAlgorithm.meaning, random: Surroundings.current.randomBytes).make(1)[0]
        try NewHome.make(home, of: party, node: key)
        if wantsJSON {
            voice.result(
                .object([
                    ("party", .string(party.string)), ("home", .string(home.path)),
                    ("nodeKey", .string(key.publicKey.id.digest.hex)),
                ]))
        } else {
            voice.result("a further node of \(party) has a home in \(terminalSafe(home.path))")
            voice.talk(
                "the party names it with `syngraph party rotate --node-key "
                    + "\(terminalSafe(home.nodeKeyPath))`; then it joins")
        }
        return .holds
    }
}
