internal import ArgumentParser
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Wording

/// `syngraph certificate`
struct Certificate: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Make the certificate with which the node speaks TLS.",
        discussion: """
            Example:

              syngraph certificate --home ~/korea --days 365

            A node without one makes its own as it starts, so this is for those who want the file. Peers check the key \
            in it against the roadmap, not who signed it: any authority's certificate over the node's key will do too. \
            Where peers name an authority for this party in their node.json, a certificate of it is enough, also over \
            another key, which then stands in keys/tls.pem.
            """)

    @OptionGroup var homeOptions: HomeOptions
    @Option(name: .long, help: ArgumentHelp("For how many days it is valid.", valueName: "n")) var days = 365
    @Option(
        name: .long,
        help: ArgumentHelp("Where to write it; - for standard output. Default: into the home.", valueName: "file"))
    var out: String?
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    private static let longest = 36_500

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        guard (1...Self.longest).contains(days) else {
            throw Complaint.usage("a certificate is valid for 1 to \(Self.longest) days")
        }
        try OutputPath.check(out, json: wantsJSON)
        let home = homeOptions.location
        let party = try home.settings().party
        let path = out ?? home.certificatePath
        try FileWriting.write(Array(home.makeCertificate(days: Int64(days)).utf8), to: path)
        if wantsJSON {
            voice.result(
                .object([("party", .string(party.string)), ("file", .string(path)), ("days", .number(days))]))
        } else if path != "-" {
            voice.result("\(terminalSafe(path)): \(party)'s node, for \(Quoting.count(days, "day"))")
        }
        return .holds
    }
}

/// The name of a file to write, as a verb takes it.
enum OutputPath {
    /// Standard output is either the file or the JSON object.
    static func check(_ path: String?, json: Bool) throws(Complaint) {
        if path == "-", json { throw .usage("standard output is either the file or JSON: give --out a file's name") }
        if path?.isEmpty ?? false { throw .usage("the name of a file is not empty") }
    }
}
