internal import ArgumentParser
internal import NodeRuntime
internal import Redline

/// `syngraph node reload`
struct NodeReload: Verb {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the running node read its certificates and authorities again.",
        discussion: """
            Example:

              syngraph node reload --home ~/korea

            The node also looks by itself every ten seconds, and on SIGHUP. What cannot be read changes nothing: the node \
            goes on with what it has. Open connections stay, but where an authority or a revocation list changed; limits \
            of node.json count from the node's next start.
            """)

    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let hadChanged = try await home.reloadNode()
        if wantsJSON {
            voice.result(.object([("changed", .bool(hadChanged))]))
        } else {
            let found = hadChanged ? "new certificates or authorities are in use" : "nothing had changed"
            voice.result("\(terminalSafe(home.path)): \(found)")
        }
        return .holds
    }
}
