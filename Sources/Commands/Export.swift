internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph export --out FILE`
struct Export: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Write all that this copy holds of the agreement into one file, for anybody to verify.",
        discussion: """
            Example:

              syngraph export --out agreement.syngraph
              syngraph verify agreement.syngraph --roadmap ID
            """)

    @OptionGroup var homeOptions: HomeOptions
    @Option(name: .long, help: ArgumentHelp("Where to write it; - for standard output.", valueName: "file"))
    var out: String
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        try OutputPath.check(out, json: wantsJSON)
        let bytes = try await homeOptions.withDoor { try await $0.bundle() }
        let contents = try RoadmapSource.findings(in: bytes, of: homeOptions.location.path).contents
        try FileWriting.write(bytes, to: out)
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(contents.roadmap.hex)), ("file", .string(out)),
                    ("records", .number(contents.recordCount)), ("bytes", .number(bytes.count)),
                ]))
        } else if out != "-" {
            voice.result("\(terminalSafe(out)): \(Quoting.count(contents.recordCount, "record"))")
        }
        return .holds
    }
}
